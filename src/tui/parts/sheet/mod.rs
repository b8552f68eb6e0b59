//! The ticket sheet: the box from which anything that commits is sent. A ticket says what it is about and
//! how it is confirmed ([`Content`]); the sheet hears the keys, and is the one place that says which of them
//! are no answer: held keys, pastes, keys of the first moment, and a second answer by the first one's key.

mod confirm;
pub(crate) mod form;
pub(crate) mod guard;
pub(crate) mod look;
pub(crate) mod note;

use std::fmt::Debug;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect, text::Line};

pub(crate) use self::confirm::{
    A_PRICE, Confirm, Confirmed, NO_PASTE, draw_confirm, is_of_a_price,
};
use self::{
    form::{Form, Took},
    guard::{Asked, Guard, NOT_HEARD, TYPE_IT},
    note::NoteLine,
};
use super::field::Field;
use crate::{
    desk::State,
    domain::Refusal,
    tui::parts::{
        context::{Cx, Dx, Wake},
        keys::{Chord, Key, KeyKind},
        modal::{Flow, Modal},
    },
};

/// What stands in the frame of most tickets.
pub(crate) const LEAVES: &str = "Esc leaves everything as it was";

/// What is answered on a ticket so far.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) guard: Guard,
    /// What is typed to confirm it.
    pub(crate) field: Field,
    /// What was asked about the first answer.
    asked: Asked,
    /// The state of the desk when it was sent, and when, until it is known that the desk took it.
    sent: Option<(u64, Timestamp)>,
    /// What is wrong with the answer.
    pub(crate) trouble: Option<String>,
}

impl Answer {
    fn new(now: Timestamp) -> Self {
        let (guard, field, asked) = (Guard::new(now), Field::default(), Asked::default());
        Self { guard, field, asked, sent: None, trouble: None }
    }

    /// Whether it was sent, and the desk has not said anything to it.
    pub(crate) fn is_sent(&self) -> bool {
        self.sent.is_some()
    }

    /// What was sent is dealt with: the ticket may be answered again.
    pub(crate) fn reopen(&mut self) {
        self.sent = None;
    }

    /// What is typed begins anew.
    pub(crate) fn clear(&mut self) {
        (self.field, self.trouble) = (Field::default(), None);
    }
}

/// What a ticket is about. It gives commands and nothing else; whether they are carried out is the desk's to
/// say.
pub(crate) trait Content: Debug {
    /// What it is for, in the frame.
    fn title(&self, dx: &Dx<'_>) -> String;

    /// What stands in the lower frame.
    fn hint(&self) -> &'static str {
        LEAVES
    }

