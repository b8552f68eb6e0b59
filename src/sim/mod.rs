//! Simulated sellers: pretend publishers with a kit, prices and a temper, who quote, haggle, book and
//! fail the way real sellers do.
//!
//! [`Engine`] is a plain state machine: a request and the time come in, a reply goes out. It reads no
//! clock, waits for nothing and draws no chance but the one keyed by (seed, subject, round), so that
//! the same seed decides the same in whatever order it is asked. [`serve`] puts it behind HTTP.
//!
//! The dialect is v1 of the IAB seller agent ([`v1`], the contract is wire/iab.md); what is sold and
//! how it is priced knows nothing of a dialect, so that another one is another folder beside it.
//! Wire types are this layer's own: a mistake of the desk's client must not be shared here.

mod chance;
mod deal;
mod engine;
mod exchange;
pub mod http;
mod keys;
mod market;
mod price;
pub mod spec;
mod talks;
mod tricks;
mod v1;

pub use engine::{Engine, Options};
pub use exchange::{Fault, Reply, Request};
pub use http::{Seller, serve};
pub use keys::key_for;
pub use spec::{Spec, SpecError, by_name, catalog};
pub use tricks::Trick;
