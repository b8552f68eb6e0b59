//! Every complaint names its line, its key and its cure; every value knows where it came from.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rust_decimal::Decimal;
use secrecy::ExposeSecret as _;

use super::*;

const SENTINEL: &str = "sk-SENTINEL-0123456789";

fn environment(vars: &[(&str, &str)]) -> Environment {
    Environment::new(vars, "/etc/xdg/dealdesk".into(), "/var/state/dealdesk".into())
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    let environment = environment(&[("USER", "ana"), ("KEY", SENTINEL)]);
    Config::parse(text, Path::new("c.toml"), true, &Overrides::default(), &environment)
}

fn seller(lines: &str) -> String {
    format!("[[sellers]]\nname = \"a\"\nurl = \"https://a.example\"\n{lines}\n")
}

/// What is wrong, and what is said of it.
fn faults() -> Vec<(String, &'static str)> {
    vec![
        (
            seller(&format!("api_key_env = \"{SENTINEL}\"")),
            "c.toml:4:15: `api_key_env` is not the name of an environment variable; write the \
             variable's name here, and the key into the variable",
        ),
        (
            seller("api_key_keyring = \"northlight\""),
            "c.toml:4:19: `api_key_keyring` must name a service and an account; write it like \
             \"dealdesk/northlight\"",
        ),
        (
            seller("api_key_command = []"),
            "c.toml:4:19: `api_key_command` is empty; write the command that prints the key",
        ),
        (
            seller("api_kye_env = \"X\""),
            "c.toml:4:1: unknown key `api_kye_env` in [sellers]; did you mean `api_key_env`?",
        ),
        ("[limit]\n".into(), "c.toml:1:2: unknown key `limit`; did you mean [limits]?"),
        ("deal = 3\n".into(), "c.toml:1:1: unknown key `deal`; it belongs under [limits]"),
        (
            "[identity]\nshoe_size = 3".into(),
            "c.toml:2:1: unknown key `shoe_size` in [identity]; known: seat_id, agency_id, \
             advertiser_id, dsp_platform, agent_url",
        ),
        (
            "[limits]\ndeal = true".into(),
            "c.toml:2:8: `limits.deal` must be an amount like 25_000 or 26.00, not negative; this \
             is a boolean",
        ),
        (
            "[limits]\n\ncpm.default = -1".into(),
            "c.toml:3:15: `limits.cpm.default` must be an amount like 25_000 or 26.00, not \
             negative; this is negative",
        ),
        (
            "[limits]\ncurrency = \"usd\"".into(),
            "c.toml:2:12: \"usd\" is not a currency (three capital letters, like USD)",
        ),
        (
            "[limits]\ncpm.CTV = 1\ncpm.ctv = 2".into(),
            "c.toml:3:5: `ctv` is limited twice; keep one of them",
        ),
        (
            seller("protocol = \"iba\""),
            "c.toml:4:12: `iba` is no protocol the desk knows; did you mean `iab`?",
        ),
        (
            seller("dialect = \"v7\""),
            "c.toml:4:11: `v7` is no dialect the desk knows; did you mean `v1`?",
        ),
        (
            seller("reveal = \"agancy\""),
            "c.toml:4:10: `agancy` is no reveal the desk knows; did you mean `agency`?",
        ),
        (
            seller("timeout_s = 0"),
            "c.toml:4:13: `sellers.a.timeout_s` must be a whole number from 1 to 600; this is an \
             integer",
        ),
        (
            seller("api_key_env = \"A\"\nbearer_token_env = \"B\""),
            "c.toml:5:20: `bearer_token_env` beside `api_key_env`: a seller has one secret; keep \
             one of them",
        ),
        (
            format!("{}{}", seller(""), seller("")),
            "c.toml:6:8: a second seller is called `a`; the first is on line 2; give it another \
             name",
        ),
        (
            "[[sellers]]\nname = \"a\"".into(),
            "c.toml:1:1: a seller needs a `url`; write url = \"https://…\"",
        ),
        (
            "[[sellers]]\nurl = \"https://a.example\"".into(),
            "c.toml:1:1: a seller needs a `name`; write name = \"northlight\"",
        ),
        (
            "[sellers]\nname = \"a\"".into(),
            "c.toml:1:1: `sellers` must be a list of tables; write [[sellers]] above each",
        ),
        (
            "[keys]\nquit = 3".into(),
            "c.toml:2:8: `keys.quit` must be a key in quotes, or a list of them; this is an integer",
        ),
        (
            "[keys]\nhalt = []".into(),
            "c.toml:2:1: keys.halt: it needs a key: without one the desk could not be stopped or \
             left by hand",
        ),
    ]
}

