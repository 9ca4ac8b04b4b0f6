//! The mails are edited by hand: what a mail says of itself is not true any more, or its diff is another one.
//!
//! Prose is for people, and no mutant: another word in a message, another recipient, a subject that a maintainer
//! rewords.

use crate::edit::{Doing, Mutation};
use crate::material::Material;

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for at in 0..material.mails.len() {
        let Some((name, bytes)) = material.mails.get(at) else {
            continue;
        };
        let text = String::from_utf8_lossy(bytes).into_owned();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut editor = Editor {
            mails: &material.mails,
            at,
            name,
            lines: &lines,
            found: &mut found,
        };
        editor.whole(at > 0);
        for number in 0..lines.len() {
            editor.line(number);
        }
    }
    found
}

/// One mail being edited.
struct Editor<'e> {
    mails: &'e [(String, Vec<u8>)],
    at: usize,
    name: &'e str,
    lines: &'e [&'e str],
    found: &'e mut Vec<Mutation>,
}

/// A file that no spec declares.
const NEW_FILE: &str = "diff --git a/kernel/mutant.c b/kernel/mutant.c\nnew file mode 100644\nindex 000000000000..d1a1f1b1a1b1\n--- /dev/null\n+++ b/kernel/mutant.c\n@@ -0,0 +1 @@\n+int mutant;\n";

