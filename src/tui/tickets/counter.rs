//! The ticket that offers a price: what it does to the gap, whether it may be offered, and `y` to send
//! it. It lies at the foot of the screen, so that the draft on the ladder stays in sight.

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect, text::Line};

use super::{
    guard::{Asked, Guard, NOT_HEARD, TYPE_IT},
    known,
    note::NoteLine,
    sheet, writable,
};
use crate::{
    desk::{self, Command, QuoteRecord, State, Stored},
    domain::{Cpm, Negotiation, QuoteRef, Refusal},
    tui::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        overlay::{Flow, Modal},
        parts::money,
    },
};

/// Where a negotiation stood when a ticket was sent: once it stands elsewhere, the ticket is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    rounds: usize,
    is_pending: bool,
    is_storing: bool,
    changed_at: Timestamp,
}

impl Standing {
    pub(super) fn of(state: &State, key: &QuoteRef) -> Option<Self> {
        let record = state.quote(key)?;
        let game = record.negotiation.as_ref();
        let of_it = |(stored, _): &(Stored, desk::Entry)| matches!(stored, Stored::Move(other, _) if other == key);
        Some(Self {
            rounds: game.map_or(0, |game| game.rounds.len()),
            is_pending: game.is_some_and(|game| game.pending.is_some()),
            is_storing: state.storing.iter().any(of_it),
            changed_at: record.changed_at,
        })
    }
}

/// The counter ticket.
#[derive(Debug)]
pub(super) struct Counter {
    guard: Guard,
    key: QuoteRef,
    price: Cpm,
    asked: Asked,
    note: NoteLine,
    sent: Option<Standing>,
    trouble: Option<String>,
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
    cx.open(Box::new(Counter {
        guard: Guard::new(cx.now),
        key: key.clone(),
        price,
        asked: Asked::default(),
        note: NoteLine::new(cx.state, key, ""),
        sent: None,
        trouble: None,
    }));
    Ok(())
}

impl Counter {
    fn answer(&mut self, again: bool, cx: &mut Cx<'_>) {
        let Some(record) = cx.state.quote(&self.key) else { return };
        if let Err(refusal) = check(cx.state, record, self.price) {
            self.trouble = Some(refusal.to_string());
            return;
        }
        let game = record.negotiation.as_ref().filter(|game| game.is_backwards(self.price));
        let back = game
            .and_then(Negotiation::our_last)
            .map(|ours| format!("{} is below your own last {}", self.price.plain(), ours.plain()));
        let questions: Vec<_> = back.into_iter().chain(self.note.asks(cx.state)).collect();
        let question = (!questions.is_empty()).then(|| questions.join("; "));
        if let Err(asks) = self.asked.lets(question, again) {
            self.trouble = Some(asks);
            return;
        }
        self.note.answered();
        self.sent = Standing::of(cx.state, &self.key);
        self.trouble = None;
        let (quote, cpm, note) = (self.key.clone(), self.price, self.note.note());
        cx.command(Command::Offer { quote, cpm, note });
    }

    fn lines(&self, dx: &Dx<'_>, record: &QuoteRecord, game: &Negotiation) -> Vec<Line<'static>> {
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
        let wide = sheet::foot_width(dx);
        let theirs = from("theirs", game.their_last());
        let offer = format!("{} CPM   {ours}   {theirs}   {limit}", price.plain());
        let sends = format!(
            "to {who}: counter {} on {}, with {}",
            price.plain(),
            self.key.quote_id,
            sheet::told(&record.ask.identity.without_agent())
        );
        let good = if game.their_last() == Some(price) {
            "it matches their price and is within your limit"
        } else {
            "under their price, within your limit, in whole cents"
        };
        let mut lines = sheet::facts(dx, "offer", &offer, wide);
        let worth = format!("{cost} if they take it. A counter books nothing.");
        lines.push(sheet::fact(dx, "worth", worth));
        lines.push(sheet::verdict(dx, &check(dx.state, record, price), good));
        lines.extend(sheet::facts(dx, "sends", &sends, wide));
        lines.extend(self.note.lines(dx, wide));
        if let Some(trouble) = &self.trouble {
            lines.extend(sheet::trouble(dx, trouble, wide));
        }
        lines.push(if self.sent.is_some() {
            Line::from(" ◔ sending …")
        } else {
            let sends = self.asked.answer(("y", "sends it"));
            sheet::answers(dx, &[sends, ("Esc", "keeps the draft, sends nothing")])
        });
        lines
    }
}

impl Modal for Counter {
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
        let what = format!("COUNTER {} to {}", self.price, self.key.seller);
        let hint = "held or pasted keys never send";
        sheet::at_foot(frame, screen, dx, (&what, hint), &self.lines(dx, record, game));
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
