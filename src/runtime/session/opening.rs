//! A store is opened and read beside whatever else goes on: a big book is put in order on another thread,
//! and meanwhile keys are heard, and a halt holds at once.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use super::Session;
use crate::{
    desk::{Controls, Desk, Entry, Fact, LATELY, LeftOut},
    domain::SellerName,
    runtime::{
        inbox::{Inbox, Message},
        jobs,
        spill::{self, Taken},
    },
    store::{
        Cached, Living, Location, Part, Parts, Recorded, Snapshot, Store, StoreError, Trouble,
        Tuning,
    },
};

/// How many facts of the journal are shown in the log at the start.
const LOG_LINES: u64 = 500;

/// From how long on it is said that the store is being read.
const LONG: Duration = Duration::from_millis(500);

/// How much of a store is read.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// All of it: a desk that may do everything.
    Whole,
    /// What something is expected of, what is about these ids, and what rules look at of the past: a desk that
    /// may do everything about these.
    Living(Vec<String>),
    /// What is about these ids, of quotes and deals: a desk that asks sellers about these, and does
    /// nothing by itself.
    About(Vec<String>),
    /// The same, and what all deals are called: a desk that asks sellers what they have of these.
    Named(Vec<String>),
    /// The newest quotes, and what all others are called: a desk that asks for quotes, and does nothing by
    /// itself.
    Lately,
    /// What others could not store is about: a desk that takes that in, and does nothing else.
    Left,
}

impl Scope {
    /// Whether what others could not store is taken in.
    fn takes_in(&self) -> bool {
        match self {
            Self::Whole | Self::Living(_) | Self::Left => true,
            Self::About(_) | Self::Named(_) | Self::Lately => false,
        }
    }
}

/// What comes of opening a store, one after the other.
#[derive(Debug)]
pub enum Opening {
    /// It is open, and this is what it knows of sellers' dialects.
    Open(Store, Vec<Cached>),
    /// What is stopped, and which limits hold: it holds before anything else is read.
    Stopped(Box<Controls>),
    /// All that was wanted of it.
    Read(Box<Read>),
    /// It cannot be opened or read.
    Failed(StoreError),
}

/// What of a store comes last.
#[derive(Debug)]
pub struct Read {
    book: Book,
    /// Its newest facts.
    tail: Vec<Recorded>,
    /// What was wrong with its tables, if they had to be made again.
    mended: Option<String>,
}

/// The records that were wanted.
#[derive(Debug)]
enum Book {
    /// All of them, in order, and up to which row of the journal.
    Whole(Box<Desk>, u64),
    /// What is about some ids, or is new; and what others are called.
    Some(Box<Snapshot>, LeftOut),
    /// What something is expected of.
    Living(Box<Living>),
}

/// A store that is being opened.
#[derive(Debug)]
pub(super) struct Opener {
    pub(super) location: Location,
    pub(super) scope: Scope,
    pub(super) watches: bool,
    pub(super) store: Option<Store>,
    /// How far it is read.
    pub(super) seq: u64,
    pub(super) mended: Option<String>,
    /// What was halted while it is read: what it says is stopped is read once, and may come later.
    halted: Vec<Entry>,
    /// What desks that are gone could not store, if it is taken in.
    pub(super) left: Vec<Taken>,
    /// Load for measuring that came meanwhile: the records that are read take the place of all others.
    loads: Vec<Vec<Entry>>,
    /// Gone with this: then nobody wants what is still read.
    _wanted: Arc<()>,
    since: Duration,
}

impl Opener {
    /// Remembers what was halted meanwhile.
    pub(super) fn halts(&mut self, entries: &[Entry]) {
        let halts = entries.iter().filter(|entry| matches!(entry.fact, Fact::Halted { .. }));
        self.halted.extend(halts.cloned());
    }

    /// What the store says is stopped, and what was since.
    fn stopped(&self, mut controls: Controls) -> Controls {
        self.halted.iter().for_each(|entry| controls.halted(entry));
        controls
    }
}

impl Session {
    /// Begins to open the store beside whatever else goes on. Until it is read the desk draws, halts,
    /// and does nothing else.
    pub fn begin(&mut self, location: &Location) {
        match self.opening(location, Tuning::default(), Scope::Whole) {
            Ok(opening) => self.jobs.start(opening),
            Err(error) => self.unopened = Some(error),
        }
    }

