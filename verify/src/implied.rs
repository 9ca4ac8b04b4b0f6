//! What each declared change says by its kind, judged from the parsed source: one module a kind.
//!
//! The form of a change (its body, or one of `instead`) is found afresh on the tree before, from the
//! patterns alone. A tree that is judged as it stands has no before: there the form that fits best
//! is the one that is reported.

mod assign;
mod comment;
pub(crate) mod conditions;
mod function;
mod include;
mod line;
mod macros;
mod member;
mod rewrite;
mod rust_method;
mod split;
mod test;
pub(crate) mod widening;

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::pattern::{Bindings, Doubt, Matches, Pattern};
use schema::model::{Change, ChangeBody, ChangeKind, Sites};
use syntax::items::Function;

use crate::comparison::{Comparison, Image, placed};
use crate::explained::{CommentScope, Explained};
use crate::finding::{Finding, Verdict};

/// What judging one change gives.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) findings: Vec<Finding>,
    pub(crate) explained_tokens: Vec<Explained>,
    pub(crate) comment_scopes: Vec<CommentScope>,
}

/// One form of one change, in one comparison.
pub(crate) struct Ctx<'a> {
    pub(crate) comparison: &'a Comparison<'a>,
    pub(crate) change: &'a Change,
    pub(crate) body: &'a ChangeBody,
    /// Where the site is looked for: in the tree before, but for a site that another change of the series makes, and
    /// where the tree is judged as it stands.
    pub(crate) side: Image,
}

/// How often a form's site stands in the tree, or why that cannot be said.
#[derive(Debug)]
pub(crate) enum Found {
    /// This often.
    Times(usize),
    /// Not at all, as far as could be read.
    Unread(Box<Finding>),
}

/// The word for a side, and the ranges of an anchor and of what stands beside it as the file should have them.
fn in_order<'a>(
    side: schema::model::Side,
    anchor: &'a Range<usize>,
    own: &'a Range<usize>,
) -> (&'static str, &'a Range<usize>, &'a Range<usize>) {
    match side {
        schema::model::Side::After => ("after", anchor, own),
        schema::model::Side::Before => ("before", own, anchor),
    }
}

/// Judges one change.
pub(crate) fn judge(comparison: &Comparison<'_>, change: &Change) -> Judged {
    let forms = |side| {
        let bodies = std::iter::once(&change.body).chain(&change.instead);
        bodies.map(move |body| Ctx {
            comparison,
            change,
            body,
            side,
        })
    };
    if comparison.before.is_none() {
        let judged = forms(Image::After).map(|ctx| ctx.judge());
        return judged
            .min_by_key(|judged| badness(&judged.findings))
            .unwrap_or_default();
    }
    // What no tree before has may come with the series. Were it brought by nothing that is declared, its tokens would be
    // too many (`frame/tokens`).
    for ctx in forms(Image::Before).chain(forms(Image::After)) {
        match ctx.sites() {
            Found::Times(0) => {}
            Found::Times(times) => return ctx.judge_sites(times),
            Found::Unread(finding) => {
                // What it explained_tokens for is taken at its word, so that the frame does not call
                // violated what is unknown.
                return Judged {
                    findings: vec![*finding],
                    ..ctx.judge()
                };
            }
        }
    }
    let mut main = forms(Image::Before);
    main.next().map(|ctx| ctx.no_site()).unwrap_or_default()
}

fn badness(findings: &[Finding]) -> (usize, usize) {
    let count = |verdict| findings.iter().filter(|f| f.verdict == verdict).count();
    (count(Verdict::Violated), count(Verdict::Unknown))
}

