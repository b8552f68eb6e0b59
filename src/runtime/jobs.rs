//! Background work: every task has an owner and dies with it. The only place that spawns.

use std::{
    future::Future,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures::{
    future::{BoxFuture, FutureExt as _},
    stream::{FuturesUnordered, StreamExt as _},
};
use tokio::{runtime::Handle, task::JoinSet};

/// Tasks that end when this is dropped.
#[derive(Debug)]
pub struct Jobs(Hands);

/// Who does the work.
#[derive(Debug)]
enum Hands {
    Workers(JoinSet<()>, Handle),
    /// Whoever calls [`Jobs::settle`].
    Here(FuturesUnordered<BoxFuture<'static, ()>>),
}

/// Whether somebody was woken.
#[derive(Debug, Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

impl Jobs {
    /// Tasks that run on `workers`, apart from whoever waits for them: a terminal's loop wakes only
    /// for what it waits for.
    pub fn on(workers: Handle) -> Self {
        Self(Hands::Workers(JoinSet::new(), workers))
    }

    /// Tasks that go on only in [`Self::settle`], one after the other in the order in which they can:
    /// no thread decides what comes first.
    pub fn here() -> Self {
        Self(Hands::Here(FuturesUnordered::new()))
    }

    /// Starts a task.
    pub fn start(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        match &mut self.0 {
            Hands::Workers(tasks, workers) => {
                // Ended tasks are let go here, so that a desk left open for days keeps none of them.
                while tasks.try_join_next().is_some() {}
                tasks.spawn_on(work, workers);
            }
            // Nothing here goes back to a scheduler, which would give out new budgets.
            Hands::Here(tasks) => tasks.push(tokio::task::unconstrained(work).boxed()),
        }
    }

    /// Lets go on whatever can, until all of it waits for something else. Only with [`Self::here`];
    /// work on other threads settles by itself.
    pub fn settle(&mut self) {
        let Hands::Here(tasks) = &mut self.0 else { return };
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        loop {
            woken.0.store(false, Ordering::Release);
            match tasks.poll_next_unpin(&mut context) {
                Poll::Ready(Some(())) => {}
                Poll::Pending if woken.0.load(Ordering::Acquire) => {}
                Poll::Ready(None) | Poll::Pending => return,
            }
        }
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

/// Does the same with each of `all`, on all cores, and returns what comes of it in their order.
pub fn deal_out<T: Send, U: Send>(all: Vec<T>, work: impl Fn(T) -> U + Sync) -> Vec<U> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let each = all.len().div_ceil(cores).max(1);
    let mut all = all.into_iter();
    std::thread::scope(|scope| {
        let parts = std::iter::from_fn(|| {
            let part: Vec<T> = all.by_ref().take(each).collect();
            (!part.is_empty()).then_some(part)
        });
        let work = &work;
        let workers: Vec<_> = parts
            .map(|part| scope.spawn(move || part.into_iter().map(work).collect::<Vec<U>>()))
            .collect();
        let done = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
        done.flat_map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// Runs blocking work on a thread of its own and returns what it gives; `None` if it panicked.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_dealt_out_comes_back_in_order() {
        for many in [0_usize, 1, 2, 7, 1_000] {
            let doubled = super::deal_out((0..many).collect(), |n| n * 2);
            assert!(doubled.into_iter().eq((0..many).map(|n| n * 2)));
        }
    }
}
