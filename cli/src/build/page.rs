//! What a build showed, for people and as JSON.

use std::fmt::Write as _;

use schema::model::{Build, Spec};
use serde_json::{Value, json};

use super::{Part, Report, State};
use crate::error::Status;
use crate::text::{counted, escape};

fn word(status: Status) -> &'static str {
    match status {
        Status::Good => "holds",
        Status::Bad => "violated",
        _ => "unknown",
    }
}

/// The state of a part in a word, and what there is to say of it.
fn told(part: &Part) -> (&'static str, String) {
    match &part.state {
        State::Compiled => {
            let (before, after) = part.warnings;
            (
                "compiled",
                format!("{} before, {after} after", counted(before, "warning")),
            )
        }
        State::Broken => ("violated", "it no longer compiles".to_owned()),
        State::Within(objects) => ("compiled", format!("in {}", objects.join(", "))),
        State::Not(why) => ("unknown", format!("not compiled: {why}")),
        State::NoCode => ("not code", "no object is made of it".to_owned()),
    }
}

/// Lines for people; where `is_quiet`, only of what is no pass.
pub(crate) fn human(
    report: &Report,
    spec: &Spec,
    tree: &str,
    build: &Build,
    is_quiet: bool,
) -> String {
    let mut page = String::new();
    for part in &report.parts {
        let (word, text) = told(part);
        if is_quiet && !matches!(part.state, State::Not(_) | State::Broken) {
            continue;
        }
        let _ = writeln!(page, "{word:<9} {}: {}", escape(&part.name), escape(&text));
        for line in part.symbols.iter().flat_map(|symbols| symbols.lines()) {
            let _ = writeln!(page, "  {}", escape(&line));
        }
    }
    for new in &report.new {
        let _ = writeln!(page, "violated  {}", escape(&new.shown()));
    }
    if let Some(fault) = &report.fault {
        let _ = writeln!(page, "violated  make fails with the series:");
        for line in fault.lines() {
            let _ = writeln!(page, "  {}", escape(line));
        }
    }
    let status = report.status();
    if is_quiet && status == Status::Good {
        return page;
    }
    for note in &report.notes {
        let _ = writeln!(page, "note: {}", escape(note));
    }
    let compiled = report
        .parts
        .iter()
        .filter(|part| part.state == State::Compiled);
    let objects = counted(compiled.count(), "object");
    let arch = build.arch.as_deref().unwrap_or("this machine");
    let how = if report.has_sparse {
        "W=1 and sparse"
    } else {
        "W=1"
    };
    let _ = writeln!(
        page,
        "\n{}  {} v{} on {}: {objects} compiled for {} with {how}, {}",
        word(status),
        escape(&spec.series.name),
        spec.series.version,
        escape(tree),
        escape(arch),
        match report.new.len() {
            0 => "nothing new".to_owned(),
            count => counted(count, "new warning"),
        },
    );
    page
}

/// One JSON object.
pub(crate) fn json(report: &Report, spec: &Spec, tree: &str, build: &Build) -> Value {
    let parts = report.parts.iter().map(|part| {
        let (_, text) = told(part);
        let state = match &part.state {
            State::Compiled => "compiled",
            State::Broken => "broken",
            State::Within(_) => "within",
            State::Not(_) => "not-compiled",
            State::NoCode => "not-code",
        };
        let objects = match &part.state {
            State::Within(objects) => objects.clone(),
            _ => Vec::new(),
        };
        json!({
            "name": part.name,
            "state": state,
            "detail": text,
            "within": objects,
            "warnings": { "before": part.warnings.0, "after": part.warnings.1 },
            "symbols": part.symbols,
        })
    });
    json!({
        "tool": { "name": "patchwright", "version": env!("CARGO_PKG_VERSION") },
        "verdict": word(report.status()),
        "series": format!("{}-v{}", spec.series.name, spec.series.version),
        "tree": tree,
        "arch": build.arch,
        "cross": build.cross,
        "config": build.config,
        "set": build.set,
        "sparse": report.has_sparse,
        "parts": parts.collect::<Vec<_>>(),
        "new": report.new,
        "fault": report.fault,
        "notes": report.notes,
    })
}
