//! Why sellers gave nothing where several were asked, and what that comes to for a script.

use super::{exit::Exit, fail::Failure};
use crate::{
    domain::{Refusal, SellerError, SellerName},
    json::{Missing, told},
};

impl Missing {
    /// What the seller said, or what came instead of an answer.
    pub(crate) fn new(seller: &SellerName, error: &SellerError) -> Self {
        let code = if error.code.is_empty() { error.kind.to_string() } else { error.code.clone() };
        let missing = Self::because(seller, Exit::of_error(error), &code, error.to_string());
        Self { cure: told(&error.cure), ..missing }
    }

    /// What this desk did not ask.
    pub(crate) fn refused(seller: &SellerName, refusal: &Refusal) -> Self {
        let failure = Failure::of_refusal(refusal);
        let missing = Self::because(seller, failure.exit, &refusal.rule, failure.says);
        Self { cure: told(&failure.cure), ..missing }
    }

    /// No answer in time.
    pub(crate) fn late(seller: &SellerName, detail: &str) -> Self {
        Self::because(seller, Exit::NotSent, "timeout", detail)
    }

    /// Anything else.
    pub(crate) fn because(
        seller: &SellerName,
        exit: Exit,
        code: &str,
        detail: impl Into<String>,
    ) -> Self {
        let (error, detail) = (code.to_owned(), detail.into());
        Self { seller: seller.0.clone(), error, detail, cure: None, exit }
    }
}

/// Which of several reasons is told where nothing came: first what may be gone at the next try, then what
/// a person can put right, then what is said of the question itself.
const FIRST: [Exit; 7] = [
    Exit::NotSent,
    Exit::Configuration,
    Exit::Blocked,
    Exit::Usage,
    Exit::Refused,
    Exit::Expired,
    Exit::NotFound,
];

/// What a question to several sellers comes to. What came counts, whoever is missing.
pub(crate) fn exit_of(came: usize, missing: &[Missing]) -> Exit {
    let is_told = |exit: &&Exit| missing.iter().any(|missing| missing.exit == **exit);
    if came > 0 || missing.is_empty() {
        return Exit::Done;
    }
    FIRST.iter().find(is_told).copied().unwrap_or(Exit::NotSent)
}

/// Words about the sellers that are missing.
pub(crate) fn words_of(partial: &[Missing]) -> Vec<String> {
    let words = |missing: &Missing| {
        let says = format!("{}: {}", missing.seller, missing.detail);
        missing.cure.as_ref().map_or_else(|| says.clone(), |cure| format!("{says}\n  → {cure}"))
    };
    partial.iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_came_the_reason_is_told_by_the_exit_code() {
        let missing = |exit| Missing::because(&"a".into(), exit, "code", "words");
        for (exits, told) in [
            (&[Exit::Refused][..], Exit::Refused),
            (&[Exit::NotFound, Exit::NotFound], Exit::NotFound),
            (&[Exit::NotFound, Exit::Refused], Exit::Refused),
            (&[Exit::NotFound, Exit::Configuration], Exit::Configuration),
            (&[Exit::Refused, Exit::Configuration], Exit::Configuration),
            (&[Exit::NotFound, Exit::Blocked], Exit::Blocked),
            (&[Exit::Usage, Exit::Usage], Exit::Usage),
            (&[Exit::Refused, Exit::NotSent], Exit::NotSent),
            (&[], Exit::Done),
        ] {
            let missing: Vec<_> = exits.iter().copied().map(missing).collect();
            assert_eq!(exit_of(0, &missing), told, "{exits:?}");
            assert_eq!(exit_of(1, &missing), Exit::Done, "{exits:?}");
        }
    }
}
