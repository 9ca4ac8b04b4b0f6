//! A spec with more trailers, its comments and its layout as they were.

use toml_edit::{Array, DocumentMut, Item, Value, value};

/// Adds trailers to patches, by their place in the spec.
///
/// # Errors
/// The spec has its patches in another form than `[[patch]]` tables.
pub(crate) fn add(text: &str, additions: &[(usize, Vec<String>)]) -> Result<String, String> {
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| error.to_string())?;
    let patches = document
        .get_mut("patch")
        .and_then(Item::as_array_of_tables_mut);
    let patches = patches.ok_or("only `[[patch]]` tables can be edited in place")?;
    for (at, lines) in additions {
        let table = patches.get_mut(*at).ok_or("there is no such patch")?;
        match table.get_mut("trailers") {
            None => {
                table.insert("trailers", value(array(lines)));
            }
            Some(item) => extend(item, lines)?,
        }
    }
    Ok(document.to_string())
}

/// A list of its own; several are a line each.
fn array(lines: &[String]) -> Array {
    let mut array: Array = lines.iter().collect();
    if lines.len() > 1 {
        for line in array.iter_mut() {
            line.decor_mut().set_prefix("\n\t");
        }
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    array
}

/// Adds to what is there: a list, in its layout, or one trailer.
fn extend(item: &mut Item, lines: &[String]) -> Result<(), String> {
    if let Some(one) = item.as_str() {
        let all: Vec<String> = std::iter::once(one.to_owned())
            .chain(lines.iter().cloned())
            .collect();
        *item = value(array(&all));
        return Ok(());
    }
    let list = item.as_array_mut().ok_or("`trailers` is no list")?;
    let last = list.iter().last();
    let before = last.and_then(|last| last.decor().prefix()?.as_str());
    // Comments before the last one are about that one.
    let indent = before.and_then(|before| before.rsplit_once('\n'));
    let indent = indent.map(|(_, indent)| format!("\n{indent}"));
    for line in lines {
        let mut added = Value::from(line.as_str());
        let beside = if list.is_empty() { "" } else { " " };
        let prefix = indent.as_deref().unwrap_or(beside);
        added.decor_mut().set_prefix(prefix);
        list.push_formatted(added);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A patch table before and after a trailer `B: b` is added to it.
    const CASES: &[(&str, &str)] = &[
        (
            "# why\nspec = 1\n\n[[patch]]\nsubject = \"s\"  # short\n\n[[patch.change]]\nkind = \"line\"\n",
            "# why\nspec = 1\n\n[[patch]]\nsubject = \"s\"  # short\ntrailers = [\"B: b\"]\n\n[[patch.change]]\nkind = \"line\"\n",
        ),
        (
            "[[patch]]\ntrailers = [\"A: a\"] # one\n",
            "[[patch]]\ntrailers = [\"A: a\", \"B: b\"] # one\n",
        ),
        (
            "[[patch]]\ntrailers = []\n",
            "[[patch]]\ntrailers = [\"B: b\"]\n",
        ),
        (
            "[[patch]]\ntrailers = [\n\t\"A: a\", # first\n\t\"C: c\",\n]\n",
            "[[patch]]\ntrailers = [\n\t\"A: a\", # first\n\t\"C: c\",\n\t\"B: b\",\n]\n",
        ),
        (
            "[[patch]]\ntrailers = \"A: a\"\n",
            "[[patch]]\ntrailers = [\n\t\"A: a\",\n\t\"B: b\",\n]\n",
        ),
    ];

    #[test]
    fn a_trailer_is_added_in_the_layout_that_is_there() {
        for (before, after) in CASES {
            let added = add(before, &[(0, vec!["B: b".to_owned()])]).unwrap();
            assert_eq!(added, *after);
        }
    }

    #[test]
    fn patches_in_another_form_are_refused() {
        assert!(
            add(
                "patch = [{ subject = \"s\" }]\n",
                &[(0, vec!["B: b".to_owned()])]
            )
            .is_err()
        );
        assert!(add("[[patch]]\n", &[(1, vec!["B: b".to_owned()])]).is_err());
    }
}