    /// Whether the store is still being read.
    pub fn is_opening(&self) -> bool {
        self.opener.is_some()
    }

    /// Whether the store could not be opened.
    pub fn is_unopened(&self) -> bool {
        self.unopened.is_some()
    }

    /// Why the store that was begun to be opened cannot be; told once.
    pub fn unopened(&mut self) -> Option<StoreError> {
        self.unopened.take()
    }

    /// Opens the store and reads as much of it as `scope` says.
    pub(crate) async fn attach_scoped(
        &mut self,
        location: Location,
        tuning: Tuning,
        scope: Scope,
    ) -> Result<(), StoreError> {
        let mut opening = Box::pin(self.opening(&location, tuning, scope)?);
        let (mut is_over, inbox) = (false, self.inbox.clone());
        while self.opener.is_some() {
            tokio::select! {
                biased;
                () = &mut opening, if !is_over => is_over = true,
                () = inbox.filled() => {}
            }
            for message in self.inbox.take(super::MESSAGES_AT_ONCE) {
                self.take(message);
            }
        }
        self.unopened().map_or(Ok(()), Err)
    }

    /// The work of opening a store; what comes of it is left in the inbox. What is marked as stopped beside
    /// it is heeded from here on.
    fn opening(
        &mut self,
        location: &Location,
        tuning: Tuning,
        scope: Scope,
    ) -> Result<impl Future<Output = ()> + Send + use<>, StoreError> {
        // By its real name from here on: what lies beside it is found by whatever name others use.
        let location = location.real()?;
        self.stops.begin(&location)?;
        self.heed_marks();
        // Looked for before the store is read: who left it is gone by then, and all that it stored is read.
        let left = if scope.takes_in() { spill::left_behind(&location) } else { Vec::new() };
        let quotes = left.iter().flat_map(Taken::entries).filter_map(|entry| entry.fact.quote());
        let about = quotes.map(|quote| quote.quote_id.0).collect();
        let wanted = Arc::new(());
        let is_wanted = Arc::downgrade(&wanted);
        self.opener = Some(Opener {
            location: location.clone(),
            scope: scope.clone(),
            // The watch calls from a thread of its own: none where no thread may decide what comes first.
            watches: !tuning.on_the_askers_thread,
            store: None,
            seq: 0,
            mended: None,
            halted: Vec::new(),
            left,
            loads: Vec::new(),
            _wanted: wanted,
            since: self.clock.steady(),
        });
        self.desk.reading();
        let beside = matches!(scope, Scope::Whole).then(|| self.desk.beside());
        let inbox = self.inbox.clone();
        let sellers: Vec<SellerName> = self.state().sellers.keys().cloned().collect();
        let only_looks = self.state().setup.read_only;
        let tuning = Tuning { mode: self.state().setup.mode, ..tuning };
        Ok(async move {
            let opened = jobs::blocking(move || opened(&location, tuning, only_looks)).await;
            let opened = opened.unwrap_or_else(|| Err(StoreError::closed()));
            let read = match opened {
                Ok(store) => {
                    read(store, (scope, about, beside), sellers, (&inbox, is_wanted)).await
                }
                Err(error) => Err(error),
            };
            if let Err(error) = read {
                inbox.put(Message::Opening(Opening::Failed(error)));
            }
        })
    }

    /// Takes in what came of opening the store.
    pub(in crate::runtime) fn opened(&mut self, opening: Opening) {
        match opening {
            Opening::Open(store, dialects) => {
                self.recall_dialects(&dialects);
                if let Some(opener) = &mut self.opener {
                    opener.store = Some(store);
                }
            }
            Opening::Stopped(controls) => {
                let stopped = self.opener.as_ref().map(|opener| opener.stopped(*controls));
                if let Some(controls) = stopped {
                    self.desk.stopped(controls);
                }
            }
            Opening::Read(read) => self.read(*read),
            Opening::Failed(error) => {
                (self.opener, self.unopened) = (None, Some(error));
            }
        }
    }

    /// Folds load for measuring, once the store is read.
    pub(super) fn load(&mut self, entries: Vec<Entry>) {
        match &mut self.opener {
            Some(opener) => opener.loads.push(entries),
            None => self.desk.replay(entries),
        }
    }

