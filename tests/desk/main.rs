//! The desk without a terminal, a network, a disk or a clock: commands, answers and time go in,
//! facts, questions and state come out.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod again;
mod answers;
mod asked;
mod avails;
mod booking;
mod changed;
mod currencies;
mod ends;
mod halting;
mod harness;
mod left;
mod limits;
mod listed;
mod looked;
mod moves;
mod negotiating;
mod notes;
mod once;
mod orders;
mod overtaken;
mod plans;
mod polling;
mod quoting;
mod repeats;
mod replay;
mod rivals;
mod said;
mod settling;
mod standing;
mod strategies;
mod talks;
mod ticket_rules;
mod tickets;
mod triggers;
mod triggers_held;
mod triggers_rules;
mod waiting;
mod watching;
