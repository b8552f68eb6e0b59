//! The ticket that leaves a negotiation: what is given up, and `y`.

use ratatui::text::Line;

use super::{known, writable};
use crate::{
    desk::{Command, SellerState, State},
    domain::{Cpm, QuoteRef, QuoteStatus, Refusal},
    tui::parts::{
        context::{Cx, Dx},
        countdown, note as prepared,
        sheet::{Answer, Confirm, Confirmed, Content, TicketSheet, look, note::NoteLine},
    },
};

/// The walk ticket.
#[derive(Debug)]
struct Walk {
    key: QuoteRef,
    note: NoteLine,
}

pub(super) fn open(key: &QuoteRef, cx: &mut Cx<'_>) -> Result<(), Refusal> {
    writable(cx)?;
    let record = known(key, cx)?;
    let open = record.negotiation.as_ref().is_some_and(|game| !game.is_over());
    if !open {
        let says = match record.negotiation.as_ref() {
            Some(game) => format!("this negotiation is over: {}", game.outcome.words()),
            None => "this quote is not being negotiated".to_owned(),
        };
        return Err(Refusal::new("walk", says, "look at another one (4)"));
    }
    // Who was offered nothing is not told that we leave, and gets no words.
    let talked = record.negotiation.as_ref().is_some_and(|game| game.our_last().is_some());
    let words = if talked { prepared::of_walk(record) } else { String::new() };
    let note = NoteLine::new(cx.state, key, &words);
    TicketSheet::open(Walk { key: key.clone(), note }, cx);
    Ok(())
}

impl Content for Walk {
    fn title(&self, _dx: &Dx<'_>) -> String {
        format!("WALK away from {} {}", self.key.seller, self.key.quote_id)
    }

    fn hint(&self) -> &'static str {
        ""
    }

    fn lines(&self, dx: &Dx<'_>, wide: u16) -> Option<Vec<Line<'static>>> {
        let record = dx.state.quote(&self.key)?;
        let game = record.negotiation.as_ref()?;
        let plain =
            |price: Option<Cpm>| price.map_or_else(|| "?".to_owned(), |price| price.plain());
        let still = record.quote.status == QuoteStatus::Available;
        let quote = if still {
            let left = countdown::left(dx.state.left(record, dx.now));
            format!("stays at {} until it expires, {left}", plain(game.quoted()))
        } else {
            format!("is {}", record.quote.raw_status)
        };
        let (theirs, ours) = (plain(game.their_last()), plain(game.our_last()));
        let seller = &self.key.seller;
        let takes = dx.state.sellers.get(seller).is_some_and(SellerState::takes_words);
        let told = takes && game.our_last().is_some();
        let what = if told {
            format!("to {seller}: that we leave it, with the note")
        } else {
            format!("nothing to {seller}")
        };
        let sends = format!("{what}; the negotiation is closed here and cannot be opened again");
        let mut lines =
            vec![look::fact(dx, "gives up", format!("their {theirs} (you offered {ours})"))];
        lines.push(look::fact(dx, "quote", quote));
        lines.extend(look::facts(dx, "sends", &sends, wide));
        if told {
            lines.extend(self.note.lines(dx, wide));
        }
        Some(lines)
    }

    fn confirm(&self, _state: &State) -> Confirm {
        Confirm::Yes("walks away".to_owned(), vec![("Esc", "stays")])
    }

    fn question(&mut self, state: &State) -> Result<Option<String>, String> {
        Ok(self.note.asks(state))
    }

    fn confirmed(&mut self, _answer: Confirmed, cx: &mut Cx<'_>) -> Result<(), String> {
        self.note.answered();
        cx.command(Command::Walk { quote: self.key.clone(), note: self.note.note() });
        Ok(())
    }

    fn stands(&mut self, _answer: &mut Answer, dx: &Dx<'_>) -> bool {
        dx.state.quote(&self.key).is_some()
    }

    fn note_mut(&mut self) -> Option<&mut NoteLine> {
        Some(&mut self.note)
    }
}
