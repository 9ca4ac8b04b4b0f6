//! The type of an expression, by recursive descent over its tokens.
//!
//! Precedence hardly matters for the question which record a value points into: of a sum, a difference
//! or a mask it is the operand that has a record; a comparison has none.

use super::builtin::{self, Known};
use super::context::{Answer, Context, Type};
use super::levels::Levels;
use super::scalar::{Scalar, constant};
use super::token::{Token, closing, find, split, text};
use super::typename::is_surely_type;
use dialect::token::TokenKind;
use dialect::words::operators::{Level, infix_level};

const PREFIXES: &[&str] = &["&", "*", "+", "-", "~", "&&"];
/// Macros that yield what their first argument points at.
const LOADS: &[&str] = &["xchg", "cmpxchg", "smp_load_acquire", "acquire_load"];
/// Macros that yield whether their first argument is true, as `__builtin_expect` does.
const HINTS: &[&str] = &["likely", "unlikely", "__builtin_expect"];
const SIZES: &[&str] = &["sizeof", "_Alignof", "__alignof__", "__alignof"];

fn level_of(token: &Token) -> Option<Level> {
    infix_level(token.text.as_bytes())
}

impl<'a> Context<'a> {
    /// The type of the expression that the tokens spell.
    pub(super) fn expression(&mut self, tokens: &[Token]) -> Answer<'a> {
        self.step(|context| context.whole(tokens))
    }

    fn whole(&mut self, tokens: &[Token]) -> Answer<'a> {
        let tokens = split(tokens, ",").last().copied().unwrap_or_default();
        if let Some(at) = find(tokens, |token| level_of(token) == Some(Level::Assignment)) {
            return self.expression(&tokens[..at]);
        }
        if let Some(at) = find(tokens, |token| token.is("?")) {
            return self.conditional(&tokens[..at], &tokens[at + 1..]);
        }
        let (answer, end) = self.binary(tokens);
        match tokens.get(end) {
            None => answer,
            Some(_) => Err(format!(
                "`{}` is no expression that is read here",
                text(tokens)
            )),
        }
    }

    fn conditional(&mut self, condition: &[Token], rest: &[Token]) -> Answer<'a> {
        let mut open = 0_usize;
        let colon = find(rest, |token| {
            match &*token.text {
                "?" => open += 1,
                ":" if open == 0 => return true,
                ":" => open -= 1,
                _ => {}
            }
            false
        });
        let Some(colon) = colon else {
            return Err("a `?` without its `:`".to_owned());
        };
        let first = match &rest[..colon] {
            [] => self.expression(condition),
            then => self.expression(then),
        };
        let second = self.expression(&rest[colon + 1..]);
        match (first, second) {
            (Ok(Type::Scalar(first)), Ok(Type::Scalar(second))) => {
                Ok(Type::Scalar(first.or(second)))
            }
            (first, second) => self.merge(vec![first, second]),
        }
    }

    /// The one record among answers for the same thing: `NULL` and what could not be told give way to
    /// it, two different ones are a conflict.
    pub(super) fn merge(&self, answers: Vec<Answer<'a>>) -> Answer<'a> {
        let mut best: Option<Answer<'a>> = None;
        for answer in answers {
            best = Some(match (best, answer) {
                (None, answer) => answer,
                (
                    Some(Ok(Type::Scalar(_)) | Err(_)),
                    Ok(record @ (Type::Tagged { .. } | Type::Untagged { .. })),
                ) => Ok(record),
                (Some(Ok(known)), Ok(other)) if !matches!(other, Type::Scalar(_)) => {
                    if known.name() == other.name() {
                        Ok(known)
                    } else {
                        let (known, other) = (known.name(), other.name());
                        return Err(format!("it is `{known}` or `{other}`"));
                    }
                }
                (Some(Err(_)), Ok(other)) => Ok(other),
                (Some(Ok(Type::Scalar(known))), Ok(Type::Scalar(other))) => {
                    Ok(Type::Scalar(known.either(&other)))
                }
                (Some(known), _) => known,
            });
        }
        best.unwrap_or_else(|| Err("nothing says what it is".to_owned()))
    }

    /// A chain of operands and binary operators; also where it ends. Operators that bind tighter are taken first: the
    /// type of a shift is that of its left operand, however it was added up.
    fn binary(&mut self, tokens: &[Token]) -> (Answer<'a>, usize) {
        let (first, mut at) = self.unary(tokens);
        let mut operands = vec![first];
        let mut pending: Vec<(Level, bool)> = Vec::new();
        let mut compares = false;
        while let Some(operator) = tokens.get(at) {
            let level = level_of(operator);
            match level {
                Some(Level::Comma | Level::Assignment) | None if !compares => break,
                _ => {}
            }
            let (right, used) = self.unary(&tokens[at + 1..]);
            if used == 0 {
                return (right, at);
            }
            at += 1 + used;
            let level = level.unwrap_or(Level::Comma);
            compares |= is_truth(level);
            while pending.last().is_some_and(|(before, _)| *before >= level) {
                reduce(&mut operands, &mut pending);
            }
            pending.push((level, operator.is("-")));
            operands.push(right);
        }
        while !pending.is_empty() {
            reduce(&mut operands, &mut pending);
        }
        let answer = operands.pop();
        (
            answer.unwrap_or_else(|| Err("an operand is missing".to_owned())),
            at,
        )
    }

    /// One operand with its prefixes and postfixes; also how many tokens it takes (0: it is none).
    fn unary(&mut self, tokens: &[Token]) -> (Answer<'a>, usize) {
        let Some(first) = tokens.first() else {
            return (Err("an operand is missing".to_owned()), 0);
        };
        let after = &tokens[1..];
        match &*first.text {
            "!" => {
                let (_, used) = self.prefixed(after);
                (Ok(Type::scalar("int")), used)
            }
            "__extension__" | "++" | "--" => self.prefixed(after),
            prefix if PREFIXES.contains(&prefix) => {
                let (answer, used) = self.prefixed(after);
                (answer.map(|found| under_prefix(prefix, found)), used)
            }
            word if SIZES.contains(&word) => (Ok(Type::scalar("size_t")), size_operand(tokens)),
            "(" => self.parenthesised(tokens),
            _ => {
                let (answer, used) = self.primary(tokens);
                self.postfix(answer, tokens, used)
            }
        }
    }

    fn prefixed(&mut self, after: &[Token]) -> (Answer<'a>, usize) {
        let mut used = 0;
        let answer = self.step(|context| {
            let (answer, taken) = context.unary(after);
            used = taken;
            answer
        });
        (answer, if used == 0 { 0 } else { used + 1 })
    }

    /// A cast, a compound literal, a statement expression, or an expression in parentheses.
    fn parenthesised(&mut self, tokens: &[Token]) -> (Answer<'a>, usize) {
        let close = closing(tokens, 0);
        let inner = tokens.get(1..close).unwrap_or_default();
        let next = tokens.get(close + 1);
        if inner.first().is_some_and(|token| token.is("{")) {
            let answer = self.statements(inner);
            return self.postfix(answer, tokens, close + 1);
        }
        if self.is_type(inner, next) {
            let answer = self.type_name(inner);
            if next.is_some_and(|token| token.is("{")) {
                let end = closing(tokens, close + 1) + 1;
                return self.postfix(answer, tokens, end);
            }
            let (_, used) = self.unary(&tokens[close + 1..]);
            return (answer, if used == 0 { 0 } else { close + 1 + used });
        }
        let answer = self.expression(inner);
        self.postfix(answer, tokens, close + 1)
    }

    /// Whether what stands in parentheses before `next` is a type.
    fn is_type(&mut self, inner: &[Token], next: Option<&Token>) -> bool {
        let Some(next) = next else {
            return false;
        };
        if is_surely_type(inner) {
            return next.kind != TokenKind::Punctuation
                || matches!(&*next.text, "(" | "{" | "*" | "&" | "-" | "+" | "!" | "~");
        }
        let [name] = inner else {
            return false;
        };
        if !name.is_word() {
            return false;
        }
        match (&*next.text, next.kind) {
            (_, TokenKind::Word | TokenKind::Number | TokenKind::String | TokenKind::Char)
            | ("{", _) => true,
            ("(" | "*" | "&" | "-" | "+" | "~" | "!", _) => self.is_typedef(name),
            _ => false,
        }
    }

    /// `({ …; last; })`
    fn statements(&mut self, inner: &[Token]) -> Answer<'a> {
        let close = closing(inner, 0);
        let body = inner.get(1..close).unwrap_or_default();
        let statements = split(body, ";");
        let Some(last) = statements.iter().rev().find(|s| !s.is_empty()) else {
            return Ok(Type::scalar("void"));
        };
        self.blocks.push(body.to_vec());
        let answer = self.expression(last);
        self.blocks.pop();
        answer
    }

    fn postfix(
        &mut self,
        mut answer: Answer<'a>,
        tokens: &[Token],
        mut at: usize,
    ) -> (Answer<'a>, usize) {
        while let Some(token) = tokens.get(at) {
            match &*token.text {
                "[" => {
                    let close = closing(tokens, at);
                    // `0[d]` is `d[0]`.
                    if matches!(&answer, Ok(Type::Scalar(scalar)) if !scalar.stars.is_pointer()) {
                        let inside = tokens.get(at + 1..close).unwrap_or_default();
                        let other = self.expression(inside);
                        let points = match &other {
                            Ok(Type::Scalar(scalar)) => scalar.stars.is_pointer(),
                            other => other.is_ok(),
                        };
                        if points {
                            answer = other;
                        }
                    }
                    answer = answer.map(Type::pointee);
                    at = close + 1;
                }
                "(" => {
                    answer = answer.map(Type::called);
                    at = closing(tokens, at) + 1;
                }
                "++" | "--" => at += 1,
                "->" | "." => {
                    let member = tokens.get(at + 1).filter(|member| member.is_word());
                    let Some(member) = member else {
                        return (Err("a member's name is missing".to_owned()), at);
                    };
                    answer = answer.and_then(|found| {
                        self.step(|context| context.member_type(&found, &member.text))
                    });
                    at += 2;
                }
                _ => break,
            }
        }
        (answer, at)
    }

    fn primary(&mut self, tokens: &[Token]) -> (Answer<'a>, usize) {
        let first = &tokens[0];
        match first.kind {
            TokenKind::Number => (Ok(Type::Scalar(constant(&first.text))), 1),
            TokenKind::Char => (Ok(Type::scalar("int")), 1),
            TokenKind::String => {
                let more = tokens.iter().take_while(|t| t.kind.is_literal());
                (Ok(Type::scalar("char").away(Levels::Of(1))), more.count())
            }
            TokenKind::Punctuation | TokenKind::Directive | TokenKind::Comment => {
                (Err(format!("`{}` begins no operand", first.text)), 0)
            }
            TokenKind::Word if tokens.get(1).is_some_and(|next| next.is("(")) => {
                let close = closing(tokens, 1);
                let arguments = tokens.get(2..close).unwrap_or_default();
                (
                    self.step(|context| context.call(first, arguments)),
                    close + 1,
                )
            }
            TokenKind::Word => (self.step(|context| context.identifier(first)), 1),
        }
    }

    fn call(&mut self, name: &Token, arguments: &[Token]) -> Answer<'a> {
        if let Some(answer) = self.local(name) {
            return answer.map(Type::called);
        }
        match builtin::of(builtin::CALLS, &name.text) {
            Some(Known::Argument(index)) => {
                let arguments = split(arguments, ",");
                let argument = arguments.get(index).copied().unwrap_or_default();
                let answer = self.expression(argument);
                answer.map(|found| match &*name.text {
                    hint if HINTS.contains(&hint) => found.mapped(|_| Scalar::new("long")),
                    load if LOADS.contains(&load) => found.pointee(),
                    _ => found,
                })
            }
            Some(Known::TypeArgument(index)) => {
                let arguments = split(arguments, ",");
                let argument = arguments.get(index).copied().unwrap_or_default();
                self.type_or_expression(argument)
            }
            Some(Known::Struct(tag)) => Ok(self.known_struct(tag)),
            None => self.called(name, arguments),
        }
    }

    pub(super) fn known_struct(&self, tag: &str) -> Type<'a> {
        Type::Tagged {
            kind: syntax::items::RecordKind::Struct,
            tag: tag.to_owned(),
            near: self.home(),
        }
    }
}

