//! `every-test`: in the scope every test of A also tests B, but for exceptions that carry a reason.
//!
//! What is read without being tested may be tested elsewhere: a local that is only tested is followed, anything else
//! is listed.

mod objects;
mod typed;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use dialect::token::{integer, texts};
use query::File;
use query::access::{Access, access_of};
use query::config::{Implied, implied};
use query::pattern::{Fragment, Pattern};
use schema::model::{EveryTest, Exception, Widening};

use super::Ctx;
use super::only_in::leads_by_offset;
use super::scope::{Expand, Hit, find, find_in, prefix, word_to_scan};
use crate::comparison::placed;
use crate::finding::{Finding, Verdict};
use crate::implied::widening::{Wanted, companion, wanted};
use crate::nodes::{node_of, operator, without_parens};
use sites::brief;
use values::{Value, value_of};

/// The words that the whole tree is asked for.
pub(super) fn words(every: &EveryTest) -> Vec<String> {
    let mut words = word_to_scan(&every.tests, &every.scope);
    // Its members are looked for by themselves, too, where the tree is asked at all.
    if !words.is_empty() {
        let members = every.tests.iter().map(Pattern::text).filter_map(member_of);
        words.extend(
            members
                .chain(member_of(every.also.text()))
                .map(str::to_owned),
        );
    }
    words
}

pub(super) fn check(ctx: &Ctx<'_>, every: &EveryTest) -> Vec<Finding> {
    let also = member_of(every.also.text()).into_iter();
    let also = also.map(str::to_owned).collect();
    let hits = find_in(ctx, &every.tests, &every.scope, Expand::RelatedTo(also));
    let mut findings = hits.unknown;
    findings.extend(by_offset(ctx, every));
    findings.extend(of_objects(ctx, every));
    let mut excepted: BTreeMap<usize, Vec<Hit>> = BTreeMap::new();
    let mut right = 0;
    for hit in hits.hits {
        let judged = judge(ctx, every, &hit);
        match judged {
            Judged::Apart => {}
            Judged::Right(count) => right += count,
            Judged::Wrong(wrong) => match exception(every, &hit) {
                Some(index) => excepted.entry(index).or_default().push(hit),
                None => findings.extend(wrong),
            },
        }
    }
    for (index, exception) in every.except.iter().enumerate() {
        let found = excepted.remove(&index).unwrap_or_default();
        findings.extend(of_exception(ctx, exception, &found));
    }
    if findings
        .iter()
        .all(|finding| finding.verdict == Verdict::Holds)
    {
        let message = match right {
            1 => format!("1 test also tests `{}`", every.also.text()),
            count => format!("{count} tests also test `{}`", every.also.text()),
        };
        findings.push(ctx.holds(message));
    }
    findings
}

/// Places that lead to a member of a test by arithmetic: whether it is tested there was not judged.
fn by_offset(ctx: &Ctx<'_>, every: &EveryTest) -> Vec<Finding> {
    let members: BTreeSet<&str> = every
        .tests
        .iter()
        .map(Pattern::text)
        .filter_map(member_of)
        .collect();
    let isomorphisms = &ctx.comparison.spec.isomorphisms;
    let patterns = members.iter().filter_map(|member| {
        let text = format!("offsetof($RECORD, {member})");
        Pattern::compile(&text, Fragment::Expression, isomorphisms).ok()
    });
    let patterns: Vec<Pattern> = patterns.collect();
    if patterns.is_empty() {
        return Vec::new();
    }
    let hits = find(ctx, &patterns, &every.scope).hits.into_iter();
    let leading = hits.filter(|hit| leads_by_offset(&hit.file, &hit.found.range));
    let said = leading.map(|hit| {
        let at = hit.found.range.start;
        let text = hit.file.text(hit.found.range.clone());
        let place = prefix(&hit.file, at);
        let message = format!(
            "{place}what `{text}` leads to may be tested without `{}`",
            every.also.text()
        );
        placed(ctx.unknown(message), &hit.file, at)
    });
    said.collect()
}

