//! The ticket that leaves a negotiation: what is given up, and `y`.

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect, text::Line};

use super::{
    counter::Standing,
    guard::{Asked, Guard, NOT_HEARD, TYPE_IT},
    known,
    note::NoteLine,
    sheet, writable,
};
use crate::{
    desk::{Command, QuoteRecord, SellerState},
    domain::{Negotiation, QuoteRef, QuoteStatus, Refusal},
    tui::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        overlay::{Flow, Modal},
        parts::{countdown, note as prepared},
    },
};

/// The walk ticket.
#[derive(Debug)]
pub(super) struct Walk {
    guard: Guard,
    key: QuoteRef,
    note: NoteLine,
    asked: Asked,
    sent: Option<Standing>,
    trouble: Option<String>,
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
    let guard = Guard::new(cx.now);
    // Who was offered nothing is not told that we leave, and gets no words.
    let talked = record.negotiation.as_ref().is_some_and(|game| game.our_last().is_some());
    let words = if talked { prepared::of_walk(record) } else { String::new() };
    let note = NoteLine::new(cx.state, key, &words);
    let asked = Asked::default();
    cx.open(Box::new(Walk { guard, key: key.clone(), note, asked, sent: None, trouble: None }));
    Ok(())
}

impl Walk {
    fn answer(&mut self, again: bool, cx: &mut Cx<'_>) {
        if let Err(asks) = self.asked.lets(self.note.asks(cx.state), again) {
            self.trouble = Some(asks);
            return;
        }
        self.note.answered();
        (self.sent, self.trouble) = (Standing::of(cx.state, &self.key), None);
        let (quote, note) = (self.key.clone(), self.note.note());
        cx.command(Command::Walk { quote, note });
    }

    fn lines(&self, dx: &Dx<'_>, record: &QuoteRecord, game: &Negotiation) -> Vec<Line<'static>> {
        let plain = |price: Option<crate::domain::Cpm>| {
            price.map_or_else(|| "?".to_owned(), |price| price.plain())
        };
        let still = record.quote.status == QuoteStatus::Available;
        let quote = if still {
            let left = countdown::left(dx.state.left(record, dx.now));
            format!("stays at {} until it expires, {left}", plain(game.quoted()))
        } else {
            format!("is {}", record.quote.raw_status)
        };
        let wide = sheet::foot_width(dx);
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
            vec![sheet::fact(dx, "gives up", format!("their {theirs} (you offered {ours})"))];
        lines.push(sheet::fact(dx, "quote", quote));
        lines.extend(sheet::facts(dx, "sends", &sends, wide));
        if told {
            lines.extend(self.note.lines(dx, wide));
        }
        if let Some(trouble) = &self.trouble {
            lines.extend(sheet::trouble(dx, trouble, wide));
        }
        let leaves = self.asked.answer(("y", "walks away"));
        lines.push(sheet::answers(dx, &[leaves, ("Esc", "stays")]));
        lines
    }
}

impl Modal for Walk {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if self.sent.is_none() && self.note.key(chord) {
            self.trouble = None;
            self.asked.forget();
            return Flow::Stay;
        }
        if chord.key == Key::Esc {
            return Flow::Close;
        }
        let again = self.asked.is_answered_by(chord);
        if chord != Chord::char('y') && !again {
            return Flow::Ignored;
        }
        if self.sent.is_none() && self.guard.answers() {
            self.answer(again, cx);
        } else if self.sent.is_none() {
            self.trouble = Some(NOT_HEARD.to_owned());
        }
        Flow::Stay
    }

    fn paste(&mut self, text: &str, _cx: &mut Cx<'_>) {
        let is_taken = self.note.paste(text);
        self.trouble = (!is_taken).then(|| TYPE_IT.to_owned());
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        self.note.update(dx.state);
        let stands = Standing::of(dx.state, &self.key);
        stands.is_some() && self.sent.as_ref().is_none_or(|before| stands.as_ref() == Some(before))
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let Some(record) = dx.state.quote(&self.key) else { return };
        let Some(game) = record.negotiation.as_ref() else { return };
        let what = format!("WALK away from {} {}", self.key.seller, self.key.quote_id);
        let lines = self.lines(dx, record, game);
        sheet::at_foot(frame, screen, dx, (&what, ""), &lines);
    }

    fn guard(&mut self) -> Option<&mut Guard> {
        Some(&mut self.guard)
    }

    fn refused(&mut self, refusals: &[Refusal], _now: Timestamp) -> bool {
        let Some(refusal) = refusals.last() else { return false };
        self.sent = None;
        self.trouble = Some(refusal.to_string());
        true
    }

    fn is_ticket(&self) -> bool {
        true
    }
}
