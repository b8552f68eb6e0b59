//! What a booking ticket checks, in the order it shows it: the re-read, the clock, what was agreed,
//! and every limit. Any failure closes the line on which the price is typed.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rust_decimal::Decimal;

use super::{closed, halt, negotiate, sanity, terms};
use crate::{
    desk::{
        exposure::counted,
        judge,
        record::{BookingRecord, QuoteRecord},
        rivals,
        state::State,
        ticket::Ticket,
    },
    domain::{
        Check, Cost, Cpm, Negotiation, Quote, QuoteStatus, SellerError, SellerName, Skew,
        limits::Purchase, money::RateType, span,
    },
};

/// The re-read quote against what was shown.
pub(super) fn reread(ticket: &Ticket, quote: &Quote) -> Check {
    if ticket.changed.is_empty() && quote.status == QuoteStatus::Available {
        return Check::pass("re-read", "GET quote: available, same as shown");
    }
    if let Some(refusal) = closed::by_status(quote) {
        return Check::fail("re-read", refusal.says, refusal.cure);
    }
    let changes: Vec<_> = ticket
        .changed
        .iter()
        .map(|(field, shown, now)| format!("{field} {shown} → {now}"))
        .collect();
    let says = format!("it is not what was shown: {}", changes.join(", "));
    Check::fail("re-read", says, "look at the new terms, then open a new ticket (B)")
}

pub(super) fn unread(error: &SellerError) -> Check {
    let says = format!("the quote could not be read again: {error}");
    Check::fail("re-read", says, error.cure.clone())
}

/// Every check but the re-read itself.
pub(super) fn checks(
    state: &State,
    record: &QuoteRecord,
    ticket: &Ticket,
    now: Timestamp,
) -> Vec<Check> {
    let mut checks: Vec<Check> = halt::check(state, &record.quote.seller).into_iter().collect();
    checks.push(clock_check(state, record, now));
    checks.extend(unit_check(&record.quote));
    checks.extend(judge::is_unlisted(state, &record.quote).then(|| {
        let says =
            "the seller's catalogue does not say what it is: the strictest of your limits holds";
        Check::warn("listed", says, "read its kit (2), or ask the seller")
    }));
    let Some(price) = record.price() else {
        if !record.quote.pricing.is_per_thousand() {
            return checks;
        }
        checks.push(Check::fail("price", "the quote names no price", "ask the seller for one"));
        return checks;
    };
    if let Some(agreed) = record.agreed {
        let quoted = record.quote.pricing.cpm();
        checks.push(agreed_check(state, record, agreed, quoted));
    }
    if let Some(max) = ticket.max_cpm {
        let fits = price <= max;
        let by = if ticket.trigger.is_some() { "the trigger's" } else { "--max-cpm" };
        let says = format!("CPM {price} against {by} {max}");
        checks.push(if fits {
            Check::pass("max-cpm", says)
        } else {
            Check::fail("max-cpm", says, "negotiate it down, or give a higher --max-cpm")
        });
    }
    checks.extend(terms::checks(state, record, ticket.cost, now));
    // Who armed a trigger saw how the price is made; it waits for another one.
    checks.extend(terms::proof(state, record).filter(|_| ticket.trigger.is_none()));
    checks.extend(limit_checks(state, &record.quote, (price, ticket.cost), now, None));
    checks.extend(sanity::checks(state, record, price, ticket.cost));
    checks.extend(note_check(state, record, ticket));
    checks
}

/// A price for something else than impressions has no cost that a limit could hold.
pub(super) fn unit_check(quote: &Quote) -> Option<Check> {
    let cure = "ask the seller for a price per thousand impressions (CPM)";
    if quote.pricing.rate_type() == Some(RateType::Cpmv) {
        let says = "it is priced by thousand viewable impressions (vCPM): how many of those \
                    bought will be seen is not known";
        return Some(Check::warn("unit", says, "ask what it comes to per thousand (CPM)"));
    }
    Some(Check::fail("unit", quote.pricing.other_unit()?, cure))
}

