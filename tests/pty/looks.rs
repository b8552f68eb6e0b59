//! How the program looks in terminals of all kinds, by what it writes.

use super::support::{Terminal, run};

const SIZE: (u16, u16) = (120, 36);

/// What a demo writes until its sellers have answered.
fn written(args: &[&str], vars: &[(&str, Option<&str>)]) -> String {
    let terminal = Terminal::start_with(&[args, &["demo"]].concat(), SIZE, vars);
    terminal.wait_for("sellers 5●");
    String::from_utf8_lossy(&terminal.raw()).into_owned()
}

/// Whether a colour is written, of any kind.
fn has_colour(raw: &str) -> bool {
    raw.split("\x1b[").skip(1).any(|sequence| {
        let colour = sequence.split('m').next().unwrap_or_default();
        // Every frame ends with the terminal's own again.
        !matches!(colour, "39" | "49" | "39;49" | "0")
            && colour.starts_with(['3', '4', '9'])
            && colour.bytes().all(|byte| byte.is_ascii_digit() || byte == b';')
    })
}

#[test]
fn colours_are_what_was_asked_for() {
    for (args, vars, colour) in [
        (&[][..], &[][..], true),
        (&[], &[("NO_COLOR", Some("1"))], false),
        (&["--color", "always"], &[("NO_COLOR", Some("1"))], true),
        (&["--color", "never"], &[("FORCE_COLOR", Some("1"))], false),
        (&[], &[("TERM", Some("vt100"))], false),
        (&[], &[("TERM", Some("vt100")), ("CLICOLOR_FORCE", Some("1"))], true),
    ] {
        let raw = written(args, vars);
        assert_eq!(has_colour(&raw), colour, "{args:?} {vars:?}");
    }
}

#[test]
fn the_terminal_is_asked_for_its_ground_and_what_it_answers_holds() {
    let vars = [("COLORTERM", Some("truecolor"))];
    let terminal = Terminal::start_with(&["demo"], SIZE, &vars);
    terminal.wait_for("sellers 5●");
    let raw = || String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert_eq!(raw().matches("\x1b]11;?\x1b\\").count(), 1);
    assert!(raw().contains("38;2;47;196;154") && !raw().contains("38;2;35;87;67"));
    terminal.send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
    terminal.send("8");
    terminal.wait_for("[8 Sellers");
    assert!(raw().contains("38;2;35;87;67"), "what is good is dark on a light ground");
    // Where it is said, nothing is asked.
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("c.toml");
    std::fs::write(&config, "[desk]\ntheme = \"light\"\n").unwrap();
    let raw = written(&["--config", config.to_str().unwrap()], &vars);
    assert!(raw.contains("38;2;35;87;67") && !raw.contains("\x1b]11;?"));
}

#[test]
fn a_demo_beside_a_faulty_configuration_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("c.toml");
    std::fs::write(&config, "[keys]\nhalt = []\n").unwrap();
    let config = config.to_str().unwrap();
    let mut terminal = Terminal::start(&["--config", config, "demo"], SIZE);
    terminal.wait_for("the configuration has faults, the usual keys and looks hold");
    terminal.send("\x1b[24~");
    terminal.wait_for("HALT DEMO");
    terminal.send("q");
    assert_eq!(terminal.exit().exit_code(), 0);
    terminal.wait_for("keys.halt: it needs a key");
    // The desk itself does not begin with it.
    let output = run(&["--config", config]);
    assert_eq!(output.status.code(), Some(3));
}
