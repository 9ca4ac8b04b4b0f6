//! A Maildir: one mail a file in `cur` and `new`, taken in the order in which `git mailsplit` takes them.

use std::cmp::Ordering;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use trees::mail::{Posting, parse_mbox};

use super::input;

/// Reads every mail.
pub(super) fn read(folder: &Path, limit: u32) -> Result<Vec<Posting>, String> {
    let mut names = Vec::new();
    for part in ["cur", "new"] {
        let entries = match fs::read_dir(folder.join(part)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(format!("{part}: {error}")),
        };
        for entry in entries {
            let name = entry.map_err(|error| error.to_string())?.file_name();
            let Some(name) = name.to_str() else {
                return Err(format!("{part}: a file's name is not UTF-8"));
            };
            if !name.starts_with('.') {
                names.push(format!("{part}/{name}"));
            }
        }
    }
    if names.is_empty() {
        return Err(
            "is a folder without *.patch files, and no Maildir with mails in `cur` or `new`"
                .to_owned(),
        );
    }
    names.sort_by(|a, b| order(a.as_bytes(), b.as_bytes()));
    names
        .into_iter()
        .map(|name| mail(folder, name, limit))
        .collect()
}

fn mail(folder: &Path, name: String, limit: u32) -> Result<Posting, String> {
    let at = |error: String| format!("{name}: {error}");
    let bytes = input::file(&folder.join(&name), limit).map_err(at)?;
    let mut mails = parse_mbox(&bytes).map_err(|error| at(error.to_string()))?;
    // git takes the first and says nothing of the rest.
    match (mails.pop(), mails.is_empty()) {
        (Some(mail), true) => Ok(Posting { mail, name }),
        _ => Err(at(
            "has more than one mail, and a Maildir has one in a file".to_owned(),
        )),
    }
}

/// Numbers by their value, everything else by its bytes.
fn order(mut a: &[u8], mut b: &[u8]) -> Ordering {
    while let ([first, a_rest @ ..], [second, b_rest @ ..]) = (a, b) {
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let (one, a_after) = number(a);
            let (other, b_after) = number(b);
            if one != other {
                return one.cmp(&other);
            }
            (a, b) = (a_after, b_after);
        } else if first != second {
            return first.cmp(second);
        } else {
            (a, b) = (a_rest, b_rest);
        }
    }
    a.cmp(b)
}

fn number(text: &[u8]) -> (u64, &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(digits);
    let value = digits.iter().fold(0_u64, |value, byte| {
        value
            .saturating_mul(10)
            .saturating_add(u64::from(byte - b'0'))
    });
    (value, rest)
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn numbers_are_sorted_by_value() {
        let mut names = ["new/10.x", "cur/9.a", "cur/10.a", "cur/9.a2", "cur/09.b"];
        names.sort_by(|a, b| order(a.as_bytes(), b.as_bytes()));
        assert_eq!(
            names,
            ["cur/9.a", "cur/9.a2", "cur/09.b", "cur/10.a", "new/10.x"]
        );
    }
}
