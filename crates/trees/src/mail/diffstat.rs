//! The diffstat of a mail.

use super::text::Line;

/// A diffstat, as it is in the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffStat {
    /// A row a file.
    pub rows: Vec<DiffStatRow>,
    /// Files, as the last line says.
    pub files: usize,
    /// Insertions, as the last line says.
    pub insertions: usize,
    /// Deletions, as the last line says.
    pub deletions: usize,
    /// 1-based line of the first row in the mail file (of the last line, where there is no row).
    pub line: usize,
}

/// A file's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffStatRow {
    /// The path as shown: shortened with `...` where it is long, `old => new` where it was renamed.
    pub path: String,
    /// Changed lines; none for a binary file.
    pub changed: Option<usize>,
    /// Insertions, where the row's graph is to scale one to one.
    pub insertions: Option<usize>,
    /// Deletions, where the row's graph is to scale one to one.
    pub deletions: Option<usize>,
    /// 1-based line in the mail file.
    pub line: usize,
}

/// A diffstat among the lines, and the lines that it takes: rows, totals, and `create mode` and the like.
pub(super) fn find(lines: &[Line<'_>]) -> Option<(DiffStat, std::ops::Range<usize>)> {
    let (at, mut stat) = lines
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, line)| Some((at, totals(line)?)))?;
    let above = lines.get(..at).unwrap_or_default();
    stat.rows = above.iter().rev().map_while(row).collect();
    stat.rows.reverse();
    let start = at - stat.rows.len();
    stat.line = lines.get(start)?.number;
    let below = lines.get(at + 1..).unwrap_or_default();
    let remarks = below
        .iter()
        .take_while(|line| is_remark(line.bytes))
        .count();
    Some((stat, start..at + 1 + remarks))
}

/// ` 3 files changed, 16 insertions(+), 4 deletions(-)`
fn totals(line: &Line<'_>) -> Option<DiffStat> {
    let text = std::str::from_utf8(line.bytes).ok()?.strip_prefix(' ')?;
    let mut parts = text.trim_end().split(", ");
    let files = parts.next()?;
    let files = files
        .strip_suffix(" files changed")
        .or_else(|| files.strip_suffix(" file changed"))?
        .parse()
        .ok()?;
    let (mut insertions, mut deletions) = (0, 0);
    for part in parts {
        let (count, word) = part.split_once(' ')?;
        match word {
            "insertions(+)" | "insertion(+)" => insertions = count.parse().ok()?,
            "deletions(-)" | "deletion(-)" => deletions = count.parse().ok()?,
            _ => return None,
        }
    }
    Some(DiffStat {
        rows: Vec::new(),
        files,
        insertions,
        deletions,
        line: line.number,
    })
}

/// ` drivers/pci/iov.c | 8 ++++++--`
fn row(line: &Line<'_>) -> Option<DiffStatRow> {
    let text = String::from_utf8_lossy(line.bytes);
    let (path, graph) = text.strip_prefix(' ')?.rsplit_once(" | ")?;
    let graph = graph.trim();
    let (count, signs) = graph.split_once(' ').unwrap_or((graph, ""));
    let changed = count.parse().ok();
    if changed.is_none() && count != "Bin" {
        return None;
    }
    let signs = signs.trim_start();
    if changed.is_some() && !signs.bytes().all(|sign| matches!(sign, b'+' | b'-')) {
        return None;
    }
    let insertions = signs.bytes().filter(|&sign| sign == b'+').count();
    let to_scale = changed == Some(signs.len());
    Some(DiffStatRow {
        path: path.trim().to_owned(),
        changed,
        insertions: to_scale.then_some(insertions),
        deletions: to_scale.then_some(signs.len() - insertions),
        line: line.number,
    })
}

fn is_remark(line: &[u8]) -> bool {
    [
        &b" create mode "[..],
        b" delete mode ",
        b" mode change ",
        b" rename ",
        b" copy ",
        b" rewrite ",
    ]
    .iter()
    .any(|start| line.starts_with(start))
}
