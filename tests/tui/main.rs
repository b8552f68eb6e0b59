//! The terminal face without a terminal: pictures of its screens, keys in and acts out.

mod driver;
mod fixtures;
mod hostile;
mod keys;
mod screens;
