//! The booking ticket: the one view from which money is spent. It shows what the desk checks while it
//! checks it; its line opens only when everything passed, and takes the price as shown.

mod outcome;
mod view;

use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect, text::Line};

use crate::{
    desk::{
        self, BookingRecord, Command, Confirmation, State, Ticket, TicketState,
        ticket::ARMED_SECONDS,
    },
    domain::{Cost, Currency, Question, QuoteRef, TicketId, money},
    tui::parts::{
        context::{Cx, Dx, Wake},
        field::Field,
        keys::{Chord, Key},
        modal::Flow,
        money as amounts, note,
        screen::{ScreenId, Target},
        sheet::{
            A_PRICE, Answer, Confirm, Confirmed, Content, NO_PASTE, TicketSheet,
            form::{Entry, Form, Kind, Took},
            guard::NOT_HEARD,
            is_of_a_price,
        },
    },
};

const SPEND: &str = "spend";
const NOTE: &str = "note";

/// The view of the open ticket. The ticket itself is the desk's.
#[derive(Debug)]
struct Book {
    key: QuoteRef,
    /// The desk's ticket, once it is there.
    seen: Option<TicketId>,
    /// Whether the desk would not open it.
    is_refused: bool,
    /// What it asks before the price, as it was last seen: every question is read before it is answered.
    asked: Option<Question>,
    /// What is said before the ticket opens: a planned spend, a note.
    before: Option<Form>,
    planned: Option<Cost>,
    note: Option<String>,
    scroll: u16,
}

