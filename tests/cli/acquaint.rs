//! Getting to know a seller: `sellers add` and `sellers test` as a script meets them.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::Stdio,
};

use serde_json::Value;

use crate::{Home, Ran, Seller};

const MINE: &str = "# mine, and it stays\n[identity]\nagency_id = \"agency-1\" # ours\n\n[limits]\r\n\
                    deal = 25_000\t# odd\n[limits.cpm]\ndefault=30.0";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn with_key(home: &Home, seller: &Seller, line: &[&str]) -> Ran {
    Ran::of(&home.command(line).env("NORTHLIGHT_KEY", seller.key()).output().unwrap())
}

fn check<'a>(document: &'a Value, name: &str) -> &'a Value {
    let checks = document["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap_or(&Value::Null)
}

#[test]
fn a_new_seller_is_walked_through_and_written_and_nothing_else_moves() {
    let seller = Seller::start();
    let home = Home::new(MINE);
    let (real, link) = (home.path("real.toml"), home.config());
    fs::rename(&link, &real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, &link).unwrap();
    let line = ["sellers", "add", seller.url(), "--name", "northlight"];
    let line = [&line[..], &["--key-env", "NORTHLIGHT_KEY", "--yes", "--json"]].concat();
    let ran = with_key(&home, &seller, &line);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let says = "your key from $NORTHLIGHT_KEY goes along";
    assert!(ran.stderr.contains(says), "a key goes nowhere unsaid: {}", ran.stderr);
    let document = ran.json("sellers-add");
    for name in ["connection", "card", "products", "key", "kit", "clock", "latency"] {
        assert_eq!(check(&document, name)["status"], "ok", "{name}: {document:#}");
    }
    assert!(check(&document, "kit")["detail"].as_str().unwrap().contains("with prices for us"));
    let block = document["block"].as_str().unwrap();
    assert!(block.contains("reveal = \"agency\""), "{block}");
    let text = fs::read_to_string(&link).unwrap();
    let appended = text.strip_prefix(MINE).unwrap_or_else(|| panic!("{text}"));
    assert_eq!(appended.replace("\r\n", "\n"), format!("\n\n{block}"));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "the link stays");
    assert_eq!(mode(&real), 0o640);
    let left: Vec<_> =
        fs::read_dir(home.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".config-")), "{left:?}");

    let test = with_key(&home, &seller, &["sellers", "test", "northlight", "--json"]);
    assert_eq!((test.code, &test.json("sellers-test")["seller"]), (0, &"northlight".into()));
    // What was learnt is known to the next command, with when.
    let tier = test.json("sellers-test")["tier"].clone();
    assert!(tier.is_string(), "{}", test.stdout);
    let listed = with_key(&home, &seller, &["sellers", "list", "--json"]).json("sellers");
    assert_eq!(listed["items"][0]["tier"], tier);
    assert!(listed["items"][0]["tier_at"].is_string(), "{listed}");
    let listed = with_key(&home, &seller, &["sellers", "list", "--offline"]).stdout;
    assert!(listed.contains(&format!("{}, ", tier.as_str().unwrap())), "{listed}");
    assert!(listed.contains(" ago\t"), "{listed}");
    let kit = with_key(&home, &seller, &["kit", "list", "--json"]);
    assert_eq!(kit.json("packages")["items"][0]["seller"], "northlight");
    for (again, taken) in [
        ([seller.url(), "other"], "is there already: it is the seller northlight"),
        (["https://other.example", "northlight"], "a seller is called northlight already"),
    ] {
        let ran = home.run(&["sellers", "add", again[0], "--name", again[1], "--yes"]);
        assert_eq!((ran.code, ran.stderr.contains(taken)), (3, true), "{}", ran.stderr);
    }
    assert_eq!(fs::read_to_string(&link).unwrap(), text, "a refusal writes nothing");
}

#[test]
fn a_key_from_stdin_is_kept_in_a_private_file_and_only_if_it_opens_the_door() {
    let seller = Seller::start();
    let home = Home::new("");
    let add = |key: &str| {
        let line =
            ["sellers", "add", seller.url(), "--name", "n", "--key-stdin", "--yes", "--json"];
        let mut child = home.command(&line).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{key}\n").as_bytes()).unwrap();
        Ran::of(&child.wait_with_output().unwrap())
    };
    let kept = home.config().with_file_name("keys").join("n");
    let wrong = add("sk-SENTINEL-wrong");
    let document = wrong.json("sellers-add");
    assert_eq!((wrong.code, &document["written"]), (3, &Value::Null));
    assert_eq!(check(&document, "key")["status"], "fail", "{document:#}");
    assert!(check(&document, "key")["detail"].as_str().unwrap().contains("401"));
    assert!(!format!("{}{}", wrong.stdout, wrong.stderr).contains("SENTINEL"));
    assert!(!kept.exists(), "a key of a seller that was not written is not kept");
    assert_eq!(fs::read_to_string(home.config()).unwrap(), "");
    let right = add(seller.key());
    assert_eq!(right.code, 0, "{}", right.stderr);
    assert_eq!((mode(&kept), mode(kept.parent().unwrap())), (0o600, 0o700));
    assert!(!fs::read_to_string(home.config()).unwrap().contains(seller.key()));
    let kit = home.run(&["kit", "list", "--json"]);
    let package = &kit.json("packages")["items"][0];
    assert!(package["exact_price"].is_string(), "{package:#}");
}

