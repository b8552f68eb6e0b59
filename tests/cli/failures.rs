//! What goes wrong: the exit code, the words, the JSON, and never a secret.

use serde_json::Value;

use crate::{Home, Seller, private};

const SENTINEL: &str = "sk-SENTINEL-0123456789abcdef";

fn seller(lines: &str) -> String {
    format!("[[sellers]]\nname = \"a\"\nurl = \"http://127.0.0.1:9\"\n{lines}\n")
}

const BACKWARDS: &[&str] = &["--product", "p", "--start", "2027-02-02", "--end", "2027-02-01"];

#[test]
fn failures_are_told_apart_by_exit_code_and_json() {
    let good = Home::new(&seller("timeout_s = 1\nattempts = 1"));
    let typo = Home::new("[limit]\ndeal = 3\n");
    for (home, line, code, kind) in [
        (&good, &["quote", "show"][..], 2, "usage"),
        (&good, &["bok"], 2, "usage"),
        (&good, &["book", "qt-1", "--yes"], 2, "usage"),
        (&good, &["demo", "--speed", "0"], 2, "usage"),
        (&good, &["simulate", "--listen", "127.0.0.1:0", "--seller", "nobody"], 2, "usage"),
        (&good, &["--config", "/no/such/file", "deals", "list"], 3, "configuration"),
        (&typo, &["deals", "list"], 3, "configuration"),
        (&good, &["deals", "show", "D-1", "--offline"], 4, "not_found"),
        (&good, &["quote", "show", "qt-1"], 4, "not_found"),
        (&good, &["--store", "/no/such/store.db", "quote", "list"], 4, "not_found"),
        (&good, &["audit", "verify", "--store", "/no/such/store.db"], 4, "not_found"),
        (&good, &["quote", "request", "--seller", "b", "--product", "p"], 4, "not_found"),
        (&good, &["quote", "request", "--seller", "a", "--product", "p"], 8, "not_sent"),
        (&good, &["quote", "list", "--seller", "b"], 4, "not_found"),
        (&good, &["deals", "list", "--seller", "b"], 4, "not_found"),
        (&good, &["watch", "--no-follow", "--seller", "b"], 4, "not_found"),
        (&good, &["watch", "--no-follow", "--kind", "bokings"], 4, "not_found"),
        (&good, &["deals", "watch", "--no-follow", "--kind", "bokings"], 4, "not_found"),
        (&good, &["watch", "--no-follow", "--from", "99999"], 4, "not_found"),
        (&good, &[&["quote", "request", "--seller", "a"][..], BACKWARDS].concat(), 2, "usage"),
        (&good, &[&["avails", "--seller", "a"][..], BACKWARDS].concat(), 2, "usage"),
        (
            &good,
            &["--read-only", "quote", "request", "--seller", "a", "--product", "p"],
            7,
            "blocked",
        ),
    ] {
        let ran = home.run(&[line, &["--json"]].concat());
        assert_eq!(ran.code, code, "{line:?}: {}", ran.stderr);
        let document = ran.json("error");
        assert_eq!(document["error"]["kind"], kind, "{line:?}");
        assert_eq!(document["exit"].as_i64(), Some(code.into()));
        assert!(!ran.stderr.is_empty(), "{line:?} says nothing");
        let plain = home.run(line);
        assert_eq!((plain.code, plain.stdout.as_str()), (code, ""), "{line:?}");
    }
}

#[test]
fn a_list_from_nobody_is_not_sent_and_names_who_is_missing() {
    let home = Home::new(&seller(""));
    let ran = home.run(&["kit", "list", "--json"]);
    assert_eq!(ran.code, 8);
    assert_eq!(ran.json("packages")["partial"][0]["seller"], "a");
    let empty = Home::new("");
    for (line, schema) in [
        (["quote", "list", "--json"], "quotes"),
        (["deals", "list", "--json"], "deals"),
        (["sellers", "list", "--json"], "sellers"),
    ] {
        let ran = empty.run(&line);
        assert_eq!((ran.code, &ran.json(schema)["items"]), (0, &Value::Array(vec![])), "{line:?}");
    }
}

#[test]
fn one_bad_key_stops_one_seller_and_every_check_says_so() {
    let open = Seller::start();
    let config = format!(
        "{}[[sellers]]\nname = \"b\"\nurl = \"{}\"\n",
        seller("api_key_env = \"NO_SUCH_KEY\""),
        open.url()
    );
    let home = Home::new(&config);
    let listed = home.run(&["kit", "list", "--json"]);
    let document = listed.json("packages");
    assert_eq!((listed.code, &document["partial"][0]["error"]), (0, &Value::from("no_key")));
    assert!(!document["items"].as_array().unwrap().is_empty());
    let single = home.run(&["quote", "request", "--seller", "a", "--product", "p", "--json"]);
    assert_eq!(single.code, 3);
    assert!(single.stderr.contains("$NO_SUCH_KEY is not set"), "{}", single.stderr);
    for (line, schema) in [("check", "config-check"), ("doctor", "doctor")] {
        let line: &[&str] =
            if line == "check" { &["config", "check", "--json"] } else { &["doctor", "--json"] };
        let ran = home.run(line);
        assert_eq!(ran.code, 3);
        assert!(ran.json(schema).to_string().contains("$NO_SUCH_KEY is not set"), "{}", ran.stdout);
    }
}

