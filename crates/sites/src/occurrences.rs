//! Every place of a file that has a name, and what the name is there.
//!
//! A change of what a name means reaches every file of a tree, so each place of it has to be accounted for: one that is
//! taken for something else by mistake would be left in the old form.

use std::ops::Range;

use dialect::token::{Token, TokenKind, tokens};
use query::File;
use query::types::declared_at;
use syntax::Node;

/// Macros at file level that are given a function's name as a name, whatever its type.
const NAMED_BY: &[&str] = &[
    "NOKPROBE_SYMBOL",
    "ALLOW_ERROR_INJECTION",
    "BTF_ID",
    "BTF_ID_FLAGS",
    "STACK_FRAME_NON_STANDARD",
    "STACK_FRAME_NON_STANDARD_FP",
    "__ADDRESSABLE",
    "_ASM_NOKPROBE",
];

/// A place that has the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The name.
    pub range: Range<usize>,
    /// What it is there.
    pub role: Role,
}

/// What a name is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The name of a function's definition.
    Definition,
    /// The name of a function's declaration.
    Prototype,
    /// A function or a macro called.
    Call,
    /// The argument of a macro that takes a function by its name: `EXPORT_SYMBOL(name)`.
    Named,
    /// The name of an enumerator, where it is declared.
    Enumerator,
    /// The name of a variable at file level, where it is declared.
    Variable,
    /// Used otherwise: the address of a function, the value of an enumerator.
    Value,
    /// The tag of a struct, a union or an enum.
    Tag,
    /// The name of another type.
    Type,
    /// A member: declared, accessed or set in an initialiser.
    Member,
    /// A label, declared or jumped to.
    Label,
    /// A local variable or a parameter.
    Local,
    /// The name of a macro's definition.
    MacroName,
    /// In the body of a macro.
    MacroBody,
    /// In another directive: `#ifdef NAME`, `#undef NAME`.
    Directive,
    /// In a comment.
    Comment,
    /// In a string.
    String,
    /// In code that is compiled out.
    Dead,
    /// It could not be told.
    Unread,
}

/// The tokens of a file, for who asks for several places of it.
pub struct Occurrences<'f> {
    file: &'f File,
    /// Without comments.
    code: Vec<Token>,
    /// Every place of the name, in file order.
    pub found: Vec<Occurrence>,
}

impl<'f> Occurrences<'f> {
    /// The places of a name.
    #[must_use]
    pub fn of(file: &'f File, name: &str) -> Self {
        let all = tokens(file.bytes());
        let (comments, code): (Vec<Token>, Vec<Token>) = all
            .into_iter()
            .partition(|token| token.kind == TokenKind::Comment);
        let mut this = Self {
            file,
            code,
            found: Vec::new(),
        };
        let mut found: Vec<Occurrence> = comments
            .iter()
            .flat_map(|comment| this.in_text(comment, name, Role::Comment))
            .collect();
        for (index, token) in this.code.iter().enumerate() {
            match token.kind {
                TokenKind::Directive => found.extend(this.in_directive(token, name)),
                TokenKind::Word if file.slice(token.range.clone()) == name.as_bytes() => {
                    found.push(Occurrence {
                        range: token.range.clone(),
                        role: this.role(index, name),
                    });
                }
                TokenKind::Word | TokenKind::Punctuation => {}
                _ => found.extend(this.in_text(token, name, Role::String)),
            }
        }
        found.sort_by_key(|one| one.range.start);
        this.found = found;
        this
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &'f File {
        self.file
    }

    /// The tokens of the file, comments left out.
    pub(crate) fn code(&self) -> &[Token] {
        &self.code
    }

