//! Whether the code around an expression uses the truth of it alone.
//!
//! `||` and `&&` give 0 or 1: where a pointer, a mask or a number is wanted, a widened expression is another value. So a
//! place is a test only where nothing but its truth counts. What a macro does with its argument is told by the few names
//! that everybody knows, and else by the macro's definition.

mod macros;
mod value;

pub use value::without_parens;

use std::ops::Range;

use query::File;
use query::access::takes_condition;
use query::types::DefinitionSource;
use syntax::Node;

use crate::statement::whole_node;
use value::{Value, value_of};

/// How the code around an expression uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// Its truth alone, or as one that is as good as its truth.
    Truth,
    /// Its value: what is done with it, to follow "its value".
    Value(String),
    /// It is an argument of this macro, which may do anything with it.
    Macro(String),
}

/// How the code around the expression at `range` uses it.
#[must_use]
pub fn use_of(file: &File, range: &Range<usize>, definitions: &dyn DefinitionSource) -> Use {
    use_of_whole(file, range, range, definitions)
}

/// How the code around the condition at `whole` uses it, where the test at `old` is a part of it.
#[must_use]
pub fn use_of_whole(
    file: &File,
    whole: &Range<usize>,
    old: &Range<usize>,
    definitions: &dyn DefinitionSource,
) -> Use {
    let (Some(node), Some(old)) = (whole_node(file, whole), whole_node(file, old)) else {
        return Use::Truth;
    };
    let climb = Climb {
        file,
        definitions,
        old,
    };
    let mut node = node;
    loop {
        let Some(parent) = node.parent() else {
            return Use::Truth;
        };
        match climb.step(node, parent) {
            Step::Out => node = parent,
            Step::OutOf(outer) => node = outer,
            Step::Done(found) => return found,
        }
    }
}

enum Step<'f> {
    /// The value of the parent is that of the node.
    Out,
    /// So is that of this one, further out.
    OutOf(Node<'f>),
    Done(Use),
}

struct Climb<'a> {
    file: &'a File,
    definitions: &'a dyn DefinitionSource,
    old: Node<'a>,
}

/// Whether a statement is the last of a statement expression, whose value it is.
fn is_last_value(statement: Node<'_>) -> bool {
    let block = statement.parent();
    block.is_some_and(|block| {
        let is_value = block
            .parent()
            .is_some_and(|it| it.kind() == "parenthesized_expression");
        let last = u32::try_from(block.named_child_count())
            .unwrap_or(0)
            .checked_sub(1);
        is_value && last.and_then(|at| block.named_child(at)) == Some(statement)
    })
}

fn value(what: impl Into<String>) -> Use {
    Use::Value(what.into())
}

