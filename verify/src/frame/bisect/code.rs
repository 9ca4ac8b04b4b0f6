//! The words of a file's code, each with what its neighbours make of it, and the calls around it.
//!
//! Tokens rather than the syntax tree: a macro's body is in no tree, and the dialect may have rewritten
//! what a call is given. Where the tree knows better (labels, declarators) it is asked.

use query::access::chain;
use std::collections::BTreeSet;
use std::ops::Range;

use dialect::token::{Token, TokenKind, tokens};
use query::File;

use super::names::{is_annotation, is_keyword};

/// What a word is, by its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A variable, a function, a macro, a type's name, or what a declaration names.
    Free,
    /// After `->` or `.`
    Member,
    /// `name:`
    Label,
    /// After `goto`, after an `&&` that takes a label's address, or where `asm goto` may go to.
    Goto,
    /// After `struct`, `union` or `enum`.
    Tag,
    /// A keyword, an annotation, an operand of assembly.
    Other,
}

/// A word of the code.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) range: Range<usize>,
    pub(super) role: Role,
    /// The innermost call around it, and which argument of it the word is in.
    pub(super) call: Option<(usize, usize)>,
    /// The whole `#define` whose body it is in.
    pub(super) define: Option<Range<usize>>,
}

/// `name(…)`: a call, or what looks like one.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: Range<usize>,
    /// The arguments; none for `name()`.
    pub(super) arguments: Vec<Range<usize>>,
    /// Closed, and no directive is among the arguments.
    pub(super) whole: bool,
    /// The call around it, and which argument of that it is in.
    pub(super) around: Option<(usize, usize)>,
    pub(super) define: Option<Range<usize>>,
    /// After `->` or `.`: through a member.
    pub(super) through_member: bool,
}

/// See the module's page.
#[derive(Debug, Default)]
pub(super) struct Code {
    pub(super) words: Vec<Word>,
    pub(super) calls: Vec<Call>,
}

impl Code {
    pub(super) fn read(file: &File) -> Self {
        let hidden = file
            .words_in_edits()
            .filter(|word| is_annotation(word.rule))
            .map(|word| word.range.start)
            .collect();
        let mut reader = Reader {
            file,
            hidden,
            code: Self::default(),
            open: Vec::new(),
        };
        let all: Vec<Token> = tokens(file.bytes())
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment)
            .collect();
        reader.run(&all, None);
        for definition in file.macros() {
            let base = definition.body.start;
            let body: Vec<Token> = tokens(file.slice(definition.body.clone()))
                .into_iter()
                .filter(|token| token.kind != TokenKind::Comment)
                .map(|token| Token {
                    kind: token.kind,
                    range: base + token.range.start..base + token.range.end,
                })
                .collect();
            reader.open.clear();
            reader.run(&body, Some(&definition.range));
        }
        reader.code.words.sort_by_key(|word| word.range.start);
        reader.code
    }

    /// Whether the word is all that the argument has, but for `##` and `#`.
    pub(super) fn is_whole_argument(&self, file: &File, word: &Word) -> bool {
        let Some(argument) = word
            .call
            .and_then(|(call, index)| self.calls.get(call)?.arguments.get(index))
        else {
            return false;
        };
        // By its tokens: in a macro's body it may be on a line of its own, behind a splice.
        let mut all = dialect::token::texts(file.slice(argument.clone())).peekable();
        let _ = all.next_if_eq(&"##");
        all.next().map(str::as_bytes) == Some(file.slice(word.range.clone()))
            && all.next().is_none()
    }

    pub(super) fn words_named<'c>(
        &'c self,
        file: &'c File,
        name: &'c str,
    ) -> impl Iterator<Item = &'c Word> {
        let named = move |word: &&Word| file.slice(word.range.clone()) == name.as_bytes();
        self.words.iter().filter(named)
    }
}

/// A bracket that is open.
struct Open {
    bracket: u8,
    /// The call that it opens, and where its argument at hand starts.
    call: Option<(usize, usize)>,
    /// It is that of an `asm goto`, with so many colons so far: behind the fourth are labels.
    assembly: Option<usize>,
}

/// Behind so many colons an `asm goto` has its labels.
const COLONS_BEFORE_LABELS: usize = 4;

struct Reader<'f> {
    file: &'f File,
    hidden: BTreeSet<usize>,
    code: Code,
    open: Vec<Open>,
}

