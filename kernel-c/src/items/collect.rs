//! One walk over the syntax tree of a file that gathers what it declares.
//!
//! The walk stays at file level: it enters a function only where its text has a record or an enum in it.
//! Without that, the walk would cost a third of the parse; with it, a few hundredths.

use std::ops::Range;

use tree_sitter::{Node, TreeCursor};

use super::declarators::{Spelling, base_of, is_function, name_of, spell};
use super::head::{linkage, macro_headed, start_of};
use super::model::{BaseType, Enumerator, Function, Prototype, Record, Typedef, Variable};
use super::records::record;
use crate::source::SourceFile;

/// What the syntax tree of a file declares.
#[derive(Debug, Default)]
pub(crate) struct Items {
    pub(crate) functions: Vec<Function>,
    pub(crate) records: Vec<Record>,
    pub(crate) enumerators: Vec<Enumerator>,
    pub(crate) typedefs: Vec<Typedef>,
    pub(crate) prototypes: Vec<Prototype>,
    pub(crate) variables: Vec<Variable>,
}

impl Items {
    pub(crate) fn collect(file: &SourceFile) -> Self {
        let mut walk = Walk {
            file,
            floor: 0,
            function_end: 0,
            deep_end: 0,
            typedef: None,
            out: Self::default(),
        };
        walk.run(&mut file.root().walk());
        let mut out = walk.out;
        out.functions.sort_by_key(|f| f.range.start);
        out.records.sort_by_key(|r| r.range.start);
        out
    }
}

struct Walk<'a> {
    file: &'a SourceFile,
    /// Where the node before this one ended, comments apart.
    floor: usize,
    /// Before this offset, nodes are in a function.
    function_end: usize,
    /// Before this offset, every node is entered.
    deep_end: usize,
    /// The specifier that a typedef with this name is about.
    typedef: Option<(Range<usize>, String)>,
    out: Items,
}

