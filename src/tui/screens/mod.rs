//! The places of the desk, a folder each, and what belongs to them. A screen draws the desk's state, moves its
//! cursor and says what is wanted; it knows no ticket.

pub(crate) mod board;
pub(crate) mod changes;
pub(crate) mod deal;
pub(crate) mod describe;
pub(crate) mod forecast;
pub(crate) mod fork;
pub(crate) mod kit;
pub(crate) mod ladder;
pub(crate) mod log;
pub(crate) mod quotes;
pub(crate) mod race;
pub(crate) mod sellers;
