//! What a protocol offers to whoever wants one of its simulated sellers, by name.

use std::{collections::BTreeMap, fmt, time::Duration};

use jiff::Timestamp;

use super::{http::Seller, service::Service};

/// Which simulated seller is wanted, and how it is run.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Its name.
    pub seller: String,
    /// Its dialect, instead of its own.
    pub dialect: Option<String>,
    /// Whether its prose carries what a terminal would obey.
    pub hostile: bool,
    /// What decides ids, keys, delays and every chance.
    pub seed: u64,
    /// How long its offers are good, instead of its own time.
    pub quote_ttl: Option<Duration>,
}

/// A simulated seller that is ready to be served.
#[derive(Debug)]
pub struct Simulated {
    /// The seller.
    pub seller: Seller<dyn Service>,
    /// What it speaks.
    pub dialect: String,
    /// Keys that it takes, by the tier they open.
    pub keys: BTreeMap<String, String>,
}

/// The simulated sellers of one protocol.
#[derive(Clone, Copy)]
pub struct Simulator {
    /// Their names.
    pub names: fn() -> Vec<String>,
    /// Makes the one that is wanted, which opens at this time; `None` where there is none.
    pub open: fn(&Wanted, Timestamp) -> Option<Simulated>,
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Simulator").field(&(self.names)()).finish()
    }
}
