//! The lowest floor of the terminal face: theme, keys, lists, tables, forms, panes, countdowns, amounts, the
//! ticket sheet, and what a screen and an overlay are. None of it knows a screen, a ticket or the app.

pub(crate) mod ascii;
pub(crate) mod clock;
pub(crate) mod context;
pub(crate) mod copies;
pub(crate) mod countdown;
pub(crate) mod facts;
pub(crate) mod field;
pub(crate) mod filter;
pub(crate) mod json;
pub(crate) mod keymap;
pub(crate) mod keys;
pub(crate) mod list;
pub(crate) mod modal;
pub(crate) mod mode;
pub(crate) mod money;
pub(crate) mod note;
pub(crate) mod pane;
pub(crate) mod popup;
pub(crate) mod rfq;
pub(crate) mod screen;
pub(crate) mod sheet;
pub(crate) mod stage;
pub(crate) mod table;
pub(crate) mod theme;
pub(crate) mod waits;
pub(crate) mod want;
pub(crate) mod widths;
