//! A desk at work: the pure desk with its store, its sellers and its clock. The terminal, the command
//! line and tests drive it; none of them waits for a seller or a disk.

mod arming;
mod attach;
mod dialects;
mod guards;
mod messages;
mod opening;
mod orphans;
mod settle;
mod stops;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Handle;

pub(in crate::runtime) use self::opening::Opening;
pub(crate) use self::opening::Scope;
use self::{arming::Arming, opening::Opener, orphans::Orphans, stops::Marking};
use super::{
    crash_points::{self, CrashPoint},
    inbox::{Inbox, Message},
    jobs::Jobs,
    spill::{Spill, Taken},
    writer::Writer,
};
use crate::{
    clock::Clock,
    desk::{Command, Decision, Desk, Effect, Input, Released, RequestId, Sent, State, Update},
    domain::{Ask, ErrorKind, Exchange, Heard, Refusal, SellerError, SellerName},
    sellers::Seller,
    store::{HostLease, Location, OwnerLock, Recorded, StoreError, StoreWatch},
};

/// How many messages are taken before the screen gets its turn, and for how long at most.
const MESSAGES_AT_ONCE: usize = 512;
const TURN: Duration = Duration::from_millis(10);

/// When a store that changed is looked at again. SQLite writes its log before what is in it can be
/// read, so the first look may come too early, and nothing would wake the desk a second time.
const LOOK_AGAIN: [SignedDuration; 2] =
    [SignedDuration::from_millis(30), SignedDuration::from_millis(500)];

/// How often a desk that is not the host asks whether it may be.
const LEASE_RETRY: SignedDuration = SignedDuration::from_secs(15);

/// A seller's adapter, or why there is none.
pub type Adapter = Result<Arc<dyn Seller>, SellerError>;

/// What is put to a seller.
enum Question {
    /// What may be asked again.
    Ask(Ask),
    /// What is sent once.
    Send(Released),
}

/// A desk at work.
#[derive(Debug)]
pub struct Session {
    // In a place of its own: it is large, and a session is moved about.
    desk: Box<Desk>,
    clock: Arc<dyn Clock>,
    sellers: BTreeMap<SellerName, Adapter>,
    inbox: Inbox,
    jobs: Jobs,
    writer: Writer,
    location: Option<Location>,
    may_host: bool,
    lease: Option<HostLease>,
    lease_retry: Option<Timestamp>,
    orphans: Orphans,
    looks: Vec<SignedDuration>,
    look_at: Option<Timestamp>,
    // Held for their effect: the owner's lock says that this process is alive, the watch wakes it.
    guards: Option<(Option<OwnerLock>, Option<StoreWatch>)>,
    arming: Arming,
    spill: Spill,
    stops: Marking,
    /// The newest answers to what was sent once: put beside the store if it cannot take the outcome.
    replies: Vec<(Sent, Exchange)>,
    /// Files of desks that are gone, until the store has what was in them.
    recovered: Vec<Taken>,
    /// When this machine started by its own clock, as far as that can be told.
    booted: Option<Timestamp>,
    /// The store while it is being opened and read.
    opener: Option<Opener>,
    /// Why it could not be.
    unopened: Option<StoreError>,
}

impl Session {
    /// A desk without a store yet: it can be drawn at once, and sends nothing that commits.
    pub fn new(
        desk: Desk,
        sellers: BTreeMap<SellerName, Adapter>,
        clock: Arc<dyn Clock>,
        workers: Handle,
    ) -> Self {
        Self::over(desk, sellers, clock, Jobs::on(workers))
    }

    /// The same, with its background work done as `jobs` does it.
    pub fn over(
        desk: Desk,
        sellers: BTreeMap<SellerName, Adapter>,
        clock: Arc<dyn Clock>,
        jobs: Jobs,
    ) -> Self {
        let inbox = Inbox::default();
        Self {
            desk: Box::new(desk),
            clock,
            sellers,
            writer: Writer::new(inbox.clone()),
            inbox,
            jobs,
            location: None,
            may_host: true,
            lease: None,
            lease_retry: None,
            orphans: Orphans::default(),
            looks: Vec::new(),
            look_at: None,
            guards: None,
            arming: Arming::default(),
            spill: Spill::default(),
            stops: Marking::default(),
            replies: Vec::new(),
            recovered: Vec::new(),
            booted: None,
            opener: None,
            unopened: None,
        }
    }

