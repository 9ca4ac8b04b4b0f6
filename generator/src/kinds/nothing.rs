//! `nothing`: a struct declared at the end of a file.

use schema::model::Nothing;
use sites::Unresolved;
use templates::Page as _;

use crate::edit::Edit;
use crate::fragment::{Writes, fragment};
use crate::plan::{Context, Plan, Site};

#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/nothing.c", escape = "none")]
struct NothingTemplate<'a> {
    name: &'a str,
}

templates::page!(NothingTemplate<'_>, "c/nothing.c");

pub(crate) const WRITES: Writes = Writes::Fragments(&[NothingTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, nothing: &Nothing) -> Result<Plan, Unresolved> {
    if let Some(present) = sites::present(&context.resolver, context.body)? {
        return Err(present);
    }
    let end = context.file.bytes().len();
    let text = fragment(&NothingTemplate {
        name: &nothing.name,
    })?;
    Ok(Plan {
        edits: vec![Edit::insert(end, text + "\n")],
        sites: Site::each([end.saturating_sub(1)], &[]),
    })
}
