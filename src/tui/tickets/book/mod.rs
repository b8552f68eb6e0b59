//! The booking ticket: the one view from which money is spent. It shows what the desk checks while it
//! checks it; its line opens only when everything passed, and takes the price as shown.

mod outcome;
mod view;

use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::{
    accept::{is_of_a_price, is_of_words},
    form::{Entry, Form, Kind, Took},
    guard::{self, Guard, NOT_HEARD},
};
use crate::{
    desk::{
        self, Answered, BookingRecord, Command, State, Ticket, TicketState, ticket::ARMED_SECONDS,
    },
    domain::{Cost, Currency, Question, QuoteRef, Refusal, TicketId, money},
    tui::{
        context::{Cx, Dx, Wake},
        keys::{Chord, Key, KeyKind},
        overlay::{Flow, Modal},
        parts::{field::Field, note},
        screen::{ScreenId, Target},
    },
};

const SPEND: &str = "spend";
const NOTE: &str = "note";

/// The view of the open ticket. The ticket itself is the desk's.
#[derive(Debug)]
pub(super) struct Book {
    guard: Guard,
    key: QuoteRef,
    /// The desk's ticket, once it is there.
    seen: Option<TicketId>,
    /// Whether the desk would not open it.
    is_refused: bool,
    field: Field,
    /// What it asks before the price, as it was last seen: every question is read before it is answered.
    asked: Option<Question>,
    /// What is said before the ticket opens: a planned spend, a note.
    before: Option<Form>,
    planned: Option<Cost>,
    note: Option<String>,
    scroll: u16,
    trouble: Option<String>,
}

/// Opens it: the desk reads the quote again and checks everything. One that is on its way already is
/// shown again.
pub(super) fn open(key: &QuoteRef, cx: &mut Cx<'_>) {
    let mut book = Book {
        guard: Guard::new(cx.now),
        key: key.clone(),
        seen: None,
        is_refused: false,
        field: Field::default(),
        asked: None,
        before: None,
        planned: None,
        note: None,
        scroll: 0,
        trouble: None,
    };
    let on_its_way = |ticket: &&Ticket| {
        ticket.quote == *key && matches!(ticket.state, TicketState::Storing | TicketState::Sent)
    };
    if let Some(ticket) = cx.state.ticket.as_ref().filter(on_its_way) {
        book.seen = Some(ticket.id.clone());
    } else if cx
        .state
        .quote(key)
        .is_some_and(|record| needs_spend(record) && !cx.state.setup.read_only)
    {
        book.before = Some(book.form(true, cx.state));
    } else {
        cx.command(book.opening());
    }
    cx.open(Box::new(book));
}

/// Whether its cost cannot be told without a planned spend.
fn needs_spend(record: &crate::desk::QuoteRecord) -> bool {
    record.quote.terms.impressions.is_none() && record.price().is_some() && record.is_open()
}

impl Book {
    fn opening(&self) -> Command {
        Command::OpenTicket {
            quote: self.key.clone(),
            max_cpm: None,
            planned_spend: self.planned,
            notes: self.note.clone(),
        }
    }

    /// The currency of a planned spend: the price's, or the limits' where there is none.
    fn currency(&self, state: &State) -> Currency {
        let price = state.quote(&self.key).and_then(desk::QuoteRecord::price);
        price.map_or(state.setup.limits.currency, |price| price.currency())
    }

    fn form(&self, with_spend: bool, state: &State) -> Form {
        let note = self.note.clone().unwrap_or_default();
        let mut entries = vec![Entry::new(NOTE, Kind::Words, &note, "")];
        if with_spend || self.planned.is_some() {
            let spend = self.planned.map_or_else(String::new, |planned| {
                money::typed::written(planned.amount(), planned.currency())
            });
            let hint = "the quote has no impressions";
            entries.insert(0, Entry::new(SPEND, Kind::Price(self.currency(state)), &spend, hint));
        }
        Form::new(entries, 0)
    }

