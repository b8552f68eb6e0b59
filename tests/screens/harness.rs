//! A seat at the desk: keys go in, frames come out, and what the desk asks of sellers waits in a list.

pub(crate) use dealdesk::runtime::face::text;
use dealdesk::{
    desk::{Decision, Desk, Effect, Entry, Input, RequestId, Setup, Stored, state::Purpose},
    domain::{Answer, Ask, Exchange, Heard, SellerError, SellerName, Skew, skew::Made},
    recording::{Line, Start, Stroke, What},
    tui::{Act, App, Chord, Key, KeyKind, Options},
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

pub(crate) struct Seat {
    pub(crate) app: App,
    pub(crate) desk: Desk,
    pub(crate) now: Timestamp,
    pub(crate) asked: Vec<(RequestId, SellerName, Ask)>,
    pub(crate) storing: Vec<(Stored, Entry)>,
    pub(crate) copied: Vec<String>,
    pub(crate) size: (u16, u16),
    /// Who has a ticket armed on the same store, if somebody has.
    pub(crate) armed_by: Option<String>,
    /// What stands in the replies of sellers, as the log keeps them.
    pub(crate) says: String,
    /// What is recorded, if anything is.
    pub(crate) tape: Option<Vec<Line>>,
    /// The answer that was given last, and when.
    answered: Option<(Chord, Timestamp)>,
}

/// The same key again within this time is held down, as a ticket sees it.
const HELD: SignedDuration = SignedDuration::from_millis(1_100);

/// The two sizes that are drawn in the tests.
pub(crate) const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];

impl Seat {
    pub(crate) fn with(setup: Setup, size: (u16, u16)) -> Self {
        let forker = Some(dealdesk::lab::fork as dealdesk::domain::fork::Forker);
        let mut app = App::new(Options { forker, ..Options::default() });
        let now = "2026-06-18T14:00:00Z".parse().unwrap();
        app.resized(size.0, size.1, now);
        Self {
            app,
            desk: Desk::new(setup),
            now: now + SignedDuration::from_secs(60),
            asked: Vec::new(),
            storing: Vec::new(),
            copied: Vec::new(),
            size,
            armed_by: None,
            says: String::new(),
            tape: None,
            answered: None,
        }
    }

    /// Records from here on, as the loop of the terminal does.
    pub(crate) fn recorded(mut self) -> Self {
        let start = Start { setup: self.desk.state().setup.clone(), ..Start::default() };
        self.desk.record();
        self.tape = Some(Vec::new());
        self.note(What::Start(start.into()));
        self.note(What::Size(self.size.0, self.size.1));
        self
    }

    /// A frame was drawn, as far as a recording can tell.
    pub(crate) fn note_frame(&mut self) {
        self.note(What::Drawn);
    }

    fn note(&mut self, is: What) {
        let Some(tape) = &mut self.tape else { return };
        for (at, news) in self.desk.recorded() {
            tape.push(Line { at, is: What::News(news.without_bodies().into()) });
        }
        tape.push(Line { at: self.now, is });
    }

    fn is_for_a_ticket(&self, id: RequestId) -> bool {
        let flight = self.desk.state().in_flight.get(&id);
        flight.is_some_and(|flight| matches!(flight.purpose, Purpose::TicketCatalogue(..)))
    }

    pub(crate) fn input(&mut self, input: Input) -> Vec<dealdesk::domain::Refusal> {
        let Decision { effects, mut refusals, .. } = self.desk.step(input, self.now);
        for effect in effects {
            match effect {
                Effect::Arm(ticket) => {
                    let taken = self.armed_by.clone().map_or(Ok(()), Err);
                    refusals.extend(self.input(Input::Armed(ticket, taken)));
                }
                // A catalogue that a ticket asks for calls everything what the quotes do.
                Effect::Ask(id, seller, Ask::Products) if self.is_for_a_ticket(id) => {
                    self.asked.insert(0, (id, seller, Ask::Products));
                    let quotes = self.desk.state().quotes.iter();
                    let products = quotes.map(|(_, record)| crate::world::listed(&record.quote));
                    self.answer(Ok(Answer::Products(products.collect())));
                }
                Effect::Ask(id, seller, ask) => self.asked.push((id, seller, ask)),
                Effect::Send(id, seller, sent) => self.asked.push((id, seller, sent.into_ask())),
                // That a strategy is to play is durable at once: nothing leaves for it.
                Effect::Store(stored @ Stored::Auto(..), _) => {
                    refusals.extend(self.input(Input::Stored(stored)));
                }
                Effect::Store(stored, entry) => self.storing.push((stored, *entry)),
            }
        }
        refusals
    }

    /// One key, and what it leads to.
    pub(crate) fn chord(&mut self, chord: Chord, kind: KeyKind) -> Vec<Act> {
        if let Some(stroke) = Stroke::new(chord, kind) {
            self.note(What::Key(stroke));
        }
        let acts = self.app.key(chord, kind, self.desk.state(), self.now);
        self.act(&acts);
        acts
    }

