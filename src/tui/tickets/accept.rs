//! The ticket that takes their price: the price is typed as shown, so that it was read.

use ratatui::text::Line;

use super::{known, writable};
use crate::{
    desk::{self, Command, QuoteRecord, SellerState, State},
    domain::{Cpm, QuoteRef, Refusal},
    tui::parts::{
        context::{Cx, Dx},
        money as amounts,
        sheet::{Answer, Confirm, Confirmed, Content, TicketSheet, look},
    },
};

/// The accept ticket.
#[derive(Debug)]
struct Accept {
    key: QuoteRef,
    /// Their price when it opened: another one closes the line.
    theirs: Cpm,
}

/// Whether their price can be taken now, in the desk's words.
pub(super) fn check(state: &State, record: &QuoteRecord) -> Result<Cpm, Refusal> {
    let refuse = |says: &str, cure: &str| Err(Refusal::new("accept", says, cure));
    let Some(game) = record.negotiation.as_ref() else {
        return refuse("it is not being negotiated", "B books it as quoted, N negotiates");
    };
    desk::can_negotiate(state, record)?;
    let Some(theirs) = game.their_last() else {
        return refuse("they named no price to accept", "make an offer (N)");
    };
    desk::check_offer(state, record, (theirs, true))?;
    Ok(theirs)
}

pub(super) fn open(key: &QuoteRef, cx: &mut Cx<'_>) -> Result<(), Refusal> {
    writable(cx)?;
    let theirs = check(cx.state, known(key, cx)?)?;
    TicketSheet::open(Accept { key: key.clone(), theirs }, cx);
    Ok(())
}

impl Content for Accept {
    fn title(&self, _dx: &Dx<'_>) -> String {
        format!("ACCEPT {} of {}", self.theirs, self.key.seller)
    }

    fn lines(&self, dx: &Dx<'_>, wide: u16) -> Option<Vec<Line<'static>>> {
        let record = dx.state.quote(&self.key)?;
        let game = record.negotiation.as_ref()?;
        let theirs = self.theirs;
        let imps = record.quote.terms.impressions;
        let cost = amounts::cost(imps.map(|imps| theirs.cost(imps)), record.quote.terms.guaranteed);
        let quoted = game.quoted().filter(|quoted| quoted.currency() == theirs.currency());
        let saves =
            quoted.zip(imps).and_then(|(quoted, imps)| theirs.cost(imps).minus(&quoted.cost(imps)));
        let saves = saves.map_or_else(String::new, |saves| {
            format!("   {} against the quote", amounts::signed(saves, theirs.currency()))
        });
        let seller = dx.state.sellers.get(&self.key.seller);
        let honours = seller.is_some_and(SellerState::honours_agreement);
        let after = if honours {
            "nothing is booked yet: B books this quote at the agreed price"
        } else {
            "nothing is booked yet: the desk asks for a quote at that price, and B books it"
        };
        let imps = amounts::impressions(imps);
        let sends = format!(
            "to {}: accept {} on {}, with {}",
            self.key.seller,
            theirs.plain(),
            self.key.quote_id,
            look::told(&record.ask.identity.without_agent())
        );
        let mut lines =
            vec![look::fact(dx, "price", format!("{theirs} CPM for {imps} impressions"))];
        lines.push(look::fact(dx, "worth", format!("{cost}{saves}")));
        lines.extend(look::facts(dx, "after", after, wide));
        lines.extend(look::facts(dx, "sends", &sends, wide));
        Some(lines)
    }

    fn confirm(&self, _state: &State) -> Confirm {
        Confirm::Price("Type their CPM to accept: ".to_owned(), self.theirs)
    }

    fn confirmed(&mut self, answer: Confirmed, cx: &mut Cx<'_>) -> Result<(), String> {
        if let Confirmed::Amount(typed) = answer {
            cx.command(Command::Accept { quote: self.key.clone(), typed });
        }
        Ok(())
    }

    /// Another price of theirs is another decision.
    fn stands(&mut self, _answer: &mut Answer, dx: &Dx<'_>) -> bool {
        let record = dx.state.quote(&self.key);
        let theirs = record.and_then(|record| record.negotiation.as_ref()?.their_last());
        theirs == Some(self.theirs)
    }
}
