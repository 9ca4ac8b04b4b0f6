//! stub
use clap::Args;
use crate::error::{Outcome, Status};
/// stub
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {}
pub(crate) fn run(_a: &CheckArgs) -> Outcome { Ok(Status::Good) }
