//! What an invariant names: of what the tree does not have nothing can be said, so that nothing holds of it either.

use std::sync::Arc;

use dialect::TreePath;
use dialect::token::texts;
use query::File;
use query::config::{Implied, implied};
use schema::model::{
    Absent, Calls, Config, Count, Guarded, InvariantKind, MemberName, Present, ReadsOnlyIn, Scope,
    WritesOnlyIn,
};
use sites::scope::{self, Missing};
use syntax::items::Function;
use trees::TreeError;

use super::Ctx;
use super::scope::with_links;
use crate::comparison::placed;
use crate::finding::{Finding, Verdict};
use crate::implied::effect::undefined;

/// The findings, where all that the invariant names is there; else what is not.
///
/// What was found to be wrong at some place stays wrong. That something is nowhere says nothing where it was not looked
/// for, and that all is right may be for want of a single case.
pub(super) fn checked(ctx: &Ctx<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    if ctx.invariant.may_be_missing {
        return findings;
    }
    let mut unknown: Vec<Finding> = match missing(ctx, &findings) {
        Ok(missing) => missing
            .iter()
            .map(|missing| ctx.unknown(format!("{missing}: nothing can be said of it")))
            .collect(),
        Err(error) => vec![ctx.unknown(error.to_string())],
    };
    match renamed(ctx) {
        Ok(renamed) => unknown.extend(renamed),
        Err(error) => unknown.push(ctx.unknown(error.to_string())),
    }
    if unknown.is_empty() {
        return findings;
    }
    let stays = |finding: &Finding| match finding.verdict {
        Verdict::Violated => finding.line.is_some(),
        Verdict::Unknown => true,
        Verdict::Holds => false,
    };
    // It may be in a file that could not be read, which is said already: not that the tree does not have it.
    let is_unread = |finding: &Finding| {
        finding.verdict == Verdict::Unknown && finding.file.is_some() && finding.line.is_none()
    };
    let unknown = match findings.iter().any(is_unread) {
        true => Vec::new(),
        false => unknown,
    };
    findings.into_iter().filter(stays).chain(unknown).collect()
}

fn missing(ctx: &Ctx<'_>, findings: &[Finding]) -> Result<Vec<Missing>, TreeError> {
    let everywhere = Scope::default();
    match &ctx.invariant.kind {
        InvariantKind::WritesOnlyIn(WritesOnlyIn { functions, .. })
        | InvariantKind::ReadsOnlyIn(ReadsOnlyIn { functions, .. }) => {
            let mut missing = Vec::new();
            for alternatives in functions {
                missing.extend(first_there(ctx, alternatives)?.err().flatten());
            }
            Ok(missing)
        }
        InvariantKind::EveryTest(every) => {
            let mut missing = missing_of(ctx, &every.scope)?;
            let excepted = every.except.iter().map(|except| except.function.clone());
            let excepted: Vec<String> = excepted.collect();
            missing.extend(missing_functions(ctx, &excepted, &every.scope)?);
            Ok(missing)
        }
        InvariantKind::Guarded(Guarded { scope, .. })
        | InvariantKind::Present(Present { scope, .. })
        | InvariantKind::Absent(Absent { scope, .. })
        | InvariantKind::Count(Count { scope, .. })
        | InvariantKind::Config(Config { scope, .. }) => missing_of(ctx, scope),
        // Who is reached is there, be it a macro.
        InvariantKind::Calls(Calls { from, to, .. }) if !is_shown(findings) => {
            let mut missing = missing_functions(ctx, std::slice::from_ref(from), &everywhere)?;
            let files = files_of(ctx, to, &everywhere)?;
            missing.extend(scope::missing_callee(to, files));
            Ok(missing)
        }
        // It looks for its function itself, and shows the events that it found.
        InvariantKind::Order(_) | InvariantKind::Calls(_) => Ok(Vec::new()),
    }
}

/// The named functions of which a macro makes other ones: of `#define f g` the function that is written as `f` is `g`.
fn renamed(ctx: &Ctx<'_>) -> Result<Vec<Finding>, TreeError> {
    let mut found = Vec::new();
    for (name, scope) in named_functions(&ctx.invariant.kind) {
        for file in files_of(ctx, name, &scope)? {
            let (_, name) = scope::file_and_name(name);
            let functions = file.functions_named(name).into_iter();
            let mut live = functions.filter(|function| !file.is_dead(function.range.start));
            let renaming = live.find_map(|function| renaming(&file, function));
            found.extend(renaming.map(|at| {
                let message = format!(
                    "`{name}` is a macro here: the function that is written as {name}() is another one"
                );
                placed(ctx.unknown(message), &file, at)
            }));
        }
    }
    Ok(found)
}

/// Where a macro is defined that surely makes another name of the function's.
fn renaming(file: &File, function: &Function) -> Option<usize> {
    let at = function.name_range.start;
    let macros = file.macros().iter();
    let mut macros = macros.filter(|known| {
        known.name == function.name
            && known.range.end <= at
            && !file.is_dead(known.range.start)
            && !texts(file.slice(known.body.clone())).any(|word| word == known.name)
            && undefined(file, &known.name, known.range.end..at).is_none()
            && implied(&file.conditions_at(at), &known.conditions) == Implied::Yes
    });
    macros.next().map(|known| known.range.start)
}