#[test]
fn what_cannot_be_added_says_why_and_writes_nothing() {
    let home = Home::new("");
    let good = ["--name", "a", "--yes"];
    for (line, code, says) in [
        (&["http://127.0.0.1:9", "--name", "a"][..], 2, "nobody is here to ask"),
        (&["http://127.0.0.1:9", "--json", "--name", "a"], 2, "nobody is here to ask"),
        (&["no address", "--yes"], 2, "that is no web address"),
        (&["http://far.example", good[0], good[1], good[2]], 3, "allow_http"),
        (&["https://u:SENTINEL@far.example", "--yes"], 3, "carries a user name or password"),
        (&["https://far.example", "--name", "a b", "--yes"], 3, "cannot be a seller's name"),
        (&["http://127.0.0.1:9", "--key-env", "NOT_SET", "--yes"], 3, "$NOT_SET is not set"),
        (&["http://127.0.0.1:9", "--key-env", "sk-SENTINEL", "--yes"], 3, "not the name of"),
        (
            &["http://127.0.0.1:9", "--key-file", "k", "--key-env", "K", "--yes"],
            2,
            "cannot be used",
        ),
        (&["http://127.0.0.1:9", good[0], good[1], good[2]], 8, "nothing was written"),
    ] {
        let ran = home.run(&[&["sellers", "add"], line].concat());
        let heard = format!("{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.code, code, "{line:?}: {heard}");
        assert!(heard.contains(says), "{line:?}: {heard}");
        assert!(!heard.contains("SENTINEL"), "{heard}");
        assert_eq!(fs::read_to_string(home.config()).unwrap(), "", "{line:?}");
    }
    fs::remove_file(home.config()).unwrap();
    let line = ["sellers", "add", "https://a.example", "--offline", "--yes", "--json"];
    let named = home.path("new/place/mine.toml");
    let ran = home.run(&[&["--config", named.to_str().unwrap()], &line[..]].concat());
    assert_eq!(ran.code, 0, "a file that is named is made as well: {}", ran.stderr);
    assert!(fs::read_to_string(&named).unwrap().contains("https://a.example"));
    assert_eq!(home.run(&["--config", "/no/such.toml", "sellers", "list"]).code, 3);
    let ran = home.run(&line);
    assert_eq!(
        (ran.code, ran.json("sellers-add")["checks"].as_array().map(Vec::len)),
        (0, Some(0))
    );
    let text = fs::read_to_string(home.config()).unwrap();
    assert_eq!(text, "[[sellers]]\nname = \"a\"\nurl = \"https://a.example\"\n");
    assert_eq!(mode(&home.config()), 0o600, "a new configuration is ours alone");
    fs::set_permissions(home.config(), fs::Permissions::from_mode(0o400)).unwrap();
    let ran = home.run(&["sellers", "add", "https://b.example", "--offline", "--yes"]);
    assert_eq!((ran.code, ran.stderr.contains("read-only")), (3, true), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(home.config()).unwrap(), text);
}

#[test]
fn a_test_tells_what_is_wrong_by_its_exit_code() {
    let seller = Seller::start();
    let block = |name: &str, url: &str, more: &str| {
        format!("[[sellers]]\nname = \"{name}\"\nurl = \"{url}\"\nattempts = 1\n{more}\n")
    };
    let far = "http://far.example";
    let config = block("open", seller.url(), "")
        + &block(
            "bad",
            &format!("{}/", seller.url()).replace("127.0.0.1", "localhost"),
            "api_key_env = \"BAD\"",
        )
        + &block("gone", "http://127.0.0.1:9", "")
        + &block("plain", far, "allow_http = true\ntimeout_s = 1\napi_key_env = \"NONE\"");
    let home = Home::new(&config);
    for (name, code, failed, says) in [
        ("open", 0, Value::Null, "it shows us what it shows everybody"),
        ("bad", 3, "key".into(), "401"),
        ("gone", 8, "card".into(), "connect_error"),
        ("plain", 3, "key".into(), "the key travels unencrypted"),
    ] {
        let line = ["sellers", "test", name, "--json"];
        let ran = Ran::of(&home.command(&line).env("BAD", "sk-SENTINEL-bad").output().unwrap());
        let document = ran.json("sellers-test");
        assert_eq!(ran.code, code, "{name}: {document:#}");
        let checks = document["checks"].as_array().unwrap();
        let first = checks.iter().find(|check| check["status"] == "fail");
        assert_eq!(first.map_or(&Value::Null, |check| &check["name"]), &failed, "{name}");
        assert!(ran.stdout.contains(says), "{name}: {document:#}");
        let fixed = first.is_none_or(|check| check["fix"].is_string());
        assert!(fixed, "{name}: what fails says what to do");
    }
    let note = home.run(&["sellers", "list", "--offline"]).stderr;
    assert!(note.contains("plain http to another machine: your key travels"), "{note}");
    let check = home.run(&["config", "check", "--json"]).json("config-check");
    assert!(check["notes"][0]["says"].as_str().unwrap().contains("unencrypted"), "{check:#}");
    assert_eq!(home.run(&["sellers", "test", "nobody"]).code, 4);
}
