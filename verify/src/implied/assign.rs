//! `assign`: exactly one assignment to that location in the function, guarded by exactly that
//! condition, reachable, not in a loop, at the declared place.

mod others;
mod place;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use query::File;
use query::access::{Access, access_of, calls, written};
use query::flow::Flow;
use query::pattern::{
    Bindings, Fragment, ISOMORPHISMS, Isomorphisms, Match, Pattern, PatternError,
};
use schema::model::{Assign, Side as Beside};
use sites::effects::repeated;
use sites::statement;
use syntax::Node;
use syntax::items::Function;

use super::conditions::{compare, demanded, expression, literals};
use super::member::{in_comment, stands_dead};
use super::{Ctx, Judged, none_of};
use crate::comparison::Image;
use crate::finding::{Finding, Verdict};
use crate::nodes::{code_sibling, node_of, nodes_of_kind, normal};

/// The anchors: the matches of the first pattern that has any which are statements, and what could be one.
fn anchors(
    ctx: &Ctx<'_>,
    kind: &Assign,
    file: &File,
    bodies: &[Range<usize>],
) -> (Vec<Match>, Option<Finding>) {
    for pattern in &kind.beside.anchors {
        let (mut found, doubts) = ctx.find(file, pattern, bodies).parts();
        found.retain(|hit| statement::of(file, &hit.range).is_some());
        let doubt = doubts.first();
        let doubt = doubt.map(|doubt| ctx.doubt("site", file, pattern, doubt));
        if !found.is_empty() || doubt.is_some() {
            return (found, doubt);
        }
    }
    (Vec::new(), None)
}

/// Whether a statement is nothing but what `assign`s of the spec other than this change put there.
pub(super) fn is_of_any(ctx: &Ctx<'_>, file: &File, node: Node<'_>) -> bool {
    place::is_of_assigns(ctx, file, node)
}

/// An assignment that the spec declares, filled in for one anchor.
pub(super) struct Declared {
    pub(super) set: String,
    pub(super) location: String,
    pub(super) when: Option<String>,
}

/// What it looks for, in words.
pub(super) fn sought(kind: &Assign) -> String {
    none_of(kind.beside.anchors.iter().map(Pattern::text))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Assign) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let functions = ctx.functions(&file, &kind.functions);
    if functions.is_empty() {
        let finding = ctx
            .violated(
                "exactly-one",
                format!(
                    "no function {}() in the file",
                    kind.functions.join("() or ")
                ),
            )
            .in_file(file.path());
        judged.findings.push(finding);
    }
    let bodies: Vec<Range<usize>> = functions.iter().map(|f| f.body.clone()).collect();
    let (found, doubt) = anchors(ctx, kind, &file, &bodies);
    if found.is_empty() && doubt.is_none() {
        for function in &functions {
            judged.put(gone(ctx, kind, &file), &file, function.name_range.start);
        }
    }
    let before = bare_before(ctx, kind, found.len());
    // Of many anchors that mean the same assignment in one function, what is not there is looked for once.
    let mut missed = BTreeSet::new();
    for (index, anchor) in found.iter().enumerate() {
        let around = |function: &&&Function| function.body.contains(&anchor.range.start);
        if let Some(function) = functions.iter().find(around) {
            let bare = before
                .as_ref()
                .and_then(|(before, found)| Some((&**before, found.get(index)?.range.clone())));
            let in_it = |other: &&Match| function.body.contains(&other.range.start);
            let sites = found.iter().filter(in_it).count();
            let place = (&*file, *function, sites);
            in_function(ctx, kind, place, (anchor, bare), &mut missed, &mut judged);
        }
    }
    judged.findings.extend(doubt);
    judged
}

