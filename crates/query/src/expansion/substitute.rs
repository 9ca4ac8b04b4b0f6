//! The tokens that a use of a macro expands to.
//!
//! As C11 6.10.3 has it, but that arguments are not expanded before they are put in (the rescan does it), and
//! that all definitions of a name count: those of different `#if` arms become alternatives, one of which is
//! chosen by a name that no code can know.

use std::collections::VecDeque;
use std::rc::Rc;

use super::definitions::{Beside, Definition, Definitions, Meaning};
use super::invocation::Invocation;
use dialect::token::TokenKind;

/// How many tokens one use may expand to: a macro that doubles its argument, forty deep, must end.
const MOST_TOKENS: usize = 20_000;
/// How many alternatives a name may have.
const MOST_ALTERNATIVES: usize = 4;
/// What decides between definitions of different arms.
const CHOICE: &str = "__one_of_the_configurations";

/// A token on its way.
#[derive(Clone, Debug)]
struct Piece {
    kind: TokenKind,
    text: Rc<str>,
    /// The macros whose expansion it comes from: their names are not expanded again.
    within: Option<Rc<Within>>,
}

#[derive(Debug)]
struct Within {
    name: Rc<str>,
    outer: Option<Rc<Within>>,
}

impl Piece {
    fn word(text: &str) -> Self {
        Self {
            kind: TokenKind::Punctuation,
            text: Rc::from(text),
            within: None,
        }
    }

    /// The word that it is; empty for anything else.
    fn word_text(&self) -> &str {
        match self.kind {
            TokenKind::Word => &self.text,
            _ => "",
        }
    }

    fn is(&self, text: &str) -> bool {
        &*self.text == text
    }

    fn is_within(&self, name: &str) -> bool {
        let mut at = self.within.as_ref();
        while let Some(within) = at {
            if &*within.name == name {
                return true;
            }
            at = within.outer.as_ref();
        }
        false
    }
}

/// One expansion.
pub(super) struct Substitution<'a> {
    known: &'a Definitions<'a>,
    made: usize,
}

impl<'a> Substitution<'a> {
    pub(super) fn new(known: &'a Definitions<'a>) -> Self {
        Self { known, made: 0 }
    }

    /// The text that takes the place of a use.
    pub(super) fn of(&mut self, use_: &Invocation) -> Result<String, String> {
        let pieces = use_.tokens.iter().map(|(kind, text)| Piece {
            kind: *kind,
            text: Rc::clone(text),
            within: None,
        });
        let out = self
            .rescan(pieces.collect(), use_.is_statement, use_.beside())
            .map_err(|reason| format!("the macro `{}` {reason}", use_.name))?;
        let texts: Vec<&str> = out.iter().map(|piece| &*piece.text).collect();
        Ok(texts.join(" "))
    }

    fn rescan(
        &mut self,
        pieces: Vec<Piece>,
        is_statement: bool,
        around: Beside<'_>,
    ) -> Result<Vec<Piece>, String> {
        let mut rest: VecDeque<Piece> = pieces.into();
        let mut out: Vec<Piece> = Vec::new();
        while let Some(piece) = rest.pop_front() {
            let is_statement = is_statement && out.is_empty();
            let beside = Beside {
                before: out.last().map_or(around.before, Piece::word_text),
                behind: around.behind,
            };
            let expansion = self.expansion(&piece, beside, &rest, is_statement)?;
            let Some((used, expansion)) = expansion else {
                self.made += 1;
                out.push(piece);
                if self.made > MOST_TOKENS {
                    return Err("expands to too much".to_owned());
                }
                continue;
            };
            rest.drain(..used);
            self.made += expansion.len();
            if self.made > MOST_TOKENS {
                return Err("expands to too much".to_owned());
            }
            for piece in expansion.into_iter().rev() {
                rest.push_front(piece);
            }
        }
        Ok(out)
    }

    /// What `piece`, with what follows it, expands to, and how much of what follows that takes.
    fn expansion(
        &self,
        piece: &Piece,
        around: Beside<'_>,
        rest: &VecDeque<Piece>,
        is_statement: bool,
    ) -> Result<Option<(usize, Vec<Piece>)>, String> {
        if piece.kind != TokenKind::Word || piece.is_within(&piece.text) {
            return Ok(None);
        }
        let close = rest
            .front()
            .filter(|next| next.is("("))
            .and_then(|_| closing(rest));
        let inside: Vec<Piece> =
            close.map_or_else(Vec::new, |close| rest.range(1..close).cloned().collect());
        let is_handed = inside.iter().any(|piece| self.known.is_asked(&piece.text));
        let is_handed_part = inside.iter().any(|piece| self.known.is_part(&piece.text));
        let behind = rest.get(close.map_or(0, |close| close + 1));
        let behind = rest.front().filter(|next| !next.is("(")).or(behind);
        let beside = Beside {
            behind: behind.map_or(around.behind, Piece::word_text),
            ..around
        };
        let Some((meaning, _)) = self
            .known
            .wanted(&piece.text, is_handed, is_handed_part, beside)
        else {
            return Ok(None);
        };
        let within = Some(Rc::new(Within {
            name: Rc::clone(&piece.text),
            outer: piece.within.clone(),
        }));
        // Which of several names is called is one choice between calls: each takes the arguments.
        let is_called = meaning.is_object() && meaning.definitions.len() > 1;
        let used = match close {
            Some(close) if is_called => close + 1,
            _ if meaning.is_object() => 0,
            Some(close) => close + 1,
            None => return Ok(None),
        };
        let mut alternatives = Vec::new();
        for definition in meaning.definitions.iter().take(MOST_ALTERNATIVES) {
            let mut one = substituted(definition, &inside, within.as_ref())?;
            if is_called && definition.params.is_none() {
                one.extend(rest.range(..used).cloned());
            }
            alternatives.push(one);
        }
        if meaning.definitions.len() > MOST_ALTERNATIVES {
            return Err("has too many definitions".to_owned());
        }
        // A choice between pieces of code is no code.
        if alternatives.len() > 1 && meaning.definitions.iter().any(|known| known.is_fragment) {
            return Err("is a piece of the code around it, and has several definitions".to_owned());
        }
        Ok(Some((used, joined(alternatives, &meaning, is_statement))))
    }
}

