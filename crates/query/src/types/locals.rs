//! Names that a function declares: its parameters and its locals, innermost scope first.

use std::ops::Range;

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use super::context::{Answer, Context, FileRef};
use super::expression::is_qualifier;
use super::levels::Levels;
use super::token::{Token, split};
use crate::File;
use crate::access::chain;
use crate::walk::walk;
use syntax::items::{BaseType, base_of, name_of};

/// A declaration in scope: its specifiers, its initialiser, and how many pointers and arrays are around
/// the name.
struct Local {
    base: BaseType,
    value: Option<Range<usize>>,
    levels: Levels,
    /// Where the name is declared.
    at: usize,
}

/// Where the variable or parameter is declared that `name` means at `offset`; none where the function there
/// declares none of that name.
#[must_use]
pub fn declared_at(file: &File, offset: usize, name: &str) -> Option<usize> {
    find(file, offset, name).map(|found| found.at)
}

/// The specifiers of the variable or parameter at `range`, and how many pointers and arrays it is away
/// from them; none where the function declares no such name.
pub(crate) fn levels_of(file: &File, range: &Range<usize>) -> Option<(BaseType, usize)> {
    let name = std::str::from_utf8(file.slice(range.clone())).ok()?;
    let found = find(file, range.start, name)?;
    Some((found.base, found.levels.known()?))
}

impl<'a> Context<'a> {
    /// The type of a name that a function or a statement expression declares; none where none does.
    pub(super) fn local(&mut self, name: &Token) -> Option<Answer<'a>> {
        if let Some(answer) = self.in_blocks(name) {
            return Some(answer);
        }
        let scope = self.scopes.get(name.scope)?;
        if scope.is_macro_body() {
            return None;
        }
        let file = scope.file.clone();
        let Local {
            base,
            value,
            levels,
            ..
        } = find(&file, name.at, &name.text)?;
        let answer = self.step(|context| context.type_of_base(&base, &file, value.as_ref()));
        Some(answer.map(|found| found.away(levels)))
    }

    /// A declaration in a statement expression that is being read, by its tokens: those of a macro's
    /// body stand in no tree.
    fn in_blocks(&mut self, name: &Token) -> Option<Answer<'a>> {
        for index in (0..self.blocks.len()).rev() {
            let block = self.blocks.get(index)?.clone();
            for statement in split(&block, ";") {
                if let Some((specifiers, value, levels)) = declared_in(statement, name) {
                    // Names in it are declared further out: `x` of `typeof(x) x = (x)` is.
                    let inner = self.blocks.split_off(index);
                    let answer = match specifiers {
                        [auto, ..] if auto.is("__auto_type") => self.expression(value),
                        _ => self.type_name(specifiers),
                    };
                    self.blocks.extend(inner);
                    return Some(answer.map(|found| found.away(levels)));
                }
            }
        }
        None
    }
}

/// Specifiers, value, and pointers that the specifiers do not have, where `statement` declares `name`.
fn declared_in<'t>(
    statement: &'t [Token],
    name: &Token,
) -> Option<(&'t [Token], &'t [Token], Levels)> {
    let declarators = split(statement, ",");
    let first = declarators.first()?;
    for declarator in &declarators {
        let equals = super::token::find(declarator, |token| token.is("="));
        let declared = &declarator[..equals.unwrap_or(declarator.len())];
        let at = declared
            .iter()
            .rposition(|t| t.is_word() && !is_qualifier(t))?;
        let token = &declared[at];
        if token.text != name.text
            || token.scope != name.scope
            || token.at >= name.at && token.scope == 0
        {
            continue;
        }
        let value = equals.map_or(&declarator[..0], |equals| &declarator[equals + 1..]);
        let end = first
            .iter()
            .position(|token| token.is("*"))
            .unwrap_or(first.len());
        let is_first = std::ptr::eq(*declarator, *first);
        let (specifiers, stars) = if is_first {
            (&declared[..at], 0)
        } else {
            let stars = declared[..at].iter().filter(|token| token.is("*"));
            (&first[..end], stars.count())
        };
        let brackets = declared[at..]
            .iter()
            .any(|token| token.is("[") || token.is("("));
        let levels = if brackets {
            Levels::Unknown
        } else {
            Levels::Of(stars)
        };
        return (!specifiers.is_empty()).then_some((specifiers, value, levels));
    }
    None
}