    fn act(&mut self, acts: &[Act]) {
        for act in acts {
            match act {
                Act::Command(command) => {
                    let refusals = self.input(Input::Command(command.clone()));
                    self.note(What::Told(refusals.clone()));
                    self.app.commanded(&refusals, self.desk.state(), self.now);
                }
                Act::Copy(text) => self.copied.push(text.clone()),
                Act::Quit | Act::Suspend | Act::Redraw | Act::Show(_) => {}
            }
        }
    }

    /// Keys by name, with a moment between them: `N y enter`. The same answer twice is pressed anew, not
    /// held down.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            let chord: Chord = key.parse().unwrap();
            let answers = chord == Chord::char('y') || chord.key == Key::Enter;
            let is_same = self.answered.is_some_and(|(answered, _)| answered == chord);
            let since = self.answered.map_or(self.now, |(_, at)| at);
            if answers && is_same && self.now.duration_since(since) < HELD {
                self.now = since + HELD;
                self.input(Input::Wake);
            }
            if answers {
                self.answered = Some((chord, self.now));
            }
            self.chord(chord, KeyKind::Press);
            self.wait(400);
        }
        self
    }

    /// Letters, as a person types them.
    pub(crate) fn typed(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            self.chord(Chord::key(Key::Char(letter)), KeyKind::Press);
            self.wait(50);
        }
        self
    }

    pub(crate) fn paste(&mut self, text: &str) {
        self.note(What::Paste(text.to_owned()));
        let acts = self.app.paste(text, self.desk.state(), self.now);
        self.act(&acts);
    }

    /// Milliseconds pass, and the desk is woken.
    pub(crate) fn wait(&mut self, millis: i64) -> &mut Self {
        self.now += SignedDuration::from_millis(millis);
        self.input(Input::Wake);
        self
    }

    /// Answers the oldest question that `is` chooses.
    pub(crate) fn answer_where(
        &mut self,
        is: impl Fn(&SellerName, &Ask) -> bool,
        result: Result<Answer, SellerError>,
    ) -> Ask {
        let place = self.asked.iter().position(|(_, seller, ask)| is(seller, ask)).expect("asked");
        let (id, seller, ask) = self.asked.remove(place);
        let exchange = Exchange {
            seller,
            method: "POST".into(),
            url: String::new(),
            request: String::new(),
            status: 200,
            response: self.says.clone(),
            sent_at: self.now,
            took_ms: 180,
            attempts: 1,
            skew: Some(Skew { low_ms: 0, high_ms: 0 }),
            made: Made { date: Some(self.now), age_s: None },
        };
        self.input(Input::Answered(
            id,
            Box::new(Heard { result, exchange: Some(exchange), spoke: None }),
        ));
        ask
    }

    /// Answers the oldest question.
    pub(crate) fn answer(&mut self, result: Result<Answer, SellerError>) -> Ask {
        self.answer_where(|_, _| true, result)
    }

    /// The store made the oldest intent durable.
    pub(crate) fn stored(&mut self) -> &mut Self {
        let (stored, _) = self.storing.remove(0);
        self.input(Input::Stored(stored));
        self
    }

    /// The screen, cell by cell.
    pub(crate) fn buffer(&mut self) -> Buffer {
        let (cols, rows) = self.size;
        let mut terminal = Terminal::new(TestBackend::new(cols, rows)).unwrap();
        terminal.draw(|frame| self.app.draw(frame, self.desk.state(), self.now)).unwrap();
        self.note(What::Drawn);
        terminal.backend().buffer().clone()
    }

    /// The screen as text.
    pub(crate) fn screen(&mut self) -> String {
        text(&self.buffer())
    }

    pub(crate) fn shows(&mut self, words: &str) -> bool {
        self.screen().contains(words)
    }

    /// Questions that commit or move something, and are under way.
    pub(crate) fn commits(&self) -> usize {
        let sends = |ask: &Ask| ask.commits() || matches!(ask, Ask::Counter { .. });
        self.asked.iter().filter(|(_, _, ask)| sends(ask)).count() + self.storing.len()
    }
}

/// Draws a seat in a state at both sizes, and compares it with what was looked at.
pub(crate) fn look(name: &str, mut seat: impl FnMut((u16, u16)) -> Seat) {
    for size in SIZES {
        let screen = seat(size).screen();
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), screen);
    }
}

/// Every key there is, bound or not.
pub(crate) fn keys() -> Vec<Chord> {
    let letters = (' '..='~').map(Chord::char);
    let control = ["ctrl-c", "ctrl-l", "ctrl-z", "ctrl-d", "ctrl-u", "ctrl-w", "ctrl-a", "ctrl-p"];
    let control = control.into_iter().map(|key| key.parse().unwrap());
    let named = [
        Key::Enter,
        Key::Esc,
        Key::Tab,
        Key::BackTab,
        Key::Backspace,
        Key::Up,
        Key::Down,
        Key::Left,
        Key::Right,
        Key::Home,
        Key::End,
        Key::PageUp,
        Key::PageDown,
    ];
    let named = named.into_iter().chain((1..=12).map(Key::F)).map(Chord::key);
    letters.chain(control).chain(named).collect()
}
