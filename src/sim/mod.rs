//! Simulated sellers: pretend publishers with a kit, prices and a temper, who quote, haggle, book and
//! fail the way real sellers do.
//!
//! [`Engine`] is a plain state machine: a request and the time come in, a reply goes out. It reads no
//! clock, waits for nothing and draws no chance but the one keyed by (seed, subject, round), so that
//! the same seed decides the same in whatever order it is asked. [`serve`] puts it behind HTTP.
//!
//! It speaks one of the two dialects of the IAB seller agent (the contract is wire/iab.md): what both
//! have in common is in [`wire`], what each has of its own in [`v1`] and [`v2`]. What is sold and how
//! it is priced knows neither. Wire types are this layer's own: a mistake of the desk's client must
//! not be shared here.
//!
//! A test counts what really happened with [`Engine::bookings`], and arms failures as [`Trick`]s.

mod chance;
mod deal;
mod engine;
mod exchange;
mod hostile;
pub mod http;
mod keys;
mod market;
mod price;
pub mod spec;
mod talks;
mod tricks;
mod v1;
mod v2;
mod wire;

pub use engine::{Engine, Options};
pub use exchange::{Cut, Reply, Request};
pub use http::{Seller, serve};
pub use keys::key_for;
pub use market::{Booked, Twist};
pub(crate) use price::{cents, decimal, double};
pub(crate) use spec::Moves;
pub use spec::{Dialect, Spec, SpecError, by_name, catalog};
pub(crate) use talks::{Action, Stand, base_price, max_rounds, priced};
pub use tricks::{Asks, Fault, Trick};
