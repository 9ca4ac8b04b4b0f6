//! How tightly C expressions bind, and where parentheses belong.
//!
//! Three readers have to be served: the C grammar, gcc's `-Wparentheses` (`a && b || c` is right and
//! warned about), and `checkpatch.pl`, which dislikes parentheses that nobody needs.

use std::ops::Range;
use std::sync::Arc;

pub use dialect::words::operators::Level;
use dialect::words::operators::infix_level;
use tree_sitter::Node;

use super::Isomorphisms;
use super::isomorphisms::Switches;
use super::kinds::kinds;
use super::metavar::PatternText;
use super::place::{Parsed, Position};
use super::scan::stripped;
use super::syntax::View;
use crate::File;

/// `||` or `&&`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Connective {
    /// `||`
    Or,
    /// `&&`
    And,
}

impl Connective {
    /// As written in C.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
        }
    }

    /// The level of an expression that it joins.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::Or => Level::LogicalOr,
            Self::And => Level::LogicalAnd,
        }
    }
}

fn view(bytes: &[u8]) -> Option<View<'_>> {
    let switches = Switches::new(&Isomorphisms::default()).ok()?;
    Some(View { bytes, switches })
}

/// The level of an expression's text. None: it is not an expression.
#[must_use]
pub fn level_of(expression: &str) -> Option<Level> {
    let parsed = Parsed::new(&PatternText::new(expression).ok()?, Position::Condition).ok()?;
    let holder = parsed.holder(Position::Condition)?;
    let node = view(parsed.file.bytes())?.unwrapped(holder)?;
    Some(level_of_node(&parsed.file, node))
}

/// The level of the expression that `node` is.
#[must_use]
pub fn level_of_node(file: &File, node: Node<'_>) -> Level {
    match node.kind() {
        "comma_expression" => Level::Comma,
        "assignment_expression" => Level::Assignment,
        "conditional_expression" => Level::Conditional,
        "binary_expression" => view(file.bytes())
            .and_then(|view| view.binary(node).map(|binary| binary.operator))
            .and_then(infix_level)
            .unwrap_or(Level::Comma),
        "cast_expression" => Level::Cast,
        "unary_expression"
        | "pointer_expression"
        | "sizeof_expression"
        | "alignof_expression"
        | "extension_expression" => Level::Unary,
        "update_expression" => {
            let prefix = node.child(0).is_some_and(|first| !first.is_named());
            if prefix { Level::Unary } else { Level::Postfix }
        }
        "call_expression"
        | "field_expression"
        | "subscript_expression"
        | "compound_literal_expression" => Level::Postfix,
        _ => Level::Primary,
    }
}

/// Whether an operand of level `operand` is put in parentheses under an operator of level `operator`:
/// because C needs them, or because gcc's `-Wparentheses` asks for them.
#[must_use]
pub fn needs_parentheses(operator: Level, operand: Level) -> bool {
    let asked_for = match operator {
        Level::LogicalOr => operand == Level::LogicalAnd,
        Level::BitOr | Level::BitXor => {
            matches!(operand, Level::Additive | Level::BitAnd)
                || operator == Level::BitOr && operand == Level::BitXor
                || comparison(operand)
        }
        Level::BitAnd => operand == Level::Additive || comparison(operand),
        Level::Shift => operand == Level::Additive,
        Level::Equality => comparison(operand),
        Level::Relational => operand == Level::Relational,
        _ => false,
    };
    asked_for || operand < operator
}

fn comparison(level: Level) -> bool {
    matches!(level, Level::Equality | Level::Relational)
}

/// `text` as an operand under an operator of level `operator`: in parentheses where they belong.
#[must_use]
pub fn operand(text: &str, operator: Level) -> String {
    match level_of(text) {
        Some(level) if needs_parentheses(operator, level) => format!("({text})"),
        _ => text.to_owned(),
    }
}

/// `left || right` or `left && right`, with parentheses where C needs them or gcc asks for them, on
/// one line. An operand that is a chain of the same operator goes in as it is.
#[must_use]
pub fn join(left: &str, connective: Connective, right: &str) -> String {
    let level = connective.level();
    format!(
        "{} {} {}",
        operand(left, level),
        connective.as_str(),
        operand(right, level)
    )
}

