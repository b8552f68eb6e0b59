//! The command line as a script meets it: the real binary, a simulated seller over HTTP, a store on
//! disk. Every document is checked against its schema.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../../src/cli/json/schema.rs"]
mod schema;

mod acquaint;
mod failures;
mod halting;
mod rebuilt;
mod sentinel;
mod story;

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

/// A folder of its own for one test: configuration, state, nothing else.
pub(crate) struct Home {
    dir: tempfile::TempDir,
}

/// What a run of the binary gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// The document on stdout, which must be what its schema says.
    pub(crate) fn json(&self, name: &str) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{}\n{}", self.stdout, self.stderr);
        schema::check(name, &self.stdout)
    }
}

impl Home {
    /// With this `config.toml`.
    pub(crate) fn new(config: &str) -> Self {
        let home = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir_all(home.path("config/dealdesk")).unwrap();
        std::fs::write(home.config(), config).unwrap();
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path("config/dealdesk/config.toml")
    }

    /// The binary with nothing of the surroundings but this folder.
    pub(crate) fn command(&self, line: &[&str]) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_dealdesk")));
        command
            .args(line)
            .env_clear()
            .env("HOME", self.dir.path())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("USER", "ana")
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm-256color")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, line: &[&str]) -> Ran {
        Ran::of(&self.command(line).output().unwrap())
    }
}

/// A process that is stopped when the test ends, however it ends.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A simulated seller.
pub(crate) struct Seller {
    _running: Running,
    pub(crate) listening: Value,
}

impl Seller {
    pub(crate) fn start() -> Self {
        Self::speaking("v1")
    }

    pub(crate) fn speaking(dialect: &str) -> Self {
        let home = Home::new("");
        let line = ["simulate", "--listen", "127.0.0.1:0", "--seller", "northlight", "--seed", "7"];
        let line = [&line[..], &["--dialect", dialect]].concat();
        let mut child = home.command(&line).stderr(Stdio::null()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
        Self { _running: Running(child), listening: schema::check("simulate", &first) }
    }

    pub(crate) fn url(&self) -> &str {
        self.listening["url"].as_str().unwrap()
    }

    pub(crate) fn key(&self) -> &str {
        self.listening["keys"]["agency"].as_str().unwrap()
    }

    /// A desk that may buy from this seller; its key is in a file.
    pub(crate) fn home(&self) -> Home {
        let config = format!(
            "[identity]\nagency_id = \"agency-1\"\n[[sellers]]\nname = \"northlight\"\nurl = \"{}\"\n\
             api_key_file = \"key\"\n[limits]\nexposure = 250_000\nday = 60_000\ndeal = 25_000\n\
             cpm.default = 30.00\n",
            self.url()
        );
        let home = Home::new(&config);
        let key = home.config().with_file_name("key");
        std::fs::write(&key, self.key()).unwrap();
        private(&key);
        home
    }
}

/// For the owner alone.
pub(crate) fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// Asks a process to stop, as Ctrl-C does.
pub(crate) fn interrupt(child: &Child) {
    let pid = i32::try_from(child.id()).unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
}
