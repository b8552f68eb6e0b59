//! The deal board: every quote and deal, what needs a person on top, then by deadline, then by money.

mod deadlines;
mod detail;
mod nouns;
mod rows;
mod timeline;
mod view;
mod why;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use crate::{
    desk::{self, BookingRecord, Command, OnBoard, QuoteRecord, Row, State},
    domain::{Group, Negotiation, QuoteRef, Refusal, TicketId},
    tui::{
        parts::{
            clock,
            context::{Cx, Dx, Wake},
            keymap::{self, board::Action},
            list::{List, Listed},
            note, pane,
            screen::{Copyable, Screen, Target},
            want::Want,
            widths::Kept,
        },
        screens::changes::{self, Seen},
    },
};
use nouns::Noun;
use rows::Rows;
pub(crate) use timeline::Timeline;

pub(crate) use deadlines::next_deadlines;
pub(crate) use nouns::of as noun_of;

/// The ways to sort, after the natural one, with their direction.
const SORTS: &[&str] = &["stage", "seller ▲", "cpm ▲", "cost ▼", "expiry ▲", "change ▼"];

/// The board's view state.
#[derive(Debug)]
pub(crate) struct Board {
    list: List<Row>,
    rows: Rows,
    seen: Seen,
    shows_done: bool,
    /// How wide the columns are.
    widths: Kept,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            list: List::new(SORTS.len()),
            rows: Rows::default(),
            seen: Seen::default(),
            shows_done: false,
            widths: Kept::default(),
        }
    }
}

impl Board {
    /// Puts the cursor on the next row that needs a person, after the one it is on if the board is
    /// what is seen; says whether there is one.
    pub(crate) fn next_mine(&mut self, state: &State, on_board: bool) -> bool {
        let mine = state.board.count(Group::NeedsMe);
        if mine == 0 {
            return false;
        }
        self.list.set_filter("");
        self.list.natural_order();
        let here = self.list.cursor().and_then(|row| state.board.place(*row));
        let next = match here {
            Some(place) if on_board && place + 1 < mine => place + 1,
            Some(_) | None => 0,
        };
        if let Some(key) = state.board.rows().get(next) {
            self.list.put(key.row());
        }
        true
    }

    fn current<'a>(&self, state: &'a State) -> Option<&'a dyn OnBoard> {
        state.row(*self.list.cursor()?)
    }

    /// The noun under the cursor.
    fn noun<'a>(&self, state: &'a State) -> Option<&'a dyn Noun> {
        nouns::of(self.current(state)?)
    }

    /// The quote under the cursor, or words why there is none.
    fn quote(&self, cx: &mut Cx<'_>) -> Option<QuoteRef> {
        let row = self.current(cx.state);
        let quote = row.and_then(|row| row.quote());
        if quote.is_none() && row.is_some() {
            let says = "this row is a deal already";
            cx.refuse(&Refusal::new("not a quote", says, "choose a quote"));
        } else if quote.is_none() {
            cx.refuse(&no_row());
        }
        quote.map(QuoteRecord::reference)
    }

    fn open(&self, cx: &mut Cx<'_>) {
        match self.noun(cx.state) {
            Some(noun) => cx.go(noun.screen(), Some(noun.target())),
            None => cx.refuse(&no_row()),
        }
    }

    /// The row's quote, deal or booking; on a board without rows what was asked for and did not come.
    fn ask_again(&self, cx: &mut Cx<'_>) {
        let Some(noun) = self.noun(cx.state) else {
            let Some(failed) = cx.state.failed_asks.last() else { return cx.refuse(&no_row()) };
            let (seller, ask, rfq) =
                (failed.seller.clone(), failed.ask.clone(), failed.rfq.clone());
            cx.say(format!("asking {seller} once more"));
            return cx.command(Command::RequestQuote { seller, ask, rfq });
        };
        cx.command(noun.ask_again(cx.state));
        cx.say("asking the seller");
    }

    /// The booking behind the row, however it stands.
    fn booking<'a>(&self, state: &'a State) -> Option<&'a BookingRecord> {
        self.current(state)?.booking(state)
    }

    /// A ticket about a booking whose outcome nobody knows.
    fn about_unknown(&self, cx: &mut Cx<'_>, want: impl FnOnce(TicketId) -> Want) {
        match self.booking(cx.state) {
            Some(booking) => cx.want(want(booking.intent.ticket.clone())),
            None => cx.refuse(&Refusal::new(
                "unknown",
                "this row is no booking without a known outcome",
                "choose one that is UNKNOWN",
            )),
        }
    }

    fn copy_note(&self, cx: &mut Cx<'_>) {
        match self.booking(cx.state).filter(|booking| note::is_for(booking)) {
            Some(booking) => {
                cx.copy("a note for the seller", note::of_booking(cx.state, booking));
            }
            None => cx.refuse(&Refusal::new(
                "note",
                "there is nothing to settle with the seller here",
                "choose a row that is UNKNOWN or DISPUTED",
            )),
        }
    }

    fn ticket(&self, cx: &mut Cx<'_>, want: impl FnOnce(QuoteRef) -> Want) {
        if let Some(quote) = self.quote(cx) {
            cx.want(want(quote));
        }
    }
}

fn no_row() -> Refusal {
    Refusal::new("row", "there is no row here", "look at what sellers offer (2), or show all (Esc)")
}

