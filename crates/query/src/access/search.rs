//! Looks at every place where a name stands in a file, and tells what it is there.

use std::collections::BTreeSet;
use std::ops::Range;

use tree_sitter::Node;

use super::chain::{chain, is_field, occurrences, word_at};
use super::classify::Manner;
use super::tokens::{Define, Tokens};
use super::{
    Access, Use, Uses,
    classify::{self, classify},
    tables,
};
use crate::File;
use dialect::token::{Token, TokenKind, tokens};
use syntax::source::Unread;

/// What the name stands as, by its node's parents.
pub(super) enum Role {
    /// `x->name`: the parent is the expression.
    Member,
    /// `.name = …` or `name: …`
    Designator,
    /// What a declaration of a member, variable, function or enumerator names.
    Declared,
    /// A bare argument of a call or loop macro.
    Argument,
    /// `offsetof(…, name)`
    Offset,
    /// Any other plain identifier.
    Word,
    /// A label, a tag.
    Other,
}

impl Role {
    pub(super) fn of(way: &[Node<'_>]) -> Self {
        let [.., parent, node] = way else {
            return Self::Other;
        };
        match (node.kind(), parent.kind()) {
            ("field_identifier", "field_expression") => Self::Member,
            ("field_identifier", "field_designator" | "initializer_pair")
            | ("field_designator", _) => Self::Designator,
            ("field_identifier", "offsetof_expression") => Self::Offset,
            ("field_identifier", _) => Self::Declared,
            ("identifier", "argument_list") => Self::Argument,
            ("identifier", "comma_expression") => Self::Argument,
            ("identifier", _) if is_declared(way) => Self::Declared,
            ("identifier", _) => Self::Word,
            ("type_identifier", "type_definition") => Self::Declared,
            ("type_identifier", _) => Self::Word,
            _ => Self::Other,
        }
    }
}

/// Whether the last node is the name that a declarator declares.
fn is_declared(way: &[Node<'_>]) -> bool {
    for at in (1..way.len()).rev() {
        let (node, parent) = (way[at], way[at - 1]);
        match parent.kind() {
            "pointer_declarator"
            | "array_declarator"
            | "function_declarator"
            | "init_declarator"
            | "attributed_declarator"
                if is_field(parent, "declarator", node) || !parent.is_named() => {}
            "parenthesized_declarator" | "attributed_declarator" => {}
            "declaration"
            | "parameter_declaration"
            | "function_definition"
            | "field_declaration"
            | "type_definition" => return !is_field(parent, "type", node),
            "enumerator" => return is_field(parent, "name", node),
            _ => return false,
        }
    }
    false
}

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Members,
    Words,
}

/// One search of a file for a name.
pub(super) struct Search<'f> {
    file: &'f File,
    word: &'f str,
    wanted: Wanted,
    /// The whole file's tokens, lexed when a place first needs them.
    tokens: Option<Vec<Token>>,
    uses: Uses,
    /// Bare arguments, with the function around them: uses unless a variable has the name.
    passed: Vec<(Range<usize>, Option<usize>)>,
    /// Functions (or none: the file) that declare a variable of the name.
    variables: BTreeSet<Option<usize>>,
}

impl<'f> Search<'f> {
    pub(super) fn new(file: &'f File, word: &'f str, wanted: Wanted) -> Self {
        Self {
            file,
            word,
            wanted,
            tokens: None,
            uses: Uses::default(),
            passed: Vec::new(),
            variables: BTreeSet::new(),
        }
    }

    pub(super) fn run(mut self) -> Uses {
        if self.word.is_empty() {
            return self.uses;
        }
        for at in occurrences(self.file.bytes(), self.word) {
            self.look(at..at + self.word.len());
        }
        for (range, function) in std::mem::take(&mut self.passed) {
            if !self.variables.contains(&function) && !self.variables.contains(&None) {
                self.push(range, None, Manner::plain(Access::Passed));
            }
        }
        self.uses
            .found
            .sort_by_key(|found| (found.range.start, found.range.end));
        self.uses
    }

