//! stub
use clap::Args;
use crate::error::{Outcome, Status};
/// stub
#[derive(Debug, Args)]
pub(crate) struct RenderArgs {}
pub(crate) fn run(_a: &RenderArgs) -> Outcome { Ok(Status::Good) }
