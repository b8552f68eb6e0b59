//! Where the command line meets the runtime: the session behind the subcommands, the terminal desk,
//! the demo and the simulated seller.

use super::{context::Context, demo, exit::Exit, fail::Failure, json::Reply, port::Session, simulate};

fn not_yet(what: &str) -> Failure {
    Failure::new(Exit::Bug, format!("{what} is not part of this build"), "")
}

/// Opens a desk with its store and its sellers, lets `play` use it, and writes what is left to write.
pub(crate) async fn with_session<F>(_context: &Context, _play: F) -> Result<Reply, Failure>
where
    F: AsyncFnOnce(&mut Never) -> Result<Reply, Failure>,
{
    Err(not_yet("the session"))
}