    fn read(&mut self, read: Read) {
        let Read { book, tail, mended } = read;
        let Some(mut opener) = self.opener.take() else { return };
        opener.mended = mended;
        match book {
            Book::Whole(beside, seq) => {
                opener.seq = seq;
                self.desk.take_over(*beside);
            }
            Book::Some(some, others) => {
                let Snapshot { seq, quotes, bookings, deals, controls } = *some;
                opener.seq = seq;
                self.desk.restore(quotes, bookings, deals, opener.stopped(controls));
                self.desk.knows(others);
            }
            Book::Living(living) => {
                let Living { snapshot, left_out, exposure } = *living;
                let Snapshot { seq, quotes, bookings, deals, controls } = snapshot;
                opener.seq = seq;
                self.desk.restore(quotes, bookings, deals, opener.stopped(controls));
                self.desk.knows_all_money(left_out, exposure);
            }
        }
        self.desk.recall(tail.into_iter().map(|row| row.entry));
        for entries in std::mem::take(&mut opener.loads) {
            self.desk.replay(entries);
        }
        if self.clock.steady().saturating_sub(opener.since) >= LONG {
            self.desk.say(false, "the store is read", self.clock.now());
        }
        if let Err(error) = self.attached(opener) {
            self.unopened = Some(error);
        }
    }
}

/// Opens a store. Who only looks needs no more than what is there.
fn opened(location: &Location, tuning: Tuning, only_looks: bool) -> Result<Store, StoreError> {
    match Store::open_with(location, &tuning) {
        Err(error) if only_looks && error.kind == Trouble::ReadOnly => {
            Store::open_with(location, &Tuning { read_only: true, ..tuning })
        }
        opened => opened,
    }
}

/// Reads a store; all of it by the desk `beside`.
async fn read(
    store: Store,
    (scope, about, beside): (Scope, Vec<String>, Option<Desk>),
    sellers: Vec<SellerName>,
    (inbox, is_wanted): (&Inbox, Weak<()>),
) -> Result<(), StoreError> {
    let mut dialects = Vec::new();
    for seller in sellers {
        dialects.extend(store.get_cache(seller, super::dialects::KIND).await?);
    }
    inbox.put(Message::Opening(Opening::Open(store.clone(), dialects)));
    let book = match (scope, beside) {
        (Scope::About(ids), _) => {
            Book::Some(store.load_about(ids).await?.into(), LeftOut::default())
        }
        (Scope::Left, _) => Book::Some(store.load_about(about).await?.into(), LeftOut::default()),
        (Scope::Named(ids), _) => {
            let named = store.load_named(ids).await?;
            let left_out = LeftOut::of([], named.deals);
            Book::Some(named.snapshot.into(), left_out)
        }
        (Scope::Living(ids), _) => Book::Living(store.load_living(ids).await?.into()),
        (Scope::Lately, _) => {
            let lately = store.load_lately(LATELY.into()).await?;
            Book::Some(lately.snapshot.into(), LeftOut::of(lately.others, []))
        }
        (Scope::Whole, beside) => {
            let (parts, inbox) = (store.load_parts(), inbox.clone());
            let beside = beside.unwrap_or_default();
            let read = move || in_order(parts, beside, &inbox, &is_wanted);
            let (beside, seq) = jobs::blocking(read).await.ok_or_else(StoreError::closed)??;
            Book::Whole(Box::new(beside), seq)
        }
    };
    let mended = store.mended().await?;
    let tail = store.tail(LOG_LINES).await?;
    inbox.put(Message::Opening(Opening::Read(Box::new(Read { book, tail, mended }))));
    Ok(())
}

/// Puts all records in order, part after part, as long as somebody wants them.
fn in_order(
    mut parts: Parts,
    mut desk: Desk,
    inbox: &Inbox,
    is_wanted: &Weak<()>,
) -> Result<(Desk, u64), StoreError> {
    while let Some(part) = parts.wait() {
        if is_wanted.strong_count() == 0 {
            break;
        }
        match part? {
            Part::Controls(controls) => inbox.put(Message::Opening(Opening::Stopped(controls))),
            Part::Quotes(quotes) => desk.restoring(quotes, Vec::new(), Vec::new()),
            Part::Bookings(bookings) => desk.restoring(Vec::new(), bookings, Vec::new()),
            Part::Deals(deals) => desk.restoring(Vec::new(), Vec::new(), deals),
            Part::Again => desk.forget(),
            Part::Whole(seq) => {
                desk.restored();
                return Ok((desk, seq));
            }
        }
    }
    Err(StoreError::closed())
}
