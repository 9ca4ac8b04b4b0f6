//! A commit is cited by at least 12 digits and its subject.

use super::violated;
use crate::finding::Finding;
use crate::frame::Named;
use crate::nodes::counted;

/// What checkpatch asks for.
const DIGITS: usize = 12;

pub(super) fn check(mails: &[Named<'_>], findings: &mut Vec<Finding>) {
    // A cover letter is not committed, and may leave the subject to the patch that it introduces.
    for named in mails.iter().filter(|named| named.has_diff()) {
        let line = named.mail.lines.message.unwrap_or(1);
        for message in faults(&named.mail.message) {
            findings.push(violated(named, line, message));
        }
    }
}

/// Citations in a message that are too short or lack the subject.
fn faults(message: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in message.lines() {
        if let Some(rest) = line.strip_prefix("Fixes:") {
            let rest = rest.trim();
            let id: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
            if id.len() < DIGITS {
                found.push(format!(
                    "`Fixes: {id}` has {}, fewer than {DIGITS}",
                    counted(id.len(), "digit", "digits")
                ));
            } else if !subject_follows(rest.get(id.len()..).unwrap_or_default()) {
                found.push(format!(
                    "`Fixes: {id}` lacks the commit's subject in (\"…\")"
                ));
            }
        }
    }
    let words: Vec<&str> = message.split_whitespace().collect();
    for (at, pair) in words.windows(2).enumerate() {
        let [word, id] = pair else { continue };
        let digits = id.trim_end_matches([',', '.', ';', ':', ')']);
        let is_id = digits.len() >= 7
            && digits
                .chars()
                .all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase())
            && digits.chars().any(|c| c.is_ascii_digit());
        if !word.eq_ignore_ascii_case("commit") || !is_id {
            continue;
        }
        let next = words.get(at + 2).copied().unwrap_or_default();
        if digits.len() < DIGITS {
            found.push(format!(
                "`commit {digits}` has {}, fewer than {DIGITS}",
                counted(digits.len(), "digit", "digits")
            ));
        } else if !next.starts_with("(\"") && !names_original(&words, at) {
            found.push(format!("`commit {digits}` is cited without its subject"));
        }
    }
    found
}

/// Whether the commit at `at` is what this one repeats or undoes, by the forms that git and the stable rules have for it
/// (git revert, git cherry-pick -x, Documentation/process/stable-kernel-rules.rst): its subject is this one's.
fn names_original(words: &[&str], at: usize) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| words.get(at)).copied().unwrap_or_default();
    let before = |count: usize| word(at.checked_sub(count));
    let behind = |count: usize| word(at.checked_add(count));
    let is = |word: &str, wanted: &str| word.eq_ignore_ascii_case(wanted);
    let is_upstream = is(before(1), "upstream") && before(2) == "[" && behind(2).starts_with(']')
        || is(before(1), "[upstream")
        || is(behind(2).trim_end_matches('.'), "upstream");
    let is_picked = is(before(1), "from") && is(before(2), "picked");
    let is_reverted = is(before(1), "reverts") && is(before(2), "this");
    is_upstream || is_picked || is_reverted
}

fn subject_follows(rest: &str) -> bool {
    let rest = rest.trim();
    rest.starts_with("(\"") && rest.ends_with("\")") && rest.len() > 4
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn a_commit_is_cited_with_its_subject_but_where_it_is_this_one() {
        let id = "1234567890123456789012345678901234567890";
        for (message, wanted) in [
            (format!("Broken by commit {id}."), 1),
            (format!("Since commit {id} (\"port: Start\") it is."), 0),
            (
                "Since commit 1234567 (\"port: Start\") it is.".to_owned(),
                1,
            ),
            (format!("This reverts commit {id}."), 0),
            (format!("This reverts commit {id}, reversing\nchanges."), 0),
            (format!("[ Upstream commit {id} ]"), 0),
            (format!("commit {id} upstream."), 0),
            (format!("(cherry picked from commit {id})"), 0),
            (format!("It comes upstream.\n\nSee commit {id}."), 1),
            ("This reverts commit 1234567.".to_owned(), 1),
        ] {
            assert_eq!(faults(&message).len(), wanted, "{message}");
        }
    }
}
