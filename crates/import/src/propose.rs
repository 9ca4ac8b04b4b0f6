//! What an edit may be called: changes of a spec that might make it, the most telling first.
//!
//! Nothing here has to be right: each proposal is made and compared with the edit, byte for byte, before it is taken.

pub(crate) mod around;
pub(crate) mod comments;
pub(crate) mod conditions;
mod entries;
pub(crate) mod file_level;
mod heads;
mod lines;
mod members;
pub(crate) mod pairs;
pub(crate) mod rewrites;
mod siblings;
pub(crate) mod statements;

use std::ops::Range;

use dialect::TreePath;
use query::File;
use sites::block;

use crate::edit::{Cover, Edit};
use crate::table::Table;

/// Changes that might make an edit.
pub(crate) type Proposal = Vec<Table>;

/// What is asked of an edit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// The file.
    pub(crate) path: &'a TreePath,
    /// The edit.
    pub(crate) edit: &'a Edit,
    /// The code of the file with all that the patch does to it.
    pub(crate) last: &'a str,
}

impl Asked<'_> {
    /// A change of that kind in the file.
    fn table(&self, kind: &str) -> Table {
        Table::new(kind, self.path)
    }

    /// Whether what something is put beside is there after all of the patch: who judges the series looks for it.
    fn stays(&self, anchor: &str) -> bool {
        has_code(self.last, anchor)
    }

    /// Whether what some changes bring is there after all of the patch: what others of it change again is told with them.
    pub(crate) fn lasts(&self, proposal: &Proposal) -> bool {
        let mut brought = proposal.iter().filter_map(Table::brings);
        brought.all(|code| has_code(self.last, code))
    }

    /// The function that what comes is in, where both files define it once.
    pub(crate) fn function(&self) -> Option<String> {
        self.function_in(&self.edit.after, &self.edit.new)
    }

    /// The function that what goes is in, where both files define it once.
    fn old_function(&self) -> Option<String> {
        self.function_in(&self.edit.before, &self.edit.old)
    }

    /// What `added` says of nodes that come, or `removed` of nodes that go; nothing where some do both.
    fn come_or_go(
        &self,
        added: fn(&Self, &Cover<'_>) -> Option<Vec<Proposal>>,
        removed: fn(&Self, &Cover<'_>) -> Option<Proposal>,
    ) -> Vec<Proposal> {
        let edit = self.edit;
        match (edit.old.is_empty(), edit.new.is_empty()) {
            (true, false) => edit
                .came()
                .and_then(|cover| added(self, &cover))
                .unwrap_or_default(),
            (false, true) => {
                let gone = edit.gone().and_then(|cover| removed(self, &cover));
                gone.into_iter().flat_map(with_tight).collect()
            }
            (false, false) => {
                let gone = edit.gone().and_then(|cover| removed(self, &cover));
                let came = edit.came().and_then(|cover| added(self, &cover));
                let (Some(gone), Some(came)) = (gone, came) else {
                    return Vec::new();
                };
                let both = came.into_iter().flat_map(|came| {
                    let first = gone.iter().cloned().chain(came.clone()).collect();
                    let last = came.into_iter().chain(gone.iter().cloned()).collect();
                    [first, last]
                });
                both.collect()
            }
            (true, true) => Vec::new(),
        }
    }

    /// Whether some of it is inside of a function.
    fn is_in_function(&self) -> bool {
        let is_in = |file: &File, lines: &Range<usize>| {
            let function = file.function_at(lines.start);
            function.is_some_and(|function| function.body.start < lines.start)
        };
        is_in(&self.edit.before, &self.edit.old) || is_in(&self.edit.after, &self.edit.new)
    }

    fn function_in(&self, file: &File, lines: &Range<usize>) -> Option<String> {
        let function = file.function_at(lines.start)?;
        let is_in = function.body.start < lines.start && lines.end <= function.body.end;
        let is_once = |file: &File| file.functions_named(&function.name).len() == 1;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_named = !function.name.is_empty() && function.name.chars().all(is_name);
        (is_in && is_named && is_once(&self.edit.before) && is_once(&self.edit.after))
            .then(|| function.name.clone())
    }
}

/// Whether code has what an anchor says, up to its first metavariable.
pub(crate) fn has_code(code: &str, anchor: &str) -> bool {
    let known = anchor.split('$').next().unwrap_or_default();
    code.contains(&block::code(known.as_bytes()))
}

/// Deletions, and the same without a blank line where the last was.
fn with_tight(gone: Proposal) -> Vec<Proposal> {
    let mut tight = gone.clone();
    if let Some(last) = tight.pop() {
        tight.push(last.with_flag("tight"));
    }
    vec![gone, tight]
}

/// Who proposes.
pub(crate) type Proposer = fn(&Asked<'_>) -> Vec<Proposal>;

impl Asked<'_> {
    /// Who proposes for a file, the most telling kinds first.
    pub(crate) fn proposers(path: &TreePath) -> &'static [Proposer] {
        if path.is_c() { &OF_C } else { &[lines::lines] }
    }

    /// Who proposes what says least.
    pub(crate) fn last_proposers(path: &TreePath) -> &'static [Proposer] {
        if path.is_c() {
            &[rewrites::rewritten, around::around, siblings::siblings]
        } else {
            &[]
        }
    }
}

const OF_C: [Proposer; 11] = [
    statements::inserted,
    statements::deleted,
    statements::guarded,
    members::members,
    entries::entries,
    file_level::file_level,
    heads::heads,
    comments::comments,
    conditions::tested,
    statements::replaced,
    rewrites::small,
];
