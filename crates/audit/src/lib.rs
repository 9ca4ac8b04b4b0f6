//! Every use of a pattern in a whole tree: read, written, tested …, in which function, of which
//! record, under which conditions.
//!
//! One parallel walk; a file is parsed only where the pattern's own words stand in it. The answer
//! does not depend on the number of threads. What could hide a use is part of the answer
//! ([`AuditReport::unread`], [`AuditReport::unreadable`]): without it nobody may say "nowhere else".

mod context;
mod exceptions;
mod member;
mod path;
mod report;
mod rules;
mod search;
mod then;

use dialect::TreePath;
use query::access::Access;
use query::flow::PathPattern;
use query::pattern::{Fragment, Isomorphisms, Pattern, PatternError};
use sites::scope::missing_places;
use trees::{ParsedTree, Scan, TreeError};

pub use report::{AuditReport, AuditUse, GuardedBy, Unread, Unreadable};
pub use rules::{Rule, RuleFile, Severity};

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
    /// A file to stay in is not searched.
    #[error("{0} is no C file: audit reads the .c and .h files of a tree")]
    NotC(TreePath),
}

/// What is looked for.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Code.
    Pattern(Pattern),
    /// A path from some code to other code.
    Path(PathPattern),
}

impl Asked {
    /// Compiles a pattern, or a path where `...` is between statements.
    ///
    /// # Errors
    /// It is neither.
    pub fn compile(text: &str, isomorphisms: &Isomorphisms) -> Result<Self, PatternError> {
        if PathPattern::is_in(text) {
            return PathPattern::compile(text, isomorphisms).map(Self::Path);
        }
        Pattern::compile(text, Fragment::Any, isomorphisms).map(Self::Pattern)
    }

    /// The text as written.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Pattern(pattern) => pattern.text(),
            Self::Path(path) => path.text(),
        }
    }

    fn telling_words(&self) -> Vec<String> {
        match self {
            Self::Pattern(pattern) => pattern.telling_words(),
            Self::Path(path) => path.telling_words(),
        }
    }
}

/// What to report.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only uses of these kinds; empty: all.
    pub only: Vec<Kind>,
    /// Report instead the uses of this pattern that run only where the audited one is true. A
    /// metavariable of the same name stands for the same expression.
    pub then: Option<Pattern>,
    /// Leave out uses in a function that has a match of one of these, about the same things.
    pub without: Vec<Pattern>,
    /// Leave out what one of these matches at the same place.
    pub not: Vec<Pattern>,
    /// Only uses that run only where this is true.
    pub when: Option<Pattern>,
    /// What may not be in between on a path.
    pub unless: Vec<Pattern>,
    /// A pattern of a member finds its matches, rather than every use of the member.
    pub is_exact: bool,
    /// Folders or files to stay under; empty: the whole tree.
    pub under: Vec<String>,
    /// Folders to leave out.
    pub except: Vec<String>,
    /// The isomorphisms that the patterns were compiled with.
    pub isomorphisms: Isomorphisms,
}

/// A question: what is looked for, one of these or another, and what of it is to be told.
#[derive(Clone, Debug)]
pub struct Query {
    /// What is looked for.
    pub asked: Vec<Asked>,
    /// What of it is to be told.
    pub options: Options,
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
    let query = Query {
        asked: vec![Asked::Pattern(pattern.clone())],
        options: options.clone(),
    };
    let mut reports = audit_all(tree, std::slice::from_ref(&query))?;
    Ok(reports.pop().unwrap_or_default())
}

/// Answers several questions in one walk of the tree, a report each.
///
/// # Errors
/// As [`audit()`].
pub fn audit_all(tree: &ParsedTree, queries: &[Query]) -> Result<Vec<AuditReport>, AuditError> {
    let mut searches = Vec::new();
    for query in queries {
        for asked in &query.asked {
            let mut search = search::Search::new(tree, asked, &query.options)?;
            search.shown = (query.asked.len() > 1).then(|| asked.text().to_owned());
            searches.push((query, search));
        }
    }
    let collected: Vec<report::Collected> = queries
        .iter()
        .map(|_| report::Collected::default())
        .collect();
    let scanned = tree.scan_parsed(&one_scan(queries, &searches), &|file| {
        let path = file.path().to_string();
        let mut context = context::Context::new(&file);
        for (query, search) in &searches {
            let number = queries.iter().position(|one| std::ptr::eq(one, *query));
            let place = number.and_then(|number| collected.get(number));
            // A walk for one question is of its places.
            let is_in = queries.len() == 1 || is_in(&path, &query.options);
            if let Some(place) = place.filter(|_| is_in) {
                place.add(match search.asked {
                    Asked::Pattern(pattern) => search.file(&mut context, pattern),
                    Asked::Path(path) => path::file(search, &mut context, path),
                });
            }
        }
    })?;
    let places = queries.iter().flat_map(|query| &query.options.under);
    let paths: Vec<TreePath> = places
        .filter_map(|place| TreePath::new(place).ok())
        .collect();
    if let Some(missing) = missing_places(tree.tree().as_ref(), &paths)?.first() {
        return Err(AuditError::Missing(missing.to_string()));
    }
    let is_file = |path: &&TreePath| matches!(tree.tree().mode(path), Ok(Some(_)));
    if let Some(other) = paths.iter().filter(|path| !path.is_c()).find(is_file) {
        return Err(AuditError::NotC(other.clone()));
    }
    match scanned.missing.first() {
        Some(place) => Err(AuditError::Missing(missing(tree, place))),
        None => Ok(collected
            .into_iter()
            .map(|collected| collected.report(&scanned))
            .collect()),
    }
}

/// One walk that passes by every file that some question is about.
fn one_scan(queries: &[Query], searches: &[(&Query, search::Search<'_>)]) -> Scan {
    let words: Vec<Vec<String>> = searches.iter().map(|(_, search)| search.words()).collect();
    let any_file = words.iter().any(Vec::is_empty);
    let mut words: Vec<String> = words.into_iter().flatten().filter(|_| !any_file).collect();
    words.sort();
    words.dedup();
    let all = |places: fn(&Options) -> &Vec<String>| {
        let mut all: Vec<String> = queries
            .iter()
            .flat_map(|q| places(&q.options).clone())
            .collect();
        all.sort();
        all.dedup();
        all
    };
    let is_whole = queries.iter().any(|query| query.options.under.is_empty());
    let under = if is_whole {
        Vec::new()
    } else {
        all(|options| &options.under)
    };
    // What one question leaves out another may ask for.
    let mut except = all(|options| &options.except);
    except.retain(|place| {
        queries
            .iter()
            .all(|query| query.options.except.contains(place))
    });
    Scan {
        words,
        under,
        except,
        ..Scan::default()
    }
}

/// Whether a question is about this file.
fn is_in(path: &str, options: &Options) -> bool {
    let is_below = |place: &String| {
        let place = place.trim_start_matches("./").trim_end_matches('/');
        path == place
            || path
                .strip_prefix(place)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    let is_under = options.under.is_empty() || options.under.iter().any(is_below);
    is_under && !options.except.iter().any(is_below)
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
