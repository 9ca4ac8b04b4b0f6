//! `rust-method`: a method on a Rust abstraction. The file is parsed with `syn`, and keeps every byte
//! that is not the method's.

use quote::ToTokens;
use schema::model::{RustMethod, Side};
use sites::kinds::rust_method::{self as methods, MethodSite};
use syn::spanned::Spanned;

use crate::edit::Edit;
use crate::fragment::Writes;
use crate::layout::statement;
use crate::plan::{Context, Plan, Site};
use sites::{Unresolved, lines};

pub(crate) const WRITES: Writes = Writes::NoFragment("the file is not C: the spec has the method");

pub(crate) fn plan(context: &Context<'_>, method: &RustMethod) -> Result<Plan, Unresolved> {
    let file = context.file;
    let parsed = methods::parse(file)?;
    let blocks = methods::blocks(&parsed, method);
    if let Some(present) = methods::present(&blocks, method) {
        return Err(present);
    }
    let body = statement::indent(method.define.trim_matches('\n'), "    ");
    let body = body.trim_end();
    let (anchor, alternatives) = match methods::find(&blocks, method)? {
        MethodSite::Beside(anchor, used) => (anchor, used),
        MethodSite::EndOf(block) => return Ok(at_the_end(context, block, body)),
    };
    let side = method.beside.as_ref().map(|beside| beside.side);
    let edit = match side.unwrap_or(Side::After) {
        Side::After => {
            let line = anchor.block.brace_token.span.close().end().line;
            Edit::insert(file.lines().range_of(line).end, format!("\n{body}\n"))
        }
        // Attributes and doc comments are the neighbour's own.
        Side::Before => {
            let first = anchor
                .to_token_stream()
                .into_iter()
                .next()
                .map_or_else(|| anchor.span(), |t| t.span());
            let start = file.lines().range_of(first.start().line).start;
            Edit::insert(
                lines::with_comment_above(file, start),
                format!("{body}\n\n"),
            )
        }
    };
    let line = anchor.sig.ident.span().start().line;
    Ok(Plan {
        edits: vec![edit],
        sites: vec![Site {
            offset: file.lines().range_of(line).start,
            alternatives,
        }],
    })
}

/// The end of a block.
fn at_the_end(context: &Context<'_>, block: &syn::ItemImpl, body: &str) -> Plan {
    let file = context.file;
    let braces = block.brace_token.span;
    let (open, close) = (braces.open().byte_range(), braces.close().byte_range());
    let inside = file.text(open.end..close.start);
    let edit = if inside.trim().is_empty() {
        Edit::replace(open.end..close.start, format!("\n{body}\n"))
    } else {
        Edit::insert(lines::line_start(file, close.start), format!("\n{body}\n"))
    };
    Plan {
        edits: vec![edit],
        sites: Site::each([close.start], &[]),
    }
}
