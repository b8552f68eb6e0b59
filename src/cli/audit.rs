//! `audit verify`: whether anybody changed, removed or added a line of the record.

use serde::Serialize;

use super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    json::{Document, Reply},
    out::Shown,
};
use crate::store::{Chain, Reader};

/// The verbs.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Check every line of the record against its seal
    Verify,
}

/// What `audit verify` prints.
#[derive(Debug, Serialize)]
pub(crate) struct AuditDoc {
    pub(crate) store: String,
    pub(crate) verified: bool,
    pub(crate) rows: Option<u64>,
    /// The newest seal: note it down, and nothing before it can change unseen.
    pub(crate) head: Option<String>,
    /// The first line that is not as it was written.
    pub(crate) broken_at: Option<u64>,
    pub(crate) why: Option<String>,
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

pub(crate) fn run(command: &Command, context: &Context) -> Result<Reply, Failure> {
    let Command::Verify = command;
    let chain = Reader::open(&context.config.store)?.verify()?;
    let body = AuditDoc::new(context.config.store.display().to_string(), chain);
    let (text, exit) = match (body.rows, body.broken_at) {
        (Some(rows), _) => (format!("verified: {rows} facts, none changed or missing"), Exit::Done),
        (None, seq) => {
            let seq = seq.unwrap_or_default();
            let why = body.why.clone().unwrap_or_default();
            (format!("BROKEN at fact {seq}: {why}"), Exit::Configuration)
        }
    };
    let words = (exit != Exit::Done).then(|| {
        "keep a copy of the store as it is; facts before that line can still be trusted".to_owned()
    });
    let document = Document::new(context.config.mode, context.now(), body);
    Ok(Reply::new(&document, Shown::Text(text))?.with_exit(exit).with_words(words))
}
