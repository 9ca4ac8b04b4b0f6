//! Somebody's patches on a tree: what `import` and `port` begin with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use dialect::TreePath;
use generator::Rendered;
use import::{Bench, Detail, FileChange, Imported, Letter, PatchFacts, SeriesFacts, Telling};
use schema::model::{Change, Spec};
use templates::Templates;
use trees::apply::apply_series;
use trees::mail::{FileDiff, Mail, Series, parse_mbox};
use trees::{ParsedTree, Tree};
use verify::finding::{Finding, Verdict};

use crate::error::{CommandError, Status};
use crate::narrow::Narrow;
use crate::trials::Trials;
use crate::{drift, mailing, spec_file};

/// `--file PATH --result FILE`
#[derive(Clone, Debug, Args)]
pub(crate) struct ResultArgs {
    /// With --result: the file of the tree whose text after the series is wanted.
    #[arg(long, value_name = "PATH", requires = "result")]
    pub(crate) file: Option<String>,

    /// Write what the spec makes of --file to this file, `-` for standard output: for scripts that compare.
    #[arg(long, value_name = "FILE", requires = "file")]
    pub(crate) result: Option<PathBuf>,
}

/// A tree before each patch of a series, and after the last.
pub(crate) struct States(Vec<Arc<dyn Tree>>);

impl States {
    /// Applies the series.
    ///
    /// # Errors
    /// Exit status 1: a patch does not apply to what those before it made.
    pub(crate) fn of(tree: &Arc<dyn Tree>, series: &Series) -> Result<Self, CommandError> {
        let applied = apply_series(tree, &series.mails).map_err(|fault| {
            let name = series.names.get(fault.mail).map_or("", String::as_str);
            let faults: Vec<String> = fault.faults.iter().map(ToString::to_string).collect();
            let message = format!("{name} does not apply to {}", tree.label());
            CommandError::new(Status::Bad, message)
                .with_detail(crate::text::escape(&faults.join("\n")).into_owned())
                .with_hint("name the tree that the patches were made for")
        })?;
        let mut states = vec![Arc::clone(tree)];
        states.extend(
            applied
                .into_iter()
                .map(|applied| Arc::new(applied.overlay) as Arc<dyn Tree>),
        );
        Ok(Self(states))
    }

    /// The tree before the patch of a mail, and after it.
    pub(crate) fn around(&self, mail: usize) -> Option<[&Arc<dyn Tree>; 2]> {
        Some([self.0.get(mail)?, self.0.get(mail + 1)?])
    }

    /// The tree after the whole series.
    pub(crate) fn last(&self) -> Option<&Arc<dyn Tree>> {
        self.0.last()
    }
}

/// The path that a diff changes.
///
/// # Errors
/// Exit status 2: it does something else to its file, which no spec says.
pub(crate) fn changed_path(diff: &FileDiff) -> Result<&TreePath, CommandError> {
    let refuse = |path: &TreePath, what: &str| {
        Err(CommandError::unusable(format!("{path}: the patch {what}"))
            .with_hint("a spec changes the text of files that the tree has; take this part out of the patch"))
    };
    match (&diff.old_path, &diff.new_path) {
        (Some(old), Some(new)) if old == new => {
            if diff.old_mode.is_some() && diff.old_mode != diff.new_mode && diff.new_mode.is_some()
            {
                return refuse(new, "changes the mode of the file");
            }
            Ok(new)
        }
        (_, Some(new)) if diff.is_rename => refuse(new, "renames the file"),
        (_, Some(new)) if diff.is_copy => refuse(new, "copies the file"),
        (None, Some(new)) => refuse(new, "makes a new file"),
        (Some(old), _) => refuse(old, "takes the file away"),
        _ => Err(CommandError::unusable("a diff names no file")),
    }
}

/// A patch has changed a file, and the file cannot be had: nothing of a patch is left out without a word.
pub(crate) fn not_there(path: &TreePath) -> CommandError {
    let message = format!("{path}: the patch changes the file, and there is none to read");
    CommandError::new(Status::Unknown, message)
}

/// What each patch of a series does, and to which tree.
#[derive(Default)]
pub(crate) struct Patches {
    pub(crate) facts: Vec<PatchFacts>,
    /// The tree before each of them.
    pub(crate) befores: Vec<Arc<dyn Tree>>,
}

