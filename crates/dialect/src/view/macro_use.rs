//! `NAME(…)` at the start of an item: a call, or a macro in one of its many roles.
//!
//! The role is read off what follows. Only where that leaves a doubt, a macro before a statement
//! with no `;` between, is the tree asked how it defines the name.

use crate::macros::MacroKind;
use crate::view::rule::Rule;
use crate::view::symbol::{Symbol, is_loop_by_name, is_uppercase};
use crate::view::type_name::Certainty;
use crate::view::walker::{Span, Walker};

impl Walker<'_> {
    /// `NAME(…)` at file level; `closer` is its closing parenthesis.
    pub(crate) fn file_macro(&mut self, at: usize, closer: usize, end: usize) -> usize {
        if self.is_pointer_declarator(at, closer) {
            return self.declaration(at, end, true);
        }
        let after = closer + 1;
        if after >= end {
            return self.close_call(at, closer, Rule::FileMacro);
        }
        match self.symbol(after) {
            Symbol::OpenBrace => self.file_macro_block(at, closer),
            Symbol::Dot if self.is_word(after + 1) => self
                .opener_macro(at, closer, end)
                .unwrap_or_else(|| self.expression_statement(at, end)),
            Symbol::Semicolon => {
                self.arguments(at + 1);
                after + 1
            }
            Symbol::CloseBrace => self.close_call(at, closer, Rule::FileMacro),
            Symbol::Equals | Symbol::OpenBracket | Symbol::Comma => {
                if let Some(next) = self.list_element(at, after, end) {
                    return next;
                }
                self.declaring_macro(at);
                self.declarators(after, end, true, false)
            }
            Symbol::OpenParen => self.double_call(at, after, end),
            Symbol::Star => self.declaration(at, end, true),
            symbol if symbol.is_word() && (self.is_fresh(after) || self.are_calls(at, after)) => {
                self.close_call(at, closer, Rule::FileMacro)
            }
            symbol if symbol.is_word() => self.declaration(at, end, true),
            _ => self.expression_statement(at, end),
        }
    }

    /// `UNUSUAL_DEV(1, 2),` and then another such, or nothing: an element of a list of the file that
    /// includes this one.
    fn list_element(&mut self, at: usize, comma: usize, end: usize) -> Option<usize> {
        let next = comma + 1;
        let ends = next >= end
            || (self.is_fresh(next) && self.is_name(next) && self.is(next + 1, Symbol::OpenParen));
        if self.is(comma, Symbol::Comma) && ends {
            self.loose_element(at, end)
        } else {
            None
        }
    }

    /// `PAGEFLAG(A, a) TESTFLAG(A, a)`: two calls on one line.
    fn are_calls(&self, at: usize, after: usize) -> bool {
        is_uppercase(self.text(at))
            && is_uppercase(self.text(after))
            && self
                .paren(after + 1)
                .is_some_and(|closer| !self.is(closer + 1, Symbol::OpenBrace))
    }

    /// `NAME(…)` inside a function.
    pub(crate) fn block_macro(&mut self, at: usize, closer: usize, end: usize) -> usize {
        if self.is_pointer_declarator(at, closer) {
            return self.declaration(at, end, false);
        }
        let after = closer + 1;
        if after >= end {
            return self.close_call(at, closer, Rule::StatementMacro);
        }
        match self.symbol(after) {
            Symbol::Semicolon => {
                self.arguments(at + 1);
                after + 1
            }
            // A block on a line of its own may just follow. Most heads have theirs beside them, and need
            // no question to the tree.
            Symbol::OpenBrace
                if self.is_fresh(after)
                    && !is_loop_by_name(self.text(at))
                    && self.macro_kind(at) == MacroKind::Statement =>
            {
                self.close_call(at, closer, Rule::StatementMacro)
            }
            Symbol::OpenBrace => {
                let keyword = self.keyword_before_block(after);
                self.head(at, keyword, Rule::LoopHead);
                after
            }
            Symbol::CloseBrace => self.close_call(at, closer, Rule::StatementMacro),
            Symbol::Dot if self.is_word(after + 1) => self
                .opener_macro(at, closer, end)
                .unwrap_or_else(|| self.expression_statement(at, end)),
            Symbol::Equals if self.brace(after + 1).is_some() => {
                self.declaring_macro(at);
                self.declarators(after, end, false, false)
            }
            symbol if symbol.is_word() => self.macro_before_word(at, closer, end),
            Symbol::OpenParen if let Some(next) = self.before_callee(at, closer) => next,
            Symbol::OpenParen | Symbol::Star | Symbol::Step if self.is_fresh(after) => {
                match self.head_keyword(at, after) {
                    Some(keyword) => {
                        self.head(at, keyword, Rule::LoopHead);
                        after
                    }
                    None => self.expression_statement(at, end),
                }
            }
            _ => self.expression_statement(at, end),
        }
    }

    /// `EMPTY(3) (f)(x);`, `CAST(void) (*f)(x);`: a macro with arguments before a call whose function is in parentheses, made
    /// what the tree says that it is. Gives where the walk goes on.
    fn before_callee(&mut self, at: usize, closer: usize) -> Option<usize> {
        let callee = closer + 1;
        let open = self.paren(callee)? + 1;
        self.paren(open)?;
        if !self.is(callee + 1, Symbol::Star) && !self.is_name(callee + 1) {
            return None;
        }
        match self.macro_kind(at) {
            MacroKind::Annotation => self.blank(Rule::PrefixMacro, at, callee),
            MacroKind::Loop => self.head(at, "while", Rule::LoopHead),
            MacroKind::Condition => self.head(at, "if", Rule::LoopHead),
            _ => {
                let mark = self.mark();
                let found = self.type_name(at + 2, closer);
                self.rewind(mark);
                if found != Some(Certainty::Sure) || self.looks_like_parameters(open) {
                    return None;
                }
                self.blank(Rule::PrefixMacro, at, at + 1);
                return Some(at + 1);
            }
        }
        Some(callee)
    }

    /// `NAME(…) word`: a loop without braces, a call without `;`, or a declaration.
    fn macro_before_word(&mut self, at: usize, closer: usize, end: usize) -> usize {
        let after = closer + 1;
        if self.is_fresh(after) || self.symbol(after).is_statement() {
            return match self.head_keyword(at, after) {
                Some(keyword) => {
                    self.head(at, keyword, Rule::LoopHead);
                    after
                }
                None => self.close_call(at, closer, Rule::StatementMacro),
            };
        }
        if self.is_name(after) && self.is(after + 1, Symbol::OpenParen) {
            return match self.head_keyword(at, after) {
                Some(keyword) => {
                    self.head(at, keyword, Rule::LoopHead);
                    after
                }
                None => self.close_call(at, closer, Rule::StatementMacro),
            };
        }
        self.declaration(at, end, false)
    }

    /// The keyword that a macro before a statement acts as; `None`: it is a statement itself.
    fn head_keyword(&self, at: usize, after: usize) -> Option<&'static str> {
        if is_loop_by_name(self.text(at)) {
            return Some("while");
        }
        match self.macro_kind(at) {
            MacroKind::Loop => Some("while"),
            MacroKind::Condition => Some("if"),
            MacroKind::Unknown => {
                (self.is_fresh(after) && self.indent(after) > self.indent(at)).then_some("while")
            }
            MacroKind::Annotation
            | MacroKind::Statement
            | MacroKind::Prefix
            | MacroKind::Suffix
            | MacroKind::Case
            | MacroKind::Other => None,
        }
    }

    /// `if` where an `else` follows the block, otherwise `while`.
    fn keyword_before_block(&self, open: usize) -> &'static str {
        match self.brace(open) {
            Some(closer) if self.is(closer + 1, Symbol::Else) => "if",
            _ => "while",
        }
    }

    /// A call that ends its line without `;` gets one.
    fn close_call(&mut self, at: usize, closer: usize, rule: Rule) -> usize {
        self.arguments(at + 1);
        if !self.insert(rule, closer, ";") {
            self.blank(rule, at, closer + 1);
        }
        closer + 1
    }

    /// Turns the name of `NAME(…)` into a keyword with a condition.
    pub(crate) fn head(&mut self, at: usize, keyword: &'static str, rule: Rule) {
        let keyword = if keyword.len() > self.length(at) {
            "if"
        } else {
            keyword
        };
        let Some(closer) = self.paren(at + 1) else {
            return;
        };
        if closer == at + 2 {
            self.empty_head(at, closer, rule);
            return;
        }
        self.put(rule, at, keyword);
        self.arguments(at + 1);
    }

    /// `NAME()` as a head needs a condition where there is none.
    fn empty_head(&mut self, at: usize, closer: usize, rule: Rule) {
        let inside = self.range(at + 1).end..self.range(closer).start;
        if !inside.is_empty() {
            self.put(rule, at, if self.length(at) >= 5 { "while" } else { "if" });
            self.put_at(rule, inside, "1");
            return;
        }
        let whole = self.range(at).start..self.range(closer).end;
        if whole.len() >= 7 {
            self.put_at(rule, whole, "for(;;)");
        }
    }

    /// `NAME(…) {` at file level: a function whose head is a macro, or a structure with its members.
    fn file_macro_block(&mut self, at: usize, closer: usize) -> usize {
        let open = closer + 1;
        let Some(block_end) = self.brace(open) else {
            return open + 1;
        };
        let is_structure = self.is(open + 1, Symbol::Dot)
            && self.is_word(open + 2)
            && self.is(open + 3, Symbol::Equals);
        if is_structure {
            self.blank(Rule::OpenerMacro, at + 1, at + 2);
            self.blank(Rule::OpenerMacro, at + 3, closer);
            self.put(Rule::OpenerMacro, closer, "=");
            self.initialiser(open + 1, block_end);
            if !self.is(block_end + 1, Symbol::Semicolon) {
                self.insert(Rule::OpenerMacro, block_end, ";");
            }
            return block_end + 1;
        }
        self.headed_function(at);
        self.items(open + 1, block_end, false);
        block_end + 1
    }

    /// `MACHINE_START(NAME, …) .member = …, MACHINE_END` becomes `MACHINE_START NAME={ … };`
    fn opener_macro(&mut self, at: usize, closer: usize, end: usize) -> Option<usize> {
        let mut last = closer + 1;
        while last < end && self.spend_fuel() {
            if self.symbol(last).is_opener() {
                last = self.closer(last)?;
            } else if self.is(last, Symbol::Semicolon) {
                return None;
            } else if self.is_name(last)
                && self.is_fresh(last)
                && matches!(self.before(last), Symbol::Comma | Symbol::CloseBrace)
            {
                break;
            }
            last += 1;
        }
        let parts = self.split(at + 2, closer);
        let (_, name_end) = *parts.first()?;
        if !self.is_name(last) || self.length(last) < 2 || parts.len() < 2 || name_end != at + 3 {
            return None;
        }
        self.blank(Rule::OpenerMacro, at + 1, at + 2);
        self.blank(Rule::OpenerMacro, name_end + 1, closer);
        self.put(Rule::OpenerMacro, name_end, "=");
        self.put(Rule::OpenerMacro, closer, "{");
        self.initialiser(closer + 1, last);
        self.put(Rule::OpenerMacro, last, "};");
        Some(last + 1)
    }

    /// `NAME(…)(…)`, with a body or as an expression.
    fn double_call(&mut self, at: usize, second: usize, end: usize) -> usize {
        let body = self.paren(second).map_or(end, |closer| closer + 1);
        match self.brace(body) {
            Some(closer) => {
                self.items(body + 1, closer, false);
                closer + 1
            }
            None => self.expression_statement(at, end),
        }
    }

    /// `type (*name)(…)` or `type (*name[…])`: a declarator, not a call.
    fn is_pointer_declarator(&self, at: usize, closer: usize) -> bool {
        self.is(at + 2, Symbol::Star)
            && self.is_name(at + 3)
            && match self.paren(closer + 1) {
                Some(params_end) => {
                    self.is(params_end + 1, Symbol::Equals)
                        || (self.is(params_end + 1, Symbol::Semicolon)
                            && (self.is(at + 4, Symbol::OpenBracket)
                                || self.looks_like_parameters(closer + 1)))
                }
                None => false,
            }
    }

    /// Whether a list in parentheses declares parameters rather than passing arguments.
    pub(crate) fn looks_like_parameters(&self, open: usize) -> bool {
        let first = self.symbol(open + 1);
        first.is_tag()
            || first.is_type()
            || first.is_qualifier()
            || (first == Symbol::Name && self.is_word(open + 2))
            || (first == Symbol::Name
                && self.is(open + 2, Symbol::Star)
                && self.is_word(open + 3)
                && !self.is_fresh(open + 1))
    }

    /// `DEFINE_PER_CPU(int, x) = 3;`: a macro that declares becomes a type and the name declared.
    pub(crate) fn declaring_macro(&mut self, at: usize) {
        let Some(closer) = self.paren(at + 1) else {
            return;
        };
        let parts = self.split(at + 2, closer);
        let name = self.declared_argument(at, &parts);
        self.keep_argument(Rule::DeclaringMacro, at + 1, closer, name);
    }

    /// Blanks the parentheses and all arguments but `name`.
    pub(crate) fn keep_argument(
        &mut self,
        rule: Rule,
        open: usize,
        closer: usize,
        name: Option<usize>,
    ) {
        match name {
            Some(name) => {
                self.blank(rule, open, name);
                self.blank(rule, name + 1, closer + 1);
            }
            None => self.blank(rule, open, closer + 1),
        }
    }

    /// The argument that a declaring macro declares: its first plain name, or, where the first argument
    /// is a type, its last.
    fn declared_argument(&self, at: usize, parts: &[Span]) -> Option<usize> {
        let names = || {
            parts
                .iter()
                .filter(|part| part.1 == part.0 + 1 && self.is_name(part.0))
                .map(|part| part.0)
        };
        let first = parts.first()?;
        let per_cpu = parts.len() == 2 && memchr::memmem::find(self.text(at), b"PER").is_some();
        let type_first = first.1 > first.0 + 1 || self.symbol(first.0).is_keyword() || per_cpu;
        if type_first {
            names().next_back()
        } else {
            names().next()
        }
    }

    /// `SYSCALL_DEFINE2(name, type, arg, …) {` becomes `SYSCALL_DEFINE2 name(type arg, …) {`.
    pub(crate) fn headed_function(&mut self, at: usize) {
        let Some(closer) = self.paren(at + 1) else {
            return;
        };
        let parts = self.split(at + 2, closer);
        let first = parts.first().copied().unwrap_or((at + 2, at + 2));
        let is_name =
            first.1 == first.0 + 1 && (self.is_word(first.0) || self.is(first.0, Symbol::Number));
        if is_name && self.is(first.0, Symbol::Number) {
            let start = self.range(first.0).start;
            self.put_at(Rule::HeadedFunction, start..start + 1, "_");
        }
        if is_name && parts.len() == 1 {
            return;
        }
        if !is_name {
            self.parameters(at + 1);
            if self.length(at) >= 3 {
                // No type and no name apart: the first letter becomes the type.
                let start = self.range(at).start;
                self.put_at(Rule::HeadedFunction, start + 1..start + 2, " ");
            }
            return;
        }
        self.put(Rule::HeadedFunction, at + 1, " ");
        self.put(Rule::HeadedFunction, first.1, "(");
        self.headed_parameters(at, &parts[1..]);
    }

    fn headed_parameters(&mut self, at: usize, parts: &[Span]) {
        if self.are_pairs(at, parts) {
            for pair in parts.chunks(2) {
                let (from, end) = pair[0];
                self.blank(Rule::HeadedFunction, end, end + 1);
                self.parameter(from, end);
            }
            return;
        }
        for (index, &(from, end)) in parts.iter().enumerate() {
            let simple = from < end
                && self.is_word(from)
                && (from..end).all(|at| self.is_word(at) || self.is(at, Symbol::Star));
            if simple || self.is(from, Symbol::Ellipsis) {
                self.parameter(from, end);
            } else {
                self.blank(Rule::HeadedFunction, from, end);
                if index > 0 {
                    self.blank(Rule::HeadedFunction, from - 1, from);
                } else if parts.len() > 1 {
                    self.blank(Rule::HeadedFunction, end, end + 1);
                }
            }
        }
    }

    /// `type, name, type, name`
    fn are_pairs(&self, at: usize, parts: &[Span]) -> bool {
        let Some(&(from, end)) = parts.first() else {
            return false;
        };
        let alternate = parts.len().is_multiple_of(2)
            && parts.chunks(2).all(|pair| {
                self.is_word(pair[0].0) && pair[1].1 == pair[1].0 + 1 && self.is_name(pair[1].0)
            });
        alternate
            && (parts.len() > 2
                || end > from + 1
                || self.text(at).iter().any(u8::is_ascii_digit)
                || self.symbol(from).is_type())
    }

    /// Columns of white space before the line that a token stands on, tabs as eight.
    fn indent(&self, at: usize) -> usize {
        let mut first = at;
        while first > 0 && !self.is_fresh(first) {
            first -= 1;
        }
        self.columns_before(first)
    }
}
