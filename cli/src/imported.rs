//! The spec of somebody's patches: made, rendered, and compared with what the patches make.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use dialect::TreePath;
use generator::Rendered;
use import::{Bench, Imported, PatchFacts, Said, SeriesFacts, Telling};
use schema::model::{Change, Spec};
use templates::Templates;
use trees::mail::{Mail, Series, parse_mbox};
use trees::{ParsedTree, Tree};
use verify::finding::{Finding, Verdict};

use crate::error::{CommandError, Status};
use crate::narrow::Narrow;
use crate::patches::{Patches, States};
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

/// How much is said of what came of the patches.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct DetailArgs {
    /// Print only what needs a look: notes, and what is refused.
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Show what each part of the patches became, and where it is.
    #[arg(long, short, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

/// Why a spec was not rendered.
struct Stopped {
    fault: CommandError,
    /// The files that it was about.
    files: Vec<TreePath>,
    /// The changes that do not land, no hunks, as text.
    changes: BTreeSet<String>,
}

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

/// After so many specs that do not hold, what does not is told by hunks.
const MOST_ROUNDS: usize = 3;

/// After so many, a function of which something does not is told as a whole, or by hunks.
const MOST_PARTS: usize = 5;

/// After so many, the file.
const MOST_IN_ALL: usize = 9;

/// What is told again, in bytes of the files: large ones are told fewer times.
const MOST_AGAIN: usize = 2 << 20;

/// Of files of more bytes, what does not hold is told by hunks at once: each time that they are told takes seconds.
const LARGE: usize = 256 << 10;

/// A finding is of a change so many lines away.
const NEAR: usize = 2;

/// What of a spec does not hold of what it made, judged in the patches' files alone: the verdict on all of it is
/// `verify`'s.
struct Refused {
    /// Changes that are no hunks, as text.
    changes: BTreeSet<String>,
    /// The runs of lines that they say.
    runs: BTreeSet<(TreePath, usize)>,
    /// The functions that they are in.
    functions: BTreeSet<(TreePath, String)>,
    /// Files of which more was changed than the spec says.
    files: Vec<TreePath>,
    /// How much there was to say.
    findings: usize,
}

impl Refused {
    /// Has the series told otherwise; whether there is another way.
    fn told(self, telling: &mut Telling, patches: &Patches, rounds: usize) -> bool {
        let files = patches.facts.iter().flat_map(|patch| &patch.files);
        let bytes: usize = files.map(|file| file.before.written().len()).sum();
        let mut is_new = !self.changes.is_subset(&telling.refused);
        telling.refused.extend(self.changes);
        if rounds >= MOST_ROUNDS || bytes > LARGE {
            is_new |= !self.runs.is_subset(&telling.as_hunks);
            telling.as_hunks.extend(self.runs);
        }
        if rounds >= MOST_PARTS {
            is_new |= !self.functions.is_subset(&telling.as_whole);
            telling.as_whole.extend(self.functions);
        }
        let most = (MOST_AGAIN / bytes.max(1)).clamp(MOST_PARTS, MOST_IN_ALL);
        if is_new && rounds < most {
            return true;
        }
        !self.files.is_empty() && coarser(telling, &self.files, &patches.facts)
    }
}

/// Whether it could be otherwise if the same bytes were told otherwise: the other frame checks ask the bytes alone.
fn is_of_telling(finding: &Finding) -> bool {
    let check = finding.invariant.strip_prefix("frame/");
    check.is_none_or(|check| matches!(check, "tokens" | "comments" | "layout" | "files"))
}

fn is_kind(text: &str, kind: &str) -> bool {
    text.contains(&format!("\nkind = \"{kind}\"\n"))
}

