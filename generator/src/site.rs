//! Sites: which syntax nodes of a tree a change resolves to.
//!
//! Alternatives are tried in order and the first that stands in the tree is taken. What is under `#if 0`
//! is no site; what was not read cleanly is neither a site nor proof that there is none.

use std::ops::Range;

use query::File;
use query::pattern::{Doubt, Match, Matches, Pattern};
use schema::model::Sites;
use syntax::items::Function;

use crate::edit::Edit;
use crate::failure::NearMiss;
use crate::kinds::Context;
use crate::manifest::Alternative;
use crate::unresolved::Unresolved;

/// How many near unresolved_forms are worth a maintainer's time.
const NEAR: usize = 3;
/// A name less alike than this is no candidate.
const LEAST_LIKENESS: f64 = 0.6;

/// What a change does to one file.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The edits, in any order.
    pub(crate) edits: Vec<Edit>,
    /// Where they are, for people.
    pub(crate) sites: Vec<Site>,
}

/// One place that a change resolves to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// Byte offset of what the change is about.
    pub(crate) offset: usize,
    /// Which alternatives of the spec were used, where it gives several.
    pub(crate) alternatives: Vec<Alternative>,
}

/// Notes which alternative was used, where there was a choice.
pub(crate) fn alternative(key: &str, index: usize, of: usize, text: &str) -> Vec<Alternative> {
    if of < 2 {
        return Vec::new();
    }
    vec![Alternative {
        key: key.to_owned(),
        index,
        text: text.to_owned(),
    }]
}

/// The live definitions of the first of `names` that the file defines.
///
/// # Errors
/// None of them is defined, or one was not read cleanly.
pub(crate) fn functions<'f>(
    file: &'f File,
    names: &[String],
) -> Result<(Vec<&'f Function>, Vec<Alternative>), Unresolved> {
    for (index, name) in names.iter().enumerate() {
        let live: Vec<&Function> = file
            .functions_named(name)
            .into_iter()
            .filter(|function| !file.is_dead(function.name_range.start))
            .collect();
        if let Some(dirty) = live.iter().find(|function| !function.clean) {
            return Err(unclean(file, &dirty.range, &format!("{name}()")));
        }
        if !live.is_empty() {
            return Ok((live, alternative("function", index, names.len(), name)));
        }
    }
    Err(no_function(file, names))
}

/// Something that was not read cleanly can neither be searched nor edited.
pub(crate) fn unclean(file: &File, range: &Range<usize>, what: &str) -> Unresolved {
    match file.unread_in(range) {
        Some(unread) => {
            Unresolved::unread(format!("{what} was not read cleanly: {}", unread.cause))
                .at(file, unread.range.start)
        }
        None => Unresolved::unread(format!("{what} was not read cleanly")).at(file, range.start),
    }
}

fn no_function(file: &File, names: &[String]) -> Unresolved {
    if let Some(dead) = names
        .iter()
        .flat_map(|name| file.functions_named(name))
        .next()
    {
        return Unresolved::absent(format!("{}() is defined under `#if 0` alone", dead.name))
            .at(file, dead.name_range.start);
    }
    if let Some(unread) = hiding(file, names) {
        return Unresolved::unread(format!(
            "{} is not defined in what was read, and could be in what was not",
            listed(names)
        ))
        .at(file, unread);
    }
    let near = similar_names(
        file,
        names,
        file.functions()
            .iter()
            .map(|f| (&f.name, f.name_range.start)),
    );
    Unresolved::absent(format!("no function {} in this file", listed(names))).near(near)
}

/// Where an unread region has one of the words.
pub(crate) fn hiding(file: &File, words: &[String]) -> Option<usize> {
    let hides = |range: &Range<usize>| {
        let text = file.text(range.clone());
        words.iter().any(|word| text.contains(word.as_str()))
    };
    file.unread_statements()
        .find(|(_, statement)| hides(statement))
        .map(|(unread, _)| unread.range.start)
}

