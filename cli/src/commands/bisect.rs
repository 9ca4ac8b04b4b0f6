//! `patchwright bisect SPEC --git REPO GOOD..BAD`

use std::cell::RefCell;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schema::model::Spec;
use serde_json::{Value, json};
use trees::{CommitId, History, Tree};

use crate::commands::base::no_history;
use crate::error::{CommandError, Outcome, Status};
use crate::progress::Progress;
use crate::spec_file;
use crate::spec_status::{self, SpecStatus, Word};
use crate::text::{counted, escape};

/// Find the first commit that changes the status of a spec in a tree.
///
/// The first parents from GOOD to BAD are judged as `check` judges a tree, by halves. What is found is a change: its
/// parent is as GOOD is, and it is not. A revision that cannot be judged is passed over, as `git bisect skip` does.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 found; 1 both ends are alike, so that there is nothing to find; 2 unusable arguments or spec; \
    3 what cannot be judged is in the way.\n\
    Example: patchwright bisect specs/no-command-memory/v5.toml --git ~/linux v5.8..v5.10"
)]
pub(crate) struct BisectArgs {
    /// The spec.
    spec: PathBuf,

    /// Two commits, the one among the first parents of the other.
    #[arg(value_name = "GOOD..BAD")]
    range: String,

    /// The git repository (bare or not).
    #[arg(long, value_name = "REPO")]
    git: PathBuf,

    /// Print one JSON object.
    #[arg(long)]
    json: bool,

    /// Print only the id of the commit, with those before it that cannot be judged.
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
}

/// What came of it.
struct Answer {
    /// The last commit that is as GOOD is, and the first that is not; between them is only what cannot be judged.
    before: (CommitId, SpecStatus),
    after: (CommitId, SpecStatus),
    /// What cannot be judged between the two, the oldest first.
    skipped: Vec<CommitId>,
}

/// Searches, and says what was found.
pub(crate) fn run(args: &BisectArgs) -> Outcome {
    let spec = spec_file::load(&args.spec)?;
    let history = History::open(&args.git).map_err(no_history)?;
    let (good, bad) = history.range(&args.range).map_err(no_history)?;
    let mut line = vec![good];
    line.extend(history.first_parents(good, bad).map_err(no_history)?);
    let judge = Judge {
        spec: &spec,
        history: &history,
        judged: RefCell::default(),
    };
    let answer = {
        let _progress = Progress::start("judging revisions");
        judge.search(&line)?
    };
    let mut stdout = std::io::stdout().lock();
    let text = match args.json {
        true => {
            serde_json::to_string_pretty(&judge.as_json(&answer, line.len()))
                .map_err(CommandError::unusable)?
                + "\n"
        }
        false if args.quiet => ids(&answer),
        false => judge.page(&answer, line.len()),
    };
    stdout.write_all(text.as_bytes())?;
    Ok(match answer {
        Ok(Answer { skipped, .. }) if skipped.is_empty() => Status::Good,
        Ok(_) => Status::Unknown,
        Err((_, SpecStatus { word, .. })) if is_untold(word) => Status::Unknown,
        Err(_) => Status::Bad,
    })
}

/// The commit that is found, a line each with those that it may be as well; nothing where there is none.
fn ids(answer: &Result<Answer, Alike>) -> String {
    let Ok(Answer { after, skipped, .. }) = answer else {
        return String::new();
    };
    let all = std::iter::once(&after.0).chain(skipped);
    all.map(|commit| format!("{commit}\n")).collect()
}

fn is_untold(word: Word) -> bool {
    matches!(word, Word::Unknown | Word::Unusable)
}

/// An end that keeps from searching: both are alike, or it cannot be judged.
type Alike = (CommitId, SpecStatus);

struct Judge<'a> {
    spec: &'a Spec,
    history: &'a History,
    /// In the order of the questions.
    judged: RefCell<Vec<(CommitId, Word)>>,
}

