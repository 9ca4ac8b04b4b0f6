//! The syntax tree as patterns see it: a node is the row of tokens and nodes that it is made of.
//!
//! The tree is that of the dialect's view, in which words are blanked or stand for others. So tokens
//! are always read from the original bytes: those that the grammar saw (*covered*, below) and those
//! that lie between its nodes, which are the blanked ones.

use std::ops::Range;
use std::rc::Rc;
use std::sync::OnceLock;

use tree_sitter::Node;

use super::isomorphisms::Switches;
use super::scan::{Scanner, is_keyword, word_end};
use crate::token::TokenKind;

/// Ids of the node kinds that patterns treat specially.
macro_rules! kinds {
    ($($field:ident),* $(,)?) => {
        pub(super) struct Kinds { $(pub(super) $field: u16,)*
            /// By kind: attribute macros may stand in it.
            attributed: Vec<bool>,
            /// By kind: a preprocessor directive.
            directive: Vec<bool>,
        }
        impl Kinds {
            fn read() -> Self {
                let language: tree_sitter::Language = tree_sitter_c::LANGUAGE.into();
                let id = |kind: &str| language.id_for_node_kind(kind, true);
                let every = |fits: fn(&str) -> bool| {
                    (0..language.node_kind_count())
                        .map(|index| u16::try_from(index).ok()
                            .and_then(|index| language.node_kind_for_id(index))
                            .is_some_and(fits))
                        .collect()
                };
                Self {
                    $($field: id(stringify!($field)),)*
                    attributed: every(takes_attributes),
                    directive: every(|kind| kind.starts_with("preproc_")),
                }
            }
        }
    };
}

kinds!(
    argument_list,
    binary_expression,
    call_expression,
    case_statement,
    cast_expression,
    char_literal,
    comma_expression,
    comment,
    compound_statement,
    conditional_expression,
    declaration,
    do_statement,
    else_clause,
    enumerator_list,
    expression_statement,
    field_declaration,
    field_declaration_list,
    field_expression,
    for_statement,
    identifier,
    if_statement,
    initializer_list,
    macro_type_specifier,
    number_literal,
    parameter_list,
    parenthesized_expression,
    pointer_expression,
    sizeof_expression,
    string_literal,
    switch_statement,
    system_lib_string,
    translation_unit,
    unary_expression,
    while_statement,
);

/// Attribute macros stand in these; elsewhere a blanked word means something.
fn takes_attributes(kind: &str) -> bool {
    [
        "declaration",
        "declarator",
        "definition",
        "specifier",
        "enumerator",
    ]
    .iter()
    .any(|part| kind.contains(part))
        || matches!(
            kind,
            "type_descriptor"
                | "cast_expression"
                | "labeled_statement"
                | "translation_unit"
                | "compound_statement"
                | "field_declaration_list"
        )
}

impl Kinds {
    fn takes_attributes(&self, kind: u16) -> bool {
        self.attributed
            .get(usize::from(kind))
            .copied()
            .unwrap_or(false)
    }

    pub(super) fn is_directive(&self, kind: u16) -> bool {
        self.directive
            .get(usize::from(kind))
            .copied()
            .unwrap_or(false)
    }
}

/// The kinds, looked up once.
pub(super) fn kinds() -> &'static Kinds {
    static KINDS: OnceLock<Kinds> = OnceLock::new();
    KINDS.get_or_init(Kinds::read)
}

/// What a node is made of.
#[derive(Clone, Debug)]
pub(super) enum Item<'t> {
    /// A named node.
    Node(Node<'t>),
    /// A token. `spare`: a blanked attribute, which need not be in the pattern.
    Token {
        range: Range<usize>,
        covered: bool,
        spare: bool,
    },
    /// A token that is not in the source in this form.
    Text(&'static [u8]),
    /// A preprocessor directive stands here: what is on both sides may not belong together.
    Directive(Range<usize>),
}

/// The entries of a list, each a row.
pub(super) type Entries<'t> = Rc<[Rc<[Item<'t>]>]>;

/// A source and the isomorphisms it is looked at through.
#[derive(Clone, Copy)]
pub(super) struct View<'s> {
    pub(super) bytes: &'s [u8],
    pub(super) switches: Switches,
}

