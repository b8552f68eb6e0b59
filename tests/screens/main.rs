//! The screens on which a buyer finds, asks, negotiates and books, driven by keys alone: a desk, a
//! scripted world of sellers and a clock moved by hand stand behind them.

mod armed;
mod booking;
mod harness;
mod kit;
mod ladder;
mod properties;
mod quotes;
mod story;
mod world;
