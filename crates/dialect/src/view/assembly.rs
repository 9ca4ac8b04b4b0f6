//! `asm` in all its forms. The grammar knows string templates, plain operands and goto labels; what
//! the kernel adds (macros for templates, constraints and clobbers, `::` run together) is blanked.

use crate::view::rule::Rule;
use crate::view::symbol::Symbol;
use crate::view::walker::{Span, Walker};

impl Walker<'_> {
    /// Whether `NAME(…)` is assembly by its shape: a literal first, and operands behind colons.
    pub(crate) fn is_assembly_call(&mut self, open: usize, closer: usize) -> bool {
        self.is(open + 1, Symbol::Text)
            && self
                .find_any(open + 1, closer, &[Symbol::Colon, Symbol::Comma])
                .is_some_and(|at| self.is(at, Symbol::Colon))
    }

    /// `asm_inline volatile (…)`: a macro that stands for `asm`.
    pub(crate) fn is_qualified_assembly(&self, at: usize) -> bool {
        let is_qualifier = matches!(
            self.text(at + 1),
            b"volatile" | b"__volatile__" | b"__volatile" | b"goto"
        );
        is_qualifier && self.is(at + 2, Symbol::OpenParen) && self.length(at) >= 3
    }

    /// Walks from `asm` to behind its closing parenthesis.
    pub(crate) fn assembly(&mut self, at: usize, end: usize) -> usize {
        let mut open = at + 1;
        while open < end && self.is_word(open) {
            if !matches!(
                self.text(open),
                b"volatile" | b"__volatile__" | b"inline" | b"goto"
            ) {
                self.blank(Rule::Assembly, open, open + 1);
            }
            open += 1;
        }
        let Some(closer) = self.paren(open) else {
            return at + 1;
        };
        self.nested((), |walker| {
            let sections = walker.sections(open + 1, closer);
            for (index, &section) in sections.iter().enumerate() {
                walker.section(index, section);
            }
        });
        closer + 1
    }

    /// The parts between colons outside brackets.
    fn sections(&mut self, from: usize, end: usize) -> Vec<Span> {
        let mut sections = Vec::new();
        let mut start = from;
        while let Some(colon) = self.find(start, end, Symbol::Colon) {
            sections.push((start, colon));
            start = colon + 1;
        }
        sections.push((start, end));
        sections
    }

    fn section(&mut self, index: usize, (from, end): Span) {
        if from >= end {
            return;
        }
        match index {
            0 => self.template(from, end),
            1 | 2 => self.list(from, end, Self::operand_of_assembly),
            3 => self.list(from, end, Self::clobber),
            4 => {}
            _ => self.blank(Rule::Assembly, from - 1, end),
        }
    }

    /// The template: its literals stay.
    fn template(&mut self, from: usize, end: usize) {
        let names_and_strings = (from..end).all(|at| self.is(at, Symbol::Text) || self.is_name(at));
        let early_string =
            self.is(from, Symbol::Text) || (from + 1 < end && self.is(from + 1, Symbol::Text));
        let two_names = (from + 1..end).any(|at| self.is_name(at - 1) && self.is_name(at));
        if names_and_strings && early_string && !two_names {
            return;
        }
        let mut any = false;
        for at in from..end {
            if self.is(at, Symbol::Text) {
                any = true;
            } else {
                self.blank(Rule::Assembly, at, at + 1);
            }
        }
        if !any {
            self.empty_string(from, end);
        }
    }

    /// Puts `""` where a macro stood.
    fn empty_string(&mut self, from: usize, end: usize) {
        let range = self.range(from).start..self.range(end - 1).end;
        if range.len() >= 2 {
            self.put_at(Rule::Assembly, range.start..range.start + 2, "\"\"");
        }
    }

    /// Walks the elements of a section; those that `walk` refuses are blanked with a comma.
    fn list(&mut self, from: usize, end: usize, walk: fn(&mut Self, Span) -> bool) {
        let parts = self.split(from, end);
        let mut shown_before = false;
        for (index, &part) in parts.iter().enumerate() {
            let mark = self.mark();
            let shown = part.0 < part.1 && walk(self, part);
            if !shown {
                self.rewind(mark);
                self.blank(Rule::Assembly, part.0, part.1);
            }
            if index > 0 && !(shown && shown_before) {
                self.blank(Rule::Assembly, part.0 - 1, part.0);
            }
            shown_before |= shown;
        }
    }

    /// `[name] "constraint" (expression)`
    fn operand_of_assembly(&mut self, (from, end): Span) -> bool {
        let mut at = from;
        if self.is(at, Symbol::OpenBracket) {
            match self.closer(at) {
                Some(closer) => at = closer + 1,
                None => return false,
            }
        }
        // The last group is the value; what stands before it is the constraint.
        let Some(open) = self.last_group(at, end) else {
            return false;
        };
        if open == at {
            return false;
        }
        if self.is(at, Symbol::Text) {
            self.blank(Rule::Assembly, at + 1, open);
        } else {
            let range = self.range(at);
            if !self.is_word(at) || range.len() < 2 {
                return false;
            }
            self.blank(Rule::Assembly, at, open);
            self.put_at(Rule::Assembly, range.start..range.start + 2, "\"\"");
        }
        let closer = end - 1;
        let mark = self.mark();
        if self.expression(open + 1, closer) == Some(closer) {
            return true;
        }
        self.rewind(mark);
        let stop = self.find(open + 1, closer, Symbol::Comma).unwrap_or(closer);
        self.blank(Rule::Assembly, stop, closer);
        self.argument(open + 1, stop)
    }

    /// The parenthesis that opens the group which ends the range.
    fn last_group(&mut self, from: usize, end: usize) -> Option<usize> {
        let mut at = from;
        while at < end {
            let open = self.find(at, end, Symbol::OpenParen)?;
            let closer = self.paren(open)?;
            if closer + 1 == end {
                return Some(open);
            }
            at = closer + 1;
        }
        None
    }

    fn clobber(&mut self, (from, end): Span) -> bool {
        let all = (from..end).all(|at| self.is(at, Symbol::Text) || self.is_name(at));
        all && (self.is(from, Symbol::Text) || (end == from + 2 && self.is(from + 1, Symbol::Text)))
    }
}