impl Patches {
    /// All of it told as hunks.
    pub(crate) fn as_hunks(&self) -> Telling {
        let files = self.facts.iter().flat_map(|patch| &patch.files);
        Telling {
            detail: files
                .map(|file| (file.path.clone(), Detail::Functions))
                .collect(),
            ..Telling::default()
        }
    }
}

/// What each patch of a series does: `states` are of the tree that it applies to.
///
/// # Errors
/// Exit status 2 where a patch does what no spec says, 3 where a file cannot be read.
pub(crate) fn facts(series: &Series, states: &States) -> Result<Patches, CommandError> {
    let mut patches = Patches::default();
    for (index, mail) in series.mails.iter().enumerate() {
        let Some([before, after]) = states.around(index).filter(|_| !mail.is_cover()) else {
            continue;
        };
        patches.befores.push(Arc::clone(before));
        let before = ParsedTree::new(Arc::clone(before));
        let after = ParsedTree::new(Arc::clone(after));
        let mut files = Vec::new();
        for diff in &mail.diff {
            let path = changed_path(diff)?;
            let unread = |error: trees::TreeError| CommandError::new(Status::Unknown, error);
            let old = before.file(path).map_err(unread)?;
            let new = after.file(path).map_err(unread)?;
            let (Some(old), Some(new)) = (old, new) else {
                return Err(not_there(path));
            };
            files.push(FileChange {
                path: path.clone(),
                before: old,
                after: new,
            });
        }
        patches.facts.push(PatchFacts {
            letter: Letter::of(mail),
            files,
        });
    }
    Ok(patches)
}

/// Why a spec was not rendered, and the files that it was about.
type Stopped = (CommandError, Vec<TreePath>);

/// Has the changes of some files told apart less; of all files where none is named. Whether that is possible.
fn coarser(telling: &mut Telling, files: &[TreePath], patches: &[PatchFacts]) -> bool {
    let all = patches.iter().flat_map(|patch| &patch.files);
    let all: BTreeSet<&TreePath> = all.map(|file| &file.path).collect();
    let mut some = false;
    for path in all
        .into_iter()
        .filter(|path| files.is_empty() || files.contains(path))
    {
        let known = telling.detail.entry(path.clone()).or_default();
        if let Some(next) = known.coarser() {
            *known = next;
            some = true;
        }
    }
    some
}

/// What of a spec does not hold of what it made, judged in the patches' files alone: the verdict on all of it is
/// `verify`'s.
struct Refused {
    /// Changes that are no hunks, as text.
    changes: BTreeSet<String>,
    /// Files of which more was changed than the spec says.
    files: Vec<TreePath>,
    /// How much there was to say.
    findings: usize,
}

impl Refused {
    /// Has the series told otherwise; whether there is another way.
    fn told(self, telling: &mut Telling, patches: &Patches) -> bool {
        let is_new = !self.changes.is_subset(&telling.refused);
        telling.refused.extend(self.changes);
        is_new || !self.files.is_empty() && coarser(telling, &self.files, &patches.facts)
    }
}

/// Whether it could be otherwise if the same bytes were told otherwise: the other frame checks ask the bytes alone.
fn is_of_telling(finding: &Finding) -> bool {
    let check = finding.invariant.strip_prefix("frame/");
    check.is_none_or(|check| matches!(check, "tokens" | "comments" | "layout" | "files"))
}

/// The mails of a rendered series.
fn read_back(rendered: &Rendered) -> Result<Series, CommandError> {
    let mut series = Series::default();
    for (name, bytes) in &rendered.files {
        let ending = Path::new(name).extension();
        if ending.is_some_and(|ending| ending == "patch") {
            let mails = parse_mbox(bytes).map_err(CommandError::unusable)?;
            series.names.extend(mails.iter().map(|_| name.clone()));
            series.mails.extend(mails);
        }
    }
    Ok(series)
}

/// The spec of some patches, loaded, and what it makes of the tree that they are for.
pub(crate) struct Made {
    pub(crate) imported: Imported,
    pub(crate) spec: Spec,
    pub(crate) rendered: Rendered,
    /// The rendered series, read back.
    pub(crate) series: Series,
    /// The tree with it.
    pub(crate) after: Arc<dyn Tree>,
}

