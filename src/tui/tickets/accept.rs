//! The ticket that takes their price: the price is typed as shown, so that it was read.

use jiff::Timestamp;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    counter::Standing,
    guard::{self, Guard, NOT_HEARD},
    known, sheet, writable,
};
use crate::{
    desk::{self, Command, QuoteRecord, State},
    domain::{Cpm, Negotiation, QuoteRef, Refusal},
    tui::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        overlay::{Flow, Modal},
        parts::{field::Field, money as amounts, pane},
        theme::Meaning,
    },
};

/// The accept ticket.
#[derive(Debug)]
pub(super) struct Accept {
    guard: Guard,
    key: QuoteRef,
    /// Their price when it opened: another one closes the line.
    theirs: Cpm,
    field: Field,
    sent: Option<Standing>,
    trouble: Option<String>,
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
    cx.open(Box::new(Accept {
        guard: Guard::new(cx.now),
        key: key.clone(),
        theirs,
        field: Field::default(),
        sent: None,
        trouble: None,
    }));
    Ok(())
}

/// Whether a letter can be part of a price, or changes what is typed of one.
pub(super) fn is_of_a_price(chord: Chord) -> bool {
    match chord.key {
        Key::Char('u') if chord.ctrl => !chord.alt,
        Key::Char(letter) => {
            !chord.ctrl
                && !chord.alt
                && (letter.is_ascii_digit() || matches!(letter, '.' | ',' | '$'))
        }
        Key::Backspace | Key::Delete | Key::Left | Key::Right | Key::Home | Key::End => true,
        Key::F(_)
        | Key::Enter
        | Key::Esc
        | Key::Tab
        | Key::BackTab
        | Key::Up
        | Key::Down
        | Key::PageUp
        | Key::PageDown => false,
    }
}

/// Whether a key can be part of words.
pub(super) fn is_of_words(chord: Chord) -> bool {
    let letter = matches!(chord.key, Key::Char(letter) if !letter.is_control());
    is_of_a_price(chord) || (letter && !chord.ctrl && !chord.alt)
}

impl Accept {
    fn answer(&mut self, cx: &mut Cx<'_>) {
        let typed = self.field.text().trim().to_owned();
        let amount = match self.theirs.typed(&typed) {
            Ok(amount) => amount,
            Err(no) => {
                self.trouble = Some(format!("{typed:?}: {no} → type {}", self.theirs.plain()));
                return;
            }
        };
        self.sent = Standing::of(cx.state, &self.key);
        self.trouble = None;
        cx.command(Command::Accept { quote: self.key.clone(), typed: amount });
    }

    fn lines(&self, dx: &Dx<'_>, record: &QuoteRecord, game: &Negotiation) -> Vec<Line<'static>> {
        let theirs = self.theirs;
        let imps = record.quote.terms.impressions;
        let cost = amounts::cost(imps.map(|imps| theirs.cost(imps)), record.quote.terms.guaranteed);
        let quoted = game.quoted().filter(|quoted| quoted.currency() == theirs.currency());
        let saves =
            quoted.zip(imps).and_then(|(quoted, imps)| theirs.cost(imps).minus(&quoted.cost(imps)));
        let saves = saves.map_or_else(String::new, |saves| {
            format!("   {} against the quote", amounts::signed(saves, theirs.currency()))
        });
        let honours = dx
            .state
            .sellers
            .get(&self.key.seller)
            .is_some_and(crate::desk::SellerState::honours_agreement);
        let after = if honours {
            "nothing is booked yet: B books this quote at the agreed price"
        } else {
            "nothing is booked yet: the desk asks for a quote at that price, and B books it"
        };
        let wide = sheet::foot_width(dx);
        let imps = amounts::impressions(imps);
        let sends = format!(
            "to {}: accept {} on {}, with {}",
            self.key.seller,
            theirs.plain(),
            self.key.quote_id,
            sheet::told(&record.ask.identity.without_agent())
        );
        let mut lines =
            vec![sheet::fact(dx, "price", format!("{theirs} CPM for {imps} impressions"))];
        lines.push(sheet::fact(dx, "worth", format!("{cost}{saves}")));
        lines.extend(sheet::facts(dx, "after", after, wide));
        lines.extend(sheet::facts(dx, "sends", &sends, wide));
        if let Some(trouble) = &self.trouble {
            lines.extend(sheet::trouble(dx, trouble, wide));
        }
        lines
    }
}

impl Modal for Accept {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if chord.key == Key::Esc {
            return Flow::Close;
        }
        let is_answer = chord.key == Key::Enter || is_of_a_price(chord);
        if !is_answer {
            return Flow::Ignored;
        }
        if self.sent.is_some() {
            return Flow::Stay;
        }
        if !self.guard.hears() {
            self.trouble = Some(NOT_HEARD.to_owned());
        } else if chord.key == Key::Enter {
            self.answer(cx);
        } else if self.field.key(chord) {
            self.trouble = None;
        }
        Flow::Stay
    }

