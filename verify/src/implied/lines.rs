//! `lines`: the new lines are there once, together, in their part, beside what the spec says; the old ones are gone.

use std::ops::Range;

use dialect::TreePath;
use query::File;
use schema::model::{ChangeKind, Lines, Side, Sites};
use sites::kinds::lines::{self as anchors, FileLines, Place};
use sites::{Reason, Unresolved, brief};
use trees::parts::split;

use super::{Ctx, Judged};
use crate::explained::Explained;
use crate::finding::Finding;

/// What it looks for, in words.
pub(super) fn sought(kind: &Lines) -> String {
    let first = kind
        .beside
        .iter()
        .flat_map(|beside| beside.anchors.first())
        .flatten();
    let mut first = first.chain(&kind.old).chain(&kind.within);
    match first.next() {
        Some(line) => format!("no `{}`", line.trim()),
        None => "no end of the file".to_owned(),
    }
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Lines) -> Judged {
    let (after, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let resolver = ctx.resolver(&after);
    let text = match FileLines::of(&resolver, kind) {
        Ok(text) => text,
        Err(unresolved) => return Judged::only(unread(ctx, &after, &unresolved)),
    };
    let others = anchors::others(ctx.comparison.spec, after.path(), kind);
    let mut judging = Judging {
        ctx,
        kind,
        after: &after,
        judged: Judged::default(),
    };
    let made = anchors::made(&text, kind, &others);
    judging.gone(&text, &made);
    match before {
        Some(before) => judging.patched(&before, &text, &made),
        None => judging.as_it_is(&text, &made),
    }
    judging.judged
}

/// The parts of the file are not known, or it has not the one that is meant.
fn unread(ctx: &Ctx<'_>, file: &File, unresolved: &Unresolved) -> Finding {
    let message = unresolved.message.clone();
    let finding = match unresolved.reason {
        Reason::Unread => ctx.unknown("lines", message),
        _ => ctx.violated("lines", message),
    };
    let finding = finding.in_file(file.path());
    match unresolved.line {
        Some(line) => finding.at_line(line),
        None => finding,
    }
}

struct Judging<'a> {
    ctx: &'a Ctx<'a>,
    kind: &'a Lines,
    after: &'a File,
    judged: Judged,
}

