//! The spec that `patchwright new` writes.

use crate::invariants::InvariantKeys;
use crate::kinds::ChangeKeys;
use crate::raw::{Key, KindInfo, Kinds, Need};
use crate::reference::example;

/// There is no kind of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind `{0}`")]
pub struct UnknownKind(String);

/// A commented spec to start from, for a series called `name`; it renders on the built-in tree.
///
/// It has an example of each kind of change in `changes` and of each kind of invariant in `invariants`; without
/// either, two changes and an invariant that belong together.
///
/// A name that is not a series' name stays what it is, and [`crate::load`] says what is wrong with it:
/// quotes and control characters in it are escaped, so that it cannot become anything but a name.
///
/// # Errors
/// A kind that does not exist.
pub fn new_spec(
    name: &str,
    changes: &[String],
    invariants: &[String],
) -> Result<String, UnknownKind> {
    let mut text = include_str!("new_spec.toml").replace("NAME", &escaped(name));
    if changes.is_empty() {
        let whole = include_str!("new_spec_changes.toml");
        // The invariant of the example is about its changes, and gives way to those asked for.
        let (own_changes, _) = whole
            .split_once("# What has to hold")
            .unwrap_or((whole, ""));
        let belongs = invariants.is_empty();
        text.push_str(if belongs {
            whole
        } else {
            own_changes.trim_end()
        });
    } else {
        text.push_str(&examples("[[patch.change]]", ChangeKeys::ALL, changes)?);
    }
    if !invariants.is_empty() {
        let stated = examples("[[invariant]]", InvariantKeys::ALL, invariants)?;
        text = format!("{}\n\n{stated}", text.trim_end());
    }
    Ok(text)
}

/// The tables of these kinds alone, commented: for a spec that is there already.
///
/// # Errors
/// There is no such kind.
pub fn new_tables(changes: &[String], invariants: &[String]) -> Result<String, UnknownKind> {
    let mut tables = Vec::new();
    let changes = changes
        .iter()
        .map(|name| ("[[patch.change]]", ChangeKeys::ALL, name));
    let invariants = invariants
        .iter()
        .map(|name| ("[[invariant]]", InvariantKeys::ALL, name));
    for (header, all, name) in changes.chain(invariants) {
        let example = examples(header, all, std::slice::from_ref(name))?;
        let info = all.iter().find(|info| info.name == name);
        let keys = info.into_iter().flat_map(|info| info.keys).map(comment);
        tables.push(keys.chain([example]).collect::<String>());
    }
    Ok(tables.join("\n"))
}

/// A key in a line of comment.
fn comment(key: &Key) -> String {
    let need = match key.need {
        Need::Required => ", required",
        _ => "",
    };
    let about: Vec<&str> = key.about.split_whitespace().collect();
    format!(
        "# {} ({}{need}): {}\n",
        key.name(),
        (key.what)(),
        about.join(" ")
    )
}

fn escaped(name: &str) -> String {
    let mut escaped = String::new();
    for c in name.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Each of the kinds once, in the order asked for.
fn examples(header: &str, all: &[KindInfo], names: &[String]) -> Result<String, UnknownKind> {
    let mut tables: Vec<String> = Vec::new();
    for name in names {
        let info = all.iter().find(|info| info.name == name);
        let table = example(header, info.ok_or_else(|| UnknownKind(name.clone()))?);
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    Ok(tables.join("\n"))
}
