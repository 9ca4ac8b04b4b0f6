//! Initialisers in braces.

use crate::view::rule::Rule;
use crate::view::symbol::Symbol;
use crate::view::walker::Walker;

impl Walker<'_> {
    /// Walks the elements between the braces of an initialiser.
    pub(crate) fn initialiser(&mut self, from: usize, end: usize) {
        self.nested((), |walker| {
            let mut at = from;
            while at < end && walker.spend_fuel() {
                at = walker.element(at, end).max(at + 1);
            }
        });
    }

    /// Walks one element with its designators and the comma behind it.
    fn element(&mut self, from: usize, end: usize) -> usize {
        if self.is(from, Symbol::Comma) {
            self.blank(Rule::Designator, from, from + 1);
            return from + 1;
        }
        let mut at = self.designators(from, end);
        if let Some(closer) = self.brace(at) {
            self.initialiser(at + 1, closer);
            at = closer + 1;
        } else {
            let mark = self.mark();
            at = match self.expression(at, end) {
                Some(next) if next > at => next,
                _ => {
                    self.rewind(mark);
                    let stop = self.find(at, end, Symbol::Comma).unwrap_or(end);
                    self.keep_expressions(at, stop);
                    stop
                }
            };
        }
        if at >= end {
            return at;
        }
        match self.symbol(at) {
            Symbol::Comma => {
                at += 1;
                while at < end && self.is(at, Symbol::Comma) {
                    self.blank(Rule::Designator, at, at + 1);
                    at += 1;
                }
            }
            Symbol::Semicolon => {
                self.put(Rule::Designator, at, ",");
                at += 1;
            }
            _ if at > from => {
                self.insert(Rule::MissingComma, at - 1, ",");
            }
            _ => {}
        }
        at
    }

    /// `.member`, `[index]`, `[from ... to]`, their `=` put in where it is missing; `member:`.
    fn designators(&mut self, from: usize, end: usize) -> usize {
        let mut at = from;
        while at < end && self.spend_fuel() {
            if self.is(at, Symbol::Dot) && self.is_word(at + 1) {
                at += 2;
            } else if self.is(at, Symbol::OpenBracket)
                && let Some(closer) = self.closer(at)
            {
                match self.find(at + 1, closer, Symbol::Ellipsis) {
                    Some(dots) => {
                        self.expression_or_pieces(at + 1, dots);
                        self.expression_or_pieces(dots + 1, closer);
                    }
                    None => self.expression_or_pieces(at + 1, closer),
                }
                at = closer + 1;
            } else {
                break;
            }
        }
        if at > from {
            if self.is(at, Symbol::Equals) {
                return at + 1;
            }
            self.insert(Rule::Designator, at - 1, "=");
            return at;
        }
        if self.is_word(at) && self.is(at + 1, Symbol::Colon) {
            return at + 2;
        }
        at
    }
}
