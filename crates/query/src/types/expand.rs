//! Macros: their bodies with the arguments put in, each token keeping the scope that its names belong to.

use std::rc::Rc;

use super::context::{Context, FileRef, Scope};
use super::token::{Token, split};
use dialect::token::TokenKind;
use syntax::items::MacroDefinition;

/// An expansion longer than this is given up: nothing that yields a receiver is.
const MAX_TOKENS: usize = 4_000;

/// Tokens that the macros of one question may expand to, all together: macros that use each other many
/// times over grow with the power of their depth.
const MAX_EXPANDED: usize = 200_000;

impl<'a> Context<'a> {
    /// The tokens that `name(arguments)` expands to once (`arguments` is none for an object-like macro).
    pub(super) fn expand(
        &mut self,
        definition: &MacroDefinition,
        file: &FileRef<'a>,
        name: &Token,
        arguments: Option<&[Token]>,
    ) -> Result<Vec<Token>, String> {
        if self.expanded > MAX_EXPANDED {
            return Err("too many macros in macros".to_owned());
        }
        let scope = self.macro_scope(definition, file, name);
        let body = self.tokens(scope, definition.body.clone());
        let values = match (&definition.params, arguments) {
            (Some(params), Some(arguments)) => bind(params, arguments),
            _ => Vec::new(),
        };
        let mut out = Vec::new();
        for (index, token) in body.iter().enumerate() {
            if token.is("#") || token.is("##") {
                continue;
            }
            let before = index.checked_sub(1).and_then(|at| body.get(at));
            let value = values.iter().find(|(param, _)| token.is(param));
            let pieces = match value {
                Some(_) if before.is_some_and(|mark| mark.is("#")) => vec![literal(token)],
                Some((_, value)) => value.clone(),
                None => vec![token.clone()],
            };
            if before.is_some_and(|mark| mark.is("##")) {
                paste(&mut out, pieces);
            } else {
                out.extend(pieces);
            }
            if out.len() > MAX_TOKENS {
                return Err(format!(
                    "the expansion of `{}` is too long",
                    definition.name
                ));
            }
        }
        self.expanded += out.len();
        Ok(out)
    }

    fn macro_scope(
        &mut self,
        definition: &MacroDefinition,
        file: &FileRef<'a>,
        name: &Token,
    ) -> usize {
        let outer = self.scopes.get(name.scope).map(|scope| &scope.hidden);
        let mut hidden = outer.cloned().unwrap_or_default();
        hidden.push(Rc::from(definition.name.as_str()));
        self.scopes.push(Scope {
            file: file.clone(),
            hidden,
        });
        self.scopes.len() - 1
    }

    /// Whether the token comes from the expansion of the macro that it names.
    pub(super) fn is_hidden(&self, name: &Token) -> bool {
        let scope = self.scopes.get(name.scope);
        scope.is_some_and(|scope| scope.hidden.contains(&name.text))
    }
}

/// Parameters with the tokens of their arguments; `args...` and `...` take what is left, commas too.
fn bind<'p>(params: &'p [String], arguments: &[Token]) -> Vec<(&'p str, Vec<Token>)> {
    let parts = split(arguments, ",");
    let mut used = 0;
    let mut bound = Vec::new();
    for (index, param) in params.iter().enumerate() {
        let is_last = index + 1 == params.len();
        let value = if is_last && parts.len() > params.len() || param == "..." {
            arguments.get(used..).unwrap_or_default().to_vec()
        } else {
            let part = parts.get(index).copied().unwrap_or_default();
            used += part.len() + 1;
            part.to_vec()
        };
        let name = if param == "..." { "__VA_ARGS__" } else { param };
        bound.push((name, value));
    }
    bound
}

fn literal(token: &Token) -> Token {
    Token {
        kind: TokenKind::String,
        text: Rc::from("\"\""),
        ..token.clone()
    }
}

/// `a ## b`: one word, which belongs to the macro's scope.
fn paste(out: &mut Vec<Token>, mut pieces: Vec<Token>) {
    if pieces.is_empty() {
        return;
    }
    if let Some(last) = out.last_mut() {
        let first = pieces.remove(0);
        last.text = Rc::from(format!("{}{}", last.text, first.text));
    }
    out.extend(pieces);
}
