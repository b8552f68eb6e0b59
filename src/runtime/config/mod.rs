//! What the desk is told before it starts: who you are, whom you buy from, what you may spend.
//!
//! Flag over environment over file over default. A key nobody knows is an error that names its line
//! and the nearest key there is. Secrets are read one seller at a time ([`Config::resolve`]), so that
//! one that is missing stops only its own seller.

mod add;
mod amounts;
mod document;
mod door;
mod environment;
mod example;
mod fault;
mod keys;
mod limits;
mod load;
mod secret;
mod seller;
mod strategies;
#[cfg(test)]
mod tests;
mod tree;

use std::{fmt, path::PathBuf, time::Duration};

pub use add::{Addition, KeyPlace, NewSeller};
pub use environment::Environment;
pub use example::{example, quoted, write_one};
pub use fault::{ConfigError, Fault};
pub use keys::{Key, SECTIONS, Section};
pub use secret::{Run, SecretError, Source, keep_secret};
pub use seller::{Header, Resolved, Seller};

use crate::{
    desk::{Mode, SellerInfo, Setup, polls::Pace},
    domain::{Identity, Limits, money::typed::Understood, strategy::Presets},
    tui::{Ground, Keymap, Motion},
};

/// What the command line says over the file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--store`.
    pub store: Option<PathBuf>,
    /// `--log`.
    pub log: Option<PathBuf>,
    /// `--paper`.
    pub paper: bool,
    /// `--read-only`.
    pub read_only: bool,
    /// `--present`.
    pub present: bool,
    /// `--socket`.
    pub socket: Option<PathBuf>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// From this line of the file.
    File(usize),
    /// From this environment variable.
    Variable(&'static str),
    /// From this flag.
    Flag(&'static str),
    /// From nowhere: it is so unless something is written.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(line) => write!(f, "line {line}"),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Flag(name) => f.write_str(name),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value with its origin, as `config check` prints it. Never a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its key: `limits.deal`, `sellers.northlight.url`.
    pub key: String,
    /// Its value in words.
    pub value: String,
    /// Where it came from.
    pub from: Origin,
}

/// Everything the desk is told before it starts.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file that is read, or would be.
    pub path: PathBuf,
    /// Whether it is there.
    pub exists: bool,
    /// Live or paper.
    pub mode: Mode,
    /// No ticket opens.
    pub read_only: bool,
    /// The store.
    pub store: PathBuf,
    /// The log.
    pub log: PathBuf,
    /// Who we are.
    pub identity: Identity,
    /// What we may spend.
    pub limits: Limits,
    /// How strategies play where a plan says nothing else.
    pub presets: Presets,
    /// The sellers, in the order of the file.
    pub sellers: Vec<Seller>,
    /// Names an audience must never see.
    pub private_clients: Vec<String>,
    /// Whether a person wants this desk shown to a room, beside `desk.present`.
    pub present: bool,
    /// Where it is shown, if not beside the store.
    pub socket: Option<PathBuf>,
    /// How it looks and how long it waits.
    pub desk: Desk,
    /// The keys in force.
    pub keymap: Keymap,
    /// Who is logged in.
    pub user: String,
    /// Every value with its origin.
    pub settings: Vec<Setting>,
    /// Amounts that are not written as plain figures, with what they were read as.
    pub understood: Vec<Understood>,
    /// What is odd but may be meant.
    pub notes: Vec<Fault>,
    /// Why nothing of the file holds: only where it is not needed all the same.
    pub unread: Option<ConfigError>,
}

/// How the desk looks and how long it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Light or dark ground; `None` is what the terminal says it is.
    pub theme: Option<Ground>,
    /// How much may move.
    pub motion: Motion,
    /// Whether the bell rings.
    pub bell: bool,
    /// Whether terminals may be attached that show what a room may see.
    pub present: bool,
    /// How long a command waits for sellers' answers.
    pub ask_wait: Duration,
    /// How long a booking from the command line waits while another ticket is armed on the same store.
    pub arm_wait: Duration,
    /// How long a booking waits for evidence.
    pub book_wait: Duration,
    /// How long a negotiation plays.
    pub negotiate_wait: Duration,
    /// How often deals are read, of one seller.
    pub polls: Pace,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            theme: None,
            motion: Motion::default(),
            bell: true,
            present: false,
            ask_wait: Duration::from_mins(1),
            arm_wait: Duration::from_secs(75),
            book_wait: Duration::from_secs(30),
            negotiate_wait: Duration::from_mins(5),
            polls: Pace::default(),
        }
    }
}

impl Config {
    /// Reads every seller's secret. What opens no door stays in its place with the reason.
    pub fn resolve(&self, environment: &Environment) -> Vec<Resolved> {
        self.sellers.iter().map(|seller| seller.resolve(environment)).collect()
    }

    /// What the desk is told. `face` is `cli` or `terminal`; the owner of what is sent is filled in
    /// by whoever holds the process's lock.
    pub fn setup(&self, face: &str, sellers: &[Resolved]) -> Setup {
        self.setup_of(face, sellers.iter().map(|seller| seller.info.clone()).collect())
    }

    /// What a desk that asks no seller is told: no secret is read.
    pub fn setup_without_keys(&self, face: &str) -> Setup {
        let sellers = self.sellers.iter().map(|seller| seller.info("not read".to_owned()));
        self.setup_of(face, sellers.collect())
    }

    fn setup_of(&self, face: &str, sellers: Vec<SellerInfo>) -> Setup {
        Setup {
            mode: self.mode,
            read_only: self.read_only,
            identity: self.identity.clone(),
            limits: self.limits.clone(),
            presets: self.presets.clone(),
            auto_pause: jiff::SignedDuration::ZERO,
            polls: self.desk.polls,
            sellers,
            person: format!("{}@{face}", self.user),
            owner: String::new(),
            is_host: false,
            private_clients: self.private_clients.clone(),
        }
    }
}
