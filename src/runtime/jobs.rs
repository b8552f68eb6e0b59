//! Background work: every task has an owner and dies with it. The only place that spawns.

use std::{future::Future, io};

use tokio::{runtime::Handle, task::JoinSet};

/// Tasks that end when this is dropped.
#[derive(Debug)]
pub struct Jobs {
    tasks: JoinSet<()>,
    workers: Handle,
}

impl Jobs {
    /// Tasks that run on `workers`, apart from whoever waits for them: a terminal's loop wakes only
    /// for what it waits for.
    pub fn on(workers: Handle) -> Self {
        Self { tasks: JoinSet::new(), workers }
    }

    /// Starts a task.
    pub fn start(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        // Ended tasks are let go here, so that a desk left open for days keeps none of them.
        while self.tasks.try_join_next().is_some() {}
        self.tasks.spawn_on(work, &self.workers);
    }
}

/// Threads for background work.
///
/// # Errors
/// Where the system gives no thread.
pub fn workers() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("worker")
        .enable_all()
        .build()
}

/// A loop of its own on the calling thread, with the time and the signals.
///
/// # Errors
/// Where the system gives no event queue.
pub fn front() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Runs blocking work on a thread of its own and returns what it gives; `None` if it panicked.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
