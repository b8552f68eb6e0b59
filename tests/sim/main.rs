//! The simulated sellers, as a buyer meets them: scripts on a virtual clock, the recordings of real
//! sellers, and one server on a real port.
//!
//! Each module says that it is a test, so that the lints treat its helpers as one.

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod determinism;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod http;
#[cfg(test)]
mod injected;
#[cfg(test)]
mod kit;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod quotes;
#[cfg(test)]
mod second;
#[cfg(test)]
mod shape;
#[cfg(test)]
mod support;
#[cfg(test)]
mod talks;
#[cfg(test)]
mod v2;
