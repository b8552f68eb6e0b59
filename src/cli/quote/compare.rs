//! `quote compare`: two to four quotes side by side, field by field, with what differs marked.

use std::time::Duration;

use super::show::is_reading;
use crate::{
    cli::{
        exit::Exit,
        fail::Failure,
        find::Wanted,
        out::{self, Shown},
        port::Session,
        reply::Reply,
        reread::Reread,
    },
    desk::{self, State, judge, state::Subject},
    domain::{QuoteRef, ranking, text},
    json::{
        Document,
        quote::{CompareDoc, CompareRowDoc, QuoteDoc},
    },
};

/// The widest a cell is.
const WIDEST: usize = 28;

/// `quote compare`.
#[derive(Debug, clap::Args)]
pub(crate) struct Compare {
    /// The quotes' ids, or SELLER/ID where several sellers have one
    #[arg(value_name = "QUOTE", num_args = 2..=4, required = true)]
    pub(crate) quotes: Vec<String>,
}

pub(super) async fn compare(
    session: &mut impl Session,
    wait: Duration,
    compare: &Compare,
) -> Result<Reply, Failure> {
    let mut keys: Vec<QuoteRef> = Vec::new();
    for typed in &compare.quotes {
        let key = Wanted::new(typed).quote_of(session.state())?.reference();
        if keys.contains(&key) {
            let says = format!("{} is named twice", key.quote_id);
            return Err(Failure::usage(says, "name different quotes"));
        }
        keys.push(key);
    }
    for key in &keys {
        // Where its seller is gone, what the store knows is shown.
        let _ = session.command(desk::Command::Reread(key.clone()));
    }
    session.until(wait, |state| !keys.iter().any(|key| is_reading(state, key))).await;
    let rereads: Vec<_> = keys.iter().map(|key| reread(session.state(), key)).collect();
    let partial = keys.iter().zip(&rereads);
    let partial = partial.filter_map(|(key, reread)| reread.missing(&key.seller)).collect();
    let words: Vec<_> = rereads.iter().filter_map(Reread::words).collect();
    let exit = rereads.iter().map(Reread::exit).max().unwrap_or(Exit::Done);
    let (state, now) = (session.state(), session.now());
    let records: Vec<_> = keys.iter().filter_map(|key| state.quote(key)).collect();
    let ranking = judge::rank(state, &records, now);
    let rows = judge::compare(state, &records, &ranking, now);
    let rows: Vec<_> = rows.into_iter().map(CompareRowDoc::new).collect();
    let items = records
        .iter()
        .map(|record| QuoteDoc::of(state, record, now).ranked(ranking.row(&record.reference())));
    let id = |row: Option<&ranking::Ranked>| row.map(|row| row.quote.quote_id.0.clone());
    let (best, cover) = (id(ranking.best()), id(ranking.cover()));
    let shown = Shown::Text(shown(&rows));
    let body = CompareDoc { items: items.collect(), rows, best, cover, partial };
    let reply = Reply::new(&Document::new(state.setup.mode, now, body), shown)?;
    Ok(reply.with_exit(exit).with_words(words))
}

/// What became of reading a quote again; one that is still being read was not heard.
fn reread(state: &State, key: &QuoteRef) -> Reread {
    Reread::of(state, &Subject::Quote(key.clone()), !is_reading(state, key))
}

/// Rows in columns; what is not like the first column has a mark before it.
fn shown(rows: &[CompareRowDoc]) -> String {
    let lines = rows.iter().map(|row| {
        let cells = row.values.iter().zip(&row.differs).map(|(value, differs)| {
            let mark = if *differs { "≠ " } else { "  " };
            format!("{mark}{}", text::fit(&text::clean(value, 200), WIDEST))
        });
        format!("{:<16}{}", row.field, cells.collect::<String>()).trim_end().to_owned()
    });
    out::cleaned(&lines.collect::<Vec<_>>().join("\n"))
}
