//! Where an invariant looks: the files of its scope that can match, and the functions in them.

use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::pattern::{Match, Pattern};
use schema::model::Scope;
use sites::scope::{is_files, regions, takes};

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

/// The matches of any of the patterns in the scope, live code alone, in the order of path and place.
pub(super) fn find(ctx: &Ctx<'_>, patterns: &[Pattern], scope: &Scope) -> Hits {
    let mut all = Hits::default();
    for pattern in patterns {
        let paths = match paths(ctx, pattern, scope) {
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

fn paths(ctx: &Ctx<'_>, pattern: &Pattern, scope: &Scope) -> Result<Vec<TreePath>, Box<Finding>> {
    if is_files(scope) {
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
        .filter(|path| takes(scope, path))
        .collect())
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

/// `F(): `, where the offset is in a function.
pub(super) fn prefix(file: &File, offset: usize) -> String {
    file.function_at(offset)
        .map(|function| format!("{}(): ", function.name))
        .unwrap_or_default()
}
