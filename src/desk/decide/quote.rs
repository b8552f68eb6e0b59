//! Asking for quotes, reading them again, and their end.

use jiff::{SignedDuration, Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::{
    Change, Passing, may, new_id, no_seller, person, refuse, rematch, say, seller_actor, settle,
    target,
};
use crate::{
    desk::{
        evolve::wrong_answer,
        fact::{Actor, Fact},
        indexed::next_warning,
        schedule::Due,
        state::{InFlight, Purpose, State},
    },
    domain::{
        Answer, Ask, Cpm, DealType, Quote, QuoteAsk, QuoteRef, QuoteStatus, RfqId, SellerError,
        SellerName, Skew,
    },
};

/// Asks for a quote. What the seller is told is cut to what it may be told.
pub(super) fn request(
    state: &State,
    seller: SellerName,
    mut ask: QuoteAsk,
    rfq: Option<RfqId>,
    now: Timestamp,
) -> Vec<Change> {
    let Some(known) = state.sellers.get(&seller) else { return no_seller(&seller) };
    if ask.deal_type == DealType::Guaranteed && ask.impressions.is_none_or(|count| count == 0) {
        return refuse(
            "impressions",
            "a guaranteed deal needs impressions",
            "give them, or ask for PD or PA",
        );
    }
    if let Some(refused) = wrong_flight(ask.flight_start, ask.flight_end) {
        return refused;
    }
    if ask.target_cpm.is_some_and(|target| target.amount() <= Decimal::ZERO) {
        return refuse("target", "a target CPM must be above zero", "give a price, or none");
    }
    ask.identity = ask.identity.revealed(known.info.reveal);
    let product = known.product(&ask.product_id);
    let published = product.and_then(|product| product.base_cpm.or(product.floor_cpm));
    ask.currency = ask.currency.or(published.map(|price| price.currency()));
    if ask.product_name.is_none() {
        ask.product_name = known.product(&ask.product_id).map(|product| product.name.clone());
    }
    if let Some(refused) = target::too_high(state, &seller, &ask) {
        return refused;
    }
    let fact = Fact::QuoteRequested { seller: seller.clone(), ask: ask.clone(), rfq: rfq.clone() };
    let purpose = Purpose::Quote { requote_of: None, agreed: None, rfq };
    // A kit that is old may show prices that are no more: it is read again beside.
    let fresh = |at: Timestamp| now.duration_since(at) < KIT_FRESH;
    let mut changes = match known.kit_at {
        Some(at) if !fresh(at) => super::kit::refresh(state, &seller),
        Some(_) | None => Vec::new(),
    };
    changes.push(Change::Keep(person(state), fact));
    let idempotency_key = key_for(state, &seller, &ask, now);
    changes.push(Change::Ask(seller, Ask::Quote { ask, idempotency_key }, purpose));
    changes
}

/// A flight that ends before it starts.
pub(super) fn wrong_flight(start: Date, end: Date) -> Option<Vec<Change>> {
    (end < start).then(|| {
        refuse(
            "flight",
            format!("the flight ends ({end}) before it starts ({start})"),
            "give an end on or after the start",
        )
    })
}

/// The key of a question for a quote: the same for every repeat of it, another for the next question.
pub(super) fn key_for(
    state: &State,
    seller: &SellerName,
    ask: &QuoteAsk,
    now: Timestamp,
) -> String {
    new_id(state, "quote", &format!("{}|{ask:?}", seller.as_str()), now)
}

/// How long a kit counts as fresh.
const KIT_FRESH: SignedDuration = SignedDuration::from_hours(1);

/// The same terms again; the old row stays. A flight that began is moved up to today.
pub(super) fn requote(state: &State, key: &QuoteRef, now: Timestamp) -> Vec<Change> {
    let Some(record) = state.quote(key) else { return unknown(state, key) };
    if let Err(refusal) = may::is_free(record) {
        return vec![Change::Refuse(refusal)];
    }
    let asking = state.in_flight.values().any(|flight| {
        matches!(flight.purpose.in_the_end(), Purpose::Quote { requote_of: Some(old), .. }
            if *old == key.quote_id && flight.seller == key.seller)
    });
    if asking {
        return Vec::new();
    }
    if let Err(refusal) = may::can_ask_again(state, record, now) {
        return vec![Change::Refuse(refusal)];
    }
    let mut ask = record.ask.clone();
    ask.flight_start = ask.flight_start.max(now.to_zoned(jiff::tz::TimeZone::UTC).date());
    ask.target_cpm = record.ask.target_cpm.filter(|_| record.agreed.is_none());
    if let Some(refused) = target::too_high(state, &key.seller, &ask) {
        return refused;
    }
    again(state, key, ask, None, now)
}

/// The same product, in place of `key`, perhaps at the price agreed there.
pub(super) fn again(
    state: &State,
    key: &QuoteRef,
    ask: QuoteAsk,
    agreed: Option<Cpm>,
    now: Timestamp,
) -> Vec<Change> {
    let rfq = state.quote(key).and_then(|record| record.rfq.clone());
    let actor = if agreed.is_some() { Actor::Desk } else { person(state) };
    let seller = key.seller.clone();
    let fact = Fact::QuoteRequested { seller: seller.clone(), ask: ask.clone(), rfq: rfq.clone() };
    let purpose = Purpose::Quote { requote_of: Some(key.quote_id.clone()), agreed, rfq };
    let idempotency_key = key_for(state, &seller, &ask, now);
    let asked = Ask::Quote { ask, idempotency_key };
    vec![Change::Keep(actor, fact), Change::Ask(seller, asked, purpose)]
}

pub(super) fn answered(
    state: &State,
    flight: &InFlight,
    result: Result<Answer, SellerError>,
) -> Vec<Change> {
    let (Purpose::Quote { .. }, Ask::Quote { ask, .. }) = (&flight.purpose, &flight.ask) else {
        return Vec::new();
    };
    if let Err(error) = &result
        && error.code == "product_not_found"
        && ask.product_name.is_some()
    {
        return vec![rematch::ask_again(flight, ask, error)];
    }
    came(state, (&flight.seller, &flight.ask, &flight.purpose), result)
}

/// A quote came, or did not, for `ask` of a seller.
pub(super) fn came(
    state: &State,
    (seller, asked, purpose): (&SellerName, &Ask, &Purpose),
    result: Result<Answer, SellerError>,
) -> Vec<Change> {
    let (Purpose::Quote { requote_of, agreed, rfq }, Ask::Quote { ask, idempotency_key }) =
        (purpose, asked)
    else {
        return Vec::new();
    };
    let result = match result {
        Ok(Answer::Quote(quote)) => Ok(quote),
        Ok(_) => Err(wrong_answer()),
        Err(error) => Err(error),
    };
    let failed = |error: SellerError| {
        let after_agreement = agreed.and(requote_of.clone());
        let says = format!("{seller} did not quote: {error}. {}", error.cure);
        let fact = Fact::QuoteFailed {
            seller: seller.clone(),
            ask: ask.clone(),
            error,
            after_agreement,
            rfq: rfq.clone(),
        };
        vec![Change::Keep(seller_actor(seller), fact), say(true, says)]
    };
    match result {
        Ok(quote) if state.has_quote(&quote.reference()) => {
            // A seller that hands out an id twice must not overwrite what is known of the first.
            let known = state.quote(&quote.reference()).is_some_and(|known| known.quote == *quote);
            if known { Vec::new() } else { failed(reused(&quote)) }
        }
        Ok(quote) if quote.status == QuoteStatus::Declined => {
            let error = declined(&quote);
            let says = format!("{seller} declines to quote: {}. {}", error.says, error.cure);
            // What a price was agreed for is lost, whatever is kept of this one.
            let lost = if agreed.is_some() { failed(error) } else { vec![say(true, says)] };
            // It stands for no other quote: that one is as it was.
            let fact = Fact::QuoteReceived {
                listed_as: None,
                quote: *quote,
                ask: ask.clone(),
                requote_of: None,
                agreed: None,
                rfq: rfq.clone(),
                idempotency_key: Some(idempotency_key.clone()),
            };
            [Change::Keep(seller_actor(seller), fact)].into_iter().chain(lost).collect()
        }
        Ok(quote) => {
            let price = quote.pricing.cpm().map_or_else(|| "?".to_owned(), |cpm| cpm.to_string());
            let says = format!("{seller} quotes {price} for {}", quote.product.name);
            let product = |id| Some(state.sellers.get(seller)?.product(id)?.inventory_type.clone());
            let listed_as = product(&quote.product.product_id).or_else(|| product(&ask.product_id));
            let fact = Fact::QuoteReceived {
                listed_as: listed_as.filter(|word| !word.is_empty()),
                quote: *quote,
                ask: ask.clone(),
                requote_of: requote_of.clone(),
                agreed: *agreed,
                rfq: rfq.clone(),
                idempotency_key: Some(idempotency_key.clone()),
            };
            let said = agreed.is_none().then(|| say(false, says));
            [Change::Keep(seller_actor(seller), fact)].into_iter().chain(said).collect()
        }
        Err(error) => failed(error),
    }
}

/// What it means for a question that a seller answers it with a quote it declines.
pub fn declined(quote: &Quote) -> SellerError {
    let says = if quote.pricing.rationale.is_empty() {
        "the seller declines to quote".to_owned()
    } else {
        quote.pricing.rationale.clone()
    };
    SellerError {
        kind: crate::domain::ErrorKind::Refused,
        http_status: 200,
        code: "declined".to_owned(),
        says,
        cure: "ask for fewer impressions, other dates, or another seller".to_owned(),
        retry_after_s: None,
        bare: false,
    }
}

fn reused(quote: &Quote) -> SellerError {
    SellerError::transport(
        crate::domain::ErrorKind::Nonsense,
        "quote_id_reused",
        format!("the seller gave a new quote the id {} of another one", quote.quote_id),
        "tell the seller; nothing of the first quote was changed",
    )
}

/// A re-quote after an agreement is worth nothing if its price is another.
pub(super) fn requoted_after_agreement(quote: &Quote, agreed: Cpm) -> Vec<Change> {
    let (bad, says) = match quote.pricing.cpm() {
        Some(price) if price.is_same(&agreed) => {
            (false, format!("{} quotes the agreed {price}: B books it", quote.seller))
        }
        price => {
            let price = price.map_or_else(|| "no price".to_owned(), |cpm| cpm.to_string());
            (true, format!("{} agreed to {agreed} but quotes {price}: not bookable", quote.seller))
        }
    };
    vec![say(bad, says)]
}

pub(super) fn reread(state: &State, key: QuoteRef) -> Vec<Change> {
    if !state.quotes.contains_key(&key) {
        return unknown(state, &key);
    }
    let ask = Ask::GetQuote(key.quote_id.clone());
    vec![Change::Ask(key.seller.clone(), ask, Purpose::Reread(key))]
}

/// What a re-read tells, where it differs from what is known. An end by the clock is not undone. Of
/// what is booked only its own booking is taken in: the deal stands, whatever else is said of the
/// quote.
pub(super) fn seen(state: &State, key: &QuoteRef, now: &Quote) -> Vec<Change> {
    let Some(record) = state.quote(key).filter(|_| now.reference() == *key) else {
        return Vec::new();
    };
    let fits = record
        .deal
        .as_ref()
        .is_none_or(|deal| now.status == QuoteStatus::Booked && now.deal_id.as_ref() == Some(deal));
    let reopened = settle::booked_after_all(state, record, now);
    if record.quote == *now || !fits {
        return reopened;
    }
    let fact = if now.status == QuoteStatus::Expired {
        Fact::QuoteExpired { quote: key.clone(), by_seller: true }
    } else {
        Fact::QuoteSeen { quote: now.clone() }
    };
    let mut changes = vec![Change::Keep(seller_actor(&key.seller), fact)];
    changes.extend(reopened);
    changes
}

pub(super) fn reread_answered(
    state: &State,
    key: &QuoteRef,
    result: Result<Answer, SellerError>,
) -> Vec<Change> {
    match result {
        Ok(Answer::Quote(quote)) if quote.reference() == *key => seen(state, key, &quote),
        Ok(_) => vec![say(true, wrong_answer().to_string())],
        Err(error) if error.says_expired() => {
            let mut changes = over(state, key);
            if !changes.is_empty() {
                let (seller, id) = (&key.seller, &key.quote_id);
                changes.push(say(false, format!("{seller} says that {id} is over: {error}")));
            }
            changes
        }
        Err(error) => vec![say(true, format!("{}: {error}. {}", key.seller, error.cure))],
    }
}

/// A quote that the seller says is over. 404 on a known quote is the same as 410.
pub(super) fn over(state: &State, key: &QuoteRef) -> Vec<Change> {
    let open = state.quote(key).is_some_and(|record| {
        record.quote.status == QuoteStatus::Available && !record.holds_money()
    });
    if !open {
        return Vec::new();
    }
    let fact = Fact::QuoteExpired { quote: key.clone(), by_seller: true };
    vec![Change::Keep(seller_actor(&key.seller), fact)]
}

pub(super) fn let_go(state: &State, key: QuoteRef) -> Vec<Change> {
    match state.quote(&key) {
        None => unknown(state, &key),
        Some(record) if !record.is_open() => {
            refuse("not open", format!("{} is not open", key.quote_id), "nothing is to be let go")
        }
        Some(_) => vec![Change::Keep(person(state), Fact::QuoteLetGo { quote: key })],
    }
}

/// By the clock, on the seller's time. What is being booked is left to its answer.
pub(super) fn expired(state: &State, index: usize, now: Timestamp) -> Vec<Change> {
    let Some((key, record)) = state.quotes.get_index(index) else { return Vec::new() };
    if record.quote.status != QuoteStatus::Available {
        return Vec::new();
    }
    let end = state.is_over_at(record);
    if now < end {
        // Their clock turned out to be a little behind what it was scheduled by.
        return vec![Passing::Again(Due::Expire(index), Some(end)).into()];
    }
    let fact = Fact::QuoteExpired { quote: key.clone(), by_seller: false };
    // What a person let go, or booked already, is nobody's loss.
    let is_missed = record.is_on_board() && !record.let_go;
    let says = format!("{} of {} expired: r asks again", key.quote_id, key.seller);
    let said = is_missed.then(|| say(false, says));
    [Change::Keep(Actor::Desk, fact)].into_iter().chain(said).collect()
}

/// A quote comes near its end: the bell, and the next warning.
pub(super) fn warned(state: &State, index: usize, now: Timestamp) -> Vec<Change> {
    let Some((key, record)) = state.quotes.get_index(index) else { return Vec::new() };
    let end = Skew::ours(state.skew(&key.seller), record.quote.expires_at);
    let next = next_warning(record, end, now);
    let wanted = !record.let_go && record.is_on_board();
    let ring = wanted.then_some(Change::from(Passing::Ring));
    let again = Passing::Again(Due::Warn(index), next).into();
    ring.into_iter().chain([again]).collect()
}

pub(super) fn unknown(state: &State, key: &QuoteRef) -> Vec<Change> {
    if state.left_out.quotes.contains(key) {
        return unread("quote", &key.quote_id);
    }
    refuse(
        "quote",
        format!("the desk knows no quote {} of {}", key.quote_id, key.seller),
        "`dealdesk quote list` names them",
    )
}

/// What was left out when the store was read is not acted on.
pub(super) fn unread(what: &str, id: &impl std::fmt::Display) -> Vec<Change> {
    let says = format!("{what} {id} is in the store and was not read for this command");
    refuse(what, says, "name it, so that it is read")
}
