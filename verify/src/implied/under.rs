//! `under`: what a change brings is between an `#ifdef` and an `#endif` of their own, and nothing else is.
//!
//! The kinds judge where something is and under which conditions. They are shown the file without the two directives, at
//! equal length, so that they ask what they always ask; that the directives are there, around just this, is asked here.

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::{Token, TokenKind, tokens};
use query::File;
use sites::brief;

use super::{Ctx, Judged};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::finding::{Finding, Verdict};

const NAME: &str = "under";

/// An `#ifdef` with its `#endif`, without another arm.
#[derive(Clone, Debug)]
struct Pair {
    open: Range<usize>,
    close: Range<usize>,
}

/// The file without the pairs of a condition.
pub(super) fn without(ctx: &Ctx<'_>, side: Image, file: &Arc<File>, condition: &str) -> Arc<File> {
    let pairs = pairs(file, condition);
    let Some(tree) = ctx.comparison.tree(side).filter(|_| !pairs.is_empty()) else {
        return Arc::clone(file);
    };
    let mut bytes = file.written().to_vec();
    for range in pairs.iter().flat_map(|pair| [&pair.open, &pair.close]) {
        for byte in bytes.get_mut(range.clone()).unwrap_or_default() {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    Arc::new(File::from(tree.reader().read(file.path(), bytes.into())))
}

/// Judges what the change explains.
pub(super) fn judge(ctx: &Ctx<'_>, condition: &str, judged: &mut Judged) {
    let Some(path) = ctx.path().cloned() else {
        return;
    };
    let Ok(Some(file)) = ctx.comparison.file(Image::After, &path) else {
        return;
    };
    let own = ranges(judged, &path);
    let is_violated = |finding: &Finding| finding.verdict == Verdict::Violated;
    if own.is_empty() && !judged.findings.iter().any(is_violated) {
        let message = "which code the change brings is not known here";
        judged
            .findings
            .push(ctx.unknown(NAME, message).in_file(&path));
    }
    let all = pairs(&file, condition);
    let mut used: Vec<&Pair> = Vec::new();
    for range in &own {
        let text = file.text(range.clone());
        // The comma behind the entry before it is of any configuration.
        if text.trim().is_empty() || text.trim() == "," {
            continue;
        }
        let around = all
            .iter()
            .find(|pair| pair.open.end <= range.start && range.end <= pair.close.start);
        match around {
            Some(pair) => used.push(pair),
            None => {
                let code = brief(&sites::one_line(&text), 60);
                let message = format!("`{code}` is not in an `#ifdef {condition}` of its own");
                judged.put(ctx.violated(NAME, message), &file, range.start);
            }
        }
    }
    used.dedup_by_key(|pair| pair.open.start);
    for pair in used {
        let finding = match other(&file, pair, &own) {
            None => ctx.holds(
                NAME,
                format!("it is under {condition}, and nothing else is"),
            ),
            Some(token) => {
                let line = sites::lines::line_text(&file, file.line_of(token.range.start));
                let line = brief(&sites::one_line(&line), 60);
                ctx.violated(
                    NAME,
                    format!("`{line}` is under the same `#ifdef {condition}`"),
                )
            }
        };
        judged.put(finding, &file, pair.open.start);
        let both = vec![pair.open.clone(), pair.close.clone()];
        judged
            .explained_tokens
            .push(Explained::inserted(&path, both));
    }
}

/// What the change brings. Of a tree as it is a kind may explain nothing: then it is what its comments are about.
fn ranges(judged: &Judged, path: &TreePath) -> Vec<Range<usize>> {
    let explained = judged.explained_tokens.iter();
    let explained = explained.filter(|one| one.path == *path);
    let own: Vec<Range<usize>> = explained.flat_map(|one| one.after.clone()).collect();
    if !own.is_empty() {
        return own;
    }
    let scopes = judged
        .comment_scopes
        .iter()
        .filter(|scope| scope.path == *path);
    scopes.map(|scope| scope.after.clone()).collect()
}

/// Code between the two that the change does not bring.
fn other(file: &File, pair: &Pair, own: &[Range<usize>]) -> Option<Token> {
    let inner = pair.open.end..pair.close.start;
    let code = tokens(file.slice(inner.clone())).into_iter();
    let code = code.filter(|token| token.kind != TokenKind::Comment);
    let mut code = code.map(|token| Token {
        range: inner.start + token.range.start..inner.start + token.range.end,
        ..token
    });
    code.find(|token| {
        let mut own = own.iter();
        !own.any(|own| own.start <= token.range.start && token.range.end <= own.end)
    })
}

fn pairs(file: &File, condition: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    let mut open: Vec<Option<Range<usize>>> = Vec::new();
    let directives = tokens(file.written()).into_iter();
    for token in directives.filter(|token| token.kind == TokenKind::Directive) {
        let text =
            crate::nodes::directive(file.written().get(token.range.clone()).unwrap_or_default());
        let word: String = text
            .trim_start_matches(['#', ' '])
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        match word.as_str() {
            "if" | "ifdef" | "ifndef" => {
                let is_own = opens(&text, condition);
                open.push(is_own.then(|| token.range.clone()));
            }
            "else" | "elif" => {
                if let Some(last) = open.last_mut() {
                    *last = None;
                }
            }
            "endif" => {
                if let Some(Some(start)) = open.pop() {
                    found.push(Pair {
                        open: start,
                        close: token.range.clone(),
                    });
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether the directive asks just for the condition.
fn opens(directive: &str, condition: &str) -> bool {
    let code: String = directive.chars().filter(|c| !c.is_whitespace()).collect();
    let forms = match condition.strip_prefix('!') {
        Some(symbol) => [format!("#ifndef{symbol}"), format!("#if!defined({symbol})")],
        None => [
            format!("#ifdef{condition}"),
            format!("#ifdefined({condition})"),
        ],
    };
    forms.contains(&code)
}
