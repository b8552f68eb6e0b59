//! Wakes an idle desk when another process writes to its store, so that it need not look by itself.

use std::path::Path;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::{StoreError, Trouble, place};

/// Watches a store's files until it is dropped.
#[derive(Debug)]
pub struct StoreWatch {
    _watcher: RecommendedWatcher,
}

impl StoreWatch {
    /// Calls `changed` from a thread of its own whenever the store at `path` was written to, by
    /// whomever; often several times for one write. The receiver makes one `follow` of many calls.
    pub fn start(path: &Path, changed: impl Fn() + Send + 'static) -> Result<Self, StoreError> {
        let failed = |error: notify::Error| {
            StoreError::new(Trouble::Io, format!("changes cannot be watched: {error}")).at(path)
        };
        let real = place::real(path)?;
        let folder = real.parent().unwrap_or(&real).to_owned();
        // A commit writes to the log or to the file; a halt comes and goes beside them.
        let halt = place::with(&real, ".halt");
        let files = [place::with(&real, "-wal"), real];
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                // What the watch itself could not read may have been a change.
                let concerns = event.map_or(true, |event| {
                    let written = is_change(event.kind)
                        && event.paths.iter().any(|path| files.contains(path));
                    let marked =
                        matches!(event.kind, EventKind::Remove(_)) || is_change(event.kind);
                    written || (marked && event.paths.contains(&halt))
                });
                if concerns {
                    changed();
                }
            })
            .map_err(failed)?;
        // The folder, not the file: the log comes and goes.
        watcher.watch(&folder, RecursiveMode::NonRecursive).map_err(failed)?;
        Ok(Self { _watcher: watcher })
    }
}

fn is_change(kind: EventKind) -> bool {
    matches!(kind, EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Other)
}
