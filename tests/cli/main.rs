//! The command line as a script meets it: the real binary, a simulated seller over HTTP, a store on
//! disk. Every document is checked against its schema.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../../src/cli/tests/schema.rs"]
mod schema;

mod acquaint;
mod awaited;
mod before;
mod big;
mod differs;
mod edited;
mod failures;
mod files;
mod halting;
mod home;
mod limits;
mod locked;
mod logged;
mod orders;
mod paper;
mod queue;
mod rebuilt;
mod sentinel;
mod story;
mod together;
mod unstored;
mod watching;
mod ways;

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
};

use serde_json::Value;

pub(crate) use home::{Home, Ran, private};

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

/// Asks a process to stop, as Ctrl-C does.
pub(crate) fn interrupt(child: &Child) {
    let pid = i32::try_from(child.id()).unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
}
