//! What an audience must never read, and the labels that stand for it: the names in `[private]
//! clients`, and what sellers know us by.

use crate::{
    desk::Setup,
    domain::letters::{folded, is_mark},
};

/// A name this short is only replaced where it stands alone: `BP`, not the middle of `CBPX`.
const SHORT: usize = 3;

/// What must not be read, with the label in its place. The longest first, so that a name within
/// another leaves nothing of it behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask {
    names: Vec<Name>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    /// Its letters and digits as they are compared; what stands between them does not matter.
    letters: Vec<char>,
    label: String,
}

impl Mask {
    /// The mask of a desk. A label belongs to its place in the configuration, so the same client has
    /// the same one in every session.
    pub fn of(setup: &Setup) -> Self {
        let clients = setup.private_clients.iter().enumerate();
        let clients = clients.map(|(nth, name)| (name.as_str(), format!("CLIENT {}", letter(nth))));
        let identity = &setup.identity;
        let ours = [
            (&identity.advertiser_id, "OUR ADVERTISER"),
            (&identity.agency_id, "OUR AGENCY"),
            (&identity.seat_id, "OUR SEAT"),
            (&identity.agent_url, "OUR AGENT"),
        ];
        let ours = ours.into_iter().filter_map(|(id, label)| Some((id.as_deref()?, label)));
        let ours = ours.map(|(id, label)| (id.to_owned(), label.to_owned()));
        Self::labelled(clients.map(|(name, label)| (name.to_owned(), label)).chain(ours))
    }

    /// A mask of names, each with its label.
    pub fn labelled(names: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut names: Vec<_> = names
            .into_iter()
            .map(|(name, label)| Name { letters: letters(&name).collect(), label })
            .filter(|name| !name.letters.is_empty())
            .collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.letters.len()));
        Self { names }
    }

    /// `text` with a label in the place of every name, in whatever case and with whatever accents it is
    /// written and whatever stands between its words: `Brightside Water`, `brightside-water`, `BRIGHTSIDEWATER`.
    pub fn text(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, name| name.replace(&text))
    }
}

impl Name {
    fn replace(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        let mut before = None;
        while let Some(next) = rest.chars().next() {
            let stands = self.letters.len() > SHORT || !before.is_some_and(char::is_alphanumeric);
            if let Some(end) = self.end_in(rest).filter(|_| stands) {
                out.push_str(&self.label);
                before = rest[..end].chars().last();
                rest = &rest[end..];
            } else {
                out.push(next);
                before = Some(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        out
    }

    /// Where the name ends in a text that begins with it.
    fn end_in(&self, text: &str) -> Option<usize> {
        let mut wanted = self.letters.iter().peekable();
        for (at, c) in text.char_indices() {
            let mut letters = folded(c).peekable();
            if letters.peek().is_none() {
                if at == 0 {
                    return None;
                }
                continue;
            }
            if !letters.all(|letter| wanted.next() == Some(&letter)) {
                return None;
            }
            if wanted.peek().is_none() {
                let last = at + c.len_utf8();
                let marks = text[last..].chars().take_while(|c| is_mark(*c));
                let end = last + marks.map(char::len_utf8).sum::<usize>();
                let goes_on = text[end..].chars().next().is_some_and(char::is_alphanumeric);
                return (self.letters.len() > SHORT || !goes_on).then_some(end);
            }
        }
        None
    }
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(folded)
}

/// `A` to `Z`, then numbers.
fn letter(nth: usize) -> String {
    let letter = u8::try_from(nth).ok().filter(|nth| *nth < 26).map(|nth| char::from(b'A' + nth));
    letter.map_or_else(|| (nth + 1).to_string(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Identity;
    use proptest::prelude::*;

    fn mask(clients: &[&str]) -> Mask {
        Mask::of(&Setup {
            private_clients: clients.iter().map(|name| (*name).to_owned()).collect(),
            identity: Identity { agency_id: Some("agency-acme".to_owned()), ..Identity::default() },
            ..Setup::default()
        })
    }

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let mask = mask(&["Brightside Water", "BP", "Brightside", "Ärzte"]);
        for (text, masked) in [
            ("for Brightside Water.", "for CLIENT A."),
            ("BRIGHTSIDE-WATER_q3", "CLIENT A_q3"),
            ("xbrightsidewaterx", "xCLIENT Ax"),
            ("bright side wat er", "CLIENT A"),
            ("Brightside Wat", "CLIENT C Wat"),
            ("BP and bp, not CBPX or BPM", "CLIENT B and CLIENT B, not CBPX or BPM"),
            ("ÄRZTE ärzte", "CLIENT D CLIENT D"),
            ("A\u{308}rzte, Arzte\u{301}!", "CLIENT D, CLIENT D!"),
            ("Agency ACME (10%)", "OUR AGENCY (10%)"),
            ("nothing of ours", "nothing of ours"),
            ("", ""),
        ] {
            assert_eq!(mask.text(text), masked);
        }
        assert_eq!(letter(25), "Z");
        assert_eq!(letter(26), "27");
    }

    #[test]
    fn a_name_without_a_letter_masks_nothing() {
        assert_eq!(mask(&["", " - "]).text("a - b"), "a - b");
    }

    proptest! {
        #[test]
        fn nothing_is_left_of_a_name(
            before in "\\PC{0,12}", after in "\\PC{0,12}", loud in any::<bool>(), between in "[ _.-]?",
        ) {
            let mask = mask(&["Brightside Water"]);
            let name = format!("Brightside{between}Water");
            let name = if loud { name.to_uppercase() } else { name };
            let masked = mask.text(&format!("{before}{name}{after}")).to_lowercase();
            let letters: String = letters(&masked).collect();
            prop_assert!(!letters.contains("brightsidewater"), "{masked}");
        }
    }
}
