//! `rewrite`: the old form is gone from the scope, the new one is where the old one was.

mod expected;
mod explain;
mod heads;
mod landed;

use std::ops::Range;

use query::File;
use query::pattern::{Bindings, Doubt, Fragment, Match, Pattern};
use query::types::DefinitionSource;
use schema::model::{Rewrite, Sites};
use sites::bare::{bound_apart, is_taken_apart_by};
use sites::effects::repeated;
use sites::kinds::rewrite::{at_site, free_form, left_of};
use sites::outermost;

use super::{Ctx, Judged, kept, none_of};
use expected::Expected;
use sites::brief;

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
    let (file, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let old = before
        .as_deref()
        .and_then(|before| Some((before, olds(ctx, before, kind)?)))
        .filter(|(_, (_, forms))| !forms.every.is_empty());
    match old {
        Some((before, (pattern, forms))) => {
            let every = to_rewrite(ctx, before, kind, pattern, forms.every);
            let replaced = Replaced {
                ctx,
                kind,
                before,
                after: &file,
                pattern,
                sites: outermost(every.clone()),
                every,
            };
            let mut new = Judged::default();
            let places = replaced.judge(&mut new);
            old_form_gone(ctx, kind, &file, pattern, &places, &mut judged);
            judged.findings.extend(new.findings);
            judged.explained_tokens.extend(new.explained_tokens);
            judged.comment_scopes.extend(new.comment_scopes);
        }
        None => landed::judge(ctx, kind, &file, &mut judged),
    }
    judged
}

/// How many new forms the file has in the tree after.
pub(super) fn new_forms(ctx: &Ctx<'_>, kind: &Rewrite) -> usize {
    let new = free_new_form(ctx, kind);
    let file = ctx.file(crate::comparison::Image::After).ok();
    let forms = new
        .zip(file)
        .map(|(new, file)| Forms::new(ctx, &file, kind, &new));
    forms.map_or(0, |forms| forms.outermost().len())
}

/// The lines of the file that a new form is on.
pub(super) fn new_lines(ctx: &Ctx<'_>, file: &File, kind: &Rewrite) -> Vec<usize> {
    let new = free_new_form(ctx, kind);
    let forms = new.map(|new| Forms::new(ctx, file, kind, &new).every);
    let lines = forms.into_iter().flatten().flat_map(|form| {
        let last = form.range.end.saturating_sub(1);
        file.line_of(form.range.start)..=file.line_of(last)
    });
    lines.collect()
}

/// No match of the old form is left, but for those that are part of a new form: one of `places`, or one that was there.
fn old_form_gone(
    ctx: &Ctx<'_>,
    kind: &Rewrite,
    file: &File,
    pattern: &Pattern,
    places: &[Range<usize>],
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
            let is_in =
                |range: &Range<usize>| range.start <= hit.range.start && hit.range.end <= range.end;
            // What a metavariable stands for is no part of the form.
            let is_part = |new: &Match| {
                let mut bound = new.bindings.values();
                is_in(&new.range) && !bound.any(|binding| is_in(&binding.range))
            };
            !news.iter().any(is_part) && !places.iter().any(is_in)
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
    free_form(kind, &ctx.as_declared())
}

/// The old forms that are to be rewritten. Where all are declared, those that are new forms already are none.
fn to_rewrite(
    ctx: &Ctx<'_>,
    file: &File,
    kind: &Rewrite,
    pattern: &Pattern,
    old: Vec<Match>,
) -> Vec<Match> {
    if ctx.change.sites != Sites::All {
        return old;
    }
    let new = free_new_form(ctx, kind);
    let news = new
        .as_ref()
        .map(|new| Forms::new(ctx, file, kind, new).every)
        .unwrap_or_default();
    let left = left_of((kind, file), pattern, new.as_ref(), &old, &news);
    if left.is_empty() { old } else { left }
}

/// The old sites of the tree before, each to be judged by its new form in the tree after.
struct Replaced<'a> {
    ctx: &'a Ctx<'a>,
    kind: &'a Rewrite,
    before: &'a File,
    after: &'a File,
    /// What the old forms match.
    pattern: &'a Pattern,
    /// The outermost old forms.
    sites: Vec<Match>,
    /// Those inside them too.
    every: Vec<Match>,
}

