//! Whether anything in the tree still uses the name of what is deleted.

use dialect::TreePath;
use dialect::token::{TokenKind, tokens};
use query::File;
use query::types::declared_at;
use schema::model::{Delete, Deleted, NamedKind};

use crate::comparison::placed;
use crate::finding::Finding;
use crate::implied::{Ctx, Judged};

const NAME: &str = "unused";

/// The names that are asked for: of all that has to be unused, and in any case of what nothing compiles or links without.
pub(in crate::implied) fn names(kind: &Delete) -> Vec<String> {
    use NamedKind::{Enumerator, Function, Macro};
    match &kind.what {
        Deleted::Named(Function | Enumerator | Macro, names) => names.clone(),
        _ if !kind.unused => Vec::new(),
        Deleted::Statement(_) => Vec::new(),
        Deleted::Named(_, names) => names.clone(),
        Deleted::PartOf(_, names) => names.iter().map(|(_, name)| name.clone()).collect(),
    }
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Delete, judged: &mut Judged) {
    for name in names(kind) {
        judged.findings.extend(of_name(ctx, kind, &name));
    }
}

fn of_name(ctx: &Ctx<'_>, kind: &Delete, name: &str) -> Vec<Finding> {
    let comparison = ctx.comparison;
    let is_local = matches!(&kind.what, Deleted::Named(NamedKind::Local, _));
    let paths = match is_local {
        // A function's own variable is used nowhere else.
        true => Ok(ctx.path().cloned().into_iter().collect()),
        false => comparison.word_index.files_with(&comparison.after, name),
    };
    let paths = match paths {
        Ok(paths) => paths,
        Err(error) => return vec![ctx.unknown(NAME, error.to_string())],
    };
    let mut findings = Vec::new();
    let mut files = Vec::new();
    for path in paths {
        match comparison.after.file(&path) {
            Ok(Some(file)) => files.push(file),
            Ok(None) => {}
            Err(error) => findings.push(ctx.unknown(NAME, error.to_string()).in_file(&path)),
        }
    }
    let is_own = |file: &File| ctx.path() == Some(file.path());
    // Another file's function of the name is what the others call.
    let is_elsewhere = files.iter().any(|file| {
        let functions = file.functions_named(name);
        !is_own(file) && functions.iter().any(|function| !function.is_static)
    });
    let is_global = matches!(&kind.what, Deleted::Named(NamedKind::Function, _));
    let has_twin = files
        .iter()
        .any(|file| !is_own(file) && defines(file, name));
    for file in &files {
        // What one file declares, another knows that includes it.
        let is_asked = match is_global {
            true => !is_elsewhere,
            false => kind.unused || ctx.path().is_some_and(|own| includes(file, own)),
        };
        if is_own(file) || is_asked {
            findings.extend(in_file(ctx, kind, file, (name, has_twin)));
        }
    }
    for (path, reason) in comparison.word_index.unreadable() {
        findings.push(ctx.unknown(NAME, reason).in_file(&path));
    }
    if findings.is_empty() {
        let message = match kind.unused {
            true => format!("nothing in the tree uses `{name}`"),
            false => format!("nothing in the tree needs `{name}`"),
        };
        findings.push(ctx.holds(NAME, message));
    }
    findings
}

/// Whether the file includes the other directly.
fn includes(file: &File, own: &TreePath) -> bool {
    let mut includes = file.includes().iter();
    includes.any(|known| known.header.rsplit('/').next() == Some(own.file_name()))
}

/// Whether the file defines a macro or a value of the name.
fn defines(file: &File, name: &str) -> bool {
    file.macros().iter().any(|known| known.name == name)
        || file.enumerators().iter().any(|known| known.name == name)
}

fn in_file(
    ctx: &Ctx<'_>,
    kind: &Delete,
    file: &File,
    (name, has_twin): (&str, bool),
) -> Vec<Finding> {
    let is_member = matches!(&kind.what, Deleted::PartOf(..));
    let mut findings = Vec::new();
    let all = file.code_tokens();
    for (index, token) in all.iter().enumerate() {
        let at = token.range.start;
        let text = file.slice(token.range.clone());
        if file.is_dead(at) || text != name.as_bytes() && token.kind != TokenKind::Directive {
            continue;
        }
        if token.kind == TokenKind::Directive {
            let mut inner = tokens(text)
                .into_iter()
                .filter(|token| token.kind != TokenKind::Comment);
            if inner.any(|inner| text.get(inner.range) == Some(name.as_bytes())) {
                let message = format!("a directive has `{name}`, and may mean it");
                findings.push(placed(ctx.unknown(NAME, message), file, at));
            }
            continue;
        }
        let before = index.checked_sub(1).and_then(|at| all.get(at));
        let before = before.map(|token| file.slice(token.range.clone()));
        let is_access = matches!(before, Some(b"." | b"->"));
        let finding = match (is_member, is_access) {
            (true, true) => {
                let message =
                    format!("`{name}` is a member of something here, and may be this one");
                Some(ctx.unknown(NAME, message))
            }
            (true, false) | (false, true) => None,
            (false, false) => used(ctx, kind, file, at, (name, has_twin)),
        };
        findings.extend(finding.map(|finding| placed(finding, file, at)));
    }
    findings
}

/// What a use of the name says.
fn used(
    ctx: &Ctx<'_>,
    kind: &Delete,
    file: &File,
    at: usize,
    (name, has_twin): (&str, bool),
) -> Option<Finding> {
    let mut prototypes = file.prototypes().iter();
    let is_prototype = prototypes.any(|known| known.name_range.contains(&at));
    if means_another(file, at, name) || is_prototype && !kind.unused {
        return None;
    }
    let own = ctx.path()?;
    let violated = || Some(ctx.violated(NAME, format!("`{name}` is still used here")));
    let is_global = matches!(&kind.what, Deleted::Named(NamedKind::Function, _));
    if is_global || file.path() == own && !has_twin {
        return violated();
    }
    if !own.as_str().ends_with(".h") && file.path() != own {
        return None;
    }
    match includes(file, own) && !has_twin {
        true => violated(),
        false => {
            let message = format!("`{name}` is used here, and may be what {own} declared");
            Some(ctx.unknown(NAME, message))
        }
    }
}

/// Whether the file, or the block there, has something else of the name.
fn means_another(file: &File, at: usize, name: &str) -> bool {
    let is_static_function = file
        .functions_named(name)
        .iter()
        .any(|function| function.is_static);
    let mut members = file.records().iter().flat_map(|record| &record.members);
    is_static_function
        || defines(file, name)
        || declared_at(file, at, name).is_some()
        || members.any(|member| member.name_range.contains(&at))
}
