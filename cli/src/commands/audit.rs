//! `patchwright audit PATTERN [TREE] [--reads|--writes|--tests] [--then PATTERN]`

use audit::{AuditReport, Kind, Options};
use clap::Args;
use query::pattern::{Fragment, Isomorphisms, Pattern, PatternError};
use trees::ParsedTree;
use verify::finding::Report;
use verify::report::Subject;

use crate::audit_page::{self, Question};
use crate::error::{CommandError, Outcome};
use crate::progress::Progress;
use crate::report_args::{Format, FormatArgs, Printer};
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
    /// C with metavariables: $NAME is one node, $$$NAME any run of nodes, $(NAME: struct tag *) a typed one. $(X: const) takes
    /// a constant (also expr, ident, type, stmt), $(F: kfree | vfree) one of these names, $(F: /_put$/) a name by a regular
    /// expression, $(F: !kfree) anything else; \( a \| b \) one of these in that order.
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

    #[command(flatten)]
    format: FormatArgs,
}

/// Audits and prints.
pub(crate) fn run(args: &AuditArgs) -> Outcome {
    let printer = args.format.printer(true)?;
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
    let opened = args.tree.open(&[])?;
    let label = opened.label();
    let tree = ParsedTree::new(opened);
    let report = {
        let _progress = Progress::start("searching the tree");
        audit::audit(&tree, &pattern, &options).map_err(CommandError::unusable)?
    };
    print(args, printer, &report, label)?;
    Ok(audit_page::outcome(&report).into())
}

fn print(
    args: &AuditArgs,
    printer: Printer,
    report: &AuditReport,
    tree: String,
) -> Result<(), CommandError> {
    let asked = args.then.as_ref().unwrap_or(&args.pattern);
    let findings = audit_page::as_findings(report, asked);
    let subject = Subject {
        reasons: audit_page::meanings(&findings),
        series: format!("audit `{asked}`"),
        tree,
        judged: audit_page::uses(report.uses.len()),
        ..Subject::default()
    };
    let findings = Report::of(findings);
    printer.write(|printer, format| match format {
        Format::Human => Ok(audit_page::human(report, printer.is_quiet())),
        Format::Json => audit_page::json(report, args.question(), &subject.tree),
        Format::Html => {
            audit_page::html(report, args.question(), &subject.tree, printer.templates())
        }
        _ => printer.page(format, &findings, &subject),
    })
}

impl AuditArgs {
    fn question(&self) -> Question<'_> {
        Question {
            pattern: &self.pattern,
            then: self.then.as_deref(),
        }
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
