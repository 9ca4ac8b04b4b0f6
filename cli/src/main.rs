//! The `patchwright` command.
fn main() {}
