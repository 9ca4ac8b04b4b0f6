//! The function context of a hunk: which lines of a file git takes for headings.
//!
//! By hand, since libgit2 asks a repository for the setting, and has no patterns for Rust. The patterns are those of git's
//! `userdiff.c`.

use trees::TreePath;

/// git cuts a hunk's function context off here.
const SECTION_BYTES: usize = 80;

/// Which lines are headings: git's `diff` attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Headings {
    /// Lines that begin with a letter, `_` or `$`.
    Plain,
    /// C: no labels.
    Cpp,
    /// Items, however deep.
    Rust,
}

impl Headings {
    /// As the kernel's `.gitattributes` had it when most of its files got a pattern.
    pub(crate) fn of_kernel(path: &TreePath) -> Self {
        if path.is_c() { Self::Cpp } else { Self::Plain }
    }

    /// As the attribute `diff` says; a value without a pattern here is plain.
    pub(crate) fn of_attribute(value: Option<&str>) -> Self {
        match value {
            Some("cpp") => Self::Cpp,
            Some("rust") => Self::Rust,
            _ => Self::Plain,
        }
    }

    /// The last heading among the lines before a hunk, as far as git shows it.
    pub(crate) fn section<'b>(self, before: &[&'b [u8]]) -> Option<&'b [u8]> {
        let line = before.iter().rev().find_map(|line| self.heading(line))?;
        match line.get(..SECTION_BYTES) {
            // A pattern's match that is cut off keeps the blanks at its end.
            Some(cut) if line.len() > SECTION_BYTES && self != Self::Plain => Some(cut),
            Some(cut) => Some(cut.trim_ascii_end()),
            None => Some(line.trim_ascii_end()),
        }
    }

    fn heading(self, line: &[u8]) -> Option<&[u8]> {
        let first = *line.first()?;
        let is_word = first.is_ascii_alphabetic() || first == b'_';
        match self {
            Self::Plain => (is_word || first == b'$').then_some(line),
            Self::Cpp => (is_word && !is_label(line)).then_some(line),
            Self::Rust => rust_item(line),
        }
    }
}

/// `out:`, alone or with a comment behind it.
fn is_label(line: &[u8]) -> bool {
    let word = word(line);
    let Some(rest) = line
        .get(word.len()..)
        .and_then(|rest| rest.strip_prefix(b":"))
    else {
        return false;
    };
    let rest = rest.trim_ascii_start();
    rest.is_empty() || rest.starts_with(b"//") || rest.starts_with(b"/*")
}

fn word(line: &[u8]) -> &[u8] {
    let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = line.iter().take_while(is_word).count();
    line.get(..length).unwrap_or_default()
}

/// An item from its first word on, where the line has no `;`.
fn rust_item(line: &[u8]) -> Option<&[u8]> {
    let item = blanks(line).0;
    let mut rest = item;
    if let Some(after) = rest.strip_prefix(b"pub") {
        rest = spaced(in_brackets(after).unwrap_or(after))?;
    }
    for qualifier in [&b"async"[..], b"const", b"unsafe", b"extern"] {
        if word(rest) == qualifier {
            let after = rest.get(qualifier.len()..)?;
            rest = spaced(match qualifier {
                b"extern" => quoted(after)?,
                _ => after,
            })?;
            break;
        }
    }
    let kinds: [&[u8]; 8] = [
        b"struct",
        b"enum",
        b"union",
        b"mod",
        b"trait",
        b"fn",
        b"impl",
        b"macro_rules!",
    ];
    let after = kinds.iter().find_map(|kind| rest.strip_prefix(*kind))?;
    let opens = matches!(after.first(), Some(b'<' | b' ' | b'\t'));
    (opens && !after.contains(&b';')).then_some(item)
}

/// `(crate)` gone.
fn in_brackets(text: &[u8]) -> Option<&[u8]> {
    let inner = text.strip_prefix(b"(")?;
    let end = inner.iter().position(|byte| *byte == b')')?;
    (end > 0).then(|| inner.get(end + 1..)).flatten()
}

/// ` "C"` gone.
fn quoted(text: &[u8]) -> Option<&[u8]> {
    let inner = spaced(text)?.strip_prefix(b"\"")?;
    let end = inner.iter().position(|byte| *byte == b'"')?;
    inner.get(end + 1..)
}

/// What follows at least one blank.
fn spaced(text: &[u8]) -> Option<&[u8]> {
    let (rest, count) = blanks(text);
    (count > 0).then_some(rest)
}

fn blanks(text: &[u8]) -> (&[u8], usize) {
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let count = text.iter().take_while(is_blank).count();
    (text.get(count..).unwrap_or_default(), count)
}

#[cfg(test)]
mod tests {
    use super::Headings;

    #[test]
    fn each_pattern_takes_its_own_lines() {
        let lines: [(&str, [bool; 3]); 11] = [
            ("int f(void)", [true, true, false]),
            ("out:", [true, false, false]),
            ("out: /* failed */", [true, false, false]),
            ("$x", [true, false, false]),
            ("\tx = 1;", [false, false, false]),
            ("impl Device {", [true, true, true]),
            ("    pub fn f(&self) -> u8 {", [false, false, true]),
            ("    pub(crate) unsafe fn f() {", [false, false, true]),
            ("    extern \"C\" fn f() {", [false, false, true]),
            ("    pub fn f();", [false, false, false]),
            ("mod tests;", [true, true, false]),
        ];
        for (line, expected) in lines {
            let taken = [Headings::Plain, Headings::Cpp, Headings::Rust]
                .map(|headings| headings.heading(line.as_bytes()).is_some());
            assert_eq!(taken, expected, "{line}");
        }
    }
}
