//! Whether a seller told again what it was asked for: only then is something shown as its word of now.

use super::{exit::Exit, fail::Failure};
use crate::{
    desk::{State, state::Subject},
    domain::SellerName,
    json::{ErrorDoc, Missing, quote::Sourced},
};

/// Where what is shown comes from.
#[derive(Debug)]
pub(crate) struct Reread {
    /// `seller` or `store`.
    pub(crate) source: &'static str,
    /// Why it is not the seller's word of now.
    pub(crate) failure: Option<Failure>,
}

impl Reread {
    /// Nobody was asked.
    pub(crate) fn offline() -> Self {
        Self { source: "store", failure: None }
    }

    /// What became of asking for `subject` again; `done` is whether an answer was waited for to its end.
    pub(crate) fn of(state: &State, subject: &Subject, done: bool) -> Self {
        let seller = subject.seller();
        let mut failure = match state.unread.get(subject) {
            None if done => return Self { source: "seller", failure: None },
            Some(error) => {
                Failure { says: error.to_string(), ..Failure::of_seller("", seller, error) }
            }
            None => {
                let cure = "ask again, or raise ask_wait_s in the configuration";
                Failure::new(Exit::NotSent, "it did not answer in time", cure).coded("timeout")
            }
        };
        let says = &failure.says;
        failure.says = format!("{seller} was not read again: {says}; this is what the store knows");
        failure.seller = Some(seller.clone());
        Self { source: "store", failure: Some(failure) }
    }

    /// What the command comes to. Where nobody is there the store is what there is, and the document says
    /// so; a seller that says no to the question is told by the exit code too.
    pub(crate) fn exit(&self) -> Exit {
        let exit = self.failure.as_ref().map_or(Exit::Done, |failure| failure.exit);
        if exit == Exit::NotSent { Exit::Done } else { exit }
    }

    /// The same, as a list names it.
    pub(crate) fn missing(&self, seller: &SellerName) -> Option<Missing> {
        let failure = self.failure.as_ref()?;
        let code = failure.code.clone().unwrap_or_else(|| failure.exit.to_string());
        Some(Missing::because(seller, failure.exit, &code, failure.says.clone()))
    }

    /// Words for a person.
    pub(crate) fn words(&self) -> Option<String> {
        self.failure.as_ref().map(ToString::to_string)
    }
}

impl<T> Sourced<T> {
    /// `body`, and what became of asking for it again.
    pub(crate) fn new(body: T, reread: &Reread) -> Self {
        let error = reread.failure.as_ref().map(ErrorDoc::new);
        Self { body, source: reread.source, error }
    }
}