impl Ctx<'_> {
    /// `CHANGE-ID/NAME`
    pub(crate) fn id(&self, name: &str) -> String {
        format!("{}/{name}", self.change.id)
    }

    pub(crate) fn violated(&self, name: &str, message: impl Into<String>) -> Finding {
        Finding::violated(self.id(name), message)
    }

    pub(crate) fn holds(&self, name: &str, message: impl Into<String>) -> Finding {
        Finding::holds(self.id(name), message)
    }

    pub(crate) fn unknown(&self, name: &str, message: impl Into<String>) -> Finding {
        Finding::unknown(self.id(name), message)
    }

    /// Whether some form of some change of the spec is such a one.
    pub(crate) fn spec_has(&self, is_such: impl Fn(&ChangeKind) -> bool) -> bool {
        let changes = self
            .comparison
            .spec
            .patches
            .iter()
            .flat_map(|patch| &patch.changes);
        changes
            .flat_map(|change| std::iter::once(&change.body).chain(&change.instead))
            .any(|body| is_such(&body.kind))
    }

    fn sites(&self) -> Found {
        match &self.body.kind {
            ChangeKind::Member(kind) => member::sites(self, kind),
            ChangeKind::Assign(kind) => assign::sites(self, kind),
            ChangeKind::Test(kind) => test::sites(self, kind),
            ChangeKind::Split(kind) => split::sites(self, kind),
            ChangeKind::Function(kind) => function::sites(self, kind),
            ChangeKind::Macro(kind) => macros::sites(self, kind),
            ChangeKind::Include(kind) => include::sites(self, kind),
            ChangeKind::Comment(kind) => comment::sites(self, kind),
            ChangeKind::Rewrite(kind) => rewrite::sites(self, kind),
            ChangeKind::Line(kind) => line::sites(self, kind),
            ChangeKind::RustMethod(kind) => rust_method::sites(self, kind),
        }
    }

    fn judge(&self) -> Judged {
        match &self.body.kind {
            ChangeKind::Member(kind) => member::judge(self, kind),
            ChangeKind::Assign(kind) => assign::judge(self, kind),
            ChangeKind::Test(kind) => test::judge(self, kind),
            ChangeKind::Split(kind) => split::judge(self, kind),
            ChangeKind::Function(kind) => function::judge(self, kind),
            ChangeKind::Macro(kind) => macros::judge(self, kind),
            ChangeKind::Include(kind) => include::judge(self, kind),
            ChangeKind::Comment(kind) => comment::judge(self, kind),
            ChangeKind::Rewrite(kind) => rewrite::judge(self, kind),
            ChangeKind::Line(kind) => line::judge(self, kind),
            ChangeKind::RustMethod(kind) => rust_method::judge(self, kind),
        }
    }

    /// The sites are there; whether they are as many as declared comes first.
    fn judge_sites(&self, times: usize) -> Judged {
        let mut judged = self.judge();
        let wrong = match self.change.sites {
            Sites::One => (times != 1).then(|| "just one".to_owned()),
            Sites::Exactly(n) => (times != n).then(|| n.to_string()),
            Sites::All => None,
        };
        if let Some(declared) = wrong {
            judged.findings.push(self.violated(
                "site",
                format!(
                    "the site stands {times} times in the tree {}; the spec declares {declared}",
                    match self.side {
                        Image::Before => "before",
                        Image::After => "after",
                    }
                ),
            ));
        }
        judged
    }

    /// No form has a site in the tree before.
    fn no_site(&self) -> Judged {
        let files: Vec<String> = self.body.files.iter().map(ToString::to_string).collect();
        let finding = self
            .violated(
                "site",
                format!(
                    "the tree before has no site for this change: {} in {}",
                    self.sought(),
                    files.join(" or ")
                ),
            )
            .in_file(files.first().map_or("", String::as_str));
        Judged {
            findings: vec![finding],
            ..Judged::default()
        }
    }

    /// What the main form looks for, in words.
    fn sought(&self) -> String {
        let quoted = |texts: Vec<&str>| {
            let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
            format!("no {}", texts.join(" and no "))
        };
        match &self.body.kind {
            ChangeKind::Member(kind) => format!("no such neighbour in `{}`", kind.record),
            ChangeKind::Assign(kind) => {
                quoted(kind.beside.anchors.iter().map(|p| p.text()).collect())
            }
            ChangeKind::Test(kind) => quoted(kind.tests.iter().map(|p| p.text()).collect()),
            ChangeKind::Split(kind) => quoted(kind.tests.iter().map(|p| p.text()).collect()),
            ChangeKind::Rewrite(kind) => quoted(kind.patterns.iter().map(|p| p.text()).collect()),
            ChangeKind::Comment(kind) => quoted(kind.words.iter().map(String::as_str).collect()),
            ChangeKind::Macro(kind) => {
                quoted(kind.beside.anchors.iter().map(String::as_str).collect())
            }
            _ => "no such neighbour".to_owned(),
        }
    }

    /// The live matches of a pattern, and what could be one.
    pub(crate) fn find(&self, file: &File, pattern: &Pattern, region: Range<usize>) -> Matches {
        let near = self.comparison.after.near(file);
        let matches = pattern.find(file, region, &near);
        matches.among(|range| !file.is_dead(range.start))
    }

    /// The same in several regions.
    pub(crate) fn find_all(
        &self,
        file: &File,
        pattern: &Pattern,
        regions: &[Range<usize>],
    ) -> Matches {
        regions.iter().fold(Matches::default(), |all, region| {
            all.and(self.find(file, pattern, region.clone()))
        })
    }

    /// Where a longer chain has taken a new form in, which is a chain of the same operator: no whole any more, and no match.
    pub(crate) fn runs(&self, file: &File, names: &[String], form: &Pattern) -> Matches {
        let near = self.comparison.after.near(file);
        let runs = regions(file, names)
            .into_iter()
            .fold(Matches::default(), |all, region| {
                all.and(form.find_runs(file, region, &near))
            });
        runs.among(|range| !file.is_dead(range.start))
    }

    /// Whether just this range matches, with what bindings.
    pub(crate) fn is(
        &self,
        file: &File,
        pattern: &Pattern,
        range: Range<usize>,
    ) -> Result<Option<Bindings>, Doubt> {
        pattern.matches(file, range, &self.comparison.after.near(file))
    }

    /// A place that could be a match and is not known to be: the claim `name` is unknown.
    pub(crate) fn doubt(
        &self,
        name: &str,
        file: &File,
        pattern: &Pattern,
        doubt: &Doubt,
    ) -> Finding {
        let finding = self.unknown(name, doubt.says(file, pattern.text()));
        placed(finding, file, doubt.range().start)
    }

    /// The path that this form is in: the first of its files that the tree has.
    pub(crate) fn path(&self) -> Option<&TreePath> {
        self.body
            .files
            .iter()
            .find(|path| matches!(self.comparison.bytes(self.side, path), Ok(Some(_)) | Err(_)))
    }

    /// The file of this form on one side, parsed.
    pub(crate) fn file(&self, side: Image) -> Result<Arc<File>, Box<Finding>> {
        let Some(path) = self.path() else {
            let files: Vec<String> = self.body.files.iter().map(ToString::to_string).collect();
            return Err(Box::new(
                self.violated(
                    "site",
                    format!("the tree has no {}", files.join(" and no ")),
                )
                .in_file(files.first().map_or("", String::as_str)),
            ));
        };
        match self.comparison.file(side, path) {
            Ok(Some(file)) => Ok(file),
            Ok(None) => Err(Box::new(
                self.violated("site", "the file is gone").in_file(path),
            )),
            Err(error) => Err(Box::new(
                self.unknown("site", error.to_string()).in_file(path),
            )),
        }
    }

    /// The bytes of this form's file on one side.
    pub(crate) fn bytes(&self, side: Image) -> Result<(TreePath, Arc<[u8]>), Box<Finding>> {
        let missing = || Box::new(self.violated("site", "the tree has no such file"));
        let path = self.path().ok_or_else(missing)?;
        match self.comparison.bytes(side, path) {
            Ok(Some(bytes)) => Ok((path.clone(), bytes)),
            Ok(None) => Err(missing()),
            Err(error) => Err(Box::new(
                self.unknown("site", error.to_string()).in_file(path),
            )),
        }
    }
}

