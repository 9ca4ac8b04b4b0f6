//! Subjects: their tag, what is left of them in a commit, whether they answer; and lists of addresses.

use super::is_space;

/// A subject's tag: `[RFC PATCH net-next v2 1/3]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// What stands between the brackets.
    pub text: String,
    /// The words of it that are neither version nor number: `RFC PATCH net-next`.
    pub prefix: String,
    /// `2` of `v2`; 1 without.
    pub version: u32,
    /// `1` of `1/3`.
    pub number: Option<u32>,
    /// `3` of `1/3`.
    pub total: Option<u32>,
}

/// What mail programs put before the subject of an answer, or of a mail that they pass on.
const ANSWERS: [&str; 7] = ["re", "aw", "antw", "sv", "fwd", "fw", "wg"];

/// The subject's tag: the first brackets that say `PATCH`.
pub(super) fn tag(subject: &str) -> Option<Tag> {
    let mut rest = subject.trim_start();
    loop {
        if let Some(after) = after_answer(rest) {
            rest = after;
        } else if let Some((text, after)) = brackets(rest) {
            if let Some(tag) = read(text) {
                return Some(tag);
            }
            rest = after;
        } else {
            return None;
        }
    }
}

/// Whether the mail answers another, or passes one on: `Re: `, before the tag.
pub(super) fn is_answer(subject: &str) -> bool {
    let mut rest = subject.trim_start();
    loop {
        if after_answer(rest).is_some() {
            return true;
        }
        match brackets(rest) {
            Some((text, after)) if read(text).is_none() => rest = after,
            _ => return false,
        }
    }
}

/// What is left of a text after `Re:` or the like and the blanks after it.
fn after_answer(text: &str) -> Option<&str> {
    let (word, after) = text.split_once(':')?;
    let word = word
        .split_once(['[', '(', '^'])
        .map_or(word, |(word, _)| word);
    let known = ANSWERS
        .iter()
        .any(|answer| word.eq_ignore_ascii_case(answer));
    known.then(|| after.trim_start())
}

fn brackets(text: &str) -> Option<(&str, &str)> {
    let (text, after) = text.strip_prefix('[')?.split_once(']')?;
    Some((text, after.trim_start()))
}

/// What `git am` makes a commit's subject of: without answers' and lists' marks, one blank at a time.
#[must_use]
pub fn clean_subject(subject: &str) -> String {
    let blank = |c: char| u8::try_from(c).is_ok_and(is_space);
    let mut rest = subject;
    loop {
        let is_reply = rest.len() > 3
            && rest
                .get(..3)
                .is_some_and(|start| start.eq_ignore_ascii_case("re:"));
        if is_reply {
            rest = rest.get(3..).unwrap_or_default();
        } else if let Some(after) = rest.strip_prefix([' ', '\t', ':']) {
            rest = after;
        } else if let Some((_, after)) =
            rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        {
            rest = after;
        } else {
            break;
        }
    }
    let words: Vec<&str> = rest
        .trim_matches(blank)
        .split(blank)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

fn read(text: &str) -> Option<Tag> {
    let mut tag = Tag {
        text: text.to_owned(),
        prefix: String::new(),
        version: 1,
        number: None,
        total: None,
    };
    let mut prefix = Vec::new();
    for word in text.split_whitespace() {
        let version = word
            .strip_prefix(['v', 'V'])
            .and_then(|digits| digits.parse().ok());
        let numbers = word
            .split_once('/')
            .and_then(|(number, total)| Some((number.parse().ok()?, total.parse().ok()?)));
        if let Some(version) = version {
            tag.version = version;
        } else if let Some((number, total)) = numbers {
            (tag.number, tag.total) = (Some(number), Some(total));
        } else {
            prefix.push(word);
        }
    }
    tag.prefix = prefix.join(" ");
    tag.prefix
        .to_ascii_uppercase()
        .contains("PATCH")
        .then_some(tag)
}

/// The addresses of a header, as written: a comma inside quotes, a comment or angle brackets does not separate.
pub(super) fn addresses(header: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let (mut quoted, mut escaped, mut depth) = (false, false, 0_usize);
    for character in header.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '(' | '<' if !quoted => depth += 1,
            ')' | '>' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(character);
        }
    }
    let trimmed = found.iter().map(|address| address.trim().to_owned());
    trimmed.filter(|address| !address.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{addresses, clean_subject, is_answer, tag};

    #[test]
    fn a_tag_has_version_number_and_prefix() {
        let subject = "[RFC PATCH net-next v2 01/12] PCI: x [y]";
        let tag = tag(subject).unwrap();
        assert_eq!(clean_subject(subject), "PCI: x [y]");
        assert_eq!(tag.prefix, "RFC PATCH net-next");
        assert_eq!((tag.version, tag.number, tag.total), (2, Some(1), Some(12)));
    }

    #[test]
    fn other_brackets_are_no_tag() {
        let subject = "Re: [linux-pci] [PATCH] x";
        assert_eq!(tag(subject).map(|tag| tag.text).as_deref(), Some("PATCH"));
        assert_eq!(clean_subject(subject), "x");
        assert_eq!(tag("x"), None);
        assert_eq!(clean_subject("[PATCH x"), "[PATCH x");
    }

    #[test]
    fn a_subject_is_cleaned_as_git_cleans_it() {
        assert_eq!(clean_subject("RE: re: [a] [b]: x \t y "), "x y");
        assert_eq!(clean_subject("Re:"), "Re:");
        assert_eq!(clean_subject("reset: x"), "reset: x");
    }

    #[test]
    fn an_answer_says_so_before_the_tag() {
        for answer in ["Re: [PATCH] x", "[list] AW: x", "Fwd: x", "re[2]: x"] {
            assert!(is_answer(answer), "{answer}");
        }
        for other in [
            "[PATCH] Re: x",
            "regulator: x",
            "x: Re: y",
            "[PATCH 1/2] fw: x",
        ] {
            assert!(!is_answer(other), "{other}");
        }
    }

    #[test]
    fn a_comma_in_a_quoted_name_separates_nothing() {
        assert_eq!(
            addresses(r#""B, A" <a@b.org>, c@d.org (x, y),"#),
            [r#""B, A" <a@b.org>"#, "c@d.org (x, y)"]
        );
    }
}
