//! `rewrite`: the old form is gone from the scope, the new one is where the old one was.

mod explain;
mod landed;

use query::File;
use query::pattern::{Bindings, Doubt, Fragment, Match, Pattern};
use schema::model::Rewrite;
use sites::outermost;

use super::{Ctx, Judged, none_of};
use crate::comparison::Image;
use crate::nodes::{brief, times};

/// The matches of one pattern in the scope, nested ones too, and what could be another.
#[derive(Default)]
struct Forms {
    every: Vec<Match>,
    doubts: Vec<Doubt>,
}

impl Forms {
    /// The old forms that a pattern means.
    fn old(ctx: &Ctx<'_>, file: &File, kind: &Rewrite, pattern: &Pattern) -> Self {
        let regions = ctx.regions(file, &kind.functions);
        let (every, doubts) = ctx.find(file, pattern, &regions).parts();
        Self { every, doubts }
    }

    /// The new forms, those that a longer chain has taken in among them.
    fn new(ctx: &Ctx<'_>, file: &File, kind: &Rewrite, pattern: &Pattern) -> Self {
        let regions = ctx.regions(file, &kind.functions);
        let whole = ctx.find(file, pattern, &regions);
        let runs = ctx.runs(file, &kind.functions, pattern);
        let (every, doubts) = whole.and(runs).parts();
        Self { every, doubts }
    }

    fn outermost(&self) -> Vec<Match> {
        outermost(self.every.clone())
    }
}

/// The first pattern that has a match in the scope, or could have one.
fn olds<'k>(ctx: &Ctx<'_>, file: &File, kind: &'k Rewrite) -> Option<(&'k Pattern, Forms)> {
    kind.patterns
        .iter()
        .map(|pattern| (pattern, Forms::old(ctx, file, kind, pattern)))
        .find(|(_, forms)| !forms.every.is_empty() || !forms.doubts.is_empty())
}

/// What it looks for, in words.
pub(super) fn sought(kind: &Rewrite) -> String {
    none_of(kind.patterns.iter().map(Pattern::text))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Rewrite) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let before = match ctx.side {
        Image::Before => match ctx.file(Image::Before) {
            Ok(file) => Some(file),
            Err(finding) => return Judged::only(*finding),
        },
        Image::After => None,
    };
    let old = before
        .as_deref()
        .and_then(|before| Some((before, olds(ctx, before, kind)?)))
        .filter(|(_, (_, forms))| !forms.every.is_empty());
    match old {
        Some((before, (pattern, forms))) => {
            old_form_gone(ctx, kind, &file, pattern, &mut judged);
            let replaced = Replaced {
                ctx,
                kind,
                before,
                after: &file,
                sites: forms.outermost(),
                every: forms.every,
            };
            for old in &replaced.sites {
                replaced.judge(old, &mut judged);
            }
        }
        None => landed::judge(ctx, kind, &file, &mut judged),
    }
    judged
}

/// No match of the old form is left, but for those that are part of a new form.
fn old_form_gone(
    ctx: &Ctx<'_>,
    kind: &Rewrite,
    file: &File,
    pattern: &Pattern,
    judged: &mut Judged,
) {
    let news = free_new_form(ctx, kind)
        .map(|new| Forms::new(ctx, file, kind, &new).outermost())
        .unwrap_or_default();
    let old = Forms::old(ctx, file, kind, pattern);
    let left: Vec<Match> = old
        .outermost()
        .into_iter()
        .filter(|hit| {
            !news
                .iter()
                .any(|new| new.range.start <= hit.range.start && hit.range.end <= new.range.end)
        })
        .collect();
    for hit in &left {
        let message = format!(
            "the old form `{}` is left",
            brief(&file.text(hit.range.clone()), 60)
        );
        judged.put(ctx.violated("old-form", message), file, hit.range.start);
    }
    if let Some(doubt) = old.doubts.first() {
        judged
            .findings
            .push(ctx.doubt("old-form", file, pattern, doubt));
    } else if left.is_empty() {
        let message = format!("`{}` is gone from the scope", pattern.text());
        judged
            .findings
            .push(ctx.holds("old-form", message).in_file(file.path()));
    }
}

/// The new form with its metavariables free.
fn free_new_form(ctx: &Ctx<'_>, kind: &Rewrite) -> Option<Pattern> {
    Pattern::compile(kind.replacement.text(), Fragment::Any, &ctx.as_declared()).ok()
}

/// The old sites of the tree before, each to be judged by its new form in the tree after.
struct Replaced<'a> {
    ctx: &'a Ctx<'a>,
    kind: &'a Rewrite,
    before: &'a File,
    after: &'a File,
    /// The outermost old forms.
    sites: Vec<Match>,
    /// Those inside them too.
    every: Vec<Match>,
}

