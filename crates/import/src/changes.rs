//! What a patch does to one file, as changes of a spec.

use std::fmt::Write;
use std::ops::Range;

use query::File;

use crate::declare::{Declared, Given, declare};
use crate::hunks::{self, Hunks, Run};
use crate::runs;
use crate::toml;
use crate::{Bench, Detail, FileChange, Said, Telling, units};

/// Changes of a spec.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) said: Vec<Said>,
    pub(crate) hunks: usize,
    pub(crate) declared: usize,
}

/// The changes that make the file what it is after: declarations, and hunks for what they leave.
pub(crate) fn of(change: &FileChange, bench: &dyn Bench, telling: &Telling) -> Changes {
    let detail = telling
        .detail
        .get(&change.path)
        .copied()
        .unwrap_or_default();
    let mut refused = telling.refused.clone();
    bench.start(&change.path);
    loop {
        let declared = match detail {
            Detail::Declarations | Detail::DeclarationsAndRuns => declare(Given {
                change,
                bench,
                refused: &refused,
                telling,
            }),
            _ => Declared {
                parts: Vec::new(),
                rest: runs::ops(&change.before, &change.after),
            },
        };
        match as_hunks(change, detail, &declared) {
            Ok(hunks) => {
                let runs: usize = declared.parts.iter().map(|part| part.runs.len()).sum();
                let changes = declared.parts.into_iter().flat_map(|part| {
                    let runs = part.runs;
                    let said = part.changes.into_iter();
                    said.map(move |text| Said {
                        text,
                        runs: runs.clone(),
                    })
                });
                let hunks = hunks.into_iter().map(|text| Said {
                    text,
                    runs: Vec::new(),
                });
                return Changes {
                    said: changes.chain(hunks).collect(),
                    hunks: runs + declared.rest.len(),
                    declared: runs,
                };
            }
            // A hunk beside what is declared needs its lines to be told from others.
            Err(part) => refused.extend(
                declared
                    .parts
                    .into_iter()
                    .nth(part)
                    .into_iter()
                    .flat_map(|part| part.changes),
            ),
        }
    }
}

/// What is not declared, as hunks.
///
/// # Errors
/// One of them cannot be told by the lines up to a part that is declared: which.
fn as_hunks(
    change: &FileChange,
    detail: Detail,
    declared: &Declared,
) -> Result<Vec<String>, usize> {
    let (before, after) = (
        hunks::lines(change.before.written()),
        hunks::lines(change.after.written()),
    );
    let by_function = matches!(detail, Detail::Declarations | Detail::Functions);
    let named = |lines: &Range<usize>| {
        let function = by_function.then(|| function(change, lines));
        function.flatten()
    };
    let parts = declared.parts.iter().enumerate();
    let (others, parts): (Vec<hunks::Op>, Vec<usize>) = parts
        .flat_map(|(index, part)| part.runs.iter().map(move |run| (run.clone(), index)))
        .unzip();
    let runs = Hunks {
        before: &before,
        after: &after,
        ops: &declared.rest,
        others: &others,
        as_one: detail == Detail::Whole,
        scope: &|old| named(old).map(|(_, lines)| lines),
        unit: &|old| units::unit(&change.before, old),
    };
    let runs = runs
        .runs()
        .map_err(|other| parts.get(other).copied().unwrap_or(0))?;
    let texts = runs.iter().map(|run| {
        let mut text = String::new();
        let function = named(&run.old).map(|(name, _)| name);
        hunk(&mut text, change, &before, &after, run, function.as_deref());
        text
    });
    Ok(texts.collect())
}

/// The function that some lines of a file are in, by number from 0, and its own lines: where the file defines it
/// once, before and after.
fn function(change: &FileChange, lines: &Range<usize>) -> Option<(String, Range<usize>)> {
    let file = &change.before;
    if !file.path().is_c() {
        return None;
    }
    let index = file.lines();
    let at = index.range_of(lines.start + 1).start;
    let function = file.functions().iter().find(|function| {
        let first = index.line_of(function.range.start) - 1;
        let last = index.line_of(function.range.end.saturating_sub(1));
        first < lines.start && lines.end < last && function.range.start <= at
    })?;
    let is_name = !function.name.is_empty()
        && function
            .name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_once = |file: &File| file.functions_named(&function.name).len() == 1;
    if !is_name
        || !is_once(file)
        || !is_once(&change.after)
        || file.is_dead(function.name_range.start)
    {
        return None;
    }
    let first = index.line_of(function.range.start) - 1;
    let last = index.line_of(function.range.end.saturating_sub(1));
    Some((function.name.clone(), first..last))
}

/// Writes a `hunk`.
fn hunk(
    out: &mut String,
    change: &FileChange,
    before: &[&[u8]],
    after: &[&[u8]],
    run: &Run,
    function: Option<&str>,
) {
    let mut rows: Vec<(char, &[u8])> = Vec::new();
    let mut at = run.old.start - run.above;
    for (old, new) in &run.ops {
        rows.extend(signed(' ', before, &(at..old.start)));
        rows.extend(signed('-', before, old));
        rows.extend(signed('+', after, new));
        at = old.end;
    }
    rows.extend(signed(' ', before, &(at..run.old.end + run.below)));
    let is_utf8 = rows
        .iter()
        .all(|(_, line)| std::str::from_utf8(line).is_ok());
    let mut text = String::new();
    for (sign, line) in rows {
        text.push(sign);
        match std::str::from_utf8(line) {
            Ok(line) if is_utf8 => text.push_str(line),
            _ => text.extend(line.iter().map(|&byte| char::from(byte))),
        }
        if !line.ends_with(b"\n") {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
    let _ = writeln!(out, "\n[[patch.change]]");
    toml::key(out, "kind", "hunk");
    toml::key(out, "file", change.path.as_str());
    if let Some(function) = function {
        toml::key(out, "function", function);
    }
    if !is_utf8 {
        toml::key(out, "encoding", "latin-1");
    }
    toml::key(out, "text", &text);
}

/// Some lines, with their sign.
fn signed<'l>(
    sign: char,
    lines: &[&'l [u8]],
    range: &Range<usize>,
) -> impl Iterator<Item = (char, &'l [u8])> {
    let lines = lines.get(range.clone()).unwrap_or_default().to_vec();
    lines.into_iter().map(move |line| (sign, line))
}
