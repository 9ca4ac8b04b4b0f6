//! Values of an initialiser that go to a member by their position alone.
//!
//! Lists are gone through from the outermost down, each with what it initialises: to ask each list for what is around
//! it would take a table's time squared.

mod by_macro;

use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::context::{Context, Type};
use super::designator::Object;
use super::locals::{declared_by, dimensions};
use super::{DefinitionSource, TypeName};
use crate::File;
use crate::walk::walk;
use by_macro::Made;
use syntax::Unread;

/// What initialisers without names do to one member.
#[derive(Clone, Debug, Default)]
pub struct Positional {
    /// Values that go to it.
    pub values: Vec<Range<usize>>,
    /// Lists of which it is not known where their values go.
    pub unread: Vec<Unread>,
}

/// The values in `file` that go to the member `member` of the record `record` by their position. `{ 0 }` is no such
/// value: it clears a record as a whole.
#[must_use]
pub fn positional_values(
    file: &File,
    record: &str,
    member: &str,
    definitions: &dyn DefinitionSource,
) -> Positional {
    let mut search = Search {
        file,
        record,
        member,
        definitions,
        slots: RefCell::default(),
        holds: RefCell::default(),
        macros: RefCell::default(),
        own: OnceCell::new(),
        found: Positional::default(),
    };
    walk(file.root(), |node| {
        match node.kind() {
            "declaration" => search.declaration(node),
            "compound_literal_expression" => search.literal(node),
            "cast_expression" => search.cast(node),
            _ => {}
        }
        true
    });
    search.bodies();
    search.found
}

/// A member by its position in a record.
struct Slot {
    name: Result<String, String>,
    /// It takes more values than one without braces: it has such a record in it; it is an array.
    takes: OnceCell<(bool, bool)>,
}

struct Search<'a> {
    file: &'a File,
    record: &'a str,
    member: &'a str,
    definitions: &'a dyn DefinitionSource,
    /// The members that were asked for: a table has the same ones in each of its rows.
    slots: RefCell<FxHashMap<(TypeName, usize), Rc<Slot>>>,
    /// Which types have such a record in them, of those that were asked.
    holds: RefCell<FxHashMap<TypeName, bool>>,
    /// What the macros are that values are made of, by their names.
    macros: RefCell<FxHashMap<String, Made>>,
    /// The macros of the file.
    own: OnceCell<FxHashSet<&'a str>>,
    found: Positional,
}

