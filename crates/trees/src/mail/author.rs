//! Whom `git am` takes for the author.

use super::is_space;

/// A name and a mail address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The name; the address where there is none, or none that git takes.
    pub name: String,
    /// The address.
    pub email: String,
}

/// git takes no longer name.
const LONGEST_NAME: usize = 60;

impl Author {
    /// What git makes of a decoded `From:`.
    pub(super) fn of(from: &[u8]) -> Self {
        let from = one_blank_each(from);
        let text = unquoted(&from);
        let Some(mark) = memchr::memchr(b'@', &text) else {
            return Self::without_at(&from);
        };
        let before = text.get(..mark).unwrap_or_default();
        let start = before
            .iter()
            .rposition(|&byte| is_space(byte) || byte == b'<')
            .map_or(0, |at| at + 1);
        let rest = text.get(start..).unwrap_or_default();
        let ends = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r' | b'>');
        let len = rest.iter().position(ends).unwrap_or(rest.len());
        let email = rest.get(..len).unwrap_or_default();
        let mut name = text.get(..start).unwrap_or_default().to_vec();
        if name.last() == Some(&b'<') {
            name.pop();
            name.push(b' ');
        }
        name.extend_from_slice(rest.get(len + 1..).unwrap_or_default());
        let name = one_blank_each(&name);
        let name = trimmed(&name);
        let name = name
            .strip_prefix(b"(")
            .and_then(|name| name.strip_suffix(b")"))
            .unwrap_or(name);
        Self::sane(name, email)
    }

    /// `John Doe <john>`
    fn without_at(from: &[u8]) -> Self {
        let Some(open) = memchr::memchr(b'<', from) else {
            return Self::default();
        };
        let after = from.get(open + 1..).unwrap_or_default();
        let Some(close) = memchr::memchr(b'>', after) else {
            return Self::default();
        };
        let name = trimmed(from.get(..open).unwrap_or_default());
        Self::sane(name, after.get(..close).unwrap_or_default())
    }

    fn sane(name: &[u8], email: &[u8]) -> Self {
        let odd = |byte: &u8| matches!(byte, b'@' | b'<' | b'>');
        let fits = !name.is_empty() && name.len() <= LONGEST_NAME && !name.iter().any(odd);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            name: text(if fits { name } else { email }),
            email: text(email),
        }
    }
}

impl std::fmt::Display for Author {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

fn trimmed(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&byte| !is_space(byte));
    let end = text.iter().rposition(|&byte| !is_space(byte));
    start
        .zip(end)
        .and_then(|(start, end)| text.get(start..=end))
        .unwrap_or_default()
}

fn one_blank_each(text: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut in_blanks = false;
    for &byte in text {
        if !is_space(byte) {
            out.push(byte);
        } else if !in_blanks {
            out.push(b' ');
        }
        in_blanks = is_space(byte);
    }
    out
}

/// Quotes and quoted pairs taken off; comments keep their parentheses.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let (mut in_quotes, mut depth, mut literal) = (false, 0_usize, false);
    for &byte in text {
        let inside = in_quotes || depth > 0;
        if literal {
            literal = false;
            out.push(byte);
            continue;
        }
        match byte {
            b'\\' if inside => literal = true,
            b'"' if in_quotes => in_quotes = false,
            b'"' if depth == 0 => in_quotes = true,
            b'(' if !in_quotes => {
                depth += 1;
                out.push(byte);
            }
            b')' if depth > 0 => {
                depth -= 1;
                out.push(byte);
            }
            _ => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Author;

    #[test]
    fn names_and_addresses_are_told_apart_as_git_tells_them() {
        for (from, name, email) in [
            ("A  Dev <a@b.org>", "A Dev", "a@b.org"),
            ("\"Dev, A \\\"X\\\"\" <a@b.org>", "Dev, A \"X\"", "a@b.org"),
            ("a@b.org (A Dev)", "A Dev", "a@b.org"),
            ("A (zzz) Dev <a@b.org> (x)", "A (zzz) Dev (x)", "a@b.org"),
            ("a@b.org", "a@b.org", "a@b.org"),
            ("A Dev <dev>", "A Dev", "dev"),
            ("nobody", "", ""),
        ] {
            let author = Author::of(from.as_bytes());
            assert_eq!(
                (&author.name[..], &author.email[..]),
                (name, email),
                "{from}"
            );
        }
    }
}
