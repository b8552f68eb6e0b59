//! `book`: opens a ticket, compares your price with its price, and only then sends. Once.

mod questions;
mod shown;
#[cfg(test)]
mod tests;

use crate::json::{
    Document, ErrorDoc,
    book::{BookDoc, CheckDoc, EvidenceDoc, RefusalDoc, TicketDoc},
    cost,
    deal::DealDoc,
};
use std::{future::Future, time::Duration};

use rust_decimal::Decimal;

use self::shown::{failure, understood};

use crate::cli::{
    context::Context,
    exit::Exit,
    fail::Failure,
    find::Wanted,
    out::{self, Shown},
    port::{self, Session, Waited},
    reply::Reply,
    seam, typed,
};
use crate::{
    desk::{
        self, BookingRecord, BookingState, Confirmation, Mode, QuoteRecord, State, Ticket,
        TicketState, state::Subject,
    },
    domain::{Cost, Cpm, Currency, QuoteRef, QuoteStatus, Refusal, SellerError, TicketId, money},
};

/// `book`.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Args {
    /// The quote's id, or SELLER/ID where several sellers have it
    pub(crate) quote_id: String,
    /// The price you book at: must be the ticket's price to the cent
    #[arg(long, value_name = "CPM", value_parser = typed::amount)]
    pub(crate) confirm: Option<typed::Given>,
    /// The most you pay per thousand, needed beside the price; your limits hold too
    #[arg(long, value_name = "CPM", value_parser = typed::amount)]
    pub(crate) max_cpm: Option<typed::Given>,
    /// Words for the seller
    #[arg(long, value_name = "TEXT")]
    pub(crate) notes: Option<String>,
    /// What you plan to spend, where the quote has no impressions
    #[arg(long, value_name = "AMOUNT", value_parser = typed::price)]
    pub(crate) planned_spend: Option<typed::Given>,
    /// What the whole deal costs, where the desk asks for it: something is out of the usual
    #[arg(long, value_name = "AMOUNT", value_parser = typed::amount)]
    pub(crate) confirm_cost: Option<typed::Given>,
    /// Book by hand although the desk is halted: --despite halted
    #[arg(long, value_name = "WORD")]
    pub(crate) despite: Option<String>,
    /// Run every check and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Not enough: a booking is confirmed by its price
    #[arg(long, short = 'y', hide = true)]
    pub(crate) yes: bool,
}

/// How long to wait: for the re-read, and for the outcome.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waits {
    pub(crate) ask: Duration,
    pub(crate) book: Duration,
}

pub(crate) async fn run(args: Args, context: &Context) -> Result<Reply, Failure> {
    check(&args)?;
    let desk = &context.config.desk;
    let waits = Waits { ask: desk.ask_wait.saturating_add(desk.arm_wait), book: desk.book_wait };
    let wanted = Wanted::new(&args.quote_id);
    seam::with_session_on(context, wanted.ids(), async |session| {
        book(session, &args, waits, &mut port::ctrl_c()).await
    })
    .await
}

/// Both prices must be given: nothing is booked by a yes.
pub(crate) fn check(args: &Args) -> Result<(), Failure> {
    let missing: Vec<_> = [("--confirm CPM", &args.confirm), ("--max-cpm CPM", &args.max_cpm)]
        .into_iter()
        .filter_map(|(flag, given)| given.is_none().then_some(flag))
        .collect();
    if missing.is_empty() || (args.dry_run && args.max_cpm.is_some()) {
        return Ok(());
    }
    let says = if args.yes {
        "--yes is not enough to spend money"
    } else if args.confirm.is_some() {
        "a booking also needs the most that you pay per thousand"
    } else {
        "a booking is confirmed by its price"
    };
    let cure = format!(
        "give {}; `dealdesk quote show {}` shows the price",
        missing.join(" and "),
        args.quote_id
    );
    Err(Failure::usage(says, cure))
}

/// How the run ended, before it is written.
struct End {
    outcome: &'static str,
    exit: Exit,
    refusal: Option<Refusal>,
    /// What the seller said, where that is what stopped it.
    said: Option<SellerError>,
}

impl End {
    fn refused(refusal: Refusal) -> Self {
        Self { outcome: "blocked", exit: Exit::Blocked, refusal: Some(refusal), said: None }
    }

    fn plain(outcome: &'static str, exit: Exit) -> Self {
        Self { outcome, exit, refusal: None, said: None }
    }
}

