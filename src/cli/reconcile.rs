//! `reconcile`: looks again, now, at bookings whose outcome nobody knows, until the evidence settles
//! them or the time is up; or takes a person's word for one, in writing.

use std::{future::Future, time::Duration};

use super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    find::Wanted,
    out::{self, Shown},
    port::{self, Session, Waited},
    reply::Reply,
    seam,
};
use crate::{
    desk::{self, BookingRecord, BookingState, Due, State, state::Purpose},
    domain::{TicketId, text},
    json::{
        Document,
        book::EvidenceDoc,
        deal::DealDoc,
        reconcile::{ReconcileDoc, SettledDoc},
    },
};

/// `reconcile`.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Args {
    /// The quote whose booking it is, or SELLER/ID; with --all none
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(crate) quote_id: Option<String>,
    /// Every booking whose outcome is not known
    #[arg(long)]
    pub(crate) all: bool,
    /// You know which deal it became: the seller is asked for it, and it must be of this quote
    #[arg(long, value_name = "DEAL_ID", conflicts_with_all = ["all", "close"])]
    pub(crate) deal: Option<String>,
    /// Close it with a reason: its money no longer counts. Say what the seller told you, and who
    #[arg(long, value_name = "TEXT", conflicts_with = "all")]
    pub(crate) close: Option<String>,
    /// Send it once more, which may book twice: --send-again again
    #[arg(long, value_name = "WORD", conflicts_with_all = ["all", "deal", "close"])]
    pub(crate) send_again: Option<String>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Result<Reply, Failure> {
    let wait = context.config.desk.book_wait;
    let wanted = args.quote_id.as_deref().map(Wanted::new);
    let ids = wanted.iter().flat_map(Wanted::ids);
    seam::with_session_on(context, ids, async |session| {
        reconcile(session, &args, wait, &mut port::ctrl_c()).await
    })
    .await
}

async fn reconcile(
    session: &mut impl Session,
    args: &Args,
    wait: Duration,
    interrupt: &mut (impl Future<Output = ()> + Unpin),
) -> Result<Reply, Failure> {
    let tickets = wanted(session.state(), args)?;
    let only = tickets.first().cloned();
    let command = match (&args.deal, &args.close, only) {
        (Some(deal), _, Some(ticket)) => {
            Some(desk::Command::EnterDeal { ticket, deal_id: deal.as_str().into() })
        }
        (None, Some(why), Some(ticket)) => {
            Some(desk::Command::CloseUnknown { ticket, why: text::prose(why) })
        }
        (None, None, Some(ticket)) if args.send_again.is_some() => {
            let typed = args.send_again.clone().unwrap_or_default();
            Some(desk::Command::SendAgain { ticket, typed })
        }
        (_, _, _) => None,
    };
    match command {
        Some(command) => {
            port::allowed(&session.command(command))?;
        }
        None => look(session, &tickets)?,
    }
    out::progress("looking at what the sellers have …");
    let begun = session.steady();
    // Another desk hears the answer, or it is gone: the one that hosts the store finds that out.
    let sent = |state: &State| tickets.iter().any(|ticket| is_sent(state, ticket));
    if sent(session.state()) {
        let heard = port::wait(session, wait, interrupt, |state| !sent(state)).await;
        if heard == Waited::Interrupted {
            return reply(session, &tickets);
        }
        look(session, &tickets)?;
    }
    let wait = wait.saturating_sub(session.steady().saturating_sub(begun));
    let left = jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::MAX);
    let end = session.now().checked_add(left).unwrap_or(jiff::Timestamp::MAX);
    // A booking on which nothing more is looked at before the end is left as it is.
    let still = |state: &State| !tickets.iter().any(|ticket| is_looked_at(state, ticket, end));
    let _ = port::wait(session, wait, interrupt, still).await;
    reply(session, &tickets)
}

/// The bookings that are meant.
fn wanted(state: &State, args: &Args) -> Result<Vec<TicketId>, Failure> {
    let open = |booking: &&BookingRecord| booking.state.is_awaited();
    let Some(typed) = &args.quote_id else {
        let all = state.open_bookings().filter(open);
        return Ok(all.map(|booking| booking.intent.ticket.clone()).collect());
    };
    let record = Wanted::new(typed).quote_of(state)?;
    let booking = record.ticket.as_ref().and_then(|ticket| state.bookings.get(ticket));
    booking.map(|booking| vec![booking.intent.ticket.clone()]).ok_or_else(|| {
        let says = format!("{} was never booked", record.quote.quote_id);
        Failure::new(Exit::NotFound, says, "`dealdesk quote list` shows where it stands")
    })
}

