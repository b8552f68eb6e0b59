//! The log file as whoever helps with a desk reads it: what was started and with what, what was refused, which
//! requests failed, how it ended. Keys are looked for in it by `sentinel`.

use serde_json::Value;

use crate::{Home, private};

/// The events of a run: message and fields.
fn events(home: &Home) -> Vec<Value> {
    let text = std::fs::read_to_string(home.path("log")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"].clone())
        .collect()
}

fn of<'e>(events: &'e [Value], message: &str) -> &'e Value {
    let found = events.iter().find(|event| event["message"] == message);
    found.unwrap_or_else(|| panic!("{message} in {events:#?}"))
}

#[test]
fn the_log_says_what_was_started_what_was_refused_what_failed_and_how_it_ended() {
    // Nobody listens on this port.
    let config = "[[sellers]]\nname = \"a\"\nurl = \"http://127.0.0.1:9\"\nattempts = 1\n\
                  api_key_env = \"KEY\"\n";
    let home = Home::new(config);
    private(&home.config());
    let log = home.path("log").display().to_string();
    let run = |line: &[&str]| {
        let _ = std::fs::remove_file(home.path("log"));
        let mut command = home.command(&[&["--log", &log], line].concat());
        command.env("KEY", "sk-0123456789abcdef").output().unwrap()
    };
    run(&["quote", "request", "--seller", "a", "--product", "p"]);
    let seen = events(&home);
    let started = of(&seen, "started");
    assert_eq!(started["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(started["config"], home.config().display().to_string());
    assert_eq!(started["store"], home.path("state/dealdesk/live.db").display().to_string());
    let seller = of(&seen, "a seller of the configuration");
    assert_eq!((&seller["seller"], &seller["protocol"]), (&"a".into(), &"iab".into()));
    assert!(seller["url"].as_str().unwrap().starts_with("http://127.0.0.1:9"), "{seller}");
    let failed = of(&seen, "a request failed");
    assert_eq!((&failed["seller"], &failed["code"]), (&"a".into(), &"connect_error".into()));
    assert!(failed["asked"].as_str().unwrap().contains("http://127.0.0.1:9/"), "{failed}");
    let ended = of(&seen, "ended");
    assert_eq!((&ended["exit"], &ended["kind"]), (&8.into(), &"not_sent".into()));

    run(&["quote", "request", "--seller", "a", "--product", "p", "--type", "PG"]);
    let seen = events(&home);
    assert_eq!(of(&seen, "refused")["rule"], "impressions");
    let text = std::fs::read_to_string(home.path("log")).unwrap();
    assert!(!text.contains("sk-0123456789abcdef"), "{text}");

    run(&["deals", "list"]);
    assert_eq!(of(&events(&home), "ended")["exit"], 0);
}
