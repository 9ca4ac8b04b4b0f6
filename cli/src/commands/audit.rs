//! `patchwright audit PATTERN [TREE] [--reads|--writes|--tests] [--then PATTERN]`

use std::fmt::Write as _;
use std::io::Write as _;

use audit::{AuditReport, AuditUse, Kind, Options};
use clap::Args;
use kernel_c::pattern::{Fragment, Isomorphisms, Pattern, PatternError};
use trees::ParsedTree;

use crate::error::{CommandError, Outcome, Status};
use crate::progress::Progress;
use crate::text::escape;
use crate::tree_args::TreeArgs;

/// List every use of a pattern in a tree.
///
/// `$D->is_virtfn` finds every use of a member of that name: read, written, tested, its address taken, initialised,
/// declared, in macro bodies too; each with its function, the record that the member belongs to, and the conditions
/// under which it runs. Comments and strings never count. Any other pattern finds what matches it.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 uses found; 1 none; 2 unusable arguments; 3 code that could hold a use was not read.\n\
    Examples:\n  patchwright audit '$D->is_virtfn' --tree ~/linux\n  \
    patchwright audit '$(D: struct pci_dev *)->is_virtfn' --tests --under drivers/vfio --tree ~/linux\n  \
    patchwright audit '$D->is_virtfn' --then '$D->physfn' --tree ~/linux"
)]
pub(crate) struct AuditArgs {
    /// C with metavariables: $NAME is one node, $$$NAME any run of nodes, $(NAME: struct tag *) a typed one.
    pattern: String,

    #[command(flatten)]
    tree: TreeArgs,

    /// Only where the value is used: read or tested.
    #[arg(long)]
    reads: bool,

    /// Only where it is written, initialised, or its address is taken.
    #[arg(long)]
    writes: bool,

    /// Only where its value decides.
    #[arg(long)]
    tests: bool,

    /// List instead the uses of this pattern that run only where the first one is true.
    #[arg(long, value_name = "PATTERN")]
    then: Option<String>,

    /// Only in this folder or file of the tree; may be given again.
    #[arg(long, value_name = "PATH")]
    under: Vec<String>,

    /// Not in this folder or file of the tree; may be given again.
    #[arg(long, value_name = "PATH")]
    except: Vec<String>,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Audits and prints.
pub(crate) fn run(args: &AuditArgs) -> Outcome {
    let isomorphisms = Isomorphisms::default();
    let pattern = compile(&args.pattern, &isomorphisms)?;
    let then = args
        .then
        .as_deref()
        .map(|text| compile(text, &isomorphisms))
        .transpose()?;
    let kinds = [
        (args.reads, Kind::Reads),
        (args.writes, Kind::Writes),
        (args.tests, Kind::Tests),
    ];
    let options = Options {
        only: kinds
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, kind)| *kind)
            .collect(),
        then,
        under: args.under.clone(),
        except: args.except.clone(),
        isomorphisms,
    };
    let tree = ParsedTree::new(args.tree.open()?);
    let report = {
        let _progress = Progress::start("searching the tree");
        audit::audit(&tree, &pattern, &options).map_err(CommandError::unusable)?
    };
    let mut stdout = std::io::stdout().lock();
    if args.json {
        let text = serde_json::to_string_pretty(&report).map_err(CommandError::unusable)?;
        writeln!(stdout, "{text}")?;
    } else {
        stdout.write_all(human(&report).as_bytes())?;
    }
    Ok(status(&report))
}

fn status(report: &AuditReport) -> Status {
    if !(report.unread.is_empty() && report.unreadable.is_empty()) {
        Status::Unknown
    } else if report.uses.is_empty() {
        Status::Bad
    } else {
        Status::Good
    }
}

/// Compiles a pattern of the command line.
///
/// # Errors
/// Exit status 2, with the place in the pattern.
fn compile(text: &str, isomorphisms: &Isomorphisms) -> Result<Pattern, CommandError> {
    Pattern::compile(text, Fragment::Any, isomorphisms).map_err(|error| refuse(text, &error))
}

fn refuse(text: &str, error: &PatternError) -> CommandError {
    let before = text
        .get(..error.span.start)
        .unwrap_or_default()
        .chars()
        .count();
    let marked = text
        .get(error.span.clone())
        .unwrap_or_default()
        .chars()
        .count()
        .max(1);
    let detail = format!(
        "  | {}\n  | {}{}",
        escape(&text.replace(['\n', '\t'], " ")),
        " ".repeat(before),
        "^".repeat(marked)
    );
    let shown =
        CommandError::unusable(format!("not a pattern: {}", error.message)).with_detail(detail);
    match &error.help {
        Some(help) => shown.with_hint(help.clone()),
        None => shown,
    }
}

fn human(report: &AuditReport) -> String {
    let mut page = String::new();
    for found in &report.uses {
        line(&mut page, found);
    }
    for unread in &report.unread {
        let _ = writeln!(
            page,
            "{}:{}: not read ({}): it could hold a use",
            escape(&unread.file),
            unread.line,
            escape(&unread.cause)
        );
    }
    for unreadable in &report.unreadable {
        let _ = writeln!(
            page,
            "{}: cannot be read ({}): it could hold a use",
            escape(&unreadable.file),
            escape(&unreadable.reason)
        );
    }
    let _ = writeln!(
        page,
        "{} uses; {} places not read; {} files searched, {} parsed",
        report.uses.len(),
        report.unread.len() + report.unreadable.len(),
        report.files,
        report.parsed
    );
    page
}

/// `file:line: access: function(): struct pci_dev: text   [if …] [#if …]`
fn line(page: &mut String, found: &AuditUse) {
    let _ = write!(
        page,
        "{}:{}: {}: ",
        escape(&found.file),
        found.line,
        found.access
    );
    if let Some(function) = &found.function {
        let parentheses = if found.in_macro { "" } else { "()" };
        let _ = write!(page, "{}{parentheses}: ", escape(function));
    }
    match &found.receiver_type {
        Some(receiver) => {
            let _ = write!(page, "{}: ", escape(receiver));
        }
        None => page.push_str("type not resolved: "),
    }
    page.push_str(&escape(&found.text));
    for guard in found.guards.iter().flatten() {
        let _ = write!(page, "  [if {}]", escape(guard));
    }
    for condition in &found.conditions {
        let _ = write!(page, "  [#if {}]", escape(condition));
    }
    if let Some(by) = &found.guarded_by {
        let _ = write!(
            page,
            "  [guarded at line {}: {}]",
            by.line,
            escape(&by.condition)
        );
    }
    page.push('\n');
}