/// What is wrong with the keys and the desk.
fn faults_of_the_desk() -> Vec<(String, &'static str)> {
    vec![
        (
            "[keys]\nbook = \"b\"".into(),
            "c.toml:2:1: keys.book: `b` cannot open a ticket; tickets open with one capital letter \
             or a function key",
        ),
        (
            "[desk]\nbell = \"yes\"".into(),
            "c.toml:2:8: `desk.bell` must be true or false; this is a string",
        ),
    ]
}

#[test]
fn every_fault_names_its_place_and_its_cure() {
    for (text, expect) in [faults(), faults_of_the_desk()].concat() {
        let faults = parse(&text).unwrap_err().faults;
        let says: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(says, [expect], "{text}");
    }
}

#[test]
fn an_address_that_would_leak_or_lead_nowhere_is_refused() {
    for (url, word) in [
        ("not a url", "no web address"),
        ("ftp://a.example", "begins with `ftp:`"),
        ("http://a.example", "unencrypted"),
        ("https://ana:hunter2@a.example", "carries a user name"),
        ("https://a.example/?key=1", "`?`"),
    ] {
        let text = format!("[[sellers]]\nname = \"a\"\nurl = \"{url}\"");
        let error = parse(&text).unwrap_err();
        assert!(error.to_string().starts_with("c.toml:3:7: "), "{error}");
        assert!(error.to_string().contains(word), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    for url in ["http://127.0.0.1:1", "http://localhost", "http://[::1]:1", "https://a.example/x"] {
        assert!(parse(&format!("[[sellers]]\nname = \"a\"\nurl = \"{url}\"")).is_ok(), "{url}");
    }
    let allowed = "[[sellers]]\nname = \"a\"\nurl = \"http://a.example\"\nallow_http = true";
    assert!(parse(allowed).unwrap().sellers[0].allow_http);
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_file() {
    let error = parse("[limits]\nday = true\n[desk]\nmotoin = true\n[identity]\nseat_id = 3\n");
    let faults = error.unwrap_err().faults;
    assert_eq!(faults.iter().map(|f| f.place.unwrap().0).collect::<Vec<_>>(), [2, 4, 6]);
}

#[test]
fn amounts_are_read_from_their_text() {
    for (written, amount) in [
        ("26.10", "26.10"),
        ("250_000", "250000"),
        ("0.1", "0.1"),
        ("1_000.000_1", "1000.0001"),
        ("\"27.36\"", "27.36"),
        ("\"25_000\"", "25000"),
        ("\"12,5\"", "12.5"),
        ("2.5e4", "25000"),
        ("+3", "3"),
        ("9007199254740993", "9007199254740993"),
        ("0.12345678901234567890123456", "0.12345678901234567890123456"),
    ] {
        let limits = parse(&format!("[limits]\ndeal = {written}")).unwrap().limits;
        assert_eq!(limits.deal, Some(amount.parse::<Decimal>().unwrap()), "{written}");
    }
    for bad in [
        "nan",
        "inf",
        "-0.01",
        "0x10",
        "\"\"",
        "\"ten\"",
        "[1]",
        "1979-05-27",
        "1.00000000000000000000000000000000001",
    ] {
        assert!(parse(&format!("[limits]\ndeal = {bad}")).is_err(), "{bad}");
    }
}

#[test]
fn a_file_that_is_no_configuration_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let load = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let flags = Overrides { config: Some(path), ..Overrides::default() };
        Config::load(&flags, &environment(&[])).unwrap_err().to_string()
    };
    assert!(load("a", b"[limits]\n# \xff\n").contains("a:2:3: this is not UTF-8"));
    assert!(load("b", &vec![b'#'; 1024 * 1024 + 1]).contains("larger than 1 MiB"));
    let broken = load("c", format!("[[sellers]]\napi_key = \"{SENTINEL}\n").as_bytes());
    assert!(broken.contains("c:2:") && broken.contains("this is not TOML"), "{broken}");
    assert!(!broken.contains("SENTINEL"), "{broken}");
    let missing = Overrides { config: Some(dir.path().join("none")), ..Overrides::default() };
    let missing = Config::load(&missing, &environment(&[])).unwrap_err().to_string();
    assert!(missing.contains("there is no such file"), "{missing}");
    let folder = Overrides { config: Some(dir.path().to_owned()), ..Overrides::default() };
    assert!(Config::load(&folder, &environment(&[])).is_err());
}

#[test]
fn flag_over_environment_over_file_over_default() {
    let from = |config: &Config, key: &str| {
        let setting = config.settings.iter().find(|setting| setting.key == key).unwrap();
        (setting.value.clone(), setting.from.clone())
    };
    let text = "[desk]\nstore = \"of-file.db\"\nbook_wait_s = 9\n";
    let load = |flags: &Overrides, vars: &[(&str, &str)], text: &str| {
        Config::parse(text, Path::new("/c/c.toml"), true, flags, &environment(vars)).unwrap()
    };
    let none = Overrides::default();
    let flag = Overrides { store: Some("f.db".into()), ..Overrides::default() };
    let paper = Overrides { paper: true, ..Overrides::default() };
    let var = [("DEALDESK_STORE", "e.db")];
    for (flags, vars, text, store, origin) in [
        (&none, &[][..], "", "/var/state/dealdesk/live.db", Origin::Default),
        (&paper, &[], "", "/var/state/dealdesk/paper.db", Origin::Default),
        (&none, &[], text, "/c/of-file.db", Origin::File(2)),
        (&paper, &[], text, "/var/state/dealdesk/paper.db", Origin::Default),
        (&none, &var, text, "e.db", Origin::Variable("DEALDESK_STORE")),
        (&flag, &var, text, "f.db", Origin::Flag("--store")),
    ] {
        let config = load(flags, vars, text);
        assert_eq!(config.store, PathBuf::from(store));
        assert_eq!(from(&config, "store"), (store.to_owned(), origin));
    }
    let config = load(&paper, &[], text);
    assert_eq!(from(&config, "mode"), ("paper".to_owned(), Origin::Flag("--paper")));
    assert_eq!(from(&config, "desk.book_wait_s"), ("9".to_owned(), Origin::File(3)));
    assert_eq!(from(&config, "desk.ask_wait_s"), ("60".to_owned(), Origin::Default));
    let (path, origin) = Config::file(&none, &environment(&[("DEALDESK_CONFIG", "x.toml")]));
    assert_eq!((path, origin), ("x.toml".into(), Origin::Variable("DEALDESK_CONFIG")));
    let (path, _) = Config::file(&none, &environment(&[]));
    assert_eq!(path, PathBuf::from("/etc/xdg/dealdesk/config.toml"));
    assert!(!Config::load(&none, &environment(&[])).unwrap().exists);
}

#[test]
fn one_missing_key_stops_one_seller_only() {
    let text = "[[sellers]]\nname = \"a\"\nurl = \"https://a.example\"\napi_key_env = \"KEY\"\n\
                [[sellers]]\nname = \"b\"\nurl = \"https://b.example\"\nbearer_token_env = \"NONE\"\n\
                [[sellers]]\nname = \"c\"\nurl = \"https://c.example/\"\napi_key_env = \"KEY\"\n\
                auth = \"bearer\"\nreveal = \"seat\"\n[[sellers]]\nname = \"d\"\nurl = \"http://[::1]:9\"";
    let environment = environment(&[("KEY", SENTINEL)]);
    let config = parse(text).unwrap();
    let sellers = config.resolve(&environment);
    let auths: Vec<_> = sellers.iter().map(|s| s.info.auth.as_str()).collect();
    assert_eq!(auths, ["key ••••89", "key missing", "bearer ••••89", "none"]);
    let error = sellers[1].endpoint.as_ref().unwrap_err();
    assert_eq!((error.code.as_str(), error.says.as_str()), ("no_key", "$NONE is not set"));
    let bearer = &sellers[2].endpoint.as_ref().unwrap().auth;
    assert!(bearer.api_key.is_none());
    assert_eq!(bearer.bearer.as_ref().unwrap().expose_secret(), SENTINEL);
    let setup = config.setup("cli", &sellers);
    assert_eq!(setup.person, "ana@cli");
    assert_eq!(setup.sellers[2].url, "https://c.example");
    assert!(setup.sellers.iter().all(|seller| !seller.honours_agreement));
    let mut unknown = config.sellers[0].clone();
    (unknown.protocol, unknown.dialect) = ("opendirect".to_owned(), "v2".to_owned());
    assert!(!unknown.resolve(&environment).info.honours_agreement, "nobody knows that it does");
    let printed = format!("{config:?} {sellers:?} {setup:?}");
    assert!(!printed.contains("SENTINEL"), "{printed}");
}

#[cfg(unix)]
#[test]
fn a_key_inside_a_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, seller(&format!("api_key = \"{SENTINEL}\""))).unwrap();
    let flags = Overrides { config: Some(path.clone()), ..Overrides::default() };
    for (mode, opens) in [(0o600, true), (0o644, false)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let config = Config::load(&flags, &environment(&[])).unwrap();
        let sellers = config.resolve(&environment(&[]));
        assert_eq!(sellers[0].endpoint.is_ok(), opens);
        assert!(!format!("{config:?}{:?}{sellers:?}", config.settings).contains("SENTINEL"));
    }
}

