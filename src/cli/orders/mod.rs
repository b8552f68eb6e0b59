//! `orders list|show|history|changes|create|change`: insertion orders and requests to change them, as
//! sellers keep them. A seller lists those of all its buyers: ours are those of our deals.

mod read;
#[cfg(test)]
mod tests;
mod write;

use super::{context::Context, exit::Exit, fail::Failure, json::Reply, seam};
use crate::domain::{OrderId, SellerName, ids};

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

pub(crate) async fn run(command: Command, context: &Context) -> Result<Reply, Failure> {
    let wait = context.config.desk.ask_wait;
    seam::with_session(context, async |session| match command {
        Command::List(list) => read::list(session, wait, &list).await,
        Command::Show(show) => read::show(session, wait, &show).await,
        Command::History(show) => read::history(session, wait, &show).await,
        Command::Changes(changes) => read::changes(session, wait, &changes).await,
        Command::Create(create) => write::create(session, wait, &create).await,
        Command::Change(change) => write::change(session, wait, &change).await,
    })
    .await
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
