//! `rust-method`: a method on a Rust abstraction. The file is parsed with `syn`, and keeps every byte
//! that is not the method's.

use proc_macro2::{LineColumn, Span};
use quote::ToTokens;
use schema::model::{RustMethod, Side};
use syn::spanned::Spanned;

use super::Context;
use crate::edit::Edit;
use crate::layout::statement;
use crate::miss::Miss;
use crate::place;
use crate::site::{self, Plan, Site};

pub(crate) fn plan(context: &Context<'_>, method: &RustMethod) -> Result<Plan, Miss> {
    let file = context.file;
    let text = file.text(0..file.bytes().len()).into_owned();
    let parsed = syn::parse_file(&text).map_err(|error| {
        Miss::unread(format!("the file is not read as Rust: {error}"))
            .at_line(error.span().start().line)
    })?;
    let blocks: Vec<&syn::ItemImpl> = parsed
        .items
        .iter()
        .filter_map(|item| inherent(item, &method.type_name))
        .collect();
    if let Some(there) = methods(&blocks).find(|m| m.sig.ident == method.name) {
        return Err(Miss::present(format!(
            "{}::{}() is there already",
            method.type_name, method.name
        ))
        .at_line(there.sig.ident.span().start().line));
    }
    let (at, line, alternatives) = place_of(context, method, &blocks)?;
    let body = statement::indent(method.define.trim_matches('\n'), "    ");
    let text = match method.beside.as_ref().map(|beside| beside.side) {
        Some(Side::Before) => format!("{}\n\n", body.trim_end()),
        _ => format!("\n{}\n", body.trim_end()),
    };
    Ok(Plan {
        edits: vec![Edit::insert(at, text)],
        sites: vec![Site {
            offset: file.lines().range_of(line).start,
            alternatives,
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

type Placed = (usize, usize, Vec<crate::manifest::Alternative>);

fn place_of(
    context: &Context<'_>,
    method: &RustMethod,
    blocks: &[&syn::ItemImpl],
) -> Result<Placed, Miss> {
    let file = context.file;
    let Some(beside) = &method.beside else {
        let block = blocks
            .last()
            .ok_or_else(|| Miss::absent(format!("no `impl {}` in this file", method.type_name)))?;
        let close = end_of(block.brace_token.span.close());
        let at = file.lines().range_of(close.line).start;
        return Ok((at, close.line, Vec::new()));
    };
    for (index, name) in beside.anchors.iter().enumerate() {
        let Some(anchor) = methods(blocks).find(|m| m.sig.ident == name) else {
            continue;
        };
        let key = if beside.side == Side::After {
            "after"
        } else {
            "before"
        };
        let alternatives = site::alternative(key, index, beside.anchors.len(), name);
        let line = anchor.sig.ident.span().start().line;
        let at = match beside.side {
            Side::After => {
                file.lines()
                    .range_of(end_of(anchor.block.brace_token.span.close()).line)
                    .end
            }
            // Attributes and doc comments are the method's own.
            Side::Before => {
                let first = anchor
                    .to_token_stream()
                    .into_iter()
                    .next()
                    .map_or_else(|| anchor.span(), |t| t.span());
                place::with_comment_above(file, file.lines().range_of(first.start().line).start)
            }
        };
        return Ok((at, line, alternatives));
    }
    let wanted = site::listed(&beside.anchors);
    Err(Miss::absent(format!(
        "no method {}::{wanted}()",
        method.type_name
    )))
}

fn end_of(span: Span) -> LineColumn {
    span.end()
}
