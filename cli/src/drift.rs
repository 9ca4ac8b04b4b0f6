//! How a rendered series, and one that could not be rendered, is shown to people.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use generator::{Differs, FailureKind, Manifest, PatchFacts, RenderFailure, Unsure};
use schema::model::Spec;

use crate::error::{CommandError, Status};
use crate::explain::{self, Past};
use crate::text::{counted, escape, escape_lines};

/// The error that a failure to render makes: every problem, and where to look next.
pub(crate) fn refuse(spec: &Spec, failure: &RenderFailure) -> CommandError {
    let told = match failure.kind {
        FailureKind::Present => (
            Status::Bad,
            "the tree has the change already; nothing is written",
            "`patchwright verify SPEC --landed` judges what the tree has",
        ),
        FailureKind::Drift => (
            Status::Bad,
            "a change does not land where the spec says; nothing is written",
            "give the change an alternative for this tree: a list where the anchor is, or [[patch.change.instead]]",
        ),
        FailureKind::Unread => (
            Status::Unknown,
            "a site is in code that could not be read; nothing is written",
            "`patchwright parse PATH` shows what could not be read, and why",
        ),
        FailureKind::Tree => (
            Status::Unknown,
            "a file of the tree cannot be read; nothing is written",
            "until it can be read, nothing is known of the sites in it",
        ),
        FailureKind::Spec => (
            Status::Unusable,
            "the spec asks for what cannot be written; nothing is written",
            "docs/spec-reference.md has every key",
        ),
        FailureKind::Commit => (
            Status::Unusable,
            "the series cannot be written as commits; no branch is made",
            "see to it that the repository can be written and its disk has room",
        ),
        FailureKind::Template => (
            Status::Unusable,
            "a template does not make a valid mail; nothing is written",
            "docs/guide.md says what templates are filled with, and what a mail has to have",
        ),
    };
    told_of(spec, failure, told)
}

/// The error that a failure to render makes, each problem with why.
pub(crate) fn explain(spec: &Spec, failure: &RenderFailure, past: Option<&Past>) -> CommandError {
    let told = failure.problems.iter().map(|problem| {
        let why = explain::page(spec, problem, past);
        format!("{}\n{why}", escape_lines(&problem.to_string()))
    });
    refuse(spec, failure).with_detail(told.collect::<String>())
}

/// The error that a failure to take a series away makes.
pub(crate) fn refuse_to_reverse(spec: &Spec, failure: &RenderFailure) -> CommandError {
    match failure.kind {
        FailureKind::Present | FailureKind::Drift => {
            let told = (
                Status::Bad,
                "the series cannot be taken away; nothing is written",
                "`patchwright verify SPEC --landed` judges what the tree has",
            );
            told_of(spec, failure, told)
        }
        _ => refuse(spec, failure),
    }
}

/// What could have been before a series as well as what is left.
pub(crate) fn unsure(unsure: &Unsure) -> String {
    let Unsure { change, file, line } = unsure;
    format!(
        "{}:{line}: {}: the change gives the tree of other code too; what is left has the least of it",
        escape(file),
        escape(change)
    )
}

/// Where a series that was taken away comes back otherwise.
pub(crate) fn differing(differs: &Differs) -> String {
    let Differs {
        file,
        line,
        has,
        gives,
    } = differs;
    let (has, gives) = (escape(has), escape(gives));
    let file = escape(file);
    match (has.is_empty(), gives.is_empty()) {
        (false, false) => {
            format!("{file}:{line}: rendered again, `{has}` comes back as `{gives}`")
        }
        _ => format!("{file}:{line}: rendered again, blank lines are others"),
    }
}

/// The error, with every problem and where to look next.
fn told_of(
    spec: &Spec,
    failure: &RenderFailure,
    (status, message, hint): (Status, &str, &'static str),
) -> CommandError {
    let error = CommandError::new(status, format!("{}: {message}", spec.origin))
        .with_detail(escape_lines(&failure.to_string()).into_owned());
    // A problem that says itself what to do knows better.
    match failure
        .problems
        .iter()
        .any(|problem| problem.hint.is_some())
    {
        true => error,
        false => error.with_hint(hint),
    }
}

/// A patch's mail, and where each of its changes landed.
pub(crate) fn landed(patch: &PatchFacts) -> String {
    let place = AnsiColor::Cyan.on_default();
    let mut page = format!("  {}\n", escape(&patch.file_name));
    for change in &patch.changes {
        for site in &change.sites {
            let _ = write!(
                page,
                "    {:<12} {place}{}:{}{place:#}",
                change.kind,
                escape(&site.file),
                site.line
            );
            if let Some(function) = &site.function {
                let _ = write!(page, " {}()", escape(function));
            }
            if change.form > 0 {
                let _ = write!(page, ", instead form {}", change.form);
            }
            for alternative in site.alternatives.iter().filter(|a| a.index > 0) {
                let _ = write!(
                    page,
                    ", {} = \"{}\"",
                    alternative.key,
                    escape(&alternative.text)
                );
            }
            page.push('\n');
        }
    }
    page
}

/// What was written, and what landed where.
pub(crate) fn summary(manifest: &Manifest, folder: &Path) -> String {
    let bold = Style::new().bold();
    let mut page = String::new();
    let _ = writeln!(
        page,
        "{bold}{}{bold:#}  {} of {}",
        escape(&folder.display().to_string()),
        match manifest.patches.len() {
            1 => "1 patch".to_owned(),
            count => format!("{count} patches"),
        },
        escape(&manifest.tree),
    );
    for patch in &manifest.patches {
        page.push_str(&landed(patch));
    }
    let width = manifest
        .files
        .iter()
        .map(|file| file.path.len())
        .max()
        .unwrap_or(0);
    for file in &manifest.files {
        let _ = writeln!(
            page,
            "  {:<width$}  {}+ {}-",
            escape(&file.path),
            file.insertions,
            file.deletions
        );
    }
    let _ = writeln!(
        page,
        "  {} changed, {}, {}",
        counted(manifest.files.len(), "file"),
        counted(manifest.insertions, "insertion"),
        counted(manifest.deletions, "deletion")
    );
    page
}
