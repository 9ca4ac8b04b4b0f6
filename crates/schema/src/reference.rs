//! The reference of the spec language, made from the tables that the reader reads by.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::raw::{
    ArmKeys, ChangeCommon, ChangeKeys, InsteadCommon, InvariantCommon, InvariantKeys, KIND, Key,
    Kinds, Need, RawAccessEvent, RawCitation, RawException, RawIsomorphisms, RawPatch, RawScope,
    RawSeries, RawSpec, Section,
};

/// Every table of the reference as Markdown, by the name under which `docs/spec-reference.md` has it:
/// `series`, `change member`, `invariant order` …
#[must_use]
pub fn reference_tables() -> BTreeMap<String, String> {
    let mut tables = BTreeMap::new();
    let mut add = |name: &str, about: &str, keys: &[&[Key]]| {
        tables.insert(name.to_owned(), table(about, keys));
    };
    section::<RawSpec>("spec", &mut add);
    section::<RawSeries>("series", &mut add);
    section::<RawPatch>("patch", &mut add);
    section::<RawCitation>("fixes", &mut add);
    section::<RawIsomorphisms>("isomorphisms", &mut add);
    section::<ArmKeys>("arms", &mut add);
    section::<RawScope>("scope", &mut add);
    section::<RawException>("except", &mut add);
    section::<RawAccessEvent>("event", &mut add);
    let kind = std::slice::from_ref(&KIND);
    add("change", ChangeCommon::ABOUT, &[kind, ChangeCommon::KEYS]);
    add(
        "instead",
        InsteadCommon::ABOUT,
        &[kind, InsteadCommon::KEYS],
    );
    add(
        "invariant",
        InvariantCommon::ABOUT,
        &[kind, InvariantCommon::KEYS],
    );
    for info in ChangeKeys::ALL {
        add(&format!("change {}", info.name), info.about, &[info.keys]);
    }
    for info in InvariantKeys::ALL {
        add(
            &format!("invariant {}", info.name),
            info.about,
            &[info.keys],
        );
    }
    let mut names = String::from("| name | takes for the same | why |\n|---|---|---|\n");
    for known in query::pattern::ISOMORPHISMS {
        let forms = known.forms.replace('|', "\\|");
        let _ = writeln!(names, "| `{}` | `{forms}` | {} |", known.name, known.reason);
    }
    tables.insert("isomorphism names".to_owned(), names);
    tables
}

fn section<S: Section>(name: &str, add: &mut impl FnMut(&str, &str, &[&[Key]])) {
    add(name, S::ABOUT, &[S::KEYS]);
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
