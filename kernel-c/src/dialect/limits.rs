//! Files that are given up before the grammar sees them.
//!
//! The grammar's cost and the depth of its trees grow with what is open at a time: 20 kB of `.a = `
//! take it two seconds, 200 kB minutes. No C that people write comes near these limits (the kernel's
//! deepest brackets and longest runs are below a tenth of them); what goes beyond is unread, and said
//! to be.

use crate::dialect::stream::Tok;
use crate::dialect::symbol::Symbol;

/// Open brackets at a time.
const MAX_BRACKETS: usize = 400;

/// Tokens in a row that end nothing.
const MAX_RUN: usize = 6000;

/// Whether a file's tokens go beyond what is C.
pub(crate) fn is_beyond_c(toks: &[Tok]) -> bool {
    let mut open = Vec::new();
    let mut run = 0_usize;
    for tok in toks {
        let innermost = open.last().copied();
        run += 1;
        match tok.symbol {
            symbol if symbol.is_opener() => {
                open.push(symbol);
                if symbol == Symbol::OpenBrace {
                    run = 0;
                }
            }
            symbol if symbol.is_closer() => {
                open.pop();
                if symbol == Symbol::CloseBrace {
                    run = 0;
                }
            }
            Symbol::Semicolon if innermost != Some(Symbol::OpenParen) => run = 0,
            Symbol::Comma if innermost == Some(Symbol::OpenBrace) => run = 0,
            _ => {}
        }
        if open.len() > MAX_BRACKETS || run > MAX_RUN {
            return true;
        }
    }
    false
}
