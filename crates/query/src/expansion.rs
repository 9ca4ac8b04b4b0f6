//! A file as the preprocessor leaves it, as far as a few macros go.
//!
//! What a macro does to its arguments, and what it brings along, is nowhere in the text of its use: `SET(d,
//! flag)` may write `d->flag`, `FL` may be the name of a member, `MAYBE(f(d))` may not call `f`. Rather than
//! teach every question about members, events and guards what macros may do, the uses in question are
//! replaced by what they expand to, on the lines where they are, and the file is parsed again: then the
//! questions are asked of plain C.
//!
//! Not every macro is expanded: those that the tables of [`crate::access`] know say there what they do in one
//! word (`WRITE_ONCE()` writes), and their bodies say it in fifty lines.

mod definitions;
mod invocation;
mod paste;
mod sought;
mod substitute;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::File;
use crate::access::is_known_macro;
use crate::types::DefinitionSource;
use definitions::{Definitions, Why};
use dialect::TreePath;
use invocation::{Invocation, invocations};
use paste::may_paste;
pub use paste::{Pasted, has_parts};
pub use sought::may_bring;
use substitute::Substitution;
use syntax::Unread;
use syntax::items::MacroDefinition;

/// A macro that is to be expanded wherever it is used, with one of its definitions.
#[derive(Clone, Debug)]
pub struct NamedMacro {
    /// The file that defines it.
    pub file: Arc<File>,
    /// The definition.
    pub definition: MacroDefinition,
}

/// Which macros are expanded.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// These, wherever they are used.
    pub named: Vec<NamedMacro>,
    /// Any that is handed one of these words.
    pub words: BTreeSet<String>,
    /// Any that the file defines itself, or a header that is none of the kernel's common ones.
    pub local: bool,
    /// But not these, which the question itself names, unless they read otherwise than they look.
    pub kept: BTreeSet<String>,
}

/// A file with macros expanded.
#[derive(Clone, Debug)]
pub struct Expanded {
    /// The file; the one that was given, where nothing is to be expanded. Its lines are those of the original.
    pub file: Arc<File>,
    /// Uses of macros that could not be expanded, by their place in the original.
    pub left: Vec<Unread>,
}

/// Expands the macros that are wanted.
#[must_use]
pub fn expanded(file: &Arc<File>, wanted: &Wanted, definitions: &dyn DefinitionSource) -> Expanded {
    let known = Definitions::new(file, wanted, definitions);
    let mut edits = Vec::new();
    let mut left = Vec::new();
    for found in invocations(file, &known) {
        let mut substitution = Substitution::new(&known);
        match substitution.of(&found) {
            Ok(text) if found.why == Why::Certain || has_asked(&known, &text) => {
                edits.push((found, text));
            }
            Ok(_) => {}
            Err(cause) => left.push(Unread {
                range: found.range,
                cause,
            }),
        }
    }
    if edits.is_empty() {
        let file = Arc::clone(file);
        return Expanded { file, left };
    }
    let bytes = replaced(file.bytes(), &edits);
    let made = definitions.reread(file.path(), bytes.into());
    if made.unread().len() > file.unread().len() {
        left.extend(edits.into_iter().map(|(found, _)| Unread {
            cause: format!(
                "what the macro `{}` expands to could not be read",
                found.name
            ),
            range: found.range,
        }));
        let file = Arc::clone(file);
        return Expanded { file, left };
    }
    Expanded {
        file: Arc::new(made.made_of(Arc::clone(file))),
        left,
    }
}

/// Whether a text has a word that was asked for.
fn has_asked(known: &Definitions<'_>, text: &str) -> bool {
    dialect::token::texts(text.as_bytes()).any(|word| known.is_asked(word))
}

