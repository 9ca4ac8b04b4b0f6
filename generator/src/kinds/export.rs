//! `export`: the line directly below the function's closing brace.

use schema::model::{Export, Side};
use sites::kinds::export as anchors;
use sites::{Unresolved, lines};
use templates::Page as _;

use crate::edit::Edit;
use crate::fragment::{Commented, Writes, fragment};
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes = Writes::Fragments(&[Commented::PATH]);

pub(crate) fn plan(context: &Context<'_>, export: &Export) -> Result<Plan, Unresolved> {
    let file = context.file;
    if let Some(present) = anchors::present(&context.resolver, export) {
        return Err(present);
    }
    let found = anchors::find(&context.resolver, export)?;
    let mut plan = Plan::default();
    for function in &found.found {
        let end = function.range.end;
        if lines::shares_its_end(file, end) {
            let message = "other code is on the line of the closing brace";
            return Err(Unresolved::unfit(message).at(file, end));
        }
        let at = lines::end_with_trailing_comment(file, end);
        let code = export.line(&function.name);
        let text = fragment(&Commented {
            above: String::new(),
            code: &code,
            gap: String::new(),
            behind: String::new(),
        })?;
        let is_joined = file
            .bytes()
            .get(..at)
            .is_some_and(|above| !above.ends_with(b"\n"));
        let newline = if is_joined { "\n" } else { "" };
        plan.edits
            .push(Edit::beside(at, Side::After, format!("{newline}{text}\n")));
    }
    let offsets = found.found.iter().map(|function| function.name_range.start);
    plan.sites = Site::each(offsets, &found.alternatives);
    Ok(plan)
}
