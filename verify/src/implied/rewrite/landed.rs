//! A tree as it is: no old form is left, and the new one is there as often as declared.
//!
//! Without a tree before, old and new are told apart by their patterns alone. A new form may take in what the old one
//! matches (`if ($X)` that of `if ($X && y)`), so a match of the new form proves nothing where the old one matches too.

use query::File;
use query::access::{Access, access_of};
use query::pattern::Match;
use schema::model::{Rewrite, Sites};
use sites::kinds::rewrite::{Old, what_is};

use super::{Forms, free_new_form, olds};
use crate::finding::Verdict;
use crate::implied::effect::{Flows, Tested, called_otherwise};
use crate::implied::{Ctx, Judged};
use crate::nodes::node_of;
use sites::brief;

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Rewrite, file: &File, judged: &mut Judged) {
    old_form(ctx, kind, file, judged);
    if !says_nothing(kind) {
        new_form(ctx, kind, file, judged);
    } else if !kind.functions.is_empty() && ctx.functions(file, &kind.functions).is_empty() {
        let message = format!("no function {} in this file", kind.functions.join(" or "));
        let finding = ctx.violated("site", message).in_file(file.path());
        judged.findings.push(finding);
    }
}

/// Whether a tree cannot show the new form: it deletes, or leaves a part of the old one.
fn says_nothing(kind: &Rewrite) -> bool {
    let text = kind.replacement.text().trim();
    let is_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
    text.is_empty()
        || text
            .strip_prefix('$')
            .is_some_and(|name| name.trim_start_matches('$').chars().all(is_name))
}

/// No match of the old form is left, but for those that a new form itself has.
fn old_form(ctx: &Ctx<'_>, kind: &Rewrite, file: &File, judged: &mut Judged) {
    let Some((pattern, old)) = olds(ctx, file, kind) else {
        let texts: Vec<String> = kind
            .patterns
            .iter()
            .map(|pattern| format!("`{}`", pattern.text()))
            .collect();
        let message = format!("no {} is left", crate::nodes::listed(&texts, "or"));
        let finding = ctx.holds("old-form", message).in_file(file.path());
        return judged.findings.push(finding);
    };
    let new = free_new_form(ctx, kind);
    let news = new
        .as_ref()
        .map(|new| Forms::new(ctx, file, kind, new).every)
        .unwrap_or_default();
    let mut is_clean = true;
    for hit in &old.every {
        let text = brief(&file.text(hit.range.clone()), 60);
        let finding = match what_is((kind, file), pattern, new.as_ref(), hit, &news) {
            Old::Part => continue,
            Old::Left => {
                let message = format!("the old form `{text}` is left");
                ctx.violated("old-form", message)
            }
            Old::Either => {
                let message = format!(
                    "`{text}` matches the old form and the new one, `{}`: which of them it is cannot be told from the tree; \
                     judge the patches, or switch off the isomorphism that makes them the same",
                    kind.replacement.text()
                );
                ctx.unknown("old-form", message)
            }
        };
        is_clean = false;
        judged.put(finding, file, hit.range.start);
    }
    if let Some(doubt) = old.doubts.first() {
        let finding = ctx.doubt("old-form", file, pattern, doubt);
        judged.findings.push(finding);
    } else if is_clean {
        let message = format!("`{}` is gone from the scope", pattern.text());
        let finding = ctx.holds("old-form", message).in_file(file.path());
        judged.findings.push(finding);
    }
}

/// Why a new form that does something does it nowhere: control never gets there, or it is in an operand that is not evaluated.
fn idle(file: &File, hit: &Match) -> Option<(usize, String)> {
    let node = node_of(file, &hit.range)?;
    let does = matches!(
        node.kind(),
        "call_expression" | "assignment_expression" | "update_expression"
    ) || node.kind().ends_with("statement");
    if !does {
        return None;
    }
    let text = brief(&file.text(hit.range.clone()), 60);
    let at = hit.range.start;
    if access_of(file, &hit.range) == Access::Unevaluated {
        let message = format!("`{text}` is in an operand that is not evaluated");
        return Some((at, message));
    }
    match Tested::code(file, hit.range.clone()).never_reached(&Flows::default()) {
        Some((Verdict::Violated, message)) => Some((at, message)),
        _ => None,
    }
}

/// The new form is there, as often as declared.
fn new_form(ctx: &Ctx<'_>, kind: &Rewrite, file: &File, judged: &mut Judged) {
    let new_form = free_new_form(ctx, kind);
    let forms = new_form
        .as_ref()
        .map(|new| Forms::new(ctx, file, kind, new))
        .unwrap_or_default();
    let doubt = new_form.as_ref().zip(forms.doubts.first());
    let found = forms.outermost();
    let least = match ctx.change.sites {
        Sites::Exactly(count) => count,
        Sites::One | Sites::All => 1,
    };
    let dead: Vec<_> = found.iter().filter_map(|hit| idle(file, hit)).collect();
    let otherwise = found.iter();
    let otherwise = otherwise.filter_map(|hit| called_otherwise(file, &hit.range));
    let otherwise: Vec<_> = otherwise.collect();
    match (found.first(), doubt) {
        (Some(_), _) if found.len() >= least && found.len() - dead.len() < least => {
            for (at, message) in dead {
                judged.put(ctx.violated("new-form", message), file, at);
            }
        }
        (Some(_), _) if found.len() >= least && !otherwise.is_empty() => {
            for (at, message) in otherwise {
                judged.put(ctx.unknown("new-form", message), file, at);
            }
        }
        (Some(hit), _) if found.len() >= least => {
            let message = format!("found `{}`", brief(&file.text(hit.range.clone()), 60));
            judged.put(ctx.holds("new-form", message), file, hit.range.start);
        }
        (_, Some((form, doubt))) => {
            judged
                .findings
                .push(ctx.doubt("new-form", file, form, doubt));
        }
        (first, None) => {
            let text = kind.replacement.text();
            let message = match found.len() {
                0 => format!("no match for `{text}`"),
                count => format!("expected {least} matches of `{text}`, found {count}"),
            };
            let finding = ctx.violated("new-form", message);
            match first {
                Some(hit) => judged.put(finding, file, hit.range.start),
                None => judged.findings.push(finding.in_file(file.path())),
            }
        }
    }
}
