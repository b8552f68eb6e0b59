//! Every way out leaves a sane terminal.

use rustix::process::{Pid, Signal, kill_process};

use super::support::Terminal;

const SIZE: (u16, u16) = (120, 36);

fn running() -> Terminal {
    let terminal = Terminal::start(&["demo"], SIZE);
    terminal.wait_for("DEMO");
    terminal.wait("every seller has answered", |screen| screen.contents().contains("sellers 5●"));
    terminal
}

#[test]
fn q_and_ctrl_c_leave() {
    for key in ["q", "\x03"] {
        let mut terminal = running();
        terminal.send(key);
        assert_eq!(terminal.exit().exit_code(), 0, "{key:?}");
        terminal.assert_sane();
    }
}

#[test]
fn signals_leave_and_the_exit_code_says_which() {
    for (signal, code) in
        [(Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131), (Signal::TERM, 143)]
    {
        let mut terminal = running();
        kill_process(terminal.pid(), signal).unwrap();
        assert_eq!(terminal.exit().exit_code(), code, "{signal:?}");
        terminal.assert_sane();
    }
}

#[test]
fn a_panic_leaves_and_tells() {
    let mut terminal = Terminal::start(&["demo", "--panic-on", "%"], SIZE);
    terminal.wait_for("sellers 5●");
    terminal.send("%");
    assert_eq!(terminal.exit().exit_code(), 1, "a bug, by the table of exit codes");
    terminal.assert_sane();
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    let after = raw.split("\x1b[?1049l").nth(1).unwrap();
    assert!(after.contains("a panic that was asked for"), "{after}");
}

#[test]
fn ctrl_z_gives_the_shell_back_and_fg_returns() {
    let mut terminal = Terminal::shell(SIZE);
    terminal.wait_for("prompt>");
    terminal.send(concat!(env!("CARGO_BIN_EXE_dealdesk"), " demo\r"));
    terminal.wait_for("sellers 5●");
    terminal.send("\x1a");
    terminal.wait("the shell's own screen", |screen| {
        !screen.alternate_screen() && screen.contents().contains("Stopped")
    });
    terminal.send("fg\r");
    terminal.wait("the desk again", |screen| {
        screen.alternate_screen() && screen.contents().contains("sellers 5●")
    });
    terminal.send("q");
    terminal.wait("the shell again", |screen| {
        !screen.alternate_screen() && screen.contents().trim_end().ends_with("prompt>")
    });
    terminal.send("exit\r");
    terminal.exit();
    terminal.assert_left_clean();
}

/// The desk that a shell runs in the foreground.
fn job_of(shell: &Terminal) -> Pid {
    let pid = shell.pid().as_raw_nonzero();
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    let job = children.split_whitespace().next_back().unwrap();
    Pid::from_raw(job.parse().unwrap()).unwrap()
}

#[test]
fn stopped_from_outside_it_gives_the_shell_back_and_fg_returns() {
    for signal in [Signal::TSTP, Signal::STOP] {
        let mut terminal = Terminal::shell(SIZE);
        terminal.wait_for("prompt>");
        terminal.send(concat!(env!("CARGO_BIN_EXE_dealdesk"), " demo\r"));
        terminal.wait_for("sellers 5●");
        kill_process(job_of(&terminal), signal).unwrap();
        // Nobody is asked before SIGSTOP: the shell's words stand on the desk's screen.
        terminal.wait("the shell", |screen| {
            let is_back = !screen.alternate_screen() || signal == Signal::STOP;
            is_back && screen.contents().contains("Stopped")
        });
        terminal.send("fg\r");
        terminal.wait("the desk again, whole", |screen| {
            let contents = screen.contents();
            screen.alternate_screen()
                && contents.contains("sellers 5●")
                && contents.contains("? keys")
                && !contents.contains("Stopped")
        });
        // Its keys are heard, so the terminal is raw again.
        terminal.send("9");
        terminal.wait_for("[9 Log]");
        terminal.send("q");
        terminal.wait("the shell again", |screen| {
            !screen.alternate_screen() && screen.contents().trim_end().ends_with("prompt>")
        });
        terminal.send("exit\r");
        terminal.exit();
        terminal.assert_left_clean();
    }
}

#[test]
fn where_nobody_could_let_it_go_on_it_does_not_stop() {
    // It leads its session itself: no shell is there that would say `fg`.
    let mut terminal = running();
    terminal.send("\x1a");
    terminal.wait_for("no shell is there");
    kill_process(terminal.pid(), Signal::TSTP).unwrap();
    terminal.send("9");
    terminal.wait_for("[9 Log]");
    terminal.send("q");
    assert_eq!(terminal.exit().exit_code(), 0);
    terminal.assert_sane();
}

#[test]
fn a_terminal_that_shows_no_screen_is_refused_in_words() {
    for (term, says) in
        [(Some("dumb"), "TERM is dumb"), (Some(""), "TERM is not set"), (None, "TERM is not set")]
    {
        for line in [&["demo"][..], &[], &["present", "--attach"], &["demo", "--story"]] {
            let mut terminal = Terminal::start_with(line, SIZE, &[("TERM", term)]);
            assert_eq!(terminal.exit().exit_code(), 2, "{term:?} {line:?}");
            terminal.wait_for(says);
            let raw = terminal.raw();
            assert!(!raw.contains(&0x1b), "{}", String::from_utf8_lossy(&raw));
        }
    }
}

#[test]
fn a_storm_of_sizes_loses_nothing() {
    let mut terminal = running();
    for step in 0u16..100 {
        terminal.resize((20 + step * 7 % 180, 5 + step * 3 % 60));
    }
    terminal.resize((80, 24));
    terminal.wait("80 by 24", |screen| {
        screen.size().0.get() == 24 && screen.contents().contains("? keys")
    });
    terminal.send("q");
    assert_eq!(terminal.exit().exit_code(), 0);
    terminal.assert_sane();
}

#[test]
fn a_frame_is_one_synchronized_update_and_an_idle_desk_draws_nothing() {
    let terminal = running();
    terminal.send("9");
    terminal.wait_for("[9 Log]");
    let raw = terminal.raw();
    let text = String::from_utf8_lossy(&raw);
    let (begun, ended) = (text.matches("\x1b[?2026h").count(), text.matches("\x1b[?2026l").count());
    assert_eq!(begun, ended, "every frame that begins ends");
    assert!(terminal.frames() > 1);
}
