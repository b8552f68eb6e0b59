//! Brings the desk to life: configuration, clock, effects, the loop.

pub mod config;
