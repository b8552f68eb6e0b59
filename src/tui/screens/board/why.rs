//! Why a row is where it is, and what a person can do: a few words at its end, in a long form and in
//! a short one for narrow terminals. They say what the record says; no rule is made here.

use crate::{
    desk::{self, BookingState, DealRecord, OnBoard, QuoteRecord, judge},
    domain::{Outcome, QuoteStatus, Stage, text},
    tui::{
        parts::{context::Dx, facts, theme::Meaning},
        screens::board::nouns,
    },
};

/// From so many columns on there is room for what else could be done about a row.
const ROOMY: u16 = 160;

/// The words of a row.
#[derive(Debug, Clone)]
pub(crate) struct Why {
    long: String,
    short: String,
    meaning: Meaning,
}

fn why(meaning: Meaning, long: impl Into<String>, short: impl Into<String>) -> Why {
    Why { long: long.into(), short: short.into(), meaning }
}

/// The words of a row, and what they mean.
pub(super) fn of_row(dx: &Dx<'_>, row: &dyn OnBoard) -> (String, Meaning) {
    let why = nouns::of(row).map_or_else(|| raw("", Meaning::Plain), |noun| noun.why(dx));
    (if dx.is_narrow() { why.short } else { why.long }, why.meaning)
}

pub(super) fn of_quote(dx: &Dx<'_>, record: &QuoteRecord) -> Why {
    use Meaning::{Dim, NeedsMe, Plain};
    let again = dx.key("ask again");
    let (may_book, may_ask) = may(dx, record);
    match record.stage() {
        Stage::Unknown => why(NeedsMe, format!("{again} look again"), format!("{again} look")),
        Stage::Disputed => why(NeedsMe, "not as agreed ⏎", "differs"),
        Stage::Booking => why(Plain, "sent, no answer yet", "sent"),
        Stage::Waiting => waiting(dx, record),
        Stage::MyTurn => my_turn(dx, record),
        Stage::TheirTurn => why(Plain, "they answer", "theirs"),
        Stage::Agreed if record.requote_error.is_some() && may_ask => {
            why(NeedsMe, format!("no quote · {again} again"), format!("{again} again"))
        }
        Stage::Agreed if !may_book => why(NeedsMe, "price agreed", "agreed"),
        Stage::Agreed => {
            if let Some(why) = doubt(dx, record) {
                return why;
            }
            let book = dx.key("book");
            why(NeedsMe, format!("{book} book agreed"), format!("{book} agreed"))
        }
        Stage::Quoted => quoted(dx, record),
        Stage::Expired if !may_ask => why(Dim, "expired", "expired"),
        Stage::Expired => why(Dim, format!("expired · {again} again"), format!("{again} again")),
        Stage::Declined if record.let_go => why(Dim, "let go by us", "let go"),
        Stage::Declined if record.quote.status == QuoteStatus::Declined => {
            why(Dim, "seller declined", "declined")
        }
        Stage::Declined => why(Dim, "we walked", "walked"),
        Stage::Rejected => why(Dim, "they refused", "refused"),
        Stage::Booked => why(NeedsMe, "booked, they say", "booked?"),
        Stage::Proposed
        | Stage::Held
        | Stage::Active
        | Stage::Paused
        | Stage::Renegotiating
        | Stage::Completed
        | Stage::Canceled
        | Stage::NotSent
        | Stage::Other => raw(&record.quote.raw_status, Plain),
    }
}

/// Whether it can be booked now, and whether the same terms can be asked for again.
fn may(dx: &Dx<'_>, record: &QuoteRecord) -> (bool, bool) {
    let book = desk::can_book(dx.state, record).is_ok();
    (book, desk::can_ask_again(dx.state, record, dx.now).is_ok())
}

/// A booking that the seller's people decide on, in the seller's words.
fn waiting(dx: &Dx<'_>, record: &QuoteRecord) -> Why {
    let booking = record.ticket.as_ref().and_then(|ticket| dx.state.bookings.get(ticket));
    let says = booking.and_then(|booking| booking.says.as_deref()).unwrap_or_default();
    why(Meaning::Waiting, format!("they decide: {}", text::clean(says, 60)), "they decide")
}

fn raw(word: &str, meaning: Meaning) -> Why {
    let word = text::clean(word, 30);
    why(meaning, word.clone(), word)
}

fn my_turn(dx: &Dx<'_>, record: &QuoteRecord) -> Why {
    let Some(game) = &record.negotiation else { return raw("", Meaning::Plain) };
    let (counter, accept, walk) = (dx.key("counter"), dx.key("accept"), dx.key("walk"));
    if game.auto.is_some() {
        why(Meaning::Plain, "auto plays", "auto")
    } else if dx.state.setup.read_only {
        why(Meaning::Plain, "your turn", "yours")
    } else if game.is_final() {
        let words = format!("{accept} or {walk}");
        why(Meaning::NeedsMe, format!("final: {words}"), words)
    } else if game.outcome == Outcome::Halted {
        why(Meaning::NeedsMe, format!("auto off, {counter}"), format!("{counter} offer"))
    } else {
        why(Meaning::NeedsMe, format!("{counter} counter"), format!("{counter} offer"))
    }
}