impl Judge<'_> {
    fn status(&self, commit: CommitId) -> Result<SpecStatus, CommandError> {
        let tree = self.history.tree(commit, &commit.short());
        let tree: Arc<dyn Tree> = Arc::new(tree.map_err(no_history)?);
        let tree = trees::with_words(tree, &self.spec.words);
        let mut statuses = spec_status::of_all(&[self.spec], &tree);
        let status = statuses
            .pop()
            .ok_or_else(|| CommandError::unusable("there is no spec to judge"))?;
        self.judged.borrow_mut().push((commit, status.word));
        Ok(status)
    }

    fn search(&self, line: &[CommitId]) -> Result<Result<Answer, Alike>, CommandError> {
        let (Some(&good), Some(&bad)) = (line.first(), line.last()) else {
            return Err(CommandError::unusable("the range has no commit"));
        };
        let mut before = (good, self.status(good)?);
        if is_untold(before.1.word) {
            return Ok(Err(before));
        }
        let mut after = (bad, self.status(bad)?);
        let first = before.1.word;
        if is_untold(after.1.word) || after.1.word == first {
            return Ok(Err(after));
        }
        let mut open: Vec<CommitId> = line.get(1..line.len() - 1).unwrap_or_default().to_vec();
        let mut skipped: Vec<CommitId> = Vec::new();
        loop {
            // As git does: what lies next to one that cannot be judged is asked instead.
            let can_ask: Vec<usize> = (0..open.len())
                .filter(|at| {
                    open.get(*at)
                        .is_some_and(|commit| !skipped.contains(commit))
                })
                .collect();
            let Some(&middle) = can_ask.get(can_ask.len() / 2) else {
                return Ok(Ok(Answer {
                    before,
                    after,
                    skipped: open,
                }));
            };
            let Some(&commit) = open.get(middle) else {
                return Err(CommandError::unusable("the range has no middle"));
            };
            let status = self.status(commit)?;
            if is_untold(status.word) {
                skipped.push(commit);
            } else if status.word == first {
                before = (commit, status);
                open.drain(..=middle);
            } else {
                after = (commit, status);
                open.truncate(middle);
            }
        }
    }

    fn page(&self, answer: &Result<Answer, Alike>, all: usize) -> String {
        let shown = |(commit, status): &(CommitId, SpecStatus)| {
            let SpecStatus { word, detail, .. } = status;
            format!("{} {}: {}", commit.short(), word.as_str(), escape(detail))
        };
        let subject = |commit: CommitId| {
            format!(
                "{} (\"{}\")",
                commit.short(),
                escape(&self.history.subject(commit))
            )
        };
        let mut page = match answer {
            Ok(Answer {
                before,
                after,
                skipped,
            }) => {
                let mut page = match skipped.is_empty() {
                    true => format!("{}\n", subject(after.0)),
                    false => format!(
                        "{} or one of {} before it that cannot be judged\n",
                        subject(after.0),
                        counted(skipped.len(), "commit")
                    ),
                };
                for commit in skipped {
                    page += &format!("  cannot be judged: {}\n", subject(*commit));
                }
                page + &format!("  before: {}\n  after:  {}\n", shown(before), shown(after))
            }
            Err(end) if is_untold(end.1.word) => {
                format!("an end of the range cannot be judged: {}\n", shown(end))
            }
            Err(end) => format!(
                "both ends are alike, nothing is to be found: {}\n",
                shown(end)
            ),
        };
        let judged = self.judged.borrow().len();
        page += &format!("  {judged} of {} judged\n", counted(all, "revision"));
        page
    }

    fn as_json(&self, answer: &Result<Answer, Alike>, all: usize) -> Value {
        let end = |(commit, status): &(CommitId, SpecStatus)| {
            json!({
                "commit": commit.to_string(),
                "subject": self.history.subject(*commit),
                "status": status.word.as_str(),
                "detail": status.detail,
            })
        };
        let judged: Vec<Value> = self
            .judged
            .borrow()
            .iter()
            .map(|(commit, word)| json!({ "commit": commit.to_string(), "status": word.as_str() }))
            .collect();
        let (found, before, after, skipped) = match answer {
            Ok(Answer {
                before,
                after,
                skipped,
            }) => {
                let found = skipped.is_empty().then(|| after.0.to_string());
                let skipped: Vec<String> = skipped.iter().map(ToString::to_string).collect();
                (found, Some(end(before)), end(after), skipped)
            }
            Err(alike) => (None, None, end(alike), Vec::new()),
        };
        json!({
            "commit": found,
            "before": before,
            "after": after,
            "skipped": skipped,
            "judged": judged,
            "revisions": all,
        })
    }
}
