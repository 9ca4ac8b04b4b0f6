//! What each declared change says by its kind, judged from the parsed source: one module a kind.
//!
//! The form of a change (its body, or one of `instead`) is found afresh on the tree before, from the
//! patterns alone. A tree that is judged as it is has no before: there the form that fits best
//! is the one that is reported.

mod as_read;
mod braces;
mod by_macro;
pub(crate) mod conditions;
pub(crate) mod effect;
mod kept;
mod sweep;
mod truth;
mod undef;
mod under;
pub(crate) mod widening;
mod words;

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::pattern::{Bindings, Doubt, Isomorphisms, Matches, Pattern};
use schema::model::{Change, ChangeBody, ChangeKind, Spec, Subject};
use sites::{Reason, Resolver, Unresolved};
use syntax::items::Function;

use crate::comparison::{Comparison, Image, line_of, placed};
use crate::explained::{CommentScope, Explained};
use crate::finding::{Finding, Verdict};

/// What judging one change gives.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) findings: Vec<Finding>,
    pub(crate) explained_tokens: Vec<Explained>,
    pub(crate) comment_scopes: Vec<CommentScope>,
}

/// A file as it is after, and as it was before where patches are judged.
type AfterAndBefore = (Arc<File>, Option<Arc<File>>);

/// One form of one change, in one comparison.
pub(crate) struct Ctx<'a> {
    pub(crate) comparison: &'a Comparison<'a>,
    pub(crate) change: &'a Change,
    pub(crate) body: &'a ChangeBody,
    /// Where the site is looked for: in the tree before, but for a site that another change of the series makes, and
    /// where the tree is judged as it is.
    pub(crate) side: Image,
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

macro_rules! judgements {
    ($($module:ident: $Kind:ident => $name:literal,)+) => {
        $(mod $module;)+

        impl Ctx<'_> {
            /// Whether what the change declares is so, by its kind.
            fn judge_kind(&self) -> Judged {
                match &self.body.kind {
                    $(ChangeKind::$Kind(kind) => $module::judge(self, kind),)+
                }
            }

            /// What the form looks for, in words.
            fn sought(&self) -> String {
                match &self.body.kind {
                    $(ChangeKind::$Kind(kind) => $module::sought(kind),)+
                }
            }
        }
    };
}
schema::for_each_kind!(judgements);
pub(crate) use file::WholeFiles;
use rename::{names as old_names, new_names};
use signature::names as signature_names;

/// "no `a` and no `b`"
fn none_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| format!("`{text}`")).collect();
    format!("no {}", texts.join(" and no "))
}

/// Where only a neighbour is looked for, which may be the end of what it is in.
fn no_such_neighbour() -> String {
    "no such neighbour".to_owned()
}

