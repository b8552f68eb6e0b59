//! The store, from outside: what goes in comes out, whatever happens to the program in between.

#[cfg(test)]
mod chain;
#[cfg(test)]
mod edited;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod fold;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod leases;
#[cfg(test)]
mod living;
#[cfg(test)]
mod modes;
#[cfg(test)]
mod names;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod shared;