pub(crate) async fn book(
    session: &mut impl Session,
    args: &Args,
    waits: Waits,
    interrupt: &mut (impl Future<Output = ()> + Unpin),
) -> Result<Reply, Failure> {
    let record = Wanted::new(&args.quote_id).quote_of(session.state())?;
    let key = record.reference();
    let limits = session.state().setup.limits.currency;
    let currency = record.price().map_or(limits, |price| price.currency());
    let price = record.price();
    let max_cpm = args.max_cpm.as_ref().map(|given| match price {
        Some(price) => given.beside("--max-cpm", price).map(|most| Cpm::new(most, currency)),
        None => given.cpm("--max-cpm", currency),
    });
    let planned = args.planned_spend.as_ref().map(|given| given.of("--planned-spend", currency));
    let open = desk::Command::OpenTicket {
        quote: key.clone(),
        max_cpm: max_cpm.transpose()?,
        planned_spend: planned.transpose()?.map(|amount| Cost::new(amount, currency)),
        notes: args.notes.clone(),
    };
    let cost = record.cost();
    typed::say(&understood(args, (price, cost), currency));
    out::progress(&format!("reading {} again …", key.quote_id));
    if let Some(refusal) = session.command(open).into_iter().next() {
        return reply(session, &key, args, None, &End::refused(refusal));
    }
    let id = session.state().ticket.as_ref().map(|ticket| ticket.id.clone());
    let Some(id) = id else {
        return Err(Failure::new(Exit::Bug, "the ticket did not open", ""));
    };
    let checked = port::wait(session, waits.ask, interrupt, |state| {
        ticket(state, &id).is_none_or(|ticket| ticket.state != TicketState::Checking)
    });
    match checked.await {
        Waited::Interrupted => return stopped(session, &key, args, &id),
        Waited::TimedOut => {
            let end = End::plain("not_sent", Exit::NotSent);
            return finish(session, &key, args, &id, &end);
        }
        Waited::Done => {}
    }
    if let Some(refusal) = questions::answer(session, &id, args)? {
        return finish(session, &key, args, &id, &End::refused(refusal));
    }
    let open = ticket(session.state(), &id).filter(|open| open.state == TicketState::Armed);
    let untrue = open.map(|open| questions::untrue_cost(open, args)).transpose()?.flatten();
    if let Some(refusal) = untrue {
        return finish(session, &key, args, &id, &End::refused(refusal));
    }
    let price = ticket(session.state(), &id).and_then(|ticket| ticket.price);
    let confirm = args.confirm.as_ref().zip(price);
    let confirm = confirm.map(|(given, price)| given.beside("--confirm", price)).transpose()?;
    if let Some(end) = closed(session.state(), &key, &id, (args, confirm)) {
        return finish(session, &key, args, &id, &end);
    }
    let Some(confirm) = confirm else {
        return Err(Failure::usage("a booking is confirmed by its price", "give --confirm CPM"));
    };
    let refused = session.command(desk::Command::Confirm(Confirmation::Price(confirm)));
    if let Some(refusal) = refused.into_iter().next() {
        return finish(session, &key, args, &id, &End::refused(refusal));
    }
    out::progress("sent; waiting for the seller …");
    let sent = port::wait(session, waits.book, interrupt, |state| is_ended(state, &id)).await;
    if sent == Waited::Interrupted
        && ticket_state(session.state(), &id) == Some(TicketState::Blocked)
    {
        return stopped(session, &key, args, &id);
    }
    let end = ended(session.state(), &id);
    reply(session, &key, args, Some(&id), &end)
}

fn ticket<'s>(state: &'s State, id: &TicketId) -> Option<&'s Ticket> {
    state.ticket.as_ref().filter(|ticket| ticket.id == *id)
}

fn ticket_state(state: &State, id: &TicketId) -> Option<TicketState> {
    ticket(state, id).map(|ticket| ticket.state)
}

/// Why an opened ticket goes no further, if it does not.
fn closed(
    state: &State,
    key: &QuoteRef,
    id: &TicketId,
    (args, confirm): (&Args, Option<Decimal>),
) -> Option<End> {
    let Some(ticket) = ticket(state, id) else {
        let refusal = Refusal::new("ticket", "another ticket took its place", "try again");
        return Some(End::refused(refusal));
    };
    if ticket.state != TicketState::Armed {
        let over = state.quote(key).is_some_and(|r| r.quote.status == QuoteStatus::Expired);
        let check = ticket.blocked_by();
        let refusal = check.map(crate::domain::Check::refusal);
        // The re-read failed, and not because the offer changed: nobody was reached.
        let unread = ticket.changed.is_empty()
            && check.is_some_and(|check| check.name == "re-read")
            && state.quote(key).is_some_and(|r| r.quote.status == QuoteStatus::Available);
        let said = state.unread.get(&Subject::Quote(key.clone())).filter(|_| unread).cloned();
        let (outcome, exit) = match (over, unread) {
            (true, _) => ("expired", Exit::Expired),
            (false, true) => ("not_sent", said.as_ref().map_or(Exit::NotSent, Exit::of_error)),
            (false, false) => ("blocked", Exit::Blocked),
        };
        return Some(End { outcome, exit, refusal, said });
    }
    let price = ticket.price.map(|price| price.amount());
    if let Some(confirm) = confirm.filter(|confirm| price != Some(*confirm)) {
        let shown = ticket.price.map_or_else(|| "?".to_owned(), |price| price.plain());
        let currency = ticket.price.map_or(Currency::USD, |price| price.currency());
        let confirm = money::plain_in(confirm, currency);
        let says = format!("you confirm {confirm}, the price is {shown} {currency}");
        let cure = format!("if that is fine: --confirm {shown}");
        return Some(End::refused(Refusal::new("confirm", says, cure)));
    }
    args.dry_run.then(|| End::plain("not_sent", Exit::Done))
}

