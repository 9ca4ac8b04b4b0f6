//! Whether a condition of a tree as it is, which reads as declared, also tests as declared: it is compiled wherever the old
//! test is, control gets there, its truth decides something, and its members are the ones that it names.
//!
//! Where patches are judged, the tree before has the same code around the site, and the frame sees to the rest.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use dialect::token::{TokenKind, tokens};
use query::File;
use query::flow::{Flow, Guard, truth_of};
use query::types::{DefinitionSource, Resolution, definitions_of, member_of, receiver_type};
use sites::truth::{Use, use_of_whole};
use syntax::items::{Condition, Function, MacroDefinition};
use syntax::{Node, Unread};

use super::Ctx;
use crate::finding::Verdict;
use crate::nodes::{directive, negated, node_of, nodes_of_kind, normal};
use crate::nodes::{operands_of, operator, statement_of, without_parens};
use sites::brief;

/// The control flow of the function asked about last: many tests are in one function.
#[derive(Default)]
pub(super) struct Flows(RefCell<Option<(Range<usize>, Known)>>);

type Known = Rc<Result<Flow, Unread>>;

impl Flows {
    fn of(&self, file: &File, function: &Function) -> Known {
        let mut last = self.0.borrow_mut();
        match &*last {
            Some((range, flow)) if *range == function.range => Rc::clone(flow),
            _ => {
                let flow = Rc::new(Flow::of(file, function));
                *last = Some((function.range.clone(), Rc::clone(&flow)));
                flow
            }
        }
    }
}

/// A condition, as far as it was declared.
pub(super) struct Tested<'a> {
    /// Where it is judged.
    pub(super) file: &'a File,
    /// The whole chain.
    pub(super) whole: Range<usize>,
    /// The old test in it.
    pub(super) old: Range<usize>,
    /// What is new.
    pub(super) new: Vec<Range<usize>>,
}

impl<'a> Tested<'a> {
    /// Code that was declared as a whole.
    pub(super) fn code(file: &'a File, range: Range<usize>) -> Self {
        Self {
            file,
            whole: range.clone(),
            old: range,
            new: Vec::new(),
        }
    }
}