impl<'s> View<'s> {
    pub(super) fn text(&self, range: Range<usize>) -> &'s [u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// The node without redundant parentheses, and without wrappers that add nothing to their one child.
    pub(super) fn core<'t>(&self, mut node: Node<'t>) -> Node<'t> {
        loop {
            let inner = if node.kind_id() == kinds().parenthesized_expression {
                self.switches
                    .parentheses
                    .then(|| self.unwrapped(node))
                    .flatten()
            } else {
                self.sole_child(node)
            };
            match inner {
                Some(inner) => node = inner,
                None => return node,
            }
        }
    }

    /// The child that spans the whole node.
    fn sole_child<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let child = node.named_child(0)?;
        (node.child_count() == 1 && child.byte_range() == node.byte_range() && !node.is_error())
            .then_some(child)
    }

    /// What stands in a pair of parentheses, where that is one expression.
    pub(super) fn unwrapped<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut cursor = node.walk();
        let mut children = node
            .named_children(&mut cursor)
            .filter(|child| child.kind_id() != kinds().comment);
        let child = children.next()?;
        if children.next().is_some()
            || child.kind_id() == kinds().compound_statement
            || child.is_error()
        {
            return None;
        }
        let gaps = [
            node.start_byte() + 1..child.start_byte(),
            word_end(self.bytes, child.end_byte())..node.end_byte().saturating_sub(1),
        ];
        let blank = gaps
            .into_iter()
            .all(|gap| gap.start >= gap.end || Scanner::new(self.bytes, gap).next().is_none());
        blank.then_some(child)
    }

    /// What a node counts as: `(u8)(x)` is a cast, though the grammar takes it for a call.
    pub(super) fn kind(&self, node: Node<'_>) -> u16 {
        let kind = node.kind_id();
        if kind == kinds().call_expression && self.called_cast(node).is_some() {
            return kinds().cast_expression;
        }
        kind
    }

    /// The type name and the value of a cast that the grammar takes for a call.
    fn called_cast<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, Node<'t>)> {
        let mut cursor = node.walk();
        let mut children = node
            .named_children(&mut cursor)
            .filter(|child| child.kind_id() != kinds().comment);
        let function = children.next()?;
        if function.kind_id() != kinds().parenthesized_expression {
            return None;
        }
        let name = self.unwrapped(function)?;
        let arguments = children.next()?;
        let value = self.unwrapped(arguments)?;
        (name.kind_id() == kinds().identifier && arguments.kind_id() == kinds().argument_list)
            .then_some((name, value))
    }

    /// The row of tokens and nodes that `node` is made of, comments left out.
    pub(super) fn items<'t>(&self, node: Node<'t>) -> Vec<Item<'t>> {
        let k = kinds();
        let kind = node.kind_id();
        if kind == k.call_expression
            && let Some((name, value)) = self.called_cast(node)
        {
            let (open, close) = (Item::Text(b"("), Item::Text(b")"));
            return vec![open, Item::Node(name), close, Item::Node(value)];
        }
        if kind == k.field_expression
            && self.switches.arrow
            && let Some(items) = self.member(node)
        {
            return items;
        }
        let mut items = self.plain_items(node);
        if kind == k.sizeof_expression {
            items.retain(|item| match item {
                Item::Token { range, .. } => !matches!(self.text(range.clone()), b"(" | b")"),
                _ => true,
            });
            for item in &mut items {
                if let Item::Node(operand) = item
                    && operand.kind_id() == k.parenthesized_expression
                {
                    *operand = self.unwrapped(*operand).unwrap_or(*operand);
                }
            }
        }
        items
    }

    fn plain_items<'t>(&self, node: Node<'t>) -> Vec<Item<'t>> {
        let k = kinds();
        let kind = node.kind_id();
        let conditional = [
            k.if_statement,
            k.while_statement,
            k.do_statement,
            k.switch_statement,
        ]
        .contains(&kind);
        let attributed = k.takes_attributes(kind);
        let mut items = Vec::new();
        // The root begins at what the grammar saw first, which may be after a blanked word.
        let whole = kind == k.translation_unit;
        let mut at = if whole { 0 } else { node.start_byte() };
        let end = if whole {
            self.bytes.len()
        } else {
            node.end_byte()
        };
        let mut cursor = node.walk();
        let mut more = cursor.goto_first_child();
        while more {
            let child = cursor.node();
            more = cursor.goto_next_sibling();
            if child.kind_id() == k.comment {
                continue;
            }
            self.gap(at..child.start_byte(), attributed, &mut items);
            at = at.max(child.start_byte());
            if k.is_directive(child.kind_id()) {
                items.push(Item::Directive(child.byte_range()));
                at = at.max(child.end_byte());
                continue;
            }
            if child.is_named() {
                let condition = conditional
                    && child.kind_id() == k.parenthesized_expression
                    && !self.is_macro_head(node);
                let function = kind == k.call_expression
                    && child.kind_id() == k.parenthesized_expression
                    && self
                        .unwrapped(child)
                        .is_some_and(|c| c.kind_id() == k.identifier);
                match self.unwrapped(child) {
                    Some(inner) if condition => items.push(Item::Node(inner)),
                    Some(inner) if function => {
                        items.extend([Item::Text(b"("), Item::Node(inner), Item::Text(b")")])
                    }
                    _ => items.push(Item::Node(child)),
                }
                at = word_end(self.bytes, at.max(child.end_byte()));
                continue;
            }
            for token in Scanner::new(self.bytes, at..child.end_byte()) {
                at = at.max(token.range.end);
                items.push(Item::Token {
                    range: token.range,
                    covered: true,
                    spare: false,
                });
            }
            at = at.max(child.end_byte());
        }
        self.gap(at..end, attributed, &mut items);
        items
    }

    /// The tokens between two nodes: words that the dialect blanked.
    fn gap<'t>(&self, gap: Range<usize>, attributed: bool, items: &mut Vec<Item<'t>>) {
        if gap.start >= gap.end {
            return;
        }
        let mut depth = 0_usize;
        let mut spare = false;
        let mut first_directive = None;
        for token in Scanner::new(self.bytes, gap) {
            let text = self.text(token.range.clone());
            if token.kind == TokenKind::Directive {
                // What stands between two directives is an arm that was dropped.
                match first_directive {
                    Some(length) => items.truncate(length),
                    None => {
                        items.push(Item::Directive(token.range));
                        first_directive = Some(items.len());
                    }
                }
                (depth, spare) = (0, false);
                continue;
            }
            match text {
                b"(" if spare => depth += 1,
                b")" if depth > 0 => {
                    depth -= 1;
                    items.push(Item::Token {
                        range: token.range,
                        covered: false,
                        spare,
                    });
                    continue;
                }
                _ if depth == 0 => {
                    spare = attributed && token.kind == TokenKind::Word && !is_keyword(text);
                }
                _ => {}
            }
            items.push(Item::Token {
                range: token.range,
                covered: false,
                spare,
            });
        }
    }

    /// `(*p).m` as `p->m`, `(&x)->m` as `x.m`.
    fn member<'t>(&self, node: Node<'t>) -> Option<Vec<Item<'t>>> {
        let items = self.plain_items(node);
        let [
            Item::Node(receiver),
            Item::Token { range, .. },
            Item::Node(field),
        ] = &items[..]
        else {
            return None;
        };
        if receiver.kind_id() != kinds().parenthesized_expression {
            return None;
        }
        let pointer = self.core(*receiver);
        if pointer.kind_id() != kinds().pointer_expression {
            return None;
        }
        let parts = self.plain_items(pointer);
        let [Item::Token { range: star, .. }, Item::Node(inner)] = &parts[..] else {
            return None;
        };
        let arrow: &'static [u8] = match (self.text(star.clone()), self.text(range.clone())) {
            (b"*", b".") => b"->",
            (b"&", b"->") => b".",
            _ => return None,
        };
        Some(vec![
            Item::Node(*inner),
            Item::Text(arrow),
            Item::Node(*field),
        ])
    }

    /// Left operand, operator, right operand of a binary expression, and a directive between them.
    pub(super) fn binary<'t>(&self, node: Node<'t>) -> Option<Binary<'s, 't>> {
        if node.kind_id() != kinds().binary_expression {
            return None;
        }
        let mut directive = None;
        let mut items = self.plain_items(node);
        items.retain(|item| match item {
            Item::Directive(range) => {
                directive = Some(range.clone());
                false
            }
            _ => true,
        });
        let [
            Item::Node(left),
            Item::Token {
                range,
                covered: true,
                ..
            },
            Item::Node(right),
        ] = &items[..]
        else {
            return None;
        };
        Some(Binary {
            left: *left,
            operator: self.text(range.clone()),
            right: *right,
            directive,
        })
    }

    /// Whether nodes of this kind are lists with commas in brackets.
    pub(super) fn is_list(&self, kind: u16) -> bool {
        let k = kinds();
        [
            k.argument_list,
            k.parameter_list,
            k.initializer_list,
            k.enumerator_list,
        ]
        .contains(&kind)
    }

    /// Whether a run of nodes may stand in a node of this kind.
    pub(super) fn holds_run(&self, kind: u16) -> bool {
        let k = kinds();
        self.is_list(kind)
            || [
                k.compound_statement,
                k.case_statement,
                k.field_declaration_list,
                k.translation_unit,
                k.parenthesized_expression,
            ]
            .contains(&kind)
    }

    /// The entries of a list: what stands between its commas. A trailing comma makes no entry.
    pub(super) fn slots<'i, 't>(&self, items: &'i [Item<'t>]) -> Vec<&'i [Item<'t>]> {
        let comma = |item: &Item<'t>| match item {
            Item::Token {
                range,
                covered: true,
                ..
            } => self.text(range.clone()) == b",",
            _ => false,
        };
        let mut slots: Vec<&[Item<'t>]> = items.split(comma).collect();
        if slots.last().is_some_and(|slot| slot.is_empty()) {
            slots.pop();
        }
        slots
    }

    /// The entries of a whole list, brackets included.
    pub(super) fn entries<'t>(&self, items: &[Item<'t>]) -> Entries<'t> {
        self.split(
            items
                .get(1..items.len().saturating_sub(1))
                .unwrap_or_default(),
        )
    }

    /// The entries among `items`.
    pub(super) fn split<'t>(&self, items: &[Item<'t>]) -> Entries<'t> {
        self.slots(items).into_iter().map(Into::into).collect()
    }

    /// Whether a loop or an `if` is written as a macro: `list_for_each_entry(…)`.
    pub(super) fn is_macro_head(&self, node: Node<'_>) -> bool {
        let k = kinds();
        if ![k.while_statement, k.if_statement, k.for_statement].contains(&node.kind_id()) {
            return false;
        }
        let keyword = Scanner::new(self.bytes, node.byte_range()).next();
        !keyword.is_some_and(|token| matches!(self.text(token.range), b"while" | b"if" | b"for"))
    }

    /// The arguments in a macro's head: a list, though the grammar sees a comma expression.
    pub(super) fn head_items<'t>(&self, head: Node<'t>) -> Vec<Item<'t>> {
        let mut flat = Vec::new();
        let mut pending = self.plain_items(head);
        pending.reverse();
        while let Some(item) = pending.pop() {
            match item {
                Item::Node(node) if node.kind_id() == kinds().comma_expression => {
                    pending.extend(self.plain_items(node).into_iter().rev());
                }
                item => flat.push(item),
            }
        }
        flat
    }

    /// What a list is made of, brackets included.
    pub(super) fn list_items<'t>(&self, list: Node<'t>) -> Vec<Item<'t>> {
        if list.kind_id() == kinds().parenthesized_expression {
            self.head_items(list)
        } else {
            self.items(list)
        }
    }

    /// Whether `child` is what `if`, `else` or a loop runs.
    pub(super) fn is_body(&self, parent: Node<'_>, child: Node<'_>) -> bool {
        let k = kinds();
        let kind = parent.kind_id();
        let field = if kind == k.else_clause {
            return true;
        } else if kind == k.if_statement {
            "consequence"
        } else if [k.while_statement, k.for_statement, k.do_statement].contains(&kind) {
            "body"
        } else {
            return false;
        };
        parent.child_by_field_name(field) == Some(child)
    }

    /// `NULL` or `0`.
    pub(super) fn is_null(&self, node: Node<'_>) -> bool {
        let node = self.core(node);
        matches!(self.text(node.byte_range()), b"NULL" | b"0")
    }

    /// The operand that is compared with `NULL` or `0` by `operator`.
    pub(super) fn compared_with_null<'t>(
        &self,
        node: Node<'t>,
        operator: &[u8],
    ) -> Option<(Node<'t>, Option<Range<usize>>)> {
        let binary = self.binary(node).filter(|b| b.operator == operator)?;
        let operand = if self.is_null(binary.right) {
            binary.left
        } else if self.switches.equality_order && self.is_null(binary.left) {
            binary.right
        } else {
            return None;
        };
        Some((operand, binary.directive))
    }

    /// The operand of `!`.
    pub(super) fn negated<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        if node.kind_id() != kinds().unary_expression {
            return None;
        }
        let items = self.plain_items(node);
        let [Item::Token { range, .. }, Item::Node(operand)] = &items[..] else {
            return None;
        };
        (self.text(range.clone()) == b"!").then_some(*operand)
    }

    /// The operands of a chain of one operator, in source order, and the directives among them.
    pub(super) fn operands<'t>(
        &self,
        node: Node<'t>,
        operator: &[u8],
    ) -> Option<(Vec<Node<'t>>, Vec<Range<usize>>)> {
        let top = self.binary(node).filter(|b| b.operator == operator)?;
        let mut operands = Vec::new();
        let mut directives = Vec::new();
        directives.extend(top.directive);
        let mut pending = vec![top.right, top.left];
        while let Some(next) = pending.pop() {
            let inner = self.core(next);
            match self.binary(inner) {
                Some(inner) if inner.operator == operator && self.switches.groups(operator) => {
                    directives.extend(inner.directive);
                    pending.extend([inner.right, inner.left]);
                }
                _ => operands.push(next),
            }
        }
        Some((operands, directives))
    }

    /// Whether only the truth of the expression is used where it stands; `around`: what that is, the
    /// nearest first.
    pub(super) fn in_test_position<'t>(
        &self,
        node: Node<'t>,
        around: impl Iterator<Item = Node<'t>>,
    ) -> bool {
        let mut child = node;
        for parent in around {
            if parent.kind_id() != kinds().parenthesized_expression {
                return self.tests(parent, child);
            }
            child = parent;
        }
        false
    }

    /// Whether `node` is only a part of a longer chain of `operator`.
    pub(super) fn in_chain<'t>(
        &self,
        mut around: impl Iterator<Item = Node<'t>>,
        operator: &[u8],
    ) -> bool {
        self.switches.groups(operator)
            && around
                .find(|parent| parent.kind_id() != kinds().parenthesized_expression)
                .and_then(|parent| self.binary(parent))
                .is_some_and(|binary| binary.operator == operator)
    }

    /// Whether `parent` only asks `child` whether it is true.
    pub(super) fn tests(&self, parent: Node<'_>, child: Node<'_>) -> bool {
        let k = kinds();
        let kind = parent.kind_id();
        if kind == k.binary_expression {
            return self
                .binary(parent)
                .is_some_and(|b| matches!(b.operator, b"||" | b"&&"));
        }
        if kind == k.unary_expression {
            return self.negated(parent).is_some();
        }
        if kind == k.conditional_expression {
            return parent.named_child(0) == Some(child);
        }
        let keyword = Scanner::new(self.bytes, parent.byte_range())
            .next()
            .map(|token| self.text(token.range));
        let known = matches!(keyword, Some(b"if" | b"while" | b"for" | b"do"));
        let looks = [
            k.if_statement,
            k.while_statement,
            k.for_statement,
            k.do_statement,
        ]
        .contains(&kind);
        known && looks && parent.child_by_field_name("condition") == Some(child)
    }
}

/// A binary expression, taken apart.
pub(super) struct Binary<'s, 't> {
    pub(super) left: Node<'t>,
    pub(super) operator: &'s [u8],
    pub(super) right: Node<'t>,
    pub(super) directive: Option<Range<usize>>,
}
