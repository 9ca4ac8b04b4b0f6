//! One walk over the syntax tree of a file that gathers what it declares.
//!
//! The walk stays at file level: it enters a function only where its text has a record or an enum in it.
//! Without that, the walk would cost a third of the parse; with it, a few hundredths.

use std::collections::BTreeMap;
use std::ops::Range;

use tree_sitter::{Node, TreeCursor};

use super::declarators::{Spelling, base_of, is_function, name_of, spell};
use super::grammar::{Field, Kind, field, kind, parts};
use super::head::{linkage, macro_headed, start_of};
use super::model::{BaseType, Enumerator, Function, Prototype, Record, Typedef, Variable};
use super::records::record;
use crate::source::Source;
use dialect::token::is_word_byte;

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
    pub(crate) fn collect(file: &Source) -> Self {
        let mut walk = Walk {
            file,
            cursor: file.root().walk(),
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
        out.declared_static();
        out
    }

    /// Who is declared `static` once has internal linkage wherever else it is declared without it (C11 6.2.2p5): its definition,
    /// too.
    fn declared_static(&mut self) {
        let mut earlier: BTreeMap<&str, Vec<&Prototype>> = BTreeMap::new();
        for prototype in self.prototypes.iter().filter(|known| known.is_static) {
            earlier.entry(&prototype.name).or_default().push(prototype);
        }
        if earlier.is_empty() {
            return;
        }
        for function in &mut self.functions {
            let declared = earlier.get(&*function.name).into_iter().flatten();
            let has_it = |prototype: &&Prototype| {
                let mut around = prototype.conditions.iter();
                prototype.range.start < function.range.start
                    && around.all(|one| function.conditions.iter().any(|own| own.is_same(one)))
            };
            function.is_static |= declared.copied().any(|prototype| has_it(&prototype));
        }
    }
}

struct Walk<'a, 't> {
    file: &'a Source,
    /// For looks at a node's children.
    cursor: TreeCursor<'t>,
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

impl<'t> Walk<'_, 't> {
    fn run(&mut self, cursor: &mut TreeCursor<'t>) {
        loop {
            let node = cursor.node();
            let kind = kind(node);
            if self.visit(node, kind) && cursor.goto_first_child() {
                continue;
            }
            // Leaving a node and the nodes around it that end with it.
            if kind != Kind::Comment {
                self.floor = self.floor.max(node.end_byte());
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
                self.floor = self.floor.max(cursor.node().end_byte());
            }
        }
    }

    /// Takes what the node declares; whether to look at its children.
    fn visit(&mut self, node: Node<'t>, kind: Kind) -> bool {
        let deep = node.start_byte() < self.deep_end;
        match kind {
            Kind::Function => self.function(node),
            Kind::Declaration => {
                if node.start_byte() >= self.function_end {
                    self.declaration(node);
                }
                deep || self.enter_if(node, node.byte_range())
            }
            Kind::TypeDefinition => {
                self.typedefs(node);
                deep || self.enter_if(node, node.byte_range())
            }
            Kind::Record => {
                self.record(node);
                let body = field(node, Field::Body);
                body.is_some_and(|body| self.enter_if(node, body.byte_range()))
            }
            Kind::Enum => {
                self.enumerators(node);
                false
            }
            Kind::Container | Kind::Preprocessor => true,
            Kind::Comment => false,
            _ => deep || node.has_error(),
        }
    }

    /// Enters a node where its part `within` may define a record or an enum, or was not read cleanly.
    fn enter_if(&mut self, node: Node<'_>, within: Range<usize>) -> bool {
        let enter = node.has_error() || has_records(self.file.slice(within));
        if enter {
            self.deep_end = self.deep_end.max(node.end_byte());
        }
        enter
    }

    fn function(&mut self, node: Node<'t>) -> bool {
        self.function_end = self.function_end.max(node.end_byte());
        if let Some(function) = self.read_function(node) {
            self.out.functions.push(function);
        }
        self.enter_if(node, node.byte_range())
    }

