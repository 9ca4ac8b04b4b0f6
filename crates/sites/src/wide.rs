//! Which files of a tree a change of a name may reach.

use dialect::TreePath;
use dialect::token::{Pieces, TokenKind, tokens};
use query::File;

/// Endings of files that may use a name of C: C itself, what C files include, assembly, linker scripts, Rust, and prose.
pub const ENDINGS: &[&str] = &[
    "c", "h", "S", "rs", "lds", "rst", "txt", "inc", "def", "defs", "tbl", "table", "list", "tmpl",
    "inl", "in", "dat", "data", "x", "i", "hh", "hpp", "cc", "cpp", "gen", "tab",
];

/// Whether a file is prose: it mentions a name and uses none.
#[must_use]
pub fn is_prose(path: &TreePath) -> bool {
    let path = path.as_str();
    path.starts_with("Documentation/") || path.ends_with(".rst") || path.ends_with(".txt")
}

/// The 1-based lines of a file that is not C, and no prose, in which the name is outside comments and strings.
#[must_use]
pub fn lines_with(bytes: &[u8], name: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for token in tokens(bytes) {
        let text = bytes.get(token.range.clone()).unwrap_or_default();
        let has_it = match token.kind {
            TokenKind::Word => text == name.as_bytes(),
            TokenKind::Directive => dialect::token::texts(text).any(|word| word == name),
            _ => false,
        };
        if has_it {
            let before = bytes.get(..token.range.start).unwrap_or_default();
            found.push(before.iter().filter(|byte| **byte == b'\n').count() + 1);
        }
    }
    found.dedup();
    found
}

/// A macro that pastes a name together of a part of its own and an argument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pasting {
    /// The macro.
    pub by: String,
    /// The argument that makes the name.
    pub rest: String,
}

/// The macros of a file that make the name of a part of it and one of their arguments.
#[must_use]
pub fn pastings(file: &File, name: &str) -> Vec<Pasting> {
    let mut found = Vec::new();
    for known in file.macros() {
        let body = file.slice(known.body.clone());
        if memchr::memmem::find(body, b"##").is_none() {
            continue;
        }
        let words: Vec<&str> = dialect::token::texts(body).collect();
        let is_param = |word: &str| known.params.iter().flatten().any(|param| param == word);
        for three in words.windows(3) {
            let rest = match three {
                [part, "##", param] if is_param(param) => name.strip_prefix(part),
                [param, "##", part] if is_param(param) => name.strip_suffix(part),
                _ => None,
            };
            if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
                found.push(Pasting {
                    by: known.name.clone(),
                    rest: rest.to_owned(),
                });
            }
        }
    }
    found
}

/// The 1-based line in which a file hands the macro the argument that makes the name.
#[must_use]
pub fn pasted_at(bytes: &[u8], pasting: &Pasting) -> Option<usize> {
    let text = |range: &std::ops::Range<usize>| bytes.get(range.clone()).unwrap_or_default();
    let (mut depth, mut last_is_it) = (0_usize, false);
    for (_, range) in Pieces::new(bytes) {
        let word = text(&range);
        match word {
            b"(" if depth > 0 || last_is_it => depth += 1,
            b")" => depth = depth.saturating_sub(1),
            _ if depth > 0 && word == pasting.rest.as_bytes() => {
                let before = bytes.get(..range.start).unwrap_or_default();
                return Some(before.iter().filter(|byte| **byte == b'\n').count() + 1);
            }
            _ => {}
        }
        last_is_it = word == pasting.by.as_bytes();
    }
    None
}