/// The names most like the ones looked for.
pub(crate) fn similar_names<'n>(
    file: &File,
    wanted: &[String],
    names: impl Iterator<Item = (&'n String, usize)>,
) -> Vec<NearMiss> {
    let mut near: Vec<NearMiss> = names
        .filter_map(|(name, at)| {
            let score = wanted
                .iter()
                .map(|want| strsim::jaro_winkler(want, name))
                .fold(0.0, f64::max);
            (score >= LEAST_LIKENESS).then(|| NearMiss {
                file: file.path().to_string(),
                line: file.line_of(at),
                function: None,
                text: name.clone(),
                score,
            })
        })
        .collect();
    near.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.line.cmp(&b.line)));
    near.truncate(NEAR);
    near
}

/// The line of `offset` as a candidate.
pub(crate) fn near_line(file: &File, offset: usize) -> NearMiss {
    let line = file.line_of(offset);
    NearMiss {
        file: file.path().to_string(),
        line,
        function: file.function_at(offset).map(|f| f.name.clone()),
        text: one_line(&crate::place::line_text(file, line)),
        score: 1.0,
    }
}

/// `a`, or `a or b`
pub(crate) fn listed(names: &[String]) -> String {
    names.join(" or ")
}

/// Where a change looks for its pattern: some functions' definitions, or the whole file.
pub(crate) fn scope(
    file: &File,
    names: &[String],
) -> Result<(Vec<Range<usize>>, Vec<Alternative>), Unresolved> {
    if names.is_empty() {
        let whole = 0..file.bytes().len();
        return Ok((Vec::from([whole]), Vec::new()));
    }
    let (found, alternatives) = functions(file, names)?;
    Ok((
        found
            .iter()
            .map(|function| function.range.clone())
            .collect(),
        alternatives,
    ))
}

/// Where a new form is already: as a whole, or taken in by a longer chain of the same operator; and what could be one. In
/// macros and dead code nothing counts. A doubt is no reason not to edit the old form: it only forbids to say that neither
/// of them is there.
pub(crate) fn new_forms(
    context: &Context<'_>,
    ranges: &[Range<usize>],
    form: &Pattern,
) -> (Vec<Match>, Option<Unresolved>) {
    let (file, definitions) = (context.file, context.definitions);
    let mut all = Matches::default();
    for range in ranges {
        let whole = form.find(file, range.clone(), definitions);
        let runs = form.find_runs(file, range.clone(), definitions);
        all = all.and(whole).and(runs);
    }
    let (mut found, doubts) = all.among(|range| !file.is_dead(range.start)).parts();
    found.retain(|m| !m.in_macro);
    let doubt = doubts.first().map(|doubt| doubtful(file, form, doubt));
    (found, doubt)
}

/// The live matches, if nothing that could be another is in doubt.
fn live(file: &File, pattern: &Pattern, matches: Matches) -> Result<Vec<Match>, Unresolved> {
    let live = matches.among(|range| !file.is_dead(range.start));
    live.settled()
        .map_err(|doubt| doubtful(file, pattern, &doubt))
}

/// A place that could be a match and is not known to be: nothing can be concluded of the pattern.
pub(crate) fn doubtful(file: &File, pattern: &Pattern, doubt: &Doubt) -> Unresolved {
    Unresolved::unread(doubt.says(file, pattern.text())).at(file, doubt.range().start)
}

/// The live matches in one range.
///
/// # Errors
/// Something there was not read, or is of unknown type, and could be one.
pub(crate) fn live_matches(
    context: &Context<'_>,
    pattern: &Pattern,
    range: &Range<usize>,
) -> Result<Vec<Match>, Unresolved> {
    let matches = pattern.find(context.file, range.clone(), context.definitions);
    live(context.file, pattern, matches)
}

