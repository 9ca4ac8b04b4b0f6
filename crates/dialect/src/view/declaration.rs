//! Declarations: specifiers, then declarators with their initialisers.

use crate::macros::MacroKind;
use crate::view::rule::Rule;
use crate::view::symbol::{Symbol, looks_reserved};
use crate::view::walker::Walker;
use crate::words::looks_like_type;

/// What a run of specifiers has shown so far.
#[derive(Default)]
pub(crate) struct Specifiers {
    /// A keyword or a tag has named the type.
    has_type: bool,
    /// Plain names, in order: annotations, a type name, and last the declared name.
    names: Vec<usize>,
}

impl Walker<'_> {
    /// Walks a declaration or a definition and returns what follows it.
    pub(crate) fn declaration(&mut self, from: usize, end: usize, file_level: bool) -> usize {
        if let Some(next) = self.stored_macro(from, end, file_level) {
            return next;
        }
        let at = self.specifiers(from, end);
        if file_level {
            self.macro_for_declarator(from, at);
        }
        // `static struct x { … };` declares nothing that could be static.
        if self.is(at, Symbol::Semicolon)
            && self.before(at) == Symbol::CloseBrace
            && matches!(self.symbol(from), Symbol::Storage | Symbol::Extern)
        {
            self.blank(Rule::Storage, from, from + 1);
        }
        self.declarators(at, end, file_level, false)
    }

    /// `TEST_LIST = { … };`, with `[]` or without: the macro is the type and the name of what is declared.
    pub(crate) fn macro_for_declarator(&mut self, from: usize, after: usize) -> bool {
        let name = after.wrapping_sub(1);
        let is_alone = after > from
            && self.is_name(name)
            && (from..name)
                .all(|at| self.symbol(at).is_storage() || self.symbol(at).is_qualifier());
        let mut value = after;
        while self.is(value, Symbol::OpenBracket) {
            match self.closer(value) {
                Some(closer) => value = closer + 1,
                None => return false,
            }
        }
        let is_list = self.is(value, Symbol::Equals) && self.brace(value + 1).is_some();
        is_alone
            && is_list
            && (self.put(Rule::DeclaringMacro, name, "int x")
                || self.put(Rule::DeclaringMacro, name, "T x"))
    }

    /// `static DEFINE_MUTEX(x);` and other macro calls behind a storage class.
    fn stored_macro(&mut self, from: usize, end: usize, file_level: bool) -> Option<usize> {
        let mut at = from;
        while at < end && (self.symbol(at).is_storage() || self.symbol(at).is_qualifier()) {
            at += 1;
        }
        let is_call = self.is_name(at) && !self.is(at + 2, Symbol::Star);
        let closer = self.paren(at + 1).filter(|_| is_call && at > from)?;
        let after = closer + 1;
        if self.is(from, Symbol::Typedef) {
            if !self.is(after, Symbol::Semicolon) {
                return None;
            }
            self.declaring_macro(at);
            return Some(after + 1);
        }
        match self.symbol(after) {
            Symbol::Semicolon => {
                self.blank(Rule::Storage, from, at);
                self.arguments(at + 1);
                Some(after + 1)
            }
            Symbol::Equals | Symbol::Comma | Symbol::OpenBracket => {
                self.declaring_macro(at);
                Some(self.declarators(after, end, file_level, false))
            }
            Symbol::OpenBrace => {
                self.headed_function(at);
                let body_end = self.brace(after)?;
                self.items(after + 1, body_end, false);
                Some(body_end + 1)
            }
            _ if after >= end || self.starts_next_item(after) => {
                self.blank(Rule::Storage, from, at);
                self.arguments(at + 1);
                self.insert(Rule::FileMacro, closer, ";");
                Some(after)
            }
            _ => None,
        }
    }

    /// Whether a new item starts on a new line here.
    fn starts_next_item(&self, at: usize) -> bool {
        self.is_word(at)
            && self.is_fresh(at)
            && (self.symbol(at).is_keyword() || self.is(at + 1, Symbol::OpenParen))
    }

    /// Walks declaration specifiers and blanks the names among them that are one too many. Returns
    /// what follows the run of words; the declared name is part of the run.
    pub(crate) fn specifiers(&mut self, from: usize, end: usize) -> usize {
        let mut seen = Specifiers::default();
        let mut at = from;
        while at < end && self.is_word(at) && self.spend_fuel() {
            let symbol = self.symbol(at);
            match symbol {
                Symbol::OddQualifier | Symbol::OddStorage => {
                    self.blank(Rule::OddKeyword, at, at + 1);
                    at += 1;
                }
                Symbol::OddSign => {
                    self.blank(Rule::OddKeyword, at, at + 1);
                    at += 1;
                    seen.has_type |= !self.symbol(at).is_type();
                }
                Symbol::Typeof => {
                    seen.has_type = true;
                    at = self.typeof_operand(at);
                }
                _ if symbol.is_tag() => {
                    self.blank_names_before_type(&mut seen);
                    seen.has_type = true;
                    at = self.tag(at, end);
                }
                _ if symbol.is_type() => {
                    seen.has_type = true;
                    at += 1;
                }
                Symbol::Storage if self.is_deduced(at) => {
                    self.put(Rule::OddKeyword, at, "int");
                    seen.has_type = true;
                    at += 1;
                }
                _ if symbol.is_storage() || symbol.is_qualifier() => at += 1,
                Symbol::Name if self.is(at + 1, Symbol::OpenParen) => {
                    match self.specifier_call(at, end, &mut seen) {
                        Some(next) => at = next,
                        None => {
                            seen.names.push(at);
                            at += 1;
                            break;
                        }
                    }
                }
                Symbol::Name => {
                    seen.names.push(at);
                    at += 1;
                }
                _ => break,
            }
        }
        self.blank_excess(at, &seen);
        at
    }

    /// `auto x = …`: the type is that of the value, as C23 has it, and no storage class.
    fn is_deduced(&self, at: usize) -> bool {
        let mut name = at + 1;
        while self.symbol(name).is_qualifier() {
            name += 1;
        }
        self.text(at) == b"auto" && self.is_name(name) && self.is(name + 1, Symbol::Equals)
    }

    /// `packed struct x`: a name before the type itself is an annotation.
    fn blank_names_before_type(&mut self, seen: &mut Specifiers) {
        if !seen.has_type {
            for name in seen.names.drain(..) {
                self.blank(Rule::ExcessWord, name, name + 1);
            }
        }
    }

    /// `typeof(…)`: its operand stays where it is a type, otherwise only the word does.
    pub(crate) fn typeof_operand(&mut self, at: usize) -> usize {
        let Some(closer) = self.paren(at + 1) else {
            return at + 1;
        };
        let mark = self.mark();
        if self.type_name(at + 2, closer).is_none() {
            self.rewind(mark);
            self.blank(Rule::Typeof, at + 1, closer + 1);
        }
        closer + 1
    }

    /// `NAME(…)` among specifiers: a macro that makes a type, or an annotation. `None`: it is the
    /// declared name with its parameters.
    fn specifier_call(&mut self, at: usize, end: usize, seen: &mut Specifiers) -> Option<usize> {
        let closer = self.paren(at + 1)?;
        let after = closer + 1;
        if self.is_annotation_behind_name(at, after, seen) {
            self.blank(Rule::AfterDeclarator, at, after);
            return Some(after);
        }
        let mut last = after;
        while last < end && (self.is(last, Symbol::Star) || self.is_word(last)) {
            last += 1;
        }
        let first = self.symbol(after);
        let word_follows = first.is_word() && !first.is_statement();
        let pointer_follows = first == Symbol::Star && last > after && self.is_word(last - 1);
        let goes_on = after < end
            && (word_follows || pointer_follows)
            && (!self.is_fresh(after) || looks_reserved(self.text(at)));
        if !goes_on {
            return None;
        }
        if seen.has_type || !seen.names.is_empty() {
            let old_parameters =
                (first.is_type() || first.is_tag()) && self.is_old_parameters(after, end);
            if !first.is_word() || old_parameters || self.is_declared_before_annotation(at, after) {
                return None;
            }
            self.blank(Rule::ExcessWord, at, after);
            return Some(after);
        }
        let keyword_follows = first.is_type() || first.is_tag() || first.is_storage();
        let two_names_follow = self.is_name(after)
            && (self.is_name(after + 1)
                || (self.is(after + 1, Symbol::Star) && self.is_name(after + 2)));
        if keyword_follows || two_names_follow {
            self.blank(Rule::ExcessWord, at, after);
            return Some(after);
        }
        let mark = self.mark();
        if self.type_name(at + 2, closer).is_none() {
            self.rewind(mark);
            self.blank(Rule::MacroType, at + 1, after);
        }
        seen.has_type = true;
        Some(after)
    }

    /// `__f(void) __note("…")`, `f(int a) __note;`: the name with the parameters is what is declared.
    fn is_declared_before_annotation(&mut self, at: usize, after: usize) -> bool {
        if !self.has_parameters(at + 1) {
            return false;
        }
        match self.symbol(after + 1) {
            Symbol::OpenParen => !self.has_parameters(after + 1),
            Symbol::Semicolon | Symbol::OpenBrace | Symbol::Comma => true,
            _ => false,
        }
    }

    /// `u64 base ALIGN_BYTES(8);`: a call behind what is declared.
    fn is_annotation_behind_name(&mut self, at: usize, after: usize, seen: &Specifiers) -> bool {
        let Some(&declared) = seen.names.last() else {
            return false;
        };
        let enough = seen.names.len() + usize::from(seen.has_type) >= 2;
        enough
            && !looks_reserved(self.text(declared))
            && looks_reserved(self.text(at))
            && self.ends_declarator(after)
            && !self.has_parameters(at + 1)
    }

    /// Whether the list at `open` declares parameters: `(u32, const char *)`.
    pub(crate) fn has_parameters(&mut self, open: usize) -> bool {
        let Some(closer) = self.paren(open) else {
            return false;
        };
        self.looks_like_parameters(open)
            || self.split(open + 1, closer).iter().any(|&(from, end)| {
                let symbol = self.symbol(from);
                symbol.is_type()
                    || symbol.is_tag()
                    || symbol.is_qualifier()
                    || (end > from + 1 && self.is_name(from) && self.is_word(end - 1))
            })
    }

    /// Blanks names that are neither the type nor what is declared.
    fn blank_excess(&mut self, at: usize, seen: &Specifiers) {
        let nameless = self.is(at, Symbol::Star) || self.is_function_pointer(at);
        let allowed = usize::from(!seen.has_type) + usize::from(!nameless);
        let excess = seen.names.len().saturating_sub(allowed);
        if excess == 0 || self.says_a_word_twice(&seen.names) {
            return;
        }
        let mut order = self.least_likely_declared(at, &seen.names, nameless);
        order.truncate(excess);
        for name in order {
            self.blank(Rule::ExcessWord, name, name + 1);
        }
    }

    /// The names of a run in the order in which they are taken for annotations: a last one that looks
    /// reserved behind one that does not, what the tree defines as an annotation, what looks reserved
    /// (the rightmost first), and what looks like anything but a type. What is declared comes last.
    fn least_likely_declared(&self, at: usize, names: &[usize], nameless: bool) -> Vec<usize> {
        let rank = |position: usize| {
            let name = names[position];
            let text = self.text(name);
            let is_last = position + 1 == names.len() && !nameless;
            let stands_behind_name = is_last
                && name + 1 == at
                && self.ends_declarator(at)
                && position > 0
                && !looks_reserved(self.text(names[position - 1]));
            if stands_behind_name && text.starts_with(b"__") {
                return 0;
            }
            let may_be_annotation = !is_last || (stands_behind_name && looks_reserved(text));
            let is_type = looks_like_type(text);
            // A value may be in a macro too: `int mode DEFAULT_MODE;` where that is `= 3`.
            let says_so = |name| {
                matches!(
                    self.macro_kind(name),
                    MacroKind::Annotation | MacroKind::Suffix
                )
            };
            if may_be_annotation && !is_type && says_so(name) {
                return 1;
            }
            match (is_last, is_type, looks_reserved(text)) {
                (true, _, _) => 5,
                (_, true, _) => 4,
                (_, _, false) => 3,
                (_, _, true) => 2,
            }
        };
        let mut ranked: Vec<(u8, usize)> = (0..names.len())
            .rev()
            .map(|position| (rank(position), names[position]))
            .collect();
        ranked.sort_by_key(|&(rank, _)| rank);
        ranked.into_iter().map(|(_, name)| name).collect()
    }

    pub(crate) fn ends_declarator(&self, at: usize) -> bool {
        matches!(
            self.symbol(at),
            Symbol::Equals | Symbol::Semicolon | Symbol::Comma | Symbol::CloseParen
        )
    }

    /// `(*name)` or `(CALL *name)(…)`
    fn is_function_pointer(&self, at: usize) -> bool {
        let Some(closer) = self.paren(at) else {
            return false;
        };
        self.is(at + 1, Symbol::Star)
            || (self.is_word(at + 1)
                && self.is(at + 2, Symbol::Star)
                && self.is(closer + 1, Symbol::OpenParen))
    }

    /// Walks declarators up to the end of the declaration, a function's body included.
    pub(crate) fn declarators(
        &mut self,
        from: usize,
        end: usize,
        file_level: bool,
        member: bool,
    ) -> usize {
        let mut at = from;
        let mut shown = false;
        while self.spend_fuel() {
            at = self.declarator(at, end);
            if at >= end {
                return end;
            }
            match self.symbol(at) {
                Symbol::Semicolon | Symbol::CloseBrace => return at + 1,
                Symbol::Comma => {
                    shown = true;
                    at += 1;
                }
                Symbol::Equals => match self.initial_value(at + 1, end) {
                    Ok(next) => at = next,
                    Err(next) => return next,
                },
                Symbol::Colon if member => (at, shown) = self.bit_width(at, end, shown),
                Symbol::Colon => {
                    let stop = self.find(at, end, Symbol::Semicolon).unwrap_or(end);
                    return stop + 1;
                }
                Symbol::OpenBrace => {
                    let Some(closer) = self.brace(at) else {
                        return at + 1;
                    };
                    self.items(at + 1, closer, false);
                    return closer + 1;
                }
                _ => return self.after_odd_declarator(at, end, file_level, member),
            }
        }
        end
    }

    /// The value after `=`. `Err`: the declaration ends there.
    fn initial_value(&mut self, at: usize, end: usize) -> Result<usize, usize> {
        // `= #include "…" ;`: the value is in another file.
        if self.is(at, Symbol::Semicolon) && self.is_after_directive(at) {
            self.blank(Rule::IncludedValue, at - 1, at);
            return Ok(at);
        }
        if let Some(closer) = self.brace(at) {
            self.initialiser(at + 1, closer);
            return Ok(closer + 1);
        }
        let mark = self.mark();
        if let Some(next) = self.expression(at, end) {
            if next >= end || matches!(self.symbol(next), Symbol::Semicolon | Symbol::Comma) {
                return Ok(next);
            }
            let new_line = self.is_fresh(next) && self.is_word(next);
            if new_line && next > at && self.insert(Rule::StatementMacro, next - 1, ";") {
                return Err(next);
            }
        }
        self.rewind(mark);
        let stop = self.find(at, end, Symbol::Semicolon).unwrap_or(end);
        self.pieces(at, stop);
        Err(stop + 1)
    }

    /// Something that ends no declarator: old parameters before a body, a missing `;`, or unknown.
    fn after_odd_declarator(
        &mut self,
        at: usize,
        end: usize,
        file_level: bool,
        member: bool,
    ) -> usize {
        if self.is_word(at) && !member {
            if file_level && self.is_old_parameters(at, end) {
                return at;
            }
            if self.is_fresh(at) && self.before(at) == Symbol::CloseParen {
                self.insert(Rule::FileMacro, at - 1, ";");
                return at;
            }
        }
        let stop = self.find(at, end, Symbol::Semicolon).unwrap_or(end);
        self.pieces(at, stop);
        stop + 1
    }

    /// Whether declarations and then a body follow: a function in the style of K&R.
    fn is_old_parameters(&mut self, from: usize, end: usize) -> bool {
        const MOST: usize = 12;
        let mut at = from;
        for _ in 0..MOST {
            let Some(stop) = self.find(at, end, Symbol::Semicolon) else {
                return false;
            };
            at = stop + 1;
            if self.is(at, Symbol::OpenBrace) {
                return true;
            }
        }
        false
    }
}
