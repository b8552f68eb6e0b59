//! `present`: what a room may see of a desk, on another terminal; and where a desk shows it.

use std::path::PathBuf;

use super::{context::Context, exit::Exit, fail::Failure, out};
use crate::{
    runtime::{
        Session,
        present::{Presenting, place},
    },
    store::Location,
};

/// `present`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Args {
    /// Attach this terminal, read-only, to a desk that runs with `--present`
    #[arg(long, required = true)]
    pub(crate) attach: bool,
}

/// Where a desk of this configuration may show what a room may see, in the order in which it is looked
/// for: where it was told, else beside its store, else where a demo does.
pub(crate) fn places(context: &Context) -> Vec<PathBuf> {
    let folder = &context.environment.state_dir;
    let usual = || {
        let stores = [Location::File(context.config.store.clone()), Location::Memory];
        stores.iter().flat_map(|store| place(store, folder)).collect()
    };
    context.config.socket.clone().map_or_else(usual, |socket| vec![socket])
}

/// Starts to show what a room may see, where that is wanted. Where only the configuration wants it, a
/// desk that cannot says so and is opened all the same: another one may show the same store.
pub(crate) fn begin(
    session: &mut Session,
    context: &Context,
    store: &Location,
) -> Result<Option<Presenting>, Failure> {
    let config = &context.config;
    if !(config.present || config.desk.present) {
        return Ok(None);
    }
    let path = match &config.socket {
        Some(socket) => socket.clone(),
        None => place(store, &context.environment.state_dir)?,
    };
    match Presenting::open(&path, session.jobs()) {
        Ok(presenting) => {
            let path = presenting.path().display();
            out::words(&format!(
                "a room sees this desk with: dealdesk present --attach --socket {path}"
            ));
            Ok(Some(presenting))
        }
        Err(error) => {
            let says = format!("nothing can be shown to a room at {}: {error}", path.display());
            if config.present {
                let cure = "name another place with --socket, or leave --present out";
                return Err(Failure::new(Exit::Configuration, says, cure));
            }
            out::words(&says);
            Ok(None)
        }
    }
}