/// The live matches of the first of `patterns` that stands in `ranges`.
///
/// # Errors
/// None stands there, or something there was not read, or is of unknown type, and could be one.
pub(crate) fn matches(
    context: &Context<'_>,
    ranges: &[Range<usize>],
    key: &str,
    patterns: &[Pattern],
    accept: &impl Fn(&Match) -> Result<bool, Unresolved>,
) -> Result<(Vec<Match>, Vec<Alternative>), Unresolved> {
    let file = context.file;
    for (index, pattern) in patterns.iter().enumerate() {
        let mut found = Vec::new();
        for range in ranges {
            for one in live_matches(context, pattern, range)? {
                if accept(&one)? {
                    found.push(one);
                }
            }
        }
        if let Some(defined) = found.iter().find(|m| m.in_macro) {
            return Err(Unresolved::unfit(format!(
                "`{}` stands in the body of a macro, which is not edited; name the functions that are meant",
                pattern.text()
            ))
            .at(file, defined.range.start));
        }
        if !found.is_empty() {
            let used = alternative(key, index, patterns.len(), pattern.text());
            return Ok((found, used));
        }
    }
    Err(no_match(context, ranges, patterns))
}

fn no_match(context: &Context<'_>, ranges: &[Range<usize>], patterns: &[Pattern]) -> Unresolved {
    let file = context.file;
    let texts: Vec<String> = patterns.iter().map(|p| format!("`{}`", p.text())).collect();
    let place = match ranges {
        [range] if range.end < file.bytes().len() => file
            .function_at(range.start)
            .map_or_else(|| "this file".to_owned(), |f| format!("{}()", f.name)),
        _ => "this file".to_owned(),
    };
    let line = ranges.first().map_or(1, |range| file.line_of(range.start));
    Unresolved::absent(format!("{} does not stand in {place}", listed(&texts)))
        .at_line(line)
        .near(near_misses(context, ranges, patterns))
}

/// What comes nearest to any of the patterns.
fn near_misses(
    context: &Context<'_>,
    ranges: &[Range<usize>],
    patterns: &[Pattern],
) -> Vec<NearMiss> {
    let file = context.file;
    let mut near: Vec<NearMiss> = Vec::new();
    for pattern in patterns {
        for range in ranges {
            for unresolved in pattern.nearest(file, range.clone(), NEAR, context.definitions) {
                near.push(NearMiss {
                    file: file.path().to_string(),
                    line: file.line_of(unresolved.range.start),
                    function: file
                        .function_at(unresolved.range.start)
                        .map(|f| f.name.clone()),
                    text: one_line(&unresolved.text),
                    score: unresolved.score,
                });
            }
        }
    }
    near.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.line.cmp(&b.line)));
    near.dedup_by(|a, b| a.line == b.line && a.text == b.text);
    near.truncate(NEAR);
    near
}

/// White space folded.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether there are as many sites as declared.
///
/// # Errors
/// There are not; the message has the lines.
pub(crate) fn counted(
    file: &File,
    sites: Sites,
    offsets: &[usize],
    what: &str,
) -> Result<(), Unresolved> {
    let count = offsets.len();
    let fits = match sites {
        Sites::One => count == 1,
        Sites::Exactly(wanted) => count == wanted,
        Sites::All => count > 0,
    };
    if fits {
        return Ok(());
    }
    let lines: Vec<String> = offsets
        .iter()
        .map(|&at| file.line_of(at).to_string())
        .collect();
    let wanted = match sites {
        Sites::One => "one".to_owned(),
        Sites::Exactly(wanted) => wanted.to_string(),
        Sites::All => "at least one".to_owned(),
    };
    let unresolved = Unresolved::unfit(format!(
        "{what} stands {count} times (lines {}), and {wanted} is declared",
        lines.join(", ")
    ));
    Err(match offsets.first() {
        Some(&first) => unresolved.at(file, first),
        None => unresolved,
    })
}

/// Drops matches that stand inside another one.
pub(crate) fn outermost(mut found: Vec<Match>) -> Vec<Match> {
    found.sort_by_key(|m| (m.range.start, std::cmp::Reverse(m.range.end)));
    let mut end = 0;
    found.retain(|m| {
        let outside = m.range.start >= end;
        if outside {
            end = m.range.end;
        }
        outside
    });
    found
}
