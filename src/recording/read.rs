//! A recording read from its lines. A file that breaks off was left by a desk that was killed: its whole
//! lines are played. Anything else that is wrong is named with its line.

use std::io::{self, BufRead, Read as _};

use jiff::Timestamp;

use super::line::{FORMAT, Head, Line, Start, What};
use crate::domain::{json, text};

/// The longest file that is read, in bytes.
pub const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// The longest line that is read, in bytes: a seller's whole kit fits.
const MOST_LINE: u64 = 32 * 1024 * 1024;

/// The most columns and rows that a screen has: far more than any terminal, and few enough to be drawn.
pub const MOST_CELLS: (u16, u16) = (1_000, 500);

/// A recording.
#[derive(Debug, Clone)]
pub struct Recording {
    /// What it is.
    pub head: Head,
    /// What happened, in order.
    pub lines: Vec<Line>,
    /// Whether it breaks off in the middle of a line.
    pub breaks_off: bool,
}

/// Why a file is no recording that can be played.
#[derive(Debug, thiserror::Error)]
pub enum Bad {
    /// It could not be read at all.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Its first line is none of ours.
    #[error("it is no recording of a desk: its first line {0}")]
    NotOurs(String),
    /// A newer program made it.
    #[error(
        "it was made by dealdesk {version}, whose format {format} is newer than this program's {FORMAT}"
    )]
    Newer {
        /// Which program.
        version: String,
        /// Its format.
        format: u64,
    },
    /// It is longer than anything a desk records in a day.
    #[error("it is larger than {} MiB", MOST_BYTES / 1024 / 1024)]
    Large,
    /// A line says nothing that is known.
    #[error("line {line} cannot be read: {why}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// Why not.
        why: String,
    },
}

impl Bad {
    /// What to do about it.
    pub fn cure(&self) -> &'static str {
        match self {
            Self::Io(_) => "name a file that you may read",
            Self::NotOurs(_) => "name a file that `dealdesk --record FILE` wrote",
            Self::Newer { .. } => "play it with a dealdesk at least as new as the one that made it",
            Self::Large => "play a recording of a shorter session",
            Self::Line { .. } => {
                "the file was changed or damaged; the lines above are as they were: cut it there"
            }
        }
    }
}

/// The beginning of any first line: enough to tell a newer format from another file.
#[derive(serde::Deserialize)]
struct Mark {
    dealdesk_recording: u64,
    #[serde(default)]
    version: String,
}

impl Recording {
    /// Writes the whole recording.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, mut out: impl io::Write) -> io::Result<()> {
        json::write(&mut out, &self.head)?;
        for line in &self.lines {
            out.write_all(b"\n")?;
            json::write(&mut out, line)?;
        }
        out.write_all(b"\n")?;
        out.flush()
    }

    /// Reads a whole recording.
    ///
    /// # Errors
    /// Where it is none, or a line of it is damaged.
    pub fn read(file: impl BufRead) -> Result<Self, Bad> {
        let mut file = file.take(MOST_BYTES);
        let (first, _) = line(&mut file)?;
        let head = head(&first)?;
        let (mut lines, mut breaks_off) = (Vec::<Line>::new(), false);
        let mut last = head.started;
        for number in 2.. {
            let (text, whole) = line(&mut file)?;
            if text.is_empty() && !whole {
                break;
            }
            match serde_json::from_slice::<Line>(&text) {
                Ok(mut line) => {
                    check(&line, number, (last, head.redacted))?;
                    if let What::Audience(seen) = &mut line.is {
                        seen.clean();
                    }
                    last = line.at;
                    lines.push(line);
                }
                Err(_) if !whole && (text.len() as u64) < MOST_LINE => {
                    breaks_off = true;
                    break;
                }
                Err(error) => return Err(Bad::Line { line: number, why: said(&error) }),
            }
        }
        if file.limit() == 0 {
            return Err(Bad::Large);
        }
        Ok(Self { head, lines, breaks_off })
    }

    /// What the desk was started with.
    pub fn start(&self) -> Option<&Start> {
        let first = self.lines.first().map(|line| &line.is);
        if let Some(What::Start(start)) = first { Some(start) } else { None }
    }

    /// When something happened, beside frames: the beginning first.
    pub fn moments(&self) -> impl Iterator<Item = Timestamp> {
        let news = self.lines.iter().filter(|line| !matches!(line.is, What::Drawn));
        std::iter::once(self.head.started).chain(news.map(|line| line.at))
    }
}

