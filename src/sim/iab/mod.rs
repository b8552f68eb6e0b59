//! The IAB seller agent as a simulated service: what is sold, how it is priced and negotiated, and
//! what of it goes over the wire.
//!
//! It speaks one of two dialects (the contract is wire/iab.md): what both have in common is in
//! [`wire`], what each has of its own in [`v1`] and [`v2`]. What is sold and how it is priced knows
//! neither. Wire types are this folder's own: a mistake of the desk's client must not be shared here.

mod deal;
mod hostile;
mod keys;
mod market;
mod negotiation;
mod price;
pub mod requests;
mod service;
pub mod spec;
mod v1;
mod v2;
mod wire;

pub use keys::key_for;
pub use market::Booked;
pub(crate) use negotiation::{Action, NegotiationState, base_price, max_rounds, priced};
pub(crate) use price::{cents, decimal, double};
pub use service::{Iab, Options, SIMULATOR};
pub(crate) use spec::Moves;
pub use spec::{Dialect, Spec, SpecError, by_name, catalog};

use super::{chance, exchange};