    fn read_function(&self, node: Node<'_>) -> Option<Function> {
        let file = self.file;
        let declarator = field(node, Field::Declarator)?;
        let body = field(node, Field::Body)?.byte_range();
        let range = start_of(file, self.floor, node.start_byte())..node.end_byte();
        let name_range = function_name(file, name_of(declarator)?.byte_range(), body.start);
        let linkage = linkage(file.slice(range.start..body.start));
        Some(Function {
            name: file.text(name_range.clone()).into_owned(),
            conditions: file.conditions_at(name_range.start),
            name_range,
            returns: base(file, field(node, Field::Type)),
            is_static: linkage.is_static,
            is_weak: linkage.is_weak,
            clean: file.unread_in(&range).is_none(),
            range,
            body,
        })
    }

    fn declaration(&mut self, node: Node<'t>) {
        let file = self.file;
        let parts = parts(node, &mut self.cursor);
        let Some((first, _)) = parts.declarators.first() else {
            return;
        };
        let range = start_of(file, self.floor, node.start_byte())..node.end_byte();
        let specifiers = range.start..first.start_byte();
        let base = base(file, parts.specifier);
        for &(declarator, _) in &parts.declarators {
            let Some(name) = name_of(declarator) else {
                continue;
            };
            let (declared, value) = match field(declarator, Field::Value) {
                Some(value) => (
                    field(declarator, Field::Declarator).unwrap_or(declarator),
                    Some(value.byte_range()),
                ),
                None => (declarator, None),
            };
            let declared = Declared {
                name: name.byte_range(),
                spelling: spell_in(file, parts.specifier, &specifiers, declared, name),
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

    fn typedefs(&mut self, node: Node<'t>) {
        let file = self.file;
        let range = start_of(file, self.floor, node.start_byte())..node.end_byte();
        let parts = parts(node, &mut self.cursor);
        let base = base(file, parts.specifier);
        for (declarator, _) in parts.declarators {
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
        let Some(body) = field(node, Field::Body) else {
            return;
        };
        let tag = field(node, Field::Name).map(|name| file.text(name.byte_range()).into_owned());
        let mut pending = vec![body];
        while let Some(list) = pending.pop() {
            let mut cursor = list.walk();
            for child in list.named_children(&mut cursor) {
                match (kind(child), field(child, Field::Name)) {
                    (Kind::Enumerator, Some(name)) => self.out.enumerators.push(Enumerator {
                        name: file.text(name.byte_range()).into_owned(),
                        tag: tag.clone(),
                        range: child.byte_range(),
                        conditions: file.conditions_at(name.start_byte()),
                    }),
                    (Kind::Preprocessor, _) => pending.push(child),
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

fn base(file: &Source, specifier: Option<Node<'_>>) -> BaseType {
    specifier.map_or_else(
        || BaseType::Scalar("int".to_owned()),
        |specifier| base_of(file, specifier),
    )
}

fn spell_in(
    file: &Source,
    specifier: Option<Node<'_>>,
    specifiers: &Range<usize>,
    declarator: Node<'_>,
    name: Node<'_>,
) -> Spelling {
    let body = specifier.and_then(|specifier| field(specifier, Field::Body));
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

fn function_name(file: &Source, name: Range<usize>, body: usize) -> Range<usize> {
    // Where a macro leaves no room for a type, the dialect takes it from the macro's own name.
    let cut = file.slice(0..name.start).iter().rev();
    let start = name.start - cut.take_while(|&&byte| is_word_byte(byte)).count();
    let word = start..name.end;
    let after = file.slice(name.end..body);
    macro_headed(file.slice(word.clone()), after).map_or(word, |argument| {
        name.end + argument.start..name.end + argument.end
    })
}

/// Whether a text may define a record or an enum: the keyword, and a `{` before anything that
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
