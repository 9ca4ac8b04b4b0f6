//! `patchwright base MBOX… --git REPO [REV…]`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use trees::base::{Finder, Refused};
use trees::mail::Mail;
use trees::{CommitId, History, TreeError};

use crate::base_search::{Answer, By, Found, Unfit, search};
use crate::error::{CommandError, Outcome};
use crate::mails::{self, MailArgs};
use crate::progress::Progress;
use crate::text::{counted, escape};

/// Find the revisions that a series was made for.
///
/// By its base-commit line and by the blob ids of its index lines, which are exact; else by where every hunk applies without
/// fuzz. Of a revision that does not take the series: the first hunk that fails, the nearest revision that takes it, and
/// the commits that changed the file since.
#[derive(Debug, Args)]
#[command(
    // `--version N` is the series' here.
    disable_version_flag = true,
    after_help = "Exit status: 0 there is one, and every REV given takes the series; 1 there is none, or a REV does not \
    take it; 2 unusable arguments or mails; 3 something needed could not be read.\n\
    Example: patchwright base series.mbox --git ~/linux v6.11 v6.12"
)]
pub(crate) struct BaseArgs {
    /// A patch mail, a mailbox (also packed with gzip), a Maildir, a folder of patches, or `-` for the standard input.
    mbox: PathBuf,

    /// Ask only these revisions (default: every commit that HEAD, a branch or a tag leads to).
    #[arg(value_name = "REV")]
    revisions: Vec<String>,

    /// The git repository (bare or not).
    #[arg(long, value_name = "REPO")]
    git: PathBuf,

    #[command(flatten)]
    mails: MailArgs,

    /// Print one JSON object.
    #[arg(long)]
    json: bool,

    /// Print only the ids of the commits that take the series, the best first.
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
}

/// Searches, and says what was found.
pub(crate) fn run(args: &BaseArgs) -> Outcome {
    let files = mails::files(&args.mbox)?;
    let series = mails::read(&files, &args.mails)?;
    let history = History::open(&args.git).map_err(no_history)?;
    let finder = Finder::new(&history, &series.mails);
    let answer = {
        let _progress = Progress::start("searching the history");
        search(&history, &finder, &args.revisions).map_err(no_history)?
    };
    if args.json {
        let text = serde_json::to_string_pretty(&as_json(&history, &finder, &answer))
            .map_err(CommandError::unusable)?;
        writeln!(std::io::stdout().lock(), "{text}")?;
    } else if args.quiet {
        let mut stdout = std::io::stdout().lock();
        for found in &answer.found {
            writeln!(stdout, "{}", found.commit)?;
        }
    } else {
        let mut stdout = anstream::stdout().lock();
        stdout.write_all(page(&history, &answer).as_bytes())?;
    }
    Ok(answer.status())
}

/// The error of a repository or a revision that there is not.
pub(crate) fn no_history(error: TreeError) -> CommandError {
    CommandError::unusable(error)
        .with_hint("--git takes the top folder of a repository, bare or not, REV a commit or a tag")
}

/// The revision of a repository that the mails are for: the best that is found.
///
/// # Errors
/// Exit status 2: there is none, with what keeps HEAD from it.
pub(crate) fn of_series(repository: &Path, mails: &[Mail]) -> Result<String, CommandError> {
    let history = History::open(repository).map_err(no_history)?;
    let finder = Finder::new(&history, mails);
    let answer = search(&history, &finder, &[]).map_err(no_history)?;
    if let Some(found) = answer.found.first() {
        return Ok(found.commit.to_string());
    }
    let shown = repository.display();
    let error = CommandError::unusable(format!("{shown}: no revision found that takes the series"));
    Err(error
        .with_detail(page(&history, &answer))
        .with_hint("name the tree to judge on: --rev REV, or --tree DIR"))
}

/// Commits that are shown one by one.
const SHOWN: usize = 10;