/// Tests of the member of an object that is no pointer's: an element (`d[i].m`), a copy (`struct dev z = *d;`), or what an
/// address is taken of (`(&z)->m`). No pattern with `->` means them, and the compiler tests the same.
fn of_objects(ctx: &Ctx<'_>, every: &EveryTest) -> Vec<Finding> {
    let arrows = every.tests.iter().filter(|test| test.text().contains("->"));
    let members: BTreeSet<&str> = arrows.map(Pattern::text).filter_map(member_of).collect();
    let isomorphisms = &ctx.comparison.spec.isomorphisms;
    let patterns = members.iter().filter_map(|member| {
        let text = format!("$OBJECT.{member}");
        Pattern::compile(&text, Fragment::Expression, isomorphisms).ok()
    });
    let patterns: Vec<Pattern> = patterns.collect();
    if patterns.is_empty() {
        return Vec::new();
    }
    let companion = member_of(every.also.text());
    let typed = typed::Objects::of(ctx, every);
    let hits = find(ctx, &patterns, &every.scope).hits.into_iter();
    let said = hits.filter(|hit| typed.may_have(hit)).filter_map(|hit| {
        let node = node_of(&hit.file, &hit.found.range).map(without_parens)?;
        let object = node.child_by_field_name("argument").map(without_parens)?;
        if exception(every, &hit).is_some() || !objects::may_be_meant(&hit.file, object) {
            return None;
        }
        let tests = match access_of(&hit.file, &hit.found.range) {
            Access::Test => true,
            Access::Read if every.ignores_values => false,
            Access::Read => !matches!(
                value_of(&hit.file, &hit.found.range),
                Value::Tested(tests) if tests.is_empty()
            ),
            _ => false,
        };
        let text = hit.file.text(object.byte_range());
        let beside = companion.map(|companion| format!("{text}.{companion}"));
        let has_it = beside.is_some_and(|beside| objects::is_beside(&hit.file, node, &beside));
        (tests && !has_it).then(|| {
            let at = hit.found.range.start;
            let (place, also) = (prefix(&hit.file, at), every.also.text());
            let tested = brief(&hit.file.text(hit.found.range.clone()), 60);
            let message = match access_of(&hit.file, &hit.found.range) {
                Access::Read => format!(
                    "{place}`{tested}` is handed on, and who gets it may test it without `{also}`; \
                     `values = \"ignore\"` lets such values be, \
                     `scope` or a type of the metavariable says what is meant"
                ),
                _ => format!(
                    "{place}`{tested}` is a test of an object, not of a pointer: \
                     whether `{also}` has to be tested there was not judged; \
                     `scope` or a type of the metavariable says what is meant"
                ),
            };
            placed(ctx.unknown(message), &hit.file, at)
        })
    });
    said.collect()
}

/// `m` of `$D->m`
fn member_of(test: &str) -> Option<&str> {
    let all: Vec<&str> = texts(test.as_bytes()).collect();
    let at = all.iter().rposition(|text| matches!(*text, "->" | "."))?;
    all.get(at + 1).copied()
}

/// What a match comes to.
enum Judged {
    /// It is no test, and carries none elsewhere.
    Apart,
    /// So many tests that have their companion.
    Right(usize),
    Wrong(Vec<Finding>),
}

fn judge(ctx: &Ctx<'_>, every: &EveryTest, hit: &Hit) -> Judged {
    let at = hit.found.range.start;
    let becomes = Widening::Or(every.also.clone());
    let wanted = match wanted(ctx.comparison, &becomes, &hit.found.bindings) {
        Ok(wanted) => wanted,
        Err(message) => return Judged::Wrong(vec![placed(ctx.unknown(message), &hit.file, at)]),
    };
    let text = brief(&hit.file.text(hit.found.range.clone()), 60);
    let value = match access_of(&hit.file, &hit.found.range) {
        Access::Test => Value::Tested(vec![hit.found.range.clone()]),
        Access::Read | Access::AddressTaken if every.ignores_values && !is_test(hit) => {
            return Judged::Apart;
        }
        Access::Read | Access::AddressTaken => value_of(&hit.file, &hit.found.range),
        _ => return Judged::Apart,
    };
    match value {
        Value::Tested(tests) => {
            let wrong: Vec<Finding> = tests
                .iter()
                .filter_map(|test| accompanied(ctx, hit, test, &wanted))
                .collect();
            if wrong.is_empty() {
                Judged::Right(tests.len())
            } else {
                Judged::Wrong(wrong)
            }
        }
        Value::Elsewhere(at, why) => {
            let message = format!(
                "{}the value of `{text}` {why}: whether it is tested there without `{}` was not judged",
                prefix(&hit.file, at),
                wanted.text
            );
            Judged::Wrong(vec![placed(ctx.unknown(message), &hit.file, at)])
        }
    }
}

/// Whether the value is handed to the caller at once: that is a test, whatever becomes of other values.
fn is_test(hit: &Hit) -> bool {
    let is_at = |test: &Range<usize>| *test == hit.found.range;
    matches!(value_of(&hit.file, &hit.found.range), Value::Tested(tests) if tests.first().is_some_and(is_at))
}

