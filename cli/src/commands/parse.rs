//! stub
use clap::Args;
use crate::error::{Outcome, Status};
/// stub
#[derive(Debug, Args)]
pub(crate) struct ParseArgs {}
pub(crate) fn run(_a: &ParseArgs) -> Outcome { Ok(Status::Good) }