/// One expansion, or a choice between those of different arms.
fn joined(mut alternatives: Vec<Vec<Piece>>, meaning: &Meaning, is_statement: bool) -> Vec<Piece> {
    alternatives.dedup_by(|a, b| {
        a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.text == b.text)
    });
    if alternatives.len() == 1 || meaning.definitions.len() == 1 {
        return alternatives.into_iter().next().unwrap_or_default();
    }
    let by_if = is_statement;
    let mut out = Vec::new();
    let count = alternatives.len();
    for (index, alternative) in alternatives.into_iter().enumerate() {
        let is_last = index + 1 == count;
        if by_if {
            if !is_last {
                out.extend(["if", "(", CHOICE, ")"].map(Piece::word));
            }
            out.push(Piece::word("{"));
            out.extend(alternative);
            out.extend([";", "}"].map(Piece::word));
            if !is_last {
                out.push(Piece::word("else"));
            }
        } else {
            if !is_last {
                out.extend(["(", CHOICE, "?"].map(Piece::word));
            }
            out.push(Piece::word("("));
            out.extend(alternative);
            out.push(Piece::word(")"));
            if !is_last {
                out.push(Piece::word(":"));
            }
        }
    }
    if !by_if {
        out.extend(std::iter::repeat_n(Piece::word(")"), count - 1));
    }
    out
}

/// The body with the arguments put in.
fn substituted(
    definition: &Definition,
    inside: &[Piece],
    within: Option<&Rc<Within>>,
) -> Result<Vec<Piece>, String> {
    let values = bind(definition.params.as_deref().unwrap_or_default(), inside);
    let mut out: Vec<Piece> = Vec::new();
    let (mut pastes, mut quotes) = (false, false);
    for (kind, text) in &definition.body {
        match &**text {
            "##" => {
                pastes = true;
                continue;
            }
            "#" if definition.params.is_some() => {
                quotes = true;
                continue;
            }
            _ => {}
        }
        let value = values.iter().find(|(param, _)| **param == **text);
        let pieces = match value {
            Some(_) if quotes => vec![Piece {
                kind: TokenKind::String,
                ..Piece::word("\"\"")
            }],
            Some((_, value)) => value.clone(),
            None => vec![Piece {
                kind: *kind,
                text: Rc::clone(text),
                within: within.cloned(),
            }],
        };
        quotes = false;
        if std::mem::take(&mut pastes) {
            let is_rest = matches!(&**text, "__VA_ARGS__");
            paste(&mut out, pieces, is_rest);
        } else {
            out.extend(pieces);
        }
        if out.len() > MOST_TOKENS {
            return Err("expands to too much".to_owned());
        }
    }
    Ok(out)
}

/// `a ## b`; of `, ## __VA_ARGS__` the comma goes where nothing comes after it.
fn paste(out: &mut Vec<Piece>, mut pieces: Vec<Piece>, is_rest: bool) {
    if is_rest && out.last().is_some_and(|last| last.is(",")) {
        if pieces.is_empty() {
            out.pop();
        }
        out.extend(pieces);
        return;
    }
    if pieces.is_empty() {
        return;
    }
    if let Some(last) = out.last_mut() {
        let first = pieces.remove(0);
        last.text = Rc::from(format!("{}{}", last.text, first.text));
    }
    out.extend(pieces);
}

/// Parameters with their arguments; `args...` and `...` take what is left, commas too.
fn bind<'p>(params: &'p [String], inside: &[Piece]) -> Vec<(&'p str, Vec<Piece>)> {
    let mut parts: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut depth = 0_usize;
    for piece in inside {
        match &*piece.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                parts.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(piece.clone());
        }
    }
    let mut bound = Vec::new();
    for (index, param) in params.iter().enumerate() {
        let takes_rest =
            index + 1 == params.len() && (param == "..." || parts.len() > params.len());
        let value = if takes_rest {
            parts
                .get(index..)
                .unwrap_or_default()
                .join(&Piece::word(","))
        } else {
            parts.get(index).cloned().unwrap_or_default()
        };
        let name = if param == "..." { "__VA_ARGS__" } else { param };
        bound.push((name, value));
    }
    bound
}

/// Where the `(` that `rest` begins with closes.
fn closing(rest: &VecDeque<Piece>) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, piece) in rest.iter().enumerate() {
        match &*piece.text {
            "(" => depth += 1,
            ")" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
