//! The Markdown table of a comparison.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::Options;

/// How many examples of a cause are shown.
const EXAMPLES: usize = 5;

/// Who has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// The oracle alone.
    Theirs,
    /// We alone.
    Ours,
}

/// Why two readers disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cause {
    /// Whether it is the oracle's mistake; ours come first.
    is_theirs: bool,
    text: &'static str,
}

impl Cause {
    /// A mistake of the oracle's, or no mistake at all.
    pub(crate) const fn theirs(text: &'static str) -> Self {
        let is_theirs = true;
        Self { is_theirs, text }
    }

    /// One of ours.
    pub(crate) const fn ours(text: &'static str) -> Self {
        let is_theirs = false;
        Self { is_theirs, text }
    }
}

/// Something that one side has and the other lacks.
pub(crate) struct Disagreement {
    /// Who has it.
    pub(crate) side: Who,
    /// Why.
    pub(crate) cause: Cause,
    /// The file.
    pub(crate) path: String,
    /// 1-based.
    pub(crate) line: usize,
    /// The name.
    pub(crate) text: String,
}

/// The comparison of one file.
pub(crate) struct Compared {
    pub(crate) path: String,
    /// Found by both.
    pub(crate) agreed: usize,
    /// How many we alone have, where that is counted and not explained one by one.
    pub(crate) ours_alone: Option<usize>,
    pub(crate) disagreements: Vec<Disagreement>,
}

/// What is compared, and how it is told.
pub(crate) struct Table {
    oracle: &'static str,
    what: &'static str,
    /// At most one of so many may be ours.
    limit: usize,
    /// Folders with a row of their own: what `--check` compares.
    folders: &'static [&'static str],
}

/// Sums over files.
#[derive(Default)]
struct Sum {
    files: usize,
    agreed: usize,
    theirs_alone: usize,
    ours_alone: usize,
    to_mend: usize,
}

impl Sum {
    fn of<'c>(compared: impl Iterator<Item = &'c Compared>) -> Self {
        let mut sum = Self::default();
        for one in compared {
            let theirs = one
                .disagreements
                .iter()
                .filter(|d| d.side == Who::Theirs)
                .count();
            sum.files += 1;
            sum.agreed += one.agreed;
            sum.theirs_alone += theirs;
            sum.ours_alone += one.ours_alone.unwrap_or(one.disagreements.len() - theirs);
            sum.to_mend += one
                .disagreements
                .iter()
                .filter(|d| !d.cause.is_theirs)
                .count();
        }
        sum
    }

    fn row(&self, name: &str) -> String {
        format!(
            "| {name} | {} | {} | {} | {} | {} |",
            self.files, self.agreed, self.theirs_alone, self.ours_alone, self.to_mend
        )
    }
}

impl Table {
    pub(crate) const fn new(
        oracle: &'static str,
        what: &'static str,
        limit: usize,
        folders: &'static [&'static str],
    ) -> Self {
        Self {
            oracle,
            what,
            limit,
            folders,
        }
    }

    /// Writes the table, or checks it, as the options say; whether few enough disagreements are ours
    /// and, under `--check`, whether the table that is there says the same of its folders.
    pub(crate) fn finish(
        &self,
        compared: Vec<Compared>,
        options: &Options,
    ) -> Result<bool, String> {
        let all = Sum::of(compared.iter());
        let rows = self.rows(&compared);
        if options.list {
            let found = compared.iter().flat_map(|one| &one.disagreements);
            for d in found {
                println!(
                    "{}\t{:?}\t{}:{}\t{}",
                    d.cause.text, d.side, d.path, d.line, d.text
                );
            }
        }
        eprintln!("{}", all.row(self.what));
        let few = all.to_mend * self.limit <= all.agreed + all.theirs_alone + all.ours_alone;
        let Some(path) = &options.out else {
            return Ok(few);
        };
        let broken = |why| format!("{}: {why}", path.display());
        if options.check {
            let there = std::fs::read_to_string(path).map_err(broken)?;
            let stale: Vec<_> = rows.iter().filter(|row| !there.contains(*row)).collect();
            for row in &stale {
                eprintln!("{} does not have the row\n{row}", path.display());
            }
            return Ok(few && stale.is_empty());
        }
        std::fs::write(path, self.markdown(compared, &all, &rows)).map_err(broken)?;
        Ok(few)
    }

    /// A row for each folder that was compared.
    fn rows(&self, compared: &[Compared]) -> Vec<String> {
        let within = |folder: &str| {
            let prefix = format!("{folder}/");
            Sum::of(compared.iter().filter(|one| one.path.starts_with(&prefix)))
        };
        let sums = self.folders.iter().map(|&folder| (folder, within(folder)));
        sums.filter(|(_, sum)| sum.files > 0)
            .map(|(folder, sum)| sum.row(folder))
            .collect()
    }

    fn markdown(&self, compared: Vec<Compared>, all: &Sum, rows: &[String]) -> String {
        let mut by_cause = BTreeMap::<Cause, Vec<Disagreement>>::new();
        for one in compared.into_iter().flat_map(|one| one.disagreements) {
            by_cause.entry(one.cause).or_default().push(one);
        }
        let (what, oracle) = (self.what, self.oracle);
        let mut text = format!(
            "# Oracle: {what} against {oracle}\n\n\
             Written by `make oracle` from Linux 6.12; do not edit. A disagreement is *ours* where this\n\
             project misses something or invents it; every other one has its cause in {oracle} or in what the\n\
             two call by that name. `oracle {what} TREE --list` prints them all.\n\n\
             | | files | found by both | {oracle} alone | we alone | ours |\n|---|---|---|---|---|---|\n{}\n",
            all.row("all")
        );
        for row in rows {
            let _ = writeln!(text, "{row}");
        }
        let _ = write!(
            text,
            "\n## Causes\n\n| cause | {oracle} alone | we alone | ours |\n|---|---|---|---|\n"
        );
        for (cause, found) in &by_cause {
            let theirs = found.iter().filter(|d| d.side == Who::Theirs).count();
            let ours = if cause.is_theirs { "" } else { "yes" };
            let we = found.len() - theirs;
            let _ = writeln!(text, "| {} | {theirs} | {we} | {ours} |", cause.text);
        }
        for (cause, found) in &mut by_cause {
            found.sort_by(|a, b| (&a.path, a.line, &a.text).cmp(&(&b.path, b.line, &b.text)));
            let shown = if cause.is_theirs {
                EXAMPLES
            } else {
                found.len()
            };
            let _ = write!(text, "\n### {}\n\n", cause.text);
            // Spread over the tree: neighbours are often the same macro.
            let step = (found.len() / shown.max(1)).max(1);
            for one in found.iter().step_by(step).take(shown) {
                let _ = writeln!(text, "- {}:{} `{}`", one.path, one.line, one.text);
            }
        }
        text
    }
}
