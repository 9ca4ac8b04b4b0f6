//! What a comment says, whatever its layout.

/// The words with single blanks between them.
#[must_use]
pub fn fold(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a comment says: its delimiters and leading stars taken off, white space folded.
#[must_use]
pub fn words_of(comment: &str) -> String {
    let inner = comment
        .trim()
        .trim_start_matches("/*")
        .trim_start_matches("//")
        .trim_end_matches("*/");
    let lines = inner.lines().map(|line| {
        let line = line.trim();
        line.strip_prefix("* ")
            .or_else(|| line.strip_prefix("//"))
            .unwrap_or(if line == "*" { "" } else { line })
    });
    fold(&lines.collect::<Vec<_>>().join(" ").replace("**", ""))
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn the_words_of_a_comment_are_free_of_stars() {
        assert_eq!(words_of("/*\n\t * Two\n\t * words\n\t */"), "Two words");
        assert_eq!(words_of("/* x */"), "x");
    }
}
