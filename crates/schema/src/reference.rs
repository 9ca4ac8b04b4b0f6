//! The reference of the spec language, made from the tables that the reader reads by.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::invariants::InvariantKeys;
use crate::kinds::ChangeKeys;
use crate::raw::{KIND, Key, KindInfo, Kinds, Need, Section};
use crate::tables::{ChangeCommon, InsteadCommon, InvariantCommon, RawSpec};

/// Every table of the reference as Markdown, by the name under which `docs/spec-reference.md` has it:
/// `series`, `change member`, `invariant order` …
#[must_use]
pub fn reference_tables() -> BTreeMap<String, String> {
    let mut tables = BTreeMap::new();
    add(&mut tables, "spec", RawSpec::ABOUT, &[RawSpec::KEYS]);
    let kind = std::slice::from_ref(&KIND);
    for (name, about, common) in [
        ("change", ChangeCommon::ABOUT, ChangeCommon::KEYS),
        ("instead", InsteadCommon::ABOUT, InsteadCommon::KEYS),
        ("invariant", InvariantCommon::ABOUT, InvariantCommon::KEYS),
    ] {
        add(&mut tables, name, about, &[kind, common]);
    }
    for info in ChangeKeys::ALL {
        add_kind(&mut tables, "change", "[[patch.change]]", info);
    }
    for info in InvariantKeys::ALL {
        add_kind(&mut tables, "invariant", "[[invariant]]", info);
    }
    let mut names = String::from("| name | takes for the same | why |\n|---|---|---|\n");
    for known in query::pattern::ISOMORPHISMS {
        let forms = known.forms.replace('|', "\\|");
        let _ = writeln!(names, "| `{}` | `{forms}` | {} |", known.name, known.reason);
    }
    tables.insert("isomorphism names".to_owned(), names);
    tables
}

/// Adds a table, and the tables that values in it are.
fn add(tables: &mut BTreeMap<String, String>, name: &str, about: &str, keys: &[&[Key]]) {
    tables.insert(name.to_owned(), table(about, keys));
    for inner in keys.iter().copied().flatten().filter_map(Key::table) {
        add(tables, inner.name, inner.about, &[inner.keys]);
    }
}

/// Adds the table of a kind, with its example.
fn add_kind(tables: &mut BTreeMap<String, String>, group: &str, header: &str, info: &KindInfo) {
    let name = format!("{group} {}", info.name);
    add(tables, &name, info.about, &[info.keys]);
    if let Some(text) = tables.get_mut(&name) {
        let example = example(header, info);
        let _ = write!(text, "\n```toml\n{example}```\n");
    }
}

/// The example of a kind as it is in a spec.
pub(crate) fn example(header: &str, info: &KindInfo) -> String {
    // What is inherent in the table's place comes first, as people write it: header, id, kind.
    let text = info.example.trim_start_matches('\n');
    let (id, rest) = match text.split_once('\n') {
        Some((line, rest)) if line.starts_with("id = ") => (format!("{line}\n"), rest),
        _ => (String::new(), text),
    };
    format!("{header}\n{id}kind = \"{}\"\n{rest}", info.name)
}

fn table(about: &str, keys: &[&[Key]]) -> String {
    let mut text = format!(
        "{}\n\n| key | | value | meaning |\n|---|---|---|---|\n",
        about.trim()
    );
    for key in keys.iter().copied().flatten() {
        let need = match key.need {
            Need::Required => "required",
            Need::Optional => "",
        };
        let about = key.about.trim().replace('|', "\\|");
        let _ = writeln!(
            text,
            "| `{}` | {need} | {} | {about} |",
            key.name(),
            (key.what)()
        );
    }
    text
}

/// `page` with each generated table, between `<!-- table NAME -->` and `<!-- end -->`, made anew.
///
/// # Errors
/// A table that the page names and that is not there, or one that the page lacks.
pub fn reference(page: &str) -> Result<String, String> {
    const OPEN: &str = "<!-- table ";
    const CLOSE: &str = "<!-- end -->";
    let mut tables = reference_tables();
    let mut made = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (name, after) = after.split_once(" -->").ok_or("an unfinished marker")?;
        let (_, after) = after
            .split_once(CLOSE)
            .ok_or_else(|| format!("{name}: no end"))?;
        let table = tables
            .remove(name)
            .ok_or_else(|| format!("no table {name}, or twice"))?;
        let _ = write!(made, "{before}{OPEN}{name} -->\n{table}{CLOSE}");
        rest = after;
    }
    made.push_str(rest);
    match tables.keys().next() {
        Some(name) => Err(format!("the page lacks the table {name}")),
        None => Ok(made),
    }
}
