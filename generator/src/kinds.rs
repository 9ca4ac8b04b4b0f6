//! One module a change kind: from a declaration and a file to edits.

mod assign;
mod comment;
mod function;
mod include;
mod line;
mod macros;
mod member;
mod rewrite;
mod rust_method;
mod split;
mod test;

use schema::model::ChangeKind;
use sites::Unresolved;

use crate::plan::{Context, Plan};

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
