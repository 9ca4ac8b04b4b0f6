//! `patchwright audit PATTERN… [TREE] [--reads|--writes|--tests] [--then PATTERN] [--without PATTERN]`

use std::path::PathBuf;

use audit::{Asked, AuditReport, Kind, Options, Query};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use query::pattern::{Fragment, Isomorphisms, Pattern, PatternError};
use trees::ParsedTree;
use verify::finding::{Report, Verdict};
use verify::report::Subject;

use crate::audit_page::{self, Question};
use crate::audit_rules;
use crate::error::{CommandError, Outcome};
use crate::progress::Progress;
use crate::report_args::{Format, FormatArgs, Printer};
use crate::text::escape;
use crate::tree_args::TreeArgs;

/// List every use of a pattern in a tree, or what a file of rules finds.
///
/// `$D->is_virtfn` finds every use of a member of that name: read, written, tested, its address taken, initialised,
/// declared, in macro bodies too; each with its function, the record that the member belongs to, and the conditions
/// under which it runs. Comments and strings never count. Any other pattern finds what matches it. With `...` between
/// statements, `lock($L); ... return $E;`, a path through a function is looked for; with `...!`, every path has to come
/// there. A RULES.toml has many named patterns, as linters have, for one walk.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 uses found; 1 none; 2 unusable arguments; 3 code that could hold a use was not read.\n\
    Of a file of rules: 0 nothing found but notes; 1 an error or a warning was found; 2 and 3 as above.\n\
    Examples:\n  patchwright audit '$D->is_virtfn' --tree ~/linux\n  \
    patchwright audit '$(D: struct pci_dev *)->is_virtfn' --tests --under drivers/vfio --tree ~/linux\n  \
    patchwright audit '$D->is_virtfn' --then '$D->physfn' --tree ~/linux\n  \
    patchwright audit 'mutex_lock($L); ... return $E;' --unless 'mutex_unlock($L)' --tree ~/linux\n  \
    patchwright audit specs/rules/kernel.toml --under drivers/pci --tree ~/linux --format sarif"
)]
pub(crate) struct AuditArgs {
    /// C with metavariables, one pattern or several for one walk: $NAME is one node, $$$NAME any run of nodes, $(NAME: struct
    /// tag *) a typed one. $(X: const) takes a constant (also expr, ident, type, stmt), $(F: kfree | vfree) one of these
    /// names, $(F: /_put$/) a name by a regular expression, $(F: !kfree) anything else; \( a \| b \) one of these in that
    /// order. Or a file of rules, whose name ends with .toml.
    #[arg(required = true, value_name = "PATTERN")]
    patterns: Vec<String>,

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

    /// Leave out the uses in a function that has a match of this pattern about the same things; may be given again.
    #[arg(long, value_name = "PATTERN")]
    without: Vec<String>,

    /// On a path: what may not be in between, about the same things; may be given again.
    #[arg(long, value_name = "PATTERN")]
    unless: Vec<String>,

    /// Only in this folder or file of the tree; may be given again.
    #[arg(long, value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    under: Vec<String>,

    /// Not in this folder or file of the tree; may be given again.
    #[arg(long, value_name = "PATH")]
    except: Vec<String>,

    #[command(flatten)]
    format: FormatArgs,
}

/// Audits and prints.
pub(crate) fn run(args: &AuditArgs) -> Outcome {
    if let Some(path) = args
        .patterns
        .iter()
        .find(|pattern| pattern.ends_with(".toml"))
    {
        return rules(args, path);
    }
    let printer = args.format.printer(true, &args.tree.inputs([]))?;
    let query = args.query()?;
    let opened = args.tree.open(&[])?;
    let label = opened.label();
    let tree = ParsedTree::new(opened);
    let report = {
        let _progress = Progress::start("searching the tree");
        let reports = audit::audit_all(&tree, std::slice::from_ref(&query));
        let mut reports = reports.map_err(CommandError::unusable)?;
        reports.pop().unwrap_or_default()
    };
    print(args, printer, &report, label)?;
    Ok(audit_page::outcome(&report).into())
}

