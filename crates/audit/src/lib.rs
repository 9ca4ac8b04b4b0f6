//! Every use of a pattern in a whole tree: read, written, tested …, in which function, of which
//! record, under which conditions.
//!
//! One parallel walk; a file is parsed only where the pattern's own words stand in it. The answer
//! does not depend on the number of threads. What could hide a use is part of the answer
//! ([`AuditReport::unread`], [`AuditReport::unreadable`]): without it nobody may say "nowhere else".

mod context;
mod member;
mod report;
mod search;
mod then;

use dialect::TreePath;
use query::access::Access;
use query::pattern::{Isomorphisms, Pattern, PatternError};
use sites::scope::missing_places;
use trees::{ParsedTree, Scan, TreeError};

pub use report::{AuditReport, AuditUse, GuardedBy, Unread, Unreadable};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The tree cannot be walked.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// Uses were asked for that the pattern guards, and it is no condition.
    #[error("the pattern cannot guard anything: {0}")]
    NoCondition(#[from] PatternError),
    /// Something to stay under is not in the tree: that there are no uses in it says nothing.
    #[error("{0}")]
    Missing(String),
}

/// What to report.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only uses of these kinds; empty: all.
    pub only: Vec<Kind>,
    /// Report instead the uses of this pattern that run only where the audited one is true. A
    /// metavariable of the same name stands for the same expression.
    pub then: Option<Pattern>,
    /// Folders or files to stay under; empty: the whole tree.
    pub under: Vec<String>,
    /// Folders to leave out.
    pub except: Vec<String>,
    /// The isomorphisms that the patterns were compiled with.
    pub isomorphisms: Isomorphisms,
}

/// What a use may be asked for by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The value is used: read or tested.
    Reads,
    /// Written, initialised, or its address taken: it may be written.
    Writes,
    /// The value decides.
    Tests,
}

impl Kind {
    /// Whether a use of this access is of the kind.
    #[must_use]
    pub fn has(self, access: Access) -> bool {
        match self {
            Self::Reads => matches!(access, Access::Read | Access::Test),
            Self::Writes => matches!(
                access,
                Access::Write | Access::AddressTaken | Access::Initializer
            ),
            Self::Tests => access == Access::Test,
        }
    }
}

/// Finds every use of `pattern` in the tree.
///
/// A pattern `$D->member` (or `$(D: struct tag *)->member`) finds every use of a member of that name:
/// `x.member`, initialisers, the declaration and macro bodies too. Any other pattern finds its matches.
///
/// # Errors
/// The tree cannot be walked, or a pattern that shall guard something is no condition. Files that
/// cannot be read are in the report.
pub fn audit(
    tree: &ParsedTree,
    pattern: &Pattern,
    options: &Options,
) -> Result<AuditReport, AuditError> {
    let search = search::Search::new(tree, pattern, options)?;
    let scan = Scan {
        words: search.words(),
        under: options.under.clone(),
        except: options.except.clone(),
        ..Scan::default()
    };
    let collected = report::Collected::default();
    let scanned = tree.scan_parsed(&scan, &|file| collected.add(search.file(&file)))?;
    match scanned.missing.first() {
        Some(place) => Err(AuditError::Missing(missing(tree, place))),
        None => Ok(collected.report(scanned)),
    }
}

fn missing(tree: &ParsedTree, place: &str) -> String {
    let known = TreePath::new(place)
        .ok()
        .and_then(|path| missing_places(tree.tree().as_ref(), &[path]).ok())
        .and_then(|missing| missing.into_iter().next());
    known.map_or_else(
        || format!("the tree has no file or folder `{place}`"),
        |missing| missing.to_string(),
    )
}
