//! Where an invariant looks: the files of its scope that can match, and the functions in them.

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::pattern::{Match, Pattern};
use schema::model::Scope;

use super::Ctx;
use crate::comparison::placed;
use crate::finding::Finding;
use crate::nodes::{node_of, without_parens};

/// One match, in its file.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) file: Arc<File>,
    pub(super) found: Match,
}

/// What a scope holds: matches, each place once, and what could hide one.
#[derive(Debug, Default)]
pub(super) struct Hits {
    pub(super) hits: Vec<Hit>,
    pub(super) unknown: Vec<Finding>,
}

/// For each pattern the longest of its words: the rarest, mostly. Named files are not scanned for.
pub(super) fn word_to_scan(patterns: &[Pattern], scope: &Scope) -> Vec<String> {
    if is_files(scope) {
        return Vec::new();
    }
    patterns
        .iter()
        .filter_map(|pattern| longest(&pattern.words()))
        .collect()
}

fn longest(words: &[String]) -> Option<String> {
    words.iter().max_by_key(|word| word.len()).cloned()
}

/// Whether the scope names C files alone.
fn is_files(scope: &Scope) -> bool {
    !scope.under.is_empty() && scope.under.iter().all(TreePath::is_c)
}

/// The matches of any of the patterns in the scope, live code alone, in the order of path and place.
pub(super) fn find(ctx: &Ctx<'_>, patterns: &[Pattern], scope: &Scope) -> Hits {
    let mut all = Hits::default();
    for pattern in patterns {
        let paths = match paths(ctx, pattern, scope, &mut all) {
            Ok(paths) => paths,
            Err(finding) => {
                all.unknown.push(*finding);
                continue;
            }
        };
        for path in paths {
            match ctx.comparison.after.file(&path) {
                Ok(Some(file)) => in_file(ctx, pattern, scope, &file, &mut all),
                Ok(None) => {}
                Err(error) => all
                    .unknown
                    .push(ctx.unknown(error.to_string()).in_file(&path)),
            }
        }
    }
    if !is_files(scope) {
        all.unknown.extend(ctx.unreadable());
    }
    all.hits.sort_by(|a, b| {
        let key = |hit: &Hit| {
            (
                hit.file.path().clone(),
                hit.found.range.start,
                hit.found.range.end,
            )
        };
        key(a).cmp(&key(b))
    });
    all.hits
        .dedup_by(|a, b| a.file.path() == b.file.path() && a.found.range == b.found.range);
    all
}

fn paths(
    ctx: &Ctx<'_>,
    pattern: &Pattern,
    scope: &Scope,
    all: &mut Hits,
) -> Result<Vec<TreePath>, Box<Finding>> {
    if is_files(scope) {
        for path in &scope.under {
            if let Ok(None) = ctx.comparison.after.tree().mode(path) {
                all.unknown
                    .push(ctx.unknown("the tree has no such file").in_file(path));
            }
        }
        return Ok(scope.under.clone());
    }
    let Some(word) = longest(&pattern.words()) else {
        let message = format!(
            "`{}` has no word to look for in a whole tree",
            pattern.text()
        );
        return Err(Box::new(ctx.unknown(message)));
    };
    let paths = ctx
        .comparison
        .word_index
        .files_with(&ctx.comparison.after, &word)
        .map_err(|error| Box::new(ctx.unknown(error.to_string())))?;
    Ok(paths
        .into_iter()
        .filter(|path| is_under(path, scope))
        .collect())
}

fn is_under(path: &TreePath, scope: &Scope) -> bool {
    scope.under.is_empty()
        || scope.under.iter().any(|under| {
            path.as_str()
                .strip_prefix(under.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

fn in_file(ctx: &Ctx<'_>, pattern: &Pattern, scope: &Scope, file: &Arc<File>, all: &mut Hits) {
    let near = ctx.comparison.after.near(file);
    for region in regions(file, scope) {
        let matches = pattern.find(file, region, &near);
        let (found, doubts) = matches.among(|range| !file.is_dead(range.start)).parts();
        for found in found {
            let range = node_of(file, &found.range).map_or(found.range.clone(), |node| {
                without_parens(node).byte_range()
            });
            if !file.is_dead(range.start) {
                all.hits.push(Hit {
                    file: Arc::clone(file),
                    found: Match { range, ..found },
                });
            }
        }
        for doubt in doubts {
            let finding = ctx.unknown(doubt.says(file, pattern.text()));
            all.unknown.push(placed(finding, file, doubt.range().start));
        }
    }
}

fn regions(file: &File, scope: &Scope) -> Vec<Range<usize>> {
    if scope.functions.is_empty() {
        return std::iter::once(0..file.bytes().len()).collect();
    }
    scope
        .functions
        .iter()
        .flat_map(|name| file.functions_named(name))
        .map(|function| function.range.clone())
        .collect()
}

/// `F(): `, where the offset is in a function.
pub(super) fn prefix(file: &File, offset: usize) -> String {
    file.function_at(offset)
        .map(|function| format!("{}(): ", function.name))
        .unwrap_or_default()
}
