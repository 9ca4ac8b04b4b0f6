//! From the nodes of a pattern's syntax tree to shapes.

use std::ops::Range;

use dialect::words::is_keyword;
use tree_sitter::Node;

use super::super::PatternError;
use super::super::constraint::Kind;
use super::super::kinds::kinds;
use super::super::metavar::{Metavariable, PatternText};
use super::super::place::{Parsed, Position, failure};
use super::super::scan::Scanner;
use super::super::shape::{Part, Root, Shape};
use super::super::syntax::{Item, View, inner};

/// Deeper syntax is refused: shapes are built, dropped and compared by recursion.
const MAX_DEPTH: usize = 200;
/// Makes the shapes of one pattern.
pub(super) struct Compiler<'p> {
    pub(super) parsed: &'p Parsed,
    pub(super) scanned: &'p PatternText,
    pub(super) view: View<'p>,
    /// The first mistake.
    pub(super) error: Option<PatternError>,
    pub(super) depth: usize,
}

impl Compiler<'_> {
    pub(super) fn root(
        &mut self,
        holder: Node<'_>,
        items: &[Item<'_>],
        place: Position,
    ) -> Option<Root> {
        if place == Position::Entries {
            let mut slots = self.slots(holder, items);
            // The dialect passes over words that are in the way; an entry has no keyword and no `;`.
            let is_foreign = |part: &Part| matches!(part, Part::Token(word) if &word[..] == b";" || is_keyword(word));
            if slots.iter().flatten().any(is_foreign) {
                return None;
            }
            if slots.iter().any(|slot| self.is_rest(slot)) {
                let help = "write the initialiser with its braces: `{ .open = $O, .. }`";
                self.fail(holder.byte_range(), "`..` is not allowed here", help);
            }
            return match &mut slots[..] {
                [slot] if slot.len() == 1 => match slot.pop() {
                    Some(Part::Node { shape, .. }) => Some(Root::Node(shape)),
                    _ => None,
                },
                [] => None,
                _ => Some(Root::Entries(slots)),
            };
        }
        // To the grammar all statements up to the next label are a label's; to C it has the first (C11 6.8.1).
        if place == Position::Block && items.iter().any(is_case) {
            let items = self.view.unlabelled(holder, items.to_vec());
            return Some(Root::Row(self.parts(holder, &items)));
        }
        if let [Item::Node(node)] = items {
            return Some(Root::Node(self.shape(*node)));
        }
        if matches!(place, Position::Condition | Position::Call) || items.is_empty() {
            return None;
        }
        Some(Root::Row(self.parts(holder, items)))
    }

    fn fail(&mut self, range: Range<usize>, message: &str, help: &str) {
        let span = self.parsed.origin(range);
        self.error
            .get_or_insert_with(|| failure(span, message, help));
    }

    /// The metavariable that `node` is: its number, and whether it stands for a statement.
    fn metavariable(&self, node: Node<'_>) -> Option<(usize, bool)> {
        let offset = node.start_byte().checked_sub(self.parsed.start)?;
        let &(number, whole) = self.parsed.parse_text.metas.get(&offset)?;
        let one_word = self
            .view
            .text(node.byte_range())
            .iter()
            .copied()
            .all(super::super::scan::is_word);
        one_word.then_some((number, whole))
    }

    /// Refuses a metavariable of a kind that nothing has in its place.
    fn check_kind(&mut self, node: Node<'_>, number: usize, whole: bool) {
        let Some(kind) = self
            .scanned
            .metavariables
            .get(number)
            .and_then(Metavariable::kind)
        else {
            return;
        };
        let is_statement = kind == Kind::Statement;
        if is_statement == whole {
            return;
        }
        let word = kind.word();
        let (message, help) = if is_statement {
            (
                "a statement is not allowed here",
                "`$(S: stmt)` matches a whole statement and has no `;` behind it".to_owned(),
            )
        } else {
            (
                "this matches a whole statement",
                format!(
                    "put a `;` behind it for the statement `$(X: {word});`, or write `$(S: stmt)`"
                ),
            )
        };
        self.fail(node.byte_range(), message, &help);
    }

    /// `One` or `Run` where the node is nothing but a metavariable.
    fn placeholder(&mut self, node: Node<'_>) -> Option<Shape> {
        let k = kinds();
        let by_number = |number: usize| {
            let run = self
                .scanned
                .metavariables
                .get(number)
                .is_some_and(|m| m.run);
            if run {
                Shape::Run(number)
            } else {
                Shape::One(number)
            }
        };
        if let Some((number, _)) = self.metavariable(node) {
            let shape = by_number(number);
            self.check_kind(node, number, false);
            return Some(shape);
        }
        if node.kind_id() == k.compound_statement {
            let number = self.braced(node)?;
            let shape = by_number(number);
            self.check_kind(node, number, true);
            return Some(shape);
        }
        let statement = [k.expression_statement, k.field_declaration].contains(&node.kind_id());
        if !statement {
            return None;
        }
        let [Item::Node(inner), _] = &self.view.items(node)[..] else {
            return None;
        };
        let (number, whole) = self.metavariable(*inner)?;
        let shape = by_number(number);
        if whole {
            self.check_kind(node, number, true);
        }
        (whole || matches!(shape, Shape::Run(_))).then_some(shape)
    }

    /// The metavariable in braces that the parse_text put around it.
    fn braced(&self, block: Node<'_>) -> Option<usize> {
        let offset = (block.start_byte() + 1).checked_sub(self.parsed.start)?;
        let &(number, whole) = self.parsed.parse_text.metas.get(&offset)?;
        let origin = self
            .parsed
            .origin(block.start_byte()..block.start_byte() + 1);
        (whole && self.scanned.byte(origin.start) == Some(b'$')).then_some(number)
    }

    fn shape(&mut self, node: Node<'_>) -> Shape {
        if self.depth >= MAX_DEPTH {
            self.fail(node.byte_range(), "nested too deeply", "");
            return Shape::Leaf(Vec::new());
        }
        self.depth += 1;
        let shape = self.shape_of(self.view.core(node));
        self.depth -= 1;
        shape
    }

    fn shape_of(&mut self, node: Node<'_>) -> Shape {
        if let Some(placeholder) = self.placeholder(node) {
            return placeholder;
        }
        if self.view.switches.null_test
            && let Some(operand) = self.null_tested(node)
        {
            return Shape::Null(Box::new(self.shape(operand)));
        }
        if self.view.switches.truth_test
            && let Some((operand, _)) = self.view.compared_with_null(node, b"!=")
        {
            return Shape::Set(Box::new(self.shape(operand)));
        }
        let k = kinds();
        let kind = self.view.kind(node);
        if let Some(chain) = self.chain(node) {
            return chain;
        }
        let literal = [
            k.string_literal,
            k.char_literal,
            k.number_literal,
            k.system_lib_string,
        ];
        let items = self.view.items(node);
        if let Some((sign, number)) = self.view.sign(node) {
            return signed(self.view.text(sign), self.tokens(number));
        }
        if literal.contains(&kind) || !items.iter().any(|item| matches!(item, Item::Node(_))) {
            return Shape::Leaf(self.tokens(node.byte_range()));
        }
        if self.view.is_list(kind) {
            let inner = inner(&items);
            let mut slots = self.slots(node, inner);
            if slots.last().is_some_and(|slot| self.is_rest(slot)) && kind == k.initializer_list {
                slots.pop();
                return self.among(node, slots);
            }
            return Shape::List { kind, slots };
        }
        let items = self.view.unlabelled(node, items);
        Shape::Branch {
            kind,
            parts: self.parts(node, &items),
        }
    }

    /// Whether a slot is the `..` of an initialiser.
    fn is_rest(&self, slot: &[Part]) -> bool {
        let [
            Part::Node {
                shape: Shape::Run(number),
                ..
            },
        ] = slot
        else {
            return false;
        };
        let meta = self.scanned.metavariables.get(*number);
        meta.is_some_and(|meta| meta.rest)
    }

    /// Entries by name, in any order. One by its position has no other place.
    fn among(&mut self, list: Node<'_>, slots: Vec<Vec<Part>>) -> Shape {
        let is_named = |slot: &Vec<Part>| {
            let [
                Part::Node {
                    shape: Shape::Branch { kind, .. },
                    ..
                },
            ] = &slot[..]
            else {
                return false;
            };
            *kind == kinds().initializer_pair
        };
        if slots.is_empty() || !slots.iter().all(is_named) {
            let help = "write `{ .open = $O, .. }`: the entries before `..` are found in any order";
            self.fail(
                list.byte_range(),
                "`..` without named entries before it",
                help,
            );
        }
        if slots.iter().any(|slot| self.is_rest(slot)) {
            self.fail(list.byte_range(), "`..` comes last", "");
        }
        Shape::Among(slots)
    }

    fn null_tested<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        self.view.negated(node).or_else(|| {
            self.view
                .compared_with_null(node, b"==")
                .map(|(operand, _)| operand)
        })
    }

    fn tokens(&self, range: Range<usize>) -> Vec<Box<[u8]>> {
        Scanner::new(self.view.bytes, range)
            .map(|token| self.view.text(token.range).into())
            .collect()
    }

    /// The operands of `||`, `&`, `==`, …; a run, of which there may be one, last.
    fn chain(&mut self, node: Node<'_>) -> Option<Shape> {
        let operator = self.view.binary(node)?.operator;
        let switches = self.view.switches;
        let commutes = switches.commutes(operator);
        if !commutes && !switches.groups(operator) {
            return None;
        }
        let (nodes, _) = self.view.operands(node, operator)?;
        let mut operands: Vec<Shape> = nodes.into_iter().map(|node| self.shape(node)).collect();
        if commutes {
            operands.sort_by_key(|shape| matches!(shape, Shape::Run(_)));
            let runs = operands
                .iter()
                .filter(|s| matches!(s, Shape::Run(_)))
                .count();
            if runs > 1 {
                self.fail(
                    node.byte_range(),
                    "two runs among operands that may change places",
                    "one `$$$NAME` takes all the operands that the others leave",
                );
            }
        }
        Some(Shape::Chain {
            operator: operator.into(),
            operands,
        })
    }

    fn slots(&mut self, parent: Node<'_>, items: &[Item<'_>]) -> Vec<Vec<Part>> {
        let slots = self.view.slots(items);
        for slot in &slots {
            let mut nodes = slot.iter().filter_map(|item| match item {
                Item::Node(node) => Some(node.byte_range()),
                _ => None,
            });
            // The dialect lets two entries stand without a comma; a pattern has no business there.
            let entries = parent.kind_id() == kinds().initializer_list;
            if let (true, Some(_), Some(second)) = (entries, nodes.next(), nodes.next()) {
                self.fail(
                    second,
                    "this is not C here",
                    "is a comma missing before it?",
                );
            }
        }
        slots
            .into_iter()
            .map(|slot| self.parts(parent, slot))
            .collect()
    }

    fn parts(&mut self, parent: Node<'_>, items: &[Item<'_>]) -> Vec<Part> {
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Node(node) => parts.push(self.part(parent, *node)),
                Item::Token { range, .. } if self.view.text(range.clone()).starts_with(b"$") => {
                    self.fail(range.clone(), "a metavariable is not allowed here", "");
                }
                Item::Token { range, .. } => {
                    parts.push(Part::Token(self.view.text(range.clone()).into()));
                }
                Item::Text(text) => parts.push(Part::Token((*text).into())),
                Item::Directive(range) => self.fail(
                    range.clone(),
                    "a preprocessor directive cannot be part of a pattern",
                    "",
                ),
            }
        }
        parts
    }

    fn part(&mut self, parent: Node<'_>, node: Node<'_>) -> Part {
        let body = self.view.switches.braces && self.view.is_body(parent, node);
        let head =
            node.kind_id() == kinds().parenthesized_expression && self.view.is_macro_head(parent);
        let shape = if head {
            let items = self.view.head_items(node);
            Shape::List {
                kind: node.kind_id(),
                slots: self.slots(node, inner(&items)),
            }
        } else if let Some(placeholder) = self.placeholder(self.view.core(node)) {
            placeholder
        } else if body && node.kind_id() == kinds().compound_statement {
            let items = self.view.items(node);
            let inner = inner(&items);
            Shape::Block(self.parts(node, inner))
        } else {
            self.shape(node)
        };
        let name = self.view.is_declarator(parent, node);
        if let (true, Shape::One(number)) = (name, &shape)
            && let Some(kind) = self
                .scanned
                .metavariables
                .get(*number)
                .and_then(Metavariable::kind)
            && kind != Kind::Name
        {
            let help = "what is declared is a name: `$(X: ident)`";
            self.fail(node.byte_range(), "only a name can be declared", help);
        }
        let runs_stand_here = body || self.view.holds_run(self.view.kind(parent));
        if matches!(shape, Shape::Run(_)) && !runs_stand_here {
            self.fail(
                node.byte_range(),
                "a run is not allowed here",
                "`$$$NAME` matches arguments, parameters, statements, members, initialiser entries or operands",
            );
        }
        if let Shape::Run(number) = &shape
            && node.kind_id() != kinds().parenthesized_expression
            && parent.kind_id() != kinds().initializer_list
            && self
                .scanned
                .metavariables
                .get(*number)
                .is_some_and(|meta| meta.rest)
        {
            let help =
                "`..` is the rest of an initialiser, `{ .open = $O, .. }`; `$$$A` is any run";
            self.fail(node.byte_range(), "`..` is not allowed here", help);
        }
        let shape = match shape {
            Shape::Run(number) if body => Shape::Block(vec![Part::Node {
                shape: Shape::Run(number),
                test: false,
                body: false,
                name: false,
            }]),
            shape => shape,
        };
        Part::Node {
            shape,
            test: self
                .view
                .in_test_position(node, std::iter::successors(node.parent(), Node::parent)),
            body,
            name,
        }
    }
}

fn is_case(item: &Item<'_>) -> bool {
    matches!(item, Item::Node(node) if node.kind_id() == kinds().case_statement)
}

/// `-1` is the unary minus of 1, however it is spaced or put in parentheses.
fn signed(sign: &[u8], number: Vec<Box<[u8]>>) -> Shape {
    Shape::Branch {
        kind: kinds().unary_expression,
        parts: vec![
            Part::Token(sign.into()),
            Part::Node {
                shape: Shape::Leaf(number),
                test: false,
                body: false,
                name: false,
            },
        ],
    }
}
