//! `patchwright port PATCH… --from TREE --to TREE [--out DIR] [-o SPEC]`

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use dialect::TreePath;
use import::{FileChange, Letter, PatchFacts, SeriesFacts, Telling};
use query::File;
use trees::mail::Series;
use trees::{ParsedTree, Scan, Tree};
use verify::finding::{Finding, Verdict};

use crate::error::{CommandError, Outcome, Status};
use crate::imported::{self, DetailArgs, Made, ResultArgs};
use crate::inputs::Inputs;
use crate::mails::{self, MailArgs};
use crate::patches::{self, Patches, States};
use crate::progress::Progress;
use crate::text::{counted, escape, escape_lines};
use crate::tree_args;

/// Carry somebody's patches from one tree to another.
///
/// The files of the two trees are laid side by side, function by function, and each run of changed lines goes to where the
/// same lines are. What is not sure is refused and named; what differs around a place is a note to read. The result is
/// imported as a spec for the other tree, rendered there, and judged like any series.
#[derive(Debug, Args)]
#[command(
    disable_version_flag = true,
    after_help = "TREE is a directory, REPO@REV for a revision of a git repository, or `sample`.\n\
    Exit status: 0 carried over, and judged to hold; 1 a part has no sure place there, or what came of it is violated; \
    2 unusable arguments or mail; 3 something needed could not be read.\n\
    Example: patchwright port fix.mbox --from ~/linux@v6.12 --to ~/linux-6.1 --out ported -o fix-6.1.toml"
)]
pub(crate) struct PortArgs {
    /// A patch mail, a mailbox (also packed with gzip), a Maildir, a bare diff, or `-` for standard input; in order.
    #[arg(required = true, value_name = "PATCH")]
    patches: Vec<PathBuf>,

    /// The tree that the patches are for.
    #[arg(long, value_name = "TREE")]
    from: String,

    /// The tree that they are wanted in.
    #[arg(long, value_name = "TREE")]
    to: String,

    #[command(flatten)]
    mails: MailArgs,

    /// Write the series for the other tree to this folder, as NAME-vN/.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Write the spec of the change in the other tree to this file.
    #[arg(short = 'o', long = "output", value_name = "SPEC")]
    output: Option<PathBuf>,

    #[command(flatten)]
    result: ResultArgs,

    #[command(flatten)]
    detail: DetailArgs,
}

/// Ports, judges, writes, and says what differs.
pub(crate) fn run(args: &PortArgs) -> Outcome {
    let outputs = args.output.iter().chain(&args.result.result);
    let trees = [&args.from, &args.to].map(PathBuf::from);
    let inputs = Inputs::of(&args.patches).and_trees(&trees);
    inputs.spare(outputs)?;
    let series = mails::read(&args.patches, &args.mails)?;
    let from = tree_args::named(&args.from)?;
    let to = tree_args::named(&args.to)?;
    let progress = Progress::start("porting the patches");
    let states = States::of(&from, &series)?;
    let ported = carry(&series, &states, &to)?;
    let wanted = Arc::new(trees::Overlay::new(Arc::clone(&to), ported.overlay)) as Arc<dyn Tree>;
    let whole = is_whole(&to);
    let tell = |telling: Telling| -> Result<(Made, Vec<Finding>), CommandError> {
        let made = Made::of(&series.mails, &ported.patches, &to, &wanted, telling)?;
        let report = verify::judge_series(&made.spec, Arc::clone(&to), &made.series);
        Ok((made, report.findings))
    };
    let (mut made, mut findings) = tell(Telling::default())?;
    if verdict_of(&findings, whole) != Verdict::Holds {
        // A hunk says less than a declaration: what is wrong with it is wrong with the port, not with how it is told.
        (made, findings) = tell(ported.patches.as_hunks())?;
    }
    drop(progress);
    let verdict = verdict_of(&findings, whole);
    show(&findings, whole);
    if verdict == Verdict::Holds {
        made.write_result(&args.result)?;
        if let Some(out) = &args.out {
            let folder = generator::write(&made.rendered, out)
                .map_err(|error| CommandError::new(Status::Unusable, error))?;
            if !args.detail.quiet {
                let folder = folder.display().to_string();
                writeln!(anstream::stdout().lock(), "{}", escape(&folder))?;
            }
        }
        if args.output.is_some() {
            imported::write_spec(&made.imported.spec, args.output.as_deref())?;
        }
    }
    if args.detail.verbose {
        anstream::eprint!("{}", made.changes());
    }
    for note in ported.notes {
        anstream::eprintln!("note: {}", escape(&note));
    }
    Ok(verdict.into())
}

/// A series carried over.
struct Ported {
    patches: Patches,
    /// The files of the other tree as the series leaves them.
    overlay: BTreeMap<TreePath, Option<Arc<[u8]>>>,
    notes: Vec<String>,
}

