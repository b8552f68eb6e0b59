//! The log file: what went wrong behind the desk, one JSON object a line. Never a secret.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

use crate::{private, runtime::config::Environment};

/// Starts the log. Without one the desk works all the same; the words say why there is none.
/// The log is written until what is returned is dropped.
pub(crate) fn start(path: &Path, environment: &Environment) -> Result<WorkerGuard, String> {
    let open = || {
        if let Some(folder) = path.parent() {
            private::folder(folder)?;
        }
        // A pipe would be waited at for whoever reads it; a container's own outputs are read.
        if !path.starts_with("/dev") {
            private::plain(path)?;
        }
        private::file().create(true).append(true).open(path)
    };
    let file = open().map_err(|error| format!("no log: {}: {error}", path.display()))?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let filter = environment.var("DEALDESK_LOG").unwrap_or("info");
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(writer)
        .try_init()
        .map_err(|error| format!("no log: {error}"))?;
    Ok(guard)
}