impl<'a> Search<'a> {
    fn context(&self) -> Context<'a> {
        Context::new(self.file, self.definitions)
    }

    fn declaration(&mut self, declaration: Node<'_>) {
        let mut cursor = declaration.walk();
        for declarator in declaration.children_by_field_name("declarator", &mut cursor) {
            let value = declarator.child_by_field_name("value");
            let is_list = |value: &Node<'_>| value.kind() == "initializer_list";
            let may_be = |value: &Node<'_>| {
                is_list(value) || !is_pointer(declarator) && self.may_be_macro(*value)
            };
            let Some(value) = value.filter(may_be) else {
                continue;
            };
            let mut context = self.context();
            let home = context.home();
            let Ok(of) = declared_by(&mut context, &home, declaration) else {
                continue;
            };
            if is_list(&value) {
                let dimensions = dimensions(declarator);
                self.list(value, Object { of, dimensions });
            } else {
                self.whole_by_macro(value, &of);
            }
        }
    }

    fn literal(&mut self, literal: Node<'_>) {
        let name = literal.child_by_field_name("type");
        let list = literal.child_by_field_name("value");
        let (Some(name), Some(list)) = (name, list) else {
            return;
        };
        let mut context = self.context();
        let spelled = context.spelled_type(name.byte_range());
        let home = context.home();
        // `(typeof(*d)){ … }`
        if let Ok(of) = spelled.or_else(|_| declared_by(&mut context, &home, name)) {
            let arrays = self.file.slice(name.byte_range()).iter();
            let dimensions = arrays.filter(|byte| **byte == b'[').count();
            self.list(list, Object { of, dimensions });
        }
    }

    fn list(&mut self, list: Node<'_>, object: Object<'a>) {
        let mut pending = vec![(list, object)];
        while let Some((list, object)) = pending.pop() {
            let inner = if object.dimensions > 0 {
                self.array(list, &object)
            } else {
                self.of_record(list, &object)
            };
            pending.extend(inner);
        }
        let found = &mut self.found;
        found.values.sort_by_key(|range| range.start);
        found.unread.sort_by_key(|unread| unread.range.start);
    }

    /// The elements of an array that are lists.
    fn array<'t>(&mut self, list: Node<'t>, object: &Object<'a>) -> Vec<(Node<'t>, Object<'a>)> {
        let is_it = self.is_record(&object.of.name());
        if is_it && !clears(self.file, list) && values(list).any(is_scalar) {
            self.unread(list, "records of an array are initialised without braces");
        }
        let holds = self.holds(&mut self.context(), &object.of);
        if holds {
            for value in values(list) {
                self.is_followed(list, value, true);
            }
        }
        let element = |dimensions| Object {
            of: object.of.clone(),
            dimensions,
        };
        values(list)
            .filter_map(|value| match value.kind() {
                "initializer_list" => Some((value, element(object.dimensions - 1))),
                "initializer_pair" => {
                    let inner = value.child_by_field_name("value")?;
                    let is_list = inner.kind() == "initializer_list";
                    let made = self.context().through(
                        element(object.dimensions),
                        value,
                        inner.start_byte(),
                    );
                    let made = made.ok()?;
                    if !is_list {
                        self.whole_by_macro(inner, &made.of);
                    }
                    Some((inner, made)).filter(|_| is_list)
                }
                _ => None,
            })
            .collect()
    }

    /// The values of a record; what of them are lists is given back.
    fn of_record<'t>(
        &mut self,
        list: Node<'t>,
        object: &Object<'a>,
    ) -> Vec<(Node<'t>, Object<'a>)> {
        let of = &object.of;
        let is_it = self.is_record(&of.name());
        let mut inner = Vec::new();
        let mut position = Some(0);
        let counts = !clears(self.file, list);
        let all: Vec<Node<'t>> = values(list).collect();
        for (index, &value) in all.iter().enumerate() {
            let mut context = self.context();
            if value.kind() == "initializer_pair" {
                let target = value.child_by_field_name("value");
                if let Some(target) = target {
                    let made = context.through(object.clone(), value, target.start_byte());
                    match made {
                        Ok(made) if target.kind() == "initializer_list" => {
                            inner.push((target, made));
                        }
                        Ok(made) => self.whole_by_macro(target, &made.of),
                        Err(_) => {}
                    }
                }
                let name = value.child_by_field_name("designator");
                let name = name.map(|name| self.file.text(name.byte_range()).into_owned());
                let name = name.unwrap_or_default();
                let next = || context.position_of(of, name.trim_start_matches('.').trim());
                // Only where a value without a name follows does it matter where this one was.
                let follows = all
                    .get(index + 1)
                    .is_some_and(|next| next.kind() != "initializer_pair");
                position = if follows {
                    next().map(|at| at + 1)
                } else {
                    None
                };
                if follows && position.is_none() && self.holds(&mut context, of) {
                    self.unread(list, "a position after a designator");
                }
                continue;
            }
            let slot = position.map(|at| self.slot(&context, of, at));
            if counts && self.may_be_macro(value) && self.holds(&mut context, of) {
                let takes = slot
                    .as_ref()
                    .is_some_and(|slot| self.takes(&mut context, of, slot).0);
                if !self.is_followed(list, value, takes) {
                    break;
                }
            }
            match slot.as_ref().map(|slot| slot.name.as_ref()) {
                None if is_it => break,
                None => {}
                Some(Ok(name)) if is_it && counts && *name == self.member => {
                    self.found.values.push(value.byte_range());
                }
                Some(Ok(name)) if value.kind() == "initializer_list" => {
                    inner.extend(
                        context
                            .member_object(of, name)
                            .ok()
                            .map(|made| (value, made)),
                    );
                }
                Some(Ok(_))
                    if counts
                        && is_scalar(value)
                        && slot.as_ref().is_some_and(|slot| {
                            self.is_unbraced(&mut context, of, slot, value, is_it)
                        }) =>
                {
                    self.unread(list, "a record is initialised without braces of its own");
                    break;
                }
                Some(Ok(_)) => {}
                Some(Err(reason)) if counts && (is_it || self.holds(&mut context, of)) => {
                    self.unread(list, &format!("values without names: {reason}"));
                    break;
                }
                Some(Err(_)) => break,
            }
            position = position.map(|at| at + 1);
        }
        inner
    }

    fn slot(&self, context: &Context<'a>, of: &Type<'a>, at: usize) -> Rc<Slot> {
        let made = || {
            Rc::new(Slot {
                name: context.nth_member(of, at),
                takes: OnceCell::new(),
            })
        };
        let mut slots = self.slots.borrow_mut();
        Rc::clone(slots.entry((of.name(), at)).or_insert_with(made))
    }

    /// Whether the member takes more values than this one: it is such a record, or (in one) an array.
    fn is_unbraced(
        &self,
        context: &mut Context<'a>,
        of: &Type<'a>,
        slot: &Slot,
        value: Node<'_>,
        is_it: bool,
    ) -> bool {
        let (holds, is_array) = self.takes(context, of, slot);
        holds || is_it && is_array && value.kind() != "string_literal"
    }

    /// Whether the member has such a record in it, and whether it is an array.
    fn takes(&self, context: &mut Context<'a>, of: &Type<'a>, slot: &Slot) -> (bool, bool) {
        let Ok(name) = &slot.name else {
            return (false, false);
        };
        *slot.takes.get_or_init(|| {
            let inner = context.member_type(of, name);
            let holds = inner.is_ok_and(|inner| self.holds(context, &inner));
            (
                holds && !context.is_pointer_member(of, name),
                !context.member_array(of, name).is_empty(),
            )
        })
    }

    /// Whether the type is such a record, or has one in it.
    fn holds(&self, context: &mut Context<'a>, of: &Type<'a>) -> bool {
        if self.is_record(&of.name()) {
            return true;
        }
        if matches!(of, Type::Scalar(_)) {
            return false;
        }
        let key = of.name();
        if let Some(&known) = self.holds.borrow().get(&key) {
            return known;
        }
        // A record that has itself in it is no C, and asks no more.
        self.holds.borrow_mut().insert(key.clone(), false);
        let (records, _) = context.definitions_of_type(of);
        let mut members = records.iter().flat_map(|(_, record)| &record.members);
        let found = members.any(|member| {
            let inner = context.member_type(of, &member.name);
            !member.type_text.contains('*') && inner.is_ok_and(|inner| self.holds(context, &inner))
        });
        self.holds.borrow_mut().insert(key, found);
        found
    }

    fn is_record(&self, name: &TypeName) -> bool {
        name.is_record(self.record)
    }

    fn unread(&mut self, list: Node<'_>, cause: &str) {
        self.found.unread.push(Unread {
            range: list.byte_range(),
            cause: cause.to_owned(),
        });
    }
}

/// Whether a declarator is of a pointer.
fn is_pointer(declarator: Node<'_>) -> bool {
    let inner = declarator.child_by_field_name("declarator");
    inner.is_some_and(|inner| inner.kind() == "pointer_declarator")
}

/// `{ 0 }`, `{ NULL }`
fn clears(file: &File, list: Node<'_>) -> bool {
    let mut all = values(list);
    let first = all.next().map(|value| file.text(value.byte_range()));
    all.next().is_none() && first.is_none_or(|text| matches!(&*text, "0" | "NULL"))
}

fn values(list: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut cursor = list.walk();
    let all: Vec<Node<'_>> = list.named_children(&mut cursor).collect();
    all.into_iter().filter(|value| value.kind() != "comment")
}

/// Whether the value is surely no record: a number, text, an operator's.
fn is_scalar(value: Node<'_>) -> bool {
    matches!(
        value.kind(),
        "number_literal"
            | "char_literal"
            | "string_literal"
            | "unary_expression"
            | "binary_expression"
            | "true"
            | "false"
            | "null"
    )
}
