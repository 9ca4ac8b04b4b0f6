//! `line`: the line is there once in a file that is not C, where it was declared.

use dialect::TreePath;
use schema::model::{ChangeKind, Line, Side as Beside};
use sites::kinds::line as anchors;

use super::{Ctx, Judged, no_such_neighbour};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::finding::Verdict;
use std::ops::Range;

/// The lines of a file with their ranges, newlines left out.
fn lines(bytes: &[u8]) -> Vec<(Range<usize>, String)> {
    let mut start = 0;
    bytes
        .split_inclusive(|&byte| byte == b'\n')
        .map(|line| {
            let range = start..start + line.len();
            start = range.end;
            let text = String::from_utf8_lossy(line);
            (range, text.trim_end_matches(['\n', '\r']).to_owned())
        })
        .collect()
}

/// The indices of the neighbour's lines: of the first anchor that the file has.
fn neighbours(lines: &[(Range<usize>, String)], kind: &Line) -> Vec<usize> {
    let lines = lines
        .iter()
        .map(|(range, text)| (text.clone(), range.start));
    let lines: Vec<(String, usize)> = lines.collect();
    anchors::neighbours(&lines, kind).map_or_else(Vec::new, |(_, found)| found)
}

/// The lines that may come between this one and its neighbour: those that other changes of the spec declare, and of those
/// with the same neighbour the ones that are nearer to it in the order of the spec.
fn others<'a>(ctx: &'a Ctx<'_>, kind: &Line) -> Vec<&'a str> {
    let spec = ctx.comparison.spec;
    let own = spec.changes().position(|change| change.id == ctx.change.id);
    let forms = spec
        .changes()
        .enumerate()
        .flat_map(|(at, change)| change.forms().map(move |body| (at, body)));
    let allowed = forms.filter_map(|(at, body)| {
        let ChangeKind::Line(other) = &body.kind else {
            return None;
        };
        let place = |line: &Line| {
            let beside = line.beside.as_ref();
            beside.map(|beside| (beside.side, beside.anchors.clone()))
        };
        let shares = place(kind) == place(other);
        let is_nearer = match place(kind) {
            Some((Beside::After, _)) => Some(at) < own,
            Some((Beside::Before, _)) | None => Some(at) > own,
        };
        (Some(at) != own && (!shares || is_nearer)).then_some(other.add.as_str())
    });
    allowed.collect()
}

/// What it looks for, in words.
pub(super) fn sought(_: &Line) -> String {
    no_such_neighbour()
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Line) -> Judged {
    let (path, bytes) = match ctx.bytes(Image::After) {
        Ok(found) => found,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = text(ctx, kind, &path, &bytes);
    let mut findings = judged.findings.iter();
    if let Some(unfit) = anchors::of_c(&path)
        && findings.all(|finding| finding.verdict != Verdict::Violated)
    {
        let finding = ctx.unknown("site", unfit.message);
        judged.findings.push(finding.in_file(&path));
    }
    judged
}

/// The line, whatever it means.
fn text(ctx: &Ctx<'_>, kind: &Line, path: &TreePath, bytes: &[u8]) -> Judged {
    let lines = lines(bytes);
    let own: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, (_, text))| *text == kind.add)
        .map(|(at, _)| at)
        .collect();
    let [at] = own.as_slice() else {
        let message = match own.len() {
            0 => format!("the line `{}` is missing", kind.add.trim()),
            n => format!(
                "expected the line `{}` once, found {n} times",
                kind.add.trim()
            ),
        };
        let mut finding = ctx.violated("once", message).in_file(path);
        if let Some(last) = own.last() {
            finding = finding.at_line(last + 1);
        }
        return Judged::only(finding);
    };
    let mut judged = Judged::default();
    let there =
        |finding: crate::finding::Finding| finding.in_file(path).at_line(at + 1).showing(&kind.add);
    judged
        .findings
        .push(there(ctx.holds("once", "the line is there once")));
    let finding = match &kind.beside {
        None => {
            let allowed = others(ctx, kind);
            let mut below = lines.iter().skip(at + 1);
            if below.all(|(_, text)| allowed.contains(&text.as_str())) {
                ctx.holds("beside", "the line is the last")
            } else {
                ctx.violated("beside", "the line is not the file's last")
            }
        }
        Some(beside) => {
            let neighbours = neighbours(&lines, kind);
            let (word, between) = match beside.side {
                Beside::After => {
                    let above = neighbours.iter().rfind(|neighbour| *neighbour < at);
                    ("after", above.map(|above| above + 1..*at))
                }
                Beside::Before => {
                    let below = neighbours.iter().find(|neighbour| *neighbour > at);
                    ("before", below.map(|below| at + 1..*below))
                }
            };
            let between = between.and_then(|between| lines.get(between));
            let allowed = others(ctx, kind);
            let is_allowed = |(_, text): &(Range<usize>, String)| allowed.contains(&text.as_str());
            if between.is_some_and(|between| between.iter().all(is_allowed)) {
                ctx.holds(
                    "beside",
                    format!("the line is directly {word} its neighbour"),
                )
            } else {
                let anchors = beside.anchors.join("` or `");
                let message = format!("the line is not directly {word} `{anchors}`");
                ctx.violated("beside", message)
            }
        }
    };
    judged.findings.push(there(finding));
    // Of a tree as it is, nobody knows what went on over the line before.
    let text = |at: Option<usize>| Some(lines.get(at?)?.1.as_str());
    let (above, below) = (text(at.checked_sub(1)), text(Some(at + 1)));
    let torn = anchors::torn(ctx.comparison.spec, &kind.add, above, below);
    if let Some(message) = torn.filter(|_| ctx.comparison.before.is_some()) {
        judged.findings.push(there(ctx.violated("joined", message)));
    }
    if let Some((range, _)) = lines.get(*at) {
        judged.comment_scope(path, range.clone());
        judged
            .explained_tokens
            .push(Explained::inserted(path, vec![range.clone()]));
    }
    judged
}
