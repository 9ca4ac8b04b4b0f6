//! Files that are given up before the grammar sees them.
//!
//! The grammar's cost and the depth of its trees grow with what is open at a time: 20 kB of `.a = `
//! take it two seconds, 200 kB minutes. No C that people write comes near these limits (the kernel's
//! deepest brackets and longest runs are below a tenth of them); what goes beyond is unread, and said
//! to be.

use crate::view::stream::Tok;
use crate::view::symbol::Symbol;

/// Open brackets at a time.
const MAX_BRACKETS: usize = 400;

/// Tokens in a row that end nothing.
const MAX_RUN: usize = 6000;

/// `else`s in a row: each is one level deeper than the one before it.
const MAX_ELSES: usize = 1000;

/// A bracket that is open, or the file.
#[derive(Clone, Copy)]
struct Level {
    opener: Option<Symbol>,
    /// A brace after a parenthesis: statements, whose commas join expressions; elsewhere a comma in
    /// braces ends an entry of a list.
    is_body: bool,
    elses: usize,
}

impl Level {
    fn new(opener: Option<Symbol>, before: Option<Symbol>) -> Self {
        Self {
            opener,
            is_body: before == Some(Symbol::CloseParen),
            elses: 0,
        }
    }
}

/// What of a file's tokens goes beyond what is C.
pub(crate) fn beyond_c(toks: &[Tok]) -> Option<String> {
    let mut open: Vec<Level> = Vec::new();
    let mut level = Level::new(None, None);
    let mut run = 0_usize;
    let mut before = None;
    for tok in toks {
        run += 1;
        match tok.symbol {
            Symbol::Else => level.elses += 1,
            _ if matches!(before, Some(Symbol::Semicolon | Symbol::CloseBrace)) => level.elses = 0,
            _ => {}
        }
        match tok.symbol {
            symbol if symbol.is_opener() => {
                open.push(level);
                level = Level::new(Some(symbol), before);
                if symbol == Symbol::OpenBrace {
                    run = 0;
                }
            }
            symbol if symbol.is_closer() => {
                level = open.pop().unwrap_or(level);
                if symbol == Symbol::CloseBrace {
                    run = 0;
                }
            }
            Symbol::Semicolon if level.opener != Some(Symbol::OpenParen) => run = 0,
            Symbol::Comma if level.opener == Some(Symbol::OpenBrace) && !level.is_body => run = 0,
            _ => {}
        }
        before = Some(tok.symbol);
        if open.len() > MAX_BRACKETS {
            return Some(format!("brackets nested deeper than {MAX_BRACKETS}"));
        }
        if run > MAX_RUN {
            return Some(format!("more than {MAX_RUN} tokens before anything ends"));
        }
        if level.elses > MAX_ELSES {
            return Some(format!("more than {MAX_ELSES} times `else` in a row"));
        }
    }
    None
}
