//! `patchwright locate SPEC [TREE] [--explain]`

use std::io::Write;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::Args;
use generator::{ChangeFacts, FailureKind, Located, Problem};
use serde_json::{Value, json};
use trees::ParsedTree;

use crate::error::{CommandError, Outcome, Status};
use crate::progress::Progress;
use crate::text::escape;
use crate::tree_args::TreeArgs;
use crate::{explain, spec_file};

/// Show where every change of a spec resolves, and by which alternative; near misses where it does not.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 every change resolves; 1 one does not, or is in the tree already; \
    2 unusable arguments or spec; 3 a site is in code that could not be read.\n\
    Example: patchwright locate specs/detached-vf/v2.toml --git ~/linux --rev v6.12"
)]
pub(crate) struct LocateArgs {
    /// The spec.
    spec: PathBuf,

    #[command(flatten)]
    tree: TreeArgs,

    /// Print JSON.
    #[arg(long)]
    json: bool,

    /// Print only what does not resolve.
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,

    /// Show, of what does not resolve, the anchor and the places most like it word by word; with --git, the commit since which
    /// it does not.
    #[arg(long, conflicts_with = "json")]
    explain: bool,

    /// Print only the name of the series' folder, NAME-vN, and look at no tree.
    #[arg(long)]
    name: bool,
}

/// Locates and prints.
pub(crate) fn run(args: &LocateArgs) -> Outcome {
    let spec = match args.name {
        true => spec_file::load(&args.spec)?,
        false => spec_file::load_series(&args.spec, "locate")?,
    };
    let mut stdout = anstream::stdout().lock();
    if args.name {
        writeln!(stdout, "{}-v{}", spec.series.name, spec.series.version)?;
        return Ok(Status::Good);
    }
    let (tree, commit) = args.tree.open_at(std::slice::from_ref(&spec))?;
    let past = match args.explain {
        true => args.tree.past(commit.as_deref())?,
        false => None,
    };
    let tree = ParsedTree::new(tree);
    let located = {
        let _progress = Progress::start("looking for the sites");
        generator::locate(&spec, &tree)
    };
    if args.json {
        let changes: Vec<Value> = located.iter().map(as_json).collect();
        let text = serde_json::to_string_pretty(&json!({ "changes": changes }))
            .map_err(CommandError::unusable)?;
        writeln!(stdout, "{text}")?;
    } else {
        for change in &located {
            match &change.outcome {
                Ok(_) if args.quiet => {}
                Ok(facts) => stdout.write_all(found(facts).as_bytes())?,
                Err(problem) => {
                    stdout.write_all(missed(problem).as_bytes())?;
                    if args.explain {
                        let page = explain::page(&spec, problem, past.as_ref());
                        stdout.write_all(page.as_bytes())?;
                    }
                }
            }
        }
    }
    Ok(located.iter().map(status).max().unwrap_or(Status::Good))
}

fn status(located: &Located) -> Status {
    match &located.outcome {
        Ok(_) => Status::Good,
        Err(problem) => match problem.kind {
            FailureKind::Present | FailureKind::Drift => Status::Bad,
            FailureKind::Spec | FailureKind::Template | FailureKind::Commit => Status::Unusable,
            FailureKind::Unread | FailureKind::Tree => Status::Unknown,
        },
    }
}

/// A word for what became of a change; part of the JSON contract.
fn outcome(problem: &Problem) -> &'static str {
    match problem.kind {
        FailureKind::Present => "present",
        FailureKind::Drift => "drifted",
        FailureKind::Unread => "unknown",
        FailureKind::Tree => "unreadable",
        FailureKind::Spec | FailureKind::Template | FailureKind::Commit => "unusable",
    }
}

fn found(facts: &ChangeFacts) -> String {
    let good = AnsiColor::Green.on_default().bold();
    let place = AnsiColor::Cyan.on_default();
    let mut page = String::new();
    if facts.sites.is_empty() {
        let id = escape(&facts.id);
        page.push_str(&format!(
            "{good}found{good:#}    {id}: every site has the new form already\n"
        ));
    }
    for site in &facts.sites {
        page.push_str(&format!(
            "{good}found{good:#}    {}: {place}{}:{}{place:#}",
            escape(&facts.id),
            escape(&site.file),
            site.line
        ));
        if let Some(function) = &site.function {
            page.push_str(&format!(" {}()", escape(function)));
        }
        if facts.form > 0 {
            page.push_str(&format!(" by instead form {} ({})", facts.form, facts.kind));
        }
        for alternative in &site.alternatives {
            page.push_str(&format!(
                " by {}[{}] \"{}\"",
                alternative.key,
                alternative.index,
                escape(&alternative.text)
            ));
        }
        page.push_str(&format!("\n         {}\n", escape(&site.text)));
    }
    page
}

fn missed(problem: &Problem) -> String {
    let bad = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    format!("{bad}{:<8}{bad:#} {problem}\n", outcome(problem))
}

fn as_json(located: &Located) -> Value {
    match &located.outcome {
        Ok(facts) => {
            json!({ "id": located.id, "kind": facts.kind, "outcome": "found", "form": facts.form, "sites": facts.sites })
        }
        Err(problem) => {
            let near: Vec<Value> = problem
                .near
                .iter()
                .map(|near| json!({ "file": near.file, "line": near.line, "function": near.function, "text": near.text }))
                .collect();
            json!({
                "id": located.id, "kind": located.kind, "outcome": outcome(problem), "message": problem.message,
                "file": problem.file, "line": problem.line, "help": problem.hint, "near": near,
            })
        }
    }
}
