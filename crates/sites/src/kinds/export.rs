//! `export`: the definition of the function, and what exports it.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::{ChangeBody, Export};
use syntax::items::Function;

use crate::resolve::Sited;
use crate::resolver::{Chosen, Resolver};
use crate::unresolved::Unresolved;

impl Sited for Export {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let found = find(resolver, self)?.found;
        Ok(found.iter().map(|found| found.name_range.start).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        Ok(present(resolver, self))
    }
}

/// A line that exports a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// From the macro's name to the `;`.
    pub range: Range<usize>,
    /// The macro.
    pub by: String,
    /// The namespace as the code has it.
    pub namespace: Option<String>,
}

/// The definitions of the function.
///
/// # Errors
/// The file does not define it, or not as often as declared; or it is static.
pub fn find<'f>(
    resolver: &Resolver<'f>,
    export: &Export,
) -> Result<Chosen<&'f Function>, Unresolved> {
    let chosen = resolver.functions(&export.functions)?;
    let offsets: Vec<usize> = chosen.found.iter().map(|f| f.name_range.start).collect();
    let name = chosen.found.first().map_or("", |found| &found.name);
    resolver.counted(&offsets, &format!("{name}()"))?;
    if let Some(own) = chosen.found.iter().find(|function| function.is_static) {
        let message = format!("{}() is static, and cannot be exported", own.name);
        return Err(Unresolved::unfit(message)
            .at(resolver.file, own.name_range.start)
            .hint("take `static` away in a change before this one"));
    }
    Ok(chosen)
}

/// Says that the function is exported already, or otherwise.
#[must_use]
pub fn present(resolver: &Resolver<'_>, export: &Export) -> Option<Unresolved> {
    let file = resolver.file;
    let chosen = resolver.functions_as_read(&export.functions).ok()?;
    let name = &chosen.found.first()?.name;
    let there = exports(file, name);
    let first = there.first()?;
    let is_same = |one: &Exported| one.by == export.by && one.namespace == export.namespace;
    let unresolved = if there.iter().all(is_same) {
        Unresolved::present(format!("{name}() is exported already"))
    } else {
        let line = crate::names::one_line(&file.text(first.range.clone()));
        Unresolved::unfit(format!("{name}() is exported already, as `{line}`"))
    };
    Some(unresolved.at(file, first.range.start))
}

/// What exports a name in a file, but for dead code.
#[must_use]
pub fn exports(file: &File, name: &str) -> Vec<Exported> {
    let bytes = file.bytes();
    let code: Vec<_> = tokens(bytes)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .collect();
    let text = |at: usize| {
        let token = code.get(at)?;
        bytes.get(token.range.clone())
    };
    let mut found = Vec::new();
    for (at, token) in code.iter().enumerate() {
        let is_export = text(at).is_some_and(|word| word.starts_with(b"EXPORT_SYMBOL"))
            && text(at + 1) == Some(b"(")
            && text(at + 2) == Some(name.as_bytes());
        if !is_export || file.is_dead(token.range.start) {
            continue;
        }
        let Some(close) = (at + 3..at + 8).find(|at| text(*at) == Some(b")")) else {
            continue;
        };
        let last = match text(close + 1) {
            Some(b";") => close + 1,
            _ => close,
        };
        let end = code
            .get(last)
            .map_or(token.range.end, |last| last.range.end);
        let namespace = (text(at + 3) == Some(b",")).then(|| text(at + 4)).flatten();
        found.push(Exported {
            range: token.range.start..end,
            by: file.text(token.range.clone()).into_owned(),
            namespace: namespace.map(|text| String::from_utf8_lossy(text).into_owned()),
        });
    }
    found
}