fn head(first: &[u8]) -> Result<Head, Bad> {
    let mark: Mark = serde_json::from_slice(first).map_err(|error| Bad::NotOurs(said(&error)))?;
    if mark.dealdesk_recording > u64::from(FORMAT) {
        let version = text::clean(&mark.version, 40);
        return Err(Bad::Newer { version, format: mark.dealdesk_recording });
    }
    let head: Head =
        serde_json::from_slice(first).map_err(|error| Bad::Line { line: 1, why: said(&error) })?;
    fits((head.cols, head.rows)).map_err(|why| Bad::Line { line: 1, why })?;
    Ok(head)
}

/// How much of a terminal of so many columns and rows is drawn on.
pub fn drawn((cols, rows): (u16, u16)) -> (u16, u16) {
    (cols.min(MOST_CELLS.0), rows.min(MOST_CELLS.1))
}

/// A screen that can be drawn.
fn fits((cols, rows): (u16, u16)) -> Result<(), String> {
    let (wide, high) = MOST_CELLS;
    if drawn((cols, rows)) == (cols, rows) {
        return Ok(());
    }
    Err(format!("says {cols}×{rows}, and no screen is larger than {wide}×{high}"))
}

/// What a line says must be possible, too.
fn check(line: &Line, number: usize, (last, redacted): (Timestamp, bool)) -> Result<(), Bad> {
    let bad = |why: String| Err(Bad::Line { line: number, why });
    if line.at < last {
        return bad(format!("its time {} is before that of the line above", line.at));
    }
    if redacted != matches!(line.is, What::Audience(_)) {
        return bad("it does not belong into a recording of this kind".to_owned());
    }
    match &line.is {
        What::Key(stroke) if stroke.chord().is_none() => {
            bad(format!("{:?} is no key", text::clean(&stroke.key, 40)))
        }
        What::Size(cols, rows) => fits((*cols, *rows)).or_else(bad),
        What::Start(_)
        | What::News(_)
        | What::Key(_)
        | What::Paste(_)
        | What::Focus
        | What::Told(_)
        | What::Show(_)
        | What::Said(_)
        | What::Drawn
        | What::Audience(_) => Ok(()),
    }
}

/// The next line without its end, and whether it had one.
fn line(file: &mut impl BufRead) -> Result<(Vec<u8>, bool), Bad> {
    let mut text = Vec::new();
    file.take(MOST_LINE).read_until(b'\n', &mut text)?;
    let whole = text.last() == Some(&b'\n');
    if whole {
        text.pop();
    }
    Ok((text, whole))
}

/// What the reader of JSON found, cleaned: it may repeat what stands in the file.
fn said(error: &serde_json::Error) -> String {
    let says = text::clean(&error.to_string(), 200);
    if error.is_eof() { "ends too early".to_owned() } else { format!("says {says}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Mode;

    #[test]
    fn a_screen_that_no_terminal_has_is_refused_with_its_line() {
        let recording = |head: (u16, u16), size: (u16, u16)| {
            let started = Timestamp::UNIX_EPOCH;
            let head = Head::new(Mode::Demo, head, started);
            let line = Line { at: started, is: What::Size(size.0, size.1) };
            let mut bytes = Vec::new();
            Recording { head, lines: vec![line], breaks_off: false }.write(&mut bytes).unwrap();
            Recording::read(bytes.as_slice()).map(|_| ()).map_err(|bad| bad.to_string())
        };
        assert_eq!(recording((80, 24), (1_000, 500)), Ok(()));
        let says = |line: usize, size: &str| {
            let says = format!("says {size}, and no screen is larger than 1000×500");
            Err(format!("line {line} cannot be read: {says}"))
        };
        let most = u16::MAX;
        assert_eq!(recording((most, most), (80, 24)), says(1, "65535×65535"));
        assert_eq!(recording((80, 501), (80, 24)), says(1, "80×501"));
        assert_eq!(recording((80, 24), (1_001, 24)), says(2, "1001×24"));
    }
}
