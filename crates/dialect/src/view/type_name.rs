//! Type names: in casts, in `sizeof`, as call arguments.

use crate::view::rule::Rule;
use crate::view::symbol::{Symbol, looks_reserved};
use crate::view::walker::Walker;

/// How sure it is that the tokens are a type and no expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// A keyword, a tag or an abstract pointer says so.
    Sure,
    /// A plain name: a typedef or a variable.
    Maybe,
}

impl Walker<'_> {
    /// Recognises a type name that fills `from..end` exactly.
    pub(crate) fn type_name(&mut self, from: usize, end: usize) -> Option<Certainty> {
        if from >= end || !self.is_word(from) {
            return None;
        }
        self.nested(None, |walker| walker.whole_type_name(from, end))
    }

    fn whole_type_name(&mut self, from: usize, end: usize) -> Option<Certainty> {
        let mut has_type = false;
        let mut sure = false;
        let mut names = Vec::new();
        let mut at = from;
        while at < end && self.is_word(at) {
            match self.symbol(at) {
                Symbol::Qualifier => {
                    sure = true;
                    at += 1;
                }
                Symbol::OddQualifier | Symbol::OddSign => {
                    has_type |= self.is(at, Symbol::OddSign);
                    sure = true;
                    self.blank(Rule::OddKeyword, at, at + 1);
                    at += 1;
                }
                symbol if symbol.is_tag() => {
                    (has_type, sure) = (true, true);
                    at = self.tag(at, end);
                }
                symbol if symbol.is_type() => {
                    (has_type, sure) = (true, true);
                    at += 1;
                }
                Symbol::Typeof => {
                    (has_type, sure) = (true, true);
                    at = self.typeof_operand(at);
                }
                Symbol::Name => {
                    names.push(at);
                    at += 1;
                    if names.len() == 1 && !has_type {
                        at = self.macro_type(at, end).unwrap_or(at);
                    }
                }
                _ => return None,
            }
        }
        let allowed = usize::from(!has_type);
        if names.len() > allowed {
            let pointer_ends =
                self.is(at, Symbol::Star) && (at..end).all(|star| self.is(star, Symbol::Star));
            self.blank_annotations_of_type(&names, names.len() - allowed, pointer_ends)?;
            sure = true;
        }
        if !has_type && names.is_empty() {
            return None;
        }
        let pointer = self.abstract_declarator(at, end, has_type, sure)?;
        Some(if sure || pointer {
            Certainty::Sure
        } else {
            Certainty::Maybe
        })
    }

    /// `NAME(…) *` where a macro makes the type.
    fn macro_type(&mut self, open: usize, end: usize) -> Option<usize> {
        let closer = self.paren(open).filter(|&closer| closer + 1 < end)?;
        let only_stars = (closer + 1..end).all(|at| self.is(at, Symbol::Star));
        if !only_stars {
            return None;
        }
        let mark = self.mark();
        if self.type_name(open + 1, closer).is_none() {
            self.rewind(mark);
            self.blank(Rule::MacroType, open, closer + 1);
        }
        Some(closer + 1)
    }

    /// Blanks names that are one too many, the rightmost first, if they look like annotations or stars
    /// show that this is a type (`pointer_ends`).
    fn blank_annotations_of_type(
        &mut self,
        names: &[usize],
        excess: usize,
        pointer_ends: bool,
    ) -> Option<()> {
        let annotations: Vec<usize> = names
            .iter()
            .rev()
            .copied()
            .filter(|&name| pointer_ends || looks_reserved(self.text(name)))
            .collect();
        if annotations.len() < excess {
            return None;
        }
        for &name in annotations.iter().take(excess) {
            self.blank(Rule::CastWord, name, name + 1);
        }
        Some(())
    }

    /// Stars, brackets and parameter lists behind a type. Returns whether a star was among them.
    fn abstract_declarator(
        &mut self,
        from: usize,
        end: usize,
        has_type: bool,
        sure: bool,
    ) -> Option<bool> {
        let mut at = from;
        let mut pointer = false;
        while at < end && self.spend_fuel() {
            match self.symbol(at) {
                Symbol::Star => {
                    pointer = true;
                    at += 1;
                }
                Symbol::OpenParen => {
                    let closer = self.paren(at).filter(|&closer| closer < end)?;
                    if self.is(at + 1, Symbol::Star) {
                        let mut inner = at + 1;
                        while inner < closer
                            && (self.is(inner, Symbol::Star) || self.is_word(inner))
                        {
                            inner += 1;
                        }
                        if inner != closer && !self.is(inner, Symbol::OpenBracket) {
                            return None;
                        }
                        pointer = true;
                    } else if has_type || self.before(at) == Symbol::CloseParen {
                        self.parameters(at);
                    } else {
                        return None;
                    }
                    at = closer + 1;
                }
                Symbol::OpenBracket => {
                    if !sure && !pointer {
                        return None;
                    }
                    let closer = self.closer(at).filter(|&closer| closer < end)?;
                    self.array_size(at + 1, closer);
                    at = closer + 1;
                }
                Symbol::Qualifier if pointer => at += 1,
                Symbol::OddQualifier if pointer => {
                    self.blank(Rule::OddKeyword, at, at + 1);
                    at += 1;
                }
                Symbol::Name if pointer && self.text(at).starts_with(b"__") => {
                    self.blank(Rule::CastWord, at, at + 1);
                    at += 1;
                }
                _ => return None,
            }
        }
        Some(pointer)
    }
}
