//! Whether the member that a use names is one of its receiver's.

use std::collections::BTreeSet;
use std::ops::Range;

use super::DefinitionSource;
use super::context::{Context, FileRef, Type};
use crate::File;
use dialect::token::texts;
use dialect::view::Rule;
use syntax::items::Record;

/// See [`membership`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// The receiver's type has it.
    Has,
    /// The receiver's type is known, was read, and has none: what the type is called, and where it is
    /// defined.
    Lacks {
        /// `struct pci_dev`
        record: String,
        /// `include/linux/pci.h:320`; none where it is no record.
        place: Option<String>,
    },
    /// It could not be told, and why.
    Unknown(String),
}

/// Whether the member named by the use at `use_range` (see [`super::receiver_type`]) is one of the receiver's
/// type. A `Lacks` is proved: no definition of the type that the code may see has anything that could be it.
#[must_use]
pub fn membership(
    file: &File,
    use_range: &Range<usize>,
    definitions: &dyn DefinitionSource,
) -> Membership {
    let mut context = Context::new(file, definitions);
    let found = match context.receiver(use_range) {
        Ok(found) => found,
        Err(reason) => return Membership::Unknown(reason),
    };
    let Some(member) = context.used_member(use_range) else {
        return Membership::Unknown(format!(
            "no member name is at the use of `{}`",
            found.name()
        ));
    };
    let name = found.name().to_string();
    if matches!(found, Type::Scalar(_)) {
        return Membership::Lacks {
            record: name,
            place: None,
        };
    }
    let (records, is_seen) = context.definitions_of_type(&found);
    let has = |(home, record): &(FileRef<'_>, Record)| {
        record.members_named(&member).next().is_some() || has_by_macro(home, record, &member)
    };
    if records.iter().any(has) {
        return Membership::Has;
    }
    // Another record of the same tag, further away, may be the one that the code sees.
    if !is_seen && context.has_member(&found, &member) {
        return Membership::Unknown(context.why_no_member(&found, &member));
    }
    let Some((home, first)) = records.first() else {
        return Membership::Unknown(context.why_no_member(&found, &member));
    };
    if records
        .iter()
        .any(|(home, record)| may_hide(home, record, &member))
    {
        return Membership::Unknown(context.why_no_member(&found, &member));
    }
    Membership::Lacks {
        record: name,
        place: Some(format!(
            "{}:{}",
            home.path(),
            home.line_of(first.range.start)
        )),
    }
}

/// Whether a macro of the record's own file that stands in its body declares the member: `#define INFO char name[8]; u32 id;`.
fn has_by_macro(file: &File, record: &Record, member: &str) -> bool {
    let words: BTreeSet<&str> = texts(file.slice(record.body.clone())).collect();
    let mut macros = file.macros().iter();
    macros.any(|known| {
        let body = file.slice(known.body.clone());
        let before = |at: usize| body.get(..at).unwrap_or_default().trim_ascii_end();
        let is_tag =
            |at: usize| matches!(texts(before(at)).last(), Some("struct" | "union" | "enum"));
        let is_behind_type = |at: usize| {
            before(at)
                .last()
                .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'*'))
        };
        words.contains(&*known.name)
            && known.params.is_none()
            && super::words(body, member.as_bytes()).any(|at| is_behind_type(at) && !is_tag(at))
    })
}

/// Whether the record may have a member that is not among those listed: something in it was not read, a
/// macro or an included file makes members, or another record's are embedded (`struct other;`, -fms-extensions).
fn may_hide(file: &File, record: &Record, member: &str) -> bool {
    if !record.clean {
        return true;
    }
    let body = file.slice(record.body.clone());
    let nested = |name: &str| {
        let inside = file.records().iter().filter(|inner| {
            inner.range.start > record.range.start && inner.range.end <= record.range.end
        });
        inside
            .flat_map(|inner| &inner.members)
            .any(|known| known.name == name)
    };
    let is_spelt = memchr::memmem::find_iter(body, member.as_bytes()).any(|at| {
        let part =
            |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        !part(at.checked_sub(1).and_then(|at| body.get(at))) && !part(body.get(at + member.len()))
    });
    let listed_deeper = nested(member);
    let made_by_call = file.edits().iter().any(|edit| {
        record.body.start <= edit.range.start
            && edit.range.end <= record.body.end
            && matches!(
                edit.rule,
                Rule::DroppedArm | Rule::BareMacro | Rule::OpenerMacro
            )
            && !file
                .slice(edit.range.clone())
                .starts_with(b"randomized_struct_fields")
    });
    // A word that is spelt there and is no nested record's member may be what a macro declares.
    (is_spelt && !listed_deeper && !is_only_type(file, record, member))
        || made_by_call
        || file
            .includes()
            .iter()
            .any(|include| record.body.contains(&include.range.start))
        || pastes(body, member)
        || embeds(body)
}

/// Whether the word stands in the record only as a member's type, in its array or in its width.
fn is_only_type(file: &File, record: &Record, word: &str) -> bool {
    let body = file.slice(record.body.clone());
    memchr::memmem::find_iter(body, word.as_bytes())
        .map(|at| record.body.start + at)
        .all(|at| {
            let declaration = record
                .members
                .iter()
                .find(|known| known.declaration.contains(&at));
            declaration.is_some_and(|known| !known.name_range.contains(&at))
                || in_comment(file, record, at)
        })
}

fn in_comment(file: &File, record: &Record, at: usize) -> bool {
    let body = file.slice(record.body.clone());
    dialect::token::tokens(body).iter().any(|token| {
        token.kind == dialect::token::TokenKind::Comment
            && (record.body.start + token.range.start..record.body.start + token.range.end)
                .contains(&at)
    })
}

/// Whether a call among the members is given a part of the member's name: `FIELD(weight)` may make
/// `old_weight`.
fn pastes(body: &[u8], member: &str) -> bool {
    let words: Vec<&str> = texts(body).collect();
    words.windows(3).any(|three| {
        let is_call = is_word(three[0]) && three[1] == "(";
        is_call && three[2].len() > 1 && three[2] != member && member.contains(three[2])
    })
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// `struct other;` as a member, or a word alone, which is a macro.
fn embeds(body: &[u8]) -> bool {
    let words: Vec<&str> = texts(body).collect();
    words.windows(3).any(|three| {
        three[2] == ";" && is_word(three[1]) && matches!(three[0], "struct" | "union" | ";" | "{")
    })
}