/// The type of an operand with an operator before it.
fn under_prefix<'a>(prefix: &str, operand: Type<'a>) -> Type<'a> {
    match prefix {
        "&" => operand.away(Levels::Of(1)),
        "*" => operand.pointee(),
        // The address of a label.
        "&&" => Type::scalar("void").away(Levels::Of(1)),
        _ => operand.mapped(Scalar::promoted),
    }
}

fn is_truth(level: Level) -> bool {
    matches!(
        level,
        Level::LogicalOr | Level::LogicalAnd | Level::Equality | Level::Relational
    )
}

/// Puts the last two operands together by the last operator.
fn reduce<'a>(operands: &mut Vec<Answer<'a>>, pending: &mut Vec<(Level, bool)>) {
    let (Some((level, subtracts)), Some(right), Some(left)) =
        (pending.pop(), operands.pop(), operands.pop())
    else {
        return;
    };
    operands.push(combined(left, level, subtracts, right));
}

/// The type of two operands and what is between them.
fn combined<'a>(left: Answer<'a>, level: Level, subtracts: bool, right: Answer<'a>) -> Answer<'a> {
    let is_record =
        |answer: &Answer<'a>| matches!(answer, Ok(Type::Tagged { .. } | Type::Untagged { .. }));
    if is_truth(level) {
        return Ok(Type::scalar("int"));
    }
    match (left, right) {
        (Ok(Type::Scalar(left)), _) if level == Level::Shift => Ok(Type::Scalar(left.promoted())),
        (Ok(Type::Scalar(left)), Ok(Type::Scalar(right))) => {
            Ok(Type::Scalar(left.with(right, subtracts)))
        }
        // A number and a pointer: it is the pointer that matters.
        (Ok(Type::Scalar(_)), right) => right,
        // Records are not subtracted, pointers to them are.
        (left, right) if subtracts && is_record(&left) && is_record(&right) => {
            Ok(Type::scalar("long"))
        }
        (left, _) => left,
    }
}

/// How many tokens `sizeof` and its operand take.
fn size_operand(tokens: &[Token]) -> usize {
    match tokens.get(1) {
        Some(open) if open.is("(") => closing(tokens, 1) + 1,
        _ => {
            let operand = tokens.iter().skip(1);
            let ends = |token: &&Token| {
                token.kind != TokenKind::Punctuation
                    || matches!(&*token.text, "*" | "&" | "->" | ".")
            };
            1 + operand.take_while(ends).count()
        }
    }
}

/// Whether the word qualifies a type and is no name.
pub(super) fn is_qualifier(token: &Token) -> bool {
    builtin::is_qualifier(&token.text)
}