/// Carries every patch over, each on what those before it made.
fn carry(series: &Series, states: &States, to: &Arc<dyn Tree>) -> Result<Ported, CommandError> {
    let target = ParsedTree::new(Arc::clone(to));
    let mut ported = Ported {
        patches: Patches::default(),
        overlay: BTreeMap::new(),
        notes: Vec::new(),
    };
    let mut refused: Vec<String> = Vec::new();
    let about = SeriesFacts::of(&series.mails);
    for (index, mail) in series.mails.iter().enumerate() {
        let Some([before, after]) = states.around(index).filter(|_| !mail.is_cover()) else {
            continue;
        };
        let there = trees::Overlay::new(Arc::clone(to), ported.overlay.clone());
        ported.patches.befores.push(Arc::new(there));
        let before = ParsedTree::new(Arc::clone(before));
        let after = ParsedTree::new(Arc::clone(after));
        let mut files = Vec::new();
        for diff in &mail.diff {
            let path = patches::changed_path(diff)?;
            let unread = |error: trees::TreeError| CommandError::new(Status::Unknown, error);
            let (Some(old), Some(new)) = (
                before.file(path).map_err(unread)?,
                after.file(path).map_err(unread)?,
            ) else {
                return Err(patches::not_there(path));
            };
            let there = match ported.overlay.get(path) {
                Some(Some(bytes)) => Some(Arc::new(File::from(
                    target.reader().read(path, Arc::clone(bytes)),
                ))),
                _ => target.file(path).map_err(unread)?,
            };
            let Some(there) = there else {
                refused.push(format!("{path}: {} has no such file", to.label()));
                continue;
            };
            let sources = port::Sources {
                before: &old,
                after: &new,
                target: &there,
            };
            let shown = |remark: &port::Remark| match &remark.function {
                Some(name) => format!("{path}:{}: {name}(): {}", remark.line, remark.message),
                None => format!("{path}:{}: {}", remark.line, remark.message),
            };
            match port::carry(&sources, &|name| has_word(to, name)) {
                Ok(carried) => {
                    ported.notes.extend(carried.notes.iter().map(shown));
                    let bytes: Arc<[u8]> = carried.bytes.into();
                    ported
                        .overlay
                        .insert(path.clone(), Some(Arc::clone(&bytes)));
                    let after = File::from(target.reader().read(path, bytes));
                    files.push(FileChange {
                        path: path.clone(),
                        before: there,
                        after: Arc::new(after),
                    });
                }
                Err(remarks) => refused.extend(remarks.iter().map(shown)),
            }
        }
        ported.patches.facts.push(PatchFacts {
            whole: Vec::new(),
            letter: Letter::of(mail, &about),
            files,
        });
    }
    if refused.is_empty() {
        return Ok(ported);
    }
    let message = format!(
        "{} of the patch {} no sure place in {}",
        counted(refused.len(), "part"),
        if refused.len() == 1 { "has" } else { "have" },
        to.label()
    );
    Err(CommandError::new(Status::Bad, message)
        .with_detail(escape_lines(&refused.join("\n")).into_owned())
        .with_hint("make these changes by hand, or `patchwright import` the patch and give its changes alternatives"))
}

/// Whether the tree has the word anywhere in its C files. A member that is written is asked for by its name.
fn has_word(tree: &Arc<dyn Tree>, name: &str) -> bool {
    if name.ends_with(" =") {
        return false;
    }
    let scan = Scan {
        words: vec![name.to_owned()],
        ..Scan::default()
    };
    let found = std::sync::atomic::AtomicBool::new(false);
    let visited = tree.scan(&scan, &|_, _| {
        found.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    visited.is_ok() && found.into_inner()
}

/// Whether it is the top of a kernel's source. What a part of one does not have says nothing.
fn is_whole(tree: &Arc<dyn Tree>) -> bool {
    ["Makefile", "Kbuild", "include/linux/kernel.h"]
        .iter()
        .all(|path| TreePath::new(path).is_ok_and(|path| matches!(tree.read(&path), Ok(Some(_)))))
}

/// Checks that are about the author's hand, not about the port.
const OF_THE_AUTHOR: [&str; 3] = ["frame/whitespace", "frame/layout", "frame/mail"];

/// Whether a finding is a note here.
fn is_note(finding: &Finding, is_whole: bool) -> bool {
    OF_THE_AUTHOR.contains(&finding.invariant.as_str())
        || finding.invariant == "frame/bisect" && !is_whole
}

fn verdict_of(findings: &[Finding], is_whole: bool) -> Verdict {
    let judged = findings
        .iter()
        .filter(|finding| !is_note(finding, is_whole));
    let verdicts = judged.map(|finding| finding.verdict);
    verdicts.max().unwrap_or(Verdict::Holds)
}

/// Prints what is not well.
fn show(findings: &[Finding], is_whole: bool) {
    let bad = findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::Holds);
    for finding in bad {
        let place = match (&finding.file, finding.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: "),
            (Some(file), None) => format!("{file}: "),
            _ => String::new(),
        };
        let word = match is_note(finding, is_whole) {
            true => "note",
            false => finding.verdict.word(),
        };
        let text = format!("{place}{word}: {} ({})", finding.message, finding.invariant);
        anstream::eprintln!("{}", escape(&text));
    }
}
