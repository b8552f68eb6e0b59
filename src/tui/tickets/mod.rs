//! Tickets: the only places from which anything that commits is sent. A capital letter opens one; its
//! typed answer sends.
//!
//! Every ticket is deaf to held keys and to pasted text, also where the terminal tells neither, and until
//! there was a moment without a key since it appeared, so that nothing is answered that was not read: that is
//! the sheet's (`parts/sheet/`). What may be sent and what not is the desk's to say: a ticket asks `desk` and
//! shows the answer.

mod accept;
mod auto;
mod book;
mod counter;
mod quote;
mod trigger;
mod typed;
mod walk;

use crate::{
    desk::{self, Command, QuoteRecord},
    domain::{QuoteRef, Refusal},
    tui::parts::{
        context::Cx,
        screen::{ScreenId, Target},
        want::Want,
    },
};

/// Opens the ticket for `want`, or says why it does not open.
pub(crate) fn open(want: &Want, cx: &mut Cx<'_>) {
    let opened = match want {
        Want::Quotes(candidates) => quote::open(candidates.clone(), cx),
        Want::Counter(key) => negotiate(key, cx),
        Want::Offer(key, price) => counter::open(key, *price, cx),
        Want::Accept(key) => accept::open(key, cx),
        Want::Book(key) => {
            book::open(key, cx);
            Ok(())
        }
        Want::Walk(key) => walk::open(key, cx),
        Want::Auto(key) => auto::open(key, cx),
        Want::Trigger(key) => trigger::open(key, cx),
        Want::Resume(seller) => typed::open(typed::About::Resume(seller.clone()), cx),
        Want::EnterDeal(ticket) => typed::open(typed::About::EnterDeal(ticket.clone()), cx),
        Want::EndUnknown(ticket) => typed::open(typed::About::EndUnknown(ticket.clone()), cx),
        Want::SendAgain(ticket) => typed::open(typed::About::SendAgain(ticket.clone()), cx),
    };
    if let Err(refusal) = opened {
        cx.refuse(&refusal);
    }
}

/// Goes to the ladder of a quote; opens its negotiation where there is none yet. Nothing is sent.
fn negotiate(key: &QuoteRef, cx: &mut Cx<'_>) -> Result<(), Refusal> {
    let record = known(key, cx)?;
    if record.negotiation.is_none() {
        if desk::can_try(cx.state, record) {
            // The same key again finds nothing in its way.
            cx.command(Command::TryTalks(key.clone()));
        }
        desk::can_negotiate(cx.state, record)?;
        writable(cx)?;
        let target = record.ask.target_cpm;
        let command = Command::OpenNegotiation { quote: key.clone(), target, limit: None };
        cx.command(command);
    }
    cx.go(ScreenId::Ladder, Some(Target::Quote(key.clone())));
    Ok(())
}

fn known<'a>(key: &QuoteRef, cx: &Cx<'a>) -> Result<&'a QuoteRecord, Refusal> {
    let gone = || Refusal::new("quote", format!("{} is not known", key.quote_id), "look at 3");
    cx.state.quote(key).ok_or_else(gone)
}

/// On a read-only desk no ticket opens.
fn writable(cx: &Cx<'_>) -> Result<(), Refusal> {
    let refusal =
        || Refusal::new("read-only", "the desk is read-only", "start it without --read-only");
    if cx.state.setup.read_only { Err(refusal()) } else { Ok(()) }
}
