//! A commit is cited by at least 12 digits and its subject.

use super::violated;
use crate::finding::Finding;
use crate::frame::Named;

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
                    "`Fixes: {id}` has {} digits, fewer than {DIGITS}",
                    id.len()
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
                "`commit {digits}` has {} digits, fewer than {DIGITS}",
                digits.len()
            ));
        } else if !next.starts_with("(\"") {
            found.push(format!("`commit {digits}` is cited without its subject"));
        }
    }
    found
}

fn subject_follows(rest: &str) -> bool {
    let rest = rest.trim();
    rest.starts_with("(\"") && rest.ends_with("\")") && rest.len() > 4
}
