//! The ticket that offers a price: what it does to the gap, whether it may be offered, and `y` to send
//! it. It lies at the foot of the screen, so that the draft on the ladder stays in sight.

use ratatui::text::Line;

use super::{known, writable};
use crate::{
    desk::{self, Command, QuoteRecord, State},
    domain::{Cpm, Negotiation, QuoteRef, Refusal},
    tui::parts::{
        context::{Cx, Dx},
        money,
        sheet::{Answer, Confirm, Confirmed, Content, TicketSheet, look, note::NoteLine},
    },
};

/// The counter ticket.
#[derive(Debug)]
struct Counter {
    key: QuoteRef,
    price: Cpm,
    note: NoteLine,
}

/// What stands in the way of an offer, in the desk's words.
pub(super) fn check(state: &State, record: &QuoteRecord, price: Cpm) -> Result<(), Refusal> {
    desk::can_negotiate(state, record)?;
    let game = record
        .negotiation
        .as_ref()
        .ok_or_else(|| Refusal::new("negotiation", "it is not being negotiated", "open it (N)"))?;
    let matching = game.their_last() == Some(price);
    desk::check_offer(state, record, (price, matching))
}

/// Opens it, unless the desk would refuse the offer.
pub(super) fn open(key: &QuoteRef, price: Cpm, cx: &mut Cx<'_>) -> Result<(), Refusal> {
    writable(cx)?;
    check(cx.state, known(key, cx)?, price)?;
    let note = NoteLine::new(cx.state, key, "");
    TicketSheet::open(Counter { key: key.clone(), price, note }, cx);
    Ok(())
}

impl Content for Counter {
    fn title(&self, _dx: &Dx<'_>) -> String {
        format!("COUNTER {} to {}", self.price, self.key.seller)
    }

    fn hint(&self) -> &'static str {
        "held or pasted keys never send"
    }

    fn lines(&self, dx: &Dx<'_>, wide: u16) -> Option<Vec<Line<'static>>> {
        let record = dx.state.quote(&self.key)?;
        let game = record.negotiation.as_ref()?;
        let price = self.price;
        let from = |label: &str, other: Option<Cpm>| {
            let move_ = other.and_then(|other| price.minus(&other));
            match (other, move_) {
                (Some(other), Some(by)) => {
                    format!("{label} {other} ({})", money::signed(by, other.currency()))
                }
                (Some(other), None) => format!("{label} {other}"),
                (None, _) => format!("{label} ?"),
            }
        };
        let ours = if game.our_last().is_some() {
            from("ours before", game.our_last())
        } else {
            "your first offer".to_owned()
        };
        let limit = desk::limit_for(dx.state, record);
        let limit = limit.map_or_else(|| "no limit set".to_owned(), |_| from("your limit", limit));
        let cost = record.quote.terms.impressions.map(|imps| price.cost(imps));
        let cost = money::cost(cost, record.quote.terms.guaranteed);
        let who = &self.key.seller;
        let theirs = from("theirs", game.their_last());
        let offer = format!("{} CPM   {ours}   {theirs}   {limit}", price.plain());
        let sends = format!(
            "to {who}: counter {} on {}, with {}",
            price.plain(),
            self.key.quote_id,
            look::told(&record.ask.identity.without_agent())
        );
        let good = if game.their_last() == Some(price) {
            "it matches their price and is within your limit"
        } else {
            "under their price, within your limit, in whole cents"
        };
        let mut lines = look::facts(dx, "offer", &offer, wide);
        let worth = format!("{cost} if they take it. A counter books nothing.");
        lines.push(look::fact(dx, "worth", worth));
        lines.push(look::verdict(dx, &check(dx.state, record, price), good));
        lines.extend(look::facts(dx, "sends", &sends, wide));
        lines.extend(self.note.lines(dx, wide));
        Some(lines)
    }

    fn confirm(&self, _state: &State) -> Confirm {
        Confirm::Yes("sends it".to_owned(), vec![("Esc", "keeps the draft, sends nothing")])
    }

    fn question(&mut self, state: &State) -> Result<Option<String>, String> {
        let Some(record) = state.quote(&self.key) else { return Ok(None) };
        check(state, record, self.price).map_err(|refusal| refusal.to_string())?;
        let game = record.negotiation.as_ref().filter(|game| game.is_backwards(self.price));
        let back = game
            .and_then(Negotiation::our_last)
            .map(|ours| format!("{} is below your own last {}", self.price.plain(), ours.plain()));
        let questions: Vec<_> = back.into_iter().chain(self.note.asks(state)).collect();
        Ok((!questions.is_empty()).then(|| questions.join("; ")))
    }

    fn confirmed(&mut self, _answer: Confirmed, cx: &mut Cx<'_>) -> Result<(), String> {
        self.note.answered();
        let (quote, cpm, note) = (self.key.clone(), self.price, self.note.note());
        cx.command(Command::Offer { quote, cpm, note });
        Ok(())
    }

    fn stands(&mut self, _answer: &mut Answer, dx: &Dx<'_>) -> bool {
        dx.state.quote(&self.key).is_some()
    }

    fn note_mut(&mut self) -> Option<&mut NoteLine> {
        Some(&mut self.note)
    }
}
