//! `struct`, `union` and `enum`, their members and enumerators.

use crate::macros::MacroKind;
use crate::view::rule::Rule;
use crate::view::symbol::{Symbol, is_uppercase, looks_reserved};
use crate::view::walker::{Span, Walker};

impl Walker<'_> {
    /// Walks from a `struct`, `union` or `enum` over its tag and body.
    pub(crate) fn tag(&mut self, at: usize, end: usize) -> usize {
        let is_enum = self.is(at, Symbol::Enum);
        let mut next = self.tag_name(at + 1, end);
        if let Some(closer) = self.paren(next)
            && self.is_name(next.wrapping_sub(1))
            && closer < end
            && !self.is(next + 1, Symbol::Star)
            && !self.is(closer + 1, Symbol::OpenParen)
        {
            self.blank(Rule::MacroType, next, closer + 1);
            next = closer + 1;
        }
        if is_enum && self.is(next, Symbol::Colon) && self.is_word(next + 1) {
            let mut open = next + 1;
            while self.is_word(open) {
                open += 1;
            }
            if self.is(open, Symbol::OpenBrace) {
                self.blank(Rule::EnumeratorMacro, next, open);
                next = open;
            }
        }
        let Some(closer) = self.brace(next).filter(|&closer| closer <= end) else {
            return next;
        };
        if is_enum {
            self.enumerators(next + 1, closer);
        } else {
            self.members(next + 1, closer);
        }
        self.after_body(closer + 1, end)
    }

    /// The tag behind its keyword, annotations around it blanked; returns what follows it.
    fn tag_name(&mut self, from: usize, end: usize) -> usize {
        let mut at = from;
        while at < end && self.is_name(at) {
            at += 1;
        }
        let names = at - from;
        if names > 1 && self.is(at, Symbol::OpenBrace) {
            self.blank(Rule::ExcessWord, from, at - 1);
            return at;
        }
        let annotated = names > 1
            && looks_reserved(self.text(from))
            && !looks_reserved(self.text(from + 1))
            && (names > 2 || self.is(at, Symbol::Star));
        if annotated {
            self.blank(Rule::ExcessWord, from, from + 1);
            return from + 2;
        }
        from + usize::from(names > 0)
    }

    /// Annotations between a body's `}` and what it declares.
    fn after_body(&mut self, from: usize, end: usize) -> usize {
        let mut at = from;
        while at < end && self.is_name(at) && self.text(at).starts_with(b"__") {
            if let Some(closer) = self.paren(at + 1) {
                if self.is(closer + 1, Symbol::OpenBrace) {
                    break;
                }
                self.blank(Rule::AfterDeclarator, at, closer + 1);
                at = closer + 1;
            } else if self.is(at + 1, Symbol::Semicolon)
                && self.macro_kind(at) == MacroKind::Annotation
            {
                self.blank(Rule::AfterDeclarator, at, at + 1);
                at += 1;
            } else {
                break;
            }
        }
        at
    }

    /// Walks members of a structure or union.
    pub(crate) fn members(&mut self, from: usize, end: usize) {
        self.nested((), |walker| {
            let mut at = from;
            while at < end && walker.spend_fuel() {
                at = walker.member(at, end).max(at + 1);
            }
        });
    }

    fn member(&mut self, at: usize, end: usize) -> usize {
        if self.is(at, Symbol::Semicolon) {
            if matches!(self.before(at), Symbol::Semicolon | Symbol::OpenBrace) {
                self.blank(Rule::EmptyMember, at, at + 1);
            }
            return at + 1;
        }
        if !self.is_word(at) {
            return at + 1;
        }
        if self.is_name(at) {
            if at + 1 >= end || self.is_bare_member(at) {
                if !self.insert(Rule::MemberMacro, at, ";") {
                    self.blank(Rule::MemberMacro, at, at + 1);
                }
                return at + 1;
            }
            if let Some(next) = self.member_macro(at, end) {
                return next;
            }
        }
        let mut call = at;
        while self.symbol(call).is_qualifier() || self.symbol(call).is_storage() {
            call += 1;
        }
        if call > at
            && self.is_name(call)
            && let Some(next) = self.member_macro(call, end)
        {
            return next;
        }
        let next = self.specifiers(at, end);
        self.declarators(next, end, false, true)
    }

    /// A macro without arguments that stands for members, alone on its line.
    fn is_bare_member(&self, at: usize) -> bool {
        let next = at + 1;
        let uppercase = |at| is_uppercase(self.text(at));
        if self.is_name(next)
            && self.is(next + 1, Symbol::CloseBrace)
            && self.before(at) == Symbol::OpenBrace
            && uppercase(at)
            && uppercase(next)
        {
            return true;
        }
        if !self.is_word(next) || !self.is_fresh(next) {
            return false;
        }
        let symbol = self.symbol(next);
        (self.is_after_directive(next) && looks_reserved(self.text(at)))
            || (uppercase(at)
                && self.is_name(next)
                && uppercase(next)
                && self.is(next + 1, Symbol::CloseBrace))
            || symbol.is_tag()
            || symbol.is_type()
            || symbol.is_qualifier()
            || (self.is_name(next) && self.is_name(next + 1))
            || (self.is_name(next)
                && self.paren(next + 1).is_some_and(|closer| {
                    self.is(closer + 1, Symbol::Semicolon) || self.is_fresh(closer + 1)
                }))
    }

    /// `DECLARE_BITMAP(name, bits);` becomes `DECLARE_BITMAP name;`. `None`: it is no macro.
    fn member_macro(&mut self, at: usize, end: usize) -> Option<usize> {
        let closer = self.paren(at + 1)?;
        if self.is(at + 2, Symbol::Star) {
            return None;
        }
        let after = closer + 1;
        let ends = after >= end
            || matches!(
                self.symbol(after),
                Symbol::Semicolon | Symbol::CloseBrace | Symbol::OpenBracket
            )
            || (self.is_word(after) && self.is_fresh(after));
        if !ends {
            return None;
        }
        let parts = self.split(at + 2, closer);
        let first_member = parts
            .iter()
            .skip(1)
            .find(|&&(from, end)| {
                end > from + 1
                    && self.is_word(from)
                    && !matches!(
                        self.symbol(from + 1),
                        Symbol::Dot | Symbol::Arrow | Symbol::OpenBracket
                    )
            })
            .or(parts.first())
            .map_or(closer, |part| part.0);
        if self.has_members(first_member, closer)
            && let Some(next) = self.member_list(at, closer, first_member)
        {
            return Some(next);
        }
        let name = self.declared_member(at, &parts);
        self.keep_argument(Rule::MemberMacro, at + 1, closer, name);
        if self.is(after, Symbol::Semicolon) {
            return Some(after + 1);
        }
        if self.is(after, Symbol::OpenBracket) {
            return Some(self.declarators(after, end, false, true));
        }
        self.put(Rule::MemberMacro, closer, ";");
        Some(after)
    }

    /// Whether a range has a `;` outside brackets.
    fn has_members(&mut self, from: usize, end: usize) -> bool {
        self.find(from, end, Symbol::Semicolon).is_some()
    }

    /// `struct_group(name, int a; int b;);` becomes `struct { int a; int b; };`
    fn member_list(&mut self, at: usize, closer: usize, first: usize) -> Option<usize> {
        let is_union = memchr::memmem::find(self.text(at), b"union").is_some();
        let keyword = if is_union { "union" } else { "struct" };
        if self.length(at) < keyword.len() {
            return None;
        }
        self.put(Rule::MemberList, at, keyword);
        self.blank(Rule::MemberList, at + 1, first);
        self.put(Rule::MemberList, first - 1, "{");
        self.put(Rule::MemberList, closer, "}");
        self.members(first, closer);
        if self.is(closer + 1, Symbol::Semicolon) {
            return Some(closer + 2);
        }
        self.insert(Rule::MemberList, closer, ";");
        Some(closer + 1)
    }

    /// The argument of a member macro that is the member's name.
    fn declared_member(&self, at: usize, parts: &[Span]) -> Option<usize> {
        let is_plain = |part: &Span| part.1 == part.0 + 1 && self.is_name(part.0);
        if let [first, second] = parts
            && (first.1 > first.0 + 1 || memchr::memmem::find(self.text(at), b"FLEX").is_some())
            && is_plain(second)
        {
            return Some(second.0);
        }
        parts.iter().find(|part| is_plain(part)).map(|part| part.0)
    }

    /// `: width` of a bit-field; one without a name goes with one of its commas, since the grammar wants
    /// a name. `shown`: a declarator stands before it. Returns what follows and whether one is shown.
    pub(crate) fn bit_width(&mut self, colon: usize, end: usize, shown: bool) -> (usize, bool) {
        let stop = self
            .find_any(colon, end, &[Symbol::Comma, Symbol::Semicolon])
            .unwrap_or(end)
            .max(colon + 1);
        let unnamed = self.before(colon) == Symbol::Comma || self.is_unnamed(colon);
        if !unnamed {
            self.expression_or_pieces(colon + 1, stop);
            return (stop, true);
        }
        self.blank(Rule::UnnamedBits, colon, stop);
        if shown {
            self.blank(Rule::UnnamedBits, colon - 1, colon);
        } else if self.is(stop, Symbol::Comma) {
            self.blank(Rule::UnnamedBits, stop, stop + 1);
            return (stop + 1, false);
        }
        (stop, shown)
    }

    /// Whether the words before a colon are a type alone.
    fn is_unnamed(&self, colon: usize) -> bool {
        let mut at = colon;
        let (mut names, mut keyword) = (0_i32, false);
        while at > 0 && self.is_word(at - 1) {
            at -= 1;
            match self.symbol(at) {
                symbol if symbol.is_type() => keyword = true,
                symbol if symbol.is_tag() => {
                    keyword = true;
                    names -= 1;
                }
                symbol if symbol.is_qualifier() => {}
                _ => names += 1,
            }
        }
        self.before(colon).is_word()
            && !matches!(self.before(at), Symbol::Comma | Symbol::Star)
            && names + i32::from(keyword) < 2
    }

    /// Walks enumerators.
    pub(crate) fn enumerators(&mut self, from: usize, end: usize) {
        let mut at = from;
        while at < end && self.spend_fuel() {
            at = if self.is_word(at) {
                self.enumerator(at, end).max(at + 1)
            } else {
                at + 1
            };
        }
    }

    fn enumerator(&mut self, at: usize, end: usize) -> usize {
        if matches!(
            self.text(at),
            b"true" | b"false" | b"TRUE" | b"FALSE" | b"NULL"
        ) {
            self.put_at(
                Rule::OddKeyword,
                self.range(at).start..self.range(at).start + 1,
                "_",
            );
        }
        let mut next = at + 1;
        if let Some(closer) = self.paren(next) {
            self.enumerator_macro(next, closer);
            next = closer + 1;
        }
        while next < end && self.is_word(next) && !self.is_fresh(next) {
            let stop = self.paren(next + 1).map_or(next + 1, |closer| closer + 1);
            self.blank(Rule::ExcessWord, next, stop);
            next = stop;
        }
        if self.is(next, Symbol::Equals) {
            let stop = self.find(next, end, Symbol::Comma).unwrap_or(end);
            let mark = self.mark();
            next = match self.expression(next + 1, stop) {
                Some(after) => after,
                None => {
                    self.rewind(mark);
                    self.keep_expressions(next + 1, stop);
                    stop
                }
            };
        }
        if next >= end {
            return end;
        }
        match self.symbol(next) {
            Symbol::Comma => {
                next += 1;
                while next < end && self.is(next, Symbol::Comma) {
                    self.blank(Rule::EnumeratorMacro, next, next + 1);
                    next += 1;
                }
                next
            }
            Symbol::Semicolon => {
                self.put(Rule::EnumeratorMacro, next, ",");
                next + 1
            }
            symbol if symbol.is_word() => {
                self.insert(Rule::EnumeratorMacro, next - 1, ",");
                next
            }
            _ => next + 1,
        }
    }

    /// `NAME(value),` as an enumerator: `NAME=value ,` where the value is one token.
    fn enumerator_macro(&mut self, open: usize, closer: usize) {
        let one_token = closer == open + 2 && !self.symbol(open + 1).is_keyword();
        if one_token
            && !self.is(closer + 1, Symbol::Equals)
            && self.put(Rule::EnumeratorMacro, open, "=")
        {
            self.put(Rule::EnumeratorMacro, closer, " ");
        } else {
            self.blank(Rule::EnumeratorMacro, open, closer + 1);
        }
    }
}