/// The text without redundant parentheses around all of it.
#[must_use]
pub fn without_parentheses(text: &str) -> &str {
    text.get(stripped(text.as_bytes(), 0..text.len()))
        .map_or(text, str::trim)
}

/// What an expression is an operand of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Around {
    /// An operand of a chain of `||`.
    Or,
    /// An operand of a chain of `&&`.
    And,
    /// `!`
    Not,
    /// Parentheses.
    Parentheses,
    /// Compared with `NULL` or `0`: `== 0` negates.
    NullTest {
        /// `==` rather than `!=`.
        negates: bool,
    },
}

/// One step out from an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is around.
    pub around: Around,
    /// All of it: of a chain, from its first operand to its last.
    pub range: Range<usize>,
}

/// What decides whether the condition is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// `if (…)`
    If,
    /// `while`, `do … while`, `for`
    Loop,
    /// `… ? a : b`
    Conditional,
    /// `return …;`
    Return,
    /// An argument of a call (`WARN_ON(…)`, say).
    Argument,
    /// The right side of an assignment or an initialiser.
    Assigned,
    /// Anything else.
    Other,
}

/// The condition that an expression is an operand of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// From the expression outwards.
    pub steps: Vec<Step>,
    /// The top-most condition, without parentheses around it: the expression itself where it stands alone.
    pub top: Range<usize>,
    /// What the top-most condition is used for.
    pub used: Use,
}

impl Condition {
    /// Whether an odd number of negations stands between the expression and the top.
    #[must_use]
    pub fn negated(&self) -> bool {
        let negations = self.steps.iter().filter(|step| {
            matches!(
                step.around,
                Around::Not | Around::NullTest { negates: true }
            )
        });
        negations.count() % 2 == 1
    }

    /// The chain of `||` or `&&` that the expression is directly an operand of, parentheses apart.
    #[must_use]
    pub fn chain(&self) -> Option<(Connective, Range<usize>)> {
        let step = self
            .steps
            .iter()
            .find(|step| step.around != Around::Parentheses)?;
        match step.around {
            Around::Or => Some((Connective::Or, step.range.clone())),
            Around::And => Some((Connective::And, step.range.clone())),
            _ => None,
        }
    }
}

/// The condition around the expression at `range`, through `||`, `&&`, `!`, null tests and
/// parentheses. None: no expression spans just `range`.
#[must_use]
pub fn condition_of(file: &File, range: &Range<usize>) -> Option<Condition> {
    let bytes: &Arc<[u8]> = file.bytes();
    let view = view(bytes)?;
    let wanted = super::scan::trimmed(bytes, range.clone());
    let mut node = file
        .root()
        .named_descendant_for_byte_range(wanted.start, wanted.end)?;
    if node.byte_range() != wanted {
        return None;
    }
    while let Some(parent) = node.parent().filter(|p| p.byte_range() == wanted) {
        node = parent;
    }
    let mut steps: Vec<Step> = Vec::new();
    let mut top = node;
    while let Some(parent) = node.parent() {
        let Some(around) = around(&view, parent) else {
            break;
        };
        let range = parent.byte_range();
        let chained = matches!(around, Around::Or | Around::And);
        match steps.last_mut() {
            Some(last) if chained && last.around == around => last.range = range,
            _ => steps.push(Step { around, range }),
        }
        node = parent;
        if around != Around::Parentheses {
            top = node;
        }
    }
    while steps
        .last()
        .is_some_and(|step| step.around == Around::Parentheses)
    {
        steps.pop();
    }
    Some(Condition {
        steps,
        top: top.byte_range(),
        used: used(node),
    })
}

/// What an operand of `parent` is in.
fn around(view: &View<'_>, parent: Node<'_>) -> Option<Around> {
    if parent.kind_id() == kinds().parenthesized_expression {
        return Some(Around::Parentheses);
    }
    if view.negated(parent).is_some() {
        return Some(Around::Not);
    }
    match view.binary(parent)?.operator {
        b"||" => Some(Around::Or),
        b"&&" => Some(Around::And),
        b"==" if view.compared_with_null(parent, b"==").is_some() => {
            Some(Around::NullTest { negates: true })
        }
        b"!=" if view.compared_with_null(parent, b"!=").is_some() => {
            Some(Around::NullTest { negates: false })
        }
        _ => None,
    }
}

