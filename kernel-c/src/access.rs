//! Uses of a member or a name: read, written, tested, address taken, initialised, declared.
//!
//! Uses are found **by name**: every place where the name stands as a whole word is looked at, and
//! is a use, or is not one (a comment, a string, a variable of the same name), or cannot be told and
//! is reported in [`Uses::unread`]. What never spells the name cannot be found: a structure assigned
//! or cleared as a whole (`*a = *b`, `memset(a, 0, sizeof(*a))`), a name pasted together by `##`.
//! An array member that is passed as `x->m` hands its address on and still counts as
//! [`Access::Read`]: whether a member is an array is a question of types.

mod chain;
mod classify;
mod tables;
mod tokens;

use std::collections::BTreeSet;
use std::ops::Range;

use tree_sitter::Node;

pub(crate) use chain::{chain, is_field, word_at};
pub(crate) use classify::is_plain_while;

use crate::source::{SourceFile, Unread};
use crate::token::{Token, TokenKind, tokens};
use chain::occurrences;
use tokens::{Define, Tokens};

/// How code uses a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// Its value is used.
    Read,
    /// Assigned, incremented, or filled by an asm output or a macro that assigns (`WRITE_ONCE()`).
    /// `x->m |= 1` is a write, and so are `x->m.part = 1` and `x->m[i] = 1` (see [`Use::indexed`]).
    Write,
    /// Its value decides: in the condition of `if`, a loop, `?:`, `switch`, an operand of `!`, `&&`, `||`.
    Test,
    /// `&x->m`, `&x->m.part`: may be written by whoever gets the address.
    AddressTaken,
    /// `.m = …` in an initialiser: a write.
    Initializer,
    /// Declared in a record.
    Declaration,
    /// Only its type or place counts: `sizeof(x->m)`, `typeof()`, `offsetof()`, `container_of(…, m)`.
    Unevaluated,
    /// The bare name is an argument of a macro, which may do anything with the member:
    /// `SET_FIELD(x, m, 1)`. Only where no variable in sight has that name.
    Passed,
}

/// One use of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The whole expression, `pdev->is_virtfn`, or the designator, or the declaration's name.
    pub range: Range<usize>,
    /// The receiver expression (`pdev` of `pdev->m`), where there is one.
    pub receiver: Option<Range<usize>>,
    /// How.
    pub access: Access,
    /// Through an element, `x->m[i]`: where `m` is a pointer, not an array, that only reads it.
    pub indexed: bool,
    /// In a macro's body, which the grammar does not read: found by tokens.
    pub in_macro: bool,
}

/// The uses in a file, and the unread regions that contain the member's name and could hide one.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// In file order.
    pub found: Vec<Use>,
    /// What could hide one.
    pub unread: Vec<Unread>,
}

/// Every use of a member called `member` in the file, whatever its record (see [`crate::types`]).
#[must_use]
pub fn member_uses(file: &SourceFile, member: &str) -> Uses {
    Search::new(file, member, Wanted::Members).run()
}

/// Every use of the plain identifier `word` in the file: a variable, function, macro or enumerator.
/// A definition or declaration of it counts as [`Access::Declaration`], a call as a read, a condition
/// of `#if` as a test. Members and labels of that name are left out.
#[must_use]
pub fn word_uses(file: &SourceFile, word: &str) -> Uses {
    Search::new(file, word, Wanted::Words).run()
}

/// How the expression at `range` is used by the code around it.
#[must_use]
pub fn access_of(file: &SourceFile, range: &Range<usize>) -> Access {
    let mut way = chain(file, range);
    while let [.., outer, _] = way[..]
        && outer.byte_range() == *range
    {
        way.pop();
    }
    let shown = way.last().is_some_and(|node| node.byte_range() == *range);
    if shown {
        return match Place::of(&way) {
            Place::Declared => Access::Declaration,
            Place::Designator => Access::Initializer,
            _ => classify::classify(file, &way).0,
        };
    }
    access_by_tokens(file, range).unwrap_or(Access::Read)
}

fn access_by_tokens(file: &SourceFile, range: &Range<usize>) -> Option<Access> {
    let all = tokens(file.bytes());
    let token = &all[index_at(&all, range.start)?];
    let define = Define::new(file.bytes(), &token.range)?;
    let body = define.body();
    let start = body.at(range.start)?;
    let end = body
        .list
        .partition_point(|token| token.range.end <= range.end)
        .checked_sub(1)?;
    Some(body.access(start, end).0)
}

/// A call in a function's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function's name (calls through pointers are left out).
    pub name: String,
    /// The whole call expression.
    pub range: Range<usize>,
}