impl<'a> Climb<'a> {
    fn step(&self, node: Node<'a>, parent: Node<'a>) -> Step<'a> {
        let is = |field: &str| parent.child_by_field_name(field) == Some(node);
        Step::Done(match parent.kind() {
            "parenthesized_expression" => return self.parenthesized(parent),
            "binary_expression" => self.operand(node, parent),
            "unary_expression" => match self.operator(parent).as_str() {
                "!" => Use::Truth,
                operator => value(format!("is an operand of `{operator}`")),
            },
            "conditional_expression" if is("condition") => {
                match parent.child_by_field_name("consequence") {
                    Some(_) => Use::Truth,
                    None => value("is the value of `?:` as well"),
                }
            }
            "conditional_expression" | "extension_expression" => return Step::Out,
            "comma_expression" if is("right") => return Step::Out,
            "comma_expression" => value("is not used"),
            "expression_statement" if !is_last_value(parent) => value("is not used"),
            "field_expression" => value("is the object whose member is used"),
            "subscript_expression" => value("is an array or its index"),
            "pointer_expression" => value("is dereferenced, or its address is taken"),
            "update_expression" => value("is changed"),
            "call_expression" => value("is called"),
            "cast_expression" => return self.cast(parent),
            "assignment_expression" => self.assigned(parent),
            "init_declarator" => self.initialises(parent),
            "return_statement" => self.returned(parent),
            "argument_list" => return self.argument(node, parent),
            "case_statement" => value("is the value of a `case`"),
            "array_declarator" | "bitfield_clause" | "enumerator" => value("is a constant"),
            "switch_statement" => value("is what a `switch` looks at"),
            "initializer_list" | "initializer_pair" | "compound_literal_expression" => {
                self.stored(&Value::Unknown, "initialises an object")
            }
            kind if kind.starts_with("gnu_asm") => value("is an operand of asm"),
            _ => Use::Truth,
        })
    }

    fn operator(&self, node: Node<'_>) -> String {
        let operator = node.child_by_field_name("operator");
        operator.map_or_else(String::new, |operator| {
            self.file.text(operator.byte_range()).into_owned()
        })
    }

    fn parenthesized(&self, parent: Node<'a>) -> Step<'a> {
        let Some(outer) = parent.parent() else {
            return Step::Out;
        };
        let word = self.file.text(outer.byte_range());
        let is_keyword = ["if", "while", "do"].iter().any(|keyword| {
            let rest = word.strip_prefix(keyword);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        });
        Step::Done(match outer.kind() {
            "if_statement" | "while_statement" | "do_statement" if is_keyword => Use::Truth,
            // The dialect reads the head of a loop macro as one of these.
            "if_statement" | "while_statement" => {
                let name = word.split(|c: char| !c.is_alphanumeric() && c != '_');
                Use::Macro(name.take(1).collect())
            }
            "switch_statement" => value("is what a `switch` looks at"),
            _ => return Step::Out,
        })
    }

    /// `== 0` asks for no more than the truth.
    fn operand(&self, node: Node<'a>, parent: Node<'a>) -> Use {
        let operator = self.operator(parent);
        let sides = ["left", "right"].map(|side| parent.child_by_field_name(side));
        let other = sides.into_iter().flatten().find(|side| *side != node);
        match operator.as_str() {
            "&&" | "||" => Use::Truth,
            "==" | "!=" if other.is_some_and(|other| self.is_nothing(other)) => Use::Truth,
            "==" | "!=" | "<" | ">" | "<=" | ">=" => value("is compared"),
            _ => value(format!("is an operand of `{operator}`")),
        }
    }

    fn is_nothing(&self, node: Node<'_>) -> bool {
        let text = self.file.text(node.byte_range());
        matches!(text.trim_matches(['(', ')', ' ']), "0" | "NULL" | "false")
    }

    fn cast(&self, parent: Node<'a>) -> Step<'a> {
        let Some(to) = parent.child_by_field_name("type") else {
            return Step::Out;
        };
        let text = self.file.text(to.byte_range());
        if text.trim() == "void" {
            return Step::Done(value("is not used"));
        }
        match Value::of_type(&text) {
            Value::Truth => Step::Done(Use::Truth),
            Value::Pointer => Step::Done(value("is cast to a pointer")),
            _ => Step::Out,
        }
    }

    fn assigned(&self, parent: Node<'a>) -> Use {
        match (
            self.operator(parent).as_str(),
            parent.child_by_field_name("left"),
        ) {
            ("=", Some(left)) => {
                let target = value_of(self.file, left, self.definitions);
                self.stored(&target, "is assigned")
            }
            (operator, _) => value(format!("is an operand of `{operator}`")),
        }
    }

    fn initialises(&self, parent: Node<'a>) -> Use {
        let declarator = parent.child_by_field_name("declarator");
        let base = parent
            .parent()
            .and_then(|it| it.child_by_field_name("type"));
        let target = match (declarator, base) {
            (Some(declarator), _) if declarator.kind() != "identifier" => Value::Pointer,
            (_, Some(base)) => Value::of_type(&self.file.text(base.byte_range())),
            _ => Value::Unknown,
        };
        self.stored(&target, "initialises a variable")
    }

    fn returned(&self, parent: Node<'a>) -> Use {
        let at = parent.start_byte();
        let target = self
            .file
            .function_at(at)
            .map_or(Value::Unknown, |function| {
                value::returned(self.file, function)
            });
        self.stored(&target, "is returned")
    }

    /// What is stored in something is as good as its truth where that can hold no more, and where a plain number is taken
    /// for a truth value, as kernel code does with its flags.
    fn stored(&self, target: &Value, how: &str) -> Use {
        let is_number = || {
            let kind = without_parens(self.old).kind();
            let operator = self.operator(without_parens(self.old));
            let is_truth = matches!(
                operator.as_str(),
                "&&" | "||" | "!" | "==" | "!=" | "<" | ">" | "<=" | ">="
            );
            matches!(kind, "binary_expression" | "unary_expression") && !is_truth
        };
        match target {
            Value::Truth => Use::Truth,
            Value::Pointer => value(format!("{how}, where a pointer is wanted")),
            _ if is_number() => value(how),
            _ => match value_of(self.file, self.old, self.definitions) {
                Value::Pointer => value(format!("{how}, and it is a pointer")),
                Value::Wide => value(format!("{how}, and it is too wide for a flag")),
                _ => Use::Truth,
            },
        }
    }

    fn argument(&self, node: Node<'a>, list: Node<'a>) -> Step<'a> {
        let call = list
            .parent()
            .filter(|call| call.kind() == "call_expression");
        let called = call.and_then(|call| call.child_by_field_name("function"));
        let (Some(call), Some(called)) = (call, called) else {
            return Step::Done(self.stored(&Value::Unknown, "is an argument"));
        };
        let name = self.file.text(called.byte_range()).into_owned();
        if matches!(name.as_str(), "likely" | "unlikely") {
            return Step::OutOf(call);
        }
        let mut cursor = list.walk();
        let arguments: Vec<Node<'_>> = list
            .named_children(&mut cursor)
            .filter(|argument| argument.kind() != "comment")
            .collect();
        let index = arguments.iter().position(|argument| *argument == node);
        let index = index.unwrap_or_default();
        if takes_condition(&name, index, arguments.len()) {
            return Step::Done(Use::Truth);
        }
        Step::Done(
            match macros::argument(self.file, &name, index, self.definitions) {
                macros::Argument::Truth => Use::Truth,
                macros::Argument::Unknown => Use::Macro(name),
                macros::Argument::Function(target) => self.stored(&target, "is an argument"),
            },
        )
    }
}