/// Every limit against buying what a quote offers, at this price and for this cost (unknown where `None`),
/// beside the money that is out and what was booked today. What the booking `but` holds is not counted twice.
pub fn limit_checks(
    state: &State,
    quote: &Quote,
    (cpm, cost): (Cpm, Option<Cost>),
    now: Timestamp,
    but: Option<&BookingRecord>,
) -> Vec<Check> {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let held = but.map_or(Decimal::ZERO, counted);
    let of_today =
        but.filter(|booking| day(booking.at) == day(now)).map_or(Decimal::ZERO, |_| held);
    let mut checks = state.setup.limits.check(&Purchase {
        seller: &quote.seller,
        kinds: &judge::kinds(state, quote),
        deal_type: quote.deal_type,
        price: cpm.into(),
        cost,
        exposure: state.exposure.total().saturating_sub(held),
        today: state.exposure.on(day(now)).saturating_sub(of_today),
    });
    checks.extend(state.left_out.check());
    checks
}

/// What was agreed must be what is booked. A seller that does not honour an agreement at booking is
/// booked by a quote at the agreed price only.
fn agreed_check(state: &State, record: &QuoteRecord, agreed: Cpm, quoted: Option<Cpm>) -> Check {
    let honours = record.negotiation.is_some()
        && state
            .sellers
            .get(&record.quote.seller)
            .is_some_and(crate::desk::SellerState::honours_agreement);
    let theirs = record.negotiation.as_ref().and_then(Negotiation::accepted_dearer);
    let as_agreed = quoted.is_some_and(|quoted| quoted.is_same(&agreed));
    if let Some(theirs) = theirs.filter(|_| honours && !as_agreed) {
        let says = format!("agreed {agreed}, but the seller wrote {theirs}");
        let cure = "ask for a quote at the agreed price (r), or ask the seller's people";
        return Check::fail("agreed", says, cure);
    }
    if as_agreed || honours {
        return Check::pass("agreed", format!("{agreed} as agreed"));
    }
    let quoted = quoted.map_or_else(|| "?".to_owned(), |quoted| quoted.to_string());
    let says = format!("agreed {agreed}, but this quote would book {quoted}");
    Check::fail("agreed", says, "wait for the quote at the agreed price, or ask again (r)")
}

/// What of other sellers stands in the words that go with a booking.
fn note_check(state: &State, record: &QuoteRecord, ticket: &Ticket) -> Option<Check> {
    let found = rivals::leaks(state, &record.reference(), ticket.notes.as_deref()?);
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    let says = format!("the note {}", found.join(", "));
    (!found.is_empty()).then(|| Check::warn("note", says, "take that out, then open a new ticket"))
}

/// How long before the end of its quotes booking at a seller closes: the round trip must fit, and the
/// clocks may be off (safety.md S14).
pub fn booking_guard(state: &State, seller: &SellerName) -> SignedDuration {
    let seller = state.sellers.get(seller);
    let round_trip = seller.and_then(|seller| seller.percentile(95)).unwrap_or(0);
    let round_trip = i64::try_from(round_trip).unwrap_or(i64::MAX);
    let guard = round_trip.saturating_mul(2).max(4_000);
    let is_known = seller.is_some_and(|seller| seller.skew().is_some());
    SignedDuration::from_millis(if is_known { guard } else { guard.saturating_mul(2) })
}

/// Booking closes before the quote does; and a quote that is not open any more says why.
fn clock_check(state: &State, record: &QuoteRecord, now: Timestamp) -> Check {
    let closed = closed::why(record);
    if let Some(refusal) = closed.as_ref().filter(|refusal| refusal.rule != "expired") {
        return refusal.clone().into();
    }
    let skew = state.skew(&record.quote.seller);
    let guard = booking_guard(state, &record.quote.seller);
    let left = Skew::least_left(skew, record.quote.expires_at, now);
    let is_open = closed.is_none() && left > guard;
    let again = "ask again with the same terms (r)";
    if !left.is_positive() {
        let says = format!("it expired {} ago on their clock", span::lasting(left));
        return Check::fail("clock", says, again);
    }
    if let Some(closed) = closed {
        return Check::fail("clock", closed.says, again);
    }
    let unsure =
        if skew.is_none() { ", twice as early as their clock was never heard" } else { "" };
    // The guard is said up to the next whole second, as it holds up to there.
    let guard = span::lasting(guard.saturating_add(SignedDuration::from_millis(999)));
    let left = span::lasting(left);
    let says = format!("{left} left on their clock; booking closes {guard} before expiry{unsure}");
    if is_open { Check::pass("clock", says) } else { Check::fail("clock", says, again) }
}

/// The CPM limit that holds for a quote, in its currency: for screens. `None` where none is set or no
/// rate is.
pub fn limit_for(state: &State, record: &QuoteRecord) -> Option<Cpm> {
    negotiate::limit_of(state, record).ok().flatten()
}
