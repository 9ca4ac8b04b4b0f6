//! File names as diffs write them.

use dialect::TreePath;

use super::MailError;

/// What a `---`, `+++` or `rename` line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// `/dev/null`
    Nothing,
    /// A file; the `a/` or `b/` is off.
    File(TreePath),
}

/// Reads the name of a `---` or `+++` line: quoted or bare, up to a tab, with its first folder taken off.
pub(super) fn of_side(line: usize, text: &[u8]) -> Result<Name, MailError> {
    let bytes = unquoted(line, text, true)?;
    if bytes == b"/dev/null" {
        return Ok(Name::Nothing);
    }
    let name = without_prefix(&bytes).ok_or_else(|| {
        let shown = String::from_utf8_lossy(&bytes).escape_debug().to_string();
        MailError::new(
            line,
            format!("`{shown}` has no `a/` or `b/` before it, or leaves the tree"),
        )
    })?;
    checked(line, name).map(Name::File)
}

/// Reads the name of a `rename from` line and the like: no prefix.
pub(super) fn of_extended(line: usize, text: &[u8]) -> Result<TreePath, MailError> {
    checked(line, &unquoted(line, text, false)?)
}

/// Reads both names of a `diff --git` line, where they are the same but for the prefix.
pub(super) fn of_git_line(line: usize, text: &[u8]) -> Result<Option<TreePath>, MailError> {
    let text = text.trim_ascii_end();
    let (old, new) = if text.starts_with(b"\"") {
        let Some(end) = quoted_end(text) else {
            return Err(MailError::new(line, "the quoted name has no end"));
        };
        (text.get(..end), text.get(end + 1..))
    } else {
        // Names may have blanks: both halves are equally long if they are the same.
        let half = text.len() / 2;
        (text.get(..half), text.get(half + 1..))
    };
    let (Some(old), Some(new)) = (old, new) else {
        return Ok(None);
    };
    let old = unquoted(line, old, false)?;
    let new = unquoted(line, new, false)?;
    match (without_prefix(&old), without_prefix(&new)) {
        (Some(old), Some(new)) if old == new => checked(line, old).map(Some),
        _ => Ok(None),
    }
}

fn without_prefix(name: &[u8]) -> Option<&[u8]> {
    let slash = memchr::memchr(b'/', name).filter(|&at| at > 0)?;
    name.get(slash + 1..)
}

fn checked(line: usize, name: &[u8]) -> Result<TreePath, MailError> {
    let text = std::str::from_utf8(name);
    let text = text.map_err(|_| MailError::new(line, "a file name is not UTF-8"))?;
    TreePath::new(text)
        .map_err(|error| MailError::new(line, format!("`{}`: {error}", text.escape_debug())))
}

/// Where a quoted name ends, after its closing quote.
fn quoted_end(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn unquoted(line: usize, text: &[u8], ends_at_tab: bool) -> Result<Vec<u8>, MailError> {
    if !text.starts_with(b"\"") {
        let end = memchr::memchr(b'\t', text).filter(|_| ends_at_tab);
        let bare = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
        return Ok(bare.trim_ascii_end().to_vec());
    }
    let inside = quoted_end(text).and_then(|end| text.get(1..end - 1));
    inside
        .and_then(unescaped)
        .ok_or_else(|| MailError::new(line, "a quoted file name is malformed"))
}

/// Undoes C escapes as git writes them.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        if byte != b'\\' {
            plain.push(byte);
            continue;
        }
        plain.push(match bytes.next()? {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            &quoted @ (b'"' | b'\\') => quoted,
            &first @ b'0'..=b'3' => {
                let rest = [*bytes.next()?, *bytes.next()?];
                let digits = [first, rest[0], rest[1]];
                let text = std::str::from_utf8(&digits).ok()?;
                u8::from_str_radix(text, 8).ok()?
            }
            _ => return None,
        });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::{Name, of_git_line, of_side};
    use dialect::TreePath;

    fn side(text: &str) -> Result<Name, String> {
        of_side(7, text.as_bytes()).map_err(|error| error.to_string())
    }

    fn file(text: &str) -> Result<Name, String> {
        Ok(Name::File(TreePath::new(text).unwrap()))
    }

    #[test]
    fn a_name_loses_its_prefix_and_its_time() {
        assert_eq!(side("a/drivers/pci/iov.c"), file("drivers/pci/iov.c"));
        assert_eq!(side("linux-5.8/a b.c\t2020-08-12 10:00:00"), file("a b.c"));
        assert_eq!(side("/dev/null"), Ok(Name::Nothing));
    }

    #[test]
    fn a_quoted_name_is_unquoted() {
        assert_eq!(side(r#""a/\303\244.c""#), file("ä.c"));
        assert_eq!(side(r#""a/x\"y""#), file("x\"y"));
        for bad in [r#""a/x"#, r#""a/\9""#, r#""a/\30""#, r#""a/\303""#] {
            assert!(side(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_that_leaves_the_tree_is_refused_with_its_line() {
        for bad in [
            "a/../x",
            "a//etc/passwd",
            "/etc/passwd",
            "x.c",
            "a/.git/config",
            "a/x\\y",
        ] {
            let error = side(bad).unwrap_err();
            assert!(error.starts_with("line 7: "), "{error}");
        }
    }

    #[test]
    fn the_names_of_a_git_line_count_when_they_are_the_same() {
        let both = |text: &str| of_git_line(1, text.as_bytes()).unwrap();
        assert_eq!(both("a/x y.c b/x y.c"), TreePath::new("x y.c").ok());
        assert_eq!(
            both(r#""a/\303\244" "b/\303\244""#),
            TreePath::new("ä").ok()
        );
        assert_eq!(both("a/x.c b/y.c"), None);
        assert_eq!(both(""), None);
    }
}
