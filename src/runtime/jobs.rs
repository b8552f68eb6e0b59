//! Background work: every task has an owner and dies with it. The only place that spawns.

use std::future::Future;

use tokio::task::JoinSet;

/// Tasks that end when this is dropped.
#[derive(Debug, Default)]
pub struct Jobs {
    tasks: JoinSet<()>,
}

impl Jobs {
    /// Starts a task.
    pub fn start(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        // Ended tasks are let go here, so that a desk left open for days keeps none of them.
        while self.tasks.try_join_next().is_some() {}
        self.tasks.spawn(work);
    }

    /// How many tasks are running.
    pub fn running(&self) -> usize {
        self.tasks.len()
    }
}

/// Runs blocking work on a thread of its own and returns what it gives; `None` if it panicked.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
