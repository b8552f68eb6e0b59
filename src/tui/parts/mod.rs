//! What screens are built of: lists, tables, panes, countdowns, amounts. None of them knows a screen.

pub(crate) mod clock;
pub(crate) mod copies;
pub(crate) mod countdown;
pub(crate) mod facts;
pub(crate) mod field;
pub(crate) mod filter;
pub(crate) mod json;
pub(crate) mod list;
pub(crate) mod money;
pub(crate) mod note;
pub(crate) mod pane;
pub(crate) mod popup;
pub(crate) mod sheet;
pub(crate) mod stage;
pub(crate) mod table;
pub(crate) mod waits;
pub(crate) mod widths;
