//! `guard`: the statements that go under the condition, and the `if` that they may be under already.

use std::ops::Range;

use query::File;
use query::pattern::{Bindings, Match, Pattern};
use schema::model::{ChangeBody, Guard};
use syntax::Node;
use syntax::items::Function;

use super::delete::whole;
use super::insert::codes;
use crate::block::{self, code};
use crate::resolve::Sited;
use crate::resolver::{Chosen, Resolver, outermost};
use crate::unresolved::Unresolved;

impl Sited for Guard {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let found = find(resolver, self)?.found;
        Ok(found.iter().map(|run| run.range.start).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        present(resolver, self)
    }
}

/// Statements in a row.
#[derive(Clone, Debug)]
pub struct Statements<'f> {
    /// The first.
    pub first: Node<'f>,
    /// The last.
    pub last: Node<'f>,
    /// All of them.
    pub range: Range<usize>,
    /// What their pattern binds.
    pub bindings: Bindings,
}

/// The statements.
///
/// # Errors
/// There are not as many as declared, or it cannot be told.
pub fn find<'f>(
    resolver: &Resolver<'f>,
    guard: &Guard,
) -> Result<Chosen<Statements<'f>>, Unresolved> {
    let functions = resolver.functions(&guard.functions)?;
    let mut found = statements(resolver, guard, &functions.found, None)?;
    let offsets: Vec<usize> = found.found.iter().map(|run| run.range.start).collect();
    let what = guard.statements.first().map_or("", Pattern::text);
    resolver.counted(&offsets, &format!("`{what}`"))?;
    let own = found.alternatives;
    found.alternatives = functions.alternatives.into_iter().chain(own).collect();
    Ok(found)
}

/// The statements in functions that need not be read cleanly, by the pattern of that number, however many.
///
/// # Errors
/// There is none, or it cannot be told.
pub fn statements<'f>(
    resolver: &Resolver<'f>,
    guard: &Guard,
    functions: &[&Function],
    index: Option<usize>,
) -> Result<Chosen<Statements<'f>>, Unresolved> {
    let file = resolver.file;
    let bodies: Vec<Range<usize>> = functions.iter().map(|f| f.body.clone()).collect();
    let patterns = match index {
        Some(index) => guard.statements.get(index..=index).unwrap_or_default(),
        None => &guard.statements,
    };
    let is_whole = |found: &Match| Ok(whole(file, &found.range).is_some());
    let chosen = resolver.first_match(&bodies, "statement", patterns, &is_whole)?;
    let found = outermost(chosen.found).into_iter().filter_map(|m| {
        let (first, last) = whole(file, &m.range)?;
        Some(Statements {
            first,
            last,
            range: first.start_byte()..last.end_byte(),
            bindings: m.bindings,
        })
    });
    Ok(Chosen {
        found: without_else(file, guard, found.collect()),
        index: index.unwrap_or(chosen.index),
        alternatives: chosen.alternatives,
    })
}

/// What is in the declared `else` of others is not meant.
fn without_else<'f>(
    file: &File,
    guard: &Guard,
    mut found: Vec<Statements<'f>>,
) -> Vec<Statements<'f>> {
    let owners = found.iter().filter_map(|run| guarded(file, guard, run));
    let clauses = owners.filter_map(|owner| owner.child_by_field_name("alternative"));
    let clauses: Vec<Range<usize>> = clauses.map(|clause| clause.byte_range()).collect();
    found.retain(|run| {
        !clauses
            .iter()
            .any(|clause| clause.contains(&run.range.start))
    });
    found
}

/// The `if` of just that condition that has just these statements, and what else is declared in its `else`.
#[must_use]
pub fn guarded<'f>(file: &File, guard: &Guard, run: &Statements<'f>) -> Option<Node<'f>> {
    let by = code(guard.by.fill(&run.bindings).ok()?.as_bytes());
    let parent = run.first.parent()?;
    let (branch, owner) = match parent.kind() {
        "compound_statement" => {
            let items = block::items(parent);
            let is_all = items.first()?.node == run.first && items.last()?.node == run.last;
            (Some(parent).filter(|_| is_all)?, parent.parent()?)
        }
        _ => (run.first, parent),
    };
    let is_it = owner.kind() == "if_statement"
        && owner.child_by_field_name("consequence") == Some(branch)
        && code(file.slice(owner.child_by_field_name("condition")?.byte_range()))
            == format!("( {by} )");
    if !is_it {
        return None;
    }
    let clause = owner.child_by_field_name("alternative");
    let is_otherwise = match (&guard.otherwise, clause) {
        (None, None) => true,
        (Some(otherwise), Some(clause)) => {
            let wanted = codes(otherwise, &run.bindings)?.join(" ");
            let own = code(file.slice(clause.byte_range()));
            own == format!("else {wanted}") || own == format!("else {{ {wanted} }}")
        }
        _ => false,
    };
    is_otherwise.then_some(owner)
}

/// Says that statements of the pattern are under the condition already.
///
/// # Errors
/// It cannot be told.
pub fn present(resolver: &Resolver<'_>, guard: &Guard) -> Result<Option<Unresolved>, Unresolved> {
    let file = resolver.file;
    let functions = resolver.functions(&guard.functions)?;
    let found = statements(resolver, guard, &functions.found, None)?.found;
    let made = found.iter().find(|run| guarded(file, guard, run).is_some());
    Ok(made.map(|run| {
        let text = crate::names::one_line(&file.text(run.range.clone()));
        let text = crate::names::brief(&text, 60);
        Unresolved::present(format!("`{text}` is under that condition already"))
            .at(file, run.range.start)
    }))
}
