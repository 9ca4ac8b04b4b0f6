//! Types as tokens spell them: in casts, `typeof`, and arguments of `container_of`.

use super::builtin::{self, NUMBERS};
use super::context::{Answer, Context, Type};
use super::levels::{Levels, levels};
use super::token::{Token, closing, text};
use syntax::items::RecordKind;

/// The tokens without the qualifiers and attributes before the type.
fn unqualified(tokens: &[Token]) -> &[Token] {
    let mut rest = tokens;
    while let [first, after @ ..] = rest {
        let is_attribute = first.text.starts_with("__attribute");
        if is_attribute && after.first().is_some_and(|token| token.is("(")) {
            rest = after.get(closing(after, 0) + 1..).unwrap_or_default();
        } else if builtin::is_qualifier(&first.text) {
            rest = after;
        } else {
            break;
        }
    }
    rest
}

/// Whether the tokens can be nothing but a type.
pub(super) fn is_surely_type(tokens: &[Token]) -> bool {
    match unqualified(tokens) {
        [] => false,
        [first, rest @ ..] => {
            let word = &*first.text;
            matches!(word, "struct" | "union" | "enum" | "__auto_type")
                || builtin::is_scalar(word)
                || NUMBERS.contains(&word)
                || builtin::is_typeof(word)
                || (first.is_word() && is_abstract_declarator(rest))
        }
    }
}

/// `*`, `* const *`, `(*)(int)`, `__iomem *`: at least one star, and nothing that an expression has.
fn is_abstract_declarator(tokens: &[Token]) -> bool {
    let mut star = false;
    for (index, token) in tokens.iter().enumerate() {
        match &*token.text {
            "*" => star = true,
            "(" if tokens.get(index + 1).is_some_and(|next| next.is("*")) => {
                return tokens
                    .get(closing(tokens, index) + 1)
                    .is_none_or(|t| t.is("("));
            }
            word if builtin::is_qualifier(word) || word.starts_with("__") => {}
            _ => return false,
        }
    }
    star
}

/// The words of a built-in type.
fn built_in(tokens: &[Token]) -> String {
    let words = tokens.iter().map(|token| &*token.text);
    let own = words
        .take_while(|word| builtin::is_scalar(word) || builtin::is_qualifier(word))
        .filter(|word| builtin::is_scalar(word));
    own.collect::<Vec<_>>().join(" ")
}

/// How many pointers and arrays an abstract declarator has.
fn stars(rest: &[Token]) -> Levels {
    let texts: Vec<&str> = rest.iter().map(|token| &*token.text).collect();
    // `int (void)`, where `int *(*)(void)` has its own parentheses.
    let name = rest.iter().position(|token| token.is("(") || token.is("["));
    let name = name.filter(|at| !rest.get(at + 1).is_some_and(|next| next.is("*")));
    levels(&texts, name.unwrap_or(texts.len()))
}

impl<'a> Context<'a> {
    /// The type that the tokens name.
    pub(super) fn type_name(&mut self, tokens: &[Token]) -> Answer<'a> {
        let tokens = unqualified(tokens);
        let [first, rest @ ..] = tokens else {
            return Err("there is no type".to_owned());
        };
        match &*first.text {
            "struct" => self.tagged(RecordKind::Struct, rest),
            "union" => self.tagged(RecordKind::Union, rest),
            "enum" => {
                let tag = rest.first().filter(|tag| tag.is_word());
                let text =
                    tag.map_or_else(|| "enum".to_owned(), |tag| format!("enum {}", tag.text));
                Ok(Type::scalar(&text).away(stars(rest)))
            }
            word if builtin::is_typeof(word) => {
                let end = closing(rest, 0);
                let inner = rest.get(1..end).unwrap_or_default().to_vec();
                let stars = stars(rest.get(end + 1..).unwrap_or_default());
                let answer = self.step(|context| context.type_or_expression(&inner));
                answer.map(|found| found.away(stars))
            }
            word if builtin::is_scalar(word) => {
                Ok(Type::scalar(&built_in(tokens)).away(stars(rest)))
            }
            word if first.is_word() => {
                let file = self.file_of(first);
                let answer = self.step(|context| context.named_type(word, &file));
                answer.map(|found| found.away(stars(rest)))
            }
            _ => Err(format!("`{}` is no type", text(tokens))),
        }
    }

    fn tagged(&mut self, kind: RecordKind, rest: &[Token]) -> Answer<'a> {
        match unqualified(rest) {
            [tag, ..] if tag.is_word() => Ok(Type::Tagged {
                kind,
                tag: tag.text.to_string(),
                near: self.file_of(tag),
            }),
            [open, ..] if open.is("{") => {
                let file = self.file_of(open);
                let record = file.records().iter().find(|r| r.body.start == open.at);
                match record.map(|record| record.range.clone()) {
                    Some(range) => Ok(Type::Untagged { file, range }),
                    None => Err("a record without a name in a macro".to_owned()),
                }
            }
            _ => Err("a record without a name".to_owned()),
        }
    }

    /// The operand of `typeof`.
    pub(super) fn type_or_expression(&mut self, tokens: &[Token]) -> Answer<'a> {
        if is_surely_type(tokens) {
            return self.type_name(tokens);
        }
        match tokens {
            [word] if word.is_word() => match self.expression(tokens) {
                Ok(found) => Ok(found),
                Err(reason) => self.type_name(tokens).map_err(|_| reason),
            },
            _ => self.expression(tokens),
        }
    }
}
