//! A recording for others: made of what an audience may see and of nothing else, with sellers, products
//! and clients under other names and every price multiplied by one factor.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    line::{Head, Line, What},
    player::Player,
    read::Recording,
};
use crate::{
    desk::State,
    domain::{Cpm, text},
    present::{Audience, Mask, ModeWord},
};

/// What is redacted of a recording or a journal, played from its beginning.
pub fn redacted(mut player: Player, factor: Decimal) -> Recording {
    let recorded = &player.recording().head;
    let started = whole_second(recorded.started);
    let size = (recorded.cols, recorded.rows);
    let head = Head { redacted: true, ..Head::new(recorded.mode, size, started) };
    let mut labels = Labels { factor, ..Labels::default() };
    let mut lines: Vec<Line> = Vec::new();
    let mut newest = None;
    while let Some(at) = player.next_at() {
        if !player.play_to(at) {
            continue;
        }
        let audience = labels.redact(player.state(), player.audience());
        if newest.as_ref() != Some(&audience) {
            lines.push(Line { at: whole_second(at), is: What::Audience(audience.clone().into()) });
            newest = Some(audience);
        }
    }
    Recording { head, lines, breaks_off: false }
}

/// A second is all that a countdown needs, and what has no fraction cannot look like a price.
fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// The other names, each given at first sight and kept.
#[derive(Debug, Default)]
struct Labels {
    factor: Decimal,
    names: BTreeMap<String, String>,
    given: BTreeMap<&'static str, usize>,
    mask: Mask,
}

impl Labels {
    fn redact(&mut self, state: &State, mut audience: Audience) -> Audience {
        self.learn(state);
        audience.mode = ModeWord::Replay;
        // Keys tell what was typed, letter by letter.
        audience.show.keys.clear();
        audience.show.name.clear();
        let mask = &self.mask;
        audience.each_text(|text| *text = without_numbers(&mask.text(text)));
        let factor = self.factor;
        audience.each_price(|price| *price = scaled(*price, factor));
        audience
    }

    /// Every name and id that the desk knows by now.
    fn learn(&mut self, state: &State) {
        let before = self.names.len();
        for seller in state.sellers.keys() {
            self.give("SELLER", seller.as_str());
        }
        for record in state.quotes.values() {
            self.give("SELLER", record.quote.seller.as_str());
            self.give("PRODUCT", &record.quote.product.name);
            self.give("PRODUCT", record.quote.product.product_id.as_str());
            self.give("QUOTE", record.quote.quote_id.as_str());
        }
        for record in state.deals.values() {
            self.give("PRODUCT", &record.deal.product.name);
            self.give("DEAL", record.deal.deal_id.as_str());
        }
        for name in &state.setup.private_clients {
            self.give("CLIENT", name);
        }
        self.give("BUYER", state.setup.person.split('@').next().unwrap_or_default());
        if self.names.len() != before {
            let names = self.names.iter().map(|(name, label)| (name.clone(), label.clone()));
            self.mask = Mask::labelled(names);
        }
    }

    fn give(&mut self, kind: &'static str, name: &str) {
        if !name.is_empty() && !self.names.contains_key(name) {
            let number = self.given.entry(kind).or_default();
            let label = format!("{kind} {}", letters(*number));
            *number += 1;
            self.names.insert(name.to_owned(), label);
        }
    }
}

/// `A` to `Z`, `AA`, `AB`, …: no digits, which are taken out.
fn letters(number: usize) -> String {
    let low = u8::try_from(number % 26).unwrap_or(0);
    let last = char::from(b'A' + low);
    match number / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letters(more - 1)),
    }
}

/// Words without any that hold a digit: a price, an amount, an id.
fn without_numbers(words: &str) -> String {
    let words = text::clean(words, 2_000);
    let hide = |word| if has_number(word) { "…" } else { word };
    words.split(' ').map(hide).collect::<Vec<_>>().join(" ")
}

fn has_number(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

fn scaled(price: Cpm, factor: Decimal) -> Cpm {
    Cpm::new(price.amount().saturating_mul(factor), price.currency()).nearest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_no_digits_and_no_two_are_the_same() {
        let all: Vec<_> = (0..800).map(letters).collect();
        assert_eq!((all[0].as_str(), all[25].as_str(), all[26].as_str()), ("A", "Z", "AA"));
        assert!(all.iter().all(|label| !has_number(label)));
        let apart: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(apart.len(), all.len());
    }

    #[test]
    fn words_lose_whatever_holds_a_number() {
        let words = "We can do $24.69, qt-7 or ٢٤ at best.";
        assert_eq!(without_numbers(words), "We can do … … or … at best.");
    }

    #[test]
    fn prices_keep_their_proportions_to_the_cent() {
        let price: Cpm = "24.6913".parse().unwrap();
        assert_eq!(scaled(price, Decimal::new(5, 1)).plain(), "12.35");
    }
}