#[test]
fn limits_know_sellers_and_types_and_doubt_other_names() {
    let text = seller("") + "[limits.cpm]\ndefault = 30\nCTV = 26\na = 27\ndefalt = 9\n";
    let config = parse(&text).unwrap();
    let keys: Vec<_> = config.limits.cpm.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["a", "ctv", "default", "defalt"]
            .map(String::from)
            .iter()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
    let notes: Vec<_> = config.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "c.toml:9:1: `defalt` is no seller here and no usual product type; did you mean `default`?"
        ]
    );
}

#[test]
fn sanity_and_rates_are_plain_numbers_within_bounds() {
    let usual = parse("").unwrap().limits;
    let numbers = |l: &Limits| [l.band, l.qty_jump, l.auction_factor].map(|n| n.to_string());
    assert_eq!(numbers(&usual), ["0.35", "10", "1.20"]);
    let text = "[limits]\nband = 0.2\nqty_jump = 4\nauction_factor = 1.5\n\
                [limits.rates]\nEUR = 1.08\nJPY = \"0.0067\"\nUSD = 1\n";
    let config = parse(text).unwrap();
    assert_eq!(numbers(&config.limits), ["0.2", "4", "1.5"]);
    let rates: Vec<_> = config.limits.rates.iter().map(|(c, r)| format!("{c} {r}")).collect();
    assert_eq!(rates, ["EUR 1.08", "JPY 0.0067", "USD 1"]);
    let shown = config.settings.iter().find(|s| s.key == "limits.rates.JPY").unwrap();
    assert_eq!((shown.value.as_str(), &shown.from), ("0.0067", &Origin::File(7)));
    for (line, says) in [
        ("band = 35", "`limits.band` must be a number from 0 to 1; this is an integer"),
        ("band = -0.1", "`limits.band` must be a number from 0 to 1; this is negative"),
        ("auction_factor = 0x2", "this is written to the base 16: write it with the digits 0 to 9"),
        ("deal = 100000000000000000000000000000001", "this has 33 digits, and no more than 28"),
        ("qty_jump = 0", "`limits.qty_jump` must be a number from 1 to 1000; this is an integer"),
        ("auction_factor = 0.8", "`limits.auction_factor` must be a number from 1 to 1000"),
        ("rates.EUR = 0", "`limits.rates.EUR` must be a rate like 1.08, above zero"),
        ("rates.eur = 1.1", "\"eur\" is not a currency"),
        ("rates.USD = 2", "your limits are in USD; one USD is worth one USD"),
        ("rates = 2", "`limits.rates` must be a table"),
    ] {
        let error = parse(&format!("[limits]\n{line}")).unwrap_err().to_string();
        assert!(error.contains(says), "{line}: {error}");
    }
}

