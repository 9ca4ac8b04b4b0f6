//! Arguments of calls: the kernel passes types, statements, operators and nothing at all.

use crate::view::rule::Rule;
use crate::view::symbol::{Symbol, looks_reserved};
use crate::view::walker::Walker;

impl Walker<'_> {
    /// Walks the arguments between the parenthesis at `open` and its partner.
    pub(crate) fn arguments(&mut self, open: usize) {
        let Some(closer) = self.paren(open) else {
            return;
        };
        if closer == open + 1 {
            return;
        }
        self.nested((), |walker| {
            let parts = walker.split(open + 1, closer);
            let mut seen = false;
            for (index, &(from, end)) in parts.iter().enumerate() {
                let shown = walker.argument(from, end);
                // A comma stays only between two arguments that the view shows.
                if index > 0 && !(shown && seen) {
                    walker.blank(Rule::EmptyArgument, from - 1, from);
                }
                seen |= shown;
            }
        });
    }

    /// Walks one argument. `false`: the view shows nothing of it.
    pub(crate) fn argument(&mut self, from: usize, end: usize) -> bool {
        if from >= end {
            return false;
        }
        if end == from + 1 && self.is(from, Symbol::Ellipsis) {
            self.blank(Rule::OddArgument, from, end);
            return false;
        }
        let mark = self.mark();
        if self.expression(from, end) == Some(end) {
            return true;
        }
        self.rewind(mark);
        if self.brace(from) == Some(end - 1) {
            self.brace_argument(from, end - 1);
            return true;
        }
        if self.type_name(from, end).is_some() {
            self.rewind(mark);
            return self.type_argument(from, end);
        }
        self.rewind(mark);
        self.statement_argument(from, end) || self.keep_expressions(from, end)
    }

    /// `{ … }`: statements stay, an initialiser turns into parentheses.
    fn brace_argument(&mut self, open: usize, closer: usize) {
        if closer == open + 1 {
            return;
        }
        let first = self.symbol(open + 1);
        let is_list = matches!(first, Symbol::Dot | Symbol::OpenBrace);
        let is_block = self.find(open + 1, closer, Symbol::Semicolon).is_some()
            || first.is_statement()
            || self.is(closer - 1, Symbol::CloseBrace);
        if is_block && !is_list {
            self.items(open + 1, closer, false);
            return;
        }
        let mark = self.mark();
        self.put(Rule::BraceArgument, open, "(");
        self.put(Rule::BraceArgument, closer, ")");
        if !self.keep_expressions(open + 1, closer) {
            self.rewind(mark);
        }
    }

    /// A type becomes the name in it: `struct pci_dev *` shows `pci_dev`, `unsigned int` shows `INT`.
    fn type_argument(&mut self, from: usize, end: usize) -> bool {
        let mut name = None;
        for at in from..end {
            if self.is_name(at) {
                name = Some(at);
                if self.symbol(at.wrapping_sub(1)).is_tag() || !looks_reserved(self.text(at)) {
                    break;
                }
            }
        }
        let shown = match name {
            Some(name) => name,
            None => {
                let keyword = (from..end).rfind(|&at| self.symbol(at).is_type());
                let Some(keyword) = keyword.or_else(|| self.is_word(from).then_some(from)) else {
                    return false;
                };
                self.uppercase(Rule::TypeArgument, keyword);
                keyword
            }
        };
        self.blank(Rule::TypeArgument, from, shown);
        self.blank(Rule::TypeArgument, shown + 1, end);
        true
    }

    /// Statements as an argument get braces, where there is white space for them.
    fn statement_argument(&mut self, from: usize, end: usize) -> bool {
        let ends_block = self.is(end - 1, Symbol::CloseBrace);
        let has_semicolon = self.find(from, end, Symbol::Semicolon).is_some();
        let is_block = self.symbol(from).is_statement() && ends_block;
        if !has_semicolon && !is_block {
            return false;
        }
        if !self.is(end - 1, Symbol::Semicolon) && !ends_block {
            return false;
        }
        let (Some(open), Some(close)) = (self.gap(from - 1), self.gap(end - 1)) else {
            return false;
        };
        self.put_at(Rule::StatementArgument, open..open + 1, "{");
        self.put_at(Rule::StatementArgument, close..close + 1, "}");
        self.items(from, end, false);
        true
    }

    /// Keeps the largest expressions of a range, commas between them, and blanks the rest. `false`:
    /// nothing is left.
    pub(crate) fn keep_expressions(&mut self, from: usize, end: usize) -> bool {
        if !self.is_sound(from, end) {
            // No macro takes this: the grammar shall say so.
            return true;
        }
        let mut at = from;
        let mut last: Option<usize> = None;
        while at < end && self.spend_fuel() {
            let mark = self.mark();
            let found = self.expression(at, end).filter(|&next| next > at);
            let separator = match (found, last) {
                (Some(_), Some(last)) => self.separator(last, at),
                _ => None,
            };
            match (found, last) {
                (Some(next), None) => {
                    last = Some(next);
                    at = next;
                }
                (Some(next), Some(_)) => {
                    if let Some(byte) = separator {
                        self.put_at(Rule::OddArgument, byte..byte + 1, ",");
                        last = Some(next);
                    } else {
                        self.rewind(mark);
                        self.blank(Rule::OddArgument, at, next);
                    }
                    at = next;
                }
                (None, _) => {
                    self.rewind(mark);
                    self.blank(Rule::OddArgument, at, at + 1);
                    at += 1;
                }
            }
        }
        last.is_some()
    }

    /// Whether a range has only tokens of C, and every bracket its partner.
    fn is_sound(&mut self, from: usize, end: usize) -> bool {
        (from..end).all(|at| {
            let symbol = self.symbol(at);
            let is_bracket = symbol.is_opener() || symbol.is_closer();
            let is_lone = is_bracket && self.closer(at).is_none() && self.opener(at) == at;
            // `#` makes a string of what follows, in an argument that goes into a macro's `#`.
            let is_mark = symbol == Symbol::Other && self.text(at) != b"#";
            self.spend_fuel() && !is_mark && !is_lone
        })
    }

    /// A byte for a comma between the token before `last` and the one at `at`.
    fn separator(&self, last: usize, at: usize) -> Option<usize> {
        if at > last {
            return Some(self.range(last).start);
        }
        self.gap(last - 1)
    }
}