impl Made {
    /// Makes the spec, and renders it on the tree: the changes of a file as far apart as that gives what `wanted` has.
    ///
    /// # Errors
    /// Exit status 1: the spec does not make it, however it is said.
    pub(crate) fn of(
        mails: &[Mail],
        patches: &Patches,
        tree: &Arc<dyn Tree>,
        wanted: &Arc<dyn Tree>,
        mut telling: Telling,
    ) -> Result<Self, CommandError> {
        let series = SeriesFacts::of(mails);
        let trials: Vec<Trials> = patches.befores.iter().map(Trials::new).collect();
        let benches: Vec<&dyn Bench> = trials.iter().map(|trials| trials as &dyn Bench).collect();
        // The bytes of all of these are right; the first of those that least is to be said of.
        let mut best: Option<(usize, Self)> = None;
        loop {
            let imported = import::import(&series, &patches.facts, &benches, &telling);
            let (can_go_on, fault) = match Self::once(imported, tree, wanted, patches)? {
                Ok(made) => {
                    let refused = made.judged(tree, patches);
                    if best.as_ref().is_none_or(|(bad, _)| refused.findings < *bad) {
                        best = Some((refused.findings, made));
                    }
                    (refused.told(&mut telling, patches), None)
                }
                Err(stopped) => {
                    let (fault, files) = *stopped;
                    (coarser(&mut telling, &files, &patches.facts), Some(fault))
                }
            };
            if !can_go_on {
                // What no way to tell it mends is for `verify` to say.
                let best = best.map(|(_, made)| made);
                return match (best, fault) {
                    (Some(made), _) => Ok(made),
                    (None, Some(fault)) => Err(fault),
                    (None, None) => Err(CommandError::unusable("the patches say nothing")),
                };
            }
        }
    }

    /// Renders a spec; or says why it does not make what `wanted` has, and of which files.
    fn once(
        imported: Imported,
        tree: &Arc<dyn Tree>,
        wanted: &Arc<dyn Tree>,
        patches: &Patches,
    ) -> Result<Result<Self, Box<Stopped>>, CommandError> {
        let spec = match schema::load("the imported spec", imported.spec.as_bytes()) {
            Ok(spec) => spec,
            // Changes that are none together.
            Err(diagnostics) => {
                return Ok(Err(Box::new((spec_file::refuse(&diagnostics), Vec::new()))));
            }
        };
        let templates = Templates::shipped();
        let mailing = mailing::of(&spec, &templates)?;
        let parsed = ParsedTree::new(Arc::clone(tree));
        let rendered = match generator::render(&spec, &parsed, &mailing) {
            Ok(rendered) => rendered,
            Err(failure) => {
                let files = failure
                    .problems
                    .iter()
                    .filter_map(|problem| problem.file.as_ref());
                let files = files.filter_map(|file| TreePath::new(file).ok()).collect();
                return Ok(Err(Box::new((drift::refuse(&spec, &failure), files))));
            }
        };
        let series = read_back(&rendered)?;
        let states = States::of(tree, &series)?;
        let after = states.last().map_or_else(|| Arc::clone(tree), Arc::clone);
        let made = Self {
            imported,
            spec,
            rendered,
            series,
            after,
        };
        let differing = made.differing(wanted, &patches.facts)?;
        if differing.is_empty() {
            return Ok(Ok(made));
        }
        let names: Vec<String> = differing.iter().map(ToString::to_string).collect();
        let message = format!(
            "the spec makes something else of {} than the patches do",
            names.join(", ")
        );
        let fault = CommandError::new(Status::Bad, message);
        Ok(Err(Box::new((fault, differing))))
    }

