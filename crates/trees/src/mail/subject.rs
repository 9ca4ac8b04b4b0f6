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

/// The subject's tag: the first brackets that say `PATCH`, or an RFC's. What these do not say, version and number, the brackets
/// beside them may, as for b4: `[PATCH] [v2]`.
pub(super) fn tag(subject: &str) -> Option<Tag> {
    let mut rest = subject.trim_start();
    let mut groups: Vec<Tag> = Vec::new();
    loop {
        if let Some(after) = after_answer(rest) {
            rest = after;
        } else if let Some((text, after)) = brackets(rest) {
            groups.push(read(text));
            rest = after;
        } else {
            break;
        }
    }
    let saying = |what: &str| groups.iter().position(|group| group.says(what));
    let at = saying("PATCH").or_else(|| saying("RFC"))?;
    let mut tag = groups.remove(at);
    for other in groups {
        if tag.version == 1 {
            tag.version = other.version;
        }
        tag.number = tag.number.or(other.number);
        tag.total = tag.total.or(other.total);
    }
    Some(tag)
}

/// Whether the mail answers another, or passes one on: `Re: `, before the tag.
pub(super) fn is_answer(subject: &str) -> bool {
    let mut rest = subject.trim_start();
    loop {
        if after_answer(rest).is_some() {
            return true;
        }
        match brackets(rest) {
            Some((text, after)) if !read(text).says("PATCH") => rest = after,
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
    let after = after.trim_start();
    // Other languages have words of two or three letters: b4 takes each for an answer that a tag follows.
    let is_short =
        (2..=3).contains(&word.chars().count()) && word.chars().all(char::is_alphanumeric);
    (known || is_short && after.starts_with('[')).then_some(after)
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

impl Tag {
    fn says(&self, what: &str) -> bool {
        self.prefix.to_ascii_uppercase().contains(what)
    }
}

fn read(text: &str) -> Tag {
    let mut tag = Tag {
        text: text.to_owned(),
        prefix: String::new(),
        version: 1,
        number: None,
        total: None,
    };
    let mut prefix = Vec::new();
    for word in text.split_whitespace() {
        let word = word.trim_matches([',', ';']);
        // `PATCHv2` is `PATCH v2`, as for b4.
        let (word, version) = match word.split_once("PATCHv") {
            Some((before, digits)) if count(digits).is_some() => {
                (word.get(..before.len() + "PATCH".len()), count(digits))
            }
            _ => match word.strip_prefix(['v', 'V']).and_then(count) {
                Some(version) => (None, Some(version)),
                None => (Some(word), None),
            },
        };
        tag.version = version.unwrap_or(tag.version);
        let numbers = word.and_then(|word| word.split_once('/'));
        match numbers.and_then(|(number, total)| Some((count(number)?, count(total)?))) {
            Some((number, total)) => (tag.number, tag.total) = (Some(number), Some(total)),
            None => prefix.extend(word.filter(|word| !word.is_empty())),
        }
    }
    tag.prefix = prefix.join(" ");
    tag
}

/// A number; one that is too large is the largest.
fn count(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u32::MAX))
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
        for answer in [
            "Re: [PATCH] x",
            "[list] AW: x",
            "Fwd: x",
            "re[2]: x",
            "Odp: [PATCH] x",
            "回复: [PATCH] x",
        ] {
            assert!(is_answer(answer), "{answer}");
        }
        for other in [
            "[PATCH] Re: x",
            "regulator: x",
            "x: Re: y",
            "[PATCH 1/2] fw: x",
            "mm: x",
            "PCIe: [PATCH] x",
        ] {
            assert!(!is_answer(other), "{other}");
        }
    }

    #[test]
    fn versions_are_read_as_b4_reads_them() {
        for (subject, version, number) in [
            ("[PATCHv2] x", 2, None),
            ("[RFC PATCHv3 1/2] x", 3, Some(1)),
            ("[PATCH] [v2] x", 2, None),
            ("[PATCH][v2][1/4] x", 2, Some(1)),
            ("[v4] [PATCH] x", 4, None),
            ("[PATCH v2, 3/4] x", 2, Some(3)),
            ("[RFC v2] x", 2, None),
            ("[PATCH 1/4294967296] x", 1, Some(1)),
        ] {
            let tag = tag(subject).unwrap();
            assert_eq!((tag.version, tag.number), (version, number), "{subject}");
        }
        assert_eq!(tag("[RFC PATCHv3 1/2] x").unwrap().prefix, "RFC PATCH");
        assert_eq!(tag("[PATCH 1/4294967296] x").unwrap().total, Some(u32::MAX));
        assert_eq!(tag("[RFC] x").unwrap().version, 1);
    }

    #[test]
    fn a_comma_in_a_quoted_name_separates_nothing() {
        assert_eq!(
            addresses(r#""B, A" <a@b.org>, c@d.org (x, y),"#),
            [r#""B, A" <a@b.org>"#, "c@d.org (x, y)"]
        );
    }
}