/// Where the new form of one site is.
enum Placed<'m> {
    /// Here.
    At(&'m Match),
    /// The tree before had some as well: there are as many as there have to be, and which is this site's is told by its
    /// line.
    Among(&'m [Match]),
    /// There are not as many as there have to be.
    Missing {
        /// So many.
        expected: usize,
    },
}

impl Replaced<'_> {
    /// One old site: its new form is there now, the metavariables with their own bytes.
    fn judge(&self, old: &Match, judged: &mut Judged) {
        let (text, pattern) = match self.new_form(old) {
            Ok(new) => new,
            Err(message) => {
                let finding = self.ctx.unknown("new-form", message);
                return judged.put(finding, self.before, old.range.start);
            }
        };
        let forms = Forms::new(self.ctx, self.after, self.kind, &pattern);
        let now = forms.outermost();
        let old_text = brief(&self.before.text(old.range.clone()), 60);
        match self.placed(old, &text, &pattern, &now) {
            Placed::At(new) => {
                let message = format!("`{}` replaces `{old_text}`", brief(&text, 60));
                let finding = self.ctx.holds("new-form", message);
                judged.put(finding, self.after, new.range.start);
                if explain::parts_a_pragma(self.after, self.before, old, new) {
                    let message = "it is between a `#pragma` and the loop that that is about";
                    let finding = self.ctx.violated("new-form", message);
                    judged.put(finding, self.after, new.range.start);
                }
                explain::replaced(self.after, self.before, old, new, judged);
            }
            Placed::Among(all) => {
                let message = format!("`{text}` is there {}, as declared", times(all.len()));
                let finding = self.ctx.holds("new-form", message);
                judged.put(finding, self.before, old.range.start);
                explain::nearest(self.after, self.before, old, all, judged);
            }
            Placed::Missing { expected } => match forms.doubts.first() {
                Some(doubt) => {
                    let finding = self.ctx.doubt("new-form", self.after, &pattern, doubt);
                    judged.findings.push(finding);
                }
                None => {
                    let message = format!(
                        "expected {expected} {} `{text}` of `{old_text}`, found {}",
                        if expected == 1 {
                            "replacement"
                        } else {
                            "replacements"
                        },
                        now.len()
                    );
                    let at = self
                        .ctx
                        .regions(self.after, &self.kind.functions)
                        .first()
                        .map_or(0, |r| r.start);
                    let finding = self.ctx.violated("new-form", message);
                    judged.put(finding, self.after, at);
                }
            },
        }
    }

    /// The new form of a site, as text and as the pattern that matches just that.
    fn new_form(&self, old: &Match) -> Result<(String, Pattern), String> {
        let bindings = self.rewritten_inside(old);
        let replacement = &self.kind.replacement;
        let text = replacement
            .fill(&bindings)
            .map_err(|name| format!("the pattern binds no `${name}`"))?;
        replacement
            .to_pattern(&bindings, Fragment::Any, &self.ctx.as_declared())
            .map(|pattern| (text, pattern))
            .map_err(|error| error.to_string())
    }

    /// Which of the new forms of the tree after is the site's.
    fn placed<'m>(
        &self,
        old: &Match,
        text: &str,
        pattern: &Pattern,
        now: &'m [Match],
    ) -> Placed<'m> {
        // Sites with the same text have new forms with the same text: they are told apart by their order.
        let alike = |hit: &&Match| {
            let replacement = &self.kind.replacement;
            let filled = replacement.fill(&self.rewritten_inside(hit));
            filled.is_ok_and(|filled| filled == text)
        };
        let had = Forms::new(self.ctx, self.before, self.kind, pattern)
            .outermost()
            .len();
        let expected = had + self.sites.iter().filter(alike).count();
        if now.len() != expected {
            return Placed::Missing { expected };
        }
        if had > 0 {
            return Placed::Among(now);
        }
        let earlier = self
            .sites
            .iter()
            .take_while(|hit| hit.range.start < old.range.start);
        match now.get(earlier.filter(alike).count()) {
            Some(new) => Placed::At(new),
            None => Placed::Missing { expected },
        }
    }

    /// What the metavariables stand for, with the old forms inside it rewritten too.
    fn rewritten_inside(&self, old: &Match) -> Bindings {
        let mut bindings = old.bindings.clone();
        for binding in bindings.values_mut() {
            let inside = self.every.iter().filter(|other| {
                other.range != old.range
                    && binding.range.start <= other.range.start
                    && other.range.end <= binding.range.end
            });
            let mut text = self.before.text(binding.range.clone()).into_owned();
            for inner in outermost(inside.cloned().collect()).iter().rev() {
                let deeper = self.rewritten_inside(inner);
                let start = inner.range.start - binding.range.start;
                let at = start..start + inner.range.len();
                let filled = self.kind.replacement.fill(&deeper);
                if let (Ok(new), Some(_)) = (filled, text.get(at.clone())) {
                    text.replace_range(at, &new);
                    binding.text.clone_from(&text);
                }
            }
        }
        bindings
    }
}