/// Looks at what is unknown; what is not, is left alone.
fn look(session: &mut impl Session, tickets: &[TicketId]) -> Result<(), Failure> {
    for ticket in tickets {
        port::allowed(&session.command(desk::Command::Look(ticket.clone())))?;
    }
    Ok(())
}

fn is_sent(state: &State, ticket: &TicketId) -> bool {
    state.bookings.get(ticket).is_some_and(|booking| booking.state == BookingState::Sent)
}

/// Whether evidence about a booking is on its way, or due before the end.
fn is_looked_at(state: &State, ticket: &TicketId, end: jiff::Timestamp) -> bool {
    let Some((index, _, booking)) = state.bookings.get_full(ticket) else { return false };
    if !booking.state.is_looked_at() {
        return booking.state == BookingState::Sent;
    }
    let asked = state.in_flight.values().any(|flight| match &flight.purpose {
        Purpose::LookBooking(other, _) | Purpose::EnterDeal(other, _) => other == ticket,
        Purpose::Publish
        | Purpose::Booking(..)
        | Purpose::Quote { .. }
        | Purpose::Reread(_)
        | Purpose::TicketCatalogue(..)
        | Purpose::TicketReread(..)
        | Purpose::Move(_)
        | Purpose::LookMove(_)
        | Purpose::LookStanding(_)
        | Purpose::Rematch { .. }
        | Purpose::ShowKeys(..)
        | Purpose::Poll(_)
        | Purpose::Avails
        | Purpose::Orders
        | Purpose::SendOrder(..) => false,
    });
    let due = state.schedule.get(Due::LookBooking(index)).is_some_and(|at| at <= end);
    let storing = state
        .storing
        .iter()
        .any(|(stored, _)| matches!(stored, desk::Stored::Repeat(other) if other == ticket));
    // The desk that hosts the store looks after everybody's, and this one waits for what it finds.
    let hosted = !state.setup.is_host;
    asked || due || storing || hosted
}

fn reply(session: &impl Session, tickets: &[TicketId]) -> Result<Reply, Failure> {
    let state = session.state();
    let bookings: Vec<_> = tickets.iter().filter_map(|ticket| state.bookings.get(ticket)).collect();
    let exits = bookings.iter().map(|booking| Exit::of_booking(booking.state));
    // What is still unknown weighs most, then what is not as agreed. A no is known: nothing is open.
    let exit = [Exit::Unknown, Exit::Disputed, Exit::Waiting]
        .into_iter()
        .find(|worst| exits.clone().any(|exit| exit == *worst))
        .unwrap_or(Exit::Done);
    let items: Vec<_> = bookings.iter().map(|booking| settled(state, booking)).collect();
    let mut lines: Vec<_> = items
        .iter()
        .map(|item| {
            let deal =
                item.deal.as_ref().map_or_else(String::new, |deal| format!(" {}", deal.deal_id));
            let words = item.says.as_ref().map_or_else(String::new, |says| format!(": {says}"));
            format!("{}/{} {}{deal}{words}", item.seller, item.quote_id, item.outcome)
        })
        .collect();
    if lines.is_empty() {
        lines.push("no booking waits for its outcome".to_owned());
    }
    let body = ReconcileDoc { items, exit: exit.code() };
    let document = Document::new(state.setup.mode, session.now(), body);
    Ok(Reply::new(&document, Shown::Text(lines.join("\n")))?.with_exit(exit))
}

fn settled(state: &State, booking: &BookingRecord) -> SettledDoc {
    // While another desk still waits for its answer, nobody knows yet.
    let waits = booking.state == BookingState::Sent;
    let outcome = if waits { BookingState::Unknown } else { booking.state };
    let deal = booking.deal.as_ref().and_then(|deal| state.deals.get(deal));
    SettledDoc {
        quote_id: booking.intent.quote.quote_id.0.clone(),
        seller: booking.intent.quote.seller.0.clone(),
        ticket: booking.intent.ticket.0.clone(),
        outcome: outcome.to_string(),
        attempts: booking.attempts,
        cost: booking.intent.cost.plain(),
        says: booking.says.clone(),
        cure: booking.cure.clone(),
        deal: deal.map(|deal| DealDoc::new(deal, None)),
        evidence: booking.evidence.iter().map(EvidenceDoc::new).collect(),
    }
}