fn used(node: Node<'_>) -> Use {
    let Some(parent) = node.parent() else {
        return Use::Other;
    };
    let field = |name: &str| parent.child_by_field_name(name) == Some(node);
    match parent.kind() {
        "if_statement" => Use::If,
        "while_statement" | "do_statement" | "for_statement" => Use::Loop,
        "conditional_expression" if field("condition") => Use::Conditional,
        "return_statement" => Use::Return,
        "argument_list" => Use::Argument,
        "assignment_expression" if field("right") => Use::Assigned,
        "init_declarator" | "initializer_pair" if field("value") => Use::Assigned,
        _ => Use::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dialect::TreePath;
    use syntax::Reader;

    use crate::File;

    #[test]
    fn parentheses_stand_where_c_or_gcc_wants_them_and_nowhere_else() {
        let cases = [
            ("a", "||", "b", "a || b"),
            ("a || b", "||", "c || d", "a || b || c || d"),
            ("a || b", "&&", "c", "(a || b) && c"),
            ("a", "&&", "b || c", "a && (b || c)"),
            ("a && b", "||", "c", "(a && b) || c"),
            ("a & b", "||", "!c", "a & b || !c"),
            ("a == b", "&&", "c < d", "a == b && c < d"),
            ("a ? b : c", "||", "d", "(a ? b : c) || d"),
            ("a = b", "&&", "d", "(a = b) && d"),
            ("(a && b)", "||", "c", "(a && b) || c"),
            ("f(a || b)", "&&", "x->y", "f(a || b) && x->y"),
            ("a, b", "||", "c", "(a, b) || c"),
        ];
        for (left, operator, right, wanted) in cases {
            let connective = if operator == "||" {
                Connective::Or
            } else {
                Connective::And
            };
            assert_eq!(join(left, connective, right), wanted);
        }
    }

    #[test]
    fn levels_follow_the_outermost_operator() {
        let cases = [
            ("a, b", Some(Level::Comma)),
            ("a |= b + c", Some(Level::Assignment)),
            ("a + b * c", Some(Level::Additive)),
            ("(a + b)", Some(Level::Primary)),
            ("(int)a", Some(Level::Cast)),
            ("-a", Some(Level::Unary)),
            ("a++", Some(Level::Postfix)),
            ("++a", Some(Level::Unary)),
            ("a->b[c](d)", Some(Level::Postfix)),
            ("a b", None),
            ("if (a)", None),
        ];
        for (text, level) in cases {
            assert_eq!(level_of(text), level, "{text}");
        }
    }

    fn condition(code: &str, operand: &str) -> (File, Option<Condition>) {
        let path = TreePath::new("a.c").expect("a path");
        let file = File::from(Reader::standalone().read(&path, code.as_bytes().into()));
        let start = code.find(operand).expect("the operand");
        let condition = condition_of(&file, &(start..start + operand.len()));
        (file, condition)
    }

    #[test]
    fn the_whole_condition_around_an_operand_is_found() {
        let code =
            "int f(void)\n{\n\tif (s < 3 && (p->v || !(q == NULL)) && z)\n\t\treturn w->x;\n}\n";
        let (file, found) = condition(code, "p->v");
        let found = found.expect("a condition");
        assert_eq!(
            file.text(found.top.clone()),
            "s < 3 && (p->v || !(q == NULL)) && z"
        );
        assert_eq!(found.used, Use::If);
        assert!(!found.negated());
        let (connective, range) = found.chain().expect("a chain");
        assert_eq!(connective, Connective::Or);
        assert_eq!(file.text(range), "p->v || !(q == NULL)");
        let (_, found) = condition(code, "q");
        let found = found.expect("a condition");
        assert!(!found.negated(), "two negations");
        assert_eq!(found.steps.len(), 5 + 1);
    }

    #[test]
    fn an_expression_by_itself_is_its_own_condition() {
        let code = "int f(void)\n{\n\treturn w->x;\n}\n";
        let (file, found) = condition(code, "w->x");
        let found = found.expect("a condition");
        assert_eq!(file.text(found.top.clone()), "w->x");
        assert_eq!((found.used, found.steps.len()), (Use::Return, 0));
        assert_eq!(condition(code, "return w").1, None);
    }
}