    /// The desk's ticket, if it is this one.
    fn ticket<'a>(&self, state: &'a State) -> Option<&'a Ticket> {
        let id = self.seen.as_ref()?;
        state.ticket.as_ref().filter(|ticket| ticket.id == *id)
    }

    /// What came of it.
    fn booking<'a>(&self, state: &'a State) -> Option<&'a BookingRecord> {
        state.bookings.get(self.seen.as_ref()?)
    }

    /// What was filled in before: the ticket opens anew with it, and checks everything anew.
    fn filled_in(&mut self, cx: &mut Cx<'_>) {
        let Some(form) = &self.before else { return };
        let spend = form.text(SPEND);
        let currency = self.currency(cx.state);
        self.planned = match money::typed::amount(spend, currency) {
            Ok(amount) => Some(Cost::new(amount, currency)),
            Err(_) if spend.is_empty() => None,
            Err(no) => {
                self.trouble = Some(format!("{spend:?}: {no}"));
                return;
            }
        };
        self.note = Some(form.text(NOTE).to_owned()).filter(|note| !note.is_empty());
        (self.before, self.trouble, self.field) = (None, None, Field::default());
        cx.command(self.opening());
    }

    fn key_before(&mut self, chord: Chord, cx: &mut Cx<'_>) -> Flow {
        if chord.key == Key::Esc {
            let has_ticket = self.ticket(cx.state).is_some();
            (self.before, self.trouble) = (None, None);
            return if has_ticket { Flow::Stay } else { Flow::Close };
        }
        let Some(form) = self.before.as_mut() else { return Flow::Ignored };
        let took = form.key(chord);
        if chord.key == Key::Enter && form.is_at_send() && self.guard.hears() {
            self.filled_in(cx);
            return Flow::Stay;
        }
        if took == Took::Yes { Flow::Stay } else { Flow::Ignored }
    }

    fn key_armed(&mut self, ticket: &Ticket, chord: Chord, cx: &mut Cx<'_>) -> Flow {
        let question = ticket.question().map(|(_, question)| question);
        if ticket.easy && question.is_none() {
            if chord == Chord::char('y') {
                let answers = self.guard.answers();
                self.trouble = (!answers).then(|| NOT_HEARD.to_owned());
                if answers {
                    cx.command(Command::Confirm(Answered::Yes));
                }
                return Flow::Stay;
            }
            return Flow::Ignored;
        }
        let is_word = matches!(question, Some(Question::Word(_)));
        if chord.key == Key::Enter {
            self.typed(question, cx);
            return Flow::Stay;
        }
        if is_of_a_price(chord) || (is_word && is_of_words(chord)) {
            if self.field.key(chord) {
                self.trouble = None;
            }
            return Flow::Stay;
        }
        Flow::Ignored
    }

    /// What was typed answers what is asked now, and only that.
    fn typed(&mut self, question: Option<&Question>, cx: &mut Cx<'_>) {
        let typed = std::mem::take(&mut self.field).text().trim().to_owned();
        let Some(ticket) = self.ticket(cx.state) else { return };
        let answer = match (question, ticket.price, ticket.cost) {
            (Some(Question::Word(_)), ..) => Ok(Answered::Word(typed.clone())),
            (Some(Question::Cost(asked)), _, Some(cost)) => {
                Cost::new(*asked, cost.currency()).typed(&typed).map(Answered::Cost)
            }
            (None, Some(price), _) => price.typed(&typed).map(Answered::Price),
            (Some(Question::Cost(_)), _, None) | (None, None, _) => return,
        };
        match answer {
            Ok(answer) => {
                self.trouble = None;
                cx.command(Command::Confirm(answer));
            }
            Err(no) => self.trouble = Some(format!("{typed:?}: {no}; type it as shown")),
        }
    }

    fn key_ended(&mut self, ticket: &Ticket, chord: Chord, cx: &mut Cx<'_>) -> Flow {
        let Some(booking) = cx.state.bookings.get(&ticket.id) else { return Flow::Ignored };
        match (chord.key, &booking.deal) {
            (Key::Enter, Some(deal)) => {
                cx.go(ScreenId::Deal, Some(Target::Deal(deal.clone())));
                cx.command(Command::CloseTicket);
                Flow::Close
            }
            (Key::Char('y'), Some(deal)) => {
                cx.copy("Deal ID", deal.deal_id.as_str().to_owned());
                Flow::Stay
            }
            (Key::Char('C'), _) if note::is_for(booking) => {
                cx.copy("a note for the seller", note::of_booking(cx.state, booking));
                Flow::Stay
            }
            (Key::Char('r'), _) if booking.state.is_looked_at() => {
                cx.command(Command::Look(ticket.id.clone()));
                Flow::Stay
            }
            (Key::Char('r'), None) => self.ask_again(cx),
            _ => Flow::Ignored,
        }
    }

    /// The same terms again: the ticket closes, the new quote comes on its screen.
    fn ask_again(&mut self, cx: &mut Cx<'_>) -> Flow {
        cx.command(Command::CloseTicket);
        cx.command(Command::Requote(self.key.clone()));
        cx.go(ScreenId::Quotes, Some(Target::Quote(self.key.clone())));
        Flow::Close
    }

    /// What was sent goes on; everything else is as it was before the ticket.
    fn leave(&self, state: &State, cx: &mut Cx<'_>) -> Flow {
        let state = self.ticket(state).map(|ticket| ticket.state);
        if !matches!(state, Some(TicketState::Storing | TicketState::Sent)) {
            cx.command(Command::CloseTicket);
        }
        Flow::Close
    }

    fn scrolled(&mut self, key: Key) -> bool {
        self.scroll = match key {
            Key::Down => self.scroll.saturating_add(1),
            Key::Up => self.scroll.saturating_sub(1),
            Key::PageDown => self.scroll.saturating_add(10),
            Key::PageUp => self.scroll.saturating_sub(10),
            Key::Char(_)
            | Key::F(_)
            | Key::Enter
            | Key::Esc
            | Key::Tab
            | Key::BackTab
            | Key::Backspace
            | Key::Delete
            | Key::Left
            | Key::Right
            | Key::Home
            | Key::End => return false,
        };
        true
    }
}