fn quoted(dx: &Dx<'_>, record: &QuoteRecord) -> Why {
    match record.booking {
        Some(BookingState::Refused) => return why(Meaning::Bad, "booking refused", "refused"),
        Some(BookingState::NotSent) => return why(Meaning::Bad, "booking not sent", "not sent"),
        Some(
            BookingState::Sent
            | BookingState::Done
            | BookingState::Disputed
            | BookingState::Expired
            | BookingState::Closed
            | BookingState::Waiting
            | BookingState::Unknown,
        )
        | None => {}
    }
    if record.price().is_none() && record.quote.pricing.other_unit().is_none() {
        return why(Meaning::Withheld, "price on request", "no price");
    }
    if let Some(failed) = facts::checks(dx, record).into_iter().find(|check| !check.ok) {
        let quote = &record.quote;
        let kinds = judge::kinds(dx.state, quote);
        let limit = dx.state.setup.limits.cpm_limit(&quote.seller, &kinds);
        return match (failed.name.as_str(), limit) {
            ("cpm", Some((_, limit))) => {
                why(Meaning::Bad, format!("over limit {}", limit.plain()), ">limit")
            }
            ("cost", _) => why(Meaning::Bad, "impressions unknown", "no imps"),
            ("unit", _) => {
                why(Meaning::Bad, format!("by {}", quote.pricing.pricing_model), "no CPM")
            }
            ("currency", _) => why(Meaning::Bad, "no rate is set", "no rate"),
            (name, _) => why(Meaning::Bad, format!("{name} limit"), ">limit"),
        };
    }
    if let Some(why) = doubt(dx, record) {
        return why;
    }
    if record.quote.deal_type.is_floor() {
        return why(Meaning::Plain, "floor, auction", "auction");
    }
    let (book, again) = (dx.key("book"), dx.key("ask again"));
    match may(dx, record) {
        (true, true) => {
            why(Meaning::Plain, format!("{book} book / {again} ask"), format!("{book} or {again}"))
        }
        (true, false) => why(Meaning::Plain, format!("{book} book"), format!("{book} book")),
        (false, true) => {
            why(Meaning::Plain, format!("{again} ask again"), format!("{again} again"))
        }
        (false, false) => raw(&record.quote.raw_status, Meaning::Plain),
    }
}

/// The mark of a quote whose ticket would stop at its terms or ask about them, as among the quotes:
/// `! asked · B book`.
fn doubt(dx: &Dx<'_>, record: &QuoteRecord) -> Option<Why> {
    let doubt = facts::gravest_doubt(dx, record)?;
    let (mark, meaning) = facts::doubt(&doubt);
    let short = format!("{mark} {}", doubt.name);
    let book = dx.key("book");
    let long = if doubt.stops() { short.clone() } else { format!("{short} · {book} book") };
    Some(why(meaning, long, short))
}

pub(super) fn of_deal(dx: &Dx<'_>, record: &DealRecord) -> Why {
    let index = dx.state.deals.get_index_of(&record.reference());
    let polling = index.and_then(|index| dx.state.polling.get(&index));
    if record.stage() == Stage::Disputed {
        return why(Meaning::NeedsMe, "not as agreed ⏎", "differs");
    }
    if let Some(attention) = &record.attention {
        let (key, again) = (dx.key("acknowledge"), dx.key("ask again"));
        let anew = nouns::anew(dx.state, record).and_then(|quote| dx.state.quote(&quote));
        let may_ask = |quote: &QuoteRecord| desk::can_ask_again(dx.state, quote, dx.now).is_ok();
        // The footer names that key, too.
        let again = if dx.size.0 >= ROOMY && anew.is_some_and(may_ask) {
            format!(" · {again} asks anew")
        } else {
            String::new()
        };
        // Whose word a status is stands in the detail: here it would cost the id beside it.
        let word = attention.strip_prefix("the seller says ").unwrap_or(attention);
        let words = text::clean(word, 60);
        return why(
            Meaning::NeedsMe,
            format!("{words} · {key} seen{again}"),
            format!("{key} seen"),
        );
    }
    if polling.is_some_and(|polling| polling.error.is_some()) && !record.deal.status.is_over() {
        return why(Meaning::Waiting, "check failed", "no news");
    }
    match record.stage() {
        Stage::Proposed => why(Meaning::Plain, "seller activates", "waits"),
        Stage::Active => why(Meaning::Plain, "live", "live"),
        Stage::Paused => why(Meaning::Waiting, "paused by seller", "by them"),
        Stage::Completed
        | Stage::Expired
        | Stage::Rejected
        | Stage::Declined
        | Stage::Canceled
        | Stage::NotSent => raw(&record.deal.raw_status, Meaning::Dim),
        Stage::Quoted
        | Stage::MyTurn
        | Stage::TheirTurn
        | Stage::Agreed
        | Stage::Booking
        | Stage::Booked
        | Stage::Unknown
        | Stage::Waiting
        | Stage::Disputed
        | Stage::Held
        | Stage::Renegotiating
        | Stage::Other => raw(&record.deal.raw_status, Meaning::Plain),
    }
}
