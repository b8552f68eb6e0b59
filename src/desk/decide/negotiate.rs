//! Negotiating by hand: open, offer, accept, walk. Every move is stored before it is sent, and is
//! never repeated blindly: one without an answer is looked up in the seller's history.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    Change, ON_PAPER, closed,
    commit::{self, Heeds, Leaving},
    halt, leave, minted, person, quote, refuse, say, seller_actor, standing, talks, trigger,
};
use crate::{
    desk::{
        command::{Note, Stored},
        evolve::wrong_answer,
        fact::{Actor, Fact},
        fold::HALTED_CODE,
        judge,
        reading::FollowUps,
        record::QuoteRecord,
        state::{Purpose, State},
    },
    domain::{
        Action, Answer, Ask, Cpm, ErrorKind, Fate, Negotiation, Outcome, QuoteRef, Refusal,
        SellerError, negotiation::Pending,
    },
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
        idempotency_key: minted(
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
    let fact = Fact::MoveStored { quote: key.clone(), pending: pending.clone() };
    vec![Change::Store(Stored::Move(key.clone(), Box::new(pending)), actor, fact)]
}

/// Another process wrote first: if the negotiation is still where it was, the move is stored again.
pub(super) fn store_again(state: &State, key: &QuoteRef, pending: Pending) -> Vec<Change> {
    let unchanged = ready(state, key)
        .is_ok_and(|(_, game)| game.is_our_turn() && game.played() + 1 == pending.round);
    if !unchanged {
        return refuse(
            "overtaken",
            "another process moved in this negotiation; nothing was sent",
            "look at the ladder (4) before you move",
        );
    }
    let actor = if pending.automatic { Actor::Desk } else { person(state) };
    let fact = Fact::MoveStored { quote: key.clone(), pending: pending.clone() };
    vec![Change::Store(Stored::Move(key.clone(), Box::new(pending)), actor, fact)]
}

/// The code of a move that was stopped before it left.
const STOPPED: &str = "stopped";

/// The codes of moves that this desk held back itself.
const WITHHELD: [&str; 4] = [ON_PAPER, commit::READ_ONLY, STOPPED, HALTED_CODE];

/// Whether a move did not come about because this desk held it back: no seller was asked.
pub fn was_withheld(error: &SellerError) -> bool {
    error.kind == ErrorKind::Configuration && WITHHELD.contains(&error.code.as_str())
}

/// Part of the send gate: a durable move leaves. What a person moves by hand heeds no halt.
pub(super) fn send(state: &State, key: QuoteRef, pending: Pending) -> Vec<Change> {
    let Some(record) = state.quote(&key) else { return Vec::new() };
    let says = "it was stopped before it left: nothing was sent";
    let gone = trigger::let_go_of(state, &key, &pending);
    let leaves = pending.action == Action::Walk;
    let ask = Ask::Counter {
        quote_id: key.quote_id.clone(),
        cpm: pending.cpm,
        action: if leaves { Action::Reject } else { pending.action },
        identity: record.ask.identity.clone(),
        idempotency_key: pending.idempotency_key,
        note: pending.note,
    };
    let leaving = Leaving {
        seller: key.seller.clone(),
        ask,
        purpose: Purpose::Move(key.clone()),
        heeds: if pending.automatic { Heeds::Every } else { Heeds::None },
        verb: "negotiate",
        over: gone.then(|| commit::held(STOPPED, says, "take it (A)")),
    };
    match commit::release(state, leaving) {
        Ok(leaves) => vec![leaves],
        Err(error) => {
            let stopped = stop_auto(state, &key, &error.says);
            let fact = Fact::MoveFailed { quote: key, error };
            [vec![Change::Keep(Actor::Desk, fact)], stopped].concat()
        }
    }
}

pub(super) fn answered(
    state: &State,
    key: &QuoteRef,
    result: Result<Answer, SellerError>,
) -> Vec<Change> {
    let error = match result {
        Ok(Answer::Moved(moved)) => {
            let fact = Fact::MoveAnswered { quote: key.clone(), moved, from_history: false };
            return vec![Change::Keep(seller_actor(&key.seller), fact)];
        }
        Ok(_) => wrong_answer(),
        Err(error) => error,
    };
    if leave::is_leaving(state, key) {
        return leave::not_told(key, error);
    }
    let says = format!("{}: {error}. {}", key.seller, error.cure);
    match error.fate() {
        // What was not found may be the negotiation: only what names the quote ends it.
        Fate::Expired if error.names_an_ended_quote() => {
            let fact = Fact::MoveFailed { quote: key.clone(), error };
            let mut changes = vec![Change::Keep(seller_actor(&key.seller), fact)];
            changes.extend(quote::over(state, key));
            changes.push(say(true, says));
            changes
        }
        Fate::Refused | Fate::NotSent | Fate::Expired => {
            let mut changes = stop_auto(state, key, &error.to_string());
            changes.extend(standing::look(state, key, &error));
            let fact = Fact::MoveFailed { quote: key.clone(), error };
            changes.insert(0, Change::Keep(seller_actor(&key.seller), fact));
            changes.push(say(true, says));
            changes
        }
        Fate::Unknown => {
            let fact = Fact::MoveUnknown { quote: key.clone(), error };
            let words = format!("{says} The move is looked up in the seller's history.");
            vec![Change::Keep(Actor::Desk, fact), say(true, words)]
        }
    }
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