fn page(history: &History, answer: &Answer) -> String {
    let mut page = String::new();
    for found in answer.found.iter().take(SHOWN) {
        let how = match found.by {
            By::Line => "by its base-commit line".to_owned(),
            By::Blobs => "has the blobs of its index lines".to_owned(),
            By::Trial(0) => "every hunk applies".to_owned(),
            By::Trial(count) => format!("every hunk applies, {count} of them some lines off"),
        };
        page += &format!("{}: {how}\n", named(history, &found.names, found.commit));
    }
    if answer.found.len() > SHOWN {
        let more = answer.found.len() - SHOWN;
        page += &format!("… and {} more; --json lists all\n", counted(more, "commit"));
    }
    for unfit in &answer.unfit {
        page += &unfit_lines(history, unfit);
    }
    for note in &answer.notes {
        page += &format!("note: {}\n", escape(note));
    }
    if answer.found.is_empty() && answer.unfit.is_empty() {
        page += "no revision takes the series\n";
    }
    page
}

fn unfit_lines(history: &History, unfit: &Unfit) -> String {
    let name = named(history, std::slice::from_ref(&unfit.name), unfit.commit);
    let Unfit {
        refused, nearest, ..
    } = unfit;
    let mut text = match refused {
        Ok(Refused { message, line, .. }) => {
            format!(
                "{name}: does not take it: {}, line {line} of the mail\n",
                escape(message)
            )
        }
        Err(reason) => format!("{name}: cannot be told: {}\n", escape(reason)),
    };
    let Some(nearest) = nearest else {
        if refused.is_ok() {
            text += "  no commit of the repository takes that hunk\n";
        }
        return text;
    };
    let which = match nearest.is_ancestor {
        true => "the nearest commit before that takes that hunk",
        false => "no commit before takes that hunk; one that does",
    };
    text += &format!("  {which}: {}\n", named(history, &[], nearest.commit));
    for commit in nearest.since.iter().take(SHOWN) {
        text += &format!("  since then: {}\n", named(history, &[], *commit));
    }
    if nearest.since.len() > SHOWN {
        text += &format!(
            "  … and {} more changed the file\n",
            counted(nearest.since.len() - SHOWN, "commit")
        );
    }
    if let Some(renamed) = &nearest.renamed {
        text += &format!("  the file is {} now\n", escape(renamed));
    }
    text
}

/// `v6.12 0123456789ab ("subject")`
fn named(history: &History, names: &[String], commit: CommitId) -> String {
    let names = names.iter().map(|name| format!("{} ", escape(name)));
    let subject = history.subject(commit);
    format!(
        "{}{} (\"{}\")",
        names.collect::<String>(),
        commit.short(),
        escape(&subject)
    )
}

fn as_json(history: &History, finder: &Finder<'_>, answer: &Answer) -> Value {
    let said = finder.said();
    let commit = |commit: CommitId| json!({ "commit": commit.to_string(), "subject": history.subject(commit) });
    let found = |found: &Found| {
        json!({
            "commit": found.commit.to_string(),
            "subject": history.subject(found.commit),
            "names": found.names,
            "by": found.by.as_str(),
            "offsets": found.by.offsets(),
        })
    };
    let unfit = |unfit: &Unfit| {
        let (verdict, message) = match &unfit.refused {
            Ok(refused) => ("violated", &refused.message),
            Err(reason) => ("unknown", reason),
        };
        let refused = unfit.refused.as_ref().ok();
        json!({
            "revision": unfit.name,
            "commit": unfit.commit.to_string(),
            "verdict": verdict,
            "message": message,
            "file": refused.map(|refused| refused.path.to_string()),
            "hunk": refused.and_then(|refused| refused.hunk),
            "line": refused.map(|refused| refused.line),
            "nearest": unfit.nearest.as_ref().map(|nearest| commit(nearest.commit)),
            "since": unfit.nearest.iter().flat_map(|nearest| &nearest.since).map(|c| commit(*c)).collect::<Vec<_>>(),
            "renamed": unfit.nearest.as_ref().and_then(|nearest| nearest.renamed.clone()),
        })
    };
    json!({
        "verdict": answer.verdict(),
        "base_commit": said.commit,
        "prerequisites": said.prerequisites,
        "revisions": answer.found.iter().map(found).collect::<Vec<_>>(),
        "refused": answer.unfit.iter().map(unfit).collect::<Vec<_>>(),
        "notes": answer.notes,
    })
}