impl Reader<'_> {
    fn run(&mut self, list: &[Token], define: Option<&Range<usize>>) {
        for (index, token) in list.iter().enumerate() {
            match token.kind {
                TokenKind::Directive => self.spoil_open_calls(),
                TokenKind::Word => self.word(list, index, define),
                TokenKind::Punctuation => self.mark(list, index, define),
                _ => {}
            }
        }
        self.spoil_open_calls();
    }

    fn text(&self, list: &[Token], index: Option<usize>) -> &[u8] {
        index
            .and_then(|index| list.get(index))
            .map_or(&[], |token| self.file.slice(token.range.clone()))
    }

    fn innermost_call(&self) -> Option<(usize, usize)> {
        let open = self.open.iter().rev().find_map(|open| open.call)?;
        let call = self.code.calls.get(open.0)?;
        Some((open.0, call.arguments.len()))
    }

    fn spoil_open_calls(&mut self) {
        for open in &self.open {
            if let Some(call) = open
                .call
                .and_then(|(call, _)| self.code.calls.get_mut(call))
            {
                call.whole = false;
            }
        }
    }

    fn mark(&mut self, list: &[Token], index: usize, define: Option<&Range<usize>>) {
        let Some(token) = list.get(index) else { return };
        match self.file.slice(token.range.clone()) {
            b"(" => {
                let before = index.checked_sub(1).and_then(|at| list.get(at));
                let name = before.filter(|before| {
                    before.kind == TokenKind::Word
                        && !is_keyword(&self.file.text(before.range.clone()))
                });
                let name = name.map(|name| name.range.clone());
                let around = self.innermost_call();
                let member = matches!(self.text(list, index.checked_sub(2)), b"->" | b".");
                let call = name.map(|name| {
                    self.code.calls.push(Call {
                        name,
                        arguments: Vec::new(),
                        whole: true,
                        around,
                        define: define.cloned(),
                        through_member: member,
                    });
                    (self.code.calls.len() - 1, token.range.end)
                });
                let assembly = self.goes_from_assembly(list, index).then_some(0);
                self.open.push(Open {
                    bracket: b'(',
                    call,
                    assembly,
                });
            }
            b"[" | b"{" => self.open.push(Open {
                bracket: b'[',
                call: None,
                assembly: None,
            }),
            colons @ (b":" | b"::") => {
                let innermost = self.open.last_mut();
                if let Some(count) = innermost.and_then(|open| open.assembly.as_mut()) {
                    *count += colons.len();
                }
            }
            b")" | b"]" | b"}" => self.close(token.range.start),
            b"," => {
                if let Some(Open {
                    call: Some((call, start)),
                    ..
                }) = self.open.last_mut()
                {
                    let argument = *start..token.range.start;
                    *start = token.range.end;
                    if let Some(call) = self.code.calls.get_mut(*call) {
                        call.arguments.push(argument);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether the `(` at `index` is that of an `asm goto`, in any of its spellings, or of a macro that is called like it.
    fn goes_from_assembly(&self, list: &[Token], index: usize) -> bool {
        let mut goes = false;
        for at in (0..index).rev() {
            match self.text(list, Some(at)) {
                b"goto" => goes = true,
                b"volatile" | b"__volatile__" | b"__volatile" | b"inline" | b"__inline__"
                | b"__inline" => {}
                b"asm" | b"__asm__" | b"__asm" | b"asm_inline" => return goes,
                // `asm_volatile_goto()` of older kernels
                word => {
                    let has_goto = memchr::memmem::find(word, b"goto").is_some();
                    return at + 1 == index && word.starts_with(b"asm") && has_goto;
                }
            }
        }
        false
    }

    fn close(&mut self, at: usize) {
        let Some(open) = self.open.pop() else { return };
        let Some((call, start)) = open.call.filter(|_| open.bracket == b'(') else {
            return;
        };
        let last = start..at;
        let is_empty = tokens(self.file.slice(last.clone()))
            .iter()
            .all(|token| token.kind == TokenKind::Comment);
        if let Some(call) = self.code.calls.get_mut(call)
            && (!is_empty || !call.arguments.is_empty())
        {
            call.arguments.push(last);
        }
    }

    fn word(&mut self, list: &[Token], index: usize, define: Option<&Range<usize>>) {
        let Some(token) = list.get(index) else { return };
        let role = self.role(list, index);
        self.code.words.push(Word {
            range: token.range.clone(),
            role,
            call: self.innermost_call(),
            define: define.cloned(),
        });
    }

    fn role(&self, list: &[Token], index: usize) -> Role {
        let Some(token) = list.get(index) else {
            return Role::Other;
        };
        if self.hidden.contains(&token.range.start)
            || is_keyword(&self.file.text(token.range.clone()))
        {
            return Role::Other;
        }
        let innermost = self.open.last().and_then(|open| open.assembly);
        if innermost.is_some_and(|count| count >= COLONS_BEFORE_LABELS) {
            return Role::Goto;
        }
        let before = index.checked_sub(1);
        match self.text(list, before) {
            b"->" | b"." => return Role::Member,
            b"goto" => return Role::Goto,
            b"struct" | b"union" | b"enum" => return Role::Tag,
            b"&&" if !self.ends_operand(list, index.checked_sub(2)) => return Role::Goto,
            // `[name] "r" (x)` of assembly
            b"[" if self.text(list, Some(index + 1)) == b"]"
                && self.text(list, Some(index + 2)).starts_with(b"\"") =>
            {
                return Role::Other;
            }
            _ => {}
        }
        if self.text(list, Some(index + 1)) == b":" && self.is_label(list, index) {
            return Role::Label;
        }
        Role::Free
    }

    fn is_label(&self, list: &[Token], index: usize) -> bool {
        let Some(token) = list.get(index) else {
            return false;
        };
        let before = index.checked_sub(1).and_then(|before| list.get(before));
        let ends = before.is_none_or(|before| {
            before.kind == TokenKind::Directive
                || matches!(
                    self.file.slice(before.range.clone()),
                    b";" | b"{" | b"}" | b":" | b")" | b"else" | b"do"
                )
        });
        let at = token.range.start;
        let is_dropped = || {
            self.file
                .dropped()
                .iter()
                .any(|arm| arm.range.contains(&at))
        };
        let named = chain(self.file, &token.range);
        ends && (self.file.macro_at(at).is_some()
            || is_dropped()
            || named
                .last()
                .is_some_and(|node| node.kind() == "statement_identifier"))
    }

    fn ends_operand(&self, list: &[Token], index: Option<usize>) -> bool {
        let Some(token) = index.and_then(|index| list.get(index)) else {
            return false;
        };
        let text = self.file.slice(token.range.clone());
        match token.kind {
            TokenKind::Word => !matches!(text, b"return" | b"case" | b"else" | b"do"),
            TokenKind::Punctuation => matches!(text, b")" | b"]" | b"++" | b"--" | b"}"),
            TokenKind::Directive => true,
            _ => true,
        }
    }
}
