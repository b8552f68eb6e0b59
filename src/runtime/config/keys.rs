//! Every key of the configuration file, in one table: what may be written, what it means, what holds
//! where it is absent. The reader, `config check` and `config.example.toml` all follow it.

/// A table of the file.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// Its name; `sellers` is a list of tables.
    pub name: &'static str,
    /// What it is for, as the example says it.
    pub says: &'static str,
    /// Its keys; empty where names are free.
    pub keys: &'static [Key],
}

/// A key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What holds where it is absent; `None` is nothing.
    pub default: Option<&'static str>,
    /// A value as the example writes it. Behind `#` it stays a comment there.
    pub example: &'static str,
    /// What it means.
    pub says: &'static str,
}

const fn key(
    name: &'static str,
    default: Option<&'static str>,
    example: &'static str,
    says: &'static str,
) -> Key {
    Key { name, default, example, says }
}

/// Every table and key.
pub const SECTIONS: &[Section] = &[
    Section {
        name: "identity",
        says: "What sellers may be told of you. The more they know, the better their price:\n\
               seat 5 %, agency 10 % and negotiation, advertiser 15 %. Each seller's `reveal` caps it.",
        keys: &[
            key("seat_id", None, "\"seat-0042\"", "your seat at the DSP"),
            key("agency_id", None, "\"agency-acme\"", "your agency"),
            key("advertiser_id", None, "#\"advertiser-brightside\"", "the advertiser you buy for"),
            key("dsp_platform", None, "\"ttd\"", "the DSP; told together with the seat"),
            key(
                "agent_url",
                None,
                "#\"https://buyer.example\"",
                "your agent; a v2 seller that does not know it gives the public tier, whatever the key",
            ),
        ],
    },
    Section {
        name: "sellers",
        says: "One block per seller. `dealdesk simulate --listen 127.0.0.1:8001` is one to try.",
        keys: &[
            key("name", None, "\"northlight\"", "your own name for it"),
            key("url", None, "\"http://127.0.0.1:8001\"", "where it is"),
            key("protocol", Some("iab"), "\"iab\"", "what it speaks"),
            key("dialect", Some("auto"), "\"auto\"", "which version of it"),
            key("api_key_env", None, "\"NORTHLIGHT_KEY\"", "the variable that holds your key"),
            key("api_key_file", None, "#\"/home/ana/.keys/northlight\"", "or a file of mode 0600"),
            key(
                "api_key_command",
                None,
                "#\"pass show northlight\"",
                "or a command that prints it; [\"pass\", \"show\", …] runs it without a shell",
            ),
            key(
                "api_key_keyring",
                None,
                "#\"dealdesk/northlight\"",
                "or the keyring: service/account (needs the build feature `keyring`)",
            ),
            key("api_key", None, "#\"…\"", "or the key itself; this file must then be mode 0600"),
            key(
                "bearer_token_env",
                None,
                "#\"NORTHLIGHT_TOKEN\"",
                "a bearer token, the same five ways",
            ),
            key("bearer_token_file", None, "#\"/home/ana/.keys/northlight-token\"", ""),
            key("bearer_token_command", None, "#\"pass show northlight-token\"", ""),
            key("bearer_token_keyring", None, "#\"dealdesk/northlight-token\"", ""),
            key("bearer_token", None, "#\"…\"", ""),
            key(
                "auth",
                None,
                "#\"x-api-key\"",
                "x-api-key | bearer: how the secret is sent, if not by its name",
            ),
            key(
                "reveal",
                Some("advertiser"),
                "\"agency\"",
                "public | seat | agency | advertiser: the most it is told",
            ),
            key("allow_http", Some("false"), "#false", "plain http to another machine"),
            key("timeout_s", Some("30"), "#30", "how long one attempt may take"),
            key(
                "attempts",
                Some("3"),
                "#3",
                "how often a read or a quote is tried; never a booking",
            ),
        ],
    },
    Section {
        name: "limits",
        says: "What you may spend, checked before anything is sent. Unset means zero: nothing can be\n\
               booked until you set it.",
        keys: &[
            key("currency", Some("USD"), "\"USD\"", "the currency of every amount here"),
            key("exposure", None, "250_000", "committed, in flight and unknown together"),
            key("day", None, "60_000", "booked within one UTC day"),
            key("deal", None, "25_000", "one deal"),
            key(
                "easy",
                Some("1000"),
                "1_000",
                "up to this, `y` answers a ticket; above it you type the price",
            ),
            key(
                "band",
                Some("0.35"),
                "#0.35",
                "a price further than this fraction from your usual one is asked again",
            ),
            key(
                "qty_jump",
                Some("10"),
                "#10",
                "more than so many times your usual quantity is asked again",
            ),
            key(
                "auction_factor",
                Some("1.20"),
                "#1.20",
                "what a private auction is expected to clear at, over its floor",
            ),
            key("cpm", None, "", "the most to pay per thousand: see below"),
            key("rates", None, "", "what other currencies are worth: see below"),
        ],
    },
    Section {
        name: "limits.cpm",
        says: "Per thousand impressions: `default`, a product type, or a seller's name.\n\
               The most specific one holds: seller, then type, then default.",
        keys: &[],
    },
    Section {
        name: "limits.rates",
        says: "What one unit of another currency is worth in the currency of the limits. A price in a\n\
               currency that is not here is refused.",
        keys: &[],
    },
    Section {
        name: "strategies",
        says: "How each strategy plays where a plan says nothing else; the limits hold over it. Prices are\n\
               CPM, or a share of the quoted price in quotes. `[desk] strategy` is the one that plays first.",
        keys: &[],
    },
    Section {
        name: "private",
        says: "What an audience must never see when you present.",
        keys: &[key(
            "clients",
            Some("[]"),
            "#[\"Brightside Water\"]",
            "names that are blotted out",
        )],
    },
    Section {
        name: "desk",
        says: "How the desk behaves.",
        keys: &[
            key(
                "theme",
                Some("auto"),
                "#\"auto\"",
                "auto | dark | light: the ground of your terminal; auto asks it",
            ),
            key("motion", Some("full"), "#\"full\"", "full | calm | still: how much may move"),
            key(
                "bell",
                Some("true"),
                "#true",
                "whether the terminal bell rings when a deal needs you",
            ),
            key(
                "strategy",
                Some("simple-threshold"),
                "#\"adaptive\"",
                "who plays a negotiation where nobody is named",
            ),
            key(
                "present",
                Some("false"),
                "#false",
                "whether terminals may be attached that show what a room may see",
            ),
            key("ask_wait_s", Some("60"), "#60", "how long a command waits for sellers' answers"),
            key(
                "arm_wait_s",
                Some("75"),
                "#75",
                "how long `book` waits while another ticket is armed on the same store",
            ),
            key(
                "book_wait_s",
                Some("30"),
                "#30",
                "how long `book` waits for evidence before it says unknown",
            ),
            key(
                "negotiate_wait_s",
                Some("300"),
                "#300",
                "how long `negotiate` plays before it stops",
            ),
            key(
                "polls_per_second",
                Some("10"),
                "#10",
                "how many deals are read of one seller in a second, at most",
            ),
            key(
                "polls_at_once",
                Some("4"),
                "#4",
                "how many deals are being read of one seller at once, at most",
            ),
            key(
                "store",
                None,
                "#\"/home/ana/desk/live.db\"",
                "the store, if not in the state directory",
            ),
            key(
                "log",
                None,
                "#\"/home/ana/desk/dealdesk.log\"",
                "the log, if not in the state directory",
            ),
        ],
    },
    Section {
        name: "keys",
        says: "Keys of the terminal desk. `dealdesk keys` lists the actions.",
        keys: &[],
    },
];

/// Names of product types that sellers are known to use, for hints about `limits.cpm`.
pub(super) const PRODUCT_TYPES: &[&str] = &[
    "ctv",
    "video",
    "display",
    "audio",
    "native",
    "mobile",
    "mobile_app",
    "dooh",
    "linear_tv",
    "streaming",
    "olv",
    "banner",
];

/// The section called `name`.
pub(super) fn section(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}

/// What holds where `name` is absent in `section`.
pub(super) fn default(section_name: &str, name: &str) -> Option<&'static str> {
    section(section_name)?.keys.iter().find(|key| key.name == name)?.default
}
