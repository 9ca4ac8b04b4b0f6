//! Statements and file-level items.

use crate::macros::MacroKind;
use crate::view::rule::Rule;
use crate::view::symbol::{Symbol, looks_reserved};
use crate::view::walker::Walker;
use crate::words::looks_like_type;

impl Walker<'_> {
    /// Walks items from `from` to `end`: declarations, definitions and, inside functions, statements.
    pub(crate) fn items(&mut self, from: usize, end: usize, file_level: bool) {
        self.nested((), |walker| {
            let mut at = from;
            while at < end && walker.spend_fuel() {
                at = walker.one_item(at, end, file_level).max(at + 1);
            }
        });
    }

    /// Walks one item and returns where the next one starts.
    fn one_item(&mut self, at: usize, end: usize, file_level: bool) -> usize {
        match self.symbol(at) {
            Symbol::Semicolon | Symbol::CloseBrace => at + 1,
            Symbol::OpenBrace => match self.brace(at) {
                Some(closer) => {
                    self.items(at + 1, closer, false);
                    closer + 1
                }
                None => at + 1,
            },
            Symbol::Switch => {
                let body = self.condition(at);
                self.switch_body(body, end);
                body
            }
            Symbol::If | Symbol::While => self.condition(at),
            Symbol::For => self.for_head(at),
            Symbol::Do => self.do_block(at, end),
            Symbol::Else => at + 1,
            Symbol::Return => {
                let stop = self.find(at + 1, end, Symbol::Semicolon).unwrap_or(end);
                self.expression_or_pieces(at + 1, stop);
                stop + 1
            }
            Symbol::Goto => self.goto(at, end),
            // As an argument, `retry(x, break)`; anywhere else a `;` that lacks is a mistake.
            Symbol::Break | Symbol::Continue => {
                if matches!(self.symbol(at + 1), Symbol::CloseParen | Symbol::Comma) && at < end {
                    self.insert(Rule::StatementMacro, at, ";");
                }
                at + 1
            }
            Symbol::Default if self.is(at + 1, Symbol::Colon) => {
                self.close_label(at + 1);
                at + 2
            }
            Symbol::Case => self.case(at, end),
            Symbol::Asm => self.asm_statement(at, end, file_level),
            Symbol::Extern if self.is(at + 1, Symbol::Text) => self.linkage(at, end),
            Symbol::Name => self.named_item(at, end, file_level),
            symbol if symbol.is_word() && symbol != Symbol::Sizeof => {
                self.declaration(at, end, file_level)
            }
            _ if file_level => self
                .loose_element(at, end)
                .unwrap_or_else(|| self.expression_statement(at, end)),
            _ => self.expression_statement(at, end),
        }
    }

    /// An element of a list that goes on in the file which includes this one: `UNUSUAL_DEV(1, 2),`. As a
    /// statement the grammar takes it.
    pub(crate) fn loose_element(&mut self, at: usize, end: usize) -> Option<usize> {
        let mark = self.mark();
        let next = self.expression(at, end);
        match next {
            Some(next) if next < end && self.is(next, Symbol::Comma) => {
                self.put(Rule::ListElement, next, ";");
                Some(next + 1)
            }
            Some(next)
                if next == end && next > at && self.insert(Rule::ListElement, next - 1, ";") =>
            {
                Some(next)
            }
            _ => {
                self.rewind(mark);
                None
            }
        }
    }

    /// `if (…)`, `while (…)`, `switch (…)`
    fn condition(&mut self, at: usize) -> usize {
        if self.is_name(at + 1)
            && let Some(closer) = self.paren(at + 2)
        {
            self.blank(Rule::BareCondition, at + 1, at + 2);
            self.arguments(at + 2);
            return closer + 1;
        }
        let Some(closer) = self.paren(at + 1) else {
            return at + 1;
        };
        self.expression_or_pieces(at + 2, closer);
        closer + 1
    }

    /// `switch (a) case B: { … }` has no braces around its body; the grammar wants them.
    fn switch_body(&mut self, at: usize, end: usize) {
        let mut open = at;
        while open < end && matches!(self.symbol(open), Symbol::Case | Symbol::Default) {
            let Some(colon) = self.find(open, end, Symbol::Colon) else {
                return;
            };
            open = colon + 1;
        }
        let Some(closer) = self.brace(open).filter(|&closer| open > at && closer < end) else {
            return;
        };
        if let (Some(before), Some(behind)) = (self.gap(at - 1), self.gap(closer)) {
            self.put_at(Rule::SwitchBody, before..before + 1, "{");
            self.put_at(Rule::SwitchBody, behind..behind + 1, "}");
        }
    }

    fn for_head(&mut self, at: usize) -> usize {
        let Some(closer) = self.paren(at + 1) else {
            return at + 1;
        };
        let mut from = at + 2;
        if let Some(stop) = self.find(from, closer, Symbol::Semicolon) {
            if self.starts_declaration(from) {
                self.declaration(from, stop + 1, false);
            } else if self.is_name(from) && self.is_product(from) {
                self.put(Rule::Product, from + 1, "+");
                self.expression_or_pieces(from, stop);
            } else {
                self.expression_or_pieces(from, stop);
            }
            from = stop + 1;
            if let Some(stop) = self.find(from, closer, Symbol::Semicolon) {
                self.expression_or_pieces(from, stop);
                from = stop + 1;
            }
        }
        self.expression_or_pieces(from, closer);
        closer + 1
    }

    /// Whether the first clause of a `for` declares its variable.
    fn starts_declaration(&self, at: usize) -> bool {
        let symbol = self.symbol(at);
        (symbol.is_keyword() && symbol != Symbol::Sizeof)
            || (symbol == Symbol::Name
                && (self.is_word(at + 1)
                    || (self.is(at + 1, Symbol::Star)
                        && self.is_name(at + 2)
                        && self.is(at + 3, Symbol::Equals))))
    }

    /// `do { … } while (…);`, its tail also as a macro: `} while_each_thread(p, t);`
    fn do_block(&mut self, at: usize, end: usize) -> usize {
        let Some(closer) = self.brace(at + 1) else {
            return at + 1;
        };
        self.items(at + 2, closer, false);
        let tail = closer + 1;
        if tail < end
            && self.is_name(tail)
            && let Some(close) = self.paren(tail + 1)
            && self.is(close + 1, Symbol::Semicolon)
        {
            self.head(tail, "while", Rule::LoopHead);
            return close + 2;
        }
        tail
    }

    /// `goto label;` or, computed, `goto *expression;`
    fn goto(&mut self, at: usize, end: usize) -> usize {
        let stop = self.find(at + 1, end, Symbol::Semicolon).unwrap_or(end);
        if self.is(at + 1, Symbol::Star) {
            self.blank(Rule::ComputedGoto, at, at + 1);
            self.expression_or_pieces(at + 1, stop);
        }
        stop + 1
    }

    /// `case MACRO(…);`: a macro that brings the colon, and often what is done there.
    fn case_macro(&mut self, at: usize) -> Option<usize> {
        let closer = self.paren(at + 2).filter(|_| self.is_name(at + 1))?;
        let stop = closer + 1;
        if !self.is(stop, Symbol::Semicolon) {
            return None;
        }
        self.arguments(at + 2);
        self.put(Rule::CaseMacro, stop, ":");
        Some(stop + 1)
    }

    /// `MACRO(…):`, a label: a `case` where the tree says so.
    fn label_macro(&mut self, at: usize, closer: usize) -> usize {
        if self.length(at) >= 4 && self.macro_kind(at) == MacroKind::Case {
            self.put(Rule::CaseMacro, at, "case");
            self.arguments(at + 1);
        } else {
            self.blank(Rule::CaseMacro, at + 1, closer + 1);
        }
        self.close_label(closer + 1);
        closer + 2
    }

    /// `case A:` and `case A ... B:`, which becomes a difference.
    fn case(&mut self, at: usize, end: usize) -> usize {
        if let Some(next) = self.case_macro(at) {
            return next;
        }
        let mut questions = 0_usize;
        let mut dots = None;
        let mut colon = at + 1;
        while colon < end && self.spend_fuel() {
            match self.symbol(colon) {
                Symbol::Question => questions += 1,
                Symbol::Colon if questions == 0 => break,
                Symbol::Colon => questions -= 1,
                Symbol::Ellipsis => dots = Some(colon),
                Symbol::Semicolon => break,
                symbol if symbol.is_opener() => colon = self.closer(colon).unwrap_or(colon),
                _ => {}
            }
            colon += 1;
        }
        if let Some(dots) = dots {
            // Apart from what is before it: `1e-` would go on as a number.
            self.put(Rule::CaseRange, dots, " -");
            self.expression_or_pieces(at + 1, dots);
            self.expression_or_pieces(dots + 1, colon);
        } else {
            self.expression_or_pieces(at + 1, colon);
        }
        colon + 1
    }

    fn asm_statement(&mut self, at: usize, end: usize, file_level: bool) -> usize {
        let next = self.assembly(at, end);
        if self.is(next, Symbol::Semicolon) {
            return next + 1;
        }
        if (!file_level || self.is_fresh(next)) && self.before(next) == Symbol::CloseParen {
            self.insert(Rule::StatementMacro, next - 1, ";");
        }
        next
    }

    /// `extern "C" {`
    fn linkage(&mut self, at: usize, _end: usize) -> usize {
        match self.brace(at + 2) {
            Some(closer) => {
                self.items(at + 3, closer, true);
                closer + 1
            }
            None => at + 2,
        }
    }

    /// An item that starts with a name: label, macro in some role, declaration or expression.
    fn named_item(&mut self, at: usize, end: usize, file_level: bool) -> usize {
        let text = self.text(at);
        if text == b"__label__" {
            return self
                .find(at, end, Symbol::Semicolon)
                .map_or(end, |stop| stop + 1);
        }
        if !file_level && self.is(at + 1, Symbol::Colon) {
            self.close_label(at + 1);
            return at + 2;
        }
        if !file_level && self.is_prefix_macro(at) {
            self.blank(Rule::PrefixMacro, at, at + 1);
            return at + 1;
        }
        if let Some(closer) = self.paren(at + 1) {
            if self.is_assembly_call(at + 1, closer) && self.length(at) >= 3 {
                self.put(Rule::Assembly, at, "asm");
                return self.asm_statement(at, end, file_level);
            }
            if !file_level && self.is(closer + 1, Symbol::Colon) && closer + 1 < end {
                return self.label_macro(at, closer);
            }
            return if file_level {
                self.file_macro(at, closer, end)
            } else {
                self.block_macro(at, closer, end)
            };
        }
        if self.is_qualified_assembly(at) {
            self.put(Rule::Assembly, at, "asm");
            return self.asm_statement(at, end, file_level);
        }
        if self.is_bare_macro(at, end, file_level) {
            if !self.insert(Rule::BareMacro, at, ";") {
                self.blank(Rule::BareMacro, at, at + 1);
            }
            return at + 1;
        }
        if !file_level && self.is_product(at) {
            self.put(Rule::Product, at + 1, "+");
            return self.expression_statement(at, end);
        }
        let next = self.symbol(at + 1);
        if next.is_word() || (next == Symbol::Star && self.stars_lead_to_name(at + 1)) {
            return self.declaration(at, end, file_level);
        }
        if next == Symbol::OpenBrace && self.brace(at + 1).is_some() {
            return self.named_block(at, file_level);
        }
        if file_level && next == Symbol::Semicolon {
            return at + 2;
        }
        if file_level && self.macro_for_declarator(at, at + 1) {
            return self.declarators(at + 1, end, true, false);
        }
        if file_level && let Some(next) = self.loose_element(at, end) {
            return next;
        }
        self.expression_statement(at, end)
    }

    /// A label at the end of a block gets the empty statement that C23 no longer asks for.
    fn close_label(&mut self, colon: usize) {
        if self.is(colon + 1, Symbol::CloseBrace) && self.before(colon) == Symbol::Name {
            self.insert(Rule::LabelAtEnd, colon, ";");
        }
    }

    /// `IGNORE f(x);`: a macro before a call, that the tree defines as a cast, an operator, the head of a statement or nothing.
    /// A name that it does not define is a type, and the call what that declares.
    fn is_prefix_macro(&self, at: usize) -> bool {
        const MOST: usize = 8;
        let mut open = at + 1;
        while self.is_name(open) && open < at + MOST {
            open += 1;
        }
        let Some(closer) = self.paren(open) else {
            return false;
        };
        let is_call = match self.symbol(closer + 1) {
            // `IGNORE f(x), g(x);`
            Symbol::Semicolon | Symbol::Arrow | Symbol::Dot | Symbol::Comma => open > at + 1,
            // `IGNORE (f)(x);`
            Symbol::OpenParen => true,
            _ => false,
        };
        if !is_call {
            return false;
        }
        match self.macro_kind(at) {
            MacroKind::Prefix => true,
            MacroKind::Annotation => open > at + 1 && !self.looks_like_parameters(open),
            _ => false,
        }
    }

    /// A macro without arguments that stands alone on its line, with no `;`.
    fn is_bare_macro(&self, at: usize, end: usize, file_level: bool) -> bool {
        let next = at + 1;
        if next >= end || self.is(next, Symbol::CloseBrace) {
            return true;
        }
        if !self.is_word(next) {
            return false;
        }
        let reserved = looks_reserved(self.text(at));
        if self.is_after_directive(next) && (file_level || reserved || self.is_after_directive(at))
        {
            return true;
        }
        if self.symbol(next).is_statement() {
            return true;
        }
        if !self.is_fresh(next) {
            return false;
        }
        // Two such lines, one after the other.
        let two_lines = self.is_name(next)
            && self.is_fresh(at)
            && self.is_fresh(next + 1)
            && (self.is_word(next + 1) || next + 1 >= end);
        if two_lines && (file_level || (reserved && looks_reserved(self.text(next)))) {
            return true;
        }
        if !reserved {
            return false;
        }
        let statement_follows = matches!(
            self.symbol(next + 1),
            Symbol::Arrow | Symbol::Dot | Symbol::Equals | Symbol::Compound | Symbol::Step
        );
        if !file_level && self.is_name(next) && statement_follows {
            return true;
        }
        let next_symbol = self.symbol(next);
        let starts_declaration =
            next_symbol.is_storage() || next_symbol.is_tag() || next_symbol.is_type();
        let long = self.length(at) > 3;
        long && (starts_declaration || (self.is(next + 1, Symbol::OpenParen) && !file_level))
    }

    /// `n * f(x);`: to C a product where `n` is a value, and to the grammar the declaration of a function. One that is declared
    /// inside another function has types for its parameters.
    fn is_product(&self, at: usize) -> bool {
        if !self.is(at + 1, Symbol::Star) || looks_like_type(self.text(at)) {
            return false;
        }
        let mut name = at + 2;
        while self.is(name, Symbol::Star) {
            name += 1;
        }
        // `n * a * f(x);`: no declaration goes on so.
        let mut factors = 1_usize;
        while self.is_name(name) && self.is(name + 1, Symbol::Star) {
            factors += 1;
            name += 2;
        }
        let open = match self.paren(name) {
            // `n * (*f)(x);`
            Some(closer) => closer + 1,
            None if self.is_name(name) => name + 1,
            None => return false,
        };
        let Some(closer) = self.paren(open) else {
            return false;
        };
        let ends = [Symbol::Semicolon, Symbol::Comma, Symbol::OpenBracket];
        ends.contains(&self.symbol(closer + 1))
            && (factors > 1 || !self.has_types(open + 1, closer))
    }

    /// Whether what is between two parentheses are types, or declares parameters.
    fn has_types(&self, from: usize, end: usize) -> bool {
        let mut at = from;
        while at < end {
            let symbol = self.symbol(at);
            let next = self.symbol(at + 1);
            let behind_star = self.symbol(at + 2);
            let is_type = match symbol {
                Symbol::Sizeof => false,
                Symbol::Name => {
                    looks_like_type(self.text(at))
                        || next == Symbol::Name
                        || next == Symbol::Star
                            && matches!(behind_star, Symbol::Comma | Symbol::CloseParen)
                }
                symbol => symbol.is_keyword(),
            };
            if is_type {
                return true;
            }
            at = match self.paren(at + 1) {
                Some(closer) if symbol == Symbol::Sizeof => closer,
                _ => at + 1,
            };
        }
        false
    }

    /// Whether a run of stars and qualifiers ends at something that a declaration can name.
    fn stars_lead_to_name(&self, from: usize) -> bool {
        let mut at = from;
        while self.is(at, Symbol::Star) || self.symbol(at).is_qualifier() {
            at += 1;
        }
        self.is_word(at) || self.is(at, Symbol::OpenParen)
    }

    /// `NAME {`: a block that a macro opens.
    fn named_block(&mut self, at: usize, file_level: bool) -> usize {
        let Some(closer) = self.brace(at + 1) else {
            return at + 1;
        };
        if file_level {
            let is_record = self.is(closer + 1, Symbol::Semicolon)
                && self.is(closer - 1, Symbol::Semicolon)
                && self.put(Rule::BlockHead, at, "struct");
            if is_record {
                self.members(at + 2, closer);
            } else {
                self.items(at + 2, closer, false);
            }
            return closer + 1;
        }
        if self.is(closer + 1, Symbol::While) && self.length(at) >= 2 {
            self.put(Rule::BlockHead, at, "do");
        } else {
            self.blank(Rule::BlockHead, at, at + 1);
        }
        at + 1
    }
}
