//! Where an object is written or read as a whole: `*a = *b`, `memset(a, 0, sizeof(*a))`.
//!
//! All of its members are written with it, and none is spelled.

mod levels;
mod spelled;

use std::ops::Range;

use tree_sitter::Node;

use super::context::{Context, Type};
use super::locals::levels_of;
use super::{DefinitionSource, TypeName};
use crate::File;
use crate::access::{operator, word_at};
use crate::walk::walk;
use levels::stepped_or_base;
pub use spelled::{Spelled, words};

/// What is done to an object as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WholeAccess {
    /// It is assigned to, through a pointer or as an element. An object that is a variable or a member by itself is another
    /// one, which nobody else knows, and so is one that was allocated in the same function: that it is given a value is no
    /// write to those that are there.
    Assigned,
    /// A function is given its address, which writes as many bytes as it is told.
    Filled,
}

/// One place where it is done.
#[derive(Clone, Debug)]
pub struct WholeUse {
    /// The expression that is assigned to, the call, or the value.
    pub range: Range<usize>,
    /// What is done.
    pub access: WholeAccess,
    /// The record that the object is.
    pub record: TypeName,
}

/// Functions that write through a pointer that they are given, and which argument that is.
const FILLS: &[(&str, usize)] = &[
    ("memset", 0),
    ("memset_after", 0),
    ("memset_startat", 0),
    ("memcpy", 0),
    ("memmove", 0),
    ("memcpy_fromio", 0),
    ("memcpy_and_pad", 0),
    ("memzero_explicit", 0),
    ("copy_from_user", 0),
    ("__copy_from_user", 0),
    ("copy_from_user_nofault", 0),
    ("copy_from_kernel_nofault", 0),
    ("copy_from_iter", 0),
    ("copy_struct_from_user", 0),
    ("copy_from_sockptr", 0),
    ("bzero", 0),
    ("get_random_bytes", 0),
    ("__builtin_memset", 0),
    ("__builtin_memcpy", 0),
    ("__builtin_memmove", 0),
    ("__memset", 0),
    ("__memcpy", 0),
    ("__memmove", 0),
    ("swap", 0),
    ("swap", 1),
    ("unsafe_memcpy", 0),
];

/// Whether a function of the name gives new memory: `kzalloc`, `kmem_cache_alloc`, `devm_kmemdup`, `alloc_etherdev`. What is
/// only about such (`is_allocated`) does not.
fn allocates(name: &str) -> bool {
    name.split('_')
        .any(|part| part.ends_with("alloc") || part.ends_with("dup"))
}

/// The names of those functions.
pub fn whole_functions() -> impl Iterator<Item = &'static str> {
    FILLS.iter().map(|(name, _)| *name)
}

/// The places in `file` where an object of one of the records called `records`, by tag or by typedef, is used as a whole.
#[must_use]
pub fn whole_uses(
    file: &File,
    records: &[String],
    definitions: &dyn DefinitionSource,
) -> Vec<WholeUse> {
    let mut search = Search::new(file, records, definitions);
    walk(file.root(), |node| {
        match node.kind() {
            "assignment_expression" if operator(node) == "=" => search.assignment(node),
            "call_expression" => search.call(node),
            _ => {}
        }
        true
    });
    search.found.sort_by_key(|found| found.range.start);
    search.found
}

struct Search<'a> {
    file: &'a File,
    records: &'a [String],
    /// What the file declares with them: types are asked for where one of these is used, and nowhere else.
    names: Vec<Spelled<'a>>,
    definitions: &'a dyn DefinitionSource,
    found: Vec<WholeUse>,
}

impl<'a> Search<'a> {
    fn new(file: &'a File, records: &'a [String], definitions: &'a dyn DefinitionSource) -> Self {
        let names = records
            .iter()
            .map(|record| Spelled::with(file.bytes(), record.as_bytes()));
        Self {
            file,
            records,
            names: names.collect(),
            definitions,
            found: Vec::new(),
        }
    }

