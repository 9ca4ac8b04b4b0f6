//! `file`: a whole file. There may be none to plan in yet: the series makes it (`series/whole.rs`).

use schema::model::WholeFile;
use sites::Unresolved;

use crate::fragment::Writes;
use crate::plan::{Context, Plan};

pub(crate) const WRITES: Writes = Writes::NoFragment("the spec has the file's text");

pub(crate) fn plan(_: &Context<'_>, _: &WholeFile) -> Result<Plan, Unresolved> {
    Err(Unresolved::spec("a file as a whole has no sites in it"))
}