/// That the anchor is gone. A tree as it is has perhaps moved it: of that the claim says nothing.
fn gone(ctx: &Ctx<'_>, kind: &Assign, file: &File) -> Finding {
    let message = "the statement it goes next to is gone";
    if ctx.comparison.before.is_some() {
        return ctx.violated("placed", message);
    }
    let resolver = ctx.resolver(file);
    let unresolved = sites::kinds::assign::find(&resolver, kind).err();
    let why = unresolved.map_or_else(String::new, |unresolved| {
        let near = unresolved.near.iter().map(|near| {
            let function = near.function.as_ref();
            let function = function.map_or_else(String::new, |name| format!("{name}() "));
            format!("`{}` ({function}line {})", near.text, near.line)
        });
        let near: Vec<String> = near.collect();
        match near.is_empty() {
            true => format!(": {}", unresolved.message),
            false => format!(": {}; nearest: {}", unresolved.message, near.join(", ")),
        }
    });
    ctx.unknown("placed", format!("{message}{why}"))
}

/// The anchors of the tree before, where there are as many.
fn bare_before(ctx: &Ctx<'_>, kind: &Assign, count: usize) -> Option<(Arc<File>, Vec<Match>)> {
    ctx.comparison.before.as_ref()?;
    let file = ctx.file(Image::Before).ok()?;
    let functions = ctx.functions(&file, &kind.functions);
    let bodies: Vec<Range<usize>> = functions.iter().map(|f| f.body.clone()).collect();
    let (found, _) = anchors(ctx, kind, &file, &bodies);
    (found.len() == count).then_some((file, found))
}

fn in_function(
    ctx: &Ctx<'_>,
    kind: &Assign,
    (file, function, sites): (&File, &Function, usize),
    (anchor, before): (&Match, Option<(&File, Range<usize>)>),
    missed: &mut BTreeSet<(usize, String)>,
    judged: &mut Judged,
) {
    let declared = match declared(kind, &anchor.bindings) {
        Ok(declared) => declared,
        Err(message) => {
            return judged.put(
                ctx.unknown("exactly-one", message),
                file,
                anchor.range.start,
            );
        }
    };
    let mut news = kind.when.iter().chain([&kind.set]);
    if let Some(message) = news.find_map(|new| repeated(file, &anchor.bindings, new, true)) {
        let finding = ctx.violated("exactly-one", message);
        judged.put(finding, file, anchor.range.start);
    }
    let missing_here = (function.range.start, declared.set.clone());
    if missed.contains(&missing_here) {
        return;
    }
    let all = assignments(ctx, file, &function.body, &declared.location);
    let live: Vec<Node<'_>> = all
        .iter()
        .copied()
        .filter(|node| !file.is_dead(node.start_byte()) && is_evaluated(file, *node))
        .collect();
    match live.as_slice() {
        [] => {
            let finding = missing(ctx, file, function, &declared, &all);
            judged.put(finding, file, function.name_range.start);
            missed.insert(missing_here);
        }
        several @ [first, rest @ ..] => {
            let first = place::Site {
                ctx,
                file,
                function,
                anchor: &anchor.range,
                side: kind.beside.side,
                declared: &declared,
                node: *first,
                others: rest.len(),
                before: before.clone(),
            };
            let own = match several {
                [one] => Some(*one),
                _ => several
                    .iter()
                    .copied()
                    .find(|node| first.of(*node).is_meant()),
            };
            let others = others::Others {
                ctx,
                file,
                function,
                declared: &declared,
                sites,
                before: before.as_ref().map(|(file, range)| (*file, range.start)),
            };
            match own.map(|own| (own, others.fault(own, several))) {
                Some((own, None)) => first.of(own).judge(judged),
                Some((own, Some(finding))) if finding.verdict == Verdict::Unknown => {
                    first.of(own).judge(judged);
                    judged.put(finding, file, own.start_byte());
                }
                Some((own, Some(finding))) => judged.put(finding, file, own.start_byte()),
                None => {
                    let last = several.last().map_or(function.body.start, Node::start_byte);
                    judged.put(others.too_many(several.len()), file, last);
                }
            }
        }
    }
}

