//! Quotes: every price that was asked for, with the time it is still good for. From here a quote is
//! negotiated, booked, asked for again or let go.

pub(crate) mod clock;
mod detail;
mod rows;
mod view;

use jiff::SignedDuration;
use ratatui::{Frame, layout::Rect};

pub(crate) use self::view::seconds;
use self::{
    clock::Clock,
    rows::{Key, Row, SORTS},
};
use super::{
    context::{Cx, Dx, Wake},
    keymap::{self, actions},
    parts::{
        copies,
        list::{List, Listed},
    },
    screen::{Copyable, Screen, ScreenId, Target},
    tickets::{self, Want},
};
use crate::{
    desk::{Command, QuoteRecord, State},
    domain::{DealRef, QuoteRef, Refusal},
};

actions! { Quotes:
    Book "book" ["B"] Ticket "book the quote: reads it again, checks everything, asks for the price";
    Counter "counter" ["N"] Ticket "negotiate: goes to the ladder";
    AskAgain "ask again" ["r"] Ask "ask for the same terms again; the old row stays";
    LetGo "let go" ["x"] Stop "let the quote go; tells the seller nothing";
    Open "open" ["enter"] Go "its ladder or its deal, else all that is known of it";
}

/// The screen's view state.
#[derive(Debug)]
pub(crate) struct Quotes {
    list: List<Key>,
    rows: Vec<Row>,
    /// Whether the detail takes the whole place.
    opened: bool,
    /// What the rows were made from: the desk's version and the list's.
    made: Option<(u64, u64)>,
}

impl Default for Quotes {
    fn default() -> Self {
        Self { list: List::new(SORTS.len()), rows: Vec::new(), opened: false, made: None }
    }
}

impl Quotes {
    fn key(&self) -> Option<&Key> {
        self.rows.get(self.list.place()).map(|row| &row.key)
    }

    /// The quote under the cursor.
    fn quote(&self) -> Option<&QuoteRef> {
        match self.key()? {
            Key::Quote(key) => Some(key),
            Key::Asking(_) | Key::Failed(_) => None,
        }
    }

    /// A quote that was replaced under the cursor: the cursor goes on to the one that stands for it.
    fn follow(&mut self, before: Option<Key>) {
        let Some(place) = before.and_then(|key| self.rows.iter().position(|row| row.key == key))
        else {
            return;
        };
        let newest = self.rows[..=place].iter().rev().find(|row| row.depth == 0);
        if let Some(newest) = newest.filter(|_| self.rows[place].depth > 0) {
            self.list.put(newest.key.clone());
        }
    }

    fn record<'a>(&self, state: &'a State) -> Option<&'a QuoteRecord> {
        state.quote(self.quote()?)
    }

    /// Does something with the quote under the cursor, or says why there is none.
    fn with(&self, cx: &mut Cx<'_>, act: impl FnOnce(QuoteRef, &mut Cx<'_>)) {
        match self.key() {
            Some(Key::Quote(key)) => act(key.clone(), cx),
            Some(Key::Asking(_)) => cx.refuse(&Refusal::new(
                "quote",
                "the seller has not answered yet",
                "wait for its quote",
            )),
            Some(Key::Failed(_)) => cx.refuse(&Refusal::new(
                "quote",
                "the seller gave no quote",
                "ask for another from the kit (2)",
            )),
            None => cx.say("no quote here; the kit (2) asks for one"),
        }
    }

    /// Where a quote leads: its deal, its ladder, or all that is known of it.
    fn open(&mut self, cx: &mut Cx<'_>) {
        let Some(record) = self.record(cx.state) else {
            self.opened = !self.opened && self.key().is_some();
            return;
        };
        let seller = record.quote.seller.clone();
        if let Some(deal_id) = record.deal.clone() {
            cx.go(ScreenId::Deal, Some(Target::Deal(DealRef { seller, deal_id })));
        } else if record.is_negotiating() {
            cx.go(ScreenId::Ladder, Some(Target::Quote(record.reference())));
        } else {
            self.opened = !self.opened;
        }
    }
}