/// The declaration of `name` that is in scope at `offset`, inside the function there.
fn find(file: &File, offset: usize, name: &str) -> Option<Local> {
    // Of one byte: a name that is not written there may be longer than what is left of its block.
    let way = chain(file, &(offset..offset + 1));
    let declarations = way.get(1).map(|item| file.declarations_in(*item));
    let here = declarations.as_ref().and_then(|names| names.get(name));
    let here = here.map_or(&[][..], Vec::as_slice);
    for node in way.into_iter().rev() {
        let found = match node.kind() {
            "for_statement" => node
                .child_by_field_name("initializer")
                .and_then(|declaration| declared(file, declaration, name)),
            "function_definition" => return parameter(file, node, name),
            "translation_unit" => return None,
            _ => in_list(file, node, offset, name, here),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Where declarations of each name stand in a function, in order.
pub(crate) type DeclaredNames = FxHashMap<String, Vec<usize>>;

/// The names that declarations below `item` declare. One walk for all questions about a function: a
/// walk for each would take a long one's time squared.
pub(crate) fn declared_names(file: &File, item: Node<'_>) -> DeclaredNames {
    let mut names = DeclaredNames::default();
    walk(item, |node| {
        if node.kind() == "declaration" {
            let mut cursor = node.walk();
            for declarator in node.children_by_field_name("declarator", &mut cursor) {
                if let Some(named) = name_of(declarator) {
                    let name = file.text(named.byte_range()).into_owned();
                    names.entry(name).or_default().push(node.start_byte());
                }
            }
        }
        true
    });
    names
}

/// Names that a function declares: from where on, in which block.
pub(crate) type NamesDeclared = FxHashMap<Box<[u8]>, Vec<(usize, Range<usize>)>>;

/// Every name that something below `item` declares: a variable, a type, an enumerator, a function. One walk for all names
/// and places: a function may have thousands of each.
pub(crate) fn names_declared(file: &File, item: Node<'_>) -> NamesDeclared {
    let mut names = NamesDeclared::default();
    let mut take = |named: Option<Node<'_>>, block: &Range<usize>| {
        if let Some(named) = named {
            let places = names.entry(Box::from(file.slice(named.byte_range())));
            places.or_default().push((named.end_byte(), block.clone()));
        }
    };
    let mut pending = vec![(item, item.byte_range())];
    while let Some((node, block)) = pending.pop() {
        let mut cursor = node.walk();
        match node.kind() {
            "declaration" | "type_definition" => {
                let declarators = node.children_by_field_name("declarator", &mut cursor);
                declarators.for_each(|declarator| take(name_of(declarator), &block));
            }
            "function_definition" => {
                let declarator = node.child_by_field_name("declarator");
                take(declarator.and_then(name_of), &block);
            }
            "enumerator" => take(node.child_by_field_name("name"), &block),
            _ => {}
        }
        let inner = match node.kind() {
            "compound_statement" | "for_statement" => node.byte_range(),
            _ => block,
        };
        let children = node.named_children(&mut cursor);
        pending.extend(children.map(|child| (child, inner.clone())));
    }
    names
}

/// The last declaration before `offset` among the children of a block. `here`: where the name is declared.
fn in_list(
    file: &File,
    list: Node<'_>,
    offset: usize,
    name: &str,
    here: &[usize],
) -> Option<Local> {
    let from = here.partition_point(|&at| at < list.start_byte());
    let until = here.partition_point(|&at| at <= offset && at < list.end_byte());
    let mut cursor = list.walk();
    for &at in here.get(from..until)?.iter().rev() {
        cursor.reset(list);
        if cursor.goto_first_child_for_byte(at).is_none() {
            continue;
        }
        let child = cursor.node();
        let local = match child.kind() {
            "declaration" => declared(file, child, name),
            // A declaration may stand in an `#if` arm, or after a label, of the block around it.
            kind if kind.starts_with("preproc_") || kind == "labeled_statement" => {
                let within = child.byte_range().contains(&offset);
                (!within)
                    .then(|| in_list(file, child, offset, name, here))
                    .flatten()
            }
            _ => None,
        };
        if local.is_some() {
            return local;
        }
    }
    None
}

/// What a `declaration` or `parameter_declaration` says about `name`.
fn declared(file: &File, declaration: Node<'_>, name: &str) -> Option<Local> {
    let specifier = declaration.child_by_field_name("type")?;
    let mut cursor = declaration.walk();
    for declarator in declaration.children_by_field_name("declarator", &mut cursor) {
        let Some(named) = name_of(declarator) else {
            continue;
        };
        if file.slice(named.byte_range()) == name.as_bytes() {
            let value = declarator.child_by_field_name("value");
            return Some(Local {
                base: base_of(file, specifier),
                value: value.map(|value| value.byte_range()),
                levels: levels(declarator),
                at: named.start_byte(),
            });
        }
    }
    None
}

/// How many `*` and `[…]` a declarator has.
fn levels(declarator: Node<'_>) -> Levels {
    let mut count = 0;
    let mut yields = None;
    let mut node = Some(declarator);
    while let Some(here) = node {
        match here.kind() {
            "array_declarator" | "pointer_declarator" => count += 1,
            // `int (*f)(void)`, not what gives a pointer to a function.
            "function_declarator" if yields.is_none() => yields = Some(std::mem::take(&mut count)),
            "function_declarator" => return Levels::Unknown,
            _ => {}
        }
        let inner = || {
            here.named_child(0)
                .filter(|_| here.kind() == "parenthesized_declarator")
        };
        node = here.child_by_field_name("declarator").or_else(inner);
    }
    yields.map_or(Levels::Of(count), |yields| Levels::Function {
        away: count,
        yields,
    })
}

/// How many `[…]` a declarator has.
pub(super) fn dimensions(declarator: Node<'_>) -> usize {
    let mut count = 0;
    let mut node = Some(declarator);
    while let Some(here) = node {
        count += usize::from(here.kind() == "array_declarator");
        node = here.child_by_field_name("declarator");
    }
    count
}

fn parameter(file: &File, function: Node<'_>, name: &str) -> Option<Local> {
    let mut declarator = function.child_by_field_name("declarator");
    let mut parameters = None;
    while let Some(node) = declarator {
        parameters = node.child_by_field_name("parameters").or(parameters);
        declarator = node.child_by_field_name("declarator").or_else(|| {
            node.named_child(0)
                .filter(|_| node.kind().ends_with("declarator"))
        });
    }
    for list in [parameters, Some(function)].into_iter().flatten() {
        let mut cursor = list.walk();
        for child in list.named_children(&mut cursor) {
            // A declaration between the head and the body is K&R's way to type a parameter.
            if matches!(child.kind(), "parameter_declaration" | "declaration")
                && let Some(found) = declared(file, child, name)
            {
                return Some(found);
            }
        }
    }
    None
}

/// The dimensions and type of what is declared, for initialisers.
pub(super) fn declared_by<'a>(
    context: &mut Context<'a>,
    file: &FileRef<'a>,
    declaration: Node<'_>,
) -> Answer<'a> {
    let Some(specifier) = declaration.child_by_field_name("type") else {
        return Err("a declaration without a type".to_owned());
    };
    let base = base_of(file, specifier);
    context.type_of_base(&base, file, None)
}
