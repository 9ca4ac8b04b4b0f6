//! What was read of a set of files, counted: files, functions, causes, words.
//!
//! A stats is made of one file and merged with others, in any order, to the same result.

use std::collections::BTreeMap;

use serde::Serialize;
use tree_sitter::Node;

use crate::SourceFile;
use dialect::view::{Change, Edit, RULES, Rule};

/// Counts over a set of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParseStats {
    /// Files read.
    pub files: usize,
    /// Files without an unread region.
    pub files_clean: usize,
    /// `function_definition` nodes.
    pub functions: usize,
    /// Functions that no unread region touches.
    pub functions_clean: usize,
    /// Bytes read.
    pub bytes: usize,
    /// Bytes of code in arms that the view does not show and that are not dead.
    pub bytes_dropped: usize,
    /// Unread regions by their cause.
    pub causes: BTreeMap<String, Cause>,
    /// Words that the dialect blanked as annotations or turned into keywords, by rule and word.
    pub words: BTreeMap<(Rule, String), Word>,
    /// Edits by rule.
    pub edits: BTreeMap<Rule, usize>,
}

/// Unread regions that look alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// How many.
    pub count: usize,
    /// The first one, in the order of paths.
    pub file: String,
    /// Its 1-based line.
    pub line: usize,
}

/// A word that the dialect took, for whoever reviews whether it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// How often.
    pub count: usize,
    /// Only in files that have unread regions, where neighbours of what is no C are taken for words of it.
    pub unread_only: bool,
    /// A file that has it: the first in the order of paths, one without unread regions before others.
    pub file: String,
    /// Its 1-based line there.
    pub line: usize,
}

impl Word {
    fn place(&self) -> (bool, &str, usize) {
        (self.unread_only, &self.file, self.line)
    }

    fn merge(&mut self, other: Self) {
        let count = self.count + other.count;
        if other.place() < self.place() {
            *self = other;
        }
        self.count = count;
    }
}

/// A stats in the form of `parse --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files read.
    pub files: usize,
    /// Files without an unread region.
    pub files_clean: usize,
    /// Function definitions seen.
    pub functions: usize,
    /// Functions that no unread region touches.
    pub functions_clean: usize,
    /// Bytes read.
    pub bytes: usize,
    /// Bytes of code that the view does not show and that are not dead.
    pub bytes_dropped: usize,
    /// Causes, the most frequent first.
    pub causes: Vec<SummaryCause>,
}

/// One cause with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SummaryCause {
    /// What was unexpected or missing.
    pub cause: String,
    /// How many regions, and where the first of them is.
    #[serde(flatten)]
    pub example: Cause,
}

impl ParseStats {
    /// The stats of one file.
    #[must_use]
    pub fn of(file: &SourceFile) -> Self {
        let mut stats = Self {
            files: 1,
            files_clean: usize::from(file.unread().is_empty()),
            bytes: file.bytes().len(),
            ..Self::default()
        };
        stats.count_functions(file);
        stats.count_causes(file);
        stats.count_edits(file);
        for dropped in file.dropped().iter().filter(|dropped| !dropped.dead) {
            stats.bytes_dropped += dropped.range.len();
        }
        stats
    }

    /// Adds another stats to this one.
    pub fn merge(&mut self, other: Self) {
        self.files += other.files;
        self.files_clean += other.files_clean;
        self.functions += other.functions;
        self.functions_clean += other.functions_clean;
        self.bytes += other.bytes;
        self.bytes_dropped += other.bytes_dropped;
        for (text, cause) in other.causes {
            self.add_cause(text, cause);
        }
        for (word, uses) in other.words {
            self.add_word(word, uses);
        }
        for (rule, count) in other.edits {
            *self.edits.entry(rule).or_default() += count;
        }
    }

    /// The stats as `parse --json` prints it.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut causes: Vec<SummaryCause> = self
            .causes
            .iter()
            .map(|(cause, example)| SummaryCause {
                cause: cause.clone(),
                example: example.clone(),
            })
            .collect();
        causes.sort_by(|a, b| (b.example.count, &a.cause).cmp(&(a.example.count, &b.cause)));
        Summary {
            files: self.files,
            files_clean: self.files_clean,
            functions: self.functions,
            functions_clean: self.functions_clean,
            bytes: self.bytes,
            bytes_dropped: self.bytes_dropped,
            causes,
        }
    }

    fn count_functions(&mut self, file: &SourceFile) {
        let mut pending = vec![file.root()];
        while let Some(node) = pending.pop() {
            let mut cursor = node.walk();
            for child in node.named_children(&mut cursor) {
                if child.kind() == "function_definition" {
                    self.functions += 1;
                    let clean = file.unread_in(&child.byte_range()).is_none();
                    self.functions_clean += usize::from(clean);
                } else if may_hold_functions(child) {
                    pending.push(child);
                }
            }
        }
    }

    fn count_causes(&mut self, file: &SourceFile) {
        for unread in file.unread() {
            let cause = Cause {
                count: 1,
                file: file.path().to_string(),
                line: file.line_of(unread.range.start),
            };
            self.add_cause(unread.cause.clone(), cause);
        }
    }

    fn add_cause(&mut self, text: String, cause: Cause) {
        match self.causes.get_mut(&text) {
            Some(known) => {
                known.count += cause.count;
                if (&cause.file, cause.line) < (&known.file, known.line) {
                    known.file = cause.file;
                    known.line = cause.line;
                }
            }
            None => {
                self.causes.insert(text, cause);
            }
        }
    }

    fn count_edits(&mut self, file: &SourceFile) {
        for edit in file.edits() {
            *self.edits.entry(edit.rule).or_default() += 1;
            let is_word = rule_takes_words(edit.rule)
                && (edit.change == Change::Blank || matches!(edit.change, Change::Put(_)));
            if is_word {
                self.count_word(file, edit);
            }
        }
    }

    /// A rule that takes words also puts brackets and such beside them: these are no words.
    fn count_word(&mut self, file: &SourceFile, edit: &Edit) {
        let text = String::from_utf8_lossy(file.slice(edit.range.clone()));
        let word: String = text
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect();
        if word.is_empty() {
            return;
        }
        let uses = Word {
            count: 1,
            unread_only: !file.unread().is_empty(),
            file: file.path().to_string(),
            line: file.line_of(edit.range.start),
        };
        self.add_word((edit.rule, word), uses);
    }

    fn add_word(&mut self, word: (Rule, String), uses: Word) {
        match self.words.get_mut(&word) {
            Some(known) => known.merge(uses),
            None => {
                self.words.insert(word, uses);
            }
        }
    }
}

/// Whether a rule takes whole words for annotations or for keywords: the list that people review.
fn rule_takes_words(rule: Rule) -> bool {
    RULES
        .iter()
        .any(|entry| entry.rule == rule && entry.takes_words)
}

/// Whether functions may be defined inside a node that is no function.
fn may_hold_functions(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "ERROR"
            | "linkage_specification"
            | "declaration_list"
            | "compound_statement"
            | "preproc_if"
            | "preproc_ifdef"
            | "preproc_else"
            | "preproc_elif"
    )
}
