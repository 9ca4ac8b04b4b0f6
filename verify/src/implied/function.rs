//! `function`: one definition, as declared, with the signature that its prototype or weak twin has.

mod later;

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::{Function, Subject};
use sites::kinds::function::neighbour;
use sites::words::words_of;
use sites::{block, brief, lines, live_functions};
use syntax::Node;
use syntax::items::Function as Definition;

use super::declaration::is_of_others;
use super::effect::alias;
use super::{Ctx, Judged, in_order, no_such_neighbour};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::nodes::{nodes_of_kind, normal};

/// What it looks for, in words.
pub(super) fn sought(_: &Function) -> String {
    no_such_neighbour()
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Function) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let own = live_functions(&file, &kind.name);
    let whole = own.first().and_then(|first| whole(&file, kind, first));
    // The arms of an `#if` that is declared with it have a definition each.
    let definition = match own.as_slice() {
        [one] => Some(*one),
        [one, rest @ ..] => Some(*one).filter(|_| {
            let inside = |other: &&Definition| {
                let whole = whole.as_ref();
                whole.is_some_and(|whole| whole.contains(&other.range.start))
            };
            rest.iter().all(inside)
        }),
        [] => None,
    };
    let Some(definition) = definition else {
        let hint = match (own.len(), file.functions_named(&kind.name).is_empty()) {
            (0, true) => "is not defined".to_owned(),
            (0, false) => "is defined under `#if 0` only".to_owned(),
            (n, _) => format!("is defined {n} times"),
        };
        let finding = ctx
            .violated("one-definition", format!("{}() {hint}", kind.name))
            .in_file(file.path());
        match own.last() {
            Some(last) => judged.put(finding, &file, last.name_range.start),
            None => judged.findings.push(finding),
        }
        return judged;
    };
    let message = format!("{}() is defined once", kind.name);
    judged.put(
        ctx.holds("one-definition", message),
        &file,
        definition.name_range.start,
    );
    as_declared(ctx, kind, &file, definition, whole.is_some(), &mut judged);
    placed_beside(ctx, kind, &file, definition, &mut judged);
    let start = whole.as_ref().map_or(definition.range.start, |it| it.start);
    in_its_arm(ctx, kind, &file, start, &mut judged);
    named_otherwise(ctx, kind, &file, definition, &mut judged);
    signature(ctx, kind, &file, definition, &mut judged);
    let whole = whole.unwrap_or_else(|| definition.range.clone());
    // The comment above it. One that the definition has itself is not written once more.
    let declared = ctx.body.comment.as_deref();
    let declared = declared.map(|words| words_of(&format!("/* {words} */")));
    if declared.is_none_or(|words| !comments(kind.define.as_bytes()).contains(&words)) {
        let head = whole.start..definition.name_range.start;
        super::words::judge(ctx, &file, &head, &mut judged);
    }
    comments_in_it(ctx, kind, &file, &whole, &mut judged);
    judged.comment_scope(file.path(), whole.clone());
    if ctx.comparison.before.is_some() {
        judged
            .explained_tokens
            .push(Explained::inserted(file.path(), vec![whole]));
    }
    judged
}

/// Where the definition is with all that is declared with it, an `#if` around it and what exports it; none where that is not
/// there as declared.
fn whole(file: &File, kind: &Function, definition: &Definition) -> Option<Range<usize>> {
    let want = words(kind.define.as_bytes());
    let have = words(file.bytes());
    let name = have.partition_point(|(range, _)| range.end <= definition.name_range.start);
    let is_name =
        |(at, (_, text)): (usize, &(Range<usize>, String))| (*text == kind.name).then_some(at);
    let mut starts = want.iter().enumerate().filter_map(is_name);
    starts.find_map(|at| {
        let start = name.checked_sub(at)?;
        let found = have.get(start..start + want.len())?;
        let mut pairs = found.iter().zip(&want);
        let same = pairs.all(|((_, have), (_, want))| have == want);
        let range = found.first()?.0.start..found.last()?.0.end;
        (same && range.start <= definition.range.start && definition.range.end <= range.end)
            .then_some(range)
    })
}

