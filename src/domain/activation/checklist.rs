//! The checklist between a booked deal and its first delivery: what is done, when, and what failed.

use jiff::Timestamp;
use strum::{Display, EnumIter, EnumString, IntoEnumIterator as _};

/// One thing to do, in the order in which it is done. Its name is what facts keep.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumIter, EnumString,
)]
#[strum(serialize_all = "snake_case")]
pub enum Item {
    /// The Deal ID or the block was copied out of the desk.
    Copied,
    /// The deal is set up in the DSP.
    InDsp,
    /// What the DSP has was read back and agrees.
    ReadBack,
    /// The seller approved the creative.
    CreativeApproved,
    /// A first bid on the deal was seen.
    FirstBidSeen,
}

impl Item {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Copied => "copied",
            Self::InDsp => "in the DSP",
            Self::ReadBack => "read back",
            Self::CreativeApproved => "creative approved",
            Self::FirstBidSeen => "first bid seen",
        }
    }

    /// Every item, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// The name under which facts keep that it was tried and is not as it should be.
    pub fn failed(self) -> String {
        format!("{self}_failed")
    }
}

/// An item as it stands by the newest step taken for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken<'a> {
    /// Whether it is done; else it was tried and is not as it should be.
    pub done: bool,
    /// What came of it.
    pub says: &'a str,
    /// When.
    pub at: Timestamp,
}

/// How an item stands by a deal's steps (name, what came of it, when), oldest first; `None` where none
/// was taken for it.
pub fn taken(steps: &[(String, String, Timestamp)], item: Item) -> Option<Taken<'_>> {
    let (name, failed) = (item.to_string(), item.failed());
    let newest = steps.iter().rev().find(|(step, _, _)| *step == name || *step == failed)?;
    let (step, says, at) = newest;
    Some(Taken { done: *step == name, says, at: *at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_step_says_how_an_item_stands() {
        let step = |name: &str, says: &str, second: i64| {
            (name.to_owned(), says.to_owned(), Timestamp::from_second(second).unwrap())
        };
        let mut steps = vec![step("copied", "Deal ID", 1), step("read_back_failed", "floor", 2)];
        let found = |steps: &[_]| taken(steps, Item::ReadBack).map(|taken| taken.done);
        assert_eq!(found(&[]), None);
        assert_eq!(found(&steps), Some(false));
        steps.push(step("read_back", "as agreed", 3));
        assert_eq!(found(&steps), Some(true));
        steps.push(step("read_back_failed", "floor", 4));
        assert_eq!(found(&steps), Some(false));
        assert_eq!(taken(&steps, Item::Copied).map(|taken| taken.says), Some("Deal ID"));
        assert_eq!(taken(&steps, Item::InDsp), None);
    }
}
