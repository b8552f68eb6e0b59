//! What goes into the journal, in order, one write at a time; what comes meanwhile is the next write.
//! A write that fails is kept and tried again: nothing that happened is forgotten.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::{
    crash_points::{self, CrashPoint},
    inbox::{Inbox, IntentReply, Message},
    jobs::Jobs,
};
use crate::{
    desk::{Entry, Stored},
    store::{Appended, Cached, Intended, Recorded, Reply, Store, Tuning},
};

/// How long a failed write waits before it is tried again.
const RETRY: SignedDuration = SignedDuration::from_secs(2);

#[derive(Debug)]
enum Write {
    Entries(Vec<Entry>),
    /// With how much of others' writing had been folded when it was decided.
    Intent(Stored, Box<Entry>, u64),
}

/// The queue in front of the store.
#[derive(Debug)]
pub(super) struct Writer {
    store: Option<Store>,
    inbox: Inbox,
    queue: VecDeque<Write>,
    /// The outcomes in the write under way, while one is under way: what would have to be put beside
    /// the store if it fails.
    writing: Option<Vec<Entry>>,
    /// The newest row that is folded or our own.
    seen: u64,
    /// How often others' rows were folded.
    follows: u64,
    intent_under_way: bool,
    following: bool,
    trouble: Option<String>,
    retry_at: Option<Timestamp>,
    /// Outcomes that the store did not take, and that are not beside it yet.
    unwritten: Vec<Entry>,
    /// Outcomes that were put beside the store and are not written yet: none is put there twice.
    aside: Vec<Entry>,
}

impl Writer {
    pub(super) fn new(inbox: Inbox) -> Self {
        Self {
            store: None,
            inbox,
            queue: VecDeque::new(),
            writing: None,
            seen: 0,
            follows: 0,
            intent_under_way: false,
            following: false,
            trouble: None,
            retry_at: None,
            unwritten: Vec::new(),
            aside: Vec::new(),
        }
    }

    /// From here on there is a store, read up to row `seen`.
    pub(super) fn open(&mut self, store: Store, seen: u64) {
        (self.store, self.seen) = (Some(store), seen);
    }

    /// Opens the store in another way, if there is one.
    pub(super) fn retune(&self, tuning: Tuning) -> Option<Reply<()>> {
        self.store.as_ref().map(|store| store.reopen(tuning))
    }

    /// Others' rows are about to be folded. Whatever was decided before them is decided again.
    pub(super) fn fold(&mut self, rows: Vec<Recorded>) -> Vec<Entry> {
        self.follows += u64::from(!rows.is_empty());
        self.seen = rows.last().map_or(self.seen, |row| self.seen.max(row.seq));
        rows.into_iter().map(|row| row.entry).collect()
    }

    /// Queues entries behind what is queued already.
    pub(super) fn append(&mut self, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        if self.trouble.is_some() {
            self.put_by(&entries);
        }
        if let Some(Write::Entries(last)) = self.queue.back_mut() {
            last.extend(entries);
        } else {
            self.queue.push_back(Write::Entries(entries));
        }
    }

    /// Queues an intent. Without a store, or with one in trouble, it fails at once.
    pub(super) fn store(&mut self, stored: Stored, entry: Entry) {
        let why = match (&self.store, &self.trouble) {
            (None, _) => "the store is not open".to_owned(),
            (Some(_), Some(trouble)) => trouble.clone(),
            (Some(_), None) => {
                self.queue.push_back(Write::Intent(stored, Box::new(entry), self.follows));
                return;
            }
        };
        self.fail(stored, why);
    }

    fn fail(&mut self, stored: Stored, why: String) {
        self.intent_under_way = true;
        self.inbox.put(Message::Intent(stored, IntentReply::Failed(why)));
    }

    /// Keeps what a seller published, beside the journal. Nothing depends on it: that it could not be
    /// written is no trouble.
    pub(super) fn cache(&self, cached: Cached, jobs: &mut Jobs) {
        let Some(store) = &self.store else { return };
        let written = store.put_cache(cached);
        jobs.start(async move {
            let _ = written.await;
        });
    }

