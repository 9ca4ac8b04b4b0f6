//! What a comment says, whatever its layout.

/// The words with single blanks between them.
#[must_use]
pub fn fold(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether folded text has the folded words, none of them a part of a longer word.
#[must_use]
pub fn says(text: &str, words: &str) -> bool {
    let is_word = |letter: Option<char>| letter.is_some_and(|c| c == '_' || c.is_alphanumeric());
    let ends = |at: usize| {
        let (before, rest) = text.split_at(at);
        let behind = rest.get(words.len()..).and_then(|rest| rest.chars().next());
        let begins_inside = is_word(words.chars().next()) && is_word(before.chars().next_back());
        let ends_inside = is_word(words.chars().next_back()) && is_word(behind);
        !begins_inside && !ends_inside
    };
    !words.is_empty() && text.match_indices(words).any(|(at, _)| ends(at))
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
        let behind_star = line.strip_prefix('*');
        behind_star
            .filter(|rest| rest.starts_with([' ', '\t']))
            .or_else(|| line.strip_prefix("//"))
            .unwrap_or(if line == "*" { "" } else { line })
    });
    fold(&lines.collect::<Vec<_>>().join(" ").replace("**", ""))
}

#[cfg(test)]
mod tests {
    use super::{says, words_of};

    #[test]
    fn words_are_whole_words_of_a_text() {
        let text = "The unit sleeps here. Wake it before it is read.";
        assert!(says(text, "Wake it before"));
        assert!(says(text, "it is read"));
        assert!(!says(text, "it is rea"));
        assert!(!says(text, "unit s"));
        assert!(!says(text, ""));
    }

    #[test]
    fn the_words_of_a_comment_are_free_of_stars() {
        assert_eq!(words_of("/*\n\t * Two\n\t * words\n\t */"), "Two words");
        assert_eq!(words_of("/**\n *\tTwo\n *\n *\twords\n */"), "Two words");
        assert_eq!(words_of("/* x */"), "x");
    }
}