fn is_hunk(text: &str) -> bool {
    is_kind(text, "hunk")
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
        let mut rounds = 0;
        loop {
            rounds += 1;
            let imported = import::import(&series, &patches.facts, &benches, &telling);
            let (can_go_on, fault) = match Self::once(imported, tree, wanted, patches)? {
                Ok(made) => {
                    let refused = made.judged(tree, patches);
                    if best.as_ref().is_none_or(|(bad, _)| refused.findings < *bad) {
                        best = Some((refused.findings, made));
                    }
                    (refused.told(&mut telling, patches, rounds), None)
                }
                Err(stopped) => {
                    let Stopped {
                        fault,
                        files,
                        changes,
                    } = *stopped;
                    let before = (telling.careful.len(), telling.refused.len());
                    telling.careful.extend(files.iter().cloned());
                    if telling.careful.len() > before.0 {
                        continue;
                    }
                    telling.refused.extend(changes);
                    if telling.refused.len() > before.1 && rounds < MOST_PARTS {
                        continue;
                    }
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
                return Ok(Err(Box::new(Stopped {
                    fault: spec_file::refuse(&diagnostics),
                    files: Vec::new(),
                    changes: BTreeSet::new(),
                })));
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
                let said = spec.patches.iter().zip(&imported.changes);
                let said = said.flat_map(|(patch, said)| patch.changes.iter().zip(said));
                let is_it = |change: &Change| {
                    let mut problems = failure.problems.iter();
                    problems.any(|problem| problem.change == change.id)
                };
                let said = said.filter(|(change, said)| is_it(change) && !is_hunk(&said.text));
                let changes = said.map(|(_, said)| said.text.clone()).collect();
                return Ok(Err(Box::new(Stopped {
                    fault: drift::refuse(&spec, &failure),
                    files,
                    changes,
                })));
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
        Ok(Err(Box::new(Stopped {
            fault,
            files: differing,
            changes: BTreeSet::new(),
        })))
    }

    /// What of the spec is not to be said so.
    fn judged(&self, tree: &Arc<dyn Tree>, patches: &Patches) -> Refused {
        let files = patches.facts.iter().flat_map(PatchFacts::paths);
        let files = files.cloned().collect();
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
        let changes = changes.flat_map(|(patch, said)| patch.changes.iter().zip(said));
        let changes = changes.filter(|(_, said)| !is_hunk(&said.text));
        let of_frame: Vec<_> = bad
            .iter()
            .filter(|finding| finding.invariant.starts_with("frame/"))
            .collect();
        let is_in = |finding: &Finding, change: &Change| {
            let mut files = change.body.files.iter();
            let own = finding.file.as_deref();
            own.is_some_and(|own| files.any(|path| path.as_str() == own))
        };
        // More was changed in a function than its declarations say, none of which is wrong by itself.
        let is_around = |finding: &Finding, change: &Change| {
            is_in(finding, change)
                && finding.function.is_some()
                && finding.function.as_deref() == change.body.kind.subject().name()
        };
        let is_near = |finding: &Finding, change: &Change, said: &Said| {
            let line = finding.line.unwrap_or(0);
            let mut runs = said.runs.iter();
            is_in(finding, change)
                && runs.any(|(_, new)| new.start <= line + NEAR && line <= new.end + NEAR)
        };
        let is_in_doubt = |change: &Change, said: &Said| {
            let mut of_frame = of_frame.iter();
            of_frame.any(|finding| is_around(finding, change) || is_near(finding, change, said))
        };
        // What is least telling is told otherwise first.
        let mut in_doubt = changes.clone();
        let has_rewrite = in_doubt
            .any(|(change, said)| is_in_doubt(change, said) && is_kind(&said.text, "rewrite"));
        let is_refused = |change: &Change, said: &Said| match of_changes.is_empty() {
            true => is_in_doubt(change, said) && (!has_rewrite || is_kind(&said.text, "rewrite")),
            false => of_changes.contains(change.id.as_str()),
        };
        let refused = changes.filter(|(change, said)| is_refused(change, said));
        let refused: Vec<(&Change, &Said)> = refused.collect();
        let functions = refused.iter().filter_map(|(change, _)| {
            let name = change.body.kind.subject().name()?;
            Some((change.body.files.first()?.clone(), name.to_owned()))
        });
        let runs = refused.iter().flat_map(|(change, said)| {
            let path = change.body.files.first();
            let starts = said.runs.iter().map(|(old, _)| old.start);
            starts.filter_map(move |start| Some((path?.clone(), start)))
        });
        Refused {
            findings: bad.len(),
            functions: functions.collect(),
            runs: runs.collect(),
            changes: refused.iter().map(|(_, said)| said.text.clone()).collect(),
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
        for path in patches.iter().flat_map(PatchFacts::paths) {
            let state = |tree: &Arc<dyn Tree>| {
                let state = tree
                    .read(path)
                    .and_then(|read| Ok((read, tree.mode(path)?)));
                state.map_err(|error| CommandError::new(Status::Unknown, error))
            };
            if state(wanted)? != state(&self.after)? {
                differing.push(path.clone());
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

    /// Each change: its kind, and where it is in the tree.
    pub(crate) fn changes(&self) -> String {
        let patches = self.rendered.manifest.patches.iter();
        patches.map(drift::landed).collect()
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