/// What has become of an old site.
enum Fate {
    /// Its new form is here.
    Made(Range<usize>),
    /// The old form is here still.
    Left(usize),
    /// It could not be told, which is said.
    Unclear,
}

/// A form in the tree after.
#[derive(Clone, Copy)]
enum Place {
    /// The new form, by its number.
    New(usize),
    /// An old one, and where it is.
    Old(usize),
}

impl Replaced<'_> {
    /// Every old site: its new form is there now, the metavariables with their own bytes. The places of the new forms.
    fn judge(&self, judged: &mut Judged) -> Vec<Range<usize>> {
        if self.kind.replacement.is_empty() {
            for old in &self.sites {
                explain::deleted(self, old, judged);
            }
            return Vec::new();
        }
        let mut texts = Vec::new();
        for old in &self.sites {
            match self.kind.replacement.fill(&self.rewritten_inside(old)) {
                Ok(text) => texts.push(at_site(self.before, &old.range, &text)),
                Err(name) => {
                    let message = format!("the pattern binds no `${name}`");
                    let finding = self.ctx.unknown("new-form", message);
                    judged.put(finding, self.before, old.range.start);
                    return Vec::new();
                }
            }
        }
        let expected = Expected::new(self.ctx, self.before, &self.sites, &texts);
        let mut places: Vec<Range<usize>> = Vec::new();
        let mut left: Vec<usize> = Vec::new();
        for (index, (old, text)) in self.sites.iter().zip(&texts).enumerate() {
            let expected = expected.as_ref();
            match self.one(index, old, text, expected, &places, judged) {
                Fate::Made(new) => places.push(new),
                Fate::Left(at) => left.push(at),
                Fate::Unclear => {}
            }
        }
        if let Some(first) = left.iter().min() {
            let message = format!(
                "{} of {} sites have the new form `{}`",
                places.len(),
                self.sites.len(),
                self.kind.replacement.text()
            );
            judged.put(self.ctx.violated("new-form", message), self.after, *first);
        }
        places
    }

    /// One old site, and where its new form is.
    fn one(
        &self,
        index: usize,
        old: &Match,
        text: &str,
        expected: Option<&Expected>,
        taken: &[Range<usize>],
        judged: &mut Judged,
    ) -> Fate {
        let head = heads::Head::of(self, old);
        let text = head.as_ref().map_or(text, |head| &head.text);
        let pattern = match Pattern::compile(text, Fragment::Any, &self.ctx.as_declared()) {
            Ok(pattern) => pattern,
            Err(error) => {
                let finding = self.ctx.unknown("new-form", error.to_string());
                judged.put(finding, self.before, old.range.start);
                return Fate::Unclear;
            }
        };
        let forms = Forms::new(self.ctx, self.after, self.kind, &pattern);
        let now = each_once(forms.every);
        let wanted = expected.map(|expected| {
            let wanted = each_once(Forms::new(self.ctx, &expected.file, self.kind, &pattern).every);
            let own = expected.index(index, &wanted);
            (wanted.len(), own, expected.line(index))
        });
        let count = wanted.map_or(1, |(count, _, _)| count.max(1));
        let few = wanted.filter(|(count, _, _)| now.len() < *count);
        let in_order = few.and_then(|(count, own, _)| self.in_order(text, &now, count, own?));
        let new = match wanted {
            Some((count, Some(own), _)) if now.len() == count => now.get(own),
            // What is too many is told by its tokens (`frame/tokens`), if no other change has brought it.
            Some((count, _, line)) if now.len() >= count => {
                let free = now.iter().filter(|hit| !taken.contains(&hit.range));
                free.min_by_key(|hit| self.after.line_of(hit.range.start).abs_diff(line))
            }
            _ => match in_order {
                Some(Place::New(own)) => now.get(own),
                Some(Place::Old(at)) if self.sites.len() > 1 => return Fate::Left(at),
                _ => None,
            },
        };
        let old_text = brief(&self.before.text(old.range.clone()), 60);
        let Some(new) = new else {
            let doubt = forms.doubts.first();
            let counts = (count, now.len());
            self.missing(&pattern, (old, text), &old_text, counts, doubt, judged);
            return Fate::Unclear;
        };
        let (old, place) = match &head {
            Some(head) => (&head.old, heads::before_body(self.after, &new.range)),
            None => (old, new.range.clone()),
        };
        let kept = kept::Site {
            before: self.before,
            old,
            pattern: self.pattern.text(),
            after: self.after,
            new: &place,
            template: &self.kind.replacement,
            filled: text,
        };
        let twice = || repeated(self.before, &old.bindings, &self.kind.replacement, false);
        let fault = kept.fault().or_else(|| self.taken_apart(old, &place));
        let finding = match fault.or_else(twice) {
            Some(fault) => self.ctx.violated("new-form", fault),
            None => {
                let message = format!("`{}` replaces `{old_text}`", brief(text, 60));
                self.ctx.holds("new-form", message)
            }
        };
        judged.put(finding, self.after, new.range.start);
        if explain::parts_a_pragma(self.after, self.before, &old.range, &new.range) {
            let message = "it is between a `#pragma` and the loop that that is about";
            let finding = self.ctx.violated("new-form", message);
            judged.put(finding, self.after, new.range.start);
        }
        explain::replaced(self, old, &place, judged);
        Fate::Made(new.range.clone())
    }

    /// What is wrong with a new form that a macro does not take as a whole, where the old one was whole.
    fn taken_apart(&self, old: &Match, place: &Range<usize>) -> Option<String> {
        let definitions = self.ctx.resolver(self.before).definitions;
        if is_taken_apart_by(self.before, &definitions, &old.range).is_some() {
            return None;
        }
        let definitions = self.ctx.resolver(self.after).definitions;
        let home = (self.after, &definitions as &dyn DefinitionSource);
        if let Some(message) = bound_apart((self.after, place), home, &old.bindings) {
            return Some(message);
        }
        let name = is_taken_apart_by(self.after, &definitions, place)?;
        let text = self.after.text(place.clone());
        Some(sites::bare::message(&name, &text))
    }

    /// What a site has become, where the sites of one new form have too few of it: of the new forms and the old ones that
    /// are left, in the order of the file, there are as many as there have to be new ones. None where there are not.
    fn in_order(&self, text: &str, now: &[Match], count: usize, own: usize) -> Option<Place> {
        let left = Forms::old(self.ctx, self.after, self.kind, self.pattern).outermost();
        let is_in_new = |old: &Match| {
            let mut now = now.iter();
            now.any(|new| new.range.start <= old.range.start && old.range.end <= new.range.end)
        };
        let is_such = |old: &Match| {
            let filled = self.kind.replacement.fill(&old.bindings);
            let filled = filled.map(|filled| at_site(self.after, &old.range, &filled));
            filled.is_ok_and(|filled| filled == text) && !is_in_new(old)
        };
        let old = left.iter().filter(|old| is_such(old));
        let old = old.map(|old| (old.range.start, Place::Old(old.range.start)));
        let new = now.iter().enumerate();
        let new = new.map(|(at, new)| (new.range.start, Place::New(at)));
        let mut all: Vec<(usize, Place)> = old.chain(new).collect();
        all.sort_by_key(|(start, _)| *start);
        if all.len() != count {
            return None;
        }
        all.get(own).map(|(_, place)| *place)
    }

    /// There are not as many new forms as there have to be.
    fn missing(
        &self,
        pattern: &Pattern,
        (old, text): (&Match, &str),
        old_text: &str,
        (expected, found): (usize, usize),
        doubt: Option<&Doubt>,
        judged: &mut Judged,
    ) {
        if let Some(doubt) = doubt {
            let finding = self.ctx.doubt("new-form", self.after, pattern, doubt);
            return judged.findings.push(finding);
        }
        let replacements = if expected == 1 {
            "replacement"
        } else {
            "replacements"
        };
        let message =
            format!("expected {expected} {replacements} `{text}` of `{old_text}`, found {found}");
        let finding = self.ctx.violated("new-form", message);
        // The line of a function that may have no such code any more; of a whole file there is none to show.
        let function = self.before.function_at(old.range.start);
        let functions = function.map(|function| self.after.functions_named(&function.name));
        match functions.iter().flatten().next() {
            Some(function) => judged.put(finding, self.after, function.range.start),
            None => judged.findings.push(finding.in_file(self.after.path())),
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

/// The matches, each place once; of those that begin together, the longest first.
fn each_once(mut found: Vec<Match>) -> Vec<Match> {
    found.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
    found.dedup_by(|a, b| a.range == b.range);
    found
}
