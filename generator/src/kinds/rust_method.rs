//! `rust-method`: a method on a Rust abstraction. The file is parsed with `syn`, and keeps every byte
//! that is not the method's.

use quote::ToTokens;
use schema::model::{RustMethod, Side};
use syn::spanned::Spanned;

use super::Context;
use crate::edit::Edit;
use crate::layout::statement;
use crate::manifest::Alternative;
use crate::place;
use crate::site::{self, Plan, Site};
use crate::unresolved::Unresolved;

pub(crate) fn plan(context: &Context<'_>, method: &RustMethod) -> Result<Plan, Unresolved> {
    let file = context.file;
    let text = file.text(0..file.bytes().len()).into_owned();
    let parsed = syn::parse_file(&text).map_err(|error| {
        Unresolved::unread(format!("the file is not read as Rust: {error}"))
            .at_line(error.span().start().line)
    })?;
    let blocks: Vec<&syn::ItemImpl> = parsed
        .items
        .iter()
        .filter_map(|item| inherent(item, &method.type_name))
        .collect();
    if let Some(there) = methods(&blocks).find(|m| m.sig.ident == method.name) {
        return Err(Unresolved::present(format!(
            "{}::{}() is there already",
            method.type_name, method.name
        ))
        .at_line(there.sig.ident.span().start().line));
    }
    let body = statement::indent(method.define.trim_matches('\n'), "    ");
    let body = body.trim_end();
    let Some(beside) = &method.beside else {
        return at_the_end(context, method, &blocks, body);
    };
    let (anchor, alternatives) = neighbour(&blocks, method, &beside.anchors, beside.side)?;
    let edit = match beside.side {
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
                place::with_comment_above(file, start),
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

/// The end of the one inherent `impl` block.
fn at_the_end(
    context: &Context<'_>,
    method: &RustMethod,
    blocks: &[&syn::ItemImpl],
    body: &str,
) -> Result<Plan, Unresolved> {
    let file = context.file;
    let block = match blocks {
        [] => {
            return Err(Unresolved::absent(format!(
                "no `impl {}` in this file",
                method.type_name
            )));
        }
        [block] => block,
        [first, ..] => {
            return Err(Unresolved::unfit(format!(
                "{} has {} `impl` blocks; name the method that the new one stands beside",
                method.type_name,
                blocks.len()
            ))
            .at_line(first.impl_token.span().start().line));
        }
    };
    let braces = block.brace_token.span;
    let (open, close) = (braces.open().byte_range(), braces.close().byte_range());
    let inside = file.text(open.end..close.start);
    let edit = if inside.trim().is_empty() {
        Edit::replace(open.end..close.start, format!("\n{body}\n"))
    } else {
        Edit::insert(place::line_start(file, close.start), format!("\n{body}\n"))
    };
    Ok(Plan {
        edits: vec![edit],
        sites: vec![Site {
            offset: close.start,
            alternatives: Vec::new(),
        }],
    })
}

/// `impl Type { … }`, without a trait.
fn inherent<'i>(item: &'i syn::Item, type_name: &str) -> Option<&'i syn::ItemImpl> {
    let syn::Item::Impl(block) = item else {
        return None;
    };
    let syn::Type::Path(path) = &*block.self_ty else {
        return None;
    };
    let named = path
        .path
        .segments
        .last()
        .is_some_and(|segment| segment.ident == type_name);
    (named && block.trait_.is_none()).then_some(block)
}

fn methods<'b>(blocks: &'b [&'b syn::ItemImpl]) -> impl Iterator<Item = &'b syn::ImplItemFn> {
    blocks
        .iter()
        .flat_map(|block| &block.items)
        .filter_map(|item| match item {
            syn::ImplItem::Fn(method) => Some(method),
            _ => None,
        })
}

/// The method that the first of the names means, which only one block has.
fn neighbour<'b>(
    blocks: &'b [&'b syn::ItemImpl],
    method: &RustMethod,
    names: &[String],
    side: Side,
) -> Result<(&'b syn::ImplItemFn, Vec<Alternative>), Unresolved> {
    for (index, name) in names.iter().enumerate() {
        let found: Vec<&syn::ImplItemFn> =
            methods(blocks).filter(|m| m.sig.ident == name).collect();
        match found.as_slice() {
            [] => {}
            [one] => {
                let key = if side == Side::After {
                    "after"
                } else {
                    "before"
                };
                return Ok((one, site::alternative(key, index, names.len(), name)));
            }
            [first, ..] => {
                return Err(Unresolved::unfit(format!(
                    "{} `impl` blocks have a method {name}()",
                    found.len()
                ))
                .at_line(first.sig.ident.span().start().line));
            }
        }
    }
    let wanted = site::listed(names);
    Err(Unresolved::absent(format!(
        "no method {}::{wanted}()",
        method.type_name
    )))
}