impl Judged {
    /// A judgement that is over at once.
    pub(crate) fn only(finding: Finding) -> Self {
        Self {
            findings: vec![finding],
            ..Self::default()
        }
    }

    pub(crate) fn put(&mut self, finding: Finding, file: &File, offset: usize) {
        self.findings.push(placed(finding, file, offset));
    }

    pub(crate) fn comment_scope(&mut self, path: &TreePath, after: Range<usize>) {
        self.comment_scopes.push(CommentScope {
            path: path.clone(),
            after,
        });
    }
}

/// The functions that a change is confined to: every live definition of the first of `names` that
/// the file defines.
pub(crate) fn functions<'a>(file: &'a File, names: &[String]) -> Vec<&'a Function> {
    names
        .iter()
        .map(|name| {
            file.functions_named(name)
                .into_iter()
                .filter(|function| !file.is_dead(function.range.start))
                .collect::<Vec<_>>()
        })
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// Where to look: the functions' ranges, or the whole file where none are named.
pub(crate) fn regions(file: &File, names: &[String]) -> Vec<Range<usize>> {
    if names.is_empty() {
        return std::iter::once(0..file.bytes().len()).collect();
    }
    functions(file, names)
        .into_iter()
        .map(|function| function.range.clone())
        .collect()
}
