//! File names as diffs write them, read as `git apply` reads them or refused.

use dialect::TreePath;

use super::MailError;

/// What a `---` or `+++` line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// `/dev/null`
    Nothing,
    /// A file; the `a/` or `b/` is off.
    File(TreePath),
}

/// Reads the name of a `---` or `+++` line below a `diff --git` line: quoted, or up to a tab.
pub(super) fn of_side(line: usize, text: &[u8]) -> Result<Name, MailError> {
    if is_nothing(text) {
        return Ok(Name::Nothing);
    }
    let name = if text.starts_with(b"\"") {
        quoted(line, text)?
    } else {
        before_tab(text).0.to_vec()
    };
    side(line, &name)
}

/// Reads the name of a side of a diff without a `diff --git` line, where a time may come after it.
pub(super) fn of_plain_side(line: usize, text: &[u8]) -> Result<Name, MailError> {
    let (name, after) = before_tab(text);
    if after
        .windows(10)
        .any(|date| matches!(date, b"1970-01-01" | b"1969-12-31"))
    {
        let reason =
            "a file that is new or gone by its time stamp is not read: make the diff with git";
        return Err(MailError::new(line, reason));
    }
    if text.starts_with(b"\"") || is_nothing(text) {
        return of_side(line, text);
    }
    // git takes a time off that comes after blanks, and guesses where it begins.
    let has_time = name.last().is_some_and(u8::is_ascii_digit)
        && name.windows(4).any(|part| {
            matches!(part, [b' ', a, b, c] if a.is_ascii_digit() && b.is_ascii_digit() && matches!(c, b'0'..=b'9' | b'-' | b':'))
        });
    if has_time || after.starts_with(b" ") || after.contains(&b'\t') {
        return Err(MailError::new(
            line,
            "it cannot be told where the file's name ends",
        ));
    }
    side(line, name)
}

/// The name of both sides, as git takes it from them: the shorter where the other only has something more
/// at its end (`x.c` and `x.c.orig`), or else the new one.
pub(super) fn common(old: &TreePath, new: &TreePath) -> TreePath {
    if new.as_str().starts_with(old.as_str()) {
        old.clone()
    } else {
        new.clone()
    }
}

/// `/dev/null`, and perhaps a time.
fn is_nothing(text: &[u8]) -> bool {
    text.strip_prefix(b"/dev/null")
        .is_some_and(|rest| matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r')))
}

/// Reads the name of a `rename from` line and the like: no prefix.
pub(super) fn of_extended(line: usize, text: &[u8]) -> Result<TreePath, MailError> {
    if text.starts_with(b"\"") {
        return checked(line, &quoted(line, text)?);
    }
    checked(line, text.strip_suffix(b"\r").unwrap_or(text))
}

/// Reads the name on a `diff --git` line, if it is there twice but for what is before the first slashes.
pub(super) fn of_git_line(line: usize, text: &[u8]) -> Result<Option<TreePath>, MailError> {
    if text.starts_with(b"\"") {
        let Some(end) = quoted_end(text) else {
            return Err(MailError::new(line, "the quoted name has no end"));
        };
        let second = text.get(end..).unwrap_or_default().trim_ascii_start();
        if !second.starts_with(b"\"") {
            return Ok(None);
        }
        let (old, new) = (quoted(line, text)?, quoted(line, second)?);
        return match (without_prefix(&old), without_prefix(&new)) {
            (Some(old), Some(new)) if old == new => checked(line, old).map(Some),
            _ => Ok(None),
        };
    }
    if text.contains(&b'"') {
        return Err(MailError::new(
            line,
            "one name is quoted and the other is not",
        ));
    }
    let Some(name) = without_prefix(text) else {
        return Ok(None);
    };
    // Names may have blanks; the slash after each is looked for once.
    let mut slash = 0;
    for at in memchr::memchr2_iter(b' ', b'\t', name) {
        slash = slash.max(at + 1);
        let found = memchr::memchr(b'/', name.get(slash..).unwrap_or_default());
        let Some(found) = found else { break };
        slash += found;
        let second = name.get(slash + 1..).unwrap_or_default();
        if slash > at + 1 && second.len() == at && name.get(..at) == Some(second) {
            return checked(line, second).map(Some);
        }
    }
    Ok(None)
}

fn side(line: usize, name: &[u8]) -> Result<Name, MailError> {
    let name = without_prefix(name).ok_or_else(|| {
        let shown = String::from_utf8_lossy(name).escape_debug().to_string();
        MailError::new(
            line,
            format!("`{shown}` has no `a/` or `b/` before it, or leaves the tree"),
        )
    })?;
    checked(line, name).map(Name::File)
}

/// The name, which a tab or a carriage return ends, and what comes after it.
fn before_tab(text: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr2(b'\t', b'\r', text).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    (name, after.get(1..).unwrap_or_default())
}

fn without_prefix(name: &[u8]) -> Option<&[u8]> {
    let slash = memchr::memchr(b'/', name).filter(|&at| at > 0)?;
    name.get(slash + 1..)
}

fn checked(line: usize, name: &[u8]) -> Result<TreePath, MailError> {
    let text = std::str::from_utf8(name);
    let text = text.map_err(|_| MailError::new(line, "a file name is not UTF-8"))?;
    if text.starts_with(' ') || text.ends_with(' ') {
        let reason = format!("`{text}`: the path has a blank at an end");
        return Err(MailError::new(line, reason));
    }
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

fn quoted(line: usize, text: &[u8]) -> Result<Vec<u8>, MailError> {
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
    use super::{Name, of_git_line, of_plain_side, of_side};
    use dialect::TreePath;

    fn side(text: &str) -> Result<Name, String> {
        of_side(7, text.as_bytes()).map_err(|error| error.to_string())
    }

    fn file(text: &str) -> Result<Name, String> {
        Ok(Name::File(TreePath::new(text).unwrap()))
    }

    fn plain(text: &str) -> Result<Name, String> {
        of_plain_side(7, text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_loses_its_prefix_and_its_time() {
        assert_eq!(side("a/drivers/pci/iov.c"), file("drivers/pci/iov.c"));
        assert_eq!(side("a/x.c\r"), file("x.c"));
        assert_eq!(plain("linux-5.8/a b.c\t2020-08-12 10:00:00"), file("a b.c"));
        assert_eq!(side("/dev/null"), Ok(Name::Nothing));
        assert_eq!(plain("/dev/null\t2020-08-12 10:00:00"), Ok(Name::Nothing));
    }

    #[test]
    fn a_name_that_git_may_cut_elsewhere_is_refused() {
        for bad in [
            "a/x.c 2020-08-12 10:00:00",
            "a/x.c\t1970-01-01 00:00:00.000000000 +0000",
            "a/x.c\t 2020-08-12 10:00:00",
            "a/x.c\ty\t2020-08-12 10:00:00",
            "a/x.c ",
            "a/ x.c",
        ] {
            assert!(plain(bad).is_err(), "{bad}");
        }
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
        assert_eq!(both("a/x.c b/x.c "), None);
        assert_eq!(both("old/x.c b/x.c"), TreePath::new("x.c").ok());
        assert_eq!(both("a/x b/x b/x b/x"), TreePath::new("x b/x").ok());
        assert_eq!(both(""), None);
    }
}
