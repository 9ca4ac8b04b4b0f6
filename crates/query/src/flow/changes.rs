//! What a guard rests on, and where that is changed.
//!
//! A condition that was true need not be true any more where the code is that it guards: its pointer may be
//! another one by then, its member may be cleared, a loop may have come round. A change is a write that names
//! what the condition names; or one that may do it: through an address, by another pointer to such a
//! member, in a function of the same file. What other functions do to memory is not followed: of `next(d)` nobody
//! here knows that it leaves `d->flag` alone, and nearly all code rests on that it does.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use crate::File;
use crate::access::{Access, chain, classify, operator, word_at};
use crate::types::declared_at;
use crate::walk::walk;
use dialect::token::texts;
use syntax::items::name_of;

/// What is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A variable.
    Name(String),
    /// A member, of what this text says.
    Member { name: String, of: String },
    /// All that a pointer points to.
    Object(String),
    /// What a function of the file changes.
    Call(String),
}

/// A place that changes something, or hands on its address.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) what: What,
    /// The expression that is changed.
    pub(crate) range: Range<usize>,
    /// Only its address is taken.
    pub(crate) by_address: bool,
}

/// The changes of a function.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) all: Vec<Change>,
    /// Pointers that are given a variable's address: `p = &v`.
    pointers: FxHashMap<String, String>,
    /// Names that may mean different variables in different places: declared more than once, or in an inner block.
    inner: FxHashSet<String>,
    declared: FxHashSet<String>,
}

/// What a condition rests on.
#[derive(Debug, Default)]
pub(crate) struct Rests {
    /// Variables, and where the condition names them.
    names: FxHashMap<String, usize>,
    /// Members, of what.
    members: Vec<(String, String)>,
    /// What is pointed into.
    objects: Vec<String>,
}

/// Functions that write all that their first argument points to.
const FILL: &[&str] = &[
    "memset",
    "memcpy",
    "memmove",
    "memzero_explicit",
    "__builtin_memset",
    "__builtin_memcpy",
    "copy_from_user",
];

impl Changes {
    /// Collects the changes in `range`.
    pub(crate) fn of(file: &File, range: &Range<usize>) -> Self {
        let mut found = Self::default();
        let Some(top) = chain(file, range).pop() else {
            return found;
        };
        walk_ways(top, &mut |way| found.look(file, way));
        found
    }

    /// Whether each variable that the condition names is the same one at `offset`: not hidden by an inner declaration
    /// there, not gone out of scope.
    pub(crate) fn are_same_at(&self, file: &File, rests: &Rests, offset: usize) -> bool {
        rests
            .names
            .iter()
            .filter(|(name, _)| self.inner.contains(*name))
            .all(|(name, at)| declared_at(file, *at, name) == declared_at(file, offset, name))
    }

