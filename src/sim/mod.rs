//! Simulated sellers: pretend publishers with a kit, prices and a behaviour, who quote, negotiate, book
//! and fail the way real sellers do.
//!
//! [`Engine`] is a plain state machine: a request and the time come in, a reply goes out. It reads no
//! clock, waits for nothing and draws no chance but the one keyed by (seed, subject, round), so that
//! the same seed decides the same in whatever order it is asked. [`serve`] puts it behind HTTP.
//!
//! It has the delays, the clock and the failures of any seller; what a seller sells and says is a
//! [`Service`], one folder a protocol: [`iab`]. A test arms failures as [`InjectedFault`]s.

mod chance;
mod engine;
mod exchange;
pub mod http;
pub mod iab;
mod injected;
mod service;
mod simulator;

pub use engine::Engine;
pub use exchange::{Cut, Reply, Request};
pub use http::{Seller, serve};
pub use injected::{Fault, InjectedFault};
pub use service::{Class, Delivery, Requests, Service, TermChange, Unacted};
pub use simulator::{Simulated, Simulator, Wanted};
