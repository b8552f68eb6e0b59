//! dealdesk, the trading desk for media buyers. Read the modules in this order.

pub mod domain; // nouns and rules: money, quotes, negotiations, deals, limits. Pure.
// The port to the time.
pub mod clock;
pub mod sim; // simulated sellers: real servers with a temper, for the demo and the tests.
