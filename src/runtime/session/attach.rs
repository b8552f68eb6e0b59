//! A desk opens its store: what is in it is folded, what belongs to nobody is taken over.

use super::Session;
use crate::{
    desk::Input,
    runtime::{inbox::Message, jobs, spill},
    store::{Location, OwnerLock, Store, StoreError, StoreWatch, Trouble, Tuning},
};

/// How many facts of the journal are shown in the log at the start.
const LOG_LINES: u64 = 500;

impl Session {
    /// Opens the store, folds what is in it, and takes over what is nobody's.
    ///
    /// # Errors
    /// Where the store cannot be opened or read; nothing in it was changed.
    pub async fn attach(&mut self, location: Location) -> Result<(), StoreError> {
        match self.attach_tuned(location.clone(), Tuning::default()).await {
            // Who only looks needs no more than what is there.
            Err(error) if self.state().setup.read_only && error.kind == Trouble::ReadOnly => {
                let tuning = Tuning { read_only: true, ..Tuning::default() };
                self.attach_tuned(location, tuning).await
            }
            attached => attached,
        }
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
        // By its real name from here on: what lies beside it is found by whatever name others use.
        let location = location.real()?;
        // The watch calls from a thread of its own: none where no thread may decide what comes first.
        let watches = !tuning.on_the_askers_thread;
        let place = location.clone();
        let opened = jobs::blocking(move || Store::open_with(place, &tuning)).await;
        let Some(opened) = opened else {
            return Err(StoreError::closed());
        };
        let store = opened?;
        self.recall_dialects(&store).await?;
        let loaded = store.load().await?;
        let mended = store.mended().await?;
        let tail = store.tail(LOG_LINES).await?;
        self.desk.restore(loaded.quotes, loaded.bookings, loaded.deals, loaded.controls);
        self.desk.recall(tail.into_iter().map(|row| row.entry));
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
        self.writer.open(store, loaded.seq);
        let (left, files) = spill::left_behind(&location);
        self.stops.begin(&location)?;
        self.location = Some(location);
        self.heed_marks();
        self.try_to_host();
        if let Some(why) = mended {
            let says = format!("{why}; they were made again from the journal, and the limits hold");
            self.desk.say(true, says, self.clock.now());
        }
        self.step(Input::Opened(left.into_iter().map(|line| line.entry).collect()));
        self.recovered = files;
        self.forget_recovered();
        Ok(())
    }

    /// Opens the attached store in another way from here on, as if its disk had filled up or become
    /// read-only while the desk works, or were well again.
    ///
    /// # Errors
    /// Where it cannot be opened so; then it stays as it is.
    pub async fn retune(&mut self, tuning: Tuning) -> Result<(), StoreError> {
        match self.writer.retune(tuning) {
            Some(reply) => reply.await,
            None => Err(StoreError::closed()),
        }
    }
}
