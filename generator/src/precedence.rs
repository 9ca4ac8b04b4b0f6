//! Where an expression needs parentheses: by C's precedence, and by what compilers warn about.

use std::sync::Arc;

use kernel_c::{Node, Reader, SourceFile, TreePath};

/// How tightly an expression holds together. The table is C's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Comma,
    Assignment,
    Conditional,
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Equality,
    Relational,
    Shift,
    Additive,
    Multiplicative,
    Unary,
    Postfix,
}

/// The level of the expression that `node` is.
pub(crate) fn level(file: &SourceFile, node: Node<'_>) -> Level {
    match node.kind() {
        "comma_expression" => Level::Comma,
        "assignment_expression" => Level::Assignment,
        "conditional_expression" => Level::Conditional,
        "binary_expression" => node
            .child_by_field_name("operator")
            .map_or(Level::Comma, |op| binary(&file.text(op.byte_range()))),
        "unary_expression" | "pointer_expression" | "cast_expression" | "sizeof_expression"
        | "alignof_expression" => Level::Unary,
        "update_expression" if !node.child(0).is_some_and(|c| c.is_named()) => Level::Unary,
        _ => Level::Postfix,
    }
}

fn binary(operator: &str) -> Level {
    match operator {
        "||" => Level::Or,
        "&&" => Level::And,
        "|" => Level::BitOr,
        "^" => Level::BitXor,
        "&" => Level::BitAnd,
        "==" | "!=" => Level::Equality,
        "<" | ">" | "<=" | ">=" => Level::Relational,
        "<<" | ">>" => Level::Shift,
        "+" | "-" => Level::Additive,
        "*" | "/" | "%" => Level::Multiplicative,
        _ => Level::Comma,
    }
}

/// The level of an expression given as text. What is not read as one expression is taken for the
/// loosest, so that it gets its parentheses.
pub(crate) fn level_of_text(text: &str) -> Level {
    let Ok(path) = TreePath::new("expression.c") else {
        return Level::Comma;
    };
    let source = format!("void f(void)\n{{\n\tx = {text};\n}}\n");
    let bytes: Arc<[u8]> = source.into_bytes().into();
    let file = Reader::standalone().read(&path, bytes);
    if !file.unread().is_empty() {
        return Level::Comma;
    }
    let start = "void f(void)\n{\n\tx = ".len();
    let mut node = file.node_at(start..start + text.len());
    while let Some(found) = node {
        if found.byte_range() == (start..start + text.len()) {
            return level(&file, found);
        }
        if found.kind() == "comma_expression" {
            return Level::Comma;
        }
        node = found.parent();
    }
    Level::Comma
}

/// Whether an expression of `inner` level needs parentheses in the place where `node` stands.
pub(crate) fn needs_parentheses(file: &SourceFile, node: Node<'_>, inner: Level) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    let is = |field: &str| parent.child_by_field_name(field).is_some_and(|n| n.id() == node.id());
    match parent.kind() {
        "binary_expression" => in_binary(level(file, parent), inner, is("right")),
        "unary_expression" | "pointer_expression" | "cast_expression" | "sizeof_expression" => {
            inner < Level::Unary
        }
        "field_expression" | "call_expression" | "subscript_expression"
            if is("argument") || is("function") =>
        {
            inner < Level::Postfix
        }
        "update_expression" => inner < Level::Unary,
        "conditional_expression" if is("condition") => inner < Level::Or,
        "conditional_expression" => inner < Level::Conditional,
        "assignment_expression" if is("left") => inner < Level::Unary,
        "assignment_expression" | "argument_list" | "init_declarator" | "initializer_list"
        | "initializer_pair" => inner < Level::Assignment,
        _ => false,
    }
}

/// Whether an operand needs parentheses under a binary operator.
pub(crate) fn in_binary(outer: Level, inner: Level, right: bool) -> bool {
    if inner < outer || (inner == outer && right && !associates(outer)) {
        return true;
    }
    // Compilers warn (-Wparentheses), and readers stumble.
    match outer {
        Level::Or => inner == Level::And,
        Level::BitOr | Level::BitXor | Level::BitAnd => {
            inner > outer && inner < Level::Unary && inner != Level::BitAnd
        }
        Level::Shift => inner == Level::Additive,
        _ => false,
    }
}

/// Operators for which `a op (b op c)` is `a op b op c`.
fn associates(level: Level) -> bool {
    matches!(
        level,
        Level::Or | Level::And | Level::BitOr | Level::BitXor | Level::BitAnd
    )
}

#[cfg(test)]
mod tests {
    use super::{Level, in_binary, level_of_text};

    #[test]
    fn an_expression_in_text_has_the_level_of_its_loosest_operator() {
        assert_eq!(level_of_text("a || b && c"), Level::Or);
        assert_eq!(level_of_text("pdev->detached_vf"), Level::Postfix);
        assert_eq!(level_of_text("!a"), Level::Unary);
        assert_eq!(level_of_text("a ? b : c"), Level::Conditional);
        assert_eq!(level_of_text("(a, b)"), Level::Postfix);
        assert_eq!(level_of_text("a, b"), Level::Comma);
        assert_eq!(level_of_text("a = b"), Level::Assignment);
        assert_eq!(level_of_text("cmd & MASK"), Level::BitAnd);
    }

    #[test]
    fn parentheses_go_where_precedence_or_a_warning_asks_for_them() {
        assert!(in_binary(Level::And, Level::Or, false));
        assert!(in_binary(Level::Or, Level::And, false));
        assert!(!in_binary(Level::Or, Level::Or, true));
        assert!(!in_binary(Level::And, Level::Equality, false));
        assert!(in_binary(Level::Additive, Level::Additive, true));
    }
}
