//! Negotiating by hand: open, offer, accept. Every move is stored before it is sent, and is
//! never repeated blindly: one without an answer is looked up in the seller's history.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    Change, closed, commit::Storable, halt, leave, new_id, person, quote, refuse, say, talks,
};
use crate::{
    desk::{
        command::Note,
        fact::{Actor, Fact},
        judge,
        reading::FollowUps,
        record::QuoteRecord,
        state::State,
    },
    domain::{Action, Cpm, Negotiation, Outcome, QuoteRef, Refusal, negotiation::Pending},
};

/// The limit that holds, in the quote's currency: the one given for this negotiation, and never above
/// the configured one. `Ok(None)` where there is none.
///
/// # Errors
/// The quote is in a currency for which no rate is set: then nothing may be offered.
pub fn limit_of(state: &State, record: &QuoteRecord) -> Result<Option<Cpm>, Refusal> {
    let quote = &record.quote;
    let Some(price) = quote.pricing.final_cpm else { return Ok(None) };
    let (kinds, deal_type) = (judge::kinds(state, quote), quote.deal_type);
    let configured =
        state.setup.limits.most((&quote.seller, &kinds), deal_type, price.currency())?;
    let given = record.negotiation.as_ref().and_then(|game| game.limit);
    Ok(match (given, configured) {
        (Some(given), Some(configured)) if configured < given => Some(configured),
        (Some(given), _) => Some(given),
        (None, configured) => configured,
    })
}

/// Whether a price may be offered or taken now, by the negotiation's rules and by the limit that holds.
///
/// # Errors
/// The rule in the way.
pub fn check_offer(
    state: &State,
    record: &QuoteRecord,
    (cpm, matching): (Cpm, bool),
) -> Result<(), Refusal> {
    let Some(game) = record.negotiation.as_ref() else {
        let says = "it is not being negotiated";
        return Err(Refusal::new("negotiation", says, "open it (N)"));
    };
    game.check_offer(cpm, limit_of(state, record)?, matching)
}

/// Why a quote cannot be negotiated, if it cannot.
fn obstacle(state: &State, record: &QuoteRecord) -> Option<Refusal> {
    let quote = &record.quote;
    if let Some(closed) = closed::why(record) {
        return Some(closed);
    }
    if record.agreed.is_some() {
        return Some(Refusal::new("agreed", "a price is agreed already", "book it (B)"));
    }
    if let Some(says) = quote.pricing.other_unit() {
        return Some(Refusal::new("unit", says, "ask the seller for a price per thousand (CPM)"));
    }
    if quote.pricing.cpm().is_none() {
        return Some(Refusal::new("price", "the quote names no price", "ask the seller for one"));
    }
    talks::habit(state, record)
}

/// Why nothing more is sent for a quote now, if its last move or booking has no answer yet.
pub(super) fn under_way(state: &State, key: &QuoteRef) -> Option<Refusal> {
    let says = "a move or a booking of this quote is under way";
    let refusal = || Refusal::new("move under way", says, "wait for its answer");
    state.is_committing(key).then(refusal)
}

/// Whether a quote can be negotiated, and if not, why: for greyed keys.
pub fn can_negotiate(state: &State, record: &QuoteRecord) -> Result<(), Refusal> {
    obstacle(state, record).map_or(Ok(()), Err)
}

pub(super) fn open(
    state: &State,
    key: QuoteRef,
    target: Option<Cpm>,
    limit: Option<Cpm>,
) -> Vec<Change> {
    let Some(record) = state.quote(&key) else { return quote::unknown(state, &key) };
    if let Some(obstacle) = obstacle(state, record) {
        return vec![Change::Refuse(obstacle)];
    }
    if record.negotiation.as_ref().is_some_and(|game| !game.is_over()) {
        return Vec::new();
    }
    if record.negotiation.is_some() {
        return refuse(
            "negotiation over",
            "this quote was negotiated already",
            "ask for a new quote (r)",
        );
    }
    vec![Change::Keep(person(state), Fact::NegotiationOpened { quote: key, target, limit })]
}

/// The negotiation in which a move can be made now, or why it cannot.
pub(super) fn ready<'a>(
    state: &'a State,
    key: &QuoteRef,
) -> Result<(&'a QuoteRecord, &'a Negotiation), Vec<Change>> {
    let Some(record) = state.quote(key) else { return Err(quote::unknown(state, key)) };
    if let Some(obstacle) = obstacle(state, record) {
        return Err(vec![Change::Refuse(obstacle)]);
    }
    let Some(game) = record.negotiation.as_ref() else {
        return Err(refuse("negotiation", "it is not being negotiated", "open it (N)"));
    };
    if let Some(refusal) = under_way(state, key) {
        return Err(vec![Change::Refuse(refusal)]);
    }
    Ok((record, game))
}

pub(super) fn offer(
    state: &State,
    key: &QuoteRef,
    (cpm, note): (Cpm, Option<&Note>),
    now: Timestamp,
) -> Vec<Change> {
    let (record, game) = match ready(state, key) {
        Ok(ready) => ready,
        Err(refused) => return refused,
    };
    let matching = game.their_last() == Some(cpm);
    let allowed = check_offer(state, record, (cpm, matching));
    match allowed.and_then(|()| leave::words(state, key, note)) {
        Ok(words) => store(state, key, game, (cpm, Action::Counter, words), (person(state), now)),
        Err(refusal) => vec![Change::Refuse(refusal)],
    }
}

