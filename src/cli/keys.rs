//! `keys`: the keys of the terminal desk, as the configuration or as the README writes them.

use serde::Serialize;

use super::{fail::Failure, out::Shown, reply::Reply};
use crate::tui::{KeyDoc, keys, keys_markdown, keys_toml};

/// `keys`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Args {
    /// As Markdown
    #[arg(long)]
    md: bool,
}

/// What `keys` prints.
#[derive(Debug, Serialize)]
pub(crate) struct KeysDoc {
    pub(crate) keys: Vec<KeyDoc>,
    /// The same as a person gets it.
    pub(crate) text: String,
}

pub(crate) fn run(args: Args) -> Result<Reply, Failure> {
    let text = if args.md { keys_markdown() } else { keys_toml() };
    Reply::new(&KeysDoc { keys: keys(), text: text.clone() }, Shown::Text(text))
}
