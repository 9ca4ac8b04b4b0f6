//! Several specs against several trees: what `check` shows. Each format has a function for it beside the one for a
//! report.

use super::visible;

/// What became of one pair, or of all. Ordered by severity: the worst of many is their maximum. It decides the exit
/// status and is the verdict of every format, so that a job may gate on either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// As it should be.
    Holds,
    /// Something needed could not be read or parsed. Never a pass.
    Unknown,
    /// Disproved from the source.
    Violated,
    /// The spec or the tree is of no use: nothing was judged.
    Unusable,
}

impl Outcome {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Unknown => "unknown",
            Self::Violated => "violated",
            Self::Unusable => "unusable",
        }
    }

    /// The exit status of the command.
    #[must_use]
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Violated => 1,
            Self::Unusable => 2,
            Self::Unknown => 3,
        }
    }
}

/// A spec, a tree, and the status of the one in the other.
#[derive(Clone, Debug)]
pub struct Pair {
    /// `detached-vf-v2`, or the spec's path where it could not be read.
    pub series: String,
    /// The spec's file, as seen from the folder of the run.
    pub spec: String,
    /// The tree's name.
    pub tree: String,
    /// `landed`, `renders`, `drifted` …
    pub status: &'static str,
    /// What that word means.
    pub about: &'static str,
    /// What becomes of the exit status by it.
    pub outcome: Outcome,
    /// Why, in a sentence.
    pub detail: String,
    /// Of a range: the states that there were, the oldest first.
    pub states: Vec<State>,
}

/// A state of a pair, and the commit of a range that brought it.
#[derive(Clone, Debug)]
pub struct State {
    /// `landed`, `renders`, `drifted` …
    pub status: &'static str,
    /// The commit's place in the range: 1 is the one that the range begins behind.
    pub number: usize,
    /// Its id.
    pub commit: String,
    /// Its subject.
    pub subject: String,
    /// The day that it was committed, `2024-11-17`, where that can be told.
    pub date: Option<String>,
    /// Why, in a sentence.
    pub detail: String,
}

/// Commits along first parents that pairs were judged in.
#[derive(Clone, Debug)]
pub struct Range {
    /// As the user wrote it: `v6.11..v6.12`.
    pub name: String,
    /// The days of the commit that it begins behind and of its last, where they can be told.
    pub begins: Option<String>,
    /// See [`Range::begins`].
    pub ends: Option<String>,
    /// How many commits it has, the one that it begins behind included.
    pub commits: usize,
    /// How many of them were judged. The others touch nothing that was asked for.
    pub judged: usize,
}

impl Pair {
    /// `detached-vf-v2 on linux-6.12`, escaped.
    pub(super) fn name(&self) -> String {
        visible(&format!("{} on {}", self.series, self.tree))
    }
}

/// Every pair, tree by tree.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// Every spec with every tree; nothing else.
    pub pairs: Vec<Pair>,
    /// What is as it was in the last run, where only what changed is reported. It counts for nothing, and is for those who
    /// take what is not there for mended.
    pub unchanged: Vec<Pair>,
    /// The range, where one was judged.
    pub range: Option<Range>,
}

impl Matrix {
    /// The worst of the pairs. Where none is left to report, as nothing changed since a baseline, nothing is wrong.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let outcomes = self.pairs.iter().map(|pair| pair.outcome);
        outcomes.max().unwrap_or(Outcome::Holds)
    }

    /// The specs in their order: the series and the file.
    pub(super) fn specs(&self) -> Vec<(&str, &str)> {
        let mut specs = Vec::new();
        for pair in &self.pairs {
            let spec = (pair.series.as_str(), pair.spec.as_str());
            if !specs.contains(&spec) {
                specs.push(spec);
            }
        }
        specs
    }

    /// The trees in their order.
    pub(super) fn trees(&self) -> Vec<&str> {
        let mut trees = Vec::new();
        for pair in &self.pairs {
            if !trees.contains(&pair.tree.as_str()) {
                trees.push(pair.tree.as_str());
            }
        }
        trees
    }

    /// The pair of a spec and a tree.
    pub(super) fn pair(&self, (series, spec): (&str, &str), tree: &str) -> Option<&Pair> {
        self.pairs
            .iter()
            .find(|pair| pair.series == series && pair.spec == spec && pair.tree == tree)
    }

    /// The worst first, otherwise in their order.
    pub(super) fn by_severity(&self) -> Vec<&Pair> {
        let mut pairs: Vec<&Pair> = self.pairs.iter().collect();
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.outcome));
        pairs
    }

    /// `1 violated, 3 hold`
    pub(super) fn tally(&self) -> String {
        let mut parts = Vec::new();
        for (outcome, one, many) in [
            (Outcome::Unusable, "unusable", "unusable"),
            (Outcome::Violated, "violated", "violated"),
            (Outcome::Unknown, "unknown", "unknown"),
            (Outcome::Holds, "holds", "hold"),
        ] {
            let pairs = self.pairs.iter();
            match pairs.filter(|pair| pair.outcome == outcome).count() {
                0 => {}
                1 => parts.push(format!("1 {one}")),
                count => parts.push(format!("{count} {many}")),
            }
        }
        parts.join(", ")
    }
}
