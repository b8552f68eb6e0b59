//! A failure, for people: what was tried, who said what, and what to do now.

use std::fmt;

use super::exit::Exit;
use crate::{
    domain::{Refusal, SellerError, SellerName},
    json::{ErrorDoc, FailureDoc, told, without_keys},
};

/// Why a command did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What it comes to.
    pub(crate) exit: Exit,
    /// What was tried and what went wrong.
    pub(crate) says: String,
    /// What to do now; may be empty.
    pub(crate) cure: String,
    /// The seller it is about.
    pub(crate) seller: Option<SellerName>,
    /// HTTP status, where one came.
    pub(crate) http_status: Option<u16>,
    /// The seller's code or the rule of ours.
    pub(crate) code: Option<String>,
}

impl Failure {
    /// A failure of ours.
    pub(crate) fn new(exit: Exit, says: impl Into<String>, cure: impl Into<String>) -> Self {
        let (says, cure) = (says.into(), cure.into());
        Self { exit, says, cure, seller: None, http_status: None, code: None }
    }

    /// A command line that makes no sense.
    pub(crate) fn usage(says: impl Into<String>, cure: impl Into<String>) -> Self {
        Self::new(Exit::Usage, says, cure)
    }

    /// A failed read or ask of a seller: nothing was committed.
    pub(crate) fn of_seller(tried: &str, seller: &SellerName, error: &SellerError) -> Self {
        let says = format!("{tried}: {seller} said {error}");
        let mut failure = Self::new(Exit::of_error(error), says, error.cure.clone());
        failure.quoting(seller, Some(error));
        failure
    }

    /// Names the seller, the status and the code that stand behind it, if a seller's word does.
    pub(crate) fn quoting(&mut self, seller: &SellerName, error: Option<&SellerError>) {
        let Some(error) = error else { return };
        self.seller = Some(seller.clone());
        self.http_status = (error.http_status > 0).then_some(error.http_status);
        self.code = Some(error.code.clone()).filter(|code| !code.is_empty());
    }

    /// A name that no seller has; `known` are the names there are.
    pub(crate) fn no_such_seller(name: &SellerName, known: &[&str]) -> Self {
        let cure = if known.is_empty() {
            "add one: dealdesk sellers add URL".to_owned()
        } else {
            format!("there are: {}", known.join(", "))
        };
        Self::new(Exit::NotFound, format!("no seller is called {name}"), cure).coded("seller")
    }

    /// A refusal of the desk's own: nothing was sent. What makes no sense, is not there or is over is told
    /// from a limit, a guard or a halt.
    pub(crate) fn of_refusal(refusal: &Refusal) -> Self {
        let cure = without_keys(&refusal.cure);
        let exit = match refusal.rule.as_str() {
            "flight" | "impressions" | "plan" => Exit::Usage,
            "seller" | "quote" => Exit::NotFound,
            "expired" => Exit::Expired,
            "paper" => Exit::Paper,
            _ => Exit::Blocked,
        };
        let mut failure = Self::new(exit, refusal.says.clone(), cure);
        failure.code = Some(refusal.rule.clone());
        failure
    }

    /// Whether there is nothing to say: whoever read the output has left.
    pub(crate) fn is_quiet(&self) -> bool {
        self.exit == Exit::Done && self.says.is_empty()
    }

    /// The same, with a rule's name.
    #[must_use]
    pub(crate) fn coded(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)?;
        if !self.cure.is_empty() {
            write!(f, "\n  → {}", self.cure)?;
        }
        Ok(())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Done, "", "");
        }
        Self::new(Exit::Bug, format!("the output could not be written: {error}"), "")
    }
}

impl From<color_eyre::Report> for Failure {
    fn from(report: color_eyre::Report) -> Self {
        Self::new(Exit::Bug, format!("{report:#}"), "")
    }
}

impl ErrorDoc {
    pub(crate) fn new(failure: &Failure) -> Self {
        Self {
            kind: failure.exit.to_string(),
            says: failure.says.clone(),
            seller: failure.seller.as_ref().map(|seller| seller.0.clone()),
            http_status: failure.http_status,
            code: failure.code.clone(),
            cure: told(&failure.cure),
        }
    }
}

impl FailureDoc {
    pub(crate) fn new(failure: &Failure) -> Self {
        Self { error: ErrorDoc::new(failure), exit: failure.exit.code() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_quiet_and_a_full_disk_is_not() {
        use std::io::{Error, ErrorKind};
        assert!(Failure::from(Error::from(ErrorKind::BrokenPipe)).is_quiet());
        assert!(!Failure::from(Error::from(ErrorKind::StorageFull)).is_quiet());
    }
}
