//! Where an invariant looks: the files of its scope that can match, and the functions in them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::texts;
use query::File;
use query::pattern::{Match, Pattern};
use schema::model::Scope;
use sites::scope::{is_files, regions, takes};
use trees::TreeError;

use super::Ctx;
use super::macros::{Macros, Within, in_fragments, in_own_fragments};
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
    patterns.iter().flat_map(Pattern::telling_words).collect()
}

/// Words of statements that a macro may be by itself.
const JUMPS: [&str; 4] = ["return", "goto", "break", "continue"];

/// Which macros are expanded before a pattern is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expand {
    /// Those that bring in what the pattern is about, or are handed it.
    Related,
    /// The same of these words, too: they count where a match is.
    RelatedTo(BTreeSet<String>),
    /// With those, all that the code itself defines: what happens around a match matters too. But for these, which the claim
    /// itself is about by their names.
    LocalBut(BTreeSet<String>),
}

/// The matches of any of the patterns in the scope, live code alone, in the order of path and place.
pub(super) fn find(ctx: &Ctx<'_>, patterns: &[Pattern], scope: &Scope) -> Hits {
    find_in(ctx, patterns, scope, Expand::Related)
}

/// As [`find`], in files with these macros expanded.
pub(super) fn find_in(ctx: &Ctx<'_>, patterns: &[Pattern], scope: &Scope, expand: Expand) -> Hits {
    let mut all = Hits::default();
    let words: BTreeSet<String> = patterns.iter().flat_map(Pattern::telling_words).collect();
    let within = if is_files(scope) {
        Within::Files(&scope.under)
    } else {
        Within::Tree
    };
    let mut brought = words.clone();
    if let Expand::RelatedTo(others) = &expand {
        brought.extend(others.iter().cloned());
    }
    // Of a few files it can be asked which macros return, or leave a loop.
    if is_files(scope) {
        let all = patterns
            .iter()
            .flat_map(|pattern| texts(pattern.text().as_bytes()));
        brought.extend(all.filter(|text| JUMPS.contains(text)).map(str::to_owned));
    }
    let macros = match Macros::of_words(ctx, brought, within) {
        Ok(macros) => match expand {
            Expand::LocalBut(kept) => macros.with_local().keeping(kept),
            Expand::Related | Expand::RelatedTo(_) => macros,
        },
        Err(error) => {
            all.unknown.push(ctx.unknown(error.to_string()));
            return all;
        }
    };
    if !is_files(scope) {
        let fragments = in_fragments(ctx, &words).into_iter();
        let scope = with_links(ctx, scope);
        all.unknown
            .extend(fragments.filter(|finding| is_in(finding, &scope)));
    } else {
        all.unknown
            .extend(in_own_fragments(ctx, &words, &scope.under));
    }
    for pattern in patterns {
        let paths = match paths(ctx, pattern, scope, &macros) {
            Ok(paths) => paths,
            Err(finding) => {
                all.unknown.push(*finding);
                continue;
            }
        };
        for path in paths {
            match macros.open(&path) {
                Ok(Some(made)) => in_file(ctx, pattern, scope, &made.file, &macros, &mut all),
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
    all.unknown.extend(macros.unknown());
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
    macros: &Macros<'_>,
) -> Result<Vec<TreePath>, Box<Finding>> {
    if is_files(scope) {
        return Ok(scope.under.clone());
    }
    let words = pattern.telling_words();
    if words.is_empty() {
        let message = format!(
            "`{}` has no word to look for in a whole tree",
            pattern.text()
        );
        return Err(Box::new(ctx.unknown(message)));
    }
    let unknown = |error: TreeError| Box::new(ctx.unknown(error.to_string()));
    let mut paths = macros.files().map_err(unknown)?;
    for word in &words {
        let index = &ctx.comparison.word_index;
        let named = index.files_with(&ctx.comparison.after, word);
        paths.extend(named.map_err(unknown)?);
    }
    let scope = with_links(ctx, scope);
    Ok(paths
        .into_iter()
        .filter(|path| takes(&scope, path))
        .collect())
}

/// Whether the finding's file is in the scope.
fn is_in(finding: &Finding, scope: &Scope) -> bool {
    let path = finding
        .file
        .as_deref()
        .and_then(|path| TreePath::new(path).ok());
    path.is_none_or(|path| takes(scope, &path))
}

/// The scope with what symbolic links in it, or on the way to it, lead to: of what the walk came by.
pub(super) fn with_links(ctx: &Ctx<'_>, scope: &Scope) -> Scope {
    let linked = ctx.comparison.word_index.with_linked(&scope.under);
    Scope {
        under: linked.into_iter().collect(),
        functions: scope.functions.clone(),
    }
}

fn in_file(
    ctx: &Ctx<'_>,
    pattern: &Pattern,
    scope: &Scope,
    file: &Arc<File>,
    macros: &Macros<'_>,
    all: &mut Hits,
) {
    let near = ctx.comparison.after.near(file);
    // What a macro does is done where it is used: there it was expanded.
    let counts =
        |range: &Range<usize>| !file.is_dead(range.start) && !macros.defines(file, range.start);
    for region in regions(file, scope) {
        let matches = pattern.find(file, region, &near);
        let (found, doubts) = matches.among(counts).parts();
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
