//! `audit verify`: whether anybody changed, removed or added a line of the record, or edited what is made
//! from it; and `audit rebuild`, which makes that again.

use super::{context::Context, exit::Exit, fail::Failure, out::Shown, reply::Reply};
use crate::{
    json::{Document, audit::AuditDoc},
    runtime::jobs,
    store::{Chain, Location, Reader, Store, StoreError, Trouble, Tuning},
};

/// The verbs.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Check every line of the record against its seal, and the tables against the record
    Verify,
    /// Make the tables again from the record, after somebody edited them
    Rebuild,
}

impl AuditDoc {
    pub(crate) fn new(store: String, chain: Chain) -> Self {
        match chain {
            Chain::Verified { rows, head } => Self {
                store,
                verified: true,
                rows: Some(rows),
                head: Some(head),
                broken_at: None,
                why: None,
            },
            Chain::Edited { table, why } => Self {
                store,
                verified: false,
                rows: None,
                head: None,
                broken_at: None,
                why: Some(format!("the table {table} was edited: {why}")),
            },
            Chain::Broken { seq, why } => Self {
                store,
                verified: false,
                rows: None,
                head: None,
                broken_at: Some(seq),
                why: Some(why),
            },
        }
    }
}

pub(crate) async fn run(command: &Command, context: &Context) -> Result<Reply, Failure> {
    let path = &context.config.store;
    if let Command::Rebuild = command {
        if context.config.read_only {
            let says = "the desk is read-only";
            return Err(Failure::new(Exit::Blocked, says, "leave --read-only out"));
        }
        // Missing, it is not made.
        match Reader::open(path) {
            Err(error) if error.kind == Trouble::Missing => return Err(error.into()),
            // Whatever else is wrong is told by opening it to write.
            Ok(_) | Err(_) => {}
        }
        let location = Location::File(path.clone());
        let tuning = Tuning { mode: context.config.mode, ..Tuning::default() };
        let opened = jobs::blocking(move || Store::open_with(&location, &tuning)).await;
        opened.ok_or_else(StoreError::closed)??.rebuild().await?;
    }
    let chain = Reader::open(path)?.verify()?;
    let body = AuditDoc::new(path.display().to_string(), chain);
    let why = body.why.clone().unwrap_or_default();
    let (text, exit, words) = match (body.rows, body.broken_at) {
        (Some(rows), _) => {
            (format!("verified: {rows} facts, none changed or missing"), Exit::Done, None)
        }
        (None, Some(seq)) => (
            format!("BROKEN at fact {seq}: {why}"),
            Exit::Configuration,
            Some("keep a copy of the store as it is; facts before that line can still be trusted"),
        ),
        (None, None) => (
            format!("EDITED: {why}"),
            Exit::Configuration,
            Some(
                "the record itself is whole: `dealdesk audit rebuild` makes the tables again from it",
            ),
        ),
    };
    let document = Document::new(context.config.mode, context.now(), body);
    let words = words.map(ToOwned::to_owned);
    Ok(Reply::new(&document, Shown::Text(text))?.with_exit(exit).with_words(words))
}
