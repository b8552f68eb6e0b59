//! The program itself in a terminal: a real pty, read into a real emulator.
//!
//! Whole frames only: a condition is never looked at inside a synchronized update.

use std::{
    io::{Read as _, Write as _},
    num::NonZeroU16,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use vt100::{Callbacks, Parser, Screen};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A test of the program itself goes by the real clock, so that it can give up.
#[expect(clippy::disallowed_methods, reason = "a test gives up by the real clock")]
fn now() -> Instant {
    Instant::now()
}

/// What the program did beside drawing. A seller's words must never get here.
#[derive(Debug, Default, Clone)]
pub(crate) struct Effects {
    pub(crate) titles: Vec<String>,
    pub(crate) clipboard: Vec<String>,
    pub(crate) frames: u64,
    in_frame: bool,
    replies: Vec<u8>,
}

impl Callbacks for Effects {
    fn set_window_title(&mut self, _: &mut Screen, title: &[u8]) {
        // An empty one is what it leaves to terminals that do not keep the one before.
        if !title.is_empty() {
            self.titles.push(String::from_utf8_lossy(title).into());
        }
    }

    fn copy_to_clipboard(&mut self, _: &mut Screen, _: &[u8], data: &[u8]) {
        self.clipboard.push(String::from_utf8_lossy(data).into());
    }

    fn unhandled_csi(
        &mut self,
        screen: &mut Screen,
        first: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        c: char,
    ) {
        match (first, c) {
            (None, 'n') if params.first() == Some(&&[6u16][..]) => {
                let (row, col) = screen.cursor_position();
                self.replies.extend(format!("\x1b[{};{}R", row + 1, col + 1).bytes());
            }
            (Some(b'?'), 'h') if params.first() == Some(&&[2026u16][..]) => self.in_frame = true,
            (Some(b'?'), 'l') if params.first() == Some(&&[2026u16][..]) => {
                self.in_frame = false;
                self.frames += 1;
            }
            _ => {}
        }
    }
}

struct State {
    parser: Parser<Effects>,
    raw: Vec<u8>,
    ended: bool,
    /// Whether the terminal reads nothing.
    stalls: bool,
}

pub(crate) struct Terminal {
    state: Arc<(Mutex<State>, Condvar)>,
    writer: Arc<Mutex<Box<dyn std::io::Write + Send>>>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    // Kept open, so that the terminal's modes can be read after the program is gone.
    _slave: Box<dyn portable_pty::SlavePty + Send>,
}

impl Terminal {
    pub(crate) fn start(args: &[&str], size: (u16, u16)) -> Self {
        Self::start_with(args, size, &[])
    }

    /// The same with other variables; one that is to be absent has no value.
    pub(crate) fn start_with(
        args: &[&str],
        size: (u16, u16),
        vars: &[(&str, Option<&str>)],
    ) -> Self {
        Self::run(env!("CARGO_BIN_EXE_dealdesk"), args, size, vars)
    }

    /// Another program, that starts it.
    pub(crate) fn program(program: &str, args: &[&str], size: (u16, u16)) -> Self {
        Self::run(program, args, size, &[])
    }

    /// A shell with job control, as a person has.
    pub(crate) fn shell(size: (u16, u16)) -> Self {
        Self::run("/bin/bash", &["--norc", "--noprofile", "-i"], size, &[])
    }

    fn run(
        program: &str,
        args: &[&str],
        (cols, rows): (u16, u16),
        vars: &[(&str, Option<&str>)],
    ) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        let home = std::env::temp_dir();
        for (name, value) in
            [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC"), ("USER", "ana")]
        {
            command.env(name, value);
        }
        command.env("PS1", "prompt> ");
        command.env("PATH", "/usr/bin:/bin");
        command.env("HOME", &home);
        for (name, value) in vars {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            }
        }
        command.cwd(&home);
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer: Arc<Mutex<Box<dyn std::io::Write + Send>>> =
            Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let (rows, cols) = (NonZeroU16::new(rows).unwrap(), NonZeroU16::new(cols).unwrap());
        let parser = Parser::new_with_callbacks(rows, cols, 0, Effects::default());
        let state = State { parser, raw: Vec::new(), ended: false, stalls: false };
        let state = Arc::new((Mutex::new(state), Condvar::new()));
        let (shared, answers) = (Arc::clone(&state), Arc::clone(&writer));
        std::thread::spawn(move || {
            let mut bytes = vec![0u8; 65_536];
            loop {
                let state = shared.0.lock().unwrap();
                drop(shared.1.wait_while(state, |state| state.stalls).unwrap());
                let read = reader.read(&mut bytes).unwrap_or(0);
                let mut state = shared.0.lock().unwrap();
                if read == 0 {
                    state.ended = true;
                    shared.1.notify_all();
                    return;
                }
                state.raw.extend_from_slice(&bytes[..read]);
                state.parser.process(&bytes[..read]);
                let replies = std::mem::take(&mut state.parser.callbacks_mut().replies);
                shared.1.notify_all();
                drop(state);
                if !replies.is_empty() {
                    let _ = answers.lock().unwrap().write_all(&replies);
                }
            }
        });
        Self { state, writer, child, master: pair.master, _slave: pair.slave }
    }

    pub(crate) fn pid(&self) -> rustix::process::Pid {
        let pid = i32::try_from(self.child.process_id().unwrap()).unwrap();
        rustix::process::Pid::from_raw(pid).unwrap()
    }

    pub(crate) fn send(&self, text: &str) {
        let mut writer = self.writer.lock().unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Waits until a whole frame fits.
    #[track_caller]
    pub(crate) fn wait(&self, what: &str, fits: impl Fn(&Screen) -> bool) {
        let end = now() + PATIENCE;
        let mut state = self.state.0.lock().unwrap();
        while state.parser.callbacks().in_frame || !fits(state.parser.screen()) {
            let left = end.saturating_duration_since(now());
            assert!(
                !left.is_zero() && !state.ended,
                "waited for {what} (ended: {}); the screen was:\n{}",
                state.ended,
                state.parser.screen().contents()
            );
            state = self.state.1.wait_timeout(state, left).unwrap().0;
        }
    }

    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    /// Presses a key until the screen shows `text`: for keys that only count once something came.
    #[track_caller]
    pub(crate) fn press_until(&self, key: &str, text: &str) {
        let end = now() + PATIENCE;
        loop {
            self.send(key);
            let state = self.state.0.lock().unwrap();
            let (state, _) = self
                .state
                .1
                .wait_timeout_while(state, Duration::from_secs(2), |state| {
                    !state.parser.screen().contents().contains(text)
                })
                .unwrap();
            if state.parser.screen().contents().contains(text) {
                return;
            }
            let contents = state.parser.screen().contents();
            assert!(now() < end, "{key} never led to {text}:\n{contents}");
        }
    }

    /// Reads nothing any more, or again: a line that stalls.
    pub(crate) fn stall(&self, stalls: bool) {
        self.state.0.lock().unwrap().stalls = stalls;
        self.state.1.notify_all();
    }

    /// Waits for something outside of the screen.
    #[track_caller]
    pub(crate) fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let end = now() + PATIENCE;
        while !is_so() {
            assert!(now() < end, "waited for {what}:\n{}", self.contents());
            let state = self.state.0.lock().unwrap();
            drop(self.state.1.wait_timeout(state, Duration::from_millis(20)).unwrap());
        }
    }

    /// Sends one character at a time, each after the frame of the one before: a person's typing.
    pub(crate) fn type_slowly(&self, text: &str) {
        for c in text.chars() {
            let frames = self.frames();
            self.send(&c.to_string());
            let state = self.state.0.lock().unwrap();
            let unchanged = |state: &mut State| state.parser.callbacks().frames == frames;
            let patience = Duration::from_secs(1);
            drop(self.state.1.wait_timeout_while(state, patience, unchanged).unwrap());
        }
    }

    /// Presses nothing for so long that a ticket listens.
    pub(crate) fn let_go(&self) {
        self.pass(450);
    }

    /// Presses nothing for so long that the next key is one of its own.
    pub(crate) fn let_a_key_pass(&self) {
        self.pass(20);
    }

    /// Presses nothing for so many milliseconds, unless the program ends.
    pub(crate) fn pass(&self, millis: u64) {
        let state = self.state.0.lock().unwrap();
        let moment = Duration::from_millis(millis);
        drop(self.state.1.wait_timeout_while(state, moment, |state| !state.ended).unwrap());
    }

    pub(crate) fn frames(&self) -> u64 {
        self.state.0.lock().unwrap().parser.callbacks().frames
    }

    pub(crate) fn contents(&self) -> String {
        self.state.0.lock().unwrap().parser.screen().contents()
    }

    pub(crate) fn effects(&self) -> Effects {
        self.state.0.lock().unwrap().parser.callbacks().clone()
    }

    pub(crate) fn raw(&self) -> Vec<u8> {
        self.state.0.lock().unwrap().raw.clone()
    }

    pub(crate) fn resize(&self, (cols, rows): (u16, u16)) {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let mut state = self.state.0.lock().unwrap();
        let (rows, cols) = (NonZeroU16::new(rows).unwrap(), NonZeroU16::new(cols).unwrap());
        state.parser.set_size(rows, cols);
        self.master.resize(size).unwrap();
    }

    /// Whether lines are edited and echoed, as a shell expects.
    pub(crate) fn is_cooked(&self) -> bool {
        use rustix::termios::{LocalModes, tcgetattr};
        let terminal = std::fs::File::open(self.master.tty_name().unwrap()).unwrap();
        tcgetattr(&terminal).unwrap().local_modes.contains(LocalModes::ICANON | LocalModes::ECHO)
    }

    /// Waits until the program is gone.
    #[track_caller]
    pub(crate) fn exit(&mut self) -> ExitStatus {
        let end = now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(now() < end, "it did not end:\n{}", self.contents());
            // Woken by its last output, or looked at again soon.
            let state = self.state.0.lock().unwrap();
            drop(self.state.1.wait_timeout(state, Duration::from_millis(20)).unwrap());
        }
    }

    /// Asserts that nothing of the desk is left in the terminal.
    #[track_caller]
    pub(crate) fn assert_sane(&self) {
        self.assert_left_clean();
        // Apart, as a shell turns this one on for itself.
        let raw = self.raw();
        let raw = String::from_utf8_lossy(&raw);
        let (on, off) = (raw.rfind("\x1b[?2004h"), raw.rfind("\x1b[?2004l"));
        assert!(on.is_some() && off > on, "pastes are left bracketed");
        assert!(self.is_cooked(), "the terminal is left raw");
    }

    /// Asserts that every mode that only the desk turns on was turned off. What a program wrote last may
    /// be read a moment after it is gone.
    #[track_caller]
    pub(crate) fn assert_left_clean(&self) {
        let end = now() + PATIENCE;
        let mut state = self.state.0.lock().unwrap();
        loop {
            let left_on = left_on(&state.raw);
            let left = end.saturating_duration_since(now());
            assert!(left_on.is_none() || !left.is_zero(), "{left_on:?} is left on");
            if left_on.is_none() {
                return;
            }
            state = self.state.1.wait_timeout(state, left).unwrap().0;
        }
    }
}

