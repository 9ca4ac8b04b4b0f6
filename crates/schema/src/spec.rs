//! From the tables to the model: every path, pattern, address and date judged and typed.

pub(crate) mod build;
mod change;
pub(crate) mod dialect_words;
mod invariant;
mod mail;
mod patch;
mod series;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use dialect::lines::LineIndex;
use query::pattern::{ISOMORPHISMS, Isomorphisms};

use crate::compile::Compiler;
use crate::diagnostics::Diagnostic;
use crate::mistakes::{Mistakes, any_of, nearest};
use crate::model::{Frame, Spec};
use crate::raw::{Int, Text};
use crate::tables::{RawIsomorphisms, RawSpec};
pub(crate) use series::{MAILED, report_unmailable};

/// The version of the spec language that this program reads.
pub(crate) const SUPPORTED: i64 = 1;

/// Compiles what was read; `mistakes` holds what the reader found wrong.
pub(crate) fn compile(
    origin: &str,
    text: &str,
    raw: &RawSpec,
    mistakes: Mistakes,
) -> Result<Spec, Vec<Diagnostic>> {
    let mut compiler = Compiler {
        text,
        mistakes,
        isomorphisms: Isomorphisms {
            disabled: Vec::new(),
        },
        ids: BTreeMap::new(),
        made: BTreeMap::new(),
        lines: LineIndex::new(text.as_bytes()),
    };
    let spec = compiler.spec(origin, raw);
    match spec {
        Some(spec) if compiler.mistakes.is_empty() => Ok(spec),
        _ => Err(compiler.mistakes.into_items()),
    }
}

impl Compiler<'_> {
    fn spec(&mut self, origin: &str, raw: &RawSpec) -> Option<Spec> {
        self.supported(raw.spec.as_ref());
        self.switch_off(raw.isomorphisms.as_ref());
        self.remember_ids(raw);
        let series = raw.series.as_ref().and_then(|raw| self.series(raw));
        let frame = self.frame(raw);
        let patches = self.patches(raw);
        let invariants = self.invariants(raw.invariant.as_deref().unwrap_or_default());
        let superseded = self.invariants(raw.superseded.as_deref().unwrap_or_default());
        self.claims_something(raw);
        let words = raw.dialect.as_ref();
        let words = words.map(|raw| dialect_words::compile(raw, &mut self.mistakes));
        let build = raw.build.as_ref();
        let build = build.map(|raw| build::compile(raw, &mut self.mistakes));
        Some(Spec {
            origin: origin.to_owned(),
            text: self.text.to_owned(),
            series: series?,
            frame: frame?,
            patches: patches?,
            invariants: invariants?,
            superseded: superseded?,
            isomorphisms: self.isomorphisms.clone(),
            words: words.unwrap_or_default(),
            build: build.unwrap_or_default(),
        })
    }

    fn supported(&mut self, version: Option<&Int>) {
        if let Some(version) = version
            && version.value != SUPPORTED
        {
            self.mistakes.report(
                &version.span,
                format!(
                    "version {} of the spec language is not supported",
                    version.value
                ),
                "unsupported version",
                format!("this program reads `spec = {SUPPORTED}`"),
            );
        }
    }

    /// Whether other edits than the declared ones are allowed.
    fn frame(&mut self, raw: &RawSpec) -> Option<Frame> {
        match raw.frame.as_ref() {
            None if raw.patch.is_none() => Some(Frame::Open),
            None => Some(Frame::Closed),
            Some(text) if text.value == "open" => Some(Frame::Open),
            Some(text) => {
                let help = "`frame = \"open\"` allows edits that no change declares; without the key there may be none";
                self.mistakes.report(
                    &text.span,
                    format!("there is no frame `{}`", text.value),
                    "not a frame",
                    help,
                );
                None
            }
        }
    }

    /// A spec without patches has to claim something: of nothing, everything would hold.
    fn claims_something(&mut self, raw: &RawSpec) {
        if raw.patch.is_some() {
            return;
        }
        if raw.invariant.as_ref().is_none_or(Vec::is_empty) {
            let help = "a spec declares a series by `[[patch]]` tables, or claims something by `[[invariant]]` tables, or both";
            self.mistakes.report(
                &raw.span,
                "the spec has neither a `[[patch]]` nor an `[[invariant]]`",
                "nothing to do and nothing to judge",
                help,
            );
        }
        if let Some(superseded) = raw.superseded.iter().flatten().next() {
            let help =
                "`superseded` says what makes a series needless; claims go into `[[invariant]]`";
            self.mistakes.report(
                &superseded.span,
                "`superseded` in a spec without patches",
                "there is no series that it could be about",
                help,
            );
        }
    }

    fn switch_off(&mut self, raw: Option<&RawIsomorphisms>) {
        let names = isomorphism_names();
        for text in raw
            .and_then(|raw| raw.off.as_ref())
            .iter()
            .flat_map(|off| &off.items)
        {
            if names.contains(&text.value.as_str()) {
                self.isomorphisms.disabled.push(text.value.clone());
                continue;
            }
            let help = nearest(&text.value, names.iter().copied()).map_or_else(
                || format!("there are {}", any_of(names.iter().copied())),
                |near| format!("did you mean `{near}`?"),
            );
            self.mistakes.report(
                &text.span,
                format!("there is no isomorphism `{}`", text.value),
                "unknown isomorphism",
                help,
            );
        }
    }

    /// Given ids first, so that one that is made never takes a name that the spec gives further down.
    fn remember_ids(&mut self, raw: &RawSpec) {
        let changes = raw.patch.iter().flatten();
        let changes = changes.flat_map(|patch| patch.change.iter().flatten());
        let ids = changes.filter_map(|change| change.common.id.as_ref());
        let stated = raw.invariant.iter().chain(&raw.superseded).flatten();
        let stated = stated.filter_map(|invariant| invariant.common.id.as_ref());
        for id in ids.chain(stated) {
            self.remember_id(id);
        }
    }

    fn remember_id(&mut self, id: &Text) {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if id.value.is_empty() || !id.value.chars().all(fits) {
            self.mistakes.report(
                &id.span,
                "an id has letters, digits, `-`, `_` and `.`, at least one",
                "not an id",
                "for example `widen-bar-restore`",
            );
        }
        let known = self.ids.entry(id.value.clone());
        if let Entry::Occupied(first) = &known
            && let Some(first) = first.get()
        {
            let line = self.lines.line_of(first.start);
            self.mistakes.report(
                &id.span,
                format!("the id `{}` is given twice", id.value),
                "given a second time",
                format!("the first is in line {line}; reports tell changes and invariants apart by their ids"),
            );
        }
        known.or_insert_with(|| Some(id.span.clone()));
    }

    /// An id made from words: the same for the same spec, and unlike any other.
    fn made_id(&mut self, words: &[&str]) -> String {
        let stem = words.join("-");
        let number = self.made.entry(stem.clone()).or_default();
        let id = loop {
            *number += 1;
            let id = match *number {
                1 => stem.clone(),
                more => format!("{stem}-{more}"),
            };
            if !self.ids.contains_key(&id) {
                break id;
            }
        };
        self.ids.insert(id.clone(), None);
        id
    }
}

fn isomorphism_names() -> Vec<&'static str> {
    ISOMORPHISMS.iter().map(|known| known.name).collect()
}
