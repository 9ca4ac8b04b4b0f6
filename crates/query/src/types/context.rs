//! One question's state: the files it has met, and how far it may go.

use std::ops::{Deref, Range};
use std::rc::Rc;
use std::sync::Arc;

use super::levels::Levels;
use super::scalar::Scalar;
use super::token::{self, Token, find};
use super::{DefinitionSource, TypeName};
use crate::File;
use syntax::items::{BaseType, RecordKind};

/// How deep expressions, macros and typedefs may nest in one question.
const MAX_DEPTH: usize = 160;
/// How many steps one question may take: a hostile file must end, not hang.
const MAX_STEPS: usize = 100_000;

/// A type, or the reason why it is not known.
pub(super) type Answer<'a> = Result<Type<'a>, String>;

/// The file that the question is about, or another one of its tree.
#[derive(Clone, Debug)]
pub(super) enum FileRef<'a> {
    Here(&'a File),
    There(Arc<File>),
}

impl Deref for FileRef<'_> {
    type Target = File;

    fn deref(&self) -> &File {
        match self {
            Self::Here(file) => file,
            Self::There(file) => file,
        }
    }
}

/// A type. Of a record the pointers and arrays around it are taken off: `p->m` and `r.m` are about the same member.
#[derive(Clone, Debug)]
pub(super) enum Type<'a> {
    /// A record with a tag, as code of the file `near` names it.
    Tagged {
        kind: RecordKind,
        tag: String,
        near: FileRef<'a>,
    },
    /// A record without a tag, by the range of its specifier.
    Untagged {
        file: FileRef<'a>,
        range: Range<usize>,
    },
    /// No record.
    Scalar(Scalar),
}

impl Type<'_> {
    pub(super) fn scalar(text: &str) -> Self {
        Self::Scalar(Scalar::new(text))
    }

    /// As many pointers and arrays further away.
    pub(super) fn away(self, more: Levels) -> Self {
        self.mapped(|scalar| scalar.away(more))
    }

    /// What a call of it gives.
    pub(super) fn called(self) -> Self {
        self.mapped(Scalar::called)
    }

    /// What it points at.
    pub(super) fn pointee(self) -> Self {
        self.mapped(Scalar::pointee)
    }

    pub(super) fn mapped(self, change: impl FnOnce(Scalar) -> Scalar) -> Self {
        match self {
            Self::Scalar(scalar) => Self::Scalar(change(scalar)),
            record => record,
        }
    }

    pub(super) fn name(&self) -> TypeName {
        match self {
            Self::Tagged { kind, tag, .. } => match kind {
                RecordKind::Struct => TypeName::Struct(tag.clone()),
                RecordKind::Union => TypeName::Union(tag.clone()),
            },
            Self::Untagged { file, range } => {
                let mut records = file.records().iter();
                let record = records.find(|record| record.range == *range);
                let typedef = record.and_then(|record| record.typedef_name.clone());
                let place = || format!("{}:{}", file.path(), file.line_of(range.start));
                TypeName::Anonymous(typedef.unwrap_or_else(place))
            }
            Self::Scalar(scalar) => TypeName::Other(scalar.text.clone()),
        }
    }
}

/// Where names are looked up.
#[derive(Clone, Debug)]
pub(super) struct Scope<'a> {
    pub(super) file: FileRef<'a>,
    /// Macros whose expansion these tokens are: their names are not expanded again.
    pub(super) hidden: Vec<Rc<str>>,
}

impl Scope<'_> {
    pub(super) fn is_macro_body(&self) -> bool {
        !self.hidden.is_empty()
    }
}

/// One question.
pub(super) struct Context<'a> {
    pub(super) definitions: &'a dyn DefinitionSource,
    pub(super) scopes: Vec<Scope<'a>>,
    /// Statements of the statement expressions that are being read, innermost last.
    pub(super) blocks: Vec<Vec<Token>>,
    /// Tokens that macros were expanded to so far.
    pub(super) expanded: usize,
    depth: usize,
    steps: usize,
}

impl<'a> Context<'a> {
    pub(super) fn new(file: &'a File, definitions: &'a dyn DefinitionSource) -> Self {
        let scope = Scope {
            file: FileRef::Here(file),
            hidden: Vec::new(),
        };
        Self {
            definitions,
            scopes: vec![scope],
            blocks: Vec::new(),
            expanded: 0,
            depth: 0,
            steps: 0,
        }
    }