    /// Never polls, expires or looks anything up: a desk that is only measured.
    pub fn only_watches(&mut self) {
        self.may_host = false;
    }

    /// Keeps the desk's news from now on, for a recording.
    pub fn record(&mut self) {
        self.desk.record();
    }

    /// The desk's news since they were last taken, with the time of each.
    pub fn recorded(&mut self) -> Vec<(Timestamp, Update)> {
        self.desk.recorded()
    }

    /// What the desk knows.
    pub fn state(&self) -> &State {
        self.desk.state()
    }

    /// Now, on the desk's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The desk's clock.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Where background tasks leave what they have.
    pub fn inbox(&self) -> Inbox {
        self.inbox.clone()
    }

    /// The background tasks.
    pub fn jobs(&mut self) -> &mut Jobs {
        &mut self.jobs
    }

    /// Whether something is folded that must be durable before a person sees it as done.
    pub fn is_settling(&self) -> bool {
        self.writer.is_settling()
    }

    /// Asks the desk something. What it refuses comes back at once; what it does goes on behind.
    pub fn command(&mut self, command: Command) -> Vec<Refusal> {
        self.heed_marks();
        let refusals = self.step(Input::Command(command));
        for Refusal { rule, says, cure } in &refusals {
            tracing::warn!(%rule, %says, %cure, "refused");
        }
        refusals
    }

    fn step(&mut self, input: Input) -> Vec<Refusal> {
        let now = self.clock.now();
        let Decision { entries, effects, refusals } = self.desk.step(input, now);
        self.stops.mark(&entries, self.desk.state());
        if let Some(opener) = &mut self.opener {
            opener.halts(&entries);
        }
        self.writer.append(entries);
        for effect in effects {
            match effect {
                Effect::Store(stored, entry) => self.writer.store(stored, *entry),
                Effect::Arm(ticket) => self.arm(ticket),
                Effect::Ask(id, seller, ask) => self.put(id, &seller, Question::Ask(ask)),
                Effect::Send(id, seller, sent) => self.put(id, &seller, Question::Send(sent)),
            }
        }
        self.disarm();
        self.put_aside();
        self.writer.pump(&mut self.jobs);
        refusals
    }

    /// Puts a question to a seller.
    fn put(&mut self, id: RequestId, seller: &SellerName, question: Question) {
        let inbox = self.inbox.clone();
        match self.sellers.get(seller) {
            Some(Ok(adapter)) => {
                let adapter = Arc::clone(adapter);
                self.jobs.start(async move {
                    let heard = match question {
                        Question::Ask(ask) => adapter.ask(ask).await,
                        Question::Send(released) => {
                            crash_points::reach(CrashPoint::BeforeSend);
                            let heard = adapter.send(released).await;
                            crash_points::reach(CrashPoint::AfterReply);
                            heard
                        }
                    };
                    inbox.put(Message::Answered(id, Box::new(heard)));
                });
            }
            Some(Err(error)) => {
                let heard = Heard::unsent(error.clone());
                inbox.put(Message::Answered(id, Box::new(heard)));
            }
            None => {
                let error = SellerError::transport(
                    ErrorKind::Configuration,
                    "no_seller",
                    format!("{seller} is not in the configuration"),
                    "add it to [[sellers]], or start the desk with the configuration it came from",
                );
                let heard = Heard::unsent(error);
                inbox.put(Message::Answered(id, Box::new(heard)));
            }
        }
    }