    /// What it says, in lines of `wide` cells: nothing where what it is about is gone.
    fn lines(&self, dx: &Dx<'_>, wide: u16) -> Option<Vec<Line<'static>>>;

    /// How it is confirmed now.
    fn confirm(&self, state: &State) -> Confirm;

    /// What has to be asked once more before `y` counts, or why it cannot count.
    fn question(&mut self, _state: &State) -> Result<Option<String>, String> {
        Ok(None)
    }

    /// It was confirmed: gives its commands, or says what is wrong with the answer.
    fn confirmed(&mut self, answer: Confirmed, cx: &mut Cx<'_>) -> Result<(), String>;

    /// What is said of an amount that was mistyped, where `shown` would be right.
    fn mistyped(&self, says: &str, shown: &str, _field: &mut Field) -> String {
        format!("{says} → type {shown}")
    }

    /// Whether there still is something to answer. Comes before every key and frame.
    fn stands(&mut self, answer: &mut Answer, dx: &Dx<'_>) -> bool;

    /// The desk took what was sent at `sent`: returns whether the ticket stays to say what comes of it.
    fn stays(&mut self, _sent: Timestamp, _answer: &mut Answer, _dx: &Dx<'_>) -> bool {
        false
    }

    /// The desk refused what was sent. Returns whether the ticket shows it.
    fn refused(&mut self) -> bool {
        true
    }

    /// What is said while the answer is on its way.
    fn sending(&self) -> &'static str {
        "sending …"
    }

    /// The lines that are filled in.
    fn form(&self) -> Option<&Form> {
        None
    }

    /// The lines that are filled in, while they may be.
    fn form_mut(&mut self) -> Option<&mut Form> {
        None
    }

    /// A line was changed.
    fn filled(&mut self, _cx: &Cx<'_>) {}

    /// The words that go along.
    fn note_mut(&mut self) -> Option<&mut NoteLine> {
        None
    }

    /// Whether pasted text may be the answer: not where it commits.
    fn takes_paste(&self) -> bool {
        false
    }

    /// A key of its own, before all others; `None` for every other key.
    fn key(&mut self, _chord: Chord, _answer: &mut Answer, _cx: &mut Cx<'_>) -> Option<Flow> {
        None
    }

    /// Draws it: at the foot of the screen, so that what is decided about stays in sight.
    fn draw(&self, answer: &Answer, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let wide = look::foot_width(dx);
        let Some(mut lines) = self.lines(dx, wide) else { return };
        if let Some(trouble) = &answer.trouble {
            lines.extend(look::trouble(dx, trouble, wide));
        }
        let head = (self.title(dx), self.hint());
        let row = look::at_foot(frame, screen, dx, (&head.0, head.1), (self.form(), &lines));
        if answer.is_sent() {
            return frame.render_widget(Line::from(format!(" ◔ {}", self.sending())), row);
        }
        draw_confirm(&self.confirm(dx.state), answer, frame, row, dx);
    }

    /// When something that is drawn changes by itself.
    fn wakes(&self, _wake: &mut Wake, _dx: &Dx<'_>) {}
}

/// A ticket over the screen.
#[derive(Debug)]
pub(crate) struct TicketSheet<C> {
    content: C,
    answer: Answer,
}

impl<C: Content + 'static> TicketSheet<C> {
    /// A ticket that opens now.
    pub(crate) fn new(content: C, now: Timestamp) -> Self {
        Self { content, answer: Answer::new(now) }
    }

    /// Opens a ticket.
    pub(crate) fn open(content: C, cx: &mut Cx<'_>) {
        cx.open(Box::new(Self::new(content, cx.now)));
    }

    /// `y` was pressed, or what it asked was answered: it is asked about, or counts.
    fn said_yes(&mut self, again: bool, cx: &mut Cx<'_>) {
        let Self { content, answer } = self;
        let question = content.question(cx.state);
        match question.and_then(|question| answer.asked.lets(question, again)) {
            Ok(()) => self.confirmed(Confirmed::Yes, cx),
            Err(trouble) => answer.trouble = Some(trouble),
        }
    }

    /// What was typed is the answer, if it can be read as one.
    fn typed(&mut self, confirm: &Confirm, cx: &mut Cx<'_>) {
        let Self { content, answer } = self;
        let typed = answer.field.text().trim().to_owned();
        match confirm.read(&typed) {
            Ok(given) => self.confirmed(given, cx),
            Err((no, shown)) => {
                let says = format!("{typed:?}: {no}");
                answer.trouble = Some(content.mistyped(&says, &shown, &mut answer.field));
            }
        }
    }

    fn confirmed(&mut self, given: Confirmed, cx: &mut Cx<'_>) {
        let Self { content, answer } = self;
        match content.confirmed(given, cx) {
            Ok(()) => (answer.sent, answer.trouble) = (Some((cx.state.version, cx.now)), None),
            Err(trouble) => answer.trouble = Some(trouble),
        }
    }

    /// A key that may confirm it; `None` for every other one.
    fn key_confirms(&mut self, chord: Chord, cx: &mut Cx<'_>) -> Option<()> {
        let confirm = self.content.confirm(cx.state);
        let again = self.answer.asked.is_answered_by(chord);
        let is_enter = chord.key == Key::Enter;
        let is_at_send = is_enter && self.content.form_mut().is_some_and(|it| it.is_at_send());
        let by_one_key = match confirm {
            Confirm::Yes(..) if chord == Chord::char('y') || again || is_at_send => true,
            Confirm::NotYet(_) | Confirm::Yes(..) => return None,
            Confirm::Words(..) | Confirm::Price(..) | Confirm::Cost(..) => false,
        };
        if !by_one_key && !is_enter && !confirm.takes(chord) {
            return None;
        }
        // A held key or one of the first moment answers nothing; it is not passed on either.
        let answer = &mut self.answer;
        let is_heard = if by_one_key { answer.guard.answers() } else { answer.guard.hears() };
        if answer.is_sent() {
            return Some(());
        }
        if !is_heard {
            answer.trouble = Some(NOT_HEARD.to_owned());
        } else if by_one_key {
            self.said_yes(again, cx);
        } else if is_enter {
            self.typed(&confirm, cx);
        } else if answer.field.key(chord) {
            answer.trouble = None;
        }
        Some(())
    }
}

impl<C: Content + 'static> Modal for TicketSheet<C> {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        let Self { content, answer } = self;
        if let Some(flow) = content.key(chord, answer, cx) {
            return flow;
        }
        let is_sent = answer.is_sent();
        if !is_sent && content.note_mut().is_some_and(|note| note.key(chord)) {
            answer.trouble = None;
            answer.asked.forget();
            return Flow::Stay;
        }
        if chord.key == Key::Esc {
            return Flow::Close;
        }
        if self.key_confirms(chord, cx).is_some() {
            return Flow::Stay;
        }
        match self.content.form_mut().map(|form| form.key(chord)) {
            Some(Took::Yes) => {
                self.answer.trouble = None;
                self.content.filled(cx);
                Flow::Stay
            }
            Some(Took::No) | None => Flow::Ignored,
        }
    }

    /// What is filled in may be pasted; what commits is typed.
    fn paste(&mut self, text: &str, _cx: &mut Cx<'_>) {
        let Self { content, answer } = self;
        let fits = if answer.is_sent() {
            false
        } else if content.takes_paste() {
            answer.field.paste(text.trim());
            true
        } else {
            content.form_mut().is_some_and(|form| form.paste(text))
                || content.note_mut().is_some_and(|note| note.paste(text))
        };
        answer.trouble = (!fits).then(|| TYPE_IT.to_owned());
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        let Self { content, answer } = self;
        if let Some(note) = content.note_mut() {
            note.update(dx.state);
        }
        let stands = content.stands(answer, dx);
        let taken = answer.sent.filter(|(version, _)| *version != dx.state.version);
        stands && taken.is_none_or(|(_, sent)| content.stays(sent, answer, dx))
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        self.content.draw(&self.answer, frame, screen, dx);
    }

    fn wakes(&self, wake: &mut Wake, dx: &Dx<'_>) {
        self.content.wakes(wake, dx);
    }

    fn guard(&mut self) -> Option<&mut Guard> {
        Some(&mut self.answer.guard)
    }

    fn refused(&mut self, refusals: &[Refusal], _now: Timestamp) -> bool {
        let Some(refusal) = refusals.last() else { return false };
        let is_shown = self.content.refused();
        if is_shown {
            (self.answer.sent, self.answer.field) = (None, Field::default());
            self.answer.trouble = Some(refusal.to_string());
        }
        is_shown
    }

    fn is_ticket(&self) -> bool {
        true
    }
}
