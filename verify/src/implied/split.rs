//! `split`: both blocks, their conditions, and every statement in the block that it belongs to.

mod blocks;
mod landed;

use std::ops::Range;

use query::File;
use query::pattern::{Bindings, Doubt, Pattern};
use schema::model::{Split, Widening};
use syntax::Node;

use blocks::{
    Old, condition, counted, difference, innermost, olds, operands_in, statements,
    text_of_condition,
};

use super::conditions::sequence::{self, turned_round};
use super::widening::{Wanted, companion, longer_chain, wanted};
use super::{Ctx, Judged, none_of};
use crate::comparison::placed;
use crate::explained::Explained;
use crate::finding::Finding;
use crate::nodes::{code_sibling, node_of, normal, statement_of, without_parens};
use sites::brief;

/// What it looks for, in words.
pub(super) fn sought(kind: &Split) -> String {
    none_of(kind.tests.iter().map(Pattern::text))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Split) -> Judged {
    let (file, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    match &before {
        Some(before) => {
            let olds = match olds(ctx, before, kind) {
                Ok(olds) => olds,
                Err(finding) => return Judged::only(*finding),
            };
            for (index, old) in olds.iter().enumerate() {
                let text = |old: &Old<'_>| normal(text_of_condition(before, old.node).as_bytes());
                let like = |other: &&Old<'_>| text(other) == text(old);
                let nth = olds.iter().take(index).filter(like).count();
                Judge {
                    ctx,
                    kind,
                    file: &file,
                }
                .against_old(before, old, nth, &mut judged);
            }
        }
        None => Judge {
            ctx,
            kind,
            file: &file,
        }
        .landed(&mut judged),
    }
    judged
}

struct Judge<'a> {
    ctx: &'a Ctx<'a>,
    kind: &'a Split,
    file: &'a File,
}

/// The two `if`s of the tree after.
struct Halves<'a> {
    first: Node<'a>,
    second: Node<'a>,
}

impl<'a> Judge<'a> {
    fn name(&self) -> String {
        self.ctx
            .functions(self.file, &self.kind.functions)
            .first()
            .map_or_else(String::new, |function| format!("{}(): ", function.name))
    }

    /// `nth`: of the old `if`s with the same condition.
    fn against_old(&self, before: &File, old: &Old<'_>, nth: usize, judged: &mut Judged) {
        let test = brief(&text_of_condition(before, old.node), 60);
        let second = match self.second(&old.bindings, old.test, &test, nth) {
            Ok(second) => second,
            Err(finding) => return judged.findings.push(*finding),
        };
        let halves = match self.halves(second, old.test, &test) {
            Ok(halves) => halves,
            Err(finding) => return judged.findings.push(*finding),
        };
        self.statements(before, old, &halves, judged);
        let second = halves.second.start_byte();
        super::words::judge(self.ctx, self.file, &(second..second), judged);
        judged.comment_scope(
            self.file.path(),
            halves.first.start_byte()..halves.second.end_byte(),
        );
        judged.explained_tokens.push(Explained::inserted(
            self.file.path(),
            self.explained(&halves),
        ));
    }

    /// The `if` around a statement that begins the second block, if its condition is the declared one. Of several such, the
    /// one that is as far down as the old `if` is among its like.
    fn second(
        &self,
        bindings: &Bindings,
        test: &Pattern,
        old_test: &str,
        nth: usize,
    ) -> Result<Node<'a>, Box<Finding>> {
        let (mut whole, mut heads, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for start in self.second_statements()? {
            match self.second_at(start, bindings, test, old_test) {
                Ok(holder) if self.halves(holder, test, old_test).is_ok() => whole.push(holder),
                Ok(holder) => heads.push(holder),
                Err(finding) => faults.push(finding),
            }
        }
        let found = whole.get(nth).or(whole.last()).or(heads.first());
        match (found, faults.into_iter().next()) {
            (Some(holder), _) => Ok(*holder),
            (None, Some(finding)) => Err(finding),
            (None, None) => Err(self.gone()),
        }
    }

