//! Quotes: every price that was asked for, with the time it is still good for. From here a quote is
//! negotiated, booked, asked for again or let go.

mod ahead;
mod asked;
mod awaited;
mod by;
mod cells;
pub(crate) mod clock;
mod compare;
mod detail;
mod group;
mod line;
mod lines;
mod order;
#[cfg(test)]
mod plain;
mod proof;
mod rows;
mod sections;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use self::{
    awaited::Awaited,
    clock::Clock,
    compare::Compare,
    line::Wish,
    order::Shown,
    rows::{Key, Row, SORTS},
};
use crate::{
    desk::{Command, InFlight, QuoteRecord, State, judge},
    domain::{DealRef, Proof, QuoteRef, Refusal},
    tui::{
        parts::{
            context::{Cx, Dx, Wake},
            copies,
            keymap::{self, quotes::Action},
            list::{List, Listed},
            screen::{Copyable, Screen, ScreenId, Target},
            want::Want,
            widths::Kept,
        },
        screens::board::Timeline,
    },
};

/// The screen's view state.
#[derive(Debug)]
pub(crate) struct Quotes {
    list: List<Key>,
    shown: Shown,
    /// The rows that are seen, from the list's offset on.
    rows: Vec<Row>,
    /// Quotes marked to be compared, in the order they were marked.
    marked: Vec<QuoteRef>,
    /// The price proofs of the rows that are seen, for the desk's state they were made from.
    proofs: BTreeMap<QuoteRef, Proof>,
    /// Whether the detail takes the whole place.
    opened: bool,
    /// What the cursor waits for.
    awaited: Option<Awaited>,
    /// What the rows were made from: the desk's version and the list's.
    made: Option<(u64, u64)>,
    /// How wide the columns are.
    widths: Kept,
}

impl Default for Quotes {
    fn default() -> Self {
        Self {
            list: List::new(SORTS.len()),
            shown: Shown::default(),
            rows: Vec::new(),
            marked: Vec::new(),
            proofs: BTreeMap::new(),
            opened: false,
            awaited: None,
            made: None,
            widths: Kept::default(),
        }
    }
}

impl Quotes {
    fn row(&self) -> Option<&Row> {
        self.rows.get(self.list.place().checked_sub(self.list.offset())?)
    }

    fn key(&self) -> Option<&Key> {
        self.row().map(|row| &row.key)
    }

    /// The price proof of a quote that is seen.
    fn proof(&self, key: &QuoteRef) -> Option<&Proof> {
        self.proofs.get(key)
    }

    /// Proves the prices of the rows that are seen, once for each state of the desk.
    fn prove(&mut self, state: &State) {
        for row in &self.rows {
            let Key::Quote(key) = &row.key else { continue };
            if let Some(record) = state.quote(key).filter(|_| !self.proofs.contains_key(key)) {
                self.proofs.insert(key.clone(), judge::prove(state, record));
            }
        }
    }

    fn mark(&mut self, cx: &mut Cx<'_>) {
        let Some(key) = self.quote().cloned() else { return cx.say("only quotes are marked") };
        if let Some(place) = self.marked.iter().position(|marked| *marked == key) {
            self.marked.remove(place);
        } else if self.marked.len() >= compare::MOST {
            let says = format!("{} are marked already", compare::MOST);
            cx.refuse(&Refusal::new("marks", says, "compare those first (=), or unmark one"));
        } else {
            self.marked.push(key);
        }
    }