impl Modal for Book {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if self.before.is_some() {
            return self.key_before(chord, cx);
        }
        if chord.key == Key::Esc {
            return self.leave(cx.state, cx);
        }
        if self.scrolled(chord.key) {
            return Flow::Stay;
        }
        let Some(ticket) = self.ticket(cx.state) else { return Flow::Ignored };
        let empties = ticket.state == TicketState::Armed && is_of_a_price(chord);
        if (chord.ctrl || chord.alt) && !empties {
            return Flow::Ignored;
        }
        // A held key or one of the first moment answers nothing; it is not passed on either.
        if !self.guard.hears() {
            let is_armed = ticket.state == TicketState::Armed;
            self.trouble = is_armed.then(|| NOT_HEARD.to_owned());
            return Flow::Stay;
        }
        match ticket.state {
            TicketState::Checking | TicketState::Armed | TicketState::Blocked
                if chord.key == Key::Tab =>
            {
                self.before = Some(self.form(false, cx.state));
                Flow::Stay
            }
            TicketState::Armed => self.key_armed(ticket, chord, cx),
            TicketState::Blocked if chord.key == Key::Enter => {
                cx.command(self.opening());
                Flow::Stay
            }
            TicketState::Blocked if chord == Chord::char('r') => self.ask_again(cx),
            TicketState::Ended => self.key_ended(ticket, chord, cx),
            TicketState::Checking
            | TicketState::Blocked
            | TicketState::Storing
            | TicketState::Sent => Flow::Ignored,
        }
    }

    fn paste(&mut self, text: &str, _cx: &mut Cx<'_>) {
        let fits = self.before.as_mut().is_some_and(|form| form.paste(text));
        self.trouble = (!fits).then(|| guard::TYPE_IT.to_owned());
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        if self.is_refused {
            return false;
        }
        let Some(ticket) = dx.state.ticket.as_ref().filter(|ticket| ticket.quote == self.key)
        else {
            return self.seen.is_none() || self.before.is_some();
        };
        // Its line opens, or another ticket stands here: a person has to see that first.
        if self.seen.as_ref() != Some(&ticket.id) {
            self.seen = Some(ticket.id.clone());
            self.guard.disturbed(dx.now);
        }
        self.guard.disturbed(ticket.since);
        let asked = ticket.question().map(|(_, question)| question);
        if self.asked.as_ref() != asked {
            self.asked = asked.cloned();
            self.field = Field::default();
            self.guard.disturbed(dx.now);
        }
        if ticket.state != TicketState::Armed && !self.field.text().is_empty() {
            self.field = Field::default();
        }
        true
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        view::draw(self, frame, screen, dx);
    }

    fn wakes(&self, wake: &mut Wake, dx: &Dx<'_>) {
        let Some(ticket) = self.ticket(dx.state) else { return };
        match ticket.state {
            TicketState::Checking | TicketState::Storing | TicketState::Sent => {
                wake.clock(-dx.now.duration_since(ticket.since), dx.now);
            }
            TicketState::Armed => wake.clock(SignedDuration::from_secs(ARMED_SECONDS), dx.now),
            TicketState::Blocked | TicketState::Ended => {}
        }
    }

    fn guard(&mut self) -> Option<&mut Guard> {
        Some(&mut self.guard)
    }

    fn refused(&mut self, refusals: &[Refusal], _now: Timestamp) -> bool {
        let Some(refusal) = refusals.last() else { return false };
        if self.seen.is_none() {
            // It did not open: the message line says why.
            self.is_refused = true;
            return false;
        }
        self.trouble = Some(refusal.to_string());
        true
    }

    fn is_ticket(&self) -> bool {
        true
    }
}
