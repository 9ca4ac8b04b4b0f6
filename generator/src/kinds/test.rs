//! `test`: a condition widened, narrowed or replaced where it stands.

use query::File;
use query::pattern::precedence::{level_of, level_of_node, needs_parentheses, operand};
use query::pattern::{Filled, Match, Pattern};
use schema::model::{Test, Widening};
use sites::Unresolved;
use sites::kinds::test;
use sites::statement::whole_node;
use sites::unnamed;
use sites::widening::addition;

use crate::edit::Edit;
use crate::fragment::Writes;
use crate::inline::{Group, laid_out, statement_lines, wants_parentheses};
use crate::layout::PREFERRED_WIDTH;
use crate::merge::{self, Old};
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes =
    Writes::NoFragment("a condition is edited in place, and keeps the bytes of its operands");

pub(crate) fn plan(context: &Context<'_>, change: &Test) -> Result<Plan, Unresolved> {
    let file = context.file;
    let tests = test::find(&context.resolver, change)?;
    let pattern = change.tests.get(tests.index).map_or("", Pattern::text);
    let mut edits = Vec::new();
    for m in &tests.found {
        edits.push(Group {
            lines: statement_lines(file, &m.range),
            edits: expression_edits(file, m, &change.becomes, pattern)?,
            limit: PREFERRED_WIDTH,
        });
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
    pattern: &str,
) -> Result<Vec<Edit>, Unresolved> {
    let (connective, new) = addition(becomes, &found.bindings)?;
    let Some(connective) = connective else {
        let wraps = level_of(&new).is_none_or(|level| wants_parentheses(file, &found.range, level));
        let text = if wraps { format!("({new})") } else { new };
        return replaced(file, found, pattern, text);
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
    let end = sites::lines::past_own_comments(file, found.range.end);
    let mut edits = vec![Edit::insert(end, close)];
    if !open.is_empty() {
        edits.insert(0, Edit::insert(found.range.start, open));
    }
    Ok(edits)
}

/// The new condition put over the old one, what no pattern names kept.
fn replaced(
    file: &File,
    found: &Match,
    pattern: &str,
    text: String,
) -> Result<Vec<Edit>, Unresolved> {
    let mut kept = unnamed::unnamed(file, found, pattern);
    let comments = unnamed::comments_of(&text);
    kept.retain(|one| !one.is_comment || !comments.contains(&one.text));
    let old = Old {
        file,
        range: found.range.clone(),
        kept,
        commas: Vec::new(),
        bound: Vec::new(),
    };
    let new = Filled {
        text,
        taken: Vec::new(),
    };
    merge::merged(&old, &new)
}