/// The comments in the definition are the declared ones, in their order. What became of them in a tree as it is, is not asked.
fn comments_in_it(
    ctx: &Ctx<'_>,
    kind: &Function,
    file: &File,
    whole: &Range<usize>,
    judged: &mut Judged,
) {
    if ctx.comparison.before.is_none() {
        return;
    }
    let want = comments(kind.define.as_bytes());
    let have = comments(file.slice(whole.clone()));
    // The definition may begin with a comment, which is above the first token.
    let above = lines::with_comment_above(file, lines::line_start(file, whole.start));
    let above = comments(file.slice(above..whole.start));
    let is_there = |words: &String| have.contains(words) || above.contains(words);
    if let Some(missing) = want.iter().find(|words| !is_there(words)) {
        let message = format!(
            "{}() lacks the declared comment “{}”",
            kind.name,
            brief(missing, 60)
        );
        judged.put(ctx.violated("comment", message), file, whole.start);
    } else if let Some(other) = have.iter().find(|words| !want.contains(words)) {
        let message = format!(
            "{}() has a comment that the spec does not declare: “{}”",
            kind.name,
            brief(other, 60)
        );
        judged.put(ctx.violated("comment", message), file, whole.start);
    }
}

/// The words of the comments in code.
fn comments(code: &[u8]) -> Vec<String> {
    let all = tokens(code).into_iter();
    let all = all.filter(|token| token.kind == TokenKind::Comment);
    all.map(|token| {
        let text = code.get(token.range).unwrap_or_default();
        words_of(&String::from_utf8_lossy(text))
    })
    .collect()
}

/// The tokens of code, as they are compared.
fn words(code: &[u8]) -> Vec<(Range<usize>, String)> {
    let all = tokens(code).into_iter();
    let all = all.filter(|token| token.kind != TokenKind::Comment);
    all.map(|token| {
        let text = normal(code.get(token.range.clone()).unwrap_or_default());
        (token.range, text)
    })
    .collect()
}

fn as_declared(
    ctx: &Ctx<'_>,
    kind: &Function,
    file: &File,
    definition: &Definition,
    is_so: bool,
    judged: &mut Judged,
) {
    let have = normal(file.slice(definition.range.clone()));
    let want = normal(kind.define.as_bytes());
    let finding = if is_so {
        let message = format!("{}() is defined as declared", kind.name);
        ctx.holds("as-declared", message)
    } else if let Some(later) = later::makes(ctx, kind, file, definition) {
        let message = format!(
            "{}() is what the changes of later patches make of the declared one: {}",
            kind.name,
            later.join(", ")
        );
        ctx.holds("as-declared", message)
    } else {
        let (have, want) = match want.split_once(&have) {
            // The function itself is as declared, and what is said with it is not there.
            Some((before, behind)) => {
                let lacks = if before.is_empty() { behind } else { before };
                ("nothing more".to_owned(), lacks.trim().to_owned())
            }
            None => first_difference(&have, &want),
        };
        let message = format!("{}() has `{have}` where the spec says `{want}`", kind.name);
        ctx.violated("as-declared", message)
    };
    judged.put(finding, file, definition.name_range.start);
}

/// A few tokens from where two texts begin to differ.
pub(super) fn first_difference(have: &str, want: &str) -> (String, String) {
    let have: Vec<&str> = have.split(' ').collect();
    let want: Vec<&str> = want.split(' ').collect();
    let same = have.iter().zip(&want).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(2);
    let cut = |words: &[&str]| {
        let part = words.get(from..).unwrap_or_default();
        let part: Vec<&str> = part.iter().take(8).copied().collect();
        if part.is_empty() {
            "nothing more".to_owned()
        } else {
            part.join(" ")
        }
    };
    (cut(&have), cut(&want))
}