    fn assignment(&mut self, node: Node<'_>) {
        let left = node.child_by_field_name("left");
        let value = node.child_by_field_name("right");
        let Some(left) = left.filter(|left| self.may_be_object(*left, value)) else {
            return;
        };
        // What a call leads to is what it is given: no file is opened to know what a function returns.
        let given = || value.filter(|_| is_through_call(left)).map(without_casts);
        let given = || given().filter(|value| value.kind() != "call_expression");
        let record = self.object(left, 0);
        let Some(record) = record.or_else(|| self.object(given()?, 0)) else {
            return;
        };
        let pointer = without_casts(left).child_by_field_name("argument");
        if !pointer.is_some_and(|pointer| self.is_fresh(pointer) || self.is_own(left, pointer)) {
            self.add(left, WholeAccess::Assigned, &record);
        }
    }

    fn call(&mut self, node: Node<'_>) {
        let mut function = node.child_by_field_name("function");
        while let Some(inner) = function.filter(|f| f.kind() == "parenthesized_expression") {
            function = inner.named_child(0);
        }
        let name = function.map(|function| word_at(self.file, function.start_byte()));
        let (Some(name), Some(list)) = (name, node.child_by_field_name("arguments")) else {
            return;
        };
        let mut cursor = list.walk();
        if !list
            .named_children(&mut cursor)
            .any(|argument| self.may_be_argument(argument))
        {
            return;
        }
        if self.is_macro_that_fills(name) {
            let mut cursor = list.walk();
            for argument in list.named_children(&mut cursor) {
                if let Some(record) = self.object(without_casts(argument), 1) {
                    self.add(node, WholeAccess::Filled, &record);
                }
            }
        }
        let arguments = |rows: &[(&str, usize)]| {
            let rows = rows.iter().filter(|(known, _)| *known == name);
            let at = rows.map(|(_, at)| *at);
            let nodes = at.filter_map(|at| {
                let mut cursor = list.walk();
                let mut all = list.named_children(&mut cursor);
                all.by_ref()
                    .filter(|child| child.kind() != "comment")
                    .nth(at)
            });
            nodes.collect::<Vec<_>>()
        };
        // `swap(*a, *b)` is given the objects.
        let levels = if name == "swap" { 0 } else { 1 };
        for argument in arguments(FILLS) {
            let record = self.object(without_casts(argument), levels);
            let record = record.or_else(|| self.array(argument, levels));
            let record = record.or_else(|| self.beyond_a_member(node, argument));
            if let Some(record) = record.filter(|_| !self.is_fresh(argument)) {
                self.add(node, WholeAccess::Filled, &record);
            }
        }
    }

    /// Whether a member is one of a variable of the function, which nobody else knows.
    fn is_own(&self, left: Node<'_>, owner: Node<'_>) -> bool {
        let (mut node, mut owner) = (without_casts(left), without_casts(owner));
        while node.kind() == "field_expression" && operator(node) == "." {
            if owner.kind() == "identifier" {
                return levels_of(self.file, &owner.byte_range())
                    .is_some_and(|(_, levels)| levels == 0);
            }
            let Some(inner) = owner.child_by_field_name("argument") else {
                return false;
            };
            (node, owner) = (owner, without_casts(inner));
        }
        // `o->in = *d` of an object that was allocated here.
        node.kind() == "field_expression" && self.is_fresh(owner)
    }