impl Screen for Board {
    fn prepare(&mut self, dx: &Dx<'_>, body: Rect) {
        let state = dx.state;
        let parts = view::layout(body);
        self.rows.refresh(state, &self.list, self.shows_done);
        if let Some(now_called) = self.list.cursor().and_then(|row| state.row_by_now(*row)) {
            self.list.put(now_called);
        }
        let groups = self.rows.headings_shown(state);
        let said = usize::from(pane::state_rows(parts.list, dx, &view::content(dx, self)));
        let height = usize::from(parts.list.height).saturating_sub(1 + groups + said);
        let rows = &self.rows;
        self.list.settle(
            rows.len(state),
            height,
            |place| rows.at(state, place),
            |row| rows.place(state, *row),
        );
        let of = (body.width, self.list.version, self.list.len());
        self.widths.sees(of, view::wants(dx, self));
        if let Some(row) = self.list.cursor() {
            self.seen.look(*row, dx.now);
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
        view::draw(frame, body, dx, self);
    }

    fn act(&mut self, action: keymap::Action, cx: &mut Cx<'_>) {
        let keymap::Action::Board(action) = action else { return };
        match action {
            Action::Open => self.open(cx),
            Action::Book => self.ticket(cx, Want::Book),
            Action::Counter => self.ticket(cx, Want::Counter),
            Action::Accept => self.ticket(cx, Want::Accept),
            Action::Walk => self.ticket(cx, Want::Walk),
            Action::AskAgain => self.ask_again(cx),
            Action::EnterDeal => self.about_unknown(cx, Want::EnterDeal),
            Action::EndUnknown => self.about_unknown(cx, Want::EndUnknown),
            Action::SendAgain => self.about_unknown(cx, Want::SendAgain),
            Action::Acknowledge => match self.current(cx.state).and_then(|row| row.deal()) {
                Some(record) => cx.command(Command::Acknowledge(record.reference())),
                None => cx.refuse(&Refusal::new(
                    "deal",
                    "this row is no deal",
                    "choose a deal that was rejected, lapsed or is gone",
                )),
            },
            Action::Note => self.copy_note(cx),
            Action::LetGo => {
                if let Some(quote) = self.quote(cx) {
                    cx.command(Command::LetGo(quote));
                }
            }
            Action::Timeline => cx.open(Box::new(Timeline::new(cx.state, cx.now))),
            Action::Fold => {
                self.shows_done = !self.shows_done;
                let how = if self.shows_done { "shown" } else { "folded away" };
                match cx.state.board.count(Group::Done) {
                    0 => cx.say("nothing is done yet"),
                    done => cx.say(format!("{done} done: {how}")),
                }
            }
        }
    }

    fn listed(&mut self) -> Option<&mut dyn Listed> {
        Some(&mut self.list)
    }

    fn list(&self) -> Option<&dyn Listed> {
        Some(&self.list)
    }

    fn select(&mut self, target: &Target, state: &State) {
        let row = match target {
            Target::Quote(key) => state.quotes.get_index_of(key).map(Row::quote),
            Target::Deal(key) => state.deals.get_index_of(key).map(Row::deal),
            Target::Seller(_) | Target::Rfq(_) | Target::Asked { .. } => None,
        };
        if let Some(row) = row {
            self.list.put(row);
        }
    }

    fn wakes(&self, wake: &mut Wake, dx: &Dx<'_>) {
        for row in self.rows.window(dx.state, &self.list) {
            let Some(record) = dx.state.row(row) else { continue };
            let record = &record.row(dx.state);
            if let Some(span) = clock::of_row(dx.state, record, dx.now).counts {
                wake.clock(span, dx.now);
            }
            if let Some((changed, _)) = changes::changed(record) {
                wake.highlight(changed, dx.now);
            }
        }
        for (left, _) in next_deadlines(dx, 8) {
            wake.clock(left, dx.now);
        }
    }

    fn fits(&self, action: keymap::Action, state: &State, now: Timestamp) -> bool {
        let keymap::Action::Board(action) = action else { return true };
        let Some(row) = self.current(state) else {
            return matches!(action, Action::Fold | Action::Timeline);
        };
        let (quote, deal) = (row.quote(), row.deal());
        let open = quote.is_some_and(QuoteRecord::is_open);
        let game = quote.and_then(|quote| quote.negotiation.as_ref());
        let is_mine = open && game.is_some_and(Negotiation::is_our_turn);
        let booking = self.booking(state);
        let is_unknown = booking.is_some_and(|booking| booking.state.is_looked_at());
        let is_lost =
            booking.is_some_and(|booking| desk::may_send_again(state, booking, now).is_ok());
        match action {
            Action::Book => quote.is_some_and(|quote| desk::can_book(state, quote).is_ok()),
            Action::Counter => quote.is_some_and(|quote| {
                quote.is_negotiating() || desk::can_negotiate(state, quote).is_ok()
            }),
            Action::LetGo => open,
            Action::Accept | Action::Walk => is_mine,
            Action::EnterDeal | Action::EndUnknown => is_unknown,
            Action::SendAgain => is_lost,
            Action::Acknowledge => deal.is_some_and(|deal| deal.attention.is_some()),
            Action::Note => booking.is_some_and(note::is_for),
            Action::AskAgain => quote.is_none_or(|quote| {
                is_unknown
                    || quote.is_negotiating()
                    || desk::can_ask_again(state, quote, now).is_ok()
            }),
            Action::Open | Action::Fold | Action::Timeline => true,
        }
    }

    fn order(&self) -> &'static str {
        SORTS.get(self.list.sort()).copied().unwrap_or_default()
    }

    fn title(&self, _dx: &Dx<'_>) -> String {
        // Its own order has the groups, which say it.
        if self.list.sort() == 0 { String::new() } else { format!("by {}", self.order()) }
    }

    fn focus(&self, state: &State) -> Option<Target> {
        self.noun(state).map(Noun::target)
    }

    fn copies(&self, state: &State) -> Vec<Copyable> {
        self.noun(state).map(Noun::copies).unwrap_or_default()
    }
}
