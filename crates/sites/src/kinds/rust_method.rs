//! `rust-method`: the method that the new one goes next to, in the `impl` blocks of its type that are of no trait.

use query::File;
use schema::model::{ChangeBody, RustMethod};
use syn::spanned::Spanned;
use syn::visit::Visit;

use crate::names::listed;
use crate::resolve::Sited;
use crate::resolver::{Alternative, Resolver, alternative, side_key};
use crate::unresolved::Unresolved;

impl Sited for RustMethod {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let file = resolver.file;
        let parsed = parse(file)?;
        let blocks = blocks(&parsed, self);
        let line = match find(&blocks, self)? {
            MethodSite::Beside(method, _) => method.sig.ident.span().start().line,
            MethodSite::EndOf(block) => block.brace_token.span.close().start().line,
        };
        Ok(vec![file.lines().range_of(line).start])
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        let parsed = parse(resolver.file)?;
        Ok(present(&blocks(&parsed, self), self))
    }
}

/// A file of Rust, parsed.
///
/// # Errors
/// It is not Rust.
pub fn parse(file: &File) -> Result<syn::File, Unresolved> {
    let text = file.text(0..file.bytes().len());
    syn::parse_file(&text).map_err(|error| {
        Unresolved::unread(format!("the file is not read as Rust: {error}"))
            .at_line(error.span().start().line)
    })
}

/// The `impl Type { … }` blocks, in modules too, those of traits apart.
#[must_use]
pub fn blocks<'p>(parsed: &'p syn::File, method: &RustMethod) -> Vec<&'p syn::ItemImpl> {
    struct Finder<'n, 'p> {
        type_name: &'n str,
        found: Vec<&'p syn::ItemImpl>,
    }
    impl<'p> Visit<'p> for Finder<'_, 'p> {
        fn visit_item_impl(&mut self, block: &'p syn::ItemImpl) {
            let is_named = type_name(&block.self_ty).is_some_and(|name| name == self.type_name);
            if block.trait_.is_none() && is_named {
                self.found.push(block);
            }
            syn::visit::visit_item_impl(self, block);
        }
    }
    let mut finder = Finder {
        type_name: &method.type_name,
        found: Vec::new(),
    };
    finder.visit_file(parsed);
    finder.found
}

fn type_name(ty: &syn::Type) -> Option<&proc_macro2::Ident> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    }
}

/// The methods of a block, in order.
pub fn methods_of(block: &syn::ItemImpl) -> impl Iterator<Item = &syn::ImplItemFn> {
    block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(method) => Some(method),
        _ => None,
    })
}

fn methods<'b>(blocks: &'b [&'b syn::ItemImpl]) -> impl Iterator<Item = &'b syn::ImplItemFn> {
    blocks.iter().flat_map(|block| methods_of(block))
}

/// Where a method goes.
#[derive(Clone, Debug)]
pub enum MethodSite<'b> {
    /// Next to this method.
    Beside(&'b syn::ImplItemFn, Vec<Alternative>),
    /// At the end of this block.
    EndOf(&'b syn::ItemImpl),
}

/// The neighbour, or the one block.
///
/// # Errors
/// There is none, or more than one.
pub fn find<'b>(
    blocks: &'b [&'b syn::ItemImpl],
    method: &RustMethod,
) -> Result<MethodSite<'b>, Unresolved> {
    let Some(beside) = &method.beside else {
        return only_block(blocks, method).map(MethodSite::EndOf);
    };
    for (index, name) in beside.anchors.iter().enumerate() {
        let found: Vec<&syn::ImplItemFn> =
            methods(blocks).filter(|m| m.sig.ident == name).collect();
        match found.as_slice() {
            [] => {}
            [one] => {
                let key = side_key(beside.side);
                let used = alternative(key, index, beside.anchors.len(), name);
                return Ok(MethodSite::Beside(one, used));
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
    let wanted = listed(&beside.anchors);
    Err(Unresolved::absent(format!(
        "no method {}::{wanted}()",
        method.type_name
    )))
}

fn only_block<'b>(
    blocks: &[&'b syn::ItemImpl],
    method: &RustMethod,
) -> Result<&'b syn::ItemImpl, Unresolved> {
    match blocks {
        [] => Err(Unresolved::absent(format!(
            "no `impl {}` in this file",
            method.type_name
        ))),
        [block] => Ok(block),
        [first, ..] => Err(Unresolved::unfit(format!(
            "{} has {} `impl` blocks; name the method that the new one goes next to",
            method.type_name,
            blocks.len()
        ))
        .at_line(first.impl_token.span().start().line)),
    }
}

/// Says that the type has such a method already.
#[must_use]
pub fn present(blocks: &[&syn::ItemImpl], method: &RustMethod) -> Option<Unresolved> {
    let there = methods(blocks).find(|m| m.sig.ident == method.name)?;
    let message = format!("{}::{}() is there already", method.type_name, method.name);
    Some(Unresolved::present(message).at_line(there.sig.ident.span().start().line))
}
