//! Secrets from commands: a password manager's, mostly.

use std::{
    io::Read,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{LONGEST, Run, SecretError, error, first_line};
use crate::sellers::Mask;

/// How much is told of what a command says on stderr, in terminal cells.
const SAYS: usize = 300;

/// The shortest word that is taken for a secret.
const SECRET_AT_LEAST: usize = 8;

/// The longest word that is taken for a word.
const LONGEST_WORD: usize = 20;

/// What stands where a word looks like a secret.
const HIDDEN: &str = "…";

/// How long is waited for more words after the secret.
const LAST_WORDS: Duration = Duration::from_secs(1);

const CURE: &str = "run it by hand to see what it says";

/// Runs a command; the first line it prints is the secret. It gets no stdin, so one that wants to ask
/// for its own password does so at the terminal (`/dev/tty`) or by a window. What it says on stderr is
/// told where it fails, but for what may be a secret; what it prints is never told.
pub(super) fn read(run: &Run, timeout: Duration) -> Result<SecretString, SecretError> {
    let spawned =
        command(run).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(io) => return error(format!("the key's command cannot be started: {io}"), CURE),
    };
    let (printed, said) = (all_of(child.stdout.take()), all_of(child.stderr.take()));
    let printed = printed.recv_timeout(timeout).ok();
    // What it left running may keep this end open for good.
    let said = said.recv_timeout(timeout.min(LAST_WORDS)).unwrap_or_default();
    // One that says nothing more is about to end; one that took too long need not live on.
    if printed.is_some() {
        let_end(&mut child);
    }
    let _ = child.kill();
    let status = child.wait();
    let Some(printed) = printed else {
        return error(format!("the key's command took over {} s", timeout.as_secs()), CURE);
    };
    match status {
        Ok(status) if !status.success() => {
            let said = told(&said, &printed);
            error(format!("the key's command failed ({status}){said}"), CURE)
        }
        Ok(_) => match std::str::from_utf8(printed.expose_secret()) {
            Ok(text) => Ok(first_line(text)),
            Err(_) => error("the key's command printed no text", CURE),
        },
        Err(io) => error(format!("the key's command was lost: {io}"), CURE),
    }
}

/// Waits a little for a command that has closed its pipes: it is not yet gone then.
fn let_end(child: &mut Child) {
    let mut left = LAST_WORDS;
    while matches!(child.try_wait(), Ok(None)) && !left.is_zero() {
        let step = left.min(Duration::from_millis(5));
        std::thread::park_timeout(step);
        left = left.saturating_sub(step);
    }
}

fn command(run: &Run) -> Command {
    match run {
        Run::Shell(line) => {
            let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
            let mut command = Command::new(shell);
            command.args([flag, line]);
            command
        }
        Run::Program(program, arguments) => {
            let mut command = Command::new(program);
            command.args(arguments);
            command
        }
    }
}

type Bytes = secrecy::SecretBox<Vec<u8>>;

/// Reads a pipe to its end, or to the cap, on a thread that ends with the pipe; after a time-out nobody
/// waits for it any more.
fn all_of(pipe: Option<impl Read + Send + 'static>) -> Receiver<Bytes> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What cannot be read is as good as empty, and told as that.
        let _ = pipe.map(|pipe| pipe.take(LONGEST).read_to_end(&mut bytes));
        sender.send(Bytes::new(Box::new(bytes)))
    });
    receiver
}

/// What a command said, cleaned and cut, without what it printed and without what looks like a secret: a
/// command that fails says things that it has not printed.
fn told(said: &Bytes, printed: &Bytes) -> String {
    let said = String::from_utf8_lossy(said.expose_secret());
    let printed = String::from_utf8_lossy(printed.expose_secret());
    let said = Mask::new(printed.split_whitespace().map(SecretString::from)).shown(&said, SAYS);
    let said = plain_words(said.trim());
    if said.is_empty() { said } else { format!(" and said: {said}") }
}

/// `text` with its words alone: whatever could be a secret is left out.
fn plain_words(text: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || "+=_~.-%$!#*^&@\\".contains(c);
    let (mut out, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| is_part(c) != is_part(first)).unwrap_or(rest.len());
        let (piece, left) = rest.split_at(end);
        out.push_str(if is_part(first) && looks_secret(piece) { HIDDEN } else { piece });
        rest = left;
    }
    out
}

/// Whether a word is none that people write: it is long, and has digits, signs or letters of both sizes.
fn looks_secret(word: &str) -> bool {
    let word = word.trim_end_matches(['.', '!']);
    if word == HIDDEN || word.len() < SECRET_AT_LEAST {
        return false;
    }
    let mut letters = word.chars();
    letters.next();
    let is_plain = |c: char| c.is_lowercase() || matches!(c, '-' | '.' | '_');
    let is_word = letters.clone().all(is_plain) || word.chars().all(char::is_uppercase);
    let starts = word.starts_with(|c: char| c.is_alphabetic() || matches!(c, '-' | '.' | '_'));
    !(is_word && starts) || word.len() > LONGEST_WORD
}
