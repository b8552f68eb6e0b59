//! A store is opened and read beside whatever else goes on: a big book comes in parts, and between two
//! of them keys are heard, and a halt holds at once.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use super::Session;
use crate::{
    desk::{Controls, Entry, Fact},
    domain::SellerName,
    runtime::{
        inbox::{Inbox, Message},
        jobs,
    },
    store::{Cached, Location, Part, Recorded, Snapshot, Store, StoreError, Trouble, Tuning},
};

/// How many facts of the journal are shown in the log at the start.
const LOG_LINES: u64 = 500;

/// How many parts may wait to be taken in.
const WAITING: usize = 2;

/// From how long on it is said that the store is being read.
const LONG: SignedDuration = SignedDuration::from_millis(500);

/// How much of a store is read.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// All of it: a desk that may do everything.
    Whole,
    /// What is about these ids, of quotes and deals: a desk that asks sellers about these, and does
    /// nothing by itself.
    About(Vec<String>),
}

/// What comes of opening a store, one after the other.
#[derive(Debug)]
pub enum Opening {
    /// It is open, and this is what it knows of sellers' dialects.
    Open(Store, Vec<Cached>),
    /// A part of what it holds.
    Part(Part),
    /// All that was wanted of it.
    Read(Box<Read>),
    /// It cannot be opened or read.
    Failed(StoreError),
}

/// What of a store comes last.
#[derive(Debug)]
pub struct Read {
    /// What is about the ids that were wanted, where not all was.
    snapshot: Option<Snapshot>,
    /// Its newest facts.
    tail: Vec<Recorded>,
    /// What was wrong with its tables, if they had to be made again.
    mended: Option<String>,
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
    room: Arc<Semaphore>,
    since: Timestamp,
    is_said: bool,
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
        let room = Arc::new(Semaphore::new(WAITING));
        self.opener = Some(Opener {
            location: location.clone(),
            scope: scope.clone(),
            // The watch calls from a thread of its own: none where no thread may decide what comes first.
            watches: !tuning.on_the_askers_thread,
            store: None,
            seq: 0,
            mended: None,
            halted: Vec::new(),
            room: Arc::clone(&room),
            since: self.clock.now(),
            is_said: false,
        });
        let inbox = self.inbox.clone();
        let sellers: Vec<SellerName> = self.state().sellers.keys().cloned().collect();
        let only_looks = self.state().setup.read_only;
        let tuning = Tuning { mode: self.state().setup.mode, ..tuning };
        Ok(async move {
            let opened = jobs::blocking(move || opened(&location, tuning, only_looks)).await;
            let opened = opened.unwrap_or_else(|| Err(StoreError::closed()));
            let read = match opened {
                Ok(store) => read(store, scope, sellers, (&inbox, &room)).await,
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
            Opening::Part(part) => self.part(part),
            Opening::Read(read) => self.read(*read),
            Opening::Failed(error) => {
                (self.opener, self.unopened) = (None, Some(error));
            }
        }
    }

    fn part(&mut self, part: Part) {
        match part {
            Part::Controls(controls) => {
                let controls = match &self.opener {
                    Some(opener) => opener.stopped(*controls),
                    None => *controls,
                };
                self.desk.stopped(controls);
            }
            Part::Quotes(quotes) => self.desk.restoring(quotes, Vec::new(), Vec::new()),
            Part::Bookings(bookings) => self.desk.restoring(Vec::new(), bookings, Vec::new()),
            Part::Deals(deals) => self.desk.restoring(Vec::new(), Vec::new(), deals),
            Part::Again => self.desk.forget(),
            Part::Whole(seq) => {
                if let Some(opener) = &mut self.opener {
                    opener.seq = seq;
                }
            }
        }
        let now = self.clock.now();
        let Some(opener) = &mut self.opener else { return };
        opener.room.add_permits(1);
        if !opener.is_said && now.duration_since(opener.since) >= LONG {
            opener.is_said = true;
            self.desk.say(false, "reading the store …", now);
        }
    }

    fn read(&mut self, read: Read) {
        let Read { snapshot, tail, mended } = read;
        let Some(mut opener) = self.opener.take() else { return };
        opener.mended = mended;
        if let Some(snapshot) = snapshot {
            opener.seq = snapshot.seq;
            let Snapshot { quotes, bookings, deals, controls, .. } = snapshot;
            self.desk.restore(quotes, bookings, deals, opener.stopped(controls));
        } else {
            self.desk.restored();
        }
        self.desk.recall(tail.into_iter().map(|row| row.entry));
        if opener.is_said {
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

/// Reads a store, part after part, as fast as they are taken in.
async fn read(
    store: Store,
    scope: Scope,
    sellers: Vec<SellerName>,
    (inbox, room): (&Inbox, &Semaphore),
) -> Result<(), StoreError> {
    let mut dialects = Vec::new();
    for seller in sellers {
        dialects.extend(store.get_cache(seller, super::dialects::KIND).await?);
    }
    inbox.put(Message::Opening(Opening::Open(store.clone(), dialects)));
    let snapshot = match scope {
        Scope::About(ids) => Some(store.load_about(ids).await?),
        Scope::Whole => {
            let mut parts = store.load_parts();
            while let Some(part) = parts.next().await {
                let part = part?;
                if let Ok(permit) = room.acquire().await {
                    permit.forget();
                }
                inbox.put(Message::Opening(Opening::Part(part)));
            }
            None
        }
    };
    let mended = store.mended().await?;
    let tail = store.tail(LOG_LINES).await?;
    inbox.put(Message::Opening(Opening::Read(Box::new(Read { snapshot, tail, mended }))));
    Ok(())
}
