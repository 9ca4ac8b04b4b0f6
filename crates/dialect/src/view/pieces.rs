//! Expressions that end a statement, and what is walked piece by piece for want of a grammar.

use crate::macros::MacroKind;
use crate::view::rule::Rule;
use crate::view::symbol::Symbol;
use crate::view::walker::Walker;
impl Walker<'_> {
    /// An expression up to its `;`.
    pub(crate) fn expression_statement(&mut self, at: usize, end: usize) -> usize {
        let stop = self.find(at, end, Symbol::Semicolon).unwrap_or(end);
        let mark = self.mark();
        if let Some(next) = self.comma_expression(at, stop) {
            if next == stop {
                return stop + 1;
            }
            let is_suffix = |walker: &Self| {
                next > at
                    && next + 1 == stop
                    && walker.is_name(next)
                    && walker.macro_kind(next) == MacroKind::Suffix
            };
            if is_suffix(self) {
                self.blank(Rule::SuffixMacro, next, next + 1);
                return stop + 1;
            }
            let ends_line = self.is_fresh(next) && self.is_word(next);
            if next > at
                && ends_line
                && self.is(next - 1, Symbol::CloseParen)
                && self.insert(Rule::StatementMacro, next - 1, ";")
            {
                return next;
            }
        }
        self.rewind(mark);
        self.pieces(at, stop);
        stop + 1
    }

    /// A range that should be an expression; what is not one is walked piece by piece.
    pub(crate) fn expression_or_pieces(&mut self, from: usize, end: usize) {
        if from >= end {
            return;
        }
        let mark = self.mark();
        if self.comma_expression(from, end) == Some(end) {
            return;
        }
        self.rewind(mark);
        // `DEB(debugging ||) !inited`: the macro ends with an operator.
        if self.is_name(from)
            && let Some(closer) = self.paren(from + 1).filter(|&closer| closer + 1 < end)
        {
            self.blank(Rule::PrefixMacro, from, closer + 1);
            if self.comma_expression(closer + 1, end) == Some(end) {
                return;
            }
            self.rewind(mark);
        }
        self.pieces(from, end);
    }

    /// Something unknown: only calls and blocks inside it are walked.
    pub(crate) fn pieces(&mut self, from: usize, end: usize) {
        self.nested((), |walker| {
            let mut at = from;
            while at < end && walker.spend_fuel() {
                at = walker.piece(at, end).max(at + 1);
            }
        });
    }

    fn piece(&mut self, at: usize, end: usize) -> usize {
        match self.symbol(at) {
            Symbol::OpenParen => {
                let Some(closer) = self.paren(at).filter(|&closer| closer <= end) else {
                    return at + 1;
                };
                if let Some(block_end) = self.brace(at + 1) {
                    self.items(at + 2, block_end, false);
                } else if self.before(at) == Symbol::Name {
                    self.arguments(at);
                } else {
                    self.pieces(at + 1, closer);
                }
                closer + 1
            }
            Symbol::OpenBrace => match self.brace(at) {
                Some(closer) => {
                    self.items(at + 1, closer, false);
                    closer + 1
                }
                None => at + 1,
            },
            Symbol::Asm => self.assembly(at, end),
            _ => at + 1,
        }
    }
}