fn placed_beside(
    ctx: &Ctx<'_>,
    kind: &Function,
    file: &File,
    definition: &Definition,
    judged: &mut Judged,
) {
    let Some((beside, anchor)) = kind.beside.as_ref().zip(neighbour(file, kind)) else {
        return;
    };
    let (word, first, second) = in_order(beside.side, &anchor.range, &definition.range);
    let is_between = |range: &Range<usize>| range.start >= first.end && range.end <= second.start;
    let mut functions = file.functions().iter();
    let mut stranger =
        functions.any(|function| is_between(&function.range) && !is_declared(ctx, &function.name));
    if !anchor.is_function {
        let items = block::items(file.root());
        let functions = file.functions();
        stranger |= items.iter().any(|item| {
            let is_function = functions.iter().any(|known| known.range == item.range);
            is_between(&item.range) && !is_function && !is_of_others(ctx, file, item)
        });
    }
    let finding = if first.end <= second.start && !stranger {
        ctx.holds("beside", format!("directly {word} {}", anchor.name))
    } else {
        let message = format!("{}() is not directly {word} {}", kind.name, anchor.name);
        ctx.violated("beside", message)
    };
    judged.put(finding, file, definition.name_range.start);
}

/// Under the `#if`s of its neighbour, but for one that is declared with it.
fn in_its_arm(ctx: &Ctx<'_>, kind: &Function, file: &File, start: usize, judged: &mut Judged) {
    let Some(anchor) = neighbour(file, kind) else {
        return;
    };
    let allowed = file.conditions_at(anchor.range.start);
    let own = file.conditions_at(start);
    if own == allowed {
        return;
    }
    let message = match own.iter().find(|one| !allowed.contains(one)) {
        Some(extra) => {
            let not = if extra.negated { "!" } else { "" };
            let condition = &extra.expression;
            format!(
                "{}() is under `#if {not}{condition}`, {} is not",
                kind.name, anchor.name
            )
        }
        None => format!(
            "{}() is not under the `#if` that {} is under",
            kind.name, anchor.name
        ),
    };
    judged.put(ctx.violated("beside", message), file, start);
}

/// In a tree as it is, a macro may make another name of the function's.
fn named_otherwise(
    ctx: &Ctx<'_>,
    kind: &Function,
    file: &File,
    definition: &Definition,
    judged: &mut Judged,
) {
    let at = definition.name_range.start;
    let definitions = ctx.resolver(file).definitions;
    if ctx.comparison.before.is_some() {
        return;
    }
    if let Some(body) = alias(file, &kind.name, at, &definitions) {
        let message = format!("`#define {} {body}` gives it another name", kind.name);
        judged.put(ctx.violated("one-definition", message), file, at);
    }
}

fn is_declared(ctx: &Ctx<'_>, name: &str) -> bool {
    ctx.spec_has(|subject| matches!(subject, Subject::Function(known) if known == name))
}