/// The macros in `file` whose bodies bring in one of `words`: as a name of their own, not as the name of a
/// parameter, or as what `##` may make of a part of it. With those, `words` and whoever brings in them in turn are
/// found file by file.
#[must_use]
pub fn macros_bringing(file: &File, words: &BTreeSet<String>) -> Vec<MacroDefinition> {
    let brings = |definition: &&MacroDefinition| {
        let params = definition.params.as_deref().unwrap_or_default();
        let body = file.slice(definition.body.clone());
        let mut texts = dialect::token::texts(body);
        !file.is_dead(definition.range.start)
            && (texts.any(|text| {
                words.contains(text) && text != definition.name && !params.iter().any(|p| p == text)
            }) || may_paste(body, params, words))
    };
    file.macros().iter().filter(brings).cloned().collect()
}

/// The bytes with each use replaced; a use that spans lines leaves its newlines behind.
fn replaced(bytes: &[u8], edits: &[(Invocation, String)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for (Invocation { range, .. }, text) in edits {
        out.extend_from_slice(bytes.get(done..range.start).unwrap_or_default());
        out.push(b' ');
        out.extend_from_slice(text.as_bytes());
        out.push(b' ');
        let lines = newlines(bytes, range);
        out.extend(std::iter::repeat_n(b'\n', lines));
        done = range.end;
    }
    out.extend_from_slice(bytes.get(done..).unwrap_or_default());
    out
}

fn newlines(bytes: &[u8], range: &Range<usize>) -> usize {
    let text = bytes.get(range.clone()).unwrap_or_default();
    memchr::memchr_iter(b'\n', text).count()
}

/// Whether a header is one of the kernel's common ones, whose macros are known by what they are for.
fn is_common(path: &TreePath) -> bool {
    let path = path.as_str();
    path.starts_with("include/linux/")
        || path.starts_with("include/asm-generic/")
        || path.starts_with("include/uapi/")
        || (path.starts_with("arch/") && path.contains("/include/"))
}

/// The macros in `file` that may bring in a use of a member called `member`: one that uses it, is another name of it
/// (`#define FL flag`, `#define d_flag u.flag`), or hands its name to a macro.
#[must_use]
pub fn macros_with_member(file: &File, member: &str) -> Vec<MacroDefinition> {
    let words = BTreeSet::from([member.to_owned()]);
    let mut found = macros_bringing(file, &words);
    found.retain(|definition| {
        let body = file.slice(definition.body.clone());
        let texts: Vec<&str> = dialect::token::texts(body).collect();
        if may_paste(
            body,
            definition.params.as_deref().unwrap_or_default(),
            &words,
        ) {
            return true;
        }
        let mut places = (0..texts.len()).filter(|&at| texts.get(at) == Some(&member));
        places.any(|at| {
            let before = at.checked_sub(1).and_then(|at| texts.get(at)).copied();
            let after = texts.get(at + 1).copied();
            match (before, after) {
                (Some("->" | "."), _) | (None, None) => true,
                // The name of its own that a macro has for it in a path: `flag.low`.
                (None, Some(".")) => true,
                (Some("(" | ","), Some(")" | ",")) => is_handed_on(file, &texts, at),
                _ => false,
            }
        })
    });
    found
}

/// Whether the word at `at` is an argument of what may be a macro: by its capitals, or since the file defines it.
fn is_handed_on(file: &File, texts: &[&str], at: usize) -> bool {
    let mut depth = 0_usize;
    let open = (0..at)
        .rev()
        .find(|&index| match texts.get(index).copied() {
            Some(")") => {
                depth += 1;
                false
            }
            Some("(") if depth == 0 => true,
            Some("(") => {
                depth -= 1;
                false
            }
            _ => false,
        });
    let callee = open
        .and_then(|open| texts.get(open.checked_sub(1)?))
        .copied();
    callee.is_some_and(|callee| {
        !is_known_macro(callee)
            && (!callee.bytes().any(|byte| byte.is_ascii_lowercase())
                || file.macros().iter().any(|known| known.name == callee))
    })
}
