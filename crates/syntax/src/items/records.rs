//! Members of structs and unions.

use std::ops::Range;

use tree_sitter::{Node, TreeCursor};

use super::declarators::{base_of, name_of, spell};
use super::grammar::{Field, Kind, field, kind, parts};
use super::head::start_of;
use super::model::{BaseType, Member, Record, RecordKind};
use crate::directives::Condition;
use crate::source::Source;
use dialect::token::{Pieces, TokenKind, texts};

/// Records nested deeper than this have their members left out, and are not clean: no code has them,
/// and a hostile file must not use up the stack.
const MAX_DEPTH: usize = 64;

/// The record that a `struct_specifier` or `union_specifier` with a body defines.
pub(crate) fn record(
    file: &Source,
    node: Node<'_>,
    typedef_name: Option<String>,
) -> Option<Record> {
    let kind = match node.kind() {
        "struct_specifier" => RecordKind::Struct,
        "union_specifier" => RecordKind::Union,
        _ => return None,
    };
    let body = field(node, Field::Body)?;
    let conditions = file.conditions_at(node.start_byte());
    let mut members = Members {
        file,
        cursor: node.walk(),
        outer: &conditions,
        found: Vec::new(),
        too_deep: false,
    };
    members.list(body, 0);
    let Members {
        found, too_deep, ..
    } = members;
    Some(Record {
        kind,
        tag: field(node, Field::Name).map(|name| file.text(name.byte_range()).into_owned()),
        typedef_name,
        range: node.byte_range(),
        body: body.byte_range(),
        members: found,
        clean: !too_deep && file.unread_in(&node.byte_range()).is_none(),
        conditions,
    })
}

struct Members<'a, 't> {
    file: &'a Source,
    cursor: TreeCursor<'t>,
    outer: &'a [Condition],
    found: Vec<Member>,
    too_deep: bool,
}