impl Walk<'_> {
    fn run(&mut self, cursor: &mut TreeCursor<'_>) {
        loop {
            let node = cursor.node();
            if self.visit(node) && cursor.goto_first_child() {
                continue;
            }
            loop {
                let left = cursor.node();
                if left.kind() != "comment" {
                    self.floor = self.floor.max(left.end_byte());
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// Takes what the node declares; whether to look at its children.
    fn visit(&mut self, node: Node<'_>) -> bool {
        let deep = node.start_byte() < self.deep_end;
        match node.kind() {
            "function_definition" => self.function(node),
            "declaration" => {
                if node.start_byte() >= self.function_end {
                    self.declaration(node);
                }
                deep || self.enter_if(node, has_braces(self.file, node))
            }
            "type_definition" => {
                self.typedefs(node);
                deep || self.enter_if(node, has_braces(self.file, node))
            }
            "struct_specifier" | "union_specifier" => {
                self.record(node);
                deep || self.enter_if(node, has_braces(self.file, node))
            }
            "enum_specifier" => {
                self.enumerators(node);
                false
            }
            "translation_unit" | "linkage_specification" | "declaration_list" | "ERROR" => true,
            kind if kind.starts_with("preproc_") => true,
            _ => deep || node.has_error(),
        }
    }

    fn enter_if(&mut self, node: Node<'_>, enter: bool) -> bool {
        if enter {
            self.deep_end = self.deep_end.max(node.end_byte());
        }
        enter
    }

    fn function(&mut self, node: Node<'_>) -> bool {
        self.function_end = self.function_end.max(node.end_byte());
        if let Some(function) = self.read_function(node) {
            self.out.functions.push(function);
        }
        let enter = node.has_error() || has_records(self.file.slice(node.byte_range()));
        self.enter_if(node, enter)
    }

    fn read_function(&self, node: Node<'_>) -> Option<Function> {
        let file = self.file;
        let declarator = node.child_by_field_name("declarator")?;
        let body = node.child_by_field_name("body")?.byte_range();
        let range = start_of(file, self.floor, node.start_byte())..node.end_byte();
        let name_range = function_name(file, name_of(declarator)?.byte_range(), body.start);
        let linkage = linkage(file.slice(range.start..body.start));
        Some(Function {
            name: file.text(name_range.clone()).into_owned(),
            conditions: file.conditions_at(name_range.start),
            name_range,
            returns: base(file, node),
            is_static: linkage.is_static,
            is_weak: linkage.is_weak,
            clean: file.unread_in(&range).is_none(),
            range,
            body,
        })
    }

    fn declaration(&mut self, node: Node<'_>) {
        let file = self.file;
        let mut cursor = node.walk();
        let declarators: Vec<_> = node
            .children_by_field_name("declarator", &mut cursor)
            .collect();
        let Some(first) = declarators.first() else {
            return;
        };
        let range = start_of(file, self.floor, node.start_byte())..node.end_byte();
        let specifiers = range.start..first.start_byte();
        let base = base(file, node);
        for declarator in declarators {
            let Some(name) = name_of(declarator) else {
                continue;
            };
            let (declared, value) = match declarator.child_by_field_name("value") {
                Some(value) => (
                    declarator
                        .child_by_field_name("declarator")
                        .unwrap_or(declarator),
                    Some(value.byte_range()),
                ),
                None => (declarator, None),
            };
            let declared = Declared {
                name: name.byte_range(),
                spelling: spell_in(file, node, &specifiers, declared, name),
                range: range.clone(),
                base: base.clone(),
                value,
            };
            if is_function(declarator) {
                self.prototype(declared);
            } else {
                self.variable(declared);
            }
        }
    }

    fn prototype(&mut self, declared: Declared) {
        let file = self.file;
        let linkage = linkage(file.slice(declared.range.clone()));
        self.out.prototypes.push(Prototype {
            name: file.text(declared.name.clone()).into_owned(),
            conditions: file.conditions_at(declared.name.start),
            name_range: declared.name,
            type_text: declared.spelling.type_text,
            base: declared.base,
            is_extern: linkage.is_extern,
            is_static: linkage.is_static,
            is_weak: linkage.is_weak,
            clean: file.unread_in(&declared.range).is_none(),
            range: declared.range,
        });
    }

    fn variable(&mut self, declared: Declared) {
        let file = self.file;
        let linkage = linkage(file.slice(declared.range.clone()));
        self.out.variables.push(Variable {
            name: file.text(declared.name.clone()).into_owned(),
            conditions: file.conditions_at(declared.name.start),
            name_range: declared.name,
            range: declared.range,
            type_text: declared.spelling.type_text,
            base: declared.base,
            array: declared.spelling.array,
            is_extern: linkage.is_extern,
            is_static: linkage.is_static,
            value: declared.value,
        });
    }

    fn typedefs(&mut self, node: Node<'_>) {
        let file = self.file;
        let range = start_of(file, self.floor, node.start_byte())..node.end_byte();
        let base = base(file, node);
        let mut cursor = node.walk();
        for declarator in node.children_by_field_name("declarator", &mut cursor) {
            let Some(name) = name_of(declarator) else {
                continue;
            };
            let text = file.text(name.byte_range()).into_owned();
            if let (BaseType::Untagged(record), None) = (&base, &self.typedef)
                && declarator.kind() == "type_identifier"
            {
                self.typedef = Some((record.clone(), text.clone()));
            }
            self.out.typedefs.push(Typedef {
                name: text,
                name_range: name.byte_range(),
                range: range.clone(),
                base: base.clone(),
                conditions: file.conditions_at(name.start_byte()),
            });
        }
    }

    fn record(&mut self, node: Node<'_>) {
        let named = self
            .typedef
            .take_if(|(range, _)| *range == node.byte_range())
            .map(|(_, name)| name);
        self.typedef = None;
        self.out.records.extend(record(self.file, node, named));
    }

    fn enumerators(&mut self, node: Node<'_>) {
        let file = self.file;
        let Some(body) = node.child_by_field_name("body") else {
            return;
        };
        let tag = node
            .child_by_field_name("name")
            .map(|name| file.text(name.byte_range()).into_owned());
        let mut pending = vec![body];
        while let Some(list) = pending.pop() {
            let mut cursor = list.walk();
            for child in list.named_children(&mut cursor) {
                match child.child_by_field_name("name") {
                    Some(name) if child.kind() == "enumerator" => {
                        self.out.enumerators.push(Enumerator {
                            name: file.text(name.byte_range()).into_owned(),
                            tag: tag.clone(),
                            range: child.byte_range(),
                            conditions: file.conditions_at(name.start_byte()),
                        });
                    }
                    _ if child.kind().starts_with("preproc_") => pending.push(child),
                    _ => {}
                }
            }
        }
    }
}

/// One declarator of a declaration at file level.
struct Declared {
    name: Range<usize>,
    range: Range<usize>,
    spelling: Spelling,
    base: BaseType,
    value: Option<Range<usize>>,
}

fn base(file: &SourceFile, node: Node<'_>) -> BaseType {
    node.child_by_field_name("type").map_or_else(
        || BaseType::Scalar("int".to_owned()),
        |specifier| base_of(file, specifier),
    )
}

fn spell_in(
    file: &SourceFile,
    node: Node<'_>,
    specifiers: &Range<usize>,
    declarator: Node<'_>,
    name: Node<'_>,
) -> Spelling {
    let body = node
        .child_by_field_name("type")
        .and_then(|specifier| specifier.child_by_field_name("body"));
    // A prototype's parameters are no part of what it returns.
    let end = match is_function(declarator) {
        true => name.end_byte(),
        false => declarator.end_byte(),
    };
    spell(
        file,
        specifiers.clone(),
        body.map(|body| body.byte_range()),
        declarator.start_byte()..end,
        name.byte_range(),
    )
}

fn function_name(file: &SourceFile, name: Range<usize>, body: usize) -> Range<usize> {
    let after = file.slice(name.end..body);
    macro_headed(file.slice(name.clone()), after).map_or(name.clone(), |argument| {
        name.end + argument.start..name.end + argument.end
    })
}

fn has_braces(file: &SourceFile, node: Node<'_>) -> bool {
    memchr::memchr(b'{', file.slice(node.byte_range())).is_some()
}

/// Whether a function's text may define a record or an enum: the keyword, and a `{` before anything that
/// ends a mere use of it.
fn has_records(text: &[u8]) -> bool {
    ["struct", "union", "enum"].iter().any(|keyword| {
        memchr::memmem::find_iter(text, keyword).any(|at| {
            let after = &text[at + keyword.len()..];
            let end = after.iter().position(|b| b"{;,)=*".contains(b));
            end.is_some_and(|end| after[end] == b'{' || contains_attribute(&after[..end]))
        })
    })
}

fn contains_attribute(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"__attribute").is_some()
}