/// Opens it: the desk reads the quote again and checks everything. One that is on its way already is
/// shown again.
pub(super) fn open(key: &QuoteRef, cx: &mut Cx<'_>) {
    let mut book = Book {
        key: key.clone(),
        seen: None,
        is_refused: false,
        asked: None,
        before: None,
        planned: None,
        note: None,
        scroll: 0,
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
        book.before = Some(book.lines_before(true, cx.state));
    } else {
        cx.command(book.opening());
    }
    TicketSheet::open(book, cx);
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

    fn lines_before(&self, with_spend: bool, state: &State) -> Form {
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
    fn filled_in(&mut self, answer: &mut Answer, cx: &mut Cx<'_>) {
        let Some(form) = &self.before else { return };
        let spend = form.text(SPEND);
        let currency = self.currency(cx.state);
        self.planned = match money::typed::amount(spend, currency) {
            Ok(amount) => Some(Cost::new(amount, currency)),
            Err(_) if spend.is_empty() => None,
            Err(no) => {
                answer.trouble = Some(format!("{spend:?}: {no}"));
                return;
            }
        };
        self.note = Some(form.text(NOTE).to_owned()).filter(|note| !note.is_empty());
        self.before = None;
        answer.clear();
        cx.command(self.opening());
    }

    fn key_before(&mut self, chord: Chord, answer: &mut Answer, cx: &mut Cx<'_>) -> Flow {
        if chord.key == Key::Esc {
            let has_ticket = self.ticket(cx.state).is_some();
            (self.before, answer.trouble) = (None, None);
            return if has_ticket { Flow::Stay } else { Flow::Close };
        }
        let Some(form) = self.before.as_mut() else { return Flow::Ignored };
        let took = form.key(chord);
        if chord.key == Key::Enter && form.is_at_send() && answer.guard.hears() {
            self.filled_in(answer, cx);
            return Flow::Stay;
        }
        if took == Took::Yes { Flow::Stay } else { Flow::Ignored }
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

impl Content for Book {
    fn title(&self, dx: &Dx<'_>) -> String {
        view::title(self, self.ticket(dx.state), dx)
    }

    fn lines(&self, dx: &Dx<'_>, wide: u16) -> Option<Vec<Line<'static>>> {
        Some(view::lines(self, dx, wide))
    }

    fn confirm(&self, state: &State) -> Confirm {
        let armed = self.ticket(state).filter(|ticket| ticket.state == TicketState::Armed);
        let Some(ticket) = armed.filter(|_| self.before.is_none()) else {
            return Confirm::NotYet(Vec::new());
        };
        let question = ticket.question().map(|(_, question)| question);
        match (question, ticket.price, ticket.cost) {
            (Some(Question::Word(word)), ..) => {
                Confirm::Words(format!("Type {word} to go on: "), NO_PASTE, A_PRICE)
            }
            (Some(Question::Cost(asked)), _, Some(cost)) => {
                let asks = "Type what it costs in all to go on: ".to_owned();
                Confirm::Cost(asks, Cost::new(*asked, cost.currency()))
            }
            (None, ..) if ticket.easy => {
                let cost = amounts::cost(ticket.cost, true);
                let words = format!("books it for {cost} (under your easy limit)");
                Confirm::Yes(words, vec![("tab", "a note")])
            }
            (None, Some(price), _) => Confirm::Price("Type the CPM to book: ".to_owned(), price),
            (Some(Question::Cost(_)), _, None) | (None, None, _) => Confirm::NotYet(Vec::new()),
        }
    }

    /// What was typed answers what is asked now, and only that.
    fn confirmed(&mut self, answer: Confirmed, cx: &mut Cx<'_>) -> Result<(), String> {
        let asks = self.ticket(cx.state).and_then(Ticket::question).is_some();
        cx.command(Command::Confirm(match answer {
            Confirmed::Yes => Confirmation::Yes,
            Confirmed::Words(word) => Confirmation::Word(word),
            Confirmed::Amount(cost) if asks => Confirmation::Cost(cost),
            Confirmed::Amount(price) => Confirmation::Price(price),
        }));
        Ok(())
    }

    fn mistyped(&self, says: &str, _shown: &str, field: &mut Field) -> String {
        field.clear();
        format!("{says}; type it as shown")
    }

    fn stands(&mut self, answer: &mut Answer, dx: &Dx<'_>) -> bool {
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
            answer.guard.disturbed(dx.now);
        }
        answer.guard.disturbed(ticket.since);
        let asked = ticket.question().map(|(_, question)| question);
        if self.asked.as_ref() != asked {
            self.asked = asked.cloned();
            answer.field = Field::default();
            answer.guard.disturbed(dx.now);
        }
        if ticket.state != TicketState::Armed && !answer.field.text().is_empty() {
            answer.field = Field::default();
        }
        true
    }

    /// What comes of it the desk's ticket says.
    fn stays(&mut self, _sent: Timestamp, answer: &mut Answer, _dx: &Dx<'_>) -> bool {
        answer.reopen();
        true
    }

    /// One that did not open goes: the message line says why.
    fn refused(&mut self) -> bool {
        self.is_refused = self.seen.is_none();
        !self.is_refused
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        self.before.as_mut()
    }

    fn key(&mut self, chord: Chord, answer: &mut Answer, cx: &mut Cx<'_>) -> Option<Flow> {
        if self.before.is_some() {
            return Some(self.key_before(chord, answer, cx));
        }
        if chord.key == Key::Esc {
            return Some(self.leave(cx.state, cx));
        }
        if self.scrolled(chord.key) {
            return Some(Flow::Stay);
        }
        let Some(ticket) = self.ticket(cx.state) else { return Some(Flow::Ignored) };
        let empties = ticket.state == TicketState::Armed && is_of_a_price(chord);
        if (chord.ctrl || chord.alt) && !empties {
            return Some(Flow::Ignored);
        }
        // A held key or one of the first moment answers nothing; it is not passed on either.
        if !answer.guard.hears() {
            let is_armed = ticket.state == TicketState::Armed;
            answer.trouble = is_armed.then(|| NOT_HEARD.to_owned());
            return Some(Flow::Stay);
        }
        Some(match ticket.state {
            TicketState::Checking | TicketState::Armed | TicketState::Blocked
                if chord.key == Key::Tab =>
            {
                self.before = Some(self.lines_before(false, cx.state));
                Flow::Stay
            }
            TicketState::Armed => return None,
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
        })
    }

    fn draw(&self, answer: &Answer, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        view::draw((self, answer), frame, screen, dx);
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
}
