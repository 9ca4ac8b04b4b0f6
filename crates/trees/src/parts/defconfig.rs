//! A defconfig: one line a symbol.

use super::Part;

pub(super) fn parts(lines: &[&str]) -> Vec<Part> {
    let numbered = lines.iter().enumerate();
    let named = numbered.filter_map(|(at, line)| Some((at, symbol(line)?)));
    named
        .map(|(at, name)| Part {
            name: name.to_owned(),
            lines: at..at + 1,
            is_closed: false,
        })
        .collect()
}

/// `CONFIG_X=y`, or `# CONFIG_X is not set`.
fn symbol(line: &str) -> Option<&str> {
    let line = line.trim();
    let unset = line
        .strip_prefix('#')
        .and_then(|rest| rest.trim().strip_suffix(" is not set"));
    let name = unset.or_else(|| line.split_once('=').map(|(name, _)| name))?;
    (name.starts_with("CONFIG_") && !name.contains(char::is_whitespace)).then_some(name)
}