    /// The file that the question is about.
    pub(super) fn home(&self) -> FileRef<'a> {
        self.scopes[0].file.clone()
    }

    pub(super) fn file_of(&self, token: &Token) -> FileRef<'a> {
        let scope = self.scopes.get(token.scope).unwrap_or(&self.scopes[0]);
        scope.file.clone()
    }

    /// The tokens at `range` of the file of `scope`.
    pub(super) fn tokens(&self, scope: usize, range: Range<usize>) -> Vec<Token> {
        let file = self.scopes.get(scope).unwrap_or(&self.scopes[0]);
        token::read(file.file.slice(range.clone()), range.start, scope)
    }

    /// A scope of plain code in `file`.
    pub(super) fn scope_in(&mut self, file: &FileRef<'a>) -> usize {
        let same = |scope: &Scope<'a>| {
            !scope.is_macro_body() && std::ptr::eq::<File>(&*scope.file, &**file)
        };
        if let Some(found) = self.scopes.iter().position(same) {
            return found;
        }
        self.scopes.push(Scope {
            file: file.clone(),
            hidden: Vec::new(),
        });
        self.scopes.len() - 1
    }

    /// Runs one step of the question, unless it has gone too far.
    pub(super) fn step(&mut self, run: impl FnOnce(&mut Self) -> Answer<'a>) -> Answer<'a> {
        self.steps += 1;
        if self.depth >= MAX_DEPTH || self.steps >= MAX_STEPS {
            return Err("the expression is too involved to be resolved".to_owned());
        }
        self.depth += 1;
        let answer = run(self);
        self.depth -= 1;
        answer
    }

    pub(super) fn type_of_range(&mut self, range: &Range<usize>) -> Answer<'a> {
        let tokens = self.tokens(0, range.clone());
        self.top_level(&tokens)
    }

    /// The type of an expression of the question's file, which may stand in a macro's body.
    fn top_level(&mut self, tokens: &[Token]) -> Answer<'a> {
        let Some(first) = tokens.first() else {
            return Err("there is no expression".to_owned());
        };
        let home = self.home();
        let Some(within) = home.macro_at(first.at) else {
            return self.expression(tokens);
        };
        let hidden = vec![Rc::from(within.name.as_str())];
        self.scopes.push(Scope {
            file: home.clone(),
            hidden,
        });
        let scope = self.scopes.len() - 1;
        let mut tokens = tokens.to_vec();
        for token in &mut tokens {
            token.scope = scope;
        }
        self.expression(&tokens)
    }

    /// The type of the receiver of a use of a member.
    pub(super) fn receiver(&mut self, use_range: &Range<usize>) -> Answer<'a> {
        let tokens = self.tokens(0, use_range.clone());
        if tokens.first().is_some_and(|token| token.is(".")) {
            return self.designated(use_range.start);
        }
        let access = last_access(&tokens);
        let before = &tokens[..access.unwrap_or(0)];
        let start = tokens.first().map_or(use_range.start, |first| first.at);
        // A path of members, as `offsetof` takes one, has no arrow: whatever has one is an expression,
        // and what is called around it need not be looked up.
        let is_path = !tokens.iter().any(|token| token.is("->"));
        if is_path && let Some(answer) = self.member_path(start, before) {
            return answer;
        }
        match access {
            Some(_) => self.top_level(before),
            None => self.declaring_record(use_range.start),
        }
    }

    /// The member that is used there.
    pub(super) fn used_member(&self, use_range: &Range<usize>) -> Option<String> {
        let tokens = self.tokens(0, use_range.clone());
        let at = if tokens.first().is_some_and(|token| token.is(".")) {
            1
        } else {
            last_access(&tokens).map_or(0, |at| at + 1)
        };
        tokens
            .get(at)
            .filter(|token| token.is_word())
            .map(|token| token.text.to_string())
    }

    /// The record that has what is declared at `offset` for a member: of an anonymous one, the record
    /// around it.
    fn declaring_record(&self, offset: usize) -> Answer<'a> {
        let home = self.home();
        let record = home
            .records()
            .iter()
            .filter(|record| record.members.iter().any(|m| m.name_range.start == offset))
            .max_by_key(|record| record.range.len());
        let Some(record) = record else {
            return Err("there is no receiver".to_owned());
        };
        Ok(match &record.tag {
            Some(tag) => Type::Tagged {
                kind: record.kind,
                tag: tag.clone(),
                near: home.clone(),
            },
            None => Type::Untagged {
                range: record.range.clone(),
                file: home.clone(),
            },
        })
    }

    /// What a declaration's specifiers mean in `file`.
    pub(super) fn type_of_base(
        &mut self,
        base: &BaseType,
        file: &FileRef<'a>,
        value: Option<&Range<usize>>,
    ) -> Answer<'a> {
        match base {
            BaseType::Struct(tag) => Ok(Type::Tagged {
                kind: RecordKind::Struct,
                tag: tag.clone(),
                near: file.clone(),
            }),
            BaseType::Union(tag) => Ok(Type::Tagged {
                kind: RecordKind::Union,
                tag: tag.clone(),
                near: file.clone(),
            }),
            BaseType::Untagged(range) => Ok(Type::Untagged {
                file: file.clone(),
                range: range.clone(),
            }),
            BaseType::Scalar(text) => Ok(Type::scalar(text)),
            BaseType::Named(name) => self.named_type(name, file),
            BaseType::Typeof(range) => {
                let scope = self.scope_in(file);
                let tokens = self.tokens(scope, range.clone());
                self.step(|context| context.type_or_expression(&tokens))
            }
            BaseType::Auto => {
                let Some(value) = value else {
                    return Err("`__auto_type` without a value".to_owned());
                };
                let scope = self.scope_in(file);
                let tokens = self.tokens(scope, value.clone());
                self.step(|context| context.expression(&tokens))
            }
        }
    }
}

/// The last `->` or `.` outside all brackets.
fn last_access(tokens: &[Token]) -> Option<usize> {
    let mut last = None;
    let mut from = 0;
    while let Some(found) = find(&tokens[from..], |t| t.is("->") || t.is(".")) {
        last = Some(from + found);
        from += found + 1;
    }
    last
}
