//! dealdesk, the trading desk for media buyers. Read the modules in this order.

// A bare operator on a decimal panics where a seller's number is absurd: `domain::money::exact`, and what
// is checked or saturating. Numbers that are no money are allowed by name in clippy.toml.
#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects))]

pub mod domain; // nouns and rules: money, quotes, negotiations, deals, limits. Pure.

mod pack; // any value in few bytes. Pure.

pub mod desk; // decides, and folds facts into state. Pure.

pub mod clock; // the port to the time

pub mod private; // files and folders for their owner alone

pub mod sellers; // the port to sellers, one folder per protocol

pub mod store; // the journal on disk and the tables made from it

pub mod sim; // simulated sellers: real servers with a temper, for the demo and the tests

pub mod lab; // strategies against the simulated sellers' rule, by the million. Cannot send.

pub mod present; // showing a desk to a room: story, controls, the view without the buyer's numbers. Pure.

pub mod tui; // the terminal face: draws the state, turns keys into commands. Never decides.

pub mod recording; // a session recorded, and played again. Decides and sends nothing. Pure.

pub mod runtime; // the desk at work: waits, spawns, performs

mod json; // the JSON documents, the same for every face

pub mod cli; // the command line: arguments to commands, state to tables and JSON