/// Judges one change.
pub(crate) fn judge(comparison: &Comparison<'_>, change: &Change) -> Judged {
    if !change.body.globs.is_empty() {
        return sweep::judge(comparison, change);
    }
    let forms = |side| {
        change.forms().map(move |body| Ctx {
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
    for side in [Image::Before, Image::After] {
        let resolved = sites::first_form(change, |_, body| {
            let ctx = Ctx {
                comparison,
                change,
                body,
                side,
            };
            match ctx.resolve() {
                Ok(()) => Ok(ctx),
                Err(unresolved) => Err((unresolved, ctx)),
            }
        });
        match resolved {
            Ok(ctx) => return ctx.judge(),
            Err((unresolved, Some(ctx)))
                if unresolved.reason == Reason::Present && change.already_is_fine =>
            {
                return ctx.already();
            }
            Err((unresolved, Some(ctx))) if unresolved.reason != Reason::Absent => {
                return ctx.stopped(&unresolved);
            }
            Err(_) => {}
        }
    }
    let mut main = forms(Image::Before);
    main.next().map(|ctx| ctx.no_site()).unwrap_or_default()
}

/// The names that a change of the spec may change in any file of the tree.
pub(crate) fn wide_names(spec: &Spec) -> Vec<String> {
    signature_names(spec)
        .chain(old_names(spec))
        .cloned()
        .collect()
}

/// The names that changes of the spec bring in the place of others: the tree is asked where one is taken.
pub(crate) fn brought_names(spec: &Spec) -> Vec<String> {
    new_names(spec).cloned().collect()
}

/// The names that the tree is asked for whether it still uses them.
pub(crate) fn unused_names(spec: &Spec) -> Vec<String> {
    let asked = spec.forms().filter_map(|body| match &body.kind {
        ChangeKind::Delete(delete) => Some(delete::unused_names(delete)),
        _ => None,
    });
    asked.flatten().collect()
}

fn badness(findings: &[Finding]) -> (usize, usize) {
    let count = |verdict| findings.iter().filter(|f| f.verdict == verdict).count();
    (count(Verdict::Violated), count(Verdict::Unknown))
}

impl Ctx<'_> {
    /// Whether what the change declares is so.
    fn judge(&self) -> Judged {
        let mut judged = self.judge_kind();
        if let Some(condition) = &self.body.under {
            under::judge(self, condition, &mut judged);
        }
        let holds = |finding: &Finding| finding.verdict == Verdict::Holds;
        if self.comparison.before.is_none() && judged.findings.iter().all(holds) {
            let doubt = as_read::doubt(self, &judged).or_else(|| by_macro::doubt(self));
            judged.findings.extend(doubt);
        }
        judged
    }

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

    /// Whether some form of some change of the spec is about such a thing.
    pub(crate) fn spec_has(&self, is_such: impl Fn(Subject<'_>) -> bool) -> bool {
        self.comparison
            .spec
            .forms()
            .any(|body| is_such(body.kind.subject()))
    }

    /// Whether this form has its sites on its side, as declared.
    fn resolve(&self) -> Result<(), Unresolved> {
        if let ChangeKind::WholeFile(kind) = &self.body.kind {
            // What the tree after has instead of it is the judge's to say.
            return match self.side {
                Image::Before => file::resolve(self, kind, Image::Before).map(|_| ()),
                Image::After => Err(Unresolved::absent("it is no file's part")),
            };
        }
        let open = |path: &TreePath| {
            let file = self.comparison.file(self.side, path);
            file.map_err(|error| Unresolved::tree(error.to_string()))
        };
        let Some(tree) = self.comparison.tree(self.side) else {
            return Err(Unresolved::tree("there is no tree before"));
        };
        let (_, file) = sites::first_file(&**tree.tree(), self.body, open)?;
        let isomorphisms = &self.comparison.spec.isomorphisms;
        let resolver = Resolver::new(tree, &file, isomorphisms, self.change.sites);
        match self.side {
            Image::Before => match sites::resolve(&resolver, self.body) {
                // What another change of the spec takes away comes anew.
                Err(unresolved)
                    if matches!(unresolved.reason, Reason::Present | Reason::Unfit)
                        && self.is_anew() =>
                {
                    sites::find(&resolver, self.body)
                }
                found => found,
            },
            // What goes next to something is there already, and what took the place of something is all that is there.
            Image::After => match sites::find(&resolver, self.body) {
                Err(unresolved) if unresolved.reason == Reason::Present => Ok(Vec::new()),
                found => found,
            },
        }
        .map(|_| ())
        .map_err(|unresolved| sites::in_its_language(self.body, file.path(), unresolved))
    }

    /// Whether it brings by name what another change of the spec takes away from the same file: of another type, with
    /// another definition, or to another place.
    fn is_anew(&self) -> bool {
        let files = &self.body.files;
        self.comparison.spec.forms().any(|body| {
            let ChangeKind::Delete(delete) = &body.kind else {
                return false;
            };
            delete::comes_back(&delete.what, &self.body.kind)
                && body.files.iter().any(|file| files.contains(file))
        })
    }

    /// The form has a site, and not as declared, or it could not be told. What it explains is taken at its word, so that
    /// the frame does not call violated what is unknown.
    fn stopped(&self, unresolved: &Unresolved) -> Judged {
        let side = match self.side {
            Image::Before => "before",
            Image::After => "after",
        };
        let message = format!("in the tree {side}: {}", unresolved.message);
        let mut finding = match unresolved.reason {
            Reason::Unread | Reason::Spec | Reason::Tree => self.unknown("site", message),
            Reason::Absent | Reason::Unfit | Reason::Present => self.violated("site", message),
        };
        if let Some(path) = self.path() {
            finding = finding.in_file(path);
            let file = self.comparison.source(self.side, path);
            if let (Some(file), Some(line)) = (file, unresolved.line) {
                let at = file.lines().range_of(line).start;
                finding = finding.at_line(line).showing(&line_of(&file, at));
                if let Some(function) = file.function_at(at) {
                    finding = finding.in_function(&function.name);
                }
            }
        }
        let judged = self.judge();
        let findings = match finding.verdict {
            Verdict::Unknown => vec![finding],
            _ => judged.findings.into_iter().chain([finding]).collect(),
        };
        Judged { findings, ..judged }
    }

    /// Every site has the new form already, which the change says is fine.
    fn already(&self) -> Judged {
        let message = "every site had the new form already";
        let finding = self.holds("site", message);
        Judged::only(match self.path() {
            Some(path) => finding.in_file(path),
            None => finding,
        })
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

    /// How new code is compared: in the order in which it is declared, for `p && f(p)` is not `f(p) && p`.
    pub(crate) fn as_declared(&self) -> Isomorphisms {
        let mut isomorphisms = self.comparison.spec.isomorphisms.clone();
        isomorphisms.disabled.push("logical-order".to_owned());
        isomorphisms
    }

    /// What anchors mean in a file of one side; none where there is no tree before.
    pub(crate) fn resolver_of<'f>(&'f self, side: Image, file: &'f File) -> Option<Resolver<'f>> {
        let isomorphisms = &self.comparison.spec.isomorphisms;
        let tree = self.comparison.tree(side)?;
        Some(Resolver::new(tree, file, isomorphisms, self.change.sites))
    }

    /// What anchors mean in a file of the tree after.
    pub(crate) fn resolver<'f>(&'f self, file: &'f File) -> Resolver<'f> {
        let comparison = self.comparison;
        let isomorphisms = &comparison.spec.isomorphisms;
        Resolver::new(&comparison.after, file, isomorphisms, self.change.sites)
    }

    /// The live matches of a pattern, and what could be one.
    pub(crate) fn find(&self, file: &File, pattern: &Pattern, regions: &[Range<usize>]) -> Matches {
        self.resolver(file).look(pattern, regions)
    }

    /// Where a longer chain has taken a new form in.
    pub(crate) fn runs(&self, file: &File, names: &[String], form: &Pattern) -> Matches {
        let resolver = self.resolver(file);
        resolver.runs(form, &resolver.regions(names))
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

    /// The functions that a change is confined to.
    pub(crate) fn functions<'f>(&'f self, file: &'f File, names: &[String]) -> Vec<&'f Function> {
        let chosen = self.resolver(file).functions_as_read(names);
        chosen.map(|chosen| chosen.found).unwrap_or_default()
    }

    /// Where to look: the functions' ranges, or the whole file where none are named.
    pub(crate) fn regions(&self, file: &File, names: &[String]) -> Vec<Range<usize>> {
        self.resolver(file).regions(names)
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
            return Err(self.no_file(side));
        };
        match self.comparison.file(side, path) {
            Ok(Some(file)) => Ok(match &self.body.under {
                Some(condition) => under::without(self, side, &file, condition),
                None => file,
            }),
            Ok(None) => Err(Box::new(
                self.violated("site", "the file is gone").in_file(path),
            )),
            Err(error) => Err(Box::new(
                self.unknown("site", error.to_string()).in_file(path),
            )),
        }
    }

    /// The tree has none of this form's files.
    fn no_file(&self, side: Image) -> Box<Finding> {
        let files = &self.body.files;
        let tree = self.comparison.tree(side);
        let missing = tree.map(|tree| sites::no_file(&**tree.tree(), files));
        let message = missing.map_or_else(|| "there is no tree before".to_owned(), |it| it.message);
        let finding = self.violated("site", message);
        Box::new(match files.first() {
            Some(file) => finding.in_file(file),
            None => finding,
        })
    }

    /// This form's file after, and before where patches are judged.
    pub(crate) fn files(&self) -> Result<AfterAndBefore, Box<Finding>> {
        let after = self.file(Image::After)?;
        let before = match self.side {
            Image::Before => Some(self.file(Image::Before)?),
            Image::After => None,
        };
        Ok((after, before))
    }

    /// The bytes of this form's file on one side.
    pub(crate) fn bytes(&self, side: Image) -> Result<(TreePath, Arc<[u8]>), Box<Finding>> {
        let missing = || self.no_file(side);
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
            before: None,
        });
    }

    /// The same, where the change says which lines with which comments go.
    pub(crate) fn comment_scope_of(
        &mut self,
        path: &TreePath,
        before: Range<usize>,
        after: Range<usize>,
    ) {
        self.comment_scopes.push(CommentScope {
            path: path.clone(),
            after,
            before: Some(before),
        });
    }
}
