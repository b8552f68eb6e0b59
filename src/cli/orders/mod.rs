//! `orders list|show|history|changes|create|change`: insertion orders and requests to change them, as
//! sellers keep them. A seller lists those of all its buyers: ours are those of our deals.

mod read;
#[cfg(test)]
mod tests;
mod write;

use super::{context::Context, exit::Exit, fail::Failure, find::Wanted, reply::Reply, seam};
use crate::{
    domain::{OrderId, SellerName, ids},
    store::Reader,
};

/// The verbs.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the orders of your deals
    List(read::List),
    /// Show an order, as the seller has it now
    Show(read::Show),
    /// What became of an order, step by step
    History(read::Show),
    /// List the requests to change orders of your deals
    Changes(read::Changes),
    /// Have the seller make an order for a deal of yours: its paper beside the deal, books nothing
    Create(write::Create),
    /// Ask the seller to change an order of a deal of yours
    Change(write::Change),
}

impl Command {
    /// Whether it only reads.
    pub(crate) fn is_read(&self) -> bool {
        !matches!(self, Self::Create(_) | Self::Change(_))
    }

    /// The deal that it is about, as typed.
    fn deal(&self) -> Option<&str> {
        match self {
            Self::List(list) => list.deal.as_deref(),
            Self::Changes(changes) => changes.deal.as_deref(),
            Self::Create(create) => Some(&create.deal),
            Self::Show(_) | Self::History(_) | Self::Change(_) => None,
        }
    }
}

pub(crate) async fn run(command: Command, context: &Context) -> Result<Reply, Failure> {
    let wait = context.config.desk.ask_wait;
    let deal = command.deal().map(Wanted::new);
    let ids = deal.iter().flat_map(Wanted::ids);
    let play = async |session: &mut _| match &command {
        Command::List(list) => read::list(session, wait, list).await,
        Command::Show(show) => read::show(session, wait, show).await,
        Command::History(show) => read::history(session, wait, show).await,
        Command::Changes(changes) => read::changes(session, wait, changes).await,
        Command::Create(create) => write::create(session, wait, create).await,
        Command::Change(change) => write::change(session, wait, change).await,
    };
    if matches!(command, Command::Change(_)) {
        // What the order does not say its deal does, and which deal that is its seller tells.
        seam::with_session(context, play).await
    } else if command.is_read() && !is_awaited(context) {
        seam::with_session_named(context, ids, play).await
    } else {
        seam::with_session_on(context, ids, play).await
    }
}

/// Whether the outcome of something that was asked for is awaited, as far as that can be told: whoever asked
/// may be gone, and only a desk that knows what lives finds that out and says so.
fn is_awaited(context: &Context) -> bool {
    let controls = Reader::open(&context.config.store).and_then(|reader| reader.controls());
    controls.map_or(true, |known| known.orders.values().any(|intent| !intent.in_doubt))
}

/// `SELLER/ORDER`. An order's id may itself hold a `/`.
fn order(typed: &str) -> Result<(SellerName, OrderId), String> {
    let (seller, order) = typed.split_once('/').unwrap_or_default();
    if seller.is_empty() || order.is_empty() {
        return Err("write SELLER/ORDER, like northlight/ORD-1".to_owned());
    }
    Ok((seller.into(), order.into()))
}

/// A seller that did not answer, or answered something else.
fn silent(seller: &SellerName) -> Failure {
    let says = format!("{seller} did not answer in time");
    Failure::new(Exit::NotSent, says, "reading changes nothing: ask again").coded("timeout")
}

/// An id, as a table shows it.
fn shown(id: &str) -> String {
    ids::shown(id).into_owned()
}
