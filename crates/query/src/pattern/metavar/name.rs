//! How a metavariable is called.

use std::ops::Range;

use super::{PatternError, error};

/// Reads a word that begins with `$`: its name and whether it is a run.
pub(super) fn metavariable_name(
    word: &str,
    span: &Range<usize>,
) -> Result<(String, bool), PatternError> {
    let name = word.trim_start_matches('$');
    let run = match word.len() - name.len() {
        1 => false,
        3 => true,
        _ => {
            return Err(error(
                span.clone(),
                format!("`{word}` is not a metavariable"),
                "`$NAME` matches one node, `$$$NAME` any run of nodes",
            ));
        }
    };
    let fits = name
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if !fits || name.is_empty() && !run {
        let capitals: String = name
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect::<String>()
            .to_ascii_uppercase();
        let help = if capitals.is_empty() {
            "give it a name in capitals, as in `$NAME`, or write `$_` for one that is not used again".to_owned()
        } else {
            format!("a metavariable's name is in capitals: `${capitals}`")
        };
        return Err(error(
            span.clone(),
            format!("`{word}` is not a metavariable"),
            &help,
        ));
    }
    let anonymous = name.is_empty() || name == "_";
    Ok((
        if anonymous {
            String::new()
        } else {
            name.to_owned()
        },
        run,
    ))
}