/// The direct calls in `range` (a function's body, say), in file order. Function-like macros look the
/// same; a loop macro's range ends before the loop's body.
#[must_use]
pub fn calls(file: &SourceFile, range: Range<usize>) -> Vec<Call> {
    let mut found = Vec::new();
    let Some(top) = chain(file, &range).pop() else {
        return found;
    };
    let mut pending = vec![top];
    while let Some(node) = pending.pop() {
        if node.end_byte() <= range.start || node.start_byte() >= range.end {
            continue;
        }
        if range.start <= node.start_byte()
            && let Some(call) = call_at(file, node, &range)
        {
            found.push(call);
        }
        let mut cursor = node.walk();
        pending.extend(node.named_children(&mut cursor));
    }
    found.sort_by_key(|call| (call.range.start, call.range.end));
    found
}

fn call_at(file: &SourceFile, node: Node<'_>, within: &Range<usize>) -> Option<Call> {
    let (name_at, end) = match node.kind() {
        "call_expression" => {
            let mut function = node.child_by_field_name("function")?;
            while function.kind() == "parenthesized_expression" {
                function = function.named_child(0)?;
            }
            if function.kind() != "identifier" {
                return None;
            }
            (function.start_byte(), node.end_byte())
        }
        "while_statement" if !is_plain_while(file, node) => (
            node.start_byte(),
            node.child_by_field_name("condition")?.end_byte(),
        ),
        _ => return None,
    };
    let name = word_at(file, name_at);
    (!name.is_empty() && end <= within.end).then(|| Call {
        name: name.to_owned(),
        range: node.start_byte()..end,
    })
}

/// What the name stands as, by its node's parents.
enum Place {
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

impl Place {
    fn of(way: &[Node<'_>]) -> Self {
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Members,
    Words,
}

/// One search of a file for a name.
struct Search<'f> {
    file: &'f SourceFile,
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
    fn new(file: &'f SourceFile, word: &'f str, wanted: Wanted) -> Self {
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

    fn run(mut self) -> Uses {
        if self.word.is_empty() {
            return self.uses;
        }
        for at in occurrences(self.file.bytes(), self.word) {
            self.look(at..at + self.word.len());
        }
        for (range, function) in std::mem::take(&mut self.passed) {
            if !self.variables.contains(&function) && !self.variables.contains(&None) {
                self.push(range, None, (Access::Passed, false));
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
        if let Some(unread) = self.file.unread_in(&name) {
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
        match Place::of(way) {
            Place::Member => {
                let expression = way[way.len() - 2];
                let receiver = expression.child_by_field_name("argument");
                let used = classify::classify(self.file, outer);
                self.push(
                    expression.byte_range(),
                    receiver.map(|r| r.byte_range()),
                    used,
                );
            }
            Place::Designator => {
                let range = match way {
                    [.., parent, _] if parent.kind() == "field_designator" => parent.byte_range(),
                    _ => name,
                };
                self.push(range, None, (Access::Initializer, false));
            }
            Place::Offset => self.push(name, None, (Access::Unevaluated, false)),
            Place::Declared if node.kind() == "field_identifier" => {
                self.push(name, None, (Access::Declaration, false));
            }
            Place::Declared => {
                self.variables.insert(enclosing_function(way));
            }
            Place::Argument => self.bare(way, name),
            Place::Word | Place::Other if self.follows_dot(name.start) => {
                self.unread(name, "a member where the grammar sees none");
            }
            Place::Word | Place::Other => {}
        }
    }

    /// The bare name as an argument: of a macro that takes a member's name?
    fn bare(&mut self, way: &[Node<'_>], name: Range<usize>) {
        let function = enclosing_function(way);
        let Some((callee, index, count)) = call_around(self.file, way) else {
            return;
        };
        if let Some(access) = tables::named_member(callee, index, count) {
            self.push(name, None, (access, false));
        } else if tables::declares(callee) {
            self.variables.insert(function);
        } else {
            self.passed.push((name, function));
        }
    }

    fn word(&mut self, way: &[Node<'_>], name: Range<usize>) {
        let is_field = way[way.len() - 1].kind() == "field_identifier";
        match Place::of(way) {
            Place::Declared if !is_field => self.push(name, None, (Access::Declaration, false)),
            Place::Argument | Place::Word => {
                let used = classify::classify(self.file, way);
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
                let access = body.access(index, index).0;
                self.push_macro(name.clone(), access);
            }
            _ => {}
        }
    }

    /// Code that the dialect blanks (an attribute, a type argument) or drops (a branch of `#if`).
    fn blanked(&mut self, name: &Range<usize>) {
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

    fn push(&mut self, range: Range<usize>, receiver: Option<Range<usize>>, used: (Access, bool)) {
        self.uses.found.push(Use {
            range,
            receiver,
            access: used.0,
            indexed: used.1,
            in_macro: false,
        });
    }

    fn push_macro(&mut self, range: Range<usize>, access: Access) {
        self.uses.found.push(Use {
            range,
            receiver: None,
            access,
            indexed: false,
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
fn call_around<'f>(file: &'f SourceFile, way: &[Node<'_>]) -> Option<(&'f str, usize, usize)> {
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

fn index_at(all: &[Token], offset: usize) -> Option<usize> {
    let index = all.partition_point(|token| token.range.end <= offset);
    all.get(index)
        .is_some_and(|token| token.range.contains(&offset))
        .then_some(index)
}
