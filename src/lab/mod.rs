//! The strategy lab: plays strategies against the simulated sellers' own rule, millions of times, and
//! says what each would have paid.
//!
//! It calls the rule that the sellers negotiate by, without HTTP, JSON or words. It knows no desk, no
//! store and no seller on a network: there is no way to send from here, and all it says is SIM. The
//! same seed gives the same report on however many cores: sums are whole numbers, and chance is keyed
//! by (seed, seller, run, round). Statistics are doubles; prices are decimals until they are summed.

mod chart;
mod cores;
mod fork;
mod play;
mod report;
mod scene;
mod tally;
mod terms;

pub use chart::{chart, interval, markdown};
pub use cores::run;
pub use fork::fork;
pub use play::{Ended, Player};
pub use report::{Mean, Report, Row};
pub use scene::{Ground, Scene};
pub use tally::Tally;
pub use terms::{Amount, Sweep, Terms};

use crate::{domain::strategy::Strategy, sim::iab::Spec};

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who plays, side by side on the same scenes.
    pub strategies: Vec<&'static dyn Strategy>,
    /// Against whom.
    pub sellers: Vec<Spec>,
    /// How they play; several for a sweep.
    pub terms: Vec<Terms>,
    /// How many negotiations for each strategy, seller and terms.
    pub runs: u64,
    /// The same seed gives the same report.
    pub seed: u64,
}
