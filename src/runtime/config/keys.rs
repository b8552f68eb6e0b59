//! Every key of the configuration file: what may be written, what it means, what holds where it is
//! absent. Each section is one table here. Serde reads by it, `config check` and
//! `config.example.toml` list it.

use std::{collections::BTreeMap, fmt};

use secrecy::SecretString;
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, Unexpected, Visitor},
};
use toml::Spanned;

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

/// A table whose names are free.
pub(super) type Named<T> = BTreeMap<Spanned<String>, Spanned<T>>;

/// A text.
pub(super) type Text = Spanned<String>;

/// A number. Serde finds its place alone: what it is worth is read from its text, since a
/// floating-point number would change it.
pub(super) type Number = Spanned<IgnoredAny>;

/// One text, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Texts {
    One(String),
    List(Vec<String>),
}

impl Texts {
    /// The texts; one text is a list of one.
    pub(super) fn list(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::List(texts) => texts,
        }
    }
}

/// A whole number of `LEAST..=MOST`.
#[derive(Clone, Copy)]
pub(super) struct Whole<const LEAST: u32, const MOST: u32>(pub(super) u32);

impl<'de, const LEAST: u32, const MOST: u32> Deserialize<'de> for Whole<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u32(Self(LEAST))
    }
}

impl<const LEAST: u32, const MOST: u32> Visitor<'_> for Whole<LEAST, MOST> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {LEAST} to {MOST}")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self, E> {
        let within = u32::try_from(number).ok().filter(|it| (LEAST..=MOST).contains(it));
        within.map(Self).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }
}

/// The file.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    pub(super) identity: Identity,
    pub(super) sellers: Vec<Spanned<Seller>>,
    pub(super) limits: Limits,
    pub(super) strategies: Named<Named<IgnoredAny>>,
    pub(super) private: Private,
    pub(super) desk: Desk,
    pub(super) keys: Option<Spanned<Named<Texts>>>,
}

/// A section with its keys. A row is `key: type = default, example, meaning`.
macro_rules! section {
    ($name:ident, $label:literal, $says:literal, {
        $($key:ident: $type:ty = $default:expr, $example:literal, $meaning:literal;)*
    }) => {
        #[doc = $says]
        #[derive(Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct $name {
            $(pub(super) $key: Option<Spanned<$type>>,)*
        }

        impl $name {
            const SECTION: Section = Section {
                name: $label,
                says: $says,
                keys: &[$(Key {
                    name: stringify!($key),
                    default: $default,
                    example: $example,
                    says: $meaning,
                },)*],
            };
        }
    };
}

section!(Identity, "identity",
"What sellers may be told of you. The more they know, the better their price:
seat 5 %, agency 10 % and negotiation, advertiser 15 %. Each seller's `reveal` caps it.", {
    seat_id: String = None, "\"seat-0042\"", "your seat at the DSP";
    agency_id: String = None, "\"agency-acme\"", "your agency";
    advertiser_id: String = None, "#\"advertiser-brightside\"", "the advertiser you buy for";
    dsp_platform: String = None, "\"ttd\"", "the DSP; told together with the seat";
    agent_url: String = None, "#\"https://buyer.example\"",
        "your agent; a v2 seller that does not know it gives the public tier, whatever the key";
});

section!(Seller, "sellers",
"One block per seller. `dealdesk simulate --listen 127.0.0.1:8001` is one to try.", {
    name: String = None, "\"northlight\"", "your own name for it";
    url: String = None, "\"http://127.0.0.1:8001\"", "where it is";
    protocol: String = Some("iab"), "\"iab\"", "what it speaks";
    dialect: String = Some("auto"), "\"auto\"", "which version of it";
    api_key_env: String = None, "\"NORTHLIGHT_KEY\"", "the variable that holds your key";
    api_key_file: String = None, "#\"/home/ana/.keys/northlight\"", "or a file of mode 0600";
    api_key_command: Texts = None, "#\"pass show northlight\"",
        "or a command that prints it; [\"pass\", \"show\", …] runs it without a shell";
    api_key_keyring: String = None, "#\"dealdesk/northlight\"",
        "or the keyring: service/account (needs the build feature `keyring`)";
    api_key: SecretString = None, "#\"…\"", "or the key itself; this file must then be mode 0600";
    bearer_token_env: String = None, "#\"NORTHLIGHT_TOKEN\"", "a bearer token, the same five ways";
    bearer_token_file: String = None, "#\"/home/ana/.keys/northlight-token\"", "";
    bearer_token_command: Texts = None, "#\"pass show northlight-token\"", "";
    bearer_token_keyring: String = None, "#\"dealdesk/northlight-token\"", "";
    bearer_token: SecretString = None, "#\"…\"", "";
    auth: String = None, "#\"x-api-key\"",
        "x-api-key | bearer: how the secret is sent, if not by its name";
    reveal: String = Some("advertiser"), "\"agency\"",
        "public | seat | agency | advertiser: the most it is told";
    allow_http: bool = Some("false"), "#false", "plain http to another machine";
    timeout_s: Whole<1, 600> = Some("30"), "#30", "how long one attempt may take";
    attempts: Whole<1, 10> = Some("3"), "#3",
        "how often a read or a quote is tried; never a booking";
});

