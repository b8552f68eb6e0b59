//! What subcommands need of a desk at work: its state, its commands, and waiting for answers.

use std::{future::Future, time::Duration};

use jiff::Timestamp;

use crate::{
    desk::{Command, State},
    domain::{Refusal, SellerName},
};

use super::{exit::Exit, fail::Failure};

/// A desk with its store and its sellers, without a terminal.
pub(crate) trait Session {
    /// What the desk knows.
    fn state(&self) -> &State;
    /// Now, on the desk's clock.
    fn now(&self) -> Timestamp;
    /// What tells how long something takes, whoever sets the clock meanwhile.
    fn steady(&self) -> Duration;
    /// Asks the desk something. What it refuses comes back at once; the rest goes on behind.
    fn command(&mut self, command: Command) -> Vec<Refusal>;
    /// Takes in answers until `done`, or until `wait` is over. Returns whether it is done. Dropping
    /// the future loses nothing.
    async fn until(&mut self, wait: Duration, done: impl FnMut(&State) -> bool) -> bool;
}

/// How waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waited {
    /// What was waited for is there.
    Done,
    /// It took too long.
    TimedOut,
    /// A person stopped it.
    Interrupted,
}

/// Waits until `done`, too long, or interrupted.
pub(crate) async fn wait(
    session: &mut impl Session,
    wait: Duration,
    interrupt: &mut (impl Future<Output = ()> + Unpin),
    done: impl FnMut(&State) -> bool,
) -> Waited {
    tokio::select! {
        biased;
        () = interrupt => Waited::Interrupted,
        done = session.until(wait, done) => if done { Waited::Done } else { Waited::TimedOut },
    }
}

/// Resolves when a person presses Ctrl-C.
pub(crate) fn ctrl_c() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Where it cannot be listened for, it ends the process as usual.
            std::future::pending::<()>().await;
        }
    })
}

/// The first refusal as a failure.
pub(crate) fn allowed(refusals: &[Refusal]) -> Result<(), Failure> {
    refusals.first().map_or(Ok(()), |refusal| Err(Failure::of_refusal(refusal)))
}

/// How long an answer of the desk itself may take.
const SOON: Duration = Duration::from_secs(5);

/// Asks the desk for something that it does by itself. Returns only once it is written: others obey what
/// is in the store.
pub(crate) async fn done(session: &mut impl Session, command: Command) -> Result<(), Failure> {
    allowed(&session.command(command))?;
    session.until(SOON, |_| true).await;
    Ok(())
}

/// The sellers that are named, or all of them.
pub(crate) fn sellers(state: &State, named: &[String]) -> Result<Vec<SellerName>, Failure> {
    if named.is_empty() {
        return Ok(state.sellers.keys().cloned().collect());
    }
    let mut found: Vec<SellerName> = Vec::new();
    for name in named {
        let seller = SellerName::from(name.as_str());
        if !state.sellers.contains_key(&seller) {
            let known: Vec<_> = state.sellers.keys().map(SellerName::as_str).collect();
            return Err(Failure::no_such_seller(&seller, &known));
        }
        if !found.contains(&seller) {
            found.push(seller);
        }
    }
    Ok(found)
}

/// As [`sellers`], where at least one is needed.
pub(crate) fn some_sellers(state: &State, named: &[String]) -> Result<Vec<SellerName>, Failure> {
    let names = sellers(state, named)?;
    if names.is_empty() {
        let cure = "add one to [[sellers]]; `dealdesk config path` shows where";
        return Err(Failure::new(Exit::Configuration, "no sellers are configured", cure));
    }
    Ok(names)
}
