//! The log file, one JSON object a line: what was started and with what, what was refused, which requests failed,
//! how it ended. It is for whoever helps with the desk, and never holds a secret.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

use super::{context::Context, exit::Exit, fail::Failure, reply::Reply};
use crate::{private, runtime::config::Environment, sellers::http::shown_url};

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

/// Notes what was started: which program, with which files, for which sellers.
pub(crate) fn started(context: &Context) {
    let config = &context.config;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        mode = %config.mode,
        read_only = config.read_only,
        config = %config.path.display(),
        config_exists = config.exists,
        store = %config.store.display(),
        "started"
    );
    for seller in &config.sellers {
        let (url, protocol) = (shown_url(&seller.url), &seller.protocol);
        tracing::info!(seller = %seller.name, %url, %protocol, "a seller of the configuration");
    }
}

/// Notes how it ended.
pub(crate) fn ended(result: &Result<Reply, Failure>) {
    match result {
        Ok(reply) if reply.exit == Exit::Done => tracing::info!(exit = 0, "ended"),
        Ok(reply) => {
            let says = reply.words.join("; ");
            tracing::warn!(exit = reply.exit.code(), kind = %reply.exit, says, "ended");
        }
        Err(failure) => {
            let seller = failure.seller.as_ref().map(ToString::to_string).unwrap_or_default();
            let code = failure.code.as_deref().unwrap_or_default();
            let (exit, says, cure) = (failure.exit.code(), &failure.says, &failure.cure);
            tracing::warn!(exit, kind = %failure.exit, seller, code, %says, %cure, "ended");
        }
    }
}
