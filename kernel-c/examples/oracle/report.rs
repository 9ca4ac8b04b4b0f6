//! The Markdown table of a comparison.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::Options;
use crate::causes::{Cause, Side};

/// How many examples of a cause are shown.
const EXAMPLES: usize = 5;

/// Something that one side has and the other lacks.
pub struct Disagreement {
    /// Who has it.
    pub side: Side,
    /// Why.
    pub cause: Cause,
    /// The file.
    pub path: String,
    /// 1-based.
    pub line: usize,
    /// The name.
    pub text: String,
}

/// A comparison.
pub struct Table {
    oracle: &'static str,
    what: &'static str,
    /// Files compared.
    pub files: usize,
    /// Found by both.
    pub agreed: usize,
    /// Found by one.
    pub disagreements: Vec<Disagreement>,
    /// At most one of so many may be ours.
    limit: usize,
}

impl Table {
    /// An empty comparison with `oracle`; at most one of `limit` may be ours.
    pub fn new(oracle: &'static str, what: &'static str, limit: usize) -> Self {
        Self {
            oracle,
            what,
            files: 0,
            agreed: 0,
            disagreements: Vec::new(),
            limit,
        }
    }

    /// Writes the table where the options say; whether few enough disagreements are ours.
    pub fn finish(mut self, options: &Options) -> Result<bool, String> {
        self.disagreements.sort_by(|a, b| {
            let key = |d: &Disagreement| (d.cause, d.path.clone(), d.line, d.text.clone());
            key(a).cmp(&key(b))
        });
        let ours = self.disagreements.iter().filter(|d| d.cause.is_ours());
        let ours = ours.count();
        let all = self.agreed + self.disagreements.len();
        if options.list {
            for d in &self.disagreements {
                println!(
                    "{:?}\t{:?}\t{}:{}\t{}",
                    d.cause, d.side, d.path, d.line, d.text
                );
            }
        }
        let text = self.markdown(ours, all);
        match &options.out {
            Some(path) => {
                std::fs::write(path, &text).map_err(|why| format!("{}: {why}", path.display()))?
            }
            None if !options.list => print!("{text}"),
            None => {}
        }
        eprintln!(
            "{}: {} agree, {} do not, {ours} of them ours",
            self.what,
            self.agreed,
            self.disagreements.len()
        );
        Ok(!options.check || ours * self.limit <= all)
    }

    fn markdown(&self, ours: usize, all: usize) -> String {
        let mut text = format!(
            "# {} against {}\n\n{} files: {} {} found by both, {} by one alone.\nOurs to mend: {ours} of {all}.\n\n\
             | cause | {} alone | we alone | ours |\n|---|---|---|---|\n",
            self.what,
            self.oracle,
            self.files,
            self.agreed,
            self.what,
            self.disagreements.len(),
            self.oracle
        );
        let mut by_cause = BTreeMap::<Cause, Vec<&Disagreement>>::new();
        for one in &self.disagreements {
            by_cause.entry(one.cause).or_default().push(one);
        }
        for (cause, found) in &by_cause {
            let theirs = found.iter().filter(|d| d.side == Side::Theirs).count();
            let mine = if cause.is_ours() { "yes" } else { "" };
            let _ = writeln!(
                text,
                "| {} | {theirs} | {} | {mine} |",
                cause.text(),
                found.len() - theirs
            );
        }
        for (cause, found) in &by_cause {
            let shown = if cause.is_ours() {
                found.len()
            } else {
                EXAMPLES
            };
            let _ = writeln!(text, "\n## {}\n", cause.text());
            // Spread over the tree: neighbours are often the same macro.
            let step = (found.len() / shown.max(1)).max(1);
            for one in found.iter().step_by(step).take(shown) {
                let _ = writeln!(text, "- {}:{} `{}`", one.path, one.line, one.text);
            }
        }
        text
    }
}
