//! What every subcommand is given: the configuration, how to print, and the time.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::Handle;

use super::out::Out;
use crate::{
    clock::Clock,
    runtime::config::{Config, Environment, Origin},
};

/// What every subcommand is given.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) config: Config,
    pub(crate) environment: Environment,
    pub(crate) out: Out,
    pub(crate) clock: Arc<dyn Clock>,
    /// Where background work runs.
    pub(crate) workers: Handle,
    /// Whether a person named the store: a missing one is then an error.
    pub(crate) store_is_named: bool,
}

impl Context {
    pub(crate) fn new(
        config: Config,
        environment: Environment,
        out: Out,
        clock: Arc<dyn Clock>,
        workers: Handle,
    ) -> Self {
        let store = config.settings.iter().find(|setting| setting.key == "store");
        let store_is_named = store.is_some_and(|setting| setting.from != Origin::Default);
        Self { config, environment, out, clock, workers, store_is_named }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