/// The functions that the invariant names, each with where it is looked for.
fn named_functions(kind: &InvariantKind) -> Vec<(&String, Scope)> {
    let everywhere = Scope::default();
    match kind {
        InvariantKind::WritesOnlyIn(WritesOnlyIn { functions, .. })
        | InvariantKind::ReadsOnlyIn(ReadsOnlyIn { functions, .. }) => {
            let names = functions.iter().flatten();
            names.map(|name| (name, everywhere.clone())).collect()
        }
        InvariantKind::EveryTest(every) => in_scope(&every.scope),
        InvariantKind::Guarded(Guarded { scope, .. })
        | InvariantKind::Present(Present { scope, .. })
        | InvariantKind::Absent(Absent { scope, .. })
        | InvariantKind::Count(Count { scope, .. })
        | InvariantKind::Config(Config { scope, .. }) => in_scope(scope),
        InvariantKind::Order(order) => {
            let scope = Scope {
                under: order.files.clone(),
                ..Scope::default()
            };
            vec![(&order.function, scope)]
        }
        InvariantKind::Calls(calls) => vec![(&calls.from, everywhere)],
    }
}

fn in_scope(scope: &Scope) -> Vec<(&String, Scope)> {
    let names = scope.functions.iter();
    names.map(|name| (name, scope.clone())).collect()
}

fn is_shown(findings: &[Finding]) -> bool {
    findings.iter().all(|f| f.verdict == Verdict::Holds)
}

/// What a scope names.
fn missing_of(ctx: &Ctx<'_>, scope: &Scope) -> Result<Vec<Missing>, TreeError> {
    let tree = ctx.comparison.after.tree();
    let mut missing = scope::missing_places(tree.as_ref(), &scope.under)?;
    missing.extend(missing_functions(ctx, &scope.functions, scope)?);
    Ok(missing)
}

fn missing_functions(
    ctx: &Ctx<'_>,
    names: &[String],
    scope: &Scope,
) -> Result<Vec<Missing>, TreeError> {
    let mut missing = Vec::new();
    for name in names {
        missing.extend(scope::missing_function(name, files_of(ctx, name, scope)?));
    }
    Ok(missing)
}

/// The first of the functions that the tree has, or what is missing where it has none.
pub(super) fn first_there<'n>(
    ctx: &Ctx<'_>,
    alternatives: &'n [String],
) -> Result<Result<&'n String, Option<Missing>>, TreeError> {
    let everywhere = Scope::default();
    let mut missing = None;
    for name in alternatives {
        match scope::missing_function(name, files_of(ctx, name, &everywhere)?) {
            None => return Ok(Ok(name)),
            Some(this) => missing = missing.or(Some(this)),
        }
    }
    Ok(Err(missing))
}

/// The files of a scope in which a function of a claim can be.
fn files_of<'c>(
    ctx: &'c Ctx<'_>,
    name: &str,
    scope: &Scope,
) -> Result<impl Iterator<Item = Arc<File>> + use<'c>, TreeError> {
    let (path, function) = scope::file_and_name(name);
    let mut paths = if scope::is_files(scope) {
        scope.under.clone()
    } else {
        let index = &ctx.comparison.word_index;
        index.files_with(&ctx.comparison.after, function)?
    };
    let linked = with_links(ctx, scope);
    paths.retain(|known| {
        scope::takes(&linked, known) && path.is_none_or(|path| path == known.as_str())
    });
    ctx.comparison.after.read_ahead(&paths);
    let read = |path: TreePath| ctx.comparison.after.file(&path).ok().flatten();
    Ok(paths.into_iter().filter_map(read))
}

/// Says what is missing of a member that nothing declares.
pub(super) fn missing_member(ctx: &Ctx<'_>, member: &MemberName) -> Option<Finding> {
    if ctx.invariant.may_be_missing {
        return None;
    }
    let missing = scope::missing_member(&ctx.comparison.after, member);
    Some(ctx.unknown(format!("{missing}: nothing can be said of it")))
}

/// The functions that the invariant names, for the one walk that answers all questions.
pub(super) fn words(kind: &InvariantKind) -> Vec<String> {
    let of_scope = |scope: &Scope| match scope::is_files(scope) {
        true => Vec::new(),
        false => names(&scope.functions),
    };

    match kind {
        InvariantKind::WritesOnlyIn(WritesOnlyIn { functions, .. })
        | InvariantKind::ReadsOnlyIn(ReadsOnlyIn { functions, .. }) => {
            names(functions.iter().flatten())
        }
        InvariantKind::EveryTest(every) => {
            let mut words = of_scope(&every.scope);
            if !scope::is_files(&every.scope) {
                words.extend(names(every.except.iter().map(|except| &except.function)));
            }
            words
        }
        InvariantKind::Guarded(Guarded { scope, .. })
        | InvariantKind::Present(Present { scope, .. })
        | InvariantKind::Absent(Absent { scope, .. })
        | InvariantKind::Count(Count { scope, .. })
        | InvariantKind::Config(Config { scope, .. }) => of_scope(scope),
        InvariantKind::Order(_) | InvariantKind::Calls(_) => Vec::new(),
    }
}

fn names<'n>(functions: impl IntoIterator<Item = &'n String>) -> Vec<String> {
    let functions = functions.into_iter();
    functions
        .map(|function| scope::file_and_name(function).1.to_owned())
        .collect()
}