/// What only the desk turns on in a terminal and was not turned off again.
fn left_on(raw: &[u8]) -> Option<&'static str> {
    let raw = String::from_utf8_lossy(raw);
    let modes = [
        ("\x1b[?1049h", "\x1b[?1049l"),
        ("\x1b[?1004h", "\x1b[?1004l"),
        ("\x1b[?25l", "\x1b[?25h"),
        ("\x1b[?2026h", "\x1b[?2026l"),
        ("\x1b[22;0t", "\x1b[23;0t"),
        ("\x1b]0;dealdesk", "\x1b]0;\x07"),
    ];
    modes.into_iter().map(|(on, off)| (on, raw.rfind(on), raw.rfind(off))).find_map(
        |(on, last_on, last_off)| (last_on.is_none() || last_off <= last_on).then_some(on),
    )
}

/// The program without a terminal, and what it printed.
pub(crate) fn run(args: &[&str]) -> std::process::Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dealdesk"));
    command.args(args).env_clear().env("HOME", std::env::temp_dir()).env("USER", "ana");
    command.stdin(std::process::Stdio::null()).output().unwrap()
}

/// The program on a terminal that is nobody's controlling terminal, as `setsid`, `docker exec` and
/// multiplexers give one: it gets no SIGHUP. The terminal is gone once what is returned first is dropped.
pub(crate) fn uncontrolled(args: &[&str]) -> (Box<dyn MasterPty + Send>, std::process::Child) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let size = PtySize { rows: 36, cols: 120, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let name = pair.master.tty_name().unwrap();
    let open = || {
        let noctty = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
        let mut options = std::fs::OpenOptions::new();
        options.read(true).write(true).custom_flags(noctty).open(&name).unwrap()
    };
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dealdesk"));
    command.args(args).env_clear().env("HOME", std::env::temp_dir()).env("USER", "ana");
    command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
    command.stdin(open()).stdout(open()).stderr(open());
    let child = command.spawn().unwrap();
    (pair.master, child)
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