impl Tested<'_> {
    /// What is wrong with it, if anything is.
    pub(super) fn fault(&self, ctx: &Ctx<'_>, flows: &Flows) -> Option<(Verdict, String)> {
        let definitions = ctx.resolver(self.file).definitions;
        let violated = |message| (Verdict::Violated, message);
        self.left_out()
            .or_else(|| self.never_reached(flows))
            .or_else(|| self.without_effect().map(violated))
            .or_else(|| self.no_test(&definitions))
            .or_else(|| self.renamed(&definitions))
    }

    fn parts(&self) -> impl Iterator<Item = &Range<usize>> {
        std::iter::once(&self.old).chain(&self.new)
    }

    fn text(&self, range: &Range<usize>) -> String {
        brief(&self.file.text(range.clone()), 60)
    }

    /// An `#if` in the middle of the condition may leave out what is new.
    pub(super) fn left_out(&self) -> Option<(Verdict, String)> {
        let statement = node_of(self.file, &self.whole).and_then(statement_of);
        let around = statement.map_or(self.whole.start, |node| node.start_byte());
        let allowed = [around, self.old.start].map(|at| self.file.conditions_at(at));
        let is_allowed = |known: &Condition| allowed.iter().any(|allowed| allowed.contains(known));
        for new in &self.new {
            let own = self.file.conditions_at(new.start);
            if let Some(extra) = own.iter().find(|known| !is_allowed(known)) {
                let not = if extra.negated { "!" } else { "" };
                let message = format!(
                    "`{}` is compiled only under `#if {not}{}`, the test that it belongs to is not",
                    self.text(new),
                    extra.expression
                );
                return Some((Verdict::Violated, message));
            }
            let inside = self.file.slice(new.clone());
            let mut inside = tokens(inside).into_iter();
            if inside.any(|token| token.kind == TokenKind::Directive) {
                let message = format!(
                    "a directive in the middle of `{}` may leave out a part of it",
                    self.text(new)
                );
                return Some((Verdict::Unknown, message));
            }
        }
        None
    }

    /// Control never gets there.
    pub(super) fn never_reached(&self, flows: &Flows) -> Option<(Verdict, String)> {
        let function = self.file.function_at(self.whole.start)?;
        let flow = flows.of(self.file, function);
        let flow = match &*flow {
            Ok(flow) => flow,
            Err(unread) => {
                let line = self.file.line_of(unread.range.start);
                let message = format!(
                    "whether control reaches `{}` is not known: line {line} could not be read ({})",
                    self.text(&self.whole),
                    unread.cause
                );
                return Some((Verdict::Unknown, message));
            }
        };
        let is_never = |part: &&Range<usize>| {
            // A macro of the file may be the constant.
            let is_false = |guard: &Guard| {
                let condition = node_of(self.file, &guard.condition);
                let truth = condition.and_then(|condition| truth_of(self.file, condition));
                guard.cases.is_empty() && truth == Some(!guard.holds)
            };
            flow.is_unevaluated(part)
                || !flow.reaches(part)
                || flow.guards(part).iter().any(is_false)
        };
        let dead = self.parts().find(is_never)?;
        let message = format!(
            "{}(): control never reaches `{}`",
            function.name,
            self.text(dead)
        );
        Some((Verdict::Violated, message))
    }

    /// A constant beside it decides, or nothing depends on it.
    fn without_effect(&self) -> Option<String> {
        let mut node = node_of(self.file, &self.old)?;
        loop {
            let parent = node.parent()?;
            match parent.kind() {
                "parenthesized_expression" | "unary_expression" | "argument_list" => {}
                "binary_expression" => {
                    let joined_by = operator(self.file, parent)?;
                    let decides = match joined_by {
                        b"&&" => false,
                        b"||" => true,
                        _ => return None,
                    };
                    let is_longer = parent.parent().is_some_and(|outer| {
                        outer.kind() == "binary_expression"
                            && operator(self.file, outer) == Some(joined_by)
                    });
                    if is_longer {
                        node = parent;
                        continue;
                    }
                    let joined_by = if decides { "||" } else { "&&" };
                    let operands = operands_of(self.file, parent, joined_by);
                    let constant = operands
                        .iter()
                        .find(|operand| truth_of(self.file, **operand) == Some(decides))
                        .or_else(|| self.opposites(&operands));
                    if let Some(constant) = constant {
                        return Some(format!(
                            "the outcome of `{}` does not depend on `{}`: `{}` decides it",
                            self.text(&parent.byte_range()),
                            self.text(&self.whole),
                            self.text(&constant.byte_range())
                        ));
                    }
                }
                "call_expression" => {
                    let called = parent.child_by_field_name("function")?.byte_range();
                    if !matches!(self.file.slice(called), b"likely" | b"unlikely") {
                        return None;
                    }
                }
                "if_statement" => return self.nothing_follows(node, parent),
                "conditional_expression" => {
                    let is_condition = parent.child_by_field_name("condition") == Some(node);
                    return (is_condition && self.is_alike(parent))
                        .then(|| format!("nothing depends on `{}`", self.text(&self.whole)));
                }
                _ => return None,
            }
            node = parent;
        }
    }

    /// An operand that is the opposite of another one: one of the two is always so.
    fn opposites<'n>(&self, operands: &'n [Node<'n>]) -> Option<&'n Node<'n>> {
        let text = |node: Node<'_>| normal(self.file.slice(without_parens(node).byte_range()));
        operands.iter().find(|operand| {
            let inner = negated(self.file, **operand).map(text);
            inner.is_some_and(|inner| operands.iter().any(|other| text(*other) == inner))
        })
    }

    /// An `if` that does nothing either way.
    fn nothing_follows(&self, condition: Node<'_>, parent: Node<'_>) -> Option<String> {
        let is_condition = parent.child_by_field_name("condition") == Some(condition);
        let then = parent.child_by_field_name("consequence")?;
        let is_empty = match then.kind() {
            "compound_statement" => then.named_child_count() == 0,
            "expression_statement" => then.named_child_count() == 0,
            _ => false,
        };
        let alone = parent.child_by_field_name("alternative").is_none();
        (is_condition && (is_empty && alone || self.is_alike(parent)))
            .then(|| format!("nothing depends on `{}`", self.text(&self.whole)))
    }

    /// Whether what comes of it is the same either way.
    fn is_alike(&self, parent: Node<'_>) -> bool {
        let branch = |field: &str| {
            let node = parent.child_by_field_name(field)?;
            let text = normal(self.file.slice(node.byte_range()));
            Some(text.trim_start_matches("else ").to_owned())
        };
        let then = branch("consequence");
        then.is_some() && then == branch("alternative")
    }

    /// Its value is used, not its truth.
    fn no_test(&self, definitions: &dyn DefinitionSource) -> Option<(Verdict, String)> {
        let text = self.text(&self.whole);
        match use_of_whole(self.file, &self.whole, &self.old, definitions) {
            Use::Truth => None,
            Use::Value(how) => Some((Verdict::Violated, format!("`{text}` is no test: it {how}"))),
            Use::Macro(name) => {
                let message = format!(
                    "`{text}` is an argument of the macro {name}, of which it is not known that it asks for its truth alone"
                );
                Some((Verdict::Unknown, message))
            }
        }
    }

    /// A macro makes another member of one that is named here, or another function of one that is called.
    pub(super) fn renamed(&self, definitions: &dyn DefinitionSource) -> Option<(Verdict, String)> {
        let mut parts = self.parts();
        if let Some((_, message)) = parts.find_map(|part| called_otherwise(self.file, part)) {
            return Some((Verdict::Unknown, message));
        }
        let fields = self
            .parts()
            .flat_map(|part| nodes_of_kind(self.file, part, "field_expression"));
        for node in fields {
            let Some(field) = node.child_by_field_name("field") else {
                continue;
            };
            let name = self.file.text(field.byte_range());
            let Some(body) = alias(self.file, &name, field.start_byte(), definitions) else {
                continue;
            };
            let says = format!("`#define {name} {body}` makes another member of `{name}`");
            match receiver_type(self.file, &node.byte_range(), definitions) {
                Resolution::Known(record) => {
                    let known = definitions_of(&record, self.file, definitions);
                    if known
                        .iter()
                        .any(|it| member_of(&it.record, &name).is_some())
                    {
                        return Some((Verdict::Violated, says));
                    }
                }
                Resolution::Unresolved(reason) => {
                    return Some((
                        Verdict::Unknown,
                        format!("{says}, or is how it is spelled: {reason}"),
                    ));
                }
            }
        }
        None
    }
}

