//! Members of structs and unions.

use std::ops::Range;

use tree_sitter::{Node, TreeCursor};

use super::declarators::{base_of, name_of, spell};
use super::grammar::{Field, Kind, field, kind, parts};
use super::head::start_of;
use super::lexer::texts;
use super::model::{Condition, Member, Record, RecordKind};
use crate::source::SourceFile;

/// Records nested deeper than this have their members left out, and are not clean: no code has them,
/// and a hostile file must not use up the stack.
const MAX_DEPTH: usize = 64;

/// The record that a `struct_specifier` or `union_specifier` with a body defines.
pub(crate) fn record(
    file: &SourceFile,
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
    file: &'a SourceFile,
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
        let spelling = spell(
            file,
            whole.specifiers.clone(),
            whole.body.clone(),
            declarator.byte_range(),
            name.byte_range(),
        );
        let conditions = file.conditions_at(name.start_byte());
        let shared = self
            .outer
            .iter()
            .zip(&conditions)
            .take_while(|(outer, here)| outer == here)
            .count();
        self.found.push(Member {
            name: file.text(name.byte_range()).into_owned(),
            name_range: name.byte_range(),
            declaration: whole.declaration.clone(),
            type_text: spelling.type_text,
            base: base_of(file, specifier),
            array: spelling.array,
            bit_width: width.map(|clause| bit_width(file, clause)),
            conditions: conditions[shared..].to_vec(),
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

/// `1` of `:1`.
fn bit_width(file: &SourceFile, clause: Node<'_>) -> String {
    let words: Vec<_> = texts(file.slice(clause.byte_range())).skip(1).collect();
    words.join(" ")
}