    /// What of the spec is not to be said so.
    fn judged(&self, tree: &Arc<dyn Tree>, patches: &Patches) -> Refused {
        let files = patches.facts.iter().flat_map(|patch| &patch.files);
        let files = files.map(|file| file.path.clone()).collect();
        let tree = Arc::new(Narrow::new(Arc::clone(tree), files)) as Arc<dyn Tree>;
        let report = verify::judge_changes(&self.spec, tree, &self.series.mails);
        let bad = report.findings.iter();
        let bad: Vec<&Finding> = bad
            .filter(|finding| finding.verdict != Verdict::Holds && is_of_telling(finding))
            .collect();
        let of_changes: BTreeSet<&str> = bad
            .iter()
            .filter_map(|finding| Some(finding.invariant.rsplit_once('/')?.0))
            .filter(|id| *id != "frame")
            .collect();
        let changes = self.spec.patches.iter().zip(&self.imported.changes);
        let changes = changes.flat_map(|(patch, texts)| patch.changes.iter().zip(texts));
        let of_frame: Vec<_> = bad
            .iter()
            .filter(|finding| finding.invariant.starts_with("frame/"))
            .collect();
        // More was changed in a function than its declarations say, none of which is wrong by itself.
        let is_around = |finding: &Finding, change: &Change| {
            let is_in = |file: &str| change.body.files.iter().any(|path| path.as_str() == file);
            finding.file.as_deref().is_some_and(is_in)
                && finding.function.is_some()
                && finding.function.as_deref() == change.body.kind.subject().name()
        };
        let is_refused = |change: &Change, text: &str| {
            let is_bad = match of_changes.is_empty() {
                true => of_frame.iter().any(|finding| is_around(finding, change)),
                false => of_changes.contains(change.id.as_str()),
            };
            is_bad && !text.contains("\nkind = \"hunk\"\n")
        };
        Refused {
            findings: bad.len(),
            changes: changes
                .filter(|(change, text)| is_refused(change, text))
                .map(|(_, text)| text.clone())
                .collect(),
            files: of_frame
                .iter()
                .filter_map(|finding| TreePath::new(finding.file.as_ref()?).ok())
                .collect(),
        }
    }

    /// The files of which the spec makes something else than `wanted` has.
    ///
    /// # Errors
    /// Exit status 3: a file cannot be read.
    fn differing(
        &self,
        wanted: &Arc<dyn Tree>,
        patches: &[PatchFacts],
    ) -> Result<Vec<TreePath>, CommandError> {
        let mut differing = Vec::new();
        for file in patches.iter().flat_map(|patch| &patch.files) {
            let read = |tree: &Arc<dyn Tree>| {
                let read = tree.read(&file.path);
                read.map_err(|error| CommandError::new(Status::Unknown, error))
            };
            if read(wanted)? != read(&self.after)? {
                differing.push(file.path.clone());
            }
        }
        differing.sort();
        differing.dedup();
        Ok(differing)
    }

    /// Writes the text of the file that the user asked for.
    ///
    /// # Errors
    /// Exit status 2: the tree has no such file, or it cannot be written.
    pub(crate) fn write_result(&self, args: &ResultArgs) -> Result<(), CommandError> {
        let (Some(file), Some(result)) = (&args.file, &args.result) else {
            return Ok(());
        };
        let path = TreePath::new(file).map_err(CommandError::unusable)?;
        let bytes = self.after.read(&path);
        let bytes = bytes.map_err(|error| CommandError::new(Status::Unknown, error))?;
        let bytes =
            bytes.ok_or_else(|| CommandError::unusable(format!("the tree has no {path}")))?;
        if result == Path::new("-") {
            use std::io::Write as _;
            std::io::stdout().lock().write_all(&bytes)?;
            return Ok(());
        }
        std::fs::write(result, &bytes)
            .map_err(|error| CommandError::unusable(format!("{}: {error}", result.display())))
    }

    /// "3 of 5 hunks are declarations"
    pub(crate) fn share(&self) -> String {
        let Imported {
            hunks, declared, ..
        } = self.imported;
        match hunks {
            1 => format!("{declared} of 1 hunk is a declaration"),
            _ => format!("{declared} of {hunks} hunks are declarations"),
        }
    }
}

/// Writes a spec: to a file, or to standard output.
///
/// # Errors
/// Exit status 2: it cannot be written.
pub(crate) fn write_spec(spec: &str, file: Option<&Path>) -> Result<(), CommandError> {
    match file {
        Some(file) if file != Path::new("-") => std::fs::write(file, spec)
            .map_err(|error| CommandError::unusable(format!("{}: {error}", file.display()))),
        _ => {
            use std::io::Write as _;
            std::io::stdout().lock().write_all(spec.as_bytes())?;
            Ok(())
        }
    }
}