impl<'t> Members<'_, 't> {
    /// Takes the members of a list, or of a `preproc_*` part of one.
    fn list(&mut self, list: Node<'t>, depth: usize) {
        if depth > MAX_DEPTH {
            self.too_deep = true;
            return;
        }
        let mut floor = list.start_byte();
        let mut cursor = list.walk();
        for child in list.children(&mut cursor) {
            match kind(child) {
                Kind::Comment => continue,
                Kind::FieldDeclaration => self.declaration(child, floor, depth),
                Kind::Preprocessor => self.list(child, depth),
                _ => {}
            }
            floor = child.end_byte();
        }
    }

    fn declaration(&mut self, node: Node<'t>, floor: usize, depth: usize) {
        let parts = parts(node, &mut self.cursor);
        let Some(specifier) = parts.specifier else {
            return;
        };
        let record = kind(specifier) == Kind::Record;
        let body = field(specifier, Field::Body).filter(|_| record);
        let Some((first, _)) = parts.declarators.first() else {
            if let Some(body) = body
                && field(specifier, Field::Name).is_none()
            {
                self.group_name(specifier, node.end_byte(), depth);
                self.list(body, depth + 1);
            }
            return;
        };
        let start = start_of(self.file, floor, node.start_byte());
        let whole = Whole {
            declaration: start..node.end_byte(),
            specifiers: start..first.start_byte(),
            body: body.map(|body| body.byte_range()),
            depth,
        };
        for (declarator, width) in parts.declarators {
            self.member(&whole, specifier, declarator, width);
        }
    }

    /// `struct_group(name, …)` declares its members twice: as they are, and as those of `name`. The
    /// dialect shows the grammar an anonymous struct.
    fn group_name(&mut self, specifier: Node<'_>, end: usize, depth: usize) {
        let file = self.file;
        let head = file.slice(specifier.start_byte()..specifier.end_byte());
        let mut words = Pieces::new(head).filter(|(kind, _)| *kind == TokenKind::Word);
        let named = words.next().and_then(|(_, word)| match &head[word] {
            b"struct_group" | b"struct_group_attr" => words.next(),
            b"struct_group_tagged" => words.nth(1),
            _ => None,
        });
        let Some((_, name)) = named else {
            return;
        };
        let name_range = specifier.start_byte() + name.start..specifier.start_byte() + name.end;
        self.found.push(Member {
            name: file.text(name_range.clone()).into_owned(),
            conditions: self.conditions_within(name_range.start),
            name_range,
            declaration: specifier.start_byte()..end,
            type_text: "struct { … }".to_owned(),
            base: BaseType::Untagged(specifier.byte_range()),
            array: String::new(),
            bit_width: None,
            depth,
        });
    }

    /// The conditions at `offset` that do not hold for the record as a whole.
    fn conditions_within(&self, offset: usize) -> Vec<Condition> {
        let mut conditions = self.file.conditions_at(offset);
        let shared = self
            .outer
            .iter()
            .zip(&conditions)
            .take_while(|(outer, here)| outer == here)
            .count();
        conditions.drain(..shared);
        conditions
    }

    fn member(
        &mut self,
        whole: &Whole,
        specifier: Node<'_>,
        declarator: Node<'_>,
        width: Option<Node<'_>>,
    ) {
        let Some(name) = name_of(declarator) else {
            return;
        };
        let file = self.file;
        let made = made_by_macro(file, whole, name.start_byte());
        let spelling = spell(
            file,
            whole.specifiers.clone(),
            whole.body.clone(),
            declarator.byte_range(),
            name.byte_range(),
        );
        self.found.push(Member {
            name: file.text(name.byte_range()).into_owned(),
            name_range: name.byte_range(),
            declaration: whole.declaration.clone(),
            base: made
                .as_ref()
                .and_then(|made| made.base.clone())
                .unwrap_or_else(|| base_of(file, specifier)),
            type_text: made.map_or(spelling.type_text, |made| made.text),
            array: spelling.array,
            bit_width: width.map(|clause| bit_width(file, clause)),
            conditions: self.conditions_within(name.start_byte()),
            depth: whole.depth,
        });
    }
}

/// A member declaration, as far as its declarators share it.
struct Whole {
    declaration: Range<usize>,
    specifiers: Range<usize>,
    body: Option<Range<usize>>,
    depth: usize,
}

/// A member that a macro's call declares.
struct Made {
    /// The call, which is all that is written of its type.
    text: String,
    /// The type that stands before the name in the call, where one does.
    base: Option<BaseType>,
}

/// What is written of `DECLARE_BITMAP(name, 64);`, of which the dialect leaves two words.
fn made_by_macro(file: &Source, whole: &Whole, name: usize) -> Option<Made> {
    let before = file.slice(whole.declaration.start..name);
    let words: Vec<_> = texts(before).collect();
    let (macro_name, open) = (words.first()?, words.get(1)?);
    let opens = words.iter().filter(|word| **word == "(").count();
    let closes = words.iter().filter(|word| **word == ")").count();
    // `void (*name)(…)` has an open parenthesis there too.
    if *open != "(" || opens == closes || words.get(2) == Some(&"*") {
        return None;
    }
    let base = match words.get(2..)? {
        ["struct", tag, ..] => Some(BaseType::Struct((*tag).to_owned())),
        ["union", tag, ..] => Some(BaseType::Union((*tag).to_owned())),
        [word, ","] => Some(BaseType::Named((*word).to_owned())),
        _ => None,
    };
    let call: Vec<_> = texts(file.slice(whole.declaration.clone()))
        .take_while(|word| *word != ";")
        .skip(1)
        .collect();
    Some(Made {
        text: format!("{macro_name} {}", call.join(" ")),
        base,
    })
}

/// `1` of `:1`.
fn bit_width(file: &Source, clause: Node<'_>) -> String {
    let words: Vec<_> = texts(file.slice(clause.byte_range())).skip(1).collect();
    words.join(" ")
}
