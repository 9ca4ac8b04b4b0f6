//! Expressions: a recogniser that says where one ends, drafting edits on its way.
//!
//! `None` means that the tokens are no expression as the grammar knows it; the caller rewinds the
//! edits and treats the range as something else.

use crate::token::is_word_byte;
use crate::view::rule::Rule;
use crate::view::symbol::{Symbol, is_uppercase};
use crate::view::type_name::Certainty;
use crate::view::walker::Walker;
use crate::words::looks_like_type;
use crate::words::operators::infix_level;

impl Walker<'_> {
    /// Expressions with commas between.
    pub(crate) fn comma_expression(&mut self, from: usize, end: usize) -> Option<usize> {
        let mut at = self.expression(from, end)?;
        while at < end && self.is(at, Symbol::Comma) {
            at = self.expression(at + 1, end)?;
        }
        Some(at)
    }

    /// One expression without commas.
    pub(crate) fn expression(&mut self, from: usize, end: usize) -> Option<usize> {
        let mut at = self.operand(from, end)?;
        while at < end {
            match self.symbol(at) {
                Symbol::Question => {
                    at += 1;
                    if !self.is(at, Symbol::Colon) {
                        at = self.nested(None, |walker| walker.comma_expression(at, end))?;
                    }
                    if at >= end || !self.is(at, Symbol::Colon) {
                        return None;
                    }
                    at = self.operand(at + 1, end)?;
                }
                symbol if symbol.is_infix() => at = self.operand(at + 1, end)?,
                _ => break,
            }
        }
        Some(at)
    }

    /// One operand with everything before and behind it.
    pub(crate) fn operand(&mut self, from: usize, end: usize) -> Option<usize> {
        if from >= end {
            return None;
        }
        self.nested(None, |walker| walker.operand_at(from, end))
    }

    fn operand_at(&mut self, at: usize, end: usize) -> Option<usize> {
        match self.symbol(at) {
            symbol if symbol.is_prefix() => self.operand(at + 1, end),
            Symbol::AndAnd if self.is_name(at + 1) => {
                // `&&label`: the grammar takes it for the address of an address.
                self.postfix(at + 2, end)
            }
            Symbol::OpenParen => self.parenthesised(at, end),
            Symbol::Number => {
                if is_odd_number(self.text(at)) {
                    self.name_number(at);
                }
                let unit = at + 1;
                if unit < end && self.is_unit(unit) {
                    self.blank(Rule::OddNumber, unit, unit + 1);
                    return self.postfix(unit + 1, end);
                }
                self.postfix(at + 1, end)
            }
            Symbol::Char => self.postfix(at + 1, end),
            Symbol::Text => {
                let next = self.strings(at, end)?;
                self.postfix(next, end)
            }
            Symbol::Sizeof => self.size_of(at, end, false),
            Symbol::Asm => Some(self.assembly(at, end)),
            Symbol::Name => self.name_operand(at, end),
            _ => None,
        }
    }

    /// `16 KB`: a macro behind a number, that multiplies it.
    fn is_unit(&self, at: usize) -> bool {
        self.is_name(at)
            && !self.is_fresh(at)
            && is_uppercase(self.text(at))
            && !matches!(self.symbol(at + 1), Symbol::OpenParen | Symbol::Text)
    }

    /// Turns an odd number into a name: all of it where it has a point or a sign, else its first digit.
    /// Not where it would become the end of a name before it: `a.5` is no member of anything.
    fn name_number(&mut self, at: usize) {
        let range = self.range(at);
        let before = range.start.checked_sub(1);
        let before = before.and_then(|byte| self.view.get(byte));
        if before.is_some_and(|byte| is_word_byte(*byte)) {
            return;
        }
        if !self.text(at).iter().all(|byte| is_word_byte(*byte)) {
            self.put_at(Rule::OddNumber, range, "_");
        } else {
            self.put_at(Rule::OddNumber, range.start..range.start + 1, "_");
        }
    }

    fn name_operand(&mut self, at: usize, end: usize) -> Option<usize> {
        let next = at + 1;
        match self.text(at) {
            b"__alignof__" | b"_Alignof" | b"__alignof" | b"alignof" | b"_alignof" => {
                return self.size_of(at, end, true);
            }
            b"offsetof" if self.paren(next).is_some() => return self.offset_of(at, end),
            b"_Generic" => {
                let closer = self.paren(next)?;
                self.put_at(
                    Rule::OddArgument,
                    self.range(at).start + 1..self.range(at).start + 2,
                    "g",
                );
                self.arguments(next);
                return self.postfix(closer + 1, end);
            }
            b"__extension__" => return self.operand(next, end),
            b"noreturn" | b"thread_local" | b"nullptr" | b"offsetof" | b"_unaligned"
            | b"__unaligned" | b"alignas" | b"constexpr" => {
                let start = self.range(at).start;
                self.put_at(Rule::OddKeyword, start..start + 1, "_");
                return self.postfix(next, end);
            }
            _ => {}
        }
        if self.is_string_run(at) {
            let mut last = next;
            while last < end && self.is_name(last) && is_uppercase(self.text(last)) {
                last += 1;
            }
            self.blank(Rule::StringMacro, next, last);
            return self.postfix(last, end);
        }
        if self.is_before_string(at, end) {
            let next = self.strings(at, end)?;
            return self.postfix(next, end);
        }
        self.postfix(next, end)
    }

    /// `sizeof` and `alignof`, of a type or of an expression.
    fn size_of(&mut self, at: usize, end: usize, is_align: bool) -> Option<usize> {
        let Some(closer) = self.paren(at + 1) else {
            if is_align {
                self.blank(Rule::AlignOf, at, at + 1);
            }
            return self.operand(at + 1, end);
        };
        let mark = self.mark();
        let found = self.type_name(at + 2, closer);
        if found == Some(Certainty::Sure) && self.is(closer + 1, Symbol::OpenBrace) && !is_align {
            self.rewind(mark);
            return self.operand(at + 1, end);
        }
        if found == Some(Certainty::Maybe)
            && closer == at + 3
            && !is_align
            && let Some(called) = self.paren(closer + 1).filter(|&called| called < end)
        {
            // `sizeof(f)()` is the size of what f() gives: `(f)()` is the operand.
            self.blank(Rule::SizeofCall, at + 1, at + 2);
            self.blank(Rule::SizeofCall, closer, closer + 1);
            self.arguments(closer + 1);
            return self.postfix(called + 1, end);
        }
        if found.is_some() {
            // `sizeof(long)-1`: the grammar takes the sign for the number's, and that for what is cast.
            let (sign, number) = (closer + 1, closer + 2);
            if self.is(sign, Symbol::Sign)
                && self.is(number, Symbol::Number)
                && self.range(sign).end == self.range(number).start
                && !is_odd_number(self.text(number))
            {
                self.name_number(number);
            }
            return self.postfix(closer + 1, end);
        }
        self.rewind(mark);
        if is_align {
            let last = self.range(at).end;
            self.put_at(Rule::AlignOf, last - 1..last, "X");
            self.arguments(at + 1);
            return self.postfix(closer + 1, end);
        }
        self.operand(at + 1, end)
    }

    /// `offsetof(type, member)`; with more than a plain member it becomes a call.
    fn offset_of(&mut self, at: usize, end: usize) -> Option<usize> {
        let closer = self.paren(at + 1)?;
        let parts = self.split(at + 2, closer);
        if let [(from, stop), (member, member_end)] = parts[..]
            && member_end == member + 1
            && self.is_word(member)
        {
            self.type_name(from, stop);
            return self.postfix(closer + 1, end);
        }
        let last = self.range(at).end;
        self.put_at(Rule::OffsetOf, last - 1..last, "F");
        self.arguments(at + 1);
        self.postfix(closer + 1, end)
    }

    /// `( … )`: a statement expression, a cast, a compound literal, or an expression.
    fn parenthesised(&mut self, at: usize, end: usize) -> Option<usize> {
        let closer = self.paren(at).filter(|&closer| closer < end)?;
        let after = closer + 1;
        if self.is(at + 1, Symbol::OpenBrace) {
            let block_end = self.brace(at + 1)?;
            if block_end + 1 != closer {
                return None;
            }
            self.items(at + 2, block_end, false);
            return self.postfix(after, end);
        }
        let mark = self.mark();
        if let Some(certainty) = self.type_name(at + 1, closer) {
            if after < end && self.is(after, Symbol::OpenBrace) {
                let list_end = self.brace(after)?;
                self.initialiser(after + 1, list_end);
                return self.postfix(list_end + 1, end);
            }
            if let Some(arguments) = self.callee_in_parens(after, end) {
                return self.postfix(arguments, end);
            }
            let sure = certainty == Certainty::Sure;
            if after < end {
                let operand_only = self.starts_operand_only(after);
                let operand = operand_only
                    || self.is(after, Symbol::OpenParen)
                    || self.is(after, Symbol::AndAnd)
                    || self.symbol(after).is_prefix();
                if (sure || operand_only) && operand {
                    return self.operand(after, end);
                }
            }
            if sure {
                return None;
            }
        }
        self.rewind(mark);
        let inside = self.comma_expression(at + 1, closer)?;
        if inside != closer {
            return None;
        }
        if closer == at + 2 && after < end && self.is_name(at + 1) {
            self.refuse_cast(at, after, end);
        }
        self.postfix(after, end)
    }

    /// `(u32)(f)(x)`, `(u32)(*f)(x)`: the grammar would call what `u32` gives for `f`. Without its parentheses the function is
    /// what is called. Gives where the arguments begin.
    fn callee_in_parens(&mut self, open: usize, end: usize) -> Option<usize> {
        let closer = self.paren(open).filter(|&closer| closer + 1 < end)?;
        let is_pointed = matches!(self.symbol(open + 1), Symbol::Star | Symbol::Ampersand);
        let name = open + 1 + usize::from(is_pointed);
        let is_callee = self.is_name(name) && closer == name + 1;
        if !is_callee || !self.is(closer + 1, Symbol::OpenParen) {
            return None;
        }
        self.blank(Rule::CastCall, open, name);
        self.blank(Rule::CastCall, closer, closer + 1);
        Some(closer + 1)
    }

    /// `(NAME) && d->mode == 7`: the grammar would cast the address of an address. Nothing in two pairs of
    /// parentheses is a type; where there is no room for them, no number is one.
    fn refuse_cast(&mut self, at: usize, after: usize, end: usize) {
        if !self.binds_tighter_behind(after, end) {
            return;
        }
        let (open, close) = (self.range(at), self.range(at + 2));
        let is_blank = |byte: usize| self.view.get(byte) == Some(&b' ');
        let before = open.start.checked_sub(1);
        let roomy = before.is_some_and(is_blank) && is_blank(close.end);
        match self.symbol(after) {
            Symbol::AndAnd => {}
            // `(size) - a` and `(type)-1` are told apart by what people write between.
            Symbol::Ampersand | Symbol::Star | Symbol::Sign
                if roomy
                    && is_blank(self.range(after).end)
                    && !looks_like_type(self.text(at + 1)) => {}
            _ => return,
        }
        if let Some(before) = before.filter(|_| roomy) {
            self.put_at(Rule::RefusedCast, before..before + 1, "(");
            self.put_at(Rule::RefusedCast, close.end..close.end + 1, ")");
            return;
        }
        const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
        let name = self.range(at + 1);
        if let Some(zeros) = ZEROS.get(..name.len()) {
            self.put_at(Rule::RefusedCast, name, zeros);
        }
    }

    /// Whether what follows the operator at `at` is an operand of an operator that binds tighter, where
    /// the grammar prefers the cast: in `(a) - b * c`, not in `(a) - b`.
    ///
    /// The operand is only stepped over: to walk it would walk a chain of them again from each of them.
    fn binds_tighter_behind(&self, at: usize, end: usize) -> bool {
        let mut next = at + 1;
        while next < end && self.symbol(next).is_prefix() {
            next += 1;
        }
        next += 1;
        if self.is(next - 1, Symbol::OpenParen) {
            let Some(closer) = self.paren(next - 1) else {
                return false;
            };
            next = closer + 1;
        }
        while next < end {
            match self.symbol(next) {
                Symbol::OpenParen | Symbol::OpenBracket => match self.closer(next) {
                    Some(closer) => next = closer + 1,
                    None => return false,
                },
                Symbol::Dot | Symbol::Arrow => next += 2,
                Symbol::Step => next += 1,
                _ => break,
            }
        }
        next < end && infix_level(self.text(next)) > infix_level(self.text(at))
    }

    /// Whether a token can start an operand and can never stand behind one.
    fn starts_operand_only(&self, at: usize) -> bool {
        matches!(
            self.symbol(at),
            Symbol::Number
                | Symbol::Text
                | Symbol::Char
                | Symbol::Name
                | Symbol::Sizeof
                | Symbol::Negation
        )
    }

    /// Calls, subscripts, members and steps behind an operand.
    pub(crate) fn postfix(&mut self, from: usize, end: usize) -> Option<usize> {
        let mut at = from;
        while at < end {
            match self.symbol(at) {
                Symbol::OpenParen => {
                    let closer = self.paren(at).filter(|&closer| closer < end)?;
                    self.arguments(at);
                    at = closer + 1;
                }
                Symbol::OpenBracket => {
                    let closer = self.closer(at).filter(|&closer| closer < end)?;
                    if self.comma_expression(at + 1, closer)? != closer {
                        return None;
                    }
                    at = closer + 1;
                }
                Symbol::Dot | Symbol::Arrow if self.is_word(at + 1) => at += 2,
                Symbol::Step => at += 1,
                _ => break,
            }
        }
        Some(at)
    }

    /// `= COMMAND_A COMMAND_B;`: macros that are literals, one after the other.
    fn is_string_run(&self, at: usize) -> bool {
        matches!(self.before(at), Symbol::Equals | Symbol::Return)
            && self.is_name(at + 1)
            && is_uppercase(self.text(at))
            && is_uppercase(self.text(at + 1))
            && matches!(
                self.symbol(at + 2),
                Symbol::Semicolon | Symbol::Comma | Symbol::Name
            )
    }

    /// Whether a name takes part in a string: `PRIx64 "…"`, `KERN_INFO FMT "…"`, `XSTR(x) "…"`.
    fn is_before_string(&self, at: usize, end: usize) -> bool {
        let next = at + 1;
        if next >= end {
            return false;
        }
        if self.is(next, Symbol::Text) {
            return true;
        }
        if let Some(closer) = self.paren(next) {
            return closer + 1 < end && self.is(closer + 1, Symbol::Text);
        }
        self.is_name(next)
            && next + 1 < end
            && (self.is(next + 1, Symbol::Text)
                || (self.is(next + 1, Symbol::OpenParen) && self.is(next + 2, Symbol::Text)))
    }

    /// Strings, macros and macro calls in a row. The grammar concatenates literals and plain names:
    /// a call keeps its literal or loses its arguments, and of several names in a row one stays.
    fn strings(&mut self, from: usize, end: usize) -> Option<usize> {
        let mut at = from;
        let mut kept: Vec<(usize, bool)> = Vec::new();
        while at < end && self.spend_fuel() {
            if self.is(at, Symbol::Text) {
                kept.push((at, true));
                at += 1;
            } else if self.is_name(at) {
                match self.paren(at + 1).filter(|_| at + 1 < end) {
                    Some(closer) => {
                        at = closer + 1;
                        let literal = kept.is_empty() && !self.more_strings(at, end);
                        if literal {
                            return Some(at);
                        }
                        kept.push(self.string_call(closer));
                    }
                    None => {
                        kept.push((at, false));
                        at += 1;
                    }
                }
            } else {
                break;
            }
        }
        for pair in kept.windows(2) {
            if let [(name, false), (_, false)] = pair {
                self.blank(Rule::StringMacro, *name, name + 1);
            }
        }
        Some(at)
    }

    fn more_strings(&self, at: usize, end: usize) -> bool {
        at < end && (self.is(at, Symbol::Text) || self.is_name(at))
    }

    /// `MACRO(…)` among strings: its first literal stays, or its name.
    fn string_call(&mut self, closer: usize) -> (usize, bool) {
        let open = self.opener(closer);
        let name = open.saturating_sub(1);
        let literal = (open + 1..closer).find(|&at| self.is(at, Symbol::Text));
        match literal {
            Some(literal) => {
                self.blank(Rule::StringMacro, name, literal);
                let mut rest = literal + 1;
                while rest < closer && self.is(rest, Symbol::Text) {
                    rest += 1;
                }
                self.blank(Rule::StringMacro, rest, closer + 1);
                (literal, true)
            }
            None => {
                self.blank(Rule::StringMacro, open, closer + 1);
                (name, false)
            }
        }
    }
}

/// Whether the grammar takes a preprocessing number for something else: `0xfooX`, `100GB`.
fn is_odd_number(text: &[u8]) -> bool {
    let is_suffix = |byte: &u8| b"uUlLwWfFbBdD".contains(byte);
    match text {
        [b'0', b'x' | b'X', rest @ ..] => {
            let digits = rest
                .iter()
                .take_while(|byte| byte.is_ascii_hexdigit() || b"'.pP+-".contains(byte))
                .count();
            !rest.iter().skip(digits).all(is_suffix)
        }
        [b'0', b'b' | b'B', rest @ ..] => !rest.iter().all(|byte| b"01uUlL".contains(byte)),
        _ => {
            if memchr::memchr_iter(b'.', text).count() > 1 {
                return true;
            }
            let mut rest = text.iter().peekable();
            while rest
                .next_if(|byte| byte.is_ascii_digit() || **byte == b'.')
                .is_some()
            {}
            if rest.next_if(|byte| b"eE".contains(byte)).is_some() {
                let _sign = rest.next_if(|byte| b"+-".contains(byte));
                while rest.next_if(|byte| byte.is_ascii_digit()).is_some() {}
            }
            !rest.all(is_suffix)
        }
    }
}