    /// Starts the next write, if none is under way.
    pub(super) fn pump(&mut self, jobs: &mut Jobs) {
        if self.writing.is_some() || self.intent_under_way || self.retry_at.is_some() {
            return;
        }
        let Some(store) = self.store.clone() else { return };
        let inbox = self.inbox.clone();
        match self.queue.pop_front() {
            None => {}
            Some(Write::Entries(entries)) => {
                self.writing =
                    Some(entries.iter().filter(|entry| entry.fact.is_outcome()).cloned().collect());
                if self.is_settling() {
                    crash_points::reach(CrashPoint::BeforeOutcome);
                }
                let written = store.append(entries);
                jobs.start(async move {
                    inbox.put(Message::Written(written.await.map_err(|error| error.to_string())));
                });
            }
            // Decided before something that others wrote was folded: decided again, not stored.
            Some(Write::Intent(stored, _, follows)) if follows != self.follows => {
                self.intent_under_way = true;
                inbox.put(Message::Intent(stored, IntentReply::Conflict(Vec::new())));
            }
            Some(Write::Intent(stored, entry, _)) => {
                crash_points::reach(CrashPoint::BeforeIntent);
                let written = store.append_intent(*entry, self.seen);
                self.intent_under_way = true;
                jobs.start(async move {
                    let reply = match written.await {
                        Ok(Intended::Stored { seq }) => IntentReply::Stored(seq),
                        Ok(Intended::Conflict { followed }) => IntentReply::Conflict(followed),
                        Err(error) => IntentReply::Failed(error.to_string()),
                    };
                    inbox.put(Message::Intent(stored, reply));
                });
            }
        }
    }

    /// Asks what other processes wrote. Whatever is written next asks as well. Returns whether this
    /// is asked now: not while it is under way, or without a store.
    pub(super) fn follow(&mut self, jobs: &mut Jobs) -> bool {
        let Some(store) = self.store.clone().filter(|_| !self.following) else { return false };
        let inbox = self.inbox.clone();
        self.following = true;
        let followed = store.follow();
        jobs.start(async move {
            inbox.put(Message::Followed(followed.await.map_err(|error| error.to_string())));
        });
        true
    }

    /// The answer to [`Self::follow`] came.
    pub(super) fn followed(&mut self) {
        self.following = false;
    }

    /// The answer about an intent came; `seq` is its row, if it was stored.
    pub(super) fn intent_written(&mut self, seq: Option<u64>) {
        self.intent_under_way = false;
        self.seen = self.seen.max(seq.unwrap_or(0));
    }

    /// The answer to a write came. Returns what others wrote before it. What could not be written is
    /// kept by the store, and written with the next try.
    pub(super) fn written(
        &mut self,
        result: Result<Appended, String>,
        now: Timestamp,
    ) -> Vec<Entry> {
        let outcomes = self.writing.take().unwrap_or_default();
        match result {
            Ok(appended) => {
                if !outcomes.is_empty() {
                    crash_points::reach(CrashPoint::OutcomeStored);
                }
                self.trouble = None;
                if self.queue.is_empty() {
                    self.aside.clear();
                }
                let entries = self.fold(appended.followed);
                self.seen = self.seen.max(appended.last_seq);
                entries
            }
            Err(why) => {
                self.put_by(&outcomes);
                // What waits behind it will not be written soon either. An intent is told so: whoever
                // waits for it would wait as long as the trouble lasts.
                for write in std::mem::take(&mut self.queue) {
                    match write {
                        Write::Entries(entries) => {
                            self.put_by(&entries);
                            self.queue.push_back(Write::Entries(entries));
                        }
                        Write::Intent(stored, ..) => self.fail(stored, why.clone()),
                    }
                }
                self.queue.push_front(Write::Entries(Vec::new()));
                self.trouble = Some(why);
                self.retry_at = now.checked_add(RETRY).ok();
                Vec::new()
            }
        }
    }

    /// Tries again what failed, once its time has come.
    pub(super) fn retry(&mut self, now: Timestamp) {
        self.retry_at = self.retry_at.filter(|at| *at > now);
    }

    pub(super) fn retry_at(&self) -> Option<Timestamp> {
        self.retry_at
    }

    /// Outcomes among these are to be put beside the store, unless they are there already.
    fn put_by(&mut self, entries: &[Entry]) {
        for entry in entries.iter().filter(|entry| entry.fact.is_outcome()) {
            if !self.aside.contains(entry) {
                self.aside.push(entry.clone());
                self.unwritten.push(entry.clone());
            }
        }
    }

    /// Takes the outcomes that the store did not take, to be put beside it.
    pub(super) fn take_unwritten(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.unwritten)
    }

    pub(super) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Whether nothing is queued or under way.
    pub(super) fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.writing.is_none() && !self.intent_under_way
    }

    /// Whether an outcome is folded that is not durable yet. A store in trouble cannot make it
    /// durable; then it is shown, and so is the trouble.
    pub(super) fn is_settling(&self) -> bool {
        let queued = self.queue.iter().any(|write| match write {
            Write::Entries(entries) => entries.iter().any(|entry| entry.fact.is_outcome()),
            Write::Intent(..) => false,
        });
        let writing = self.writing.as_ref().is_some_and(|outcomes| !outcomes.is_empty());
        self.trouble.is_none() && self.store.is_some() && (queued || writing)
    }
}
