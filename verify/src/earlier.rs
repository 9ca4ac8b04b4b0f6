//! Which findings were true of the tree before the patches as well.
//!
//! A reviewer does not want old faults charged to a new patch, and a gate that lets old faults pass must not let a new one
//! through with them. So nothing here is a likeness: a finding is an earlier one if the tree before has one of the same
//! claim and verdict, in the same words, at the line that the patches moved to where it is now, in the same function. What is
//! unknown has to be unknown of the same code, byte for byte: in code that was changed it could hide something new. So has what
//! is judged of a function as a whole.
//! `docs/decisions/0017-so-before.md` has the reasons.

mod lines;

use std::collections::BTreeSet;

use dialect::TreePath;
use schema::model::{Invariant, InvariantKind, Spec};

use crate::comparison::{Comparison, Image};
use crate::finding::{Finding, Verdict};
use crate::frame::Named;
use crate::ground::Ground;
use lines::Moved;

/// The findings of stated invariants, with a mark at those that the tree before has as well.
pub(crate) fn marked(
    comparison: &Comparison<'_>,
    mails: &[Named<'_>],
    findings: Vec<Finding>,
) -> Vec<Finding> {
    let open: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::Holds)
        .map(|finding| finding.invariant.as_str())
        .collect();
    if open.is_empty() {
        return findings;
    }
    let asked = |invariant: &&Invariant| open.contains(invariant.id.as_str());
    let invariants = comparison.spec.invariants.iter().filter(asked);
    let spec = Spec {
        patches: Vec::new(),
        invariants: invariants.cloned().collect(),
        ..comparison.spec.clone()
    };
    let Some(tree) = &comparison.before else {
        return findings;
    };
    let mut before = Ground::of_comparison(comparison, tree).judge_stated(&spec);
    before.retain(|finding| finding.verdict != Verdict::Holds);
    if before.is_empty() {
        return findings;
    }
    let earlier = Earlier {
        comparison,
        moved: Moved::of(comparison, mails),
        before: &before,
    };
    let mark = |finding: Finding| Finding {
        so_before: earlier.has(&finding),
        ..finding
    };
    findings.into_iter().map(mark).collect()
}

struct Earlier<'a> {
    comparison: &'a Comparison<'a>,
    moved: Moved,
    /// What the claims come to in the tree before.
    before: &'a [Finding],
}

impl Earlier<'_> {
    fn has(&self, finding: &Finding) -> bool {
        let is_same = |known: &&Finding| {
            known.verdict == finding.verdict
                && known.invariant == finding.invariant
                && known.function == finding.function
                && known.source == finding.source
                && self.is_at(known, finding)
                && self
                    .moved
                    .text(&finding.message, finding.file.as_deref())
                    .as_deref()
                    == Some(known.message.as_str())
        };
        match finding.verdict {
            Verdict::Holds => false,
            Verdict::Violated if !self.is_of_a_whole(finding) => {
                self.before.iter().any(|known| is_same(&known))
            }
            Verdict::Violated | Verdict::Unknown => {
                self.is_untouched(finding) && self.before.iter().any(|known| is_same(&known))
            }
        }
    }

    /// Whether the claim has one answer for a function, in which a second fault would not be told.
    fn is_of_a_whole(&self, finding: &Finding) -> bool {
        let mut claims = self.comparison.spec.invariants.iter();
        let claim = claims.find(|claim| claim.id == finding.invariant);
        claim.is_none_or(|claim| matches!(claim.kind, InvariantKind::Order(_)))
    }

    /// Whether a place before is where one after was.
    fn is_at(&self, known: &Finding, finding: &Finding) -> bool {
        match (&finding.file, finding.line) {
            (None, _) => known.file.is_none(),
            (Some(file), line) => {
                let was = self.moved.file(file);
                was.is_some()
                    && known.file.as_deref() == was
                    && match line {
                        None => known.line.is_none(),
                        Some(line) => {
                            let was = self.moved.line(file, line);
                            was.is_some() && was == known.line
                        }
                    }
            }
        }
    }

    /// Whether the code of which something is unknown is the code that it was.
    fn is_untouched(&self, finding: &Finding) -> bool {
        // What has no place may be anywhere: a macro that was not looked into, used by code that is new.
        let Some(file) = &finding.file else {
            return !self.comparison.touched.iter().any(TreePath::is_c);
        };
        let Ok(path) = TreePath::new(file) else {
            return false;
        };
        if !self.comparison.touched.contains(&path) {
            return true;
        }
        let (Some(line), Some(function)) = (finding.line, &finding.function) else {
            return false;
        };
        self.function(Image::After, file, line, function)
            .zip(self.moved.file(file).zip(self.moved.line(file, line)))
            .is_some_and(|(after, (file, line))| {
                self.function(Image::Before, file, line, function) == Some(after)
            })
    }

    /// The text of a function that has the line.
    fn function(&self, side: Image, file: &str, line: usize, name: &str) -> Option<Vec<u8>> {
        let path = TreePath::new(file).ok()?;
        let file = self.comparison.source(side, &path)?;
        let at = file.lines().range_of(line).start;
        let functions = file.functions_named(name).into_iter();
        let mut own = functions.filter(|function| {
            file.line_of(function.range.start) <= line && at < function.range.end
        });
        let text = file.written().get(own.next()?.range.clone())?;
        Some(text.to_vec())
    }
}
