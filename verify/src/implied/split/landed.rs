//! A tree as it is: what is left to ask of a split where no tree before says what the block was.

use schema::model::Widening;
use sites::brief;
use sites::kinds::split::{changed_before, evaluated_twice};
use syntax::Node;

use super::blocks::{condition, ifs, statements, text_of_condition};
use super::{Judge, Judged};
use crate::finding::Verdict;
use crate::implied::effect::{Flows, Tested};
use crate::nodes::{code_sibling, normal};

impl Judge<'_> {
    /// A tree as it is: the two blocks are there, one after the other.
    pub(super) fn landed(&self, judged: &mut Judged) {
        let ifs = match ifs(self.ctx, self.file, self.kind) {
            Ok(ifs) => ifs,
            Err(finding) => return judged.findings.push(*finding),
        };
        let found = ifs.into_iter().find_map(|(first, test, bindings)| {
            let second = self.second(&bindings, test, test.text(), 0).ok()?;
            (code_sibling(second, false).map(|node| node.id()) == Some(first.id()))
                .then_some((first, second, test))
        });
        if let Some((first, second, test)) = found {
            if let Err(finding) = self.halves(second, test, test.text()) {
                return judged.findings.push(*finding);
            }
            let repeats = !matches!(self.kind.becomes, Widening::With(_));
            let twice = condition(first).filter(|_| repeats);
            let twice = twice.and_then(|condition| {
                let definitions = self.ctx.resolver(self.file).definitions;
                evaluated_twice(self.file, &definitions, condition)
            });
            let message = twice.or_else(|| self.cut_short(first, second));
            if let Some(message) = message {
                let fault = self.fault("second-condition", message, second.start_byte());
                return judged.findings.push(*fault);
            }
        }
        match found.map(|(first, second, _)| (first, second)) {
            Some((_, second)) => {
                let range = condition(second).map_or(second.byte_range(), |node| node.byte_range());
                let definitions = self.ctx.resolver(self.file).definitions;
                let tested = Tested {
                    new: vec![range.clone()],
                    ..Tested::code(self.file, range)
                };
                let fault = tested
                    .left_out()
                    .or_else(|| tested.never_reached(&Flows::default()))
                    .or_else(|| tested.renamed(&definitions));
                let finding = match fault {
                    Some((Verdict::Unknown, fault)) => self.ctx.unknown("second-condition", fault),
                    Some((_, fault)) => self.ctx.violated("second-condition", fault),
                    None => {
                        let text = brief(&text_of_condition(self.file, second), 60);
                        let message = format!("the second block is under `{text}`");
                        self.ctx.holds("second-condition", message)
                    }
                };
                judged.put(finding, self.file, second.start_byte());
            }
            None => {
                let message = format!("{}the two blocks are missing", self.name());
                let at = self
                    .ctx
                    .functions(self.file, &self.kind.functions)
                    .first()
                    .map_or(0, |function| function.name_range.start);
                judged
                    .findings
                    .push(*self.fault("second-condition", message, at));
            }
        }
    }

    /// Why the two blocks of a tree as it is are not what one was.
    fn cut_short(&self, first: Node<'_>, second: Node<'_>) -> Option<String> {
        let own = statements(first);
        let leaves = own.last().filter(|last| {
            matches!(
                last.kind(),
                "return_statement" | "goto_statement" | "break_statement" | "continue_statement"
            )
        });
        let name = self.name();
        if let Some(last) = leaves {
            return Some(format!(
                "{name}the first block leaves by `{}`, so that the second one does not follow",
                brief(&self.file.text(last.byte_range()), 60)
            ));
        }
        if !matches!(self.kind.becomes, Widening::With(_))
            && let (Some(head), Some(block)) =
                (condition(first), first.child_by_field_name("consequence"))
            && let Some(message) = changed_before(self.file, block, block.end_byte(), head)
        {
            return Some(format!("{name}{message}"));
        }
        let all = self.second_statements().ok()?;
        let inside = |node: &&Node<'_>| {
            let range = second.byte_range();
            !(range.start <= node.start_byte() && node.end_byte() <= range.end)
        };
        let is_under_test = |node: &&Node<'_>| {
            let holder = node.parent().and_then(|parent| match parent.kind() {
                "compound_statement" => parent.parent(),
                _ => Some(parent),
            });
            let head = holder.filter(|holder| holder.kind() == "if_statement");
            let own = |head: Node<'_>| normal(text_of_condition(self.file, head).as_bytes());
            head.is_some_and(|head| own(head) == own(first))
        };
        let other = all.iter().filter(inside).find(is_under_test)?;
        Some(format!(
            "{name}`{}` is at line {} as well, outside of the second block",
            brief(&self.file.text(other.byte_range()), 60),
            self.file.line_of(other.start_byte())
        ))
    }
}
