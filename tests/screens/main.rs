//! The screens on which a buyer finds, asks, negotiates and books, driven by keys alone: a desk, a
//! scripted world of sellers and a clock moved by hand stand behind them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper that fails is a test that fails"
)]

mod armed;
mod audience;
mod bands;
mod booking;
mod columns;
mod currencies;
mod deal;
mod explains;
mod forecast;
mod halting;
mod harness;
mod hints;
mod hostile;
mod hostile_names;
mod kit;
mod ladder;
mod leaving;
mod places;
mod plain;
mod properties;
mod questions;
mod quotes;
mod race;
mod reading;
mod recorded;
mod redacted;
mod rfq;
mod secrets;
mod settling;
mod story;
mod strategies;
mod sweep;
mod timeline;
mod triggers;
mod what_if;
mod words;
mod world;