pub(super) fn accept(state: &State, key: &QuoteRef, typed: Decimal, now: Timestamp) -> Vec<Change> {
    let (record, game) = match ready(state, key) {
        Ok(ready) => ready,
        Err(refused) => return refused,
    };
    let Some(theirs) = game.their_last() else {
        return refuse("price", "they named no price to accept", "make an offer (N)");
    };
    if typed != theirs.amount() {
        return refuse(
            "typed price",
            format!(
                "you typed {}, their price is {theirs}",
                crate::domain::money::plain_in(typed, theirs.currency())
            ),
            "type their price as shown",
        );
    }
    take(state, key, (record, game), theirs, (person(state), now))
}

/// Takes their price, if the limit allows it and it is not dearer than the quote.
pub(super) fn take(
    state: &State,
    key: &QuoteRef,
    (record, game): (&QuoteRecord, &Negotiation),
    theirs: Cpm,
    by: (Actor, Timestamp),
) -> Vec<Change> {
    if let Err(refusal) = check_offer(state, record, (theirs, true)) {
        return vec![Change::Refuse(refusal)];
    }
    store(state, key, game, (theirs, Action::Accept, None), by)
}

/// Why no move is made in a quote that is over by our clock alone.
fn over_by_ours(state: &State, key: &QuoteRef, now: Timestamp) -> Option<Refusal> {
    let record = state.quote(key)?;
    state.is_over_by_ours_alone(record, now).then(|| {
        let says = format!("{} is over by this machine's clock", key.quote_id);
        Refusal::new("clock", says, "read it again (`dealdesk quote show`), or ask again (r)")
    })
}

/// Makes a move durable; its send waits for that.
pub(super) fn store(
    state: &State,
    key: &QuoteRef,
    game: &Negotiation,
    (cpm, action, note): (Cpm, Action, Option<String>),
    (actor, at): (Actor, Timestamp),
) -> Vec<Change> {
    if let Some(refusal) = over_by_ours(state, key, at).filter(|_| action != Action::Walk) {
        return vec![Change::Refuse(refusal)];
    }
    let automatic = actor == Actor::Desk;
    let pending = Pending {
        automatic,
        round: game.played() + 1,
        cpm,
        action,
        note,
        idempotency_key: new_id(
            state,
            "move",
            &format!("{}|{}", key.seller.as_str(), key.quote_id.as_str()),
            at,
        ),
        owner: state.setup.owner.clone(),
        at,
        in_doubt: false,
        arrived: false,
        seen: Vec::new(),
    };
    vec![(key.clone(), pending).store(state)]
}

pub(super) fn stop_auto(state: &State, key: &QuoteRef, why: &str) -> Vec<Change> {
    let game = state.quote(key).and_then(|record| record.negotiation.as_ref());
    if game.is_none_or(|game| game.auto.is_none()) {
        return Vec::new();
    }
    let fact = Fact::AutoStopped { quote: key.clone(), why: why.to_owned() };
    vec![Change::Keep(Actor::Desk, fact)]
}

const REQUOTE: &str = "ask for the quote at the agreed price yourself (r)";

/// The agreed price, where a seller does not honour it at booking and no quote carries it over yet.
pub fn needs_requote(state: &State, record: &QuoteRecord) -> Option<Cpm> {
    let accepted = record.negotiation.as_ref().filter(|game| game.outcome == Outcome::Accepted);
    let agreed = accepted.and_then(|game| game.agreed)?;
    let seller = state.sellers.get(&record.quote.seller);
    let honours = seller.is_some_and(crate::desk::SellerState::honours_agreement);
    let is_carried = honours || record.quote.pricing.cpm() == Some(agreed);
    (!is_carried && record.replaced_by.is_none()).then_some(agreed)
}

/// After an answer: an agreement with a seller that does not honour it at booking is carried over by
/// a quote at the agreed price (wire/iab.md 5.2).
pub(super) fn followed(state: &State, key: &QuoteRef, now: Timestamp) -> Vec<Change> {
    let Some(record) = state.quote(key) else { return Vec::new() };
    let Some(game) = record.negotiation.as_ref() else { return Vec::new() };
    let seller = &key.seller;
    if game.outcome == Outcome::WalkedAway {
        return vec![say(false, format!("you left {seller}, and it was told"))];
    }
    let theirs = game.rounds.last();
    let price =
        theirs.and_then(|round| round.cpm).map_or_else(String::new, |cpm| format!(" {cpm}"));
    let (Outcome::Accepted, Some(agreed)) = (game.outcome, game.agreed) else {
        let action = theirs.map_or_else(String::new, |round| round.action.to_string());
        return vec![say(false, format!("{seller} answers {}{price}", action.replace('_', " ")))];
    };
    let asks_again = needs_requote(state, record).is_some();
    if asks_again && state.follow_ups == FollowUps::LeftToAPerson {
        return vec![say(true, format!("{seller} agreed to {agreed}: {REQUOTE}"))];
    }
    let next = if asks_again { "it is asked for a quote at that price" } else { "B books it" };
    let mut changes = vec![say(false, format!("{seller} agreed to {agreed}: {next}"))];
    if let Some(refusal) = halt::obstacle(state, seller).filter(|_| asks_again) {
        // A quote at the agreed price is asked by hand then.
        let says = format!("{}: {REQUOTE}", refusal.says);
        changes.push(say(true, says));
    } else if asks_again {
        let mut ask = record.ask.clone();
        ask.target_cpm = Some(agreed);
        changes.extend(quote::again(state, key, ask, Some(agreed), now));
    }
    changes
}
