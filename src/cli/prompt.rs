//! Questions to a person at a terminal. They go to stderr, so that stdout stays data.

use std::io::{self, IsTerminal as _, Write as _};

use crossterm::{
    event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    terminal,
};
use secrecy::SecretString;

use super::{exit::Exit, fail::Failure, out};

/// The longest secret that can be typed or pasted, in characters.
const LONGEST: usize = 4_096;

/// Whether somebody is there to answer.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A line; an empty one is `usual`.
pub(crate) fn line(question: &str, usual: &str) -> Result<String, Failure> {
    let hint = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
    show(&format!("{question}{hint}: "))?;
    let mut text = String::new();
    if io::stdin().read_line(&mut text)? == 0 {
        return Err(stopped());
    }
    let text = text.trim();
    Ok(if text.is_empty() { usual.to_owned() } else { text.to_owned() })
}

/// A line that is asked for again, with the reason, until it makes sense.
pub(crate) fn until<T>(
    question: &str,
    usual: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Failure> {
    loop {
        match read(&line(question, usual)?) {
            Ok(read) => return Ok(read),
            Err(why) => out::words(&out::cleaned(&why)),
        }
    }
}

/// Whether the answer is yes. Anything else is no.
pub(crate) fn yes(question: &str) -> Result<bool, Failure> {
    let answer = line(&format!("{question} (y/N)"), "")?;
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

/// Something that is not shown while it is typed or pasted.
pub(crate) fn secret(question: &str) -> Result<SecretString, Failure> {
    // Before the question: whoever is quick would see what they type.
    let raw = Raw::start()?;
    let typed = show(&format!("{question} (it is not shown): ")).map_err(Failure::from);
    let typed = typed.and_then(|()| typed_unseen());
    drop(raw);
    out::words("");
    typed
}

fn typed_unseen() -> Result<SecretString, Failure> {
    // Room for all of it from the start: what grows leaves copies behind.
    let mut text = String::with_capacity(LONGEST);
    loop {
        let Event::Key(key) = event::read()? else { continue };
        if key.kind != KeyEventKind::Press {
            continue;
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        if key.code == KeyCode::Enter {
            return Ok(SecretString::from(text));
        }
        if key.code == KeyCode::Esc {
            return Err(stopped());
        }
        if key.code == KeyCode::Backspace {
            text.pop();
        }
        let KeyCode::Char(c) = key.code else { continue };
        match (c, control) {
            ('c' | 'd', true) => return Err(stopped()),
            ('u', true) => text.clear(),
            (_, false) if text.len() + c.len_utf8() <= LONGEST => text.push(c),
            (_, _) => {}
        }
    }
}

fn show(text: &str) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    write!(stderr, "{}", crate::domain::text::clean(text, 400))?;
    stderr.flush()
}

fn stopped() -> Failure {
    Failure::new(Exit::Interrupted, "stopped; nothing was written", "")
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Raw;

impl Raw {
    fn start() -> io::Result<Self> {
        terminal::enable_raw_mode().map(|()| Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // There is nothing else to try.
        let _ = terminal::disable_raw_mode();
    }
}
