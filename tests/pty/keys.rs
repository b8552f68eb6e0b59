//! A new seller and its key, at a terminal: what is typed as a key is never shown.

use std::os::unix::fs::PermissionsExt as _;

use super::support::Terminal;

const KEY: &str = "sk-SENTINEL-4711";

#[test]
fn a_key_is_pasted_unseen_and_kept_in_a_private_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let (config, log) = (path("config.toml"), path("log"));
    std::fs::write(&config, "# mine\n").unwrap();
    let [config_arg, log_arg] = [&config, &log].map(|path| path.display().to_string());
    let line = ["--config", &config_arg, "--log", &log_arg];
    let line =
        [&line[..], &["sellers", "add", "https://sell.harbor.example", "--offline"]].concat();
    let mut terminal = Terminal::start(&line, (120, 30));
    for (question, answer) in [
        ("your own name for it [harbor]", "\r"),
        ("where is your key", "paste\r"),
        ("your key (it is not shown)", &*format!("wrong\x15{KEY}x\x7f\r")),
        ("the most it is told", "seat\r"),
        ("Write this to", "y\r"),
    ] {
        terminal.wait_for(question);
        terminal.send(answer);
    }
    assert_eq!(terminal.exit().exit_code(), 0, "{}", terminal.contents());
    assert!(terminal.is_cooked(), "the terminal echoes again");
    assert!(!String::from_utf8_lossy(&terminal.raw()).contains("SENTINEL"));
    let written = std::fs::read_to_string(&config).unwrap();
    assert_eq!(
        written,
        "# mine\n\n[[sellers]]\nname = \"harbor\"\nurl = \"https://sell.harbor.example\"\n\
         api_key_file = \"keys/harbor\"\nreveal = \"seat\"\n"
    );
    let kept = path("keys/harbor");
    assert_eq!(std::fs::read_to_string(&kept).unwrap().trim_end(), KEY);
    assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn whoever_says_no_or_leaves_has_written_nothing() {
    for (last, code) in [("n\r", 0), ("\x04", 130)] {
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("config.toml").display().to_string();
        let log = dir.path().join("log").display().to_string();
        std::fs::write(&config, "").unwrap();
        let line = ["--config", &config, "--log", &log, "sellers", "add", "https://a.example"];
        let line = [&line[..], &["--offline", "--name", "a", "--key-stdin"]].concat();
        let mut terminal = Terminal::start(&line, (120, 30));
        for (question, answer) in [
            ("your key (it is not shown)", &*format!("{KEY}\r")),
            ("the most it is told", "\r"),
            ("Write this to", last),
        ] {
            terminal.wait_for(question);
            terminal.send(answer);
        }
        assert_eq!(terminal.exit().exit_code(), code, "{last:?}: {}", terminal.contents());
        assert_eq!(std::fs::read_to_string(&config).unwrap(), "");
        assert!(!dir.path().join("keys/a").exists(), "the key is taken away again");
    }
}
