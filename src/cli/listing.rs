//! A list of what the store holds, however much that is: printed while it is read, and never held as a
//! whole. A person sees the newest, a script all of it.

use std::io::{self, BufWriter, Write as _};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    out::Shown,
    records::Records,
    reply::{Reply, written},
    table::Table,
    unstored,
};
use crate::{
    json::{Document, Items},
    runtime::jobs,
    store::{Reader, StoreError, Unread, Window},
};

/// How many rows a person sees who asks for no number.
const SEEN: u64 = 200;

/// How many records are read, then made into lines, at once.
const AT_ONCE: usize = 1_024;

/// How much of a list.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct Much {
    /// Only so many, the newest; 0 is all of them [default: 200 on a terminal, else all]
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Leave out so many of the newest first: the page before
    #[arg(long, value_name = "N", default_value_t = 0)]
    skip: u64,
}

impl Much {
    fn window(self, is_person: bool) -> Window {
        let usual = is_person.then_some(SEEN);
        let newest = self.limit.or(usual).filter(|limit| *limit > 0);
        Window { newest, skip: self.skip }
    }
}

/// What is made of each record.
pub(crate) struct Shape<'a, R, D, const N: usize> {
    /// The columns; one that begins with `>` holds numbers.
    pub(crate) columns: [&'static str; N],
    /// A record as scripts read it.
    pub(crate) doc: &'a (dyn Fn(&R, Timestamp) -> D + Sync),
    /// The same as a row.
    pub(crate) cells: &'a (dyn Fn(&D) -> [String; N] + Sync),
}

/// What a list has beside the records that it pages through.
#[derive(Debug)]
pub(crate) struct Beside<const N: usize> {
    /// Rows below those of the records.
    pub(crate) rows: Vec<[String; N]>,
    /// Fields of the document beside `items`, with what [`written`] made of them.
    pub(crate) fields: Vec<(&'static str, String)>,
}

impl<const N: usize> Default for Beside<N> {
    fn default() -> Self {
        Self { rows: Vec::new(), fields: Vec::new() }
    }
}

/// Prints a list. `beside` is read first: what moves from there into the list meanwhile is then in both,
/// and never in none. `read` hands over the records of a window, oldest first, and says how many there are
/// in all.
pub(crate) fn print<R, D, const N: usize>(
    context: &Context,
    much: Much,
    shape: &Shape<'_, R, D, N>,
    beside: impl FnOnce(Option<&Reader>) -> Result<Beside<N>, Failure>,
    read: impl FnOnce(&Reader, Window, &mut Take<'_, R>) -> Result<u64, StoreError>,
) -> Result<Reply, Failure>
where
    R: Send + serde::de::DeserializeOwned,
    D: Serialize,
{
    let (out, now) = (context.out, context.now());
    let is_person = out.tty && !out.json;
    let window = much.window(is_person);
    let records = Records::open(context)?;
    let left = unstored::beside(context);
    let Beside { rows, mut fields } = beside(records.reader())?;
    if !left.is_empty() {
        fields.push(("unstored", written(&left)?));
    }
    let mut table = Table::new(&shape.columns);
    if is_person {
        let mut shown = 0;
        let mut take = |unread: Unread<R>| {
            shown += 1;
            table.row((shape.cells)(&(shape.doc)(&unread.read()?, now)));
            Ok(true)
        };
        let all = records.reader().map_or(Ok(0), |reader| read(reader, window, &mut take))?;
        for row in rows {
            table.row(row);
        }
        let reply = Reply::new(&(), Shown::Table(table))?;
        let more = format!(
            "{shown} of {all} are listed, the newest but {}: --limit 0 lists all, --skip {} those \
             before",
            window.skip,
            window.skip + shown
        );
        return Ok(reply.with_words((shown < all).then_some(more)));
    }
    let empty: Items<()> = Items { items: Vec::new(), partial: Vec::new() };
    let document = written(&Document::new(context.config.mode, now, empty))?;
    let (head, foot) = document.split_once("[]").unwrap_or((document.as_str(), ""));
    let fields: Vec<_> = fields.iter().map(|(name, json)| format!(",\"{name}\":{json}")).collect();
    let fields = fields.concat();
    let foot = foot.strip_suffix('}').map(|open| format!("{open}{fields}}}")).unwrap_or_default();
    let line = |record: &R| -> Result<String, Failure> {
        let doc = (shape.doc)(record, now);
        if out.json { written(&doc) } else { Ok(Table::tsv_row((shape.cells)(&doc))) }
    };
    let mut lines = Lines {
        stdout: BufWriter::with_capacity(256 * 1024, io::stdout()),
        is_json: out.json,
        waiting: Vec::with_capacity(AT_ONCE),
        printed: 0,
        line: &line,
        failure: None,
    };
    lines.put(&if out.json { format!("{head}[") } else { table.tsv() })?;
    let mut take = |unread: Unread<R>| Ok(lines.take(unread));
    records.reader().map_or(Ok(0), |reader| read(reader, window, &mut take))?;
    lines.flush();
    if let Some(failure) = lines.failure.take() {
        return Err(failure);
    }
    if !out.json {
        for row in rows {
            lines.put("\n")?;
            lines.put(&Table::tsv_row(row))?;
        }
    }
    lines.put(&if out.json { format!("]{foot}\n") } else { "\n".to_owned() })?;
    lines.stdout.flush()?;
    Ok(Reply { exit: Exit::Done, ..Reply::nothing() })
}

/// Takes one record after the other, as long as it wants more.
pub(crate) type Take<'a, R> = dyn FnMut(Unread<R>) -> Result<bool, StoreError> + 'a;

/// Lines on their way out.
struct Lines<'a, R> {
    stdout: BufWriter<io::Stdout>,
    is_json: bool,
    waiting: Vec<Unread<R>>,
    printed: u64,
    line: &'a (dyn Fn(&R) -> Result<String, Failure> + Sync),
    failure: Option<Failure>,
}

impl<R: Send + serde::de::DeserializeOwned> Lines<'_, R> {
    fn put(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.stdout.write_all(text.as_bytes())?)
    }

    /// Returns whether more is wanted.
    fn take(&mut self, unread: Unread<R>) -> bool {
        self.waiting.push(unread);
        if self.waiting.len() == AT_ONCE {
            self.flush();
        }
        self.failure.is_none()
    }

    /// Makes lines of what waits, on all cores, and prints them in order.
    fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let made = jobs::deal_out(waiting, |unread: Unread<R>| (self.line)(&unread.read()?));
        for line in made {
            let before = match (self.is_json, self.printed) {
                (true, 0) => "",
                (true, _) => ",",
                (false, _) => "\n",
            };
            let put = line.and_then(|line| {
                self.put(before)?;
                self.put(&line)
            });
            if let Err(failure) = put {
                self.failure.get_or_insert(failure);
                return;
            }
            self.printed += 1;
        }
    }
}
