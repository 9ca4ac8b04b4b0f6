//! `split`: the `if` whose whole condition is the test, and the statement of its block where the second block begins.

mod halves;

use std::ops::Range;

use query::File;
use query::pattern::{Fragment, Match, Pattern};
use schema::model::{ChangeBody, Split};
use syntax::Node;

use crate::names::near_line;
use crate::resolve::Sited;
use crate::resolver::{Alternative, Chosen, Resolver, alternative};
use crate::statement;
use crate::unresolved::{NearMiss, Reason, Unresolved};
use crate::widening::{addition, widened};

pub use halves::{changed_before, evaluated_twice, is_changing};

impl Sited for Split {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let sites = find(resolver, self)?;
        Ok(sites.iter().map(|site| site.first.start_byte()).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        present(resolver, self)
    }
}

/// An `if` to split.
#[derive(Clone, Debug)]
pub struct SplitSite<'f> {
    /// It.
    pub branch: Node<'f>,
    /// The statement that the second block begins with.
    pub first: Node<'f>,
    /// The match that is its whole condition.
    pub test: Match,
    /// Of which of the tests.
    pub index: usize,
    /// Which alternatives were used.
    pub alternatives: Vec<Alternative>,
}

/// The `if`s to split.
///
/// # Errors
/// There are not as many as declared, one cannot be split, or it cannot be told.
pub fn find<'f>(resolver: &Resolver<'f>, split: &Split) -> Result<Vec<SplitSite<'f>>, Unresolved> {
    let file = resolver.file;
    let functions = resolver.functions(&split.functions)?;
    let bodies: Vec<Range<usize>> = functions.found.iter().map(|f| f.body.clone()).collect();
    // The whole condition of an `if` whose block has the statement, and not as its first.
    let has_boundary = |found: &Match| match if_around(file, &found.range) {
        Some(branch) => Ok(boundary(resolver, split, branch)?.is_some()),
        None => Ok(false),
    };
    let Chosen {
        found,
        index,
        alternatives,
    } = resolver
        .first_match(&bodies, "where", &split.tests, &has_boundary)
        .map_err(|unresolved| explained(resolver, split, &bodies, unresolved))?;
    let offsets: Vec<usize> = found.iter().map(|m| m.range.start).collect();
    resolver.counted(&offsets, "an `if` to split")?;
    let mut sites = Vec::new();
    for test in found {
        let Some(branch) = if_around(file, &test.range) else {
            continue;
        };
        can_be_split(file, branch)?;
        let Some((first, used_before)) = boundary(resolver, split, branch)? else {
            continue;
        };
        let first = first?;
        if let Some((message, at)) = halves::fault(resolver, branch, first, split) {
            return Err(Unresolved::unfit(message).at(file, at));
        }
        let used = functions.alternatives.iter().chain(&alternatives);
        sites.push(SplitSite {
            branch,
            first,
            test,
            index,
            alternatives: used.cloned().chain(used_before).collect(),
        });
    }
    Ok(sites)
}

fn can_be_split(file: &File, branch: Node<'_>) -> Result<(), Unresolved> {
    let unfit = |message: &str| Err(Unresolved::unfit(message).at(file, branch.start_byte()));
    if branch.child_by_field_name("alternative").is_some() {
        return unfit("the `if` has an `else`, which would change its meaning");
    }
    let parent = branch.parent();
    if parent.is_some_and(|parent| parent.kind() == "else_clause") {
        return unfit("the `if` follows an `else`, which the second block would leave");
    }
    statement::in_list(file, branch)
}

/// Adds the blocks that have the statement, and the `if`s that have the condition and not the statement.
fn explained(
    resolver: &Resolver<'_>,
    split: &Split,
    bodies: &[Range<usize>],
    unresolved: Unresolved,
) -> Unresolved {
    if unresolved.reason != Reason::Absent {
        return unresolved;
    }
    let file = resolver.file;
    // What is in doubt has been said already; here it is about what to show.
    let tested = |tests: &[Pattern]| -> Vec<Match> {
        let found = tests.iter().flat_map(|p| {
            bodies
                .iter()
                .flat_map(|body| p.find(file, body.clone(), &resolver.definitions).parts().0)
        });
        found.filter(|m| !file.is_dead(m.range.start)).collect()
    };
    let mut near: Vec<Range<usize>> = tested(&split.before)
        .iter()
        .filter_map(|m| {
            let mut node = file.node_at(m.range.clone())?;
            while node.kind() != "if_statement" {
                node = node.parent()?;
            }
            Some(node.byte_range())
        })
        .collect();
    let conditions = tested(&split.tests);
    near.extend(conditions.iter().map(|m| m.range.clone()));
    let mut found: Vec<NearMiss> = near
        .iter()
        .map(|range| near_line(file, range.start))
        .collect();
    found.extend(unresolved.near.iter().cloned());
    found.dedup_by(|a, b| a.line == b.line);
    found.truncate(3);
    let what = split.tests.first().map_or("", Pattern::text);
    let message = if conditions.is_empty() {
        unresolved.message.clone()
    } else {
        format!("`{what}` is not the whole condition of an `if` whose own block has the statement")
    };
    Unresolved {
        message,
        ..unresolved
    }
    .near(found)
}

