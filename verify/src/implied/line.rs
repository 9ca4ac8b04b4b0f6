//! `line`: the line stands once in a file that is not C, where it was declared.

use schema::model::{Line, Side as Beside};
use sites::kinds::line as anchors;

use super::{Ctx, Judged, no_such_neighbour};
use crate::comparison::Image;
use crate::explained::Explained;
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

/// What it looks for, in words.
pub(super) fn sought(_: &Line) -> String {
    no_such_neighbour()
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Line) -> Judged {
    let (path, bytes) = match ctx.bytes(Image::After) {
        Ok(found) => found,
        Err(finding) => return Judged::only(*finding),
    };
    let lines = lines(&bytes);
    let own: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, (_, text))| *text == kind.add)
        .map(|(at, _)| at)
        .collect();
    let [at] = own.as_slice() else {
        let message = match own.len() {
            0 => format!("the line `{}` does not stand there", kind.add.trim()),
            n => format!("the line `{}` stands {n} times", kind.add.trim()),
        };
        let mut finding = ctx.violated("once", message).in_file(&path);
        if let Some(last) = own.last() {
            finding = finding.at_line(last + 1);
        }
        return Judged::only(finding);
    };
    let mut judged = Judged::default();
    let there = |finding: crate::finding::Finding| {
        finding.in_file(&path).at_line(at + 1).showing(&kind.add)
    };
    judged
        .findings
        .push(there(ctx.holds("once", "the line stands once")));
    let finding = match &kind.beside {
        None if at + 1 == lines.len() => ctx.holds("beside", "the line is the last"),
        None => ctx.violated("beside", "the line is not the file's last"),
        Some(beside) => {
            let neighbours = neighbours(&lines, kind);
            let (word, wanted) = match beside.side {
                Beside::After => ("after", at.checked_sub(1)),
                Beside::Before => ("before", Some(at + 1)),
            };
            if wanted.is_some_and(|wanted| neighbours.contains(&wanted)) {
                ctx.holds(
                    "beside",
                    format!("the line stands directly {word} its neighbour"),
                )
            } else {
                let anchors = beside.anchors.join("` or `");
                let message = format!("the line does not stand directly {word} `{anchors}`");
                ctx.violated("beside", message)
            }
        }
    };
    judged.findings.push(there(finding));
    if let Some((range, _)) = lines.get(*at) {
        judged.comment_scope(&path, range.clone());
        judged
            .explained_tokens
            .push(Explained::inserted(&path, vec![range.clone()]));
    }
    judged
}
