//! The tag of a subject, and lists of addresses.

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

/// Splits a subject into its tag and the rest.
pub(super) fn split(subject: &str) -> (Option<Tag>, String) {
    let mut rest = subject.trim();
    while let Some(reply) = rest
        .get(..3)
        .filter(|start| start.eq_ignore_ascii_case("re:"))
    {
        rest = rest.get(reply.len()..).unwrap_or_default().trim_start();
    }
    let mut found = None;
    while let Some((text, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        found = found.or_else(|| read(text));
        rest = after.trim_start();
    }
    (found, rest.to_owned())
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
    use super::{addresses, split};

    #[test]
    fn a_tag_has_version_number_and_prefix() {
        let (tag, title) = split("[RFC PATCH net-next v2 01/12] PCI: x [y]");
        let tag = tag.unwrap();
        assert_eq!(title, "PCI: x [y]");
        assert_eq!(tag.prefix, "RFC PATCH net-next");
        assert_eq!((tag.version, tag.number, tag.total), (2, Some(1), Some(12)));
    }

    #[test]
    fn other_brackets_are_no_tag() {
        let (tag, title) = split("Re: [linux-pci] [PATCH] x");
        assert_eq!(tag.map(|tag| tag.text).as_deref(), Some("PATCH"));
        assert_eq!(title, "x");
        assert_eq!(split("x").0, None);
        assert_eq!(split("[PATCH x").1, "[PATCH x");
    }

    #[test]
    fn a_comma_in_a_quoted_name_separates_nothing() {
        assert_eq!(
            addresses(r#""B, A" <a@b.org>, c@d.org (x, y),"#),
            [r#""B, A" <a@b.org>"#, "c@d.org (x, y)"]
        );
    }
}