/// What the rules of a file find.
fn rules(args: &AuditArgs, path: &str) -> Outcome {
    let is_given = [
        (args.patterns.len() > 1, "a second pattern"),
        (args.then.is_some(), "--then"),
        (!args.without.is_empty(), "--without"),
        (!args.unless.is_empty(), "--unless"),
        (
            args.reads || args.writes || args.tests,
            "--reads, --writes and --tests",
        ),
    ];
    if let Some((_, what)) = is_given.iter().find(|(is_given, _)| *is_given) {
        let error = CommandError::unusable(format!("{what} cannot be used with a file of rules"));
        return Err(error.with_hint("a rule says so itself: `without`, `unless`, `when`"));
    }
    let printer = args
        .format
        .printer(true, &args.tree.inputs([&PathBuf::from(path)]))?;
    let mut file = audit_rules::load(path)?;
    for rule in &mut file.rules {
        audit_rules::narrow(rule, &args.under, &args.except);
    }
    file.rules.retain(|rule| !rule.query.asked.is_empty());
    let opened = args.tree.open(&[])?;
    let label = opened.label();
    let tree = ParsedTree::new(opened);
    let reports = {
        let _progress = Progress::start("searching the tree");
        let queries: Vec<Query> = file.rules.iter().map(|rule| rule.query.clone()).collect();
        audit::audit_all(&tree, &queries).map_err(CommandError::unusable)?
    };
    let subject = audit_rules::subject(&file, path, label, &reports);
    let report = Report::of(audit_rules::findings(&file, &reports));
    let outcome = match report.verdict {
        Verdict::Holds => verify::report::Outcome::Holds,
        Verdict::Unknown => verify::report::Outcome::Unknown,
        Verdict::Violated => verify::report::Outcome::Violated,
    };
    printer.print(&report, &subject)?;
    Ok(outcome.into())
}

fn print(
    args: &AuditArgs,
    printer: Printer,
    report: &AuditReport,
    tree: String,
) -> Result<(), CommandError> {
    let all = args.patterns.join("`, `");
    let asked = args.then.as_ref().unwrap_or(&all);
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
    /// What is asked.
    ///
    /// # Errors
    /// Exit status 2: a pattern is none.
    fn query(&self) -> Result<Query, CommandError> {
        let isomorphisms = Isomorphisms::default();
        let kinds = [
            (self.reads, Kind::Reads),
            (self.writes, Kind::Writes),
            (self.tests, Kind::Tests),
        ];
        let asked = self
            .patterns
            .iter()
            .map(|text| Asked::compile(text, &isomorphisms).map_err(|error| refuse(text, &error)));
        let asked: Vec<Asked> = asked.collect::<Result<_, _>>()?;
        let has_path = asked.iter().any(|asked| matches!(asked, Asked::Path(_)));
        if !self.unless.is_empty() && !has_path {
            let error = CommandError::unusable("--unless is for a path: `a(); ... b();`");
            return Err(error.with_hint("--without leaves out uses by what else the function has"));
        }
        if self.then.is_some() && has_path {
            return Err(CommandError::unusable("--then cannot be used with a path"));
        }
        let each = |texts: &[String]| -> Result<Vec<Pattern>, CommandError> {
            texts
                .iter()
                .map(|text| compile(text, &isomorphisms))
                .collect()
        };
        let options = Options {
            only: kinds
                .iter()
                .filter(|(on, _)| *on)
                .map(|(_, kind)| *kind)
                .collect(),
            then: self
                .then
                .as_deref()
                .map(|text| compile(text, &isomorphisms))
                .transpose()?,
            without: each(&self.without)?,
            unless: each(&self.unless)?,
            under: self.under.clone(),
            except: self.except.clone(),
            isomorphisms: isomorphisms.clone(),
            ..Options::default()
        };
        Ok(Query { asked, options })
    }

    fn question(&self) -> Question<'_> {
        Question {
            pattern: self.patterns.first().map_or("", String::as_str),
            patterns: match self.patterns.len() {
                1 => &[],
                _ => &self.patterns,
            },
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
