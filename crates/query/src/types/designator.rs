//! Initialisers: which record does `.m = …` initialise?

use tree_sitter::Node;

use super::context::{Answer, Context, Type};
use super::locals::{declared_by, dimensions};
use dialect::token::texts;

/// What an initialiser list initialises: a type, and how many arrays deep it still is.
#[derive(Clone)]
pub(super) struct Object<'a> {
    pub(super) of: Type<'a>,
    pub(super) dimensions: usize,
}

impl<'a> Context<'a> {
    /// The record whose member the designator at `offset` names.
    pub(super) fn designated(&mut self, offset: usize) -> Answer<'a> {
        let home = self.home();
        let unread = || "the initialiser around the designator was not read".to_owned();
        let node = home
            .root()
            .descendant_for_byte_range(offset, offset + 1)
            .ok_or_else(unread)?;
        let pair = ancestor(node, "initializer_pair").ok_or_else(unread)?;
        let list = pair
            .parent()
            .filter(|list| list.kind() == "initializer_list")
            .ok_or_else(unread)?;
        let object = self.object(list)?;
        self.through(object, pair, offset).map(|object| object.of)
    }

    /// What the designators of `pair` that end before `offset` lead to.
    pub(super) fn through(
        &mut self,
        mut object: Object<'a>,
        pair: Node<'_>,
        offset: usize,
    ) -> Result<Object<'a>, String> {
        let mut cursor = pair.walk();
        for designator in pair.children_by_field_name("designator", &mut cursor) {
            if designator.end_byte() > offset && designator.start_byte() <= offset
                || designator.start_byte() >= offset
            {
                break;
            }
            object = match designator.kind() {
                "field_designator" | "field_identifier" => {
                    let home = self.home();
                    let words: Vec<_> = texts(home.slice(designator.byte_range())).collect();
                    let name = words.last().copied().unwrap_or_default();
                    self.member_object(&object.of, name)?
                }
                _ => Object {
                    dimensions: object.dimensions.saturating_sub(1),
                    ..object
                },
            };
        }
        Ok(object)
    }

    /// The type that is spelled at `range` of the question's file.
    pub(super) fn spelled_type(&mut self, range: std::ops::Range<usize>) -> Answer<'a> {
        let tokens = self.tokens(0, range);
        self.step(|context| context.type_name(&tokens))
    }

    pub(super) fn member_object(
        &mut self,
        of: &Type<'a>,
        name: &str,
    ) -> Result<Object<'a>, String> {
        let array = self.member_array(of, name);
        let found = self.member_type(of, name)?;
        Ok(Object {
            of: found,
            dimensions: array.matches('[').count(),
        })
    }

    /// What the initialiser list is the value of.
    fn object(&mut self, list: Node<'_>) -> Result<Object<'a>, String> {
        let home = self.home();
        let parent = list.parent().ok_or("an initialiser of nothing")?;
        match parent.kind() {
            "init_declarator" => {
                let declaration = parent.parent().ok_or("an initialiser of nothing")?;
                Ok(Object {
                    of: declared_by(self, &home, declaration)?,
                    dimensions: dimensions(parent),
                })
            }
            "compound_literal_expression" => {
                let name = parent
                    .child_by_field_name("type")
                    .ok_or("a compound literal without a type")?;
                let tokens = self.tokens(0, name.byte_range());
                let arrays = home.slice(name.byte_range()).iter().filter(|b| **b == b'[');
                Ok(Object {
                    of: self.step(|context| context.type_name(&tokens))?,
                    dimensions: arrays.count(),
                })
            }
            "initializer_pair" => {
                let outer = parent.parent().ok_or("an initialiser of nothing")?;
                let object = self.object_of(outer)?;
                self.through(object, parent, list.start_byte())
            }
            "initializer_list" => {
                let object = self.object_of(parent)?;
                self.positional(object, parent, list)
            }
            other => Err(format!("an initialiser within a `{other}` is not followed")),
        }
    }

    fn object_of(&mut self, list: Node<'_>) -> Result<Object<'a>, String> {
        let mut out = None;
        let mut reason = None;
        let _ = self.step(|context| {
            match context.object(list) {
                Ok(object) => out = Some(object),
                Err(why) => reason = Some(why),
            }
            Ok(Type::scalar(""))
        });
        out.ok_or_else(|| reason.unwrap_or_else(|| "initialisers nest too deep".to_owned()))
    }

    /// What a list that stands in another list without a designator initialises.
    fn positional(
        &mut self,
        object: Object<'a>,
        outer: Node<'_>,
        list: Node<'_>,
    ) -> Result<Object<'a>, String> {
        if object.dimensions > 0 {
            return Ok(Object {
                dimensions: object.dimensions - 1,
                ..object
            });
        }
        let mut cursor = outer.walk();
        let mut index = 0;
        for child in outer.named_children(&mut cursor) {
            if child.start_byte() >= list.start_byte() {
                break;
            }
            match child.kind() {
                "comment" => {}
                "initializer_pair" => return Err("a position after a designator".to_owned()),
                _ => index += 1,
            }
        }
        let name = self.nth_member(&object.of, index)?;
        self.member_object(&object.of, &name)
    }
}

fn ancestor<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut node = node;
    while node.kind() != kind {
        node = node.parent()?;
    }
    Some(node)
}
