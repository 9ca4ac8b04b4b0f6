//! What became of the mutants: how many, how they were judged, which survived.

use serde::Serialize;

/// How a mutant is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// As a series of mails for the tree.
    Mails,
    /// As a tree that has the series.
    Landed,
}

impl Way {
    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Mails => "as mails",
            Self::Landed => "as a landed tree",
        }
    }
}

/// How many mutants were judged in one way, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// All that were judged.
    pub mutants: usize,
    /// Those that were noticed: violated, unknown or refused.
    pub killed: usize,
    /// Of the killed, those of which nothing could be said.
    pub unknown: usize,
    /// Of the killed, those that are no mails to git.
    pub refused: usize,
}

impl Tally {
    /// Those that hold.
    #[must_use]
    pub fn survived(&self) -> usize {
        self.mutants - self.killed
    }

    /// Killed, of all, in per cent; 100 where there were none.
    #[must_use]
    pub fn score(&self) -> f64 {
        if self.mutants == 0 {
            return 100.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "no run has 2^52 mutants")]
        let share = self.killed as f64 / self.mutants as f64;
        share * 100.0
    }

    pub(crate) fn add(&mut self, judged: Judged) {
        self.mutants += 1;
        self.killed += usize::from(judged != Judged::Holds);
        self.unknown += usize::from(judged == Judged::Unknown);
        self.refused += usize::from(judged == Judged::Refused);
    }

    fn sum(&mut self, other: &Self) {
        self.mutants += other.mutants;
        self.killed += other.killed;
        self.unknown += other.unknown;
        self.refused += other.refused;
    }
}

/// How a mutant was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    Holds,
    Violated,
    Unknown,
    /// The mails cannot be read.
    Refused,
}

/// What became of one class.
#[derive(Clone, Debug, Serialize)]
pub struct ClassCount {
    /// The class.
    pub class: &'static str,
    /// What its mutants do.
    pub about: &'static str,
    /// How many mutants could be made in all; those that are judged are chosen among them by the seed.
    pub possible: usize,
    /// Of those chosen, how many have the tokens of the series as it is, or of another mutant: not counted.
    pub equivalent: usize,
    /// Of those chosen, how many are no C to the reader: not counted.
    pub unread: usize,
    /// As mails.
    pub mails: Tally,
    /// As landed trees.
    pub landed: Tally,
}

/// A mutant that holds; of the class that means the same, one that does not.
#[derive(Clone, Debug, Serialize)]
pub struct Survivor {
    /// Its class.
    pub class: &'static str,
    /// What was done.
    pub what: String,
    /// The file of the tree, or the mail.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// How it was judged.
    pub judged: Way,
    /// What differs from the series as it is.
    pub diff: String,
    /// Why nothing saw it; of a false alarm, what was found.
    pub why: String,
    /// What the spec could say, in its own language, so that this is seen; it was tried.
    pub invariant: Option<String>,
}

/// A mutant that is killed because nothing could be said of it.
#[derive(Clone, Debug, Serialize)]
pub struct Undecided {
    /// Its class.
    pub class: &'static str,
    /// What was done.
    pub what: String,
    /// The file of the tree, or the mail.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// How it was judged.
    pub judged: Way,
    /// The first finding that is unknown.
    pub why: String,
}

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// `NAME vN`
    pub series: String,
    /// The tree's name.
    pub tree: String,
    /// What the mutants were chosen by.
    pub seed: u64,
    /// Whether the tree had the series before: then there are no mails.
    pub landed_before: bool,
    /// The mutants of all classes that have to be noticed, as mails.
    pub mails: Tally,
    /// The same, as landed trees.
    pub landed: Tally,
    /// Class by class.
    pub classes: Vec<ClassCount>,
    /// Those that hold.
    pub survivors: Vec<Survivor>,
    /// Those that mean the same and do not hold.
    pub false_alarms: Vec<Survivor>,
    /// Those that are killed by a verdict of unknown.
    pub undecided: Vec<Undecided>,
}

impl Outcome {
    /// Whether every mutant was judged as it has to be.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.survivors.is_empty() && self.false_alarms.is_empty()
    }

    /// Adds a class up.
    pub(crate) fn count(&mut self, count: ClassCount, is_preserving: bool) {
        if !is_preserving {
            self.mails.sum(&count.mails);
            self.landed.sum(&count.landed);
        }
        self.classes.push(count);
    }
}
