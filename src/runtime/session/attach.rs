//! A desk opens its store: what is in it is folded, what belongs to nobody is taken over.

use super::{Session, opening::Opener, opening::Scope};
use crate::{
    desk::{Input, can_judge},
    runtime::{inbox::Message, spill::Taken},
    store::{Location, OwnerLock, StoreError, StoreWatch, Tuning},
};

impl Session {
    /// Opens the store, folds what is in it, and takes over what is nobody's. Who only looks needs no more
    /// than what is there: one that may not be written is read then.
    ///
    /// # Errors
    /// Where the store cannot be opened or read; nothing in it was changed.
    pub async fn attach(&mut self, location: Location) -> Result<(), StoreError> {
        self.attach_tuned(location, Tuning::default()).await
    }

    /// [`Self::attach`], with a store that is opened in another way: a full disk, a read-only one.
    ///
    /// # Errors
    /// As for [`Self::attach`].
    pub async fn attach_tuned(
        &mut self,
        location: Location,
        tuning: Tuning,
    ) -> Result<(), StoreError> {
        self.attach_scoped(location, tuning, Scope::Whole).await
    }

    /// All that was wanted of a store is read: from here on this desk works with it.
    pub(super) fn attached(&mut self, opener: Opener) -> Result<(), StoreError> {
        let Opener { location, scope, watches, store, seq, mended, left, .. } = opener;
        let Some(store) = store else { return Err(StoreError::closed()) };
        if !matches!(scope, Scope::Living(_) | Scope::Whole) {
            // It sends nothing that commits, and polls nothing.
            self.may_host = false;
            self.writer.open(store, seq);
            self.location = Some(location.clone());
            self.heed_marks();
            match scope {
                // The limits of the first who asks hold, and lower ones hold at once.
                Scope::Lately => {
                    self.step(Input::Opened(Vec::new()));
                }
                Scope::Left => {
                    self.desk.asks_nobody();
                    self.take_in(left);
                }
                Scope::About(_) | Scope::Named(_) | Scope::Living(_) | Scope::Whole => {}
            }
            return Ok(());
        }
        let owner = self.desk.state().setup.owner.clone();
        // Where nothing may be written it cannot be shown that this process is alive: it owns nothing,
        // and hosts nothing.
        let lock = match OwnerLock::create(&location, &owner) {
            Ok(lock) => Some(lock),
            Err(_) if self.state().setup.read_only => None,
            Err(error) => return Err(error),
        };
        self.may_host &= lock.is_some();
        let watch = if let (Location::File(path), true) = (&location, watches) {
            let inbox = self.inbox.clone();
            StoreWatch::start(path, move || inbox.put(Message::StoreChanged)).ok()
        } else {
            None
        };
        self.guards = Some((lock, watch));
        self.writer.open(store, seq);
        self.location = Some(location.clone());
        self.heed_marks();
        self.try_to_host();
        if let Some(why) = mended {
            let says = format!("{why}; they were made again from the journal, and the limits hold");
            self.desk.say(true, says, self.clock.now());
        }
        self.take_in(left);
        Ok(())
    }

    /// Takes in what desks that are gone could not store.
    fn take_in(&mut self, mut left: Vec<Taken>) {
        self.step(Input::Opened(left.iter().flat_map(Taken::entries).cloned().collect()));
        for file in &mut left {
            file.leave_out(|entry| can_judge(self.desk.state(), entry));
        }
        self.recovered = left;
        self.forget_recovered();
    }

    /// Opens the attached store in another way from here on, as if its disk had filled up or become
    /// read-only while the desk works, or were well again.
    ///
    /// # Errors
    /// Where it cannot be opened so; then it stays as it is.
    pub async fn retune(&mut self, tuning: Tuning) -> Result<(), StoreError> {
        let tuning = Tuning { mode: self.state().setup.mode, ..tuning };
        match self.writer.retune(tuning) {
            Some(reply) => reply.await,
            None => Err(StoreError::closed()),
        }
    }
}
