//! The trailers that the spec declares are there, and the author's sign-off, which the kernel asks for.

use schema::model::{Citation, Patch, Spec};
use trees::mail::Mail;

use super::violated;
use crate::finding::Finding;
use crate::frame::Named;

/// A commit's id is compared by what checkpatch asks for.
const DIGITS: usize = 12;

pub(super) fn check(spec: &Spec, mails: &[Named<'_>], findings: &mut Vec<Finding>) {
    // A bare diff has no message to look into.
    let patches: Vec<&Named<'_>> = mails
        .iter()
        .filter(|named| named.has_diff() && !named.mail.is_bare())
        .collect();
    for named in &patches {
        if named.mail.author.is_none() {
            let message = "the mail has no `From:`: `git am` refuses it";
            findings.push(violated(
                named,
                named.mail.lines.mail.max(1),
                message.to_owned(),
            ));
        }
        if let Some(message) = sign_off(named.mail) {
            findings.push(violated(named, line(named), message));
        }
    }
    let are_the_specs = patches.len() == spec.patches.len();
    for (index, patch) in spec.patches.iter().enumerate() {
        // Where patches were joined or parted, a trailer may be in any of them.
        let own = patches.get(index..=index).filter(|_| are_the_specs);
        let asked = own.unwrap_or(&patches);
        for missing in missing(patch, asked) {
            if let Some(named) = asked.first() {
                findings.push(violated(named, line(named), missing));
            }
        }
    }
}

fn line(named: &Named<'_>) -> usize {
    named
        .mail
        .lines
        .message
        .unwrap_or(named.mail.lines.mail.max(1))
}

/// What a patch declares and no message has.
fn missing(patch: &Patch, mails: &[&Named<'_>]) -> Vec<String> {
    let has = |fits: &dyn Fn(&str) -> bool| {
        mails
            .iter()
            .any(|named| named.mail.message.lines().any(fits))
    };
    let fixes = patch
        .fixes
        .iter()
        .filter(|fix| !has(&|line| is_fix(line, fix)));
    let fixes = fixes.map(|fix| {
        let commit = short(&fix.commit);
        format!("the tag `Fixes: {commit} (\"{}\")` is missing", fix.subject)
    });
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let trailers = patch.trailers.iter().filter(|trailer| {
        let wanted = folded(trailer);
        !has(&|line| folded(line) == wanted)
    });
    let trailers = trailers.map(|trailer| format!("the trailer `{trailer}` is missing"));
    fixes.chain(trailers).collect()
}

fn short(commit: &str) -> String {
    commit.chars().take(DIGITS).collect()
}

fn is_fix(line: &str, fix: &Citation) -> bool {
    line.strip_prefix("Fixes:").is_some_and(|rest| {
        let rest = rest.trim_start().to_ascii_lowercase();
        rest.starts_with(&short(&fix.commit).to_ascii_lowercase()) && line.contains(&fix.subject)
    })
}

/// What is wrong with the sign-off: there is none, or none of the author by name or address.
fn sign_off(mail: &Mail) -> Option<String> {
    let signed: Vec<&str> = mail
        .message
        .lines()
        .filter_map(|line| {
            let (name, who) = line.split_once(':')?;
            name.eq_ignore_ascii_case("Signed-off-by")
                .then_some(who.trim())
        })
        .filter(|who| !who.is_empty())
        .collect();
    if signed.is_empty() {
        return Some("the patch has no `Signed-off-by:`".to_owned());
    }
    let author = mail.author.as_ref()?;
    let is_theirs = |who: &&str| {
        let (name, email) = who.split_once('<').unwrap_or(("", who));
        let email = email.split('>').next().unwrap_or_default().trim();
        let name = name.trim().trim_matches('"');
        email.eq_ignore_ascii_case(&author.email) || (!name.is_empty() && name == author.name)
    };
    let is_signed = signed.iter().any(is_theirs);
    (!is_signed).then(|| format!("the patch has no `Signed-off-by:` of its author, {author}"))
}
