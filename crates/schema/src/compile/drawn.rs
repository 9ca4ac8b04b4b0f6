//! A comment as its author drew it, with its delimiters.

/// What a text says that is one comment from `/*` to `*/`; none where it is something else.
pub(crate) fn words(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix("/*")?.strip_suffix("*/")?;
    if inner.contains("/*") || inner.contains("*/") {
        return None;
    }
    let lines = inner.lines().map(|line| {
        let line = line.trim();
        let behind_star = line.strip_prefix('*');
        let is_star = |rest: &&str| rest.is_empty() || rest.starts_with([' ', '\t']);
        behind_star.filter(is_star).unwrap_or(line).trim_end()
    });
    let words = lines.collect::<Vec<_>>().join("\n");
    let words = words.trim();
    (!words.is_empty()).then(|| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn delimiters_and_stars_are_no_words() {
        assert_eq!(
            words("/* One,\n * two.\n */").as_deref(),
            Some("One,\n two.")
        );
        assert_eq!(words("/**\n * one\n */\n").as_deref(), Some("one"));
        for other in ["one", "/* one", "/**/", "/* a */ b(); /* c */", "/* a\n"] {
            assert_eq!(words(other), None, "{other}");
        }
    }
}