    fn look(&mut self, name: Range<usize>) {
        let way = chain(self.file, &name);
        let Some(node) = way.last() else { return };
        if node.kind() == "comment" || node.kind() == "string_content" {
            return;
        }
        if let Some(unread) = self.file.unread_near(&name) {
            let unread = unread.clone();
            if self.is_code(&name) && self.uses.unread.last() != Some(&unread) {
                self.uses.unread.push(unread);
            }
            return;
        }
        let shown = node.byte_range() == name && node.is_named();
        if !shown {
            self.hidden(&name);
        } else if self.wanted == Wanted::Members {
            self.member(&way, name);
        } else {
            self.word(&way, name);
        }
    }

    fn member(&mut self, way: &[Node<'_>], name: Range<usize>) {
        let outer = &way[..way.len() - 1];
        let node = way[way.len() - 1];
        let place = Role::of(way);
        // Whatever the grammar made of it: after `->` or `.` it is a member.
        if self.follows_dot(name.start) && !matches!(place, Role::Member | Role::Designator) {
            return self.unread(name, "a member where the grammar sees none");
        }
        match place {
            Role::Member => {
                let expression = way[way.len() - 2];
                let receiver = expression.child_by_field_name("argument");
                let used = classify(self.file, outer);
                self.push(
                    expression.byte_range(),
                    receiver.map(|r| r.byte_range()),
                    used,
                );
            }
            Role::Designator => {
                let range = match way {
                    [.., parent, _] if parent.kind() == "field_designator" => parent.byte_range(),
                    _ => name,
                };
                self.push(range, None, Manner::plain(Access::Initializer));
            }
            Role::Offset => self.push(name, None, Manner::plain(Access::Unevaluated)),
            Role::Declared if node.kind() == "field_identifier" => {
                self.push(name, None, Manner::plain(Access::Declaration));
            }
            Role::Declared => {
                self.variables.insert(enclosing_function(way));
            }
            Role::Argument => self.bare(way, name),
            Role::Word | Role::Other => {}
        }
    }

    /// The bare name as an argument: of a macro that takes a member's name?
    fn bare(&mut self, way: &[Node<'_>], name: Range<usize>) {
        let function = enclosing_function(way);
        let Some((callee, index, count)) = call_around(self.file, way) else {
            return;
        };
        if let Some(access) = tables::named_member(callee, index, count) {
            self.push(name, None, Manner::plain(access));
        } else if tables::declares(callee, self.file.words()) {
            self.variables.insert(function);
        } else {
            self.passed.push((name, function));
        }
    }

    fn word(&mut self, way: &[Node<'_>], name: Range<usize>) {
        let is_field = way[way.len() - 1].kind() == "field_identifier";
        match Role::of(way) {
            Role::Declared if !is_field => {
                self.push(name, None, Manner::plain(Access::Declaration));
            }
            Role::Argument | Role::Word => {
                let used = classify(self.file, way);
                self.push(name, None, used);
            }
            _ => {}
        }
    }

    /// The grammar does not see the name: it stands in a directive, a comment, a literal, or in code
    /// that the view blanks or drops.
    fn hidden(&mut self, name: &Range<usize>) {
        let Some(token) = self.token_at(name.start) else {
            return;
        };
        match token.kind {
            TokenKind::Comment | TokenKind::String | TokenKind::Char | TokenKind::Number => {}
            TokenKind::Directive => self.directive(&token.range, name),
            TokenKind::Word | TokenKind::Punctuation => self.blanked(name),
        }
    }

    fn directive(&mut self, directive: &Range<usize>, name: &Range<usize>) {
        let Some(define) = Define::new(self.file.bytes(), directive) else {
            let condition =
                self.wanted == Wanted::Words && is_condition(self.file.slice(directive.clone()));
            if condition {
                self.push_macro(name.clone(), Access::Test);
            }
            return;
        };
        if self.wanted == Wanted::Words && define.is_name(name.start) {
            return self.push_macro(name.clone(), Access::Declaration);
        }
        if define.is_name(name.start) {
            self.variables.insert(None);
        }
        let body = define.body();
        let Some(index) = body.at(name.start).filter(|_| !define.has_param(self.word)) else {
            return;
        };
        let member = body.member_use(index);
        match (self.wanted, member) {
            (Wanted::Members, Some(member)) => self.uses.found.push(member),
            (Wanted::Words, None) => {
                let access = body.access(index, index).access;
                self.push_macro(name.clone(), access);
            }
            _ => {}
        }
    }

    /// Code that the dialect blanks (an attribute, a type argument) or drops (a branch of `#if`; what no
    /// compiler sees is no use).
    fn blanked(&mut self, name: &Range<usize>) {
        let dropped = self.file.dropped().iter();
        if dropped
            .filter(|dropped| dropped.dead)
            .any(|dropped| dropped.range.contains(&name.start))
        {
            return;
        }
        self.token_at(name.start);
        let Some(all) = self.tokens.take() else {
            return;
        };
        let around = Tokens {
            source: self.file.bytes(),
            list: &all,
        };
        let by_tokens = around
            .at(name.start)
            .and_then(|index| around.member_use(index));
        self.tokens = Some(all);
        match by_tokens {
            Some(found) if found.access == Access::Unevaluated => {
                if self.wanted == Wanted::Members {
                    self.uses.found.push(Use {
                        in_macro: false,
                        ..found
                    });
                }
            }
            _ => self.unread(name.clone(), "code that the view of this file leaves out"),
        }
    }

    fn is_code(&mut self, name: &Range<usize>) -> bool {
        self.token_at(name.start).is_none_or(|token| {
            matches!(
                token.kind,
                TokenKind::Word | TokenKind::Punctuation | TokenKind::Directive
            )
        })
    }

    fn token_at(&mut self, offset: usize) -> Option<Token> {
        let bytes = self.file.bytes();
        let all = self.tokens.get_or_insert_with(|| tokens(bytes));
        index_at(all, offset).and_then(|index| all.get(index).cloned())
    }

    fn follows_dot(&self, offset: usize) -> bool {
        let before = self.file.slice(0..offset).trim_ascii_end();
        before.ends_with(b"->") || (before.ends_with(b".") && !before.ends_with(b".."))
    }

    fn push(&mut self, range: Range<usize>, receiver: Option<Range<usize>>, used: Manner) {
        self.uses.found.push(Use {
            range,
            receiver,
            access: used.access,
            indexed: used.indexed,
            reads: used.reads,
            through: used.through,
            in_macro: false,
        });
    }

    fn push_macro(&mut self, range: Range<usize>, access: Access) {
        self.uses.found.push(Use {
            range,
            receiver: None,
            access,
            indexed: false,
            reads: false,
            through: false,
            in_macro: true,
        });
    }

    fn unread(&mut self, range: Range<usize>, cause: &str) {
        self.uses.unread.push(Unread {
            range,
            cause: cause.to_owned(),
        });
    }
}

/// The start of the function definition around the last node.
fn enclosing_function(way: &[Node<'_>]) -> Option<usize> {
    way.iter()
        .rev()
        .find(|node| node.kind() == "function_definition")
        .map(Node::start_byte)
}

/// The macro or function that the last node is a bare argument of, and which argument of how many.
fn call_around<'f>(file: &'f File, way: &[Node<'_>]) -> Option<(&'f str, usize, usize)> {
    let at = way.len() - 1;
    if way[at - 1].kind() == "argument_list" {
        let call = way.get(at.checked_sub(2)?)?;
        let (index, count) = classify::argument_index(way[at - 1], way[at]);
        return Some((word_at(file, call.start_byte()), index, count));
    }
    classify::loop_argument(file, way, at)
}

fn is_condition(directive: &[u8]) -> bool {
    let keyword = directive
        .trim_ascii_start()
        .strip_prefix(b"#")
        .unwrap_or_default();
    let keyword = keyword.trim_ascii_start();
    keyword.starts_with(b"if") || keyword.starts_with(b"elif")
}

/// The token that holds the byte at `offset`.
pub(super) fn index_at(all: &[Token], offset: usize) -> Option<usize> {
    let index = all.partition_point(|token| token.range.end <= offset);
    all.get(index)
        .is_some_and(|token| token.range.contains(&offset))
        .then_some(index)
}