section!(Limits, "limits",
"What you may spend, checked before anything is sent. Unset means zero: nothing can be
booked until you set it.", {
    currency: String = Some("USD"), "\"USD\"", "the currency of every amount here";
    exposure: IgnoredAny = None, "250_000", "committed, in flight and unknown together";
    day: IgnoredAny = None, "60_000", "booked within one UTC day";
    deal: IgnoredAny = None, "25_000", "one deal";
    easy: IgnoredAny = Some("1000"), "1_000",
        "up to this, `y` answers a ticket; above it you type the price";
    band: IgnoredAny = Some("0.35"), "#0.35",
        "a price further than this fraction from your usual one is asked again";
    qty_jump: IgnoredAny = Some("10"), "#10",
        "more than so many times your usual quantity is asked again";
    auction_factor: IgnoredAny = Some("1.20"), "#1.20",
        "what a private auction is expected to clear at, over its floor";
    cpc: IgnoredAny = None, "#0.80", "the most to pay for a click";
    cpd: IgnoredAny = None, "#400", "the most to pay for a day";
    flat_rate: IgnoredAny = None, "#15_000", "the most to pay as a flat rate, for all of it";
    cpm: Named<IgnoredAny> = None, "", "the most to pay per thousand: see below";
    rates: Named<IgnoredAny> = None, "", "what other currencies are worth: see below";
});

section!(Private, "private", "What an audience must never see when you present.", {
    clients: Texts = Some("[]"), "#[\"Brightside Water\"]", "names that are blotted out";
});

section!(Desk, "desk", "How the desk behaves.", {
    theme: String = Some("auto"), "#\"auto\"",
        "auto | dark | light: the ground of your terminal; auto asks it";
    motion: String = Some("full"), "#\"full\"", "full | calm | still: how much may move";
    bell: bool = Some("true"), "#true", "whether the terminal bell rings when a deal needs you";
    strategy: String = Some("simple-threshold"), "#\"adaptive\"",
        "who plays a negotiation where nobody is named";
    present: bool = Some("false"), "#false",
        "whether terminals may be attached that show what a room may see";
    ask_wait_s: Whole<1, 3600> = Some("60"), "#60", "how long a command waits for sellers' answers";
    arm_wait_s: Whole<1, 3600> = Some("75"), "#75",
        "how long `book` waits while another ticket is armed on the same store";
    book_wait_s: Whole<1, 3600> = Some("30"), "#30",
        "how long `book` waits for evidence before it says unknown";
    negotiate_wait_s: Whole<1, 3600> = Some("300"), "#300",
        "how long `negotiate` plays before it stops";
    polls_per_second: Whole<1, 1000> = Some("10"), "#10",
        "how many deals are read of one seller in a second, at most";
    polls_at_once: Whole<1, 100> = Some("4"), "#4",
        "how many deals are being read of one seller at once, at most";
    store: String = None, "#\"/home/ana/desk/live.db\"", "the store, if not in the state directory";
    log: String = None, "#\"/home/ana/desk/dealdesk.log\"",
        "the log, if not in the state directory";
});

impl Key {
    /// Whether its value is never shown: a command may hold something secret as well.
    pub(super) fn is_secret(&self) -> bool {
        matches!(self.name, "api_key" | "bearer_token") || self.name.ends_with("_command")
    }
}

const fn free(name: &'static str, says: &'static str) -> Section {
    Section { name, says, keys: &[] }
}

/// Every table and key.
pub const SECTIONS: &[Section] = &[
    Identity::SECTION,
    Seller::SECTION,
    Limits::SECTION,
    free(
        "limits.cpm",
        "Per thousand impressions: `default`, a product type, or a seller's name.\n\
         The most specific one holds: seller, then type, then default.",
    ),
    free(
        "limits.rates",
        "What one unit of another currency is worth in the currency of the limits. A price in a\n\
         currency that is not here is refused.",
    ),
    free(
        "strategies",
        "How each strategy plays where a plan says nothing else; the limits hold over it. Prices are\n\
         CPM, or a share of the quoted price in quotes. `[desk] strategy` is the one that plays first.",
    ),
    Private::SECTION,
    Desk::SECTION,
    free("keys", "Keys of the terminal desk. `dealdesk keys` lists the actions."),
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
