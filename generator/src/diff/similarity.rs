//! How much of a file is the same where it moves, as git counts it.
//!
//! libgit2's own measure gives other numbers, and a mail says git's: `diffcore-delta.c` cuts both files into lines, of at
//! most 64 bytes, and counts the bytes of those that are in both.

use std::collections::HashMap;

/// git takes what is less alike for two files.
pub(crate) const LEAST: usize = 50;

/// Parts of a hundred thousand; git's `MAX_SCORE`.
const WHOLE: usize = 60_000;
const LONGEST: usize = 64;
const BUCKETS: u32 = 107_927;

/// The similarity index.
pub(crate) fn percent(before: &[u8], after: &[u8]) -> usize {
    if before == after {
        return 100;
    }
    let most = before.len().max(after.len());
    if most == 0 {
        return 0;
    }
    let (old, new) = (chunks(before), chunks(after));
    let both = old
        .iter()
        .map(|(hash, size)| new.get(hash).map_or(0, |there| *size.min(there)));
    let score = both.sum::<usize>() * WHOLE / most;
    score * 100 / WHOLE
}

/// The bytes of the chunks of each hash.
fn chunks(bytes: &[u8]) -> HashMap<u32, usize> {
    let is_text = !bytes.iter().take(8000).any(|&byte| byte == 0);
    let mut found: HashMap<u32, usize> = HashMap::new();
    let (mut first, mut second, mut size) = (0_u32, 0_u32, 0_usize);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if is_text && byte == b'\r' && rest.peek() == Some(&b'\n') {
            continue;
        }
        let old = first;
        first = (first << 7) ^ (second >> 25);
        second = (second << 7) ^ (old >> 25);
        first = first.wrapping_add(u32::from(byte));
        size += 1;
        if size < LONGEST && byte != b'\n' && rest.peek().is_some() {
            continue;
        }
        let hash = first.wrapping_add(second.wrapping_mul(0x61)) % BUCKETS;
        *found.entry(hash).or_default() += size;
        (first, second, size) = (0, 0, 0);
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::{LEAST, percent};

    /// What git says of a file that moves and becomes another.
    fn git(before: &str, after: &str) -> Option<usize> {
        let folder = tempfile::tempdir().unwrap();
        let run = |arguments: &[&str]| {
            let mut git = Command::new("git");
            git.env_clear()
                .env("PATH", std::env::var_os("PATH").unwrap());
            let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
            let output = git
                .current_dir(folder.path())
                .args(identity)
                .args(arguments)
                .output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        };
        run(&["init", "-q"]);
        fs::write(folder.path().join("one.c"), before).unwrap();
        run(&["add", "."]);
        run(&["commit", "-q", "-m", "one"]);
        fs::remove_file(folder.path().join("one.c")).unwrap();
        fs::write(folder.path().join("two.c"), after).unwrap();
        run(&["add", "-A"]);
        let said = run(&["diff", "--cached", "-M", "--summary"]);
        let (_, rest) = said.split_once("(")?;
        rest.split_once('%')?.0.parse().ok()
    }

    #[test]
    fn files_are_as_like_as_git_says() {
        let lines =
            |count: usize| -> String { (0..count).map(|at| format!("line {at}\n")).collect() };
        let long = "x".repeat(200);
        let cases = [
            (lines(20), lines(21)),
            (lines(20), lines(20).replace("line 7\n", "another\n")),
            (lines(20), lines(39)),
            (lines(20), lines(41)),
            (lines(9), format!("{long}\n{}", lines(9))),
            (
                format!("{long}\n{}", lines(40)),
                format!("{long}y\n{}", lines(40)),
            ),
            (format!("a\r\n{}", lines(9)), format!("a\n{}", lines(9))),
            (format!("{}end", lines(9)), format!("{}end\n", lines(9))),
        ];
        for (before, after) in cases {
            let ours = Some(percent(before.as_bytes(), after.as_bytes()));
            let ours = ours.filter(|percent| *percent >= LEAST);
            assert_eq!(git(&before, &after), ours, "{before:?} {after:?}");
        }
    }
}