#[test]
fn the_example_is_fresh_and_every_line_of_it_holds() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, example(), "stale: dealdesk config example > config.example.toml");
    let config = parse(&written).unwrap();
    assert!(config.notes.is_empty(), "{:?}", config.notes);
    assert_eq!(config.limits.exposure, Some(250_000.into()));
    // With every optional line switched on, only the secrets that exclude each other complain.
    let optional = |line: &str| {
        let line = line.strip_prefix("# ").unwrap_or_default();
        line.contains(" = ") && line.parse::<toml::Table>().is_ok()
    };
    let all: Vec<_> =
        written.lines().map(|line| if optional(line) { &line[2..] } else { line }).collect();
    let all = all.join("\n");
    for fault in parse(&all).unwrap_err().faults {
        assert!(fault.says.contains("a seller has one secret"), "{fault}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_or_print_a_secret(
        key in "api_key|bearer_token|api_key_command|url|name|[a-z_]{1,12}",
        quote in "\"|'|\"\"\"|",
        tail in "[\\PC\n]{0,20}",
    ) {
        let text = format!("[[sellers]]\n{key} = {quote}{SENTINEL}{quote}\n{tail}");
        let secret = ["api_key", "bearer_token", "api_key_command", "url"].contains(&key.as_str());
        let printed = match parse(&text) {
            Ok(config) => format!("{config:?}"),
            Err(error) => error.to_string(),
        };
        prop_assert!(!secret || !printed.contains("SENTINEL"), "{}", printed);
    }
}