/// What is wrong with a test, if anything: of the value itself, or of a local that has it.
fn accompanied(ctx: &Ctx<'_>, hit: &Hit, test: &Range<usize>, wanted: &Wanted) -> Option<Finding> {
    let at = test.start;
    let text = brief(&hit.file.text(test.clone()), 60);
    let what = format!("{}`{text}`", prefix(&hit.file, at));
    let beside = |test: &Range<usize>| companion(&hit.file, test, wanted, "||");
    let found = match beside(test) {
        Ok(None) => {
            let compared = compared(&hit.file, test);
            let mut answers = compared.iter().map(beside);
            answers
                .find(|answer| !matches!(answer, Ok(None)))
                .unwrap_or(Ok(None))
        }
        found => found,
    };
    let companion = match found {
        Ok(Some(companion)) => companion,
        Ok(None) => {
            let message = format!("{what} is tested without `{}`", wanted.text);
            return Some(placed(ctx.violated(message), &hit.file, at));
        }
        Err(doubt) => {
            let message = doubt.says(&hit.file, wanted.pattern.text());
            return Some(placed(ctx.unknown(message), &hit.file, at));
        }
    };
    // In a configuration that lacks the companion the test is alone.
    let given = hit.file.conditions_at(at);
    let operands = companion.operands.iter();
    let mut answers =
        operands.map(|operand| implied(&given, &hit.file.conditions_at(operand.start)));
    let finding = match answers.find(|answer| *answer != Implied::Yes)? {
        Implied::No => ctx.violated(format!(
            "{what} is tested without `{}` in configurations that an `#if` leaves it out of",
            wanted.text
        )),
        _ => ctx.unknown(format!(
            "{what}: which configurations have `{}` beside it could not be decided",
            wanted.text
        )),
    };
    Some(placed(finding, &hit.file, at))
}

/// The comparisons with a number other than 0, and the masks, that a test is in: `d->old == 1` tests `d->old`, too, and
/// so does `1 & d->old == 7`.
fn compared(file: &File, test: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let Some(mut node) = node_of(file, test) else {
        return found;
    };
    while let Some(parent) = node.parent() {
        if parent.kind() != "parenthesized_expression" {
            let sides = ["left", "right"];
            let mut sides = sides
                .iter()
                .filter_map(|side| parent.child_by_field_name(side));
            let other = sides.find(|side| side.id() != node.id());
            let is_number = other.is_some_and(|other| {
                let other = without_parens(other);
                let value = integer(file.slice(other.byte_range()).trim_ascii());
                value.is_some_and(|value| value != 0)
            });
            if !is_number || !matches!(operator(file, parent), Some(b"==" | b"&")) {
                break;
            }
            found.push(parent.byte_range());
        }
        node = parent;
    }
    found
}

/// The exception that the match is in: by its function's name, or by `FILE:NAME`.
fn exception(every: &EveryTest, hit: &Hit) -> Option<usize> {
    let function = hit.file.function_at(hit.found.range.start)?;
    every
        .except
        .iter()
        .position(|exception| match exception.function.rsplit_once(':') {
            Some((path, name)) => name == function.name && path == hit.file.path().as_str(),
            None => exception.function == function.name,
        })
}

fn of_exception(ctx: &Ctx<'_>, exception: &Exception, found: &[Hit]) -> Option<Finding> {
    let files: BTreeSet<String> = found
        .iter()
        .map(|hit| hit.file.path().to_string())
        .collect();
    let is_static = |hit: &Hit| {
        let function = hit.file.function_at(hit.found.range.start);
        function.is_some_and(|function| function.is_static)
    };
    if files.len() > 1 && found.iter().any(is_static) {
        let files: Vec<String> = files.into_iter().collect();
        let message = format!(
            "{}() is another function in each of {}: the exception has to say which, `FILE:{0}`",
            exception.function,
            crate::nodes::listed(&files, "and")
        );
        return Some(ctx.unknown(message).in_function(&exception.function));
    }
    let count = exception.count?;
    if count == found.len() {
        return None;
    }
    let message = format!(
        "{}(): {} without the other one; the exception allows {count}",
        exception.function,
        crate::nodes::counted(found.len(), "test", "tests")
    );
    Some(match found.last() {
        Some(hit) => placed(ctx.violated(message), &hit.file, hit.found.range.start),
        None => ctx.violated(message).in_function(&exception.function),
    })
}