    /// The `if` around this statement, if it is as declared.
    fn second_at(
        &self,
        start: Node<'a>,
        bindings: &Bindings,
        test: &Pattern,
        old_test: &str,
    ) -> Result<Node<'a>, Box<Finding>> {
        let holder = start
            .parent()
            .map(|parent| {
                if parent.kind() == "compound_statement" {
                    parent.parent()
                } else {
                    Some(parent)
                }
            })
            .and_then(|parent| parent.filter(|node| node.kind() == "if_statement"));
        let Some(holder) = holder else {
            let message = format!(
                "{}`{}` is under no `if` of its own",
                self.name(),
                brief(&self.file.text(start.byte_range()), 60)
            );
            return Err(self.fault("second-condition", message, start.start_byte()));
        };
        if let Some(message) = self.wrong_condition(holder, bindings, test, old_test)? {
            return Err(self.fault("second-condition", message, holder.start_byte()));
        }
        if statements(holder).first().map(Node::id) != Some(start.id()) {
            let message = format!(
                "{}the second block does not begin with `{}`",
                self.name(),
                brief(&self.file.text(start.byte_range()), 60)
            );
            return Err(self.fault("statements", message, holder.start_byte()));
        }
        Ok(holder)
    }

    /// The statements that could begin the second block, in the tree after.
    fn second_statements(&self) -> Result<Vec<Node<'a>>, Box<Finding>> {
        let mut found = Vec::new();
        for function in self.ctx.functions(self.file, &self.kind.functions) {
            for pattern in &self.kind.before {
                let matches =
                    self.ctx
                        .find(self.file, pattern, std::slice::from_ref(&function.body));
                let (hits, doubts) = matches.parts();
                let statements: Vec<Node<'a>> = hits
                    .iter()
                    .filter_map(|hit| {
                        statement_of(node_of(self.file, &hit.range)?)
                            .map(|node| innermost(self.file, node, &hit.range))
                    })
                    .collect();
                if !statements.is_empty() {
                    found.extend(statements);
                    break;
                }
                if let Some(doubt) = doubts.first() {
                    return Err(self.doubt("statements", pattern, doubt));
                }
            }
        }
        Ok(found)
    }

    /// There is no such statement.
    fn gone(&self) -> Box<Finding> {
        let texts: Vec<&str> = self.kind.before.iter().map(Pattern::text).collect();
        let message = format!("{}`{}` is gone", self.name(), texts.join("` and `"));
        let at = self
            .ctx
            .functions(self.file, &self.kind.functions)
            .first()
            .map_or(0, |function| function.name_range.start);
        self.fault("statements", message, at)
    }

    fn doubt(&self, name: &str, pattern: &Pattern, doubt: &Doubt) -> Box<Finding> {
        Box::new(self.ctx.doubt(name, self.file, pattern, doubt))
    }

    fn wrong_condition(
        &self,
        holder: Node<'_>,
        bindings: &Bindings,
        test: &Pattern,
        old_test: &str,
    ) -> Result<Option<String>, Box<Finding>> {
        let Some(condition) = condition(holder) else {
            return Ok(None);
        };
        let wanted = match wanted(self.ctx.comparison, &self.kind.becomes, bindings) {
            Ok(wanted) => wanted,
            Err(message) => return Ok(Some(message)),
        };
        let have = brief(&self.file.text(condition.byte_range()), 80);
        let right = match (&self.kind.becomes, wanted.joined_by) {
            (Widening::With(_), _) | (_, None) => self
                .ctx
                .is(self.file, &wanted.pattern, condition.byte_range())
                .map_err(|doubt| self.doubt("second-condition", &wanted.pattern, &doubt))?
                .is_some(),
            (_, Some(joined_by)) => self.is_widened(condition, test, &wanted, joined_by)?,
        };
        let spec = match wanted.joined_by {
            Some(joined_by) => format!("{old_test} {joined_by} {}", wanted.text),
            None => wanted.text,
        };
        if right {
            let own = sequence::operands(self.file, condition);
            let turned = turned_round(&own, &sequence::operands_of_text(&spec));
            return Ok(turned.map(|(early, late)| {
                format!(
                    "{}the second block's condition evaluates `{early}` before `{late}`; the spec says `{spec}`",
                    self.name()
                )
            }));
        }
        Ok(Some(format!(
            "{}the second block is under `{have}`; the spec says `{spec}`",
            self.name()
        )))
    }

    /// Whether the condition is the old test, as it was, and its companion.
    fn is_widened(
        &self,
        condition: Node<'_>,
        test: &Pattern,
        wanted: &Wanted,
        joined_by: &str,
    ) -> Result<bool, Box<Finding>> {
        let longer = longer_chain(self.ctx.comparison, &self.kind.becomes, test);
        for pattern in [Some(test), longer.as_ref()].into_iter().flatten() {
            let doubtful = |doubt: Doubt| self.doubt("second-condition", pattern, &doubt);
            let matches = self.ctx.find(self.file, pattern, &[condition.byte_range()]);
            for hit in matches.settled().map_err(doubtful)? {
                let companion = companion(self.file, &hit.range, wanted, joined_by);
                let Some(companion) = companion.map_err(doubtful)? else {
                    continue;
                };
                let root = node_of(self.file, &companion.root).map(without_parens);
                let operands = crate::nodes::operands_of(self.file, condition, joined_by).len();
                if root.is_some_and(|root| root.byte_range() == condition.byte_range())
                    && operands == operands_in(test, joined_by) + companion.operands.len()
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The first half: the `if` directly before the second, under the old condition alone.
    fn halves(
        &self,
        second: Node<'a>,
        test: &Pattern,
        old_test: &str,
    ) -> Result<Halves<'a>, Box<Finding>> {
        let at = second.start_byte();
        let first = code_sibling(second, false).filter(|node| node.kind() == "if_statement");
        let Some(first) = first else {
            let message = format!(
                "{}no `if ({old_test})` directly before the second block",
                self.name()
            );
            return Err(self.fault("first-condition", message, at));
        };
        let has_test = match condition(first) {
            Some(node) => self
                .ctx
                .is(self.file, test, node.byte_range())
                .map_err(|doubt| self.doubt("first-condition", test, &doubt))?
                .is_some(),
            None => false,
        };
        if !has_test {
            let message = format!(
                "{}the first block is under `{}`; it was under `{old_test}`",
                self.name(),
                brief(&text_of_condition(self.file, first), 80)
            );
            return Err(self.fault("first-condition", message, first.start_byte()));
        }
        for half in [first, second] {
            if half.child_by_field_name("alternative").is_some() {
                let message = format!("{}a block of the split has an `else`", self.name());
                return Err(self.fault("first-condition", message, half.start_byte()));
            }
        }
        let ends = |half: Node<'_>| [half.start_byte(), half.end_byte().saturating_sub(1)];
        let mut all = ends(first).into_iter().chain(ends(second));
        let own = self.file.conditions_at(first.start_byte());
        if let Some(at) = all.find(|at| self.file.conditions_at(*at) != own) {
            let message = format!(
                "{}the two blocks do not begin and end under the same `#if`s",
                self.name()
            );
            return Err(self.fault("second-condition", message, at));
        }
        Ok(Halves { first, second })
    }

    /// Every statement is in the block where it belongs.
    fn statements(&self, before: &File, old: &Old<'_>, halves: &Halves<'_>, judged: &mut Judged) {
        let texts = |file: &File, nodes: &[Node<'_>]| -> Vec<String> {
            nodes
                .iter()
                .map(|node| normal(file.slice(node.byte_range())))
                .collect()
        };
        let was = texts(before, &old.statements);
        let (head, tail) = was.split_at(old.at.min(was.len()));
        for (half, wanted, word) in [
            (halves.first, head, "first"),
            (halves.second, tail, "second"),
        ] {
            let name = format!("{word}-block");
            let have = texts(self.file, &statements(half));
            let message = match difference(&have, wanted) {
                None => {
                    let message = format!(
                        "the {word} block has its {} under `{}`",
                        counted(wanted.len()),
                        brief(&text_of_condition(self.file, half), 60)
                    );
                    judged.put(self.ctx.holds(&name, message), self.file, half.start_byte());
                    continue;
                }
                Some(message) => format!("{}the {word} block {message}", self.name()),
            };
            judged.put(
                self.ctx.violated(&name, message),
                self.file,
                half.start_byte(),
            );
        }
    }

    fn fault(&self, name: &str, message: String, at: usize) -> Box<Finding> {
        Box::new(placed(self.ctx.violated(name, message), self.file, at))
    }

    /// The tokens that came with the split: `}`, the head of the second `if`, and `{`.
    fn explained(&self, halves: &Halves<'_>) -> Vec<Range<usize>> {
        let block = |node: Node<'_>| {
            node.child_by_field_name("consequence")
                .filter(|body| body.kind() == "compound_statement")
                .map(|body| body.byte_range())
        };
        // A half of one statement may do without braces; then the other half has both of the old block's, and
        // only the head is new.
        let braces = block(halves.first).zip(block(halves.second));
        let closing = braces.clone().map(|(first, _)| first.end - 1..first.end);
        let opening = braces.map(|(_, second)| second.start..second.start + 1);
        let condition = halves.second.child_by_field_name("condition");
        let head = condition.map(|condition| halves.second.start_byte()..condition.end_byte());
        closing.into_iter().chain(head).chain(opening).collect()
    }
}
