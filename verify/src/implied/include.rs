//! `include`: the header is included once, in order, before first need.

use query::File;
use schema::model::{ChangeKind, Include, Side as Beside};
use sites::kinds::include::{self, header, live};
use syntax::items::IncludeDirective;

use super::{Ctx, Judged, no_such_neighbour};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::nodes::directive;

/// The live includes of a header.
fn named<'a>(file: &'a File, name: &str) -> Vec<&'a IncludeDirective> {
    let includes = live(file).into_iter();
    // gcc's `#include_next` and `#import` are something else.
    let is_include = |known: &&IncludeDirective| {
        directive(file.slice(known.range.clone())).starts_with("# include ")
    };
    includes
        .filter(|known| known.header == name)
        .filter(is_include)
        .collect()
}

fn neighbour<'a>(ctx: &'a Ctx<'_>, file: &'a File, kind: &Include) -> Option<&'a IncludeDirective> {
    let found = include::find(&ctx.resolver(file), kind);
    found.ok().flatten().map(|(directive, _)| directive)
}

/// What it looks for, in words.
pub(super) fn sought(_: &Include) -> String {
    no_such_neighbour()
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Include) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let (name, system) = header(&kind.header);
    let own = named(&file, name);
    let [found] = own.as_slice() else {
        let message = match own.len() {
            0 => format!("{} is not included", kind.header),
            n => format!("{} is included {n} times", kind.header),
        };
        let finding = ctx.violated("once", message).in_file(file.path());
        match own.last() {
            Some(last) => judged.put(finding, &file, last.range.start),
            None => judged.findings.push(finding),
        }
        return judged;
    };
    let at = found.range.start;
    let finding = if found.system != system {
        let message = format!("{name} is included with the other delimiters");
        ctx.violated("once", message)
    } else if !found.conditions.iter().all(|c| is_guard(&file, c.line)) {
        let message = format!("{} is included under an `#if` only", kind.header);
        ctx.violated("once", message)
    } else {
        ctx.holds("once", format!("{} is included once", kind.header))
    };
    judged.put(finding, &file, at);
    order(ctx, kind, &file, found, &mut judged);
    before_need(ctx, kind, &file, found, &mut judged);
    super::words::judge(ctx, &file, &found.range, &mut judged);
    judged.comment_scope(file.path(), found.range.clone());
    judged
        .explained_tokens
        .push(Explained::inserted(file.path(), vec![found.range.clone()]));
    judged
}

/// Whether the `#ifndef` on this line is the header's include guard: every other include stands under it.
fn is_guard(file: &File, line: usize) -> bool {
    file.includes()
        .iter()
        .all(|other| other.conditions.iter().any(|c| c.line == line))
}

fn order(
    ctx: &Ctx<'_>,
    kind: &Include,
    file: &File,
    directive: &IncludeDirective,
    judged: &mut Judged,
) {
    let includes = file.includes();
    let Some(at) = includes
        .iter()
        .position(|known| known.range == directive.range)
    else {
        return;
    };
    let finding = match (&kind.beside, neighbour(ctx, file, kind)) {
        (Some(beside), Some(anchor)) => {
            let anchor_at = includes
                .iter()
                .position(|known| known.range == anchor.range);
            let (word, between) = match beside.side {
                Beside::After => ("after", anchor_at.map(|anchor| anchor + 1..at)),
                Beside::Before => ("before", anchor_at.map(|anchor| at + 1..anchor)),
            };
            let between = between.and_then(|between| includes.get(between));
            if between.is_some_and(|between| between.iter().all(|other| is_declared(ctx, other))) {
                ctx.holds("order", format!("directly {word} {}", anchor.header))
            } else {
                let message = format!(
                    "{} is not included directly {word} {}",
                    kind.header, anchor.header
                );
                ctx.violated("order", message)
            }
        }
        _ => sorted(ctx, kind, file, at),
    };
    judged.put(finding, file, directive.range.start);
}

/// Whether a change of the spec declares the include.
fn is_declared(ctx: &Ctx<'_>, directive: &IncludeDirective) -> bool {
    ctx.comparison.spec.forms().any(|body| match &body.kind {
        ChangeKind::Include(other) => {
            header(&other.header) == (&directive.header, directive.system)
        }
        _ => false,
    })
}

/// Where its neighbours are in order, it must be in order too: those of the same folder in the same delimiters, for `"a.h"`
/// is written behind `<linux/slab.h>`.
fn sorted(ctx: &Ctx<'_>, kind: &Include, file: &File, at: usize) -> crate::finding::Finding {
    let folder = |known: &IncludeDirective| {
        let folder = known.header.split_once('/');
        (known.system, folder.map(|(folder, _)| folder.to_owned()))
    };
    let own = file.includes().get(at).map(folder);
    let mut block = block_of(file, at);
    block.retain(|other| file.includes().get(*other).map(folder) == own);
    let mut others: Vec<&str> = block
        .iter()
        .copied()
        .filter(|other| *other != at)
        .filter_map(|other| file.includes().get(other))
        .map(|known| known.header.as_str())
        .collect();
    let is_sorted = others.is_sorted();
    others = block
        .iter()
        .filter_map(|index| file.includes().get(*index))
        .map(|known| known.header.as_str())
        .collect();
    if is_sorted && !others.is_sorted() {
        let message = format!("{} is out of order among the includes", kind.header);
        ctx.violated("order", message)
    } else {
        ctx.holds("order", "the includes around it keep their order")
    }
}

/// The includes that stand on lines one after the other with it.
fn block_of(file: &File, at: usize) -> Vec<usize> {
    let line = |index: usize| {
        file.includes()
            .get(index)
            .map(|known| file.line_of(known.range.start))
    };
    let mut from = at;
    while from > 0 && line(from - 1).map(|l| l + 1) == line(from) {
        from -= 1;
    }
    let mut to = at;
    while line(to + 1).is_some() && line(to + 1) == line(to).map(|l| l + 1) {
        to += 1;
    }
    (from..=to).collect()
}

/// It stands before the first definition of the file.
fn before_need(
    ctx: &Ctx<'_>,
    kind: &Include,
    file: &File,
    directive: &IncludeDirective,
    judged: &mut Judged,
) {
    // Next to an include that was there already is where the spec has it.
    let late_there =
        |there: &File| neighbour(ctx, there, kind).is_some_and(|near| is_late(there, near));
    let is_placed = || match ctx.comparison.before {
        Some(_) => ctx
            .file(Image::Before)
            .is_ok_and(|before| late_there(&before)),
        None => late_there(file),
    };
    let finding = if is_late(file, directive) && !is_placed() {
        let message = format!("{} is included after code that may need it", kind.header);
        ctx.violated("before-need", message)
    } else {
        ctx.holds("before-need", "it is before the file's first definition")
    };
    judged.put(finding, file, directive.range.start);
}

/// Whether the include is behind the first definition of the file.
fn is_late(file: &File, directive: &IncludeDirective) -> bool {
    let functions = file.functions().iter().map(|function| &function.range);
    let records = file.records().iter().map(|record| &record.range);
    let mut all = functions.chain(records);
    all.any(|range| range.start < directive.range.start)
}