impl Editor<'_> {
    /// The mail left out or sent twice, and a diff more at its end.
    fn whole(&mut self, is_patch: bool) {
        if !is_patch {
            return;
        }
        let mut without = self.mails.to_vec();
        without.remove(self.at);
        self.push("leave the mail out", 1, without);
        let signature = self.lines.iter().rposition(|line| *line == "-- \n");
        if let Some(signature) = signature {
            self.put(
                signature,
                "a new file before the signature",
                &format!("{NEW_FILE}-- \n"),
            );
            self.put(
                signature,
                "a new file, and no signature before it",
                NEW_FILE,
            );
        }
        let last = self.lines.len().saturating_sub(1);
        let line = self.lines.get(last).copied().unwrap_or_default();
        self.put(
            last,
            "a new file behind the signature",
            &format!("{line}{NEW_FILE}"),
        );
        let head = self
            .lines
            .iter()
            .position(|line| line.starts_with("diff --git "));
        if let Some((head, line)) = head.and_then(|head| Some((head, self.lines.get(head)?))) {
            self.put(
                head,
                "a new file before the diff",
                &format!("{NEW_FILE}{line}"),
            );
        }
    }

    fn line(&mut self, number: usize) {
        let Some(line) = self.lines.get(number).copied() else {
            return;
        };
        let text = line.trim_end_matches('\n');
        if let Some(subject) = text.strip_prefix("Subject: [") {
            self.tag(number, subject);
        } else if text.starts_with("Signed-off-by:") || text.starts_with("Fixes:") {
            self.trailer(number, text);
        } else if text.contains(" | ") && text.starts_with(' ') {
            self.row(number, text);
        } else if text.contains(" changed, ") {
            self.total(number, text);
        } else if text.starts_with("@@ -") {
            self.hunk(number, text);
        } else if self.is_in_diff(number) {
            self.diff(number, text);
        }
    }

    fn is_in_diff(&self, number: usize) -> bool {
        let before = self.lines.get(..number).unwrap_or_default();
        before.iter().any(|line| line.starts_with("diff --git "))
            && self.lines.get(number).is_some_and(|line| *line != "-- \n")
            && !before.contains(&"-- \n")
    }

    /// `PATCH v2 1/3] …`
    fn tag(&mut self, number: usize, subject: &str) {
        let Some((tag, rest)) = subject.split_once(']') else {
            return;
        };
        let words: Vec<&str> = tag.split(' ').collect();
        for (at, word) in words.iter().enumerate() {
            let mut others: Vec<String> = Vec::new();
            if let Some(version) = word.strip_prefix('v').and_then(|v| v.parse::<u32>().ok()) {
                others.extend([format!("v{}", version + 1), format!("v{}", version + 7)]);
            }
            if let Some((one, total)) = word.split_once('/')
                && let (Ok(one), Ok(total)) = (one.parse::<u32>(), total.parse::<u32>())
            {
                let both = [(one, total + 1), (one + 1, total), (one + 1, total + 1)];
                others.extend(both.iter().map(|(one, total)| format!("{one}/{total}")));
            }
            for other in others {
                let mut changed: Vec<&str> = words.clone();
                if let Some(slot) = changed.get_mut(at) {
                    *slot = &other;
                }
                let line = format!("Subject: [{}]{rest}\n", changed.join(" "));
                self.put(
                    number,
                    &format!("`{other}` for `{word}` in the subject"),
                    &line,
                );
            }
        }
    }

    fn trailer(&mut self, number: usize, text: &str) {
        self.put(number, &format!("drop `{text}`"), "");
        if let Some(rest) = text.strip_prefix("Fixes: ") {
            let other = if rest.starts_with('0') { "1" } else { "0" };
            let rest = rest.get(1..).unwrap_or_default();
            self.put(
                number,
                "another commit in `Fixes:`",
                &format!("Fixes: {other}{rest}\n"),
            );
            let short = rest.get(4..).unwrap_or_default();
            self.put(
                number,
                "a shorter id in `Fixes:`",
                &format!("Fixes: {short}\n"),
            );
            let bare = text.split(" (").next().unwrap_or_default();
            self.put(number, "`Fixes:` without the subject", &format!("{bare}\n"));
            self.put(
                number,
                "`Fixes:` misspelt",
                &text.replace("Fixes:", "Fixed:").add_newline(),
            );
        } else {
            let other = "Signed-off-by: Somebody Else <else@example.org>\n";
            self.put(number, "somebody else's sign-off", other);
        }
    }

    /// ` arch/s390/pci/pci.c | 8 ++++++++`
    fn row(&mut self, number: usize, text: &str) {
        self.put(number, "drop a row of the diffstat", "");
        let Some((path, counts)) = text.split_once(" | ") else {
            return;
        };
        let mut words = counts.split_whitespace();
        if let (Some(Ok(count)), marks) = (
            words.next().map(str::parse::<usize>),
            words.next().unwrap_or_default(),
        ) {
            let more = format!("{path} | {} {marks}+\n", count + 1);
            self.put(number, "a line more in the diffstat", &more);
        }
        let other = format!(" kernel/mutant.c | {counts}\n");
        self.put(number, "another file in the diffstat", &other);
    }

    /// ` 3 files changed, 16 insertions(+), 4 deletions(-)`
    fn total(&mut self, number: usize, text: &str) {
        for (at, _) in text.match_indices(|letter: char| letter.is_ascii_digit()) {
            let is_first = !text.get(..at).is_some_and(|before| {
                before
                    .chars()
                    .next_back()
                    .is_some_and(|letter| letter.is_ascii_digit())
            });
            if is_first {
                let (before, behind) = text.split_at(at);
                let line = format!("{before}1{behind}\n");
                self.put(number, "another total under the diffstat", &line);
            }
        }
    }

    /// `@@ -10,6 +10,7 @@ …`
    fn hunk(&mut self, number: usize, text: &str) {
        let Some((head, rest)) = text.get(3..).and_then(|text| text.split_once(" @@")) else {
            return;
        };
        let sides: Vec<&str> = head.split(' ').collect();
        for (at, side) in sides.iter().enumerate() {
            let Some((start, count)) = side.split_once(',') else {
                continue;
            };
            let Ok(count) = count.parse::<usize>() else {
                continue;
            };
            for other in [count + 1, count.saturating_sub(1)] {
                let mut changed = sides.clone();
                let new = format!("{start},{other}");
                if let Some(slot) = changed.get_mut(at) {
                    *slot = &new;
                }
                let line = format!("@@ {} @@{rest}\n", changed.join(" "));
                self.put(
                    number,
                    &format!("`{new}` for `{side}` in a hunk's head"),
                    &line,
                );
            }
        }
        self.put(number, "drop a hunk's head", "");
    }

    /// A line of the diff.
    fn diff(&mut self, number: usize, text: &str) {
        if let Some(path) = text.strip_prefix("+++ b/") {
            self.put(
                number,
                "another file behind `+++`",
                &format!("+++ b/{path}.mutant\n"),
            );
        } else if let Some(path) = text.strip_prefix("--- a/") {
            self.put(
                number,
                "another file behind `---`",
                &format!("--- a/{path}.mutant\n"),
            );
        } else if text.starts_with("index ") {
            let modes = "old mode 100644\nnew mode 100755\n";
            let line = text.split(' ').take(2).collect::<Vec<_>>().join(" ");
            self.put(
                number,
                "make the file executable",
                &format!("{modes}{line}\n"),
            );
        } else if let Some(added) = text.strip_prefix('+') {
            self.put(number, &format!("drop `{}`", added.trim()), "");
            self.put(
                number,
                &format!("context instead of an added `{}`", added.trim()),
                &format!(" {added}\n"),
            );
            self.put(
                number,
                "a blank at the end of an added line",
                &format!("{text} \n"),
            );
            if added.starts_with('\t') {
                self.put(
                    number,
                    "a blank before the tabs of an added line",
                    &format!("+ {added}\n"),
                );
            }
            self.put(
                number,
                "a line that nothing declares",
                &format!("{text}\n+int mutant;\n"),
            );
            let hidden = format!("{text} /* \u{202e} */\n");
            self.put(number, "a bidirectional mark in an added line", &hidden);
        } else if let Some(gone) = text.strip_prefix('-') {
            self.put(
                number,
                &format!("context instead of a removed `{}`", gone.trim()),
                &format!(" {gone}\n"),
            );
            self.put(number, "another removed line", &format!("-{gone} \n"));
        } else if let Some(kept) = text.strip_prefix(' ') {
            self.put(number, "another line of context", &format!(" {kept}x\n"));
            self.put(number, "drop a line of context", "");
        }
    }

    /// The mail with another text for one of its lines.
    fn put(&mut self, number: usize, what: &str, new: &str) {
        let mut text = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            text.push_str(if at == number { new } else { line });
        }
        let mut mails = self.mails.to_vec();
        if let Some((_, bytes)) = mails.get_mut(self.at) {
            *bytes = text.into_bytes();
        }
        self.push(what, number + 1, mails);
    }

    fn push(&mut self, what: &str, line: usize, mails: Vec<(String, Vec<u8>)>) {
        self.found.push(Mutation {
            what: what.to_owned(),
            file: self.name.to_owned(),
            line,
            doing: Doing::Mails(mails),
        });
    }
}

/// A line again.
trait AddNewline {
    fn add_newline(self) -> String;
}

impl AddNewline for String {
    fn add_newline(mut self) -> String {
        self.push('\n');
        self
    }
}