    /// Where a comment or a string has the name as a word.
    fn in_text(&self, token: &Token, name: &str, role: Role) -> Vec<Occurrence> {
        let text = self.file.slice(token.range.clone());
        let is_part = |at: Option<usize>| {
            let byte = at.and_then(|at| text.get(at));
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        memchr::memmem::find_iter(text, name.as_bytes())
            .filter(|at| !is_part(at.checked_sub(1)) && !is_part(Some(at + name.len())))
            .map(|at| token.range.start + at..token.range.start + at + name.len())
            .map(|range| Occurrence { range, role })
            .collect()
    }

    fn in_directive(&self, directive: &Token, name: &str) -> Vec<Occurrence> {
        let text = self.file.slice(directive.range.clone());
        if memchr::memmem::find(text, name.as_bytes()).is_none() {
            return Vec::new();
        }
        let start = directive.range.start;
        // The `#` of the directive would make one directive of it again.
        let hash = text
            .iter()
            .position(|byte| *byte == b'#')
            .map_or(0, |at| at + 1);
        let known = self.file.macro_at(start);
        let mut found = Vec::new();
        let inner = tokens(text.get(hash..).unwrap_or_default());
        let word = inner
            .first()
            .map(|token| hash + token.range.start..hash + token.range.end);
        if word
            .and_then(|word| text.get(word))
            .is_some_and(|word| word.starts_with(b"include"))
        {
            return Vec::new();
        }
        for token in inner {
            let at = start + hash + token.range.start;
            let moved = Token {
                range: at..at + token.range.len(),
                ..token
            };
            match moved.kind {
                TokenKind::Comment => found.extend(self.in_text(&moved, name, Role::Comment)),
                TokenKind::Word if self.file.slice(moved.range.clone()) == name.as_bytes() => {
                    let role = match known {
                        _ if self.file.is_dead(start) => Role::Dead,
                        Some(known) if known.name_range == moved.range => Role::MacroName,
                        Some(known) if known.params.iter().flatten().any(|p| p == name) => {
                            Role::Local
                        }
                        Some(_) => Role::MacroBody,
                        None => Role::Directive,
                    };
                    found.push(Occurrence {
                        range: moved.range,
                        role,
                    });
                }
                TokenKind::Word | TokenKind::Punctuation => {}
                _ => found.extend(self.in_text(&moved, name, Role::String)),
            }
        }
        found
    }

    fn text(&self, index: usize) -> &'f [u8] {
        let token = self.code.get(index);
        token.map_or(&[], |token| self.file.slice(token.range.clone()))
    }

    fn role(&self, index: usize, name: &str) -> Role {
        let file = self.file;
        let Some(token) = self.code.get(index) else {
            return Role::Unread;
        };
        let range = token.range.clone();
        if file.is_dead(range.start) {
            return Role::Dead;
        }
        if self.is_named(index) {
            return Role::Named;
        }
        if file.unread_near(&range).is_some() {
            return Role::Unread;
        }
        let Some(node) = file
            .node_at(range.clone())
            .filter(|node| node.byte_range() == range)
        else {
            return Role::Unread;
        };
        match node.kind() {
            "field_identifier" => Role::Member,
            "statement_identifier" => Role::Label,
            "type_identifier" => of_type(node),
            "identifier" => self.of_identifier(index, node, name),
            _ => Role::Unread,
        }
    }

    /// Whether a macro at file level is given the name: `EXPORT_SYMBOL_NS(name, NS)`.
    fn is_named(&self, index: usize) -> bool {
        let mut at = index;
        // Its first arguments may be others: `BTF_ID(func, name)`.
        for _ in 0..4 {
            let Some(before) = at.checked_sub(1) else {
                return false;
            };
            at = before;
            match self.text(at) {
                b"(" => {
                    let by = at.checked_sub(1).map_or(&b""[..], |at| self.text(at));
                    let by = String::from_utf8_lossy(by);
                    let is_first = at + 1 == index;
                    return by.starts_with("EXPORT_SYMBOL") && is_first || NAMED_BY.contains(&&*by);
                }
                b";" | b"{" | b"}" | b")" => return false,
                _ => {}
            }
        }
        false
    }