    /// Notes what a declaration in the function, or its head, declares. The function's own block is the first of `way`.
    fn declare(&mut self, file: &File, way: &[Node<'_>]) {
        let [.., node] = way else { return };
        let is_inner = way.len() > 2;
        let mut cursor = node.walk();
        for declarator in node.children_by_field_name("declarator", &mut cursor) {
            let Some(name) = name_of(declarator) else {
                continue;
            };
            let name = word_at(file, name.start_byte()).to_owned();
            let hides = || file.variables().iter().any(|known| known.name == name);
            if is_inner || hides() || !self.declared.insert(name.clone()) {
                self.inner.insert(name);
            }
        }
    }

    fn look(&mut self, file: &File, way: &[Node<'_>]) {
        let [.., node] = way else { return };
        match node.kind() {
            "identifier" => self.name(file, way),
            "field_expression" => {
                let member = node.child_by_field_name("field");
                let of = node.child_by_field_name("argument");
                if let (Some(member), Some(of)) = (member, of) {
                    let what = What::Member {
                        name: word_at(file, member.start_byte()).to_owned(),
                        of: spelled(file, of),
                    };
                    self.take(file, way, what);
                }
            }
            // Of `(*s).m = 1` too it is the member that is changed.
            "pointer_expression" if operator(*node) == "*" && !is_in_member(way) => {
                if let Some(of) = node.child_by_field_name("argument") {
                    self.take(file, way, What::Object(spelled(file, of)));
                }
            }
            "call_expression" => self.call(file, *node),
            "declaration" => self.declare(file, way),
            _ => {}
        }
    }

    fn take(&mut self, file: &File, way: &[Node<'_>], what: What) {
        let access = classify(file, way).access;
        if matches!(access, Access::Write | Access::AddressTaken)
            && let [.., node] = way
        {
            self.all.push(Change {
                what,
                range: node.byte_range(),
                by_address: access == Access::AddressTaken,
            });
        }
    }

    fn name(&mut self, file: &File, way: &[Node<'_>]) {
        let [.., parent, node] = way else { return };
        let name = word_at(file, node.start_byte()).to_owned();
        match parent.kind() {
            // `s.m = 1` changes `s.m` and no more.
            "field_expression" => {}
            "init_declarator" if is_child(*parent, "declarator", *node) => {
                self.initialised(file, *parent, name);
            }
            "pointer_declarator" | "array_declarator" => {
                let declarator = way
                    .iter()
                    .rev()
                    .find(|node| node.kind() == "init_declarator");
                if let Some(declarator) = declarator {
                    self.initialised(file, *declarator, name);
                }
            }
            // Of `s[1].m = 1` it is the member that is changed.
            "subscript_expression" if is_in_member(way) => {}
            "subscript_expression" => self.take(file, way, What::Object(name)),
            _ => {
                if parent.kind() == "assignment_expression"
                    && let Some(of) = parent
                        .child_by_field_name("right")
                        .and_then(|v| address_of(file, v))
                {
                    self.pointers.insert(name.clone(), of);
                }
                self.take(file, way, What::Name(name));
            }
        }
    }

    fn initialised(&mut self, file: &File, declarator: Node<'_>, name: String) {
        let value = declarator.child_by_field_name("value");
        if let Some(of) = value.and_then(|value| address_of(file, value)) {
            self.pointers.insert(name.clone(), of);
        }
        self.all.push(Change {
            what: What::Name(name),
            range: declarator.byte_range(),
            by_address: false,
        });
    }

    fn call(&mut self, file: &File, call: Node<'_>) {
        let name = word_at(file, call.start_byte());
        let arguments = call.child_by_field_name("arguments");
        if FILL.contains(&name) {
            if let Some(first) = arguments.and_then(|list| list.named_child(0)) {
                self.all.push(Change {
                    what: What::Object(spelled(file, first).trim_start_matches('&').to_owned()),
                    range: call.byte_range(),
                    by_address: false,
                });
            }
        } else if !file.functions_named(name).is_empty() {
            self.all.push(Change {
                what: What::Call(name.to_owned()),
                range: call.byte_range(),
                by_address: false,
            });
        }
    }

    /// Whether the change touches what a condition rests on: surely, or perhaps.
    pub(crate) fn touches(&self, file: &File, change: &Change, rests: &Rests) -> Option<bool> {
        match &change.what {
            What::Name(name) => {
                let at = *rests.names.get(name)?;
                if !self.inner.contains(name) {
                    return Some(!change.by_address);
                }
                let same = declared_at(file, change.range.start, name) == declared_at(file, at, name)
                    // Of `struct dev *d = …` the name is not in scope yet where the declarator begins.
                    || declared_at(file, change.range.end, name) == declared_at(file, at, name);
                same.then_some(!change.by_address)
            }
            What::Member { name, of } => {
                let mut same = rests.members.iter().filter(|(member, _)| member == name);
                let first = same.next()?;
                let is_it = first.1 == *of || same.any(|(_, other)| other == of);
                match (is_it, change.by_address) {
                    (true, by_address) => Some(!by_address),
                    (false, true) => None,
                    (false, false) => Some(false),
                }
            }
            What::Object(of) => {
                if rests.objects.contains(of) {
                    return Some(true);
                }
                // `*(int *)((char *)d + offset) = 1`
                let computes = of.contains('+') || of.contains('-') && !of.contains("->");
                let is_from = || {
                    let mut words = texts(of.as_bytes());
                    words.any(|word| rests.objects.iter().any(|object| object == word))
                };
                if computes && is_from() {
                    return Some(false);
                }
                let pointed = self.pointers.get(of)?;
                rests.names.contains_key(pointed).then_some(false)
            }
            What::Call(name) => {
                let written = file.written_by(name);
                let touched = rests
                    .members
                    .iter()
                    .any(|(member, _)| written.contains(member))
                    || rests.names.iter().any(|(name, at)| {
                        written.contains(name) && declared_at(file, *at, name).is_none()
                    });
                touched.then_some(false)
            }
        }
    }
}

/// What the condition at `range` rests on.
pub(crate) fn rests_on(file: &File, range: &Range<usize>) -> Rests {
    let mut rests = Rests::default();
    let node = file.node_at(range.clone());
    let node = node.filter(|node| range.start <= node.start_byte() && node.end_byte() <= range.end);
    // The head of a macro is no node of its own: its words are all that is known.
    let Some(node) = node else {
        let text = file.text(range.clone());
        for word in texts(text.as_bytes()) {
            rests.names.insert(word.to_owned(), range.start);
        }
        return rests;
    };
    walk(node, |node| {
        match node.kind() {
            "identifier" => {
                let name = word_at(file, node.start_byte()).to_owned();
                // A variable of a statement expression in it is gone behind it.
                let declared = declared_at(file, node.start_byte(), &name);
                if declared.is_none_or(|at| !range.contains(&at)) {
                    rests.names.insert(name, node.start_byte());
                }
            }
            "field_expression" => {
                let member = node.child_by_field_name("field");
                if let (Some(member), Some(of)) = (member, node.child_by_field_name("argument")) {
                    let of = spelled(file, of);
                    rests.objects.push(of.clone());
                    let name = word_at(file, member.start_byte()).to_owned();
                    rests.members.push((name, of));
                }
            }
            "pointer_expression" | "subscript_expression" => {
                if let Some(of) = node.child_by_field_name("argument") {
                    rests.objects.push(spelled(file, of));
                }
            }
            _ => {}
        }
        true
    });
    rests
}

/// What a function writes, and what it calls in the same file.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    names: FxHashSet<String>,
    calls: FxHashSet<String>,
}

/// The names that a function of the file writes: members, and variables that are not its own; by what it calls in the
/// same file too.
pub(crate) fn written_by(file: &File, name: &str) -> FxHashSet<String> {
    let mut written = FxHashSet::default();
    let mut seen = FxHashSet::default();
    let mut pending = vec![name.to_owned()];
    while let Some(name) = pending.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let own = file.written_itself(&name);
        written.extend(own.names.iter().cloned());
        pending.extend(own.calls.iter().cloned());
    }
    written
}

/// What the function writes itself.
pub(crate) fn written_itself(file: &File, name: &str) -> Writes {
    let mut own = Writes::default();
    for function in file.functions_named(name) {
        for change in Changes::of(file, &function.body).all {
            match change.what {
                What::Member { name, .. } => {
                    own.names.insert(name);
                }
                What::Name(name) if declared_at(file, change.range.start, &name).is_none() => {
                    own.names.insert(name);
                }
                What::Call(name) => {
                    own.calls.insert(name);
                }
                _ => {}
            }
        }
    }
    own
}

/// `v` of `&v`.
fn address_of(file: &File, value: Node<'_>) -> Option<String> {
    let inner = value.child_by_field_name("argument")?;
    (value.kind() == "pointer_expression" && operator(value) == "&" && inner.kind() == "identifier")
        .then(|| word_at(file, inner.start_byte()).to_owned())
}

fn is_in_member(way: &[Node<'_>]) -> bool {
    way.iter()
        .rev()
        .skip(1)
        .find(|node| {
            !matches!(
                node.kind(),
                "subscript_expression" | "parenthesized_expression"
            )
        })
        .is_some_and(|node| node.kind() == "field_expression")
}

fn is_child(parent: Node<'_>, field: &str, node: Node<'_>) -> bool {
    let child = parent.child_by_field_name(field);
    child.is_some_and(|child| child.id() == node.id())
}

/// The expression's tokens without parentheses and casts: `(d)->m` and `((struct dev *)d)->m` are `d->m`.
fn spelled(file: &File, node: Node<'_>) -> String {
    let inner = match node.kind() {
        "cast_expression" => node.child_by_field_name("value"),
        "parenthesized_expression" => node.named_child(0),
        _ => None,
    };
    if let Some(inner) = inner {
        return spelled(file, inner);
    }
    let text = file.slice(node.byte_range());
    texts(text)
        .filter(|token| !matches!(*token, "(" | ")"))
        .collect()
}

/// Visits `top` and what is in it, each with the nodes around it.
fn walk_ways<'t>(top: Node<'t>, visit: &mut impl FnMut(&[Node<'t>])) {
    let mut cursor = top.walk();
    let mut way = vec![top];
    loop {
        visit(&way);
        if cursor.goto_first_child() {
            way.push(cursor.node());
            continue;
        }
        loop {
            if way.len() <= 1 {
                return;
            }
            way.pop();
            if cursor.goto_next_sibling() {
                way.push(cursor.node());
                break;
            }
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}