/// The prototypes and weak twins that the tree has must agree with the definition.
fn signature(
    ctx: &Ctx<'_>,
    kind: &Function,
    file: &File,
    definition: &Definition,
    judged: &mut Judged,
) {
    let Some(own) = types_of(
        file,
        &(definition.range.start..definition.body.start),
        &kind.name,
    ) else {
        let message = format!("the signature of {}() could not be read", kind.name);
        return judged.put(
            ctx.unknown("signature", message),
            file,
            definition.name_range.start,
        );
    };
    let paths = match ctx
        .comparison
        .word_index
        .files_with(&ctx.comparison.after, &kind.name)
    {
        Ok(paths) => paths,
        Err(error) => {
            return judged
                .findings
                .push(ctx.unknown("signature", error.to_string()));
        }
    };
    let mut twins = 0;
    for path in paths {
        let Ok(Some(other)) = ctx.comparison.after.file(&path) else {
            continue;
        };
        if definition.is_static && path != *file.path() {
            continue;
        }
        for (range, types) in twins_in(&other, &kind.name, definition, file) {
            twins += 1;
            if types != own {
                let message = format!(
                    "{}() is `{own}` here and `{types}` in {path}:{}",
                    kind.name,
                    other.line_of(range.start)
                );
                judged.put(
                    ctx.violated("signature", message),
                    file,
                    definition.name_range.start,
                );
            }
        }
    }
    if !judged
        .findings
        .iter()
        .any(|f| f.invariant == ctx.id("signature"))
    {
        let message = match twins {
            0 => format!("no other declaration of {}() is in the tree", kind.name),
            n => format!("agrees with {n} other declarations in the tree"),
        };
        judged.put(
            ctx.holds("signature", message),
            file,
            definition.name_range.start,
        );
    }
}

/// The prototypes, and the weak definitions, of the name in a file.
fn twins_in(
    other: &File,
    name: &str,
    own: &Definition,
    own_file: &File,
) -> Vec<(Range<usize>, String)> {
    let whole = 0..other.bytes().len();
    let prototypes = nodes_of_kind(other, &whole, "declaration")
        .into_iter()
        .map(|node| node.byte_range());
    let weak = other
        .functions_named(name)
        .into_iter()
        .filter(|f| f.is_weak && !(other.path() == own_file.path() && f.range == own.range))
        .map(|f| f.range.start..f.body.start);
    prototypes
        .chain(weak)
        .filter_map(|range| types_of(other, &range, name).map(|types| (range, types)))
        .collect()
}

/// `int (struct pci_dev *, int)`: the types of a declaration of `name` in the range, names taken off.
fn types_of(file: &File, range: &Range<usize>, name: &str) -> Option<String> {
    let declarator = nodes_in(file, range, "function_declarator")
        .into_iter()
        .find(|node| {
            node.child_by_field_name("declarator")
                .is_some_and(|inner| file.slice(inner.byte_range()) == name.as_bytes())
        })?;
    let parameters = declarator.child_by_field_name("parameters")?;
    let mut cursor = parameters.walk();
    let types: Vec<String> = parameters
        .named_children(&mut cursor)
        .filter(|node| node.kind() != "comment")
        .map(|node| parameter_type(file, node))
        .collect();
    let mut owner = declarator;
    let mut stars = String::new();
    while let Some(parent) = owner.parent() {
        match parent.kind() {
            "pointer_declarator" => stars.push('*'),
            "declaration" | "function_definition" => {
                owner = parent;
                break;
            }
            _ => {}
        }
        owner = parent;
    }
    let result = owner
        .child_by_field_name("type")
        .map_or_else(String::new, |node| normal(file.slice(node.byte_range())));
    Some(format!("{result} {stars}({})", types.join(", ")).replace("  ", " "))
}

fn nodes_in<'a>(file: &'a File, range: &Range<usize>, kind: &str) -> Vec<Node<'a>> {
    nodes_of_kind(file, range, kind)
}

/// A parameter's tokens without the parameter's name.
fn parameter_type(file: &File, node: Node<'_>) -> String {
    let mut name = node.child_by_field_name("declarator");
    while let Some(inner) = name.filter(|node| node.kind() != "identifier") {
        let mut cursor = inner.walk();
        let deeper = inner.child_by_field_name("declarator").or_else(|| {
            inner
                .named_children(&mut cursor)
                .find(|child| child.kind().ends_with("declarator") || child.kind() == "identifier")
        });
        name = deeper;
    }
    let range = node.byte_range();
    match name {
        Some(name) => {
            let head = file.slice(range.start..name.start_byte());
            let tail = file.slice(name.end_byte()..range.end);
            normal(&[head, b" ", tail].concat())
        }
        None => normal(file.slice(range)),
    }
}