/// An outcome that is known. A ticket that was blocked while it was stored was never sent.
fn is_ended(state: &State, id: &TicketId) -> bool {
    let known = |booking: &BookingRecord| {
        !matches!(booking.state, BookingState::Sent | BookingState::Unknown)
    };
    state.bookings.get(id).is_some_and(known)
        || (!state.bookings.contains_key(id)
            && ticket_state(state, id).is_none_or(|state| state == TicketState::Blocked))
}

fn ended(state: &State, id: &TicketId) -> End {
    if let Some(booking) = state.bookings.get(id) {
        let outcome = match booking.state {
            BookingState::Done => "done",
            BookingState::Disputed => "disputed",
            BookingState::Refused => "refused",
            BookingState::Expired => "expired",
            BookingState::NotSent if booking.withheld => "blocked",
            BookingState::NotSent if state.setup.mode == Mode::Paper => "paper",
            BookingState::NotSent => "not_sent",
            BookingState::Closed => "closed",
            BookingState::Waiting => "waiting",
            BookingState::Sent | BookingState::Unknown => "unknown",
        };
        let exit = match outcome {
            "blocked" => Exit::Blocked,
            "paper" => Exit::Paper,
            _ => Exit::of_booking(booking.state),
        };
        return End::plain(outcome, exit);
    }
    let ticket = ticket(state, id);
    if let Some(ticket) = ticket.filter(|ticket| ticket.state == TicketState::Blocked) {
        let last = ticket.checks.iter().rev().find(|check| !check.ok);
        return last.map_or_else(
            || End::plain("blocked", Exit::Blocked),
            |check| End::refused(check.refusal()),
        );
    }
    // It was being stored when the wait was over: it may still be sent.
    End::plain("unknown", Exit::Unknown)
}

/// Stopped by a person while nothing had been sent.
fn stopped(
    session: &mut impl Session,
    key: &QuoteRef,
    args: &Args,
    id: &TicketId,
) -> Result<Reply, Failure> {
    finish(session, key, args, id, &End::plain("not_sent", Exit::Interrupted))
}

/// Closes the ticket, which sent nothing, and says why.
fn finish(
    session: &mut impl Session,
    key: &QuoteRef,
    args: &Args,
    id: &TicketId,
    end: &End,
) -> Result<Reply, Failure> {
    let reply = reply(session, key, args, Some(id), end);
    // Closing what is not open is no refusal.
    let _ = session.command(desk::Command::CloseTicket);
    reply
}

fn reply(
    session: &impl Session,
    key: &QuoteRef,
    args: &Args,
    id: Option<&TicketId>,
    end: &End,
) -> Result<Reply, Failure> {
    let (state, now) = (session.state(), session.now());
    let booking = id.and_then(|id| state.bookings.get(id));
    let open = id.and_then(|id| ticket(state, id));
    let deal = booking.and_then(|booking| state.deals.get(booking.deal.as_ref()?));
    let failure = failure(key, booking, end);
    let ticket = booking.map(TicketDoc::of_booking).or_else(|| {
        open.map(|ticket| TicketDoc {
            id: ticket.id.0.clone(),
            idempotency_key: ticket.idempotency_key.clone(),
            quote_id: ticket.quote.quote_id.0.clone(),
            confirmed_cpm: None,
        })
    });
    let total = booking.map(|booking| booking.intent.cost).or(open.and_then(|ticket| ticket.cost));
    let record = state.quote(key);
    let price = open.and_then(|ticket| ticket.price).or(record.and_then(QuoteRecord::price));
    let currency = price.map_or(state.setup.limits.currency, |price| price.currency());
    let body = BookDoc {
        outcome: end.outcome,
        seller: key.seller.0.clone(),
        ticket,
        deal: deal.map(|deal| DealDoc::new(deal, None)),
        refusal: end.refusal.as_ref().map(RefusalDoc::new),
        evidence: booking.into_iter().flat_map(|b| &b.evidence).map(EvidenceDoc::new).collect(),
        checks: open.into_iter().flat_map(|ticket| &ticket.checks).map(CheckDoc::new).collect(),
        cost: cost(total),
        dry_run: args.dry_run,
        understood: understood(
            args,
            (price, total.or(record.and_then(QuoteRecord::cost))),
            currency,
        ),
        error: failure.as_ref().map(ErrorDoc::new),
        exit: end.exit.code(),
    };
    let text = shown::text(&body, args);
    let document = Document::new(state.setup.mode, now, body);
    let words = failure.map(|failure| failure.to_string());
    Ok(Reply::new(&document, Shown::Text(text))?.with_exit(end.exit).with_words(words))
}