    /// Whether the pointer is given what was allocated, in the same function and before, and nothing else but null.
    fn is_fresh(&self, pointer: Node<'_>) -> bool {
        let spelled = |node: Node<'_>| -> String {
            dialect::token::texts(self.file.slice(without_casts(node).byte_range())).collect()
        };
        let Some(function) = self.file.function_at(pointer.start_byte()) else {
            return false;
        };
        let Some(body) = self.file.node_at(function.body.clone()) else {
            return false;
        };
        let wanted = spelled(pointer);
        let (mut is_allocated, mut is_another) = (false, false);
        walk(body, |node| {
            let (left, right) = match node.kind() {
                "assignment_expression" => ("left", "right"),
                "init_declarator" => ("declarator", "value"),
                _ => return true,
            };
            let left = node.child_by_field_name(left);
            let value = node.child_by_field_name(right).map(without_casts);
            let is_it = left.is_some_and(|left| {
                spelled(left).trim_start_matches('*') == wanted.trim_start_matches('*')
            });
            if is_it && node.end_byte() <= pointer.start_byte() {
                let is_call = |value: &Node<'_>| value.kind() == "call_expression";
                let call = value.filter(is_call);
                let is_null = value.is_some_and(|value| {
                    matches!(self.file.slice(value.byte_range()), b"NULL" | b"0")
                });
                let allocates =
                    call.is_some_and(|call| allocates(word_at(self.file, call.start_byte())));
                is_allocated |= allocates;
                is_another |= !allocates && !is_null;
            }
            true
        });
        is_allocated && !is_another
    }

    /// Whether a macro of the file fills what it is given, or assigns to what that points to.
    fn is_macro_that_fills(&self, name: &str) -> bool {
        let mut macros = self.file.macros().iter();
        macros.any(|known| {
            known.name == name
                && known.params.is_some()
                && fills(self.file.slice(known.body.clone()))
        })
    }

    fn add(&mut self, node: Node<'_>, access: WholeAccess, record: &TypeName) {
        self.found.push(WholeUse {
            range: node.byte_range(),
            access,
            record: record.clone(),
        });
    }

    /// Whether it is a variable of the file, and no variable of a function that hides it: others know it.
    fn is_of_the_file(&self, name: Node<'_>) -> bool {
        let text = self.file.text(name.byte_range());
        let mut variables = self.file.variables().iter();
        name.kind() == "identifier"
            && levels_of(self.file, &name.byte_range()).is_none()
            && variables.any(|known| known.name == text)
    }

    /// Whether the expression is `*p` or `p[i]`, and `p` is the name of such a pointer or array, or it is cast to one; or
    /// whether it is a member, and what is assigned may make an object.
    fn may_be_object(&self, node: Node<'_>, value: Option<Node<'_>>) -> bool {
        let mut node = without_casts(node);
        let mut spelled = dialect::token::texts(self.file.slice(node.byte_range()));
        if spelled.any(|text| self.records.iter().any(|record| record == text)) {
            return true;
        }
        if node.kind() == "field_expression" {
            return value.is_some_and(|value| may_be_whole_value(without_casts(value)));
        }
        if self.is_of_the_file(node) {
            return true;
        }
        let mut is_through = false;
        while matches!(
            node.kind(),
            "pointer_expression" | "subscript_expression" | "update_expression"
        ) {
            is_through = true;
            let Some(inner) = stepped_or_base(node) else {
                return false;
            };
            node = without_casts(inner);
        }
        let name = node.child_by_field_name("field").unwrap_or(node);
        let name = self.file.slice(name.byte_range());
        let is_name = matches!(node.kind(), "identifier" | "field_expression");
        // `*o->p = *d`: where the member is declared is not seen here.
        let is_copied = |value: Node<'_>| {
            let value = without_casts(value);
            value.kind() == "pointer_expression" && operator(value) == "*"
        };
        if is_through && node.kind() == "field_expression" && value.is_some_and(is_copied) {
            return true;
        }
        // `*f()`, `*(a + 1)`
        is_through && (!is_name || self.names.iter().any(|names| names.has(name)))
    }

    /// Whether the last name of an argument is declared with one of the types, or it names one.
    fn may_be_argument(&self, node: Node<'_>) -> bool {
        let text = self.file.slice(node.byte_range());
        let mut words = dialect::token::texts(text).filter(|text| is_name(text));
        let last = dialect::token::texts(text)
            .filter(|text| is_name(text))
            .last();
        let has = |name: &str| self.names.iter().any(|names| names.has(name.as_bytes()));
        last.is_some_and(has) || words.any(|word| self.records.iter().any(|record| record == word))
    }

    /// The record, if the expression is so many pointers away from one that is asked for.
    fn object(&self, node: Node<'_>, levels: usize) -> Option<TypeName> {
        let found = self.level(node)?;
        (found == levels).then(|| self.record(node))?
    }

    /// The same of an array, which is a pointer to its first.
    fn array(&self, node: Node<'_>, levels: usize) -> Option<TypeName> {
        let core = without_casts(node);
        let is_first = core.kind() == "pointer_expression" && operator(core) == "&";
        let inner = core.child_by_field_name("argument").filter(|_| is_first)?;
        (self.level(inner)? == levels).then(|| self.record(inner))?
    }

    /// `memset(&a->m, 0, sizeof(*a))`: more than the member is written.
    fn beyond_a_member(&self, call: Node<'_>, argument: Node<'_>) -> Option<TypeName> {
        let core = without_casts(argument);
        let member = core.child_by_field_name("argument")?;
        if core.kind() != "pointer_expression" || member.kind() != "field_expression" {
            return None;
        }
        let owner = member.child_by_field_name("argument")?;
        let record = self.record(owner)?;
        let list = call.child_by_field_name("arguments")?;
        let mut cursor = list.walk();
        let mut sizes = list
            .named_children(&mut cursor)
            .filter(|child| child.kind() == "sizeof_expression");
        let spelled = self.file.text(owner.byte_range());
        let is_of_record = sizes.any(|size| {
            let text = self.file.text(size.byte_range());
            let of_type = self
                .records
                .iter()
                .any(|known| dialect::token::texts(text.as_bytes()).any(|word| word == known));
            of_type || text.contains(&format!("*{spelled}"))
        });
        is_of_record.then_some(record)
    }

    fn record(&self, node: Node<'_>) -> Option<TypeName> {
        let mut context = Context::new(self.file, self.definitions);
        let found = context.type_of_range(&node.byte_range()).ok()?;
        if matches!(found, Type::Scalar(_)) {
            return None;
        }
        let name = found.name();
        self.records
            .iter()
            .any(|record| name.is_record(record))
            .then_some(name)
    }
}