impl Judging<'_> {
    /// The old lines are nowhere but in the new ones.
    fn gone(&mut self, text: &FileLines<'_>, made: &[Place]) {
        if self.kind.old.is_empty() {
            return;
        }
        let left = anchors::left(text, self.kind, made);
        let finding = match left.first() {
            Some(left) => {
                let message = format!("`{}` is still there", shown(&self.kind.old));
                self.at(self.ctx.violated("gone", message), left.start)
            }
            None => {
                let message = "the old lines are gone";
                self.ctx.holds("gone", message).in_file(self.after.path())
            }
        };
        self.judged.findings.push(finding);
    }

    /// A tree as it is has the new lines as often as declared.
    fn as_it_is(&mut self, text: &FileLines<'_>, made: &[Place]) {
        let fits = match self.ctx.change.sites {
            Sites::One => made.len() == 1,
            Sites::Exactly(count) => made.len() == count,
            Sites::All => !made.is_empty(),
        };
        if self.kind.new.is_empty() {
            self.neighbour(text);
            return;
        }
        self.counted(made, fits);
        self.once(text, made);
        self.explain(None, made);
    }

    /// What lines went from beside is there still: else nobody knows where they were.
    fn neighbour(&mut self, text: &FileLines<'_>) {
        if !anchors::has_anchor(text, self.kind) {
            let message = "what the old lines were beside is gone";
            let finding = self
                .ctx
                .violated("gone", message)
                .in_file(self.after.path());
            self.judged.findings.push(finding);
        }
    }

    /// Where the old lines were, or what the new ones go beside, the new ones are: as often, and nowhere else.
    fn patched(&mut self, before: &File, text: &FileLines<'_>, made: &[Place]) {
        let ctx = self.ctx;
        let resolver = ctx.resolver_of(crate::comparison::Image::Before, before);
        let was = resolver.and_then(|resolver| anchors::find(&resolver, self.kind).ok());
        let Some(was) = was.map(|chosen| chosen.found) else {
            let finding = ctx.unknown(
                "lines",
                "the tree before does not have the lines as declared",
            );
            self.judged.findings.push(finding.in_file(before.path()));
            return;
        };
        self.kept(before, &was);
        if self.kind.new.is_empty() {
            for place in &was {
                self.removed(before, place);
            }
            return;
        }
        self.counted(made, made.len() == was.len());
        self.once(text, made);
        self.joined(made);
        self.explain(Some(&was).filter(|was| was.len() == made.len()), made);
    }

    /// All else is as it was, blank lines too, which the token frame does not see. Where other changes are in the file, that
    /// is not told apart. A `rename` may change words of any document: there the token frame sees to what the lines say.
    fn kept(&mut self, before: &File, was: &[Place]) {
        let path = self.after.path();
        let changes = self.ctx.comparison.spec.changes();
        let in_file = changes.filter(|change| change.forms().any(|form| form.files.contains(path)));
        if in_file.count() != 1 {
            return;
        }
        let mut expected: Vec<&[u8]> = Vec::new();
        let mut at = 0;
        let new: Vec<&[u8]> = self.kind.new.iter().map(|line| line.as_bytes()).collect();
        let old = before.written();
        for place in was {
            expected.extend(split(old.get(at..place.old.start).unwrap_or_default()));
            expected.extend(&new);
            at = place.old.end;
        }
        expected.extend(split(old.get(at..).unwrap_or_default()));
        let there = split(self.after.written());
        let bare = |line: Option<&&[u8]>| {
            line.map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        };
        let is_blank = |line: Option<&&[u8]>| line.map(|line| line.trim_ascii().is_empty());
        let is_renamed = self.may_be_renamed(path);
        let mut lines = 0..expected.len().max(there.len());
        let differs = lines.find(|&at| {
            let (was, is) = (expected.get(at), there.get(at));
            match is_renamed {
                true => is_blank(was) != is_blank(is),
                false => bare(was) != bare(is),
            }
        });
        if let Some(at) = differs {
            let offset = self.after.lines().range_of(at + 1).start;
            let message = "a line differs that the change does not name";
            let finding = self.at(self.ctx.violated("kept", message), offset);
            self.judged.findings.push(finding);
        }
    }

    /// Whether a change of the spec changes words of documents, and the file is one.
    fn may_be_renamed(&self, path: &TreePath) -> bool {
        let mut forms = self.ctx.comparison.spec.forms();
        sites::wide::is_prose(path)
            && forms.any(|form| matches!(&form.kind, ChangeKind::Rename(rename) if rename.prose))
    }

    fn counted(&mut self, made: &[Place], fits: bool) {
        let shown = shown(&self.kind.new);
        let place = self.place();
        let message = match (fits, made.len()) {
            (true, _) => format!("`{shown}` is {place}"),
            (false, 0) => format!("`{shown}` is not {place}"),
            (false, count) => format!("`{shown}` is {count} times {place}"),
        };
        let finding = match fits {
            true => self.ctx.holds("lines", message),
            false => self.ctx.violated("lines", message),
        };
        let finding = match made.last() {
            Some(last) => self.at(finding, last.old.start),
            None => finding.in_file(self.after.path()),
        };
        self.judged.findings.push(finding);
    }

    /// The part has the new lines nowhere else. Blank ones are found all over.
    fn once(&mut self, text: &FileLines<'_>, made: &[Place]) {
        let is_blank = self.kind.new.iter().all(|line| line.trim().is_empty());
        if self.ctx.change.sites != Sites::One || made.len() != 1 || is_blank {
            return;
        }
        let count = text.count(&self.kind.new);
        if count > 1 {
            let message = format!("`{}` is there {count} times", shown(&self.kind.new));
            let finding = self
                .ctx
                .violated("once", message)
                .in_file(self.after.path());
            self.judged.findings.push(finding);
        }
    }

    /// No line that went on behind a backslash ends now, and none takes in the next.
    fn joined(&mut self, made: &[Place]) {
        for place in made {
            let line = self.after.line_of(place.old.start);
            let text = |line: usize| sites::lines::line_text(self.after, line);
            let above = line.checked_sub(1).filter(|line| *line > 0).map(text);
            let below = (place.old.end < self.after.written().len())
                .then(|| text(line + self.kind.new.len()));
            let torn = anchors::torn(
                self.after.path(),
                self.kind,
                above.as_deref(),
                below.as_deref(),
            );
            if let Some(message) = torn {
                let finding = self.at(self.ctx.violated("joined", message), place.old.start);
                self.judged.findings.push(finding);
            }
        }
    }

    fn explain(&mut self, was: Option<&Vec<Place>>, made: &[Place]) {
        let path = self.after.path();
        for (at, place) in made.iter().enumerate() {
            let now = place.old.clone();
            let was = was
                .and_then(|was| was.get(at))
                .filter(|was| !was.old.is_empty());
            // What has no tokens leaves no mark in a stream of them.
            let has_tokens = |file: &[u8], range: &Range<usize>| {
                let bytes = file.get(range.clone()).unwrap_or_default();
                !crate::frame::tokens::pieces(path, bytes).is_empty()
            };
            let is_blank = !has_tokens(self.after.written(), &now);
            let explained = match was {
                None => Explained::inserted(path, vec![now.clone()]),
                Some(was) if is_blank => Explained::removed(path, was.old.clone()),
                Some(_) if self.kind.old.iter().all(|line| line.trim().is_empty()) => {
                    Explained::inserted(path, vec![now.clone()])
                }
                Some(was) => Explained::replaced(path, was.old.clone(), now.clone()),
            };
            self.judged.explained_tokens.push(explained);
            self.judged.comment_scope(path, now);
        }
    }

    fn removed(&mut self, before: &File, place: &Place) {
        let explained = Explained::removed(before.path(), place.old.clone());
        self.judged.explained_tokens.push(explained);
    }

    /// Where the lines are to be, in words.
    fn place(&self) -> String {
        let within = match self.kind.within.as_slice() {
            [] => String::new(),
            names => format!(" in `{}`", names.join("` or `")),
        };
        match &self.kind.beside {
            None if self.kind.old.is_empty() => match within.as_str() {
                "" => "at the end of the file".to_owned(),
                within => format!("at the end{}", within.replacen(" in", " of", 1)),
            },
            None => format!("there{within}"),
            Some(beside) => {
                let word = match beside.side {
                    Side::After => "after",
                    Side::Before => "before",
                };
                let anchors: Vec<String> =
                    beside.anchors.iter().map(|anchor| shown(anchor)).collect();
                format!("directly {word} `{}`{within}", anchors.join("` or `"))
            }
        }
    }

    fn at(&self, finding: Finding, offset: usize) -> Finding {
        let line = self.after.line_of(offset);
        let text = sites::lines::line_text(self.after, line);
        finding
            .in_file(self.after.path())
            .at_line(line)
            .showing(&text)
    }
}

/// Lines as one.
fn shown(lines: &[String]) -> String {
    let lines = lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty());
    let text = lines.collect::<Vec<_>>().join(" ");
    match text.is_empty() {
        true => "a blank line".to_owned(),
        false => brief(&text, 80),
    }
}