impl Screen for Quotes {
    fn prepare(&mut self, dx: &Dx<'_>, body: Rect) {
        let made = (dx.state.version, self.list.version);
        if self.made != Some(made) {
            let was_newest = self.rows.get(self.list.place()).is_some_and(|row| row.depth == 0);
            let before = self.list.cursor().cloned().filter(|_| was_newest);
            self.rows = rows::all(dx.state, self.list.filter(), self.list.sort());
            self.made = Some(made);
            self.follow(before);
        }
        let (rows, place) = (&self.rows, self.list.place());
        let height = view::table_height(body, self.opened);
        self.list.settle(
            rows.len(),
            height,
            |place| rows.get(place).map(|row| row.key.clone()),
            |key| {
                let here = rows.get(place).is_some_and(|row| row.key == *key);
                if here { Some(place) } else { rows.iter().position(|row| row.key == *key) }
            },
        );
    }

    fn draw(&self, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
        view::draw(self, frame, body, dx);
    }

    fn act(&mut self, action: keymap::Action, cx: &mut Cx<'_>) {
        let keymap::Action::Quotes(action) = action else { return };
        match action {
            Action::Book => self.with(cx, |key, cx| tickets::open(&Want::Book(key), cx)),
            Action::Counter => self.with(cx, |key, cx| tickets::open(&Want::Counter(key), cx)),
            Action::AskAgain => self.with(cx, |key, cx| {
                cx.say(format!("asking {} for the same terms again", key.seller));
                cx.command(Command::Requote(key));
            }),
            Action::LetGo => self.with(cx, |key, cx| {
                cx.say(format!("{} let go; the seller is told nothing", key.quote_id));
                cx.command(Command::LetGo(key));
            }),
            Action::Open => self.open(cx),
        }
    }

    fn listed(&mut self) -> Option<&mut dyn Listed> {
        Some(&mut self.list)
    }

    fn list(&self) -> Option<&dyn Listed> {
        Some(&self.list)
    }

    fn select(&mut self, target: &Target, _state: &State) {
        if let Target::Quote(key) = target {
            self.list.put(Key::Quote(key.clone()));
        }
    }

    fn back(&mut self) -> bool {
        std::mem::take(&mut self.opened)
    }

    fn wakes(&self, wake: &mut Wake, dx: &Dx<'_>) {
        let seen = self.rows.iter().skip(self.list.offset()).take(usize::from(dx.size.1));
        for row in seen {
            match &row.key {
                Key::Asking(id) => {
                    if let Some(flight) = dx.state.in_flight.get(id) {
                        wake.clock(flight.since.duration_since(dx.now), dx.now);
                    }
                }
                Key::Quote(key) => {
                    let running = dx.state.quote(key).filter(|record| rows::is_running(record));
                    if let Some(record) = running {
                        Clock::of(dx.state, record, dx.now).wakes(wake, dx.now);
                    } else if let Some(record) = dx.state.quote(key).filter(|r| r.deal.is_none()) {
                        // How long ago it ended is told in minutes.
                        let into =
                            dx.now.duration_since(record.changed_at).as_secs().rem_euclid(60);
                        let next = dx.now.saturating_add(SignedDuration::from_secs(60 - into));
                        wake.by(next.unwrap_or(dx.now));
                    }
                }
                Key::Failed(_) => {}
            }
        }
    }

    fn fits(&self, action: keymap::Action, state: &State) -> bool {
        let keymap::Action::Quotes(action) = action else { return true };
        let Some(record) = self.record(state) else {
            return action == Action::Open && self.key().is_some();
        };
        match action {
            Action::Book | Action::LetGo => record.is_open(),
            Action::Counter => {
                record.is_negotiating() || crate::desk::can_negotiate(state, record).is_ok()
            }
            Action::AskAgain => record.deal.is_none() && !record.holds_money(),
            Action::Open => true,
        }
    }

    fn copies(&self, state: &State) -> Vec<Copyable> {
        self.record(state).map(copies::of_quote).unwrap_or_default()
    }

    fn title(&self, _dx: &Dx<'_>) -> String {
        format!("by {}", SORTS.get(self.list.sort()).copied().unwrap_or_default())
    }
}
