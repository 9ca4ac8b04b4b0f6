//! `rust-method`: parsed back with syn: signature and body as declared, every `unsafe` with its
//! SAFETY comment, in an `impl` of that type, next to that neighbour.

use std::ops::Range;

use quote::ToTokens;
use schema::model::{RustMethod, Side as Beside};
use sites::kinds::rust_method;
use syn::spanned::Spanned;
use syn::visit::Visit;

use super::{Ctx, Judged, no_such_neighbour};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::finding::Finding;

/// The methods of one inherent `impl` block of the type.
type Block<'p> = Vec<&'p syn::ImplItemFn>;

/// The inherent `impl` blocks of the type.
fn blocks<'p>(parsed: &'p syn::File, kind: &RustMethod) -> Vec<Block<'p>> {
    let blocks = rust_method::blocks(parsed, kind).into_iter();
    blocks
        .map(|block| rust_method::methods_of(block).collect())
        .collect()
}

fn has_neighbour(block: &Block<'_>, kind: &RustMethod) -> Option<(usize, String)> {
    let beside = kind.beside.as_ref()?;
    beside.anchors.iter().find_map(|anchor| {
        let at = block
            .iter()
            .position(|method| method.sig.ident == anchor.as_str())?;
        Some((at, anchor.clone()))
    })
}

/// What it looks for, in words.
pub(super) fn sought(_: &RustMethod) -> String {
    no_such_neighbour()
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &RustMethod) -> Judged {
    let (path, bytes) = match ctx.bytes(Image::After) {
        Ok(found) => found,
        Err(finding) => return Judged::only(*finding),
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let parsed = match syn::parse_file(&text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let message = format!("the file can no longer be read as Rust: {error}");
            let line = error.span().start().line;
            return Judged::only(ctx.violated("parses", message).in_file(&path).at_line(line));
        }
    };
    let blocks = blocks(&parsed, kind);
    let own: Vec<(&Block<'_>, usize)> = blocks
        .iter()
        .flat_map(|block| {
            block
                .iter()
                .enumerate()
                .filter(|(_, method)| method.sig.ident == kind.name.as_str())
                .map(move |(at, _)| (block, at))
        })
        .collect();
    let [(block, at)] = own.as_slice() else {
        let message = match own.len() {
            0 => format!("`impl {}` has no method `{}`", kind.type_name, kind.name),
            n => format!("`{}` is defined {n} times", kind.name),
        };
        return Judged::only(ctx.violated("one-definition", message).in_file(&path));
    };
    let Some(method) = block.get(*at) else {
        return Judged::default();
    };
    let mut judged = Judged::default();
    let there = |finding: Finding| {
        finding
            .in_file(&path)
            .at_line(method.sig.ident.span().start().line)
            .in_function(&kind.name)
    };
    let message = format!("`{}` is defined once", kind.name);
    judged
        .findings
        .push(there(ctx.holds("one-definition", message)));
    judged.findings.push(there(as_declared(ctx, kind, method)));
    judged
        .findings
        .push(there(safety(ctx, kind, &text, method)));
    if let Some(finding) = beside(ctx, kind, block, *at) {
        judged.findings.push(there(finding));
    }
    let range = lines_of(&text, method);
    judged.comment_scope(&path, range.clone());
    judged
        .explained_tokens
        .push(Explained::inserted(&path, vec![range]));
    judged
}

fn as_declared(ctx: &Ctx<'_>, kind: &RustMethod, method: &syn::ImplItemFn) -> Finding {
    let wanted = match syn::parse_str::<syn::ImplItemFn>(&kind.define) {
        Ok(wanted) => wanted,
        Err(error) => {
            let message = format!("the declared method could not be read: {error}");
            return ctx.unknown("as-declared", message);
        }
    };
    let code = |method: &syn::ImplItemFn| {
        let mut bare = method.clone();
        bare.attrs
            .retain(|attribute| !attribute.path().is_ident("doc"));
        bare.to_token_stream().to_string()
    };
    let (have, want) = (code(method), code(&wanted));
    if have == want {
        return ctx.holds(
            "as-declared",
            format!("`{}` is defined as declared", kind.name),
        );
    }
    let (have, want) = super::function::first_difference(&have, &want);
    let message = format!("`{}` has `{have}` where the spec says `{want}`", kind.name);
    ctx.violated("as-declared", message)
}

/// Every `unsafe` block has a SAFETY comment directly above.
fn safety(ctx: &Ctx<'_>, kind: &RustMethod, text: &str, method: &syn::ImplItemFn) -> Finding {
    struct Blocks(Vec<usize>);
    impl<'ast> Visit<'ast> for Blocks {
        fn visit_expr_unsafe(&mut self, block: &'ast syn::ExprUnsafe) {
            self.0.push(block.unsafe_token.span.start().line);
            syn::visit::visit_expr_unsafe(self, block);
        }
    }
    let mut found = Blocks(Vec::new());
    found.visit_impl_item_fn(method);
    let lines: Vec<&str> = text.lines().collect();
    let bare = found.0.iter().find(|line| {
        let above = lines.get(..line.saturating_sub(1)).unwrap_or_default();
        !above
            .iter()
            .rev()
            .take_while(|text| text.trim_start().starts_with("//"))
            .any(|text| text.trim_start().starts_with("// SAFETY:"))
    });
    match bare {
        Some(line) => {
            let message = format!(
                "the `unsafe` on line {line} of `{}` has no SAFETY comment",
                kind.name
            );
            ctx.violated("safety-comment", message)
        }
        None => ctx.holds("safety-comment", "every `unsafe` says why it is sound"),
    }
}

fn beside(ctx: &Ctx<'_>, kind: &RustMethod, block: &Block<'_>, at: usize) -> Option<Finding> {
    let beside = kind.beside.as_ref()?;
    let word = match beside.side {
        Beside::After => "after",
        Beside::Before => "before",
    };
    let is_next = has_neighbour(block, kind).is_some_and(|(anchor, _)| match beside.side {
        Beside::After => anchor + 1 == at,
        Beside::Before => at + 1 == anchor,
    });
    let anchors = beside.anchors.join("` or `");
    Some(if is_next {
        ctx.holds("beside", format!("directly {word} `{anchors}`"))
    } else {
        let message = format!("`{}` is not directly {word} `{anchors}`", kind.name);
        ctx.violated("beside", message)
    })
}

/// The bytes of the lines that the method takes, its documentation and the comments above included.
fn lines_of(text: &str, method: &syn::ImplItemFn) -> Range<usize> {
    let span = method.span();
    let (first, last) = (span.start().line, span.end().line);
    let mut start = 0;
    let mut range = 0..0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if index + 1 == first {
            range.start = start;
        }
        start += line.len();
        if index + 1 == last {
            range.end = start;
        }
    }
    range
}