    fn of_identifier(&self, index: usize, node: Node<'_>, name: &str) -> Role {
        let file = self.file;
        let range = node.byte_range();
        let is_it = |other: &Range<usize>| *other == range;
        let mut functions = file.functions_named(name).into_iter();
        if functions.any(|function| is_it(&function.name_range)) {
            return Role::Definition;
        }
        if file
            .prototypes()
            .iter()
            .any(|known| is_it(&known.name_range))
        {
            return Role::Prototype;
        }
        if file
            .variables()
            .iter()
            .any(|known| is_it(&known.name_range))
        {
            return Role::Variable;
        }
        let mut enumerators = file.enumerators().iter();
        if enumerators.any(|known| known.name == name && known.range.start == range.start) {
            return Role::Enumerator;
        }
        if let Some(role) = of_declarator(node) {
            return role;
        }
        if declared_at(file, range.start, name).is_some() {
            return Role::Local;
        }
        let parent = node.parent();
        let is_called = parent.is_some_and(|parent| {
            parent.kind() == "call_expression"
                && parent.child_by_field_name("function") == Some(node)
        });
        match is_called && self.text(index + 1) == b"(" {
            true => Role::Call,
            false => Role::Value,
        }
    }

    /// The list in parentheses directly behind a name; none where no such follows.
    #[must_use]
    pub fn list_behind(&self, name: &Range<usize>) -> Option<List> {
        let index = self
            .code
            .partition_point(|token| token.range.start < name.end);
        self.list_at(index)
    }

    fn list_at(&self, index: usize) -> Option<List> {
        list_of(self.file, self.code.get(index..)?)
    }

    /// The same, in the body of a macro.
    #[must_use]
    pub fn list_in_macro(&self, name: &Range<usize>) -> Option<List> {
        let end = self.file.macro_at(name.start)?.body.end;
        let moved = |token: Token| Token {
            range: name.end + token.range.start..name.end + token.range.end,
            ..token
        };
        let code = tokens(self.file.slice(name.end..end))
            .into_iter()
            .map(moved);
        let code: Vec<Token> = code
            .filter(|token| token.kind != TokenKind::Comment)
            .collect();
        list_of(self.file, &code)
    }
}

/// The list that the tokens begin with.
fn list_of(file: &File, code: &[Token]) -> Option<List> {
    let (first, rest) = code.split_first()?;
    if file.slice(first.range.clone()) != b"(" {
        return None;
    }
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut item: Option<Range<usize>> = None;
    let mut depth = 0_usize;
    for token in rest {
        if token.kind == TokenKind::Directive {
            return None;
        }
        match file.slice(token.range.clone()) {
            b"(" | b"[" | b"{" => depth += 1,
            b")" if depth == 0 => {
                // An argument may be empty; a place to put another one beside it, that is not.
                if !items.is_empty() && item.is_none() {
                    return None;
                }
                items.extend(item);
                return Some(List {
                    open: first.range.start,
                    close: token.range.start,
                    items,
                });
            }
            b")" | b"]" | b"}" => depth = depth.checked_sub(1)?,
            b"," if depth == 0 => {
                items.push(item.take()?);
                continue;
            }
            _ => {}
        }
        let start = item.map_or(token.range.start, |item| item.start);
        item = Some(start..token.range.end);
    }
    None
}

/// What is in parentheses, separated by commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Where the `(` is.
    pub open: usize,
    /// Where the `)` is.
    pub close: usize,
    /// Each item, without the white space and the comments around it.
    pub items: Vec<Range<usize>>,
}

fn of_type(node: Node<'_>) -> Role {
    let parent = node.parent().map_or("", |parent| parent.kind());
    match parent {
        "struct_specifier" | "union_specifier" | "enum_specifier" => Role::Tag,
        _ => Role::Type,
    }
}

/// What a declarator declares by the name: a function, a local variable, a parameter.
fn of_declarator(node: Node<'_>) -> Option<Role> {
    let mut inner = node;
    loop {
        let parent = inner.parent()?;
        let is_declarator = parent.child_by_field_name("declarator") == Some(inner);
        match parent.kind() {
            "function_declarator" if is_declarator && inner == node => {
                return Some(Role::Prototype);
            }
            "parenthesized_declarator" => {}
            "pointer_declarator"
            | "array_declarator"
            | "function_declarator"
            | "init_declarator"
            | "attributed_declarator"
                if is_declarator => {}
            "declaration" | "parameter_declaration" => {
                let mut cursor = parent.walk();
                let mut all = parent.children_by_field_name("declarator", &mut cursor);
                return all.any(|one| one == inner).then_some(Role::Local);
            }
            _ => return None,
        }
        inner = parent;
    }
}