/// A call in the range by the name of a macro without parameters that this file gives to something else: what is called
/// is not what is named. Where it is, and a message.
pub(crate) fn called_otherwise(file: &File, range: &Range<usize>) -> Option<(usize, String)> {
    let calls = nodes_of_kind(file, range, "call_expression").into_iter();
    let names = calls.filter_map(|call| call.child_by_field_name("function"));
    names
        .filter(|name| name.kind() == "identifier")
        .find_map(|node| {
            let (name, at) = (file.text(node.byte_range()), node.start_byte());
            let is_it = |known: &&MacroDefinition| {
                known.name == name
                    && known.params.is_none()
                    && known.range.end <= at
                    && !file.is_dead(known.range.start)
            };
            let known = file.macros().iter().rfind(is_it)?;
            let body = brief(file.text(known.body.clone()).trim(), 60);
            let is_gone = undefined(file, &name, known.range.end..at).is_some();
            (body != name && !is_gone).then(|| {
                let message = format!("`#define {name} {body}` makes another call of {name}()");
                (at, message)
            })
        })
}

/// What the object-like macro that the name is at `at` stands for; none where it is none, or stands for itself.
pub(super) fn alias(
    file: &File,
    name: &str,
    at: usize,
    definitions: &dyn DefinitionSource,
) -> Option<String> {
    let is_it = |known: &&MacroDefinition, file: &File| {
        known.name == name && known.params.is_none() && !file.is_dead(known.range.start)
    };
    let own = file
        .macros()
        .iter()
        .rfind(|known| is_it(known, file) && known.range.end <= at);
    let body = match own {
        Some(own) => {
            let gone = undefined(file, name, own.range.end..at).is_some();
            (!gone).then(|| file.text(own.body.clone()).trim().to_owned())
        }
        None => {
            let header = definitions.header_defining(file, name)?;
            let known = header
                .macros()
                .iter()
                .rfind(|known| is_it(known, &header))?;
            let after = known.range.end..header.bytes().len();
            let gone = undefined(&header, name, after).is_some()
                || undefined(file, name, 0..at).is_some()
                // A name of a member is often made one before the record that has it.
                || header.records().iter().any(|record| {
                    record.range.start > known.range.end && member_of(record, name).is_some()
                });
            (!gone).then(|| header.text(known.body.clone()).trim().to_owned())
        }
    };
    body.filter(|body| body != name)
}

/// Where an `#undef` of the name is in the range.
pub(crate) fn undefined(file: &File, name: &str, range: Range<usize>) -> Option<usize> {
    let wanted = format!("# undef {name}");
    tokens(file.bytes())
        .into_iter()
        .filter(|token| token.kind == TokenKind::Directive)
        .filter(|token| range.contains(&token.range.start))
        .filter(|token| !file.is_dead(token.range.start))
        .find(|token| directive(file.slice(token.range.clone())) == wanted)
        .map(|token| token.range.start)
}