/// Whether a macro with this body may write a whole object: it has a function that does, or assigns through a star.
#[must_use]
pub fn fills(body: &[u8]) -> bool {
    let texts: Vec<&str> = dialect::token::texts(body).collect();
    let is_called = texts
        .iter()
        .any(|text| FILLS.iter().any(|(name, _)| name == text));
    let assigns = || {
        let mut at = 0..texts.len();
        at.any(|at| {
            let before = texts.get(..at).unwrap_or_default().iter().rev();
            let mut operand =
                before.skip_while(|text| matches!(**text, ")" | "(") || is_name(text));
            texts.get(at) == Some(&"=") && operand.next() == Some(&"*")
        })
    };
    is_called || assigns()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
}

/// Whether an expression may make an object as a whole. What is but a copy of another one, `o->in = *d`, has what that has:
/// whoever wrote that is asked.
fn may_be_whole_value(value: Node<'_>) -> bool {
    matches!(
        value.kind(),
        "call_expression"
            | "compound_literal_expression"
            | "conditional_expression"
            | "comma_expression"
            | "assignment_expression"
    )
}

/// Whether the expression is what a call leads to: `*f(x)`, `f(x)[1]`.
fn is_through_call(node: Node<'_>) -> bool {
    let mut node = without_casts(node);
    while let Some(inner) = stepped_or_base(node).filter(|_| {
        matches!(
            node.kind(),
            "pointer_expression" | "subscript_expression" | "update_expression"
        )
    }) {
        node = without_casts(inner);
    }
    node.kind() == "call_expression"
}

/// What is in parentheses and casts.
fn without_casts(node: Node<'_>) -> Node<'_> {
    let inner = match node.kind() {
        "cast_expression" => node.child_by_field_name("value"),
        "parenthesized_expression" => node.named_child(0),
        _ => None,
    };
    inner.map_or(node, without_casts)
}