/// Whether it is done at all: not in an operand of `sizeof`, say.
fn is_evaluated(file: &File, node: Node<'_>) -> bool {
    access_of(file, &node.byte_range()) != Access::Unevaluated
}

/// Fills the spec's templates from the anchor's bindings.
fn declared(kind: &Assign, bindings: &Bindings) -> Result<Declared, String> {
    let unbound = |name: String| format!("the anchor binds no `${name}`");
    let set = kind.set.fill(bindings).map_err(unbound)?;
    let when = match &kind.when {
        Some(when) => Some(when.fill(bindings).map_err(unbound)?),
        None => None,
    };
    let location = location_of(&set).ok_or_else(|| format!("`{set}` is no assignment"))?;
    Ok(Declared {
        set,
        location,
        when,
    })
}

/// What `set` assigns to.
fn location_of(set: &str) -> Option<String> {
    let (file, range) = expression(set)?;
    let node = node_of(&file, &range)?;
    Some(file.text(written(node)?.byte_range()).into_owned())
}

/// The pattern of new code: it is judged in the order in which it is written, white space and parentheses apart, and
/// which of the two spellings of a member (`p->m`, `(*p).m`) it has.
fn as_written(text: &str, isomorphisms: &Isomorphisms) -> Result<Pattern, PatternError> {
    let others = ISOMORPHISMS.iter().map(|known| known.name.to_owned());
    let others = others.filter(|name| name != "parentheses" && name != "arrow");
    let disabled = others.chain(isomorphisms.disabled.iter().cloned());
    let strict = Isomorphisms {
        disabled: disabled.collect(),
    };
    Pattern::compile(text, Fragment::Expression, &strict)
}

/// Every assignment to `location` in the range, by whatever operator.
fn assignments<'a>(
    ctx: &Ctx<'_>,
    file: &'a File,
    range: &Range<usize>,
    location: &str,
) -> Vec<Node<'a>> {
    let wanted = normal(location.as_bytes());
    let pattern = as_written(location, &ctx.comparison.spec.isomorphisms).ok();
    let is_it = |range: Range<usize>| {
        let found = pattern.as_ref().map(|pattern| ctx.is(file, pattern, range));
        matches!(found, Some(Ok(Some(_))))
    };
    let mut found = Vec::new();
    for kind in ["assignment_expression", "update_expression"] {
        for node in nodes_of_kind(file, range, kind) {
            if written(node).is_some_and(|t| {
                let core = crate::nodes::without_parens(t);
                normal(file.slice(core.byte_range())) == wanted || is_it(core.byte_range())
            }) {
                found.push(node);
            }
        }
    }
    found.sort_by_key(Node::start_byte);
    found
}

/// Where it is instead, if anywhere.
fn missing(
    ctx: &Ctx<'_>,
    file: &File,
    function: &Function,
    declared: &Declared,
    here: &[Node<'_>],
) -> Finding {
    let whole = 0..file.bytes().len();
    let elsewhere = assignments(ctx, file, &whole, &declared.location)
        .into_iter()
        .filter(|node| !file.is_dead(node.start_byte()) && is_evaluated(file, *node))
        .find_map(|node| file.function_at(node.start_byte()));
    let member = declared
        .location
        .rsplit(['>', '.'])
        .next()
        .unwrap_or(&declared.location)
        .trim();
    let hint = if let Some(other) = elsewhere {
        format!("found in {}() instead", other.name)
    } else if here.iter().any(|node| !is_evaluated(file, *node)) {
        "it is in an operand that is not evaluated".to_owned()
    } else if !here.is_empty() || stands_dead(file, member) {
        "found under `#if 0` only".to_owned()
    } else if in_comment(file, member) {
        "found in a comment only".to_owned()
    } else {
        "not found in the file".to_owned()
    };
    ctx.violated(
        "exactly-one",
        format!("{}(): `{}` is missing: {hint}", function.name, declared.set),
    )
}