    /// The marked quotes side by side, or the best of those asked for together with the one here.
    fn compare(&self, cx: &mut Cx<'_>) {
        let mut chosen = self.marked.clone();
        chosen.retain(|key| cx.state.quotes.contains_key(key));
        if chosen.is_empty() {
            let here = self.quote();
            let rfq = match self.key() {
                Some(Key::Group(rfq)) => rfq.clone(),
                Some(Key::Asking(id)) => {
                    let asked = cx.state.in_flight.get(id).and_then(InFlight::priced);
                    asked.and_then(|(_, rfq)| rfq.cloned())
                }
                Some(Key::Failed(place)) => {
                    cx.state.failed_asks.get(*place).and_then(|failed| failed.rfq.clone())
                }
                Some(Key::Quote(_)) | None => {
                    self.record(cx.state).and_then(|record| record.rfq.clone())
                }
            };
            let group = rfq.and_then(|rfq| self.shown.group(&rfq));
            let ranked = group.iter().flat_map(|group| &group.ranking.rows);
            chosen.extend(here.cloned());
            for row in ranked.filter(|row| row.place.is_ok()) {
                if chosen.len() < compare::MOST && !chosen.contains(&row.quote) {
                    chosen.push(row.quote.clone());
                }
            }
        }
        if chosen.len() < 2 {
            let cure = "mark two to four quotes with space, then press =";
            return cx.refuse(&Refusal::new("compare", "that takes two quotes at least", cure));
        }
        cx.open(Box::new(Compare::new(chosen)));
    }

    /// The quote under the cursor.
    fn quote(&self) -> Option<&QuoteRef> {
        match self.key()? {
            Key::Quote(key) => Some(key),
            Key::Group(_) | Key::Asking(_) | Key::Failed(_) => None,
        }
    }

