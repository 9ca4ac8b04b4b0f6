//! Declarators and parameters.

use crate::macros::MacroKind;
use crate::view::rule::Rule;
use crate::view::symbol::{Symbol, looks_reserved};
use crate::view::walker::Walker;

impl Walker<'_> {
    /// Walks one declarator up to what ends it: `,` `;` `=` `{` `:` or something unknown.
    pub(crate) fn declarator(&mut self, from: usize, end: usize) -> usize {
        self.nested(from, |walker| walker.declarator_parts(from, end))
    }

    fn declarator_parts(&mut self, from: usize, end: usize) -> usize {
        let mut at = from;
        let mut named = self.before(at).is_word();
        while at < end && self.spend_fuel() {
            match self.symbol(at) {
                Symbol::Asm => match self.paren(at + 1) {
                    Some(closer) => {
                        self.blank(Rule::AfterDeclarator, at, closer + 1);
                        at = closer + 1;
                    }
                    None => return at,
                },
                Symbol::Star => {
                    named = false;
                    at += 1;
                }
                Symbol::OpenParen => {
                    let Some(closer) = self.paren(at) else {
                        return at;
                    };
                    self.declarator_group(at, closer, named);
                    named = true;
                    at = closer + 1;
                }
                Symbol::OpenBracket => {
                    let Some(closer) = self.closer(at) else {
                        return at;
                    };
                    let first = self.symbol(at + 1);
                    if !first.is_qualifier() && !first.is_storage() {
                        self.array_size(at + 1, closer);
                    }
                    named = true;
                    at = closer + 1;
                }
                symbol if symbol.is_word() => match self.words_in_declarator(at, end) {
                    Some(next) => {
                        named = true;
                        at = next;
                    }
                    None => return at,
                },
                _ => return at,
            }
        }
        at
    }

    /// What is in the brackets of an array: a size, and before it words that are no part of it, as
    /// `[static N]` has one in C and `[at_least N]` in the kernel.
    pub(crate) fn array_size(&mut self, from: usize, end: usize) {
        let mark = self.mark();
        let mut size = from;
        while size < end {
            if self.comma_expression(size, end) == Some(end) {
                self.blank(Rule::ArrayWord, from, size);
                return;
            }
            self.rewind(mark);
            if !self.is_name(size) {
                break;
            }
            size += 1;
        }
        self.expression_or_pieces(from, end);
    }

    /// `(parameters)` behind a name, `(*name)` otherwise.
    fn declarator_group(&mut self, at: usize, closer: usize, named: bool) {
        let pointer = self.is(at + 1, Symbol::Star)
            || (self.is_word(at + 1)
                && self.is(at + 2, Symbol::Star)
                && self.is(closer + 1, Symbol::OpenParen));
        if (named || self.before(at) == Symbol::CloseParen) && !pointer {
            self.parameters(at);
        } else {
            self.declarator(at + 1, closer);
        }
    }

    /// Words inside a declarator: annotations behind it, or a run that holds the name. `None`: the
    /// word belongs to something else.
    fn words_in_declarator(&mut self, at: usize, end: usize) -> Option<usize> {
        if matches!(self.before(at), Symbol::CloseParen | Symbol::CloseBracket) {
            return self.annotation_behind(at);
        }
        let mut next = at;
        if let Some(closer) = self.paren(at + 1)
            && self.before(at) == Symbol::Star
            && self.is_word(closer + 1)
            && self.is(closer + 2, Symbol::OpenParen)
            && looks_reserved(self.text(at))
            && !self.looks_like_parameters(at + 1)
        {
            self.blank(Rule::ExcessWord, at, closer + 1);
            next = closer + 1;
        }
        let mut names = Vec::new();
        while next < end && self.is_word(next) && !self.is(next, Symbol::Asm) {
            match self.symbol(next) {
                Symbol::Name => names.push(next),
                Symbol::OddQualifier => self.blank(Rule::OddKeyword, next, next + 1),
                _ => {}
            }
            next += 1;
        }
        if let Some(closer) = self.call_behind_name(&names, next) {
            names.pop();
            self.blank(Rule::AfterDeclarator, next - 1, closer + 1);
            next = closer + 1;
        }
        if matches!(
            self.before(at),
            Symbol::Star
                | Symbol::CloseParen
                | Symbol::Comma
                | Symbol::OpenParen
                | Symbol::Semicolon
        ) {
            self.keep_one_name(&names, next);
        }
        Some(next)
    }

    /// `*buffer COUNTED_BY(size);`: where the run of names at `next` ends in a call behind what is declared, its last parenthesis.
    fn call_behind_name(&mut self, names: &[usize], next: usize) -> Option<usize> {
        let [.., declared, last] = names else {
            return None;
        };
        let closer = self.paren(next).filter(|_| *last + 1 == next)?;
        let is_call = !looks_reserved(self.text(*declared))
            && looks_reserved(self.text(*last))
            && self.ends_declarator(closer + 1)
            && !self.has_parameters(next);
        is_call.then_some(closer)
    }

    fn annotation_behind(&mut self, at: usize) -> Option<usize> {
        if let Some(closer) = self.paren(at + 1) {
            // A name with arguments on a line of its own and no annotation's look is another item.
            if self.is_fresh(at)
                && !looks_reserved(self.text(at))
                && self.before(at) == Symbol::CloseParen
                && !self.is(closer + 1, Symbol::Semicolon)
                && !self.is(closer + 1, Symbol::OpenBrace)
            {
                return None;
            }
            self.blank(Rule::AfterDeclarator, at, closer + 1);
            return Some(closer + 1);
        }
        let symbol = self.symbol(at);
        if symbol.is_keyword() || !looks_reserved(self.text(at)) {
            return None;
        }
        self.blank(Rule::AfterDeclarator, at, at + 1);
        Some(at + 1)
    }

    /// Blanks all names of a run but one: the last, unless it has the look of an annotation that the
    /// first has not.
    fn keep_one_name(&mut self, names: &[usize], next: usize) {
        let keep = usize::from(!self.is(next, Symbol::Star));
        if self.says_a_word_twice(names) {
            return;
        }
        let mut names = names.to_vec();
        while names.len() > keep {
            let (Some(&first), Some(&last)) = (names.first(), names.last()) else {
                return;
            };
            let reserved = |name: usize| looks_reserved(self.text(name));
            let last_is_annotation = keep == 1
                && reserved(last)
                && !reserved(first)
                && !self.is(next, Symbol::OpenParen)
                && (self.text(last).starts_with(b"__")
                    || self.macro_kind(last) == MacroKind::Annotation);
            if last_is_annotation {
                names.pop();
                self.blank(Rule::ExcessWord, last, last + 1);
            } else {
                names.remove(0);
                self.blank(Rule::ExcessWord, first, first + 1);
            }
        }
    }

    /// Whether two neighbours of a run are one word: nobody annotates so, it is a slip of the pen. The
    /// grammar shall see it.
    pub(crate) fn says_a_word_twice(&self, names: &[usize]) -> bool {
        names
            .windows(2)
            .any(|pair| pair[0] + 1 == pair[1] && self.text(pair[0]) == self.text(pair[1]))
    }

    /// Walks the parameters between the parenthesis at `open` and its partner.
    pub(crate) fn parameters(&mut self, open: usize) {
        let Some(closer) = self.paren(open) else {
            return;
        };
        let parts = self.split(open + 1, closer);
        if parts
            .iter()
            .any(|&(from, end)| self.is_odd_parameter(from, end))
        {
            self.blank(Rule::OddArgument, open + 1, closer);
            return;
        }
        for (from, end) in parts {
            self.parameter(from, end);
        }
    }

    /// Something that a macro takes and no function: `XOR_NAME(2)(…)`, `X(a:4, b:4)`.
    fn is_odd_parameter(&mut self, from: usize, end: usize) -> bool {
        from < end
            && !self.is(from, Symbol::Ellipsis)
            && (!self.is_word(from) || self.find(from, end, Symbol::Colon).is_some())
    }

    /// Walks one parameter.
    pub(crate) fn parameter(&mut self, from: usize, end: usize) {
        self.nested((), |walker| {
            if from >= end || walker.is(from, Symbol::Ellipsis) {
                return;
            }
            if !walker.is_word(from) {
                return;
            }
            let at = walker.specifiers(from, end);
            walker.declarator(at, end);
        });
    }
}
