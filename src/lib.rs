//! dealdesk, the trading desk for media buyers. Read the modules in this order.

pub mod domain; // nouns and rules: money, quotes, negotiations, deals, limits. Pure.

pub mod desk; // decides, and folds facts into state. Pure.

pub mod tui; // the terminal face: draws the state, turns keys into commands. Never decides.

pub mod clock; // the port to the time

pub mod sellers; // the port to sellers, one folder per protocol