    fn paste(&mut self, _text: &str, _cx: &mut Cx<'_>) {
        self.trouble = Some(guard::TYPE_IT.to_owned());
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        let stands = Standing::of(dx.state, &self.key);
        let record = dx.state.quote(&self.key);
        let theirs = record.and_then(|record| record.negotiation.as_ref()?.their_last());
        // Another price of theirs is another decision.
        let is_same = theirs == Some(self.theirs);
        stands.is_some()
            && is_same
            && self.sent.as_ref().is_none_or(|before| stands.as_ref() == Some(before))
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let Some(record) = dx.state.quote(&self.key) else { return };
        let Some(game) = record.negotiation.as_ref() else { return };
        let lines = self.lines(dx, record, game);
        let high = u16::try_from(lines.len() + 3).unwrap_or(10).min(screen.height);
        let foot = Rect { y: screen.bottom() - high, height: high, ..screen };
        let what = format!("ACCEPT {} of {}", self.theirs, self.key.seller);
        let head = (what.as_str(), "Esc leaves everything as it was");
        let inside = sheet::place(frame, foot, dx, head, (96, high));
        let body = Rect { height: inside.height.saturating_sub(1), ..inside };
        pane::lines(frame, body, dx, &lines);
        let row =
            Rect { y: inside.bottom().saturating_sub(1), height: 1.min(inside.height), ..inside };
        if self.sent.is_some() {
            return frame.render_widget(Line::from(" ◔ sending …"), row);
        }
        let asks = ("Type their CPM to accept: ", NO_PASTE);
        typing_line(frame, row, dx, asks, &self.field, A_PRICE);
    }

    fn guard(&mut self) -> Option<&mut Guard> {
        Some(&mut self.guard)
    }

    fn refused(&mut self, refusals: &[Refusal], _now: Timestamp) -> bool {
        let Some(refusal) = refusals.last() else { return false };
        self.sent = None;
        self.field = Field::default();
        self.trouble = Some(refusal.to_string());
        true
    }

    fn is_ticket(&self) -> bool {
        true
    }
}

/// What a line that commits says of itself.
pub(super) const NO_PASTE: &str = "then ⏎ (no paste, no held keys)";

/// How many cells a price is typed into.
pub(super) const A_PRICE: u16 = 14;

/// `Type the CPM: 25.2_   then ⏎`: what it asks, what it says of itself, and what was typed into how
/// many cells.
pub(super) fn typing_line(
    frame: &mut Frame<'_>,
    row: Rect,
    dx: &Dx<'_>,
    (asks, hint): (&str, &str),
    field: &Field,
    cells: u16,
) {
    let asks = format!(" {asks}");
    let wide = u16::try_from(crate::domain::text::width(&asks)).unwrap_or(row.width).min(row.width);
    frame.render_widget(
        Line::from(Span::styled(asks, dx.style(Meaning::Selected))),
        Rect { width: wide, ..row },
    );
    let rest = row.width - wide;
    let typed = cells.min(rest);
    field.draw(frame, Rect { x: row.x + wide, width: typed, ..row });
    let area = Rect { x: row.x + wide + typed, width: rest - typed, ..row };
    frame.render_widget(Line::from(format!(" {hint}")).style(dx.style(Meaning::Dim)), area);
}
