//! `#undef` of a macro in what a file includes below its definition.

use std::collections::BTreeSet;

use dialect::TreePath;
use memchr::memmem;
use query::File;

use super::Ctx;
use crate::includes::{Closure, Included, included};

/// The header that takes the macro away which the file defines up to `end`, and where the file includes it.
pub(super) fn by_header(
    ctx: &Ctx<'_>,
    file: &File,
    name: &str,
    end: usize,
) -> Option<(TreePath, usize)> {
    let comparison = ctx.comparison;
    let tree = &**comparison.after.tree();
    let below = file
        .includes()
        .iter()
        .filter(|include| include.range.start >= end && !file.is_dead(include.range.start));
    let mut found = below.flat_map(|include| {
        let text = file.slice(include.range.clone()).trim_ascii_start();
        let text = text.strip_prefix(b"#").unwrap_or(text);
        let headers = match included(tree, file.path(), text) {
            Included::None => Vec::new(),
            Included::One(header) => vec![header],
            Included::Several(headers) => headers,
        };
        let at = include.range.start;
        headers.into_iter().map(move |header| (header, at))
    });
    found.find_map(|(header, at)| {
        let known = Some(&comparison.known_includes);
        let closure = Closure::of(tree, &header, &BTreeSet::new(), known);
        let mut all = closure.files.into_iter();
        let taking = all.find(|path| {
            let bytes = tree.read(path).ok().flatten();
            bytes.is_some_and(|bytes| takes(&bytes, name.as_bytes()))
        })?;
        Some((taking, at))
    })
}

/// Whether the text has `undef NAME`.
fn takes(bytes: &[u8], name: &[u8]) -> bool {
    memmem::find_iter(bytes, b"undef").any(|at| {
        let rest = bytes.get(at + 5..).unwrap_or_default();
        let rest = rest.trim_ascii_start();
        let behind = rest.strip_prefix(name).map(<[u8]>::first);
        behind.is_some_and(|behind| {
            !behind.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        })
    })
}
