//! `test`: a condition widened, narrowed or replaced where it stands.

use query::File;
use query::pattern::Match;
use query::pattern::precedence::{level_of, level_of_node, needs_parentheses, operand};
use schema::model::{Test, Widening};
use sites::Unresolved;
use sites::kinds::test;
use sites::statement::whole_node;
use sites::widening::addition;

use crate::edit::Edit;
use crate::fragment::Writes;
use crate::inline::{laid_out, statement_lines, wants_parentheses};
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes =
    Writes::NoFragment("a condition is edited in place, and keeps the bytes of its operands");

pub(crate) fn plan(context: &Context<'_>, change: &Test) -> Result<Plan, Unresolved> {
    let file = context.file;
    let tests = test::find(&context.resolver, change)?;
    let mut edits = Vec::new();
    for m in &tests.found {
        edits.push((
            statement_lines(file, &m.range),
            expression_edits(file, m, &change.becomes)?,
        ));
    }
    let offsets = tests.found.iter().map(|m| m.range.start);
    Ok(Plan {
        edits: laid_out(file, edits),
        sites: Site::each(offsets, &tests.alternatives),
    })
}

fn expression_edits(
    file: &File,
    found: &Match,
    becomes: &Widening,
) -> Result<Vec<Edit>, Unresolved> {
    let (connective, new) = addition(becomes, &found.bindings)?;
    let Some(connective) = connective else {
        let wraps = level_of(&new).is_none_or(|level| wants_parentheses(file, &found.range, level));
        let text = if wraps { format!("({new})") } else { new };
        return Ok(vec![Edit::replace(found.range.clone(), text)]);
    };
    let level = connective.level();
    let old = whole_node(file, &found.range).map(|node| level_of_node(file, node));
    let mut open = String::new();
    let mut close = String::new();
    if wants_parentheses(file, &found.range, level) {
        open.push('(');
    }
    if old.is_none_or(|old| needs_parentheses(level, old)) {
        open.push('(');
        close.push(')');
    }
    close.push_str(&format!(
        " {} {}",
        connective.as_str(),
        operand(&new, level)
    ));
    if wants_parentheses(file, &found.range, level) {
        close.push(')');
    }
    let mut edits = vec![Edit::insert(found.range.end, close)];
    if !open.is_empty() {
        edits.insert(0, Edit::insert(found.range.start, open));
    }
    Ok(edits)
}