/// The `if` whose whole condition is at `range`.
fn if_around<'f>(file: &'f File, range: &Range<usize>) -> Option<Node<'f>> {
    let mut node = file.node_at(range.clone())?;
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            "parenthesized_expression" => node = parent,
            "if_statement" if parent.child_by_field_name("condition") == Some(node) => {
                return Some(parent);
            }
            _ => return None,
        }
    }
}

type Boundary<'f> = (Result<Node<'f>, Unresolved>, Vec<Alternative>);

/// The first statement of the second block; an error in it where it is the first of all.
fn boundary<'f>(
    resolver: &Resolver<'f>,
    split: &Split,
    branch: Node<'f>,
) -> Result<Option<Boundary<'f>>, Unresolved> {
    let file = resolver.file;
    let Some(block) = branch
        .child_by_field_name("consequence")
        .filter(|block| block.kind() == "compound_statement")
    else {
        return Ok(None);
    };
    let mut cursor = block.walk();
    let statements: Vec<Node<'_>> = block
        .named_children(&mut cursor)
        .filter(|node| node.kind() != "comment")
        .collect();
    for (index, pattern) in split.before.iter().enumerate() {
        let found = resolver.matches_in(pattern, &block.byte_range())?;
        let Some(position) = statements.iter().position(|statement| {
            found.iter().any(|m| {
                m.range == statement.byte_range()
                    || (m.range.start == statement.start_byte()
                        && m.range.end + 1 >= statement.end_byte())
            })
        }) else {
            continue;
        };
        let Some(&statement) = statements.get(position) else {
            continue;
        };
        let used = alternative("before", index, split.before.len(), pattern.text());
        if position == 0 {
            let unresolved = Unresolved::unfit(
                "the statement is the first of its block; nothing would stay before it",
            );
            return Ok(Some((
                Err(unresolved.at(file, statement.start_byte())),
                used,
            )));
        }
        return Ok(Some((Ok(statement), used)));
    }
    Ok(None)
}

/// Says that the second block is there already: an `if` under the new condition that has the statement.
///
/// # Errors
/// The functions are not there, or it cannot be told.
pub fn present(resolver: &Resolver<'_>, split: &Split) -> Result<Option<Unresolved>, Unresolved> {
    let functions = resolver.functions(&split.functions)?;
    let bodies: Vec<Range<usize>> = functions.found.iter().map(|f| f.body.clone()).collect();
    let at = already(resolver, split, &bodies)?;
    Ok(at.map(|at| Unresolved::present("the block is split already").at(resolver.file, at)))
}

fn already(
    resolver: &Resolver<'_>,
    split: &Split,
    bodies: &[Range<usize>],
) -> Result<Option<usize>, Unresolved> {
    let file = resolver.file;
    let mut old = Vec::new();
    for (test, body) in pairs(&split.tests, bodies) {
        old.extend(resolver.matches_in(test, body)?);
    }
    for m in old {
        let Ok((connective, new)) = addition(&split.becomes, &m.bindings) else {
            return Ok(None);
        };
        let text = widened(&file.text(m.range.clone()), connective, &new);
        let Ok(pattern) = Pattern::compile(&text, Fragment::Expression, resolver.isomorphisms)
        else {
            return Ok(None);
        };
        for body in bodies {
            for found in resolver.matches_in(&pattern, body)? {
                let Some(branch) = if_around(file, &found.range) else {
                    continue;
                };
                if boundary(resolver, split, branch)?.is_some()
                    || has_statement(resolver, split, branch)?
                {
                    return Ok(Some(branch.start_byte()));
                }
            }
        }
    }
    Ok(None)
}

/// Whether the block of the `if` has the statement, wherever in it.
fn has_statement(
    resolver: &Resolver<'_>,
    split: &Split,
    branch: Node<'_>,
) -> Result<bool, Unresolved> {
    let Some(block) = branch.child_by_field_name("consequence") else {
        return Ok(false);
    };
    for pattern in &split.before {
        if !resolver
            .matches_in(pattern, &block.byte_range())?
            .is_empty()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn pairs<'a>(
    patterns: &'a [Pattern],
    bodies: &'a [Range<usize>],
) -> impl Iterator<Item = (&'a Pattern, &'a Range<usize>)> {
    patterns
        .iter()
        .flat_map(|pattern| bodies.iter().map(move |body| (pattern, body)))
}
