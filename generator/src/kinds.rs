//! One module a change kind: from a declaration and a file to edits.

mod assign;
mod comment;
mod condition;
mod function;
mod include;
mod line;
mod macros;
mod member;
mod rewrite;
mod rust_method;
mod split;
mod test;

use query::File;
use query::pattern::Isomorphisms;
use query::types::DefinitionSource;
use schema::model::{ChangeBody, ChangeKind, Sites};

use crate::site::Plan;
use crate::unresolved::Unresolved;

/// What a kind has to go by.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The file that is edited, as the earlier changes of the series left it.
    pub(crate) file: &'a File,
    /// The form of the change.
    pub(crate) body: &'a ChangeBody,
    /// How many sites are declared.
    pub(crate) sites: Sites,
    /// Which isomorphisms patterns use.
    pub(crate) isomorphisms: &'a Isomorphisms,
    /// Where the types of typed metavariables are looked up.
    pub(crate) definitions: &'a dyn DefinitionSource,
}

/// What the change does to the file.
///
/// # Errors
/// Why it has no site there.
pub(crate) fn plan(context: &Context<'_>) -> Result<Plan, Unresolved> {
    match &context.body.kind {
        ChangeKind::Member(member) => member::plan(context, member),
        ChangeKind::Assign(assign) => assign::plan(context, assign),
        ChangeKind::Test(test) => test::plan(context, test),
        ChangeKind::Split(split) => split::plan(context, split),
        ChangeKind::Function(function) => function::plan(context, function),
        ChangeKind::Macro(define) => macros::plan(context, define),
        ChangeKind::Include(include) => include::plan(context, include),
        ChangeKind::Comment(comment) => comment::plan(context, comment),
        ChangeKind::Rewrite(rewrite) => rewrite::plan(context, rewrite),
        ChangeKind::Line(line) => line::plan(context, line),
        ChangeKind::RustMethod(method) => rust_method::plan(context, method),
    }
}