    /// When the desk wants to be woken, at the latest.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let due = self.desk.next_deadline();
        let (writes, owners) = (self.writer.retry_at(), self.orphans.retry_at);
        let marks = self.stops.keep_at();
        [due, self.lease_retry, owners, self.look_at, writes, marks].into_iter().flatten().min()
    }

    /// Takes in what has come and what is due. Never waits.
    pub fn pump(&mut self) {
        self.heed_marks();
        let begun = self.clock.steady();
        for _ in 0..MESSAGES_AT_ONCE {
            let Some(message) = self.inbox.take(1).pop() else { break };
            self.take(message);
            if self.clock.steady().saturating_sub(begun) >= TURN {
                break;
            }
        }
        self.watch_the_clock();
        let now = self.clock.now();
        if self.desk.next_deadline().is_some_and(|at| at <= now) {
            self.step(Input::Wake);
        }
        if self.lease_retry.is_some_and(|at| at <= now) {
            self.try_to_host();
        }
        if self.orphans.retry_at.is_some_and(|at| at <= now) {
            self.look_for_orphans();
        }
        if self.look_at.is_some_and(|at| at <= now) {
            self.looks.remove(0);
            self.look_at = self.after(self.looks.first().copied());
            self.writer.follow(&mut self.jobs);
        }
        self.writer.retry(now);
        self.writer.pump(&mut self.jobs);
    }

    fn after(&self, wait: Option<SignedDuration>) -> Option<Timestamp> {
        wait.and_then(|wait| self.clock.now().checked_add(wait).ok())
    }

    fn follow(&mut self, rows: Vec<Recorded>) {
        let entries = self.writer.fold(rows);
        self.followed(entries);
    }

    fn followed(&mut self, entries: Vec<crate::desk::Entry>) {
        if entries.is_empty() {
            return;
        }
        self.step(Input::Followed(entries));
        self.look_for_orphans();
    }

    fn try_to_host(&mut self) {
        let Some(location) = self.location.as_ref().filter(|_| self.may_host) else { return };
        let Ok(Some(lease)) = HostLease::try_acquire(location) else {
            self.lease_retry = self.clock.now().checked_add(LEASE_RETRY).ok();
            return;
        };
        (self.lease, self.lease_retry) = (Some(lease), None);
        self.step(Input::LeaseAcquired);
        self.look_for_orphans();
    }

    /// Whether nothing waits for the store: what is folded is written, or waits for its next try.
    pub fn is_written(&self) -> bool {
        self.writer.is_idle() || self.writer.retry_at().is_some()
    }

    /// Takes in answers until `done`, or until `wait` of the desk's clock has passed, whoever sets it
    /// meanwhile. Returns whether it is done; everything folded by then is written.
    pub async fn until(&mut self, wait: Duration, mut done: impl FnMut(&State) -> bool) -> bool {
        let begun = self.clock.steady();
        loop {
            self.pump();
            if !self.writer.is_settling() && done(self.desk.state()) {
                return true;
            }
            let left = wait.saturating_sub(self.clock.steady().saturating_sub(begun));
            if left.is_zero() {
                return false;
            }
            let left = SignedDuration::try_from(left).unwrap_or(SignedDuration::MAX);
            let now = self.now();
            let end = now.checked_add(left).unwrap_or(Timestamp::MAX);
            let next = self.next_deadline().unwrap_or(end).min(end);
            self.wait_until(next, now).await;
        }
    }

    /// Waits for a message or for `until`, whichever is first.
    pub async fn wait_until(&self, until: Timestamp, now: Timestamp) {
        let left = until.duration_since(now);
        let sleep = self.clock.sleep(Duration::try_from(left).unwrap_or(Duration::ZERO));
        tokio::select! {
            biased;
            () = self.inbox.filled() => {}
            () = sleep => {}
        }
    }

    /// Writes what is still to be written, for at most `wait` of real time. Returns what could not be.
    pub async fn close(mut self, wait: Duration) -> Result<(), String> {
        let written = tokio::time::timeout(wait, async {
            while !self.writer.is_idle() && self.writer.trouble().is_none() {
                self.inbox.filled().await;
                self.pump();
            }
        });
        if written.await.is_err() || self.writer.trouble().is_some() {
            let why = self.writer.trouble().unwrap_or("the store did not answer in time");
            return Err(format!("not everything could be written: {why}"));
        }
        Ok(())
    }
}