    /// A quote that was replaced under the cursor: the cursor goes on to the one that stands for it.
    fn follow(&mut self, state: &State, before: Option<Key>) {
        let Some(Key::Quote(before)) = before else { return };
        let Some(index) = state.quotes.get_index_of(&before) else { return };
        let newest = state.quotes.key(line::newest(state, index)).cloned().map(Key::Quote);
        let newest = newest.filter(|key| *key != Key::Quote(before));
        if let Some(newest) = newest.filter(|key| self.shown.place(state, key).is_some()) {
            self.list.put(newest);
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
            Some(Key::Group(_)) => cx.refuse(&Refusal::new(
                "quote",
                "this line stands for several quotes",
                "choose one of them below it",
            )),
            Some(Key::Failed(_)) => cx.refuse(&Refusal::new(
                "quote",
                "the seller gave no quote",
                "ask again (r), or for another from the kit (2)",
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
        if self.made != Some(made) && !dx.state.is_reading {
            let was_newest = self.row().is_some_and(|row| row.depth == 0);
            let before = self.list.cursor().cloned().filter(|_| was_newest);
            let (state, filter, sort) = (dx.state, self.list.filter(), self.list.sort());
            self.shown.refresh(Wish { state, filter, sort }, made.1, dx.now);
            self.proofs.clear();
            self.made = Some(made);
            self.follow(state, before);
            self.go_to_awaited(state);
        }
        let (shown, state) = (&self.shown, dx.state);
        let height = view::table_height(body, self.opened);
        self.list.settle(
            shown.len(),
            height,
            |place| shown.key(state, place),
            |key| shown.place(state, key),
        );
        let seen = (self.list.offset(), self.list.height());
        self.rows = self.shown.window(state, seen, dx.now);
        self.prove(state);
        let of = (body.width, self.list.version, self.list.len());
        self.widths.sees(of, view::wants(self, dx));
    }

    fn ahead(&mut self, dx: &Dx<'_>) -> bool {
        let (state, filter, sort) = (dx.state, self.list.filter(), self.list.sort());
        let wish = Wish { state, filter, sort };
        self.made.is_none() && self.shown.ahead(wish, self.list.version, dx.now)
    }

    fn draw(&self, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
        view::draw(self, frame, body, dx);
    }

    fn act(&mut self, action: keymap::Action, cx: &mut Cx<'_>) {
        let keymap::Action::Quotes(action) = action else { return };
        match action {
            Action::Book => self.with(cx, |key, cx| cx.want(Want::Book(key))),
            Action::Counter => self.with(cx, |key, cx| cx.want(Want::Counter(key))),
            Action::Compare => self.compare(cx),
            Action::Mark => self.mark(cx),
            Action::AskAgain => self.ask_again(cx),
            Action::LetGo => self.with(cx, |key, cx| {
                cx.say(format!("{} let go; the seller is told nothing", key.quote_id));
                cx.command(Command::LetGo(key));
            }),
            Action::Trigger => self.with(cx, |key, cx| cx.want(Want::Trigger(key))),
            Action::Timeline => cx.open(Box::new(Timeline::new(cx.state, cx.now))),
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
        // What was looked at before does not lie over what is new.
        self.opened = false;
        self.awaited = Awaited::of(target);
        if matches!(target, Target::Asked { .. } | Target::Rfq(_)) {
            // Whatever the rows were narrowed to, what was just asked for is seen.
            self.list.set_filter("");
        }
        match target {
            Target::Quote(key) => self.list.put(Key::Quote(key.clone())),
            Target::Rfq(rfq) => self.list.put(Key::Group(Some(rfq.clone()))),
            Target::Asked { .. } | Target::Deal(_) | Target::Seller(_) => {}
        }
    }

    fn back(&mut self) -> bool {
        if std::mem::take(&mut self.opened) {
            return true;
        }
        let had_marks = !self.marked.is_empty();
        self.marked.clear();
        had_marks
    }

    fn wakes(&self, wake: &mut Wake, dx: &Dx<'_>) {
        for row in &self.rows {
            match &row.key {
                Key::Asking(id) => {
                    if let Some(flight) = dx.state.in_flight.get(id) {
                        wake.clock(flight.since.duration_since(dx.now), dx.now);
                    }
                }
                Key::Quote(key) => {
                    if let Some(armed) = crate::desk::trigger_over(dx.state, key) {
                        wake.clock(armed.terms.until.duration_since(dx.now), dx.now);
                    }
                    let running = dx.state.quote(key).filter(|record| rows::runs(record));
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
                Key::Group(_) | Key::Failed(_) => {}
            }
        }
    }

    fn fits(&self, action: keymap::Action, state: &State, now: Timestamp) -> bool {
        let keymap::Action::Quotes(action) = action else { return true };
        let Some(record) = self.record(state) else {
            let group = match self.key() {
                Some(Key::Group(Some(rfq))) => self.shown.group(rfq),
                _ => None,
            };
            let has_failed = matches!(self.key(), Some(Key::Failed(_)))
                || group.is_some_and(|group| group.failed > 0);
            return match action {
                Action::AskAgain => has_failed,
                Action::Compare => group.is_some_and(|group| group.answered > 1),
                Action::Open => self.key().is_some(),
                Action::Timeline => true,
                Action::Book | Action::Counter | Action::Mark | Action::LetGo | Action::Trigger => {
                    false
                }
            };
        };
        match action {
            Action::Book | Action::Trigger => crate::desk::can_book(state, record).is_ok(),
            Action::LetGo => record.is_open(),
            Action::Counter => {
                record.is_negotiating() || crate::desk::can_negotiate(state, record).is_ok()
            }
            Action::AskAgain => crate::desk::can_ask_again(state, record, now).is_ok(),
            Action::Compare => self.marked.len() > 1 || record.rfq.is_some(),
            Action::Open | Action::Mark | Action::Timeline => true,
        }
    }

    fn focus(&self, _state: &State) -> Option<Target> {
        self.quote().cloned().map(Target::Quote)
    }

    fn copies(&self, state: &State) -> Vec<Copyable> {
        self.record(state).map(copies::of_quote).unwrap_or_default()
    }

    fn order(&self) -> &'static str {
        SORTS.get(self.list.sort()).copied().unwrap_or_default()
    }

    fn title(&self, _dx: &Dx<'_>) -> String {
        format!("by {}", self.order())
    }
}