#[test]
fn a_secret_is_never_printed_wherever_it_stands() {
    let lines = format!("api_key = \"{SENTINEL}\"");
    let wide = Home::new(&seller(&lines));
    let tight = Home::new(&seller(&lines));
    private(&tight.config());
    let broken = Home::new(&seller(&format!("api_key = \"{SENTINEL}")));
    let twice = Home::new(&seller(&format!("{lines}\nbearer_token = \"{SENTINEL}\"")));
    let odd = Home::new(&seller(&format!("api_key = [\"{SENTINEL}\"]")));
    for home in [&wide, &tight, &broken, &twice, &odd] {
        for line in [
            &["config", "check"][..],
            &["config", "check", "--json"],
            &["doctor", "--json"],
            &["sellers", "list", "--json"],
            &["kit", "list"],
            &["quote", "request", "--seller", "a", "--product", "p"],
        ] {
            let ran = home.run(line);
            assert!(!ran.stdout.contains("SENTINEL"), "{line:?}: {}", ran.stdout);
            assert!(!ran.stderr.contains("SENTINEL"), "{line:?}: {}", ran.stderr);
        }
    }
    let says = wide.run(&["sellers", "list"]).stderr;
    assert!(says.contains("others can read it"), "{says}");
    let log = tight.path("state/dealdesk/dealdesk.log");
    assert!(!std::fs::read_to_string(log).unwrap_or_default().contains("SENTINEL"));
}

#[test]
fn a_configuration_fault_names_file_line_and_cure() {
    let home = Home::new(&seller("api_kye_env = \"X\""));
    let ran = home.run(&["deals", "list"]);
    let expect = format!(
        "{}:4:1: unknown key `api_kye_env` in [sellers]; did you mean `api_key_env`?\n",
        home.config().display()
    );
    assert_eq!((ran.code, ran.stderr), (3, expect));
    let check = home.run(&["config", "check", "--json"]);
    assert_eq!(check.json("config-check")["faults"][0]["line"].as_u64(), Some(4));
    let doctor = home.run(&["doctor", "--json"]);
    assert_eq!(
        (doctor.code, &doctor.json("doctor")["checks"][0]["status"]),
        (3, &Value::from("fail"))
    );
}

#[test]
fn help_version_paths_and_examples_are_data() {
    let home = Home::new("");
    for line in [&["--help"][..], &["--version"], &["book", "--help"], &["keys"], &["keys", "--md"]]
    {
        let ran = home.run(line);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{line:?}");
        assert!(!ran.stdout.is_empty());
    }
    assert!(home.run(&["--help"]).stdout.contains("money may have moved"));
    let path = home.run(&["config", "path"]);
    assert_eq!(path.stdout.trim(), home.config().display().to_string());
    home.run(&["config", "path", "--json"]).json("config-path");
    let example = home.run(&["config", "example"]).stdout;
    assert_eq!(example.trim_end(), include_str!("../../config.example.toml").trim_end());
    home.run(&["config", "example", "--json"]).json("config-example");
    home.run(&["keys", "--json"]).json("keys");
    let bare = home.run(&[]);
    assert_eq!(bare.code, 2, "without a terminal there is no desk: {}", bare.stdout);
}

/// On a fresh machine there is no folder for the configuration yet.
#[test]
fn what_is_advised_on_a_fresh_machine_works_there() {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_dealdesk"));
    let advice = |home: &Home, line: &[&str]| {
        let ran = home.run(line);
        let heard = format!("{}\n{}", ran.stdout, ran.stderr);
        let begin = heard.find("mkdir -p").unwrap_or_else(|| panic!("{line:?}: {heard}"));
        let line = heard[begin..].lines().next().unwrap();
        line.to_owned()
    };
    for line in [&["config", "path"][..], &["doctor", "--offline"], &["deals", "list"]] {
        let home = Home::new("");
        std::fs::remove_dir_all(home.path("config")).unwrap();
        let named = home.path("else where/c.toml");
        let is_named = line[0] == "deals";
        let flag = ["--config", named.to_str().unwrap()];
        let line = if is_named { [&flag[..], line].concat() } else { line.to_vec() };
        let advised = advice(&home, &line);
        let mut shell = home.command(&[]);
        let mut run = std::process::Command::new("sh");
        run.args(["-c", &advised]).env_clear();
        for (name, value) in shell.env("PATH", "").get_envs() {
            run.env(name, value.unwrap_or_default());
        }
        let folder = binary.parent().unwrap().display();
        run.env("PATH", format!("{folder}:/usr/bin:/bin"));
        let ran = run.output().unwrap();
        assert!(ran.status.success(), "{advised}: {}", String::from_utf8_lossy(&ran.stderr));
        let written = if is_named { named } else { home.config() };
        let text = std::fs::read_to_string(written).unwrap();
        assert!(text.contains("[[sellers]]"), "{advised}");
    }
}
