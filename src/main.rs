//! Arguments in, the command line out. No logic lives here.
fn main() {}
