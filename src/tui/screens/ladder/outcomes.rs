//! "If accepted" and "if walked" in money, live: against the quote, the runner-up and the target; and
//! whether what is fallen back on still stands by the time one knows.

use std::fmt::Write as _;

use ratatui::text::{Line, Span};

use super::{
    Ladder,
    words::{LABEL, fact},
};
use crate::{
    desk::{QuoteRecord, check_offer, rivals},
    domain::{Cpm, Currency, Negotiation, QuoteRef, playbook::PlayBook, text},
    tui::{
        parts::{context::Dx, countdown, money, pane},
        screens::quotes::clock::Clock,
    },
};

/// `  −685.00 vs runner-up`: what a price is under another, over the whole quote.
fn against(record: &QuoteRecord, price: Option<Cpm>, label: &str, other: Option<Cpm>) -> String {
    let imps = record.quote.terms.impressions;
    let worth = |price: Option<Cpm>| price.zip(imps).map(|(price, imps)| price.cost(imps));
    let by = worth(price).zip(worth(other)).and_then(|(price, other)| price.minus(&other));
    let of = price.map_or(Currency::USD, |price| price.currency());
    by.map_or_else(String::new, |by| format!("  {} vs {label}", money::signed(by, of)))
}

/// The same against the cover, as both come out in effect.
fn against_cover(ladder: &Ladder, record: &QuoteRecord, price: Option<Cpm>, dx: &Dx<'_>) -> String {
    let assume = crate::desk::judge::assumptions(dx.state);
    let kind = Some(record.quote.deal_type);
    let ours = price.map(|price| assume.effective(&record.quote.seller, kind, price).cpm);
    let other = ladder.cover.as_ref().map(|cover| cover.effective);
    against(record, ours, "runner-up", other)
}

/// What an agreement is worth against the quote it began with, and against the runner-up.
pub(super) fn worth(
    ladder: &Ladder,
    record: &QuoteRecord,
    game: &Negotiation,
    dx: &Dx<'_>,
) -> Option<Line<'static>> {
    let agreed = game.agreed?.cost(record.quote.terms.impressions?);
    let quote = against(record, game.agreed, "quote", game.quoted());
    let cover = against_cover(ladder, record, game.agreed, dx);
    let words = money::cost(Some(agreed), record.quote.terms.guaranteed);
    let words = format!("{words}{quote}{cover}");
    Some(pane::fact(dx, "WORTH", LABEL, vec![Span::raw(words)]))
}

/// What taking their price is worth, or why it cannot be taken.
pub(super) fn if_taken(
    ladder: &Ladder,
    record: &QuoteRecord,
    game: &Negotiation,
    dx: &Dx<'_>,
    wide: u16,
) -> Vec<Line<'static>> {
    let label = format!("IF {}", dx.key("accept"));
    let theirs = game.their_last();
    let check = theirs.map(|theirs| check_offer(dx.state, record, (theirs, true)));
    if let Some(Err(refusal)) = check.filter(|_| game.is_our_turn()) {
        return fact(dx, &label, &format!("✗ {refusal}"), wide);
    }
    let cost = theirs.zip(record.quote.terms.impressions).map(|(price, imps)| price.cost(imps));
    let mut words = money::cost(cost, record.quote.terms.guaranteed);
    words.push_str(&against(record, theirs, "quote", game.quoted()));
    words.push_str(&against_cover(ladder, record, theirs, dx));
    words.push_str(&against(record, theirs, "target", game.target));
    fact(dx, &label, &words, wide)
}

/// What is fallen back on, and the gap: a second choice that is gone before one knows.
pub(super) fn if_walked(
    ladder: &Ladder,
    record: &QuoteRecord,
    dx: &Dx<'_>,
    wide: u16,
) -> Vec<Line<'static>> {
    let label = format!("IF {}", dx.key("walk"));
    let found = ladder.fallback(record, dx);
    let Some((found, other)) =
        found.and_then(|found| Some((found.clone(), dx.state.quote(&found.key)?)))
    else {
        return fact(dx, &label, "no other open quote for this kind of inventory", wide);
    };
    let mut words = format!("fall back on {}", fallback_words(&found.key, other, dx));
    let Some(short) = found.gone_before else { return fact(dx, &label, &words, wide) };
    let _ = write!(words, " ! gone {} before you will know", countdown::span(short));
    if let Some(settling) = ladder.settling.filter(|_| !dx.is_narrow()) {
        let by = if settling.measured == 0 { ", assumed" } else { "" };
        let seconds = settling.a_round.as_secs();
        let _ = write!(words, " ({} rounds × {seconds} s{by})", settling.rounds);
    }
    // The keys of this screen act on the seller that is chosen: the other one is chosen first.
    let (book, again) = (dx.key("book"), dx.key("ask again"));
    let race = dx.key(if ladder.race.is_some() { "pane" } else { "view" });
    if dx.is_narrow() {
        let _ = write!(words, ": {race} shows it, {book} books it");
    } else {
        let _ = write!(
            words,
            ": {race} shows it; there {book} books it, {again} asks it anew. Or take the risk"
        );
    }
    let lasting = found.lasting.and_then(|key| Some((dx.state.quote(&key)?, key)));
    if let Some((other, key)) = lasting {
        let _ = write!(words, "; {} lasts", fallback_words(&key, other, dx));
    }
    fact(dx, &label, &words, wide)
}

fn fallback_words(key: &QuoteRef, other: &QuoteRecord, dx: &Dx<'_>) -> String {
    let clock = Clock::of(dx.state, other, dx.now);
    let price = money::cpm(rivals::asks(other), Some(other.quote.deal_type));
    let left = countdown::left(clock.left);
    format!("{} {price} ({}), {left}{}", key.seller, key.quote_id, clock.mark)
}

/// A seller's play book in words.
pub(super) fn play_book(book: Option<&PlayBook>, seller: &str) -> String {
    let seller = text::clean(seller, 40);
    let Some(book) = book else { return format!("no history with {seller} yet") };
    let mut parts = Vec::new();
    let times = if book.talks == 1 { "once".to_owned() } else { format!("{} times", book.talks) };
    parts.extend(book.first.map(|share| format!("gives {}% first", share.normalize())));
    parts.extend(book.later.map(|share| format!("then {}% a round", share.normalize())));
    if let (Some(share), Some(rounds)) = (book.settles, book.rounds) {
        let share = share.normalize();
        parts.push(format!("settles {share}% under its quote after {rounds} rounds"));
    }
    for (count, word) in
        [(book.agreed, "agreed"), (book.finals, "final"), (book.refused, "refused")]
    {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    format!("{seller}, {times} before: {}", parts.join(", "))
}
