//! The head of a mail that a template made: what the spec says, and what the template itself says.
//!
//! A template may put any value into the head, and a value may have several lines. So it is filled a second time
//! with values of one line each: a field that one of the two has and the other has not was made by a value.

/// Why the head of a mail is no good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadHead {
    /// It does not begin as a mail in a mailbox does.
    #[error("the mail's template does not begin with the line `{0}`")]
    First(String),
    /// A line is neither a field nor the rest of one.
    #[error("the mail's template puts a line into the header that is no field: `{}`", .0.escape_debug())]
    NoField(String),
    /// A value has made a field, or has ended the header.
    #[error(
        "the mail's template uses a value of several lines in the header, where it would add {added}"
    )]
    Injected {
        /// The fields that are new, or what has gone.
        added: String,
    },
    /// A field that the spec gives is not there, is there twice, or says something else.
    #[error("the header has to have the line `{}` once, and no other `{name}:`", declared.escape_debug())]
    Declared {
        /// The field.
        name: String,
        /// The line.
        declared: String,
    },
}

/// The line that tells a mail from the one before it in a mailbox.
fn first_of(commit: &str) -> String {
    format!("From {commit} Mon Sep 17 00:00:00 2001")
}

/// Fields about the body, which is the text as it is. As git has it, a mail in ASCII goes without.
const BODY: [&str; 3] = [
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    "Content-Transfer-Encoding: 8bit",
];

/// Checks the head of `text`; `flat` is the same mail filled with values of one line, `declared` are the lines that
/// the spec asks for.
pub(super) fn check(
    text: &str,
    flat: &str,
    commit: &str,
    declared: &[String],
) -> Result<(), BadHead> {
    let first = first_of(commit);
    let fields = fields(text, &first)?;
    let names = |fields: &[String]| -> Vec<String> { fields.iter().map(|f| name(f)).collect() };
    let (own, single) = (names(&fields), names(&self::fields(flat, &first)?));
    if own != single {
        let new: Vec<&str> = own
            .iter()
            .filter(|name| !single.contains(name))
            .map(String::as_str)
            .collect();
        let added = match new.is_empty() {
            true => "to the header or end it".to_owned(),
            false => format!("`{}:`", new.join(":`, `")),
        };
        return Err(BadHead::Injected { added });
    }
    let body = BODY.iter().map(|line| (*line).to_owned());
    let body = body.filter(|line| !is_ascii_body(text) || own.contains(&name(line)));
    for declared in declared.iter().cloned().chain(body) {
        let wanted = unfolded(&declared);
        let name = name(&wanted);
        let mut there = fields.iter().filter(|field| self::name(field) == name);
        if there.next() != Some(&wanted) || there.next().is_some() {
            return Err(BadHead::Declared { name, declared });
        }
    }
    // What the spec does not have, somebody else must not be mailed by: no `To:` from a value of the template's.
    for field in &fields {
        let name = name(field);
        let is_declared = declared.iter().any(|line| self::name(line) == name);
        if matches!(name.as_str(), "to" | "cc" | "in-reply-to" | "references") && !is_declared {
            return Err(BadHead::NoField(field.clone()));
        }
    }
    Ok(())
}

/// Whether what follows the head is in ASCII.
fn is_ascii_body(mail: &str) -> bool {
    let body = mail.split_once("\n\n").map(|(_, body)| body);
    body.is_none_or(str::is_ascii)
}

/// The fields of a mail's head, each on one line.
fn fields(mail: &str, first: &str) -> Result<Vec<String>, BadHead> {
    let mut lines = mail.split('\n');
    if lines.next() != Some(first) {
        return Err(BadHead::First(first.to_owned()));
    }
    let mut fields: Vec<String> = Vec::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        let bad = || BadHead::NoField(line.to_owned());
        if line.contains(|c: char| c.is_control() && c != '\t') {
            return Err(bad());
        }
        if line.starts_with([' ', '\t']) {
            let field = fields.last_mut().ok_or_else(bad)?;
            field.push(' ');
            field.push_str(line.trim());
            continue;
        }
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && byte != b':')
        };
        let name = line.split_once(':').map(|(name, _)| name);
        if !name.is_some_and(is_name) {
            return Err(bad());
        }
        fields.push(line.to_owned());
    }
    Ok(fields.iter().map(|field| unfolded(field)).collect())
}

/// A field with single blanks.
fn unfolded(field: &str) -> String {
    field.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn name(field: &str) -> String {
    let (name, _) = field.split_once(':').unwrap_or((field, ""));
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{BadHead, first_of};

    const COMMIT: &str = "0000000000000000000000000000000000000000";

    fn check(text: &str, flat: &str, declared: &[String]) -> Result<(), BadHead> {
        super::check(text, flat, COMMIT, declared)
    }

    fn mail(head: &str) -> String {
        let first = first_of(COMMIT);
        format!(
            "{first}\n{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\
             Content-Transfer-Encoding: 8bit\n\nbody\n"
        )
    }

    fn declared() -> Vec<String> {
        vec![
            "From: A <a@example.org>".to_owned(),
            "To: b,\n c".to_owned(),
        ]
    }

    #[test]
    fn fields_of_the_template_s_own_are_fine() {
        let text = mail("X-Tree: linux\nTo: b,\n c\nFrom: A <a@example.org>\n");
        assert_eq!(check(&text, &text, &declared()), Ok(()));
    }

    #[test]
    fn a_value_that_makes_a_field_is_refused() {
        let text = mail("From: A <a@example.org>\nTo: b,\n c\nX-Note: one\nBcc: d\n");
        let flat = mail("From: A <a@example.org>\nTo: b,  c\nX-Note: one Bcc: d\n");
        let fault = check(&text, &flat, &declared()).unwrap_err();
        assert!(
            matches!(&fault, BadHead::Injected { added } if added == "`bcc:`"),
            "{fault}"
        );
    }

    #[test]
    fn a_value_that_ends_the_head_is_refused() {
        let text = mail("From: A <a@example.org>\nTo: b,\n c\nX-Note: one\n\ntwo\n");
        let flat = mail("From: A <a@example.org>\nTo: b, c\nX-Note: one  two\n");
        assert!(check(&text, &flat, &declared()).is_err());
    }

    #[test]
    fn what_the_spec_says_is_there_once() {
        for head in [
            "From: A <a@example.org>\n",
            "From: E <e@example.org>\nTo: b, c\n",
            "From: A <a@example.org>\nfrom: E <e@example.org>\nTo: b, c\n",
            "From: A <a@example.org>\nTo: b, c\nCc: e\n",
            "From: A <a@example.org>\nTo: b, c\nContent-Type: text/html\n",
            "From: A <a@example.org>\nTo: b, c\nnot a field\n",
            " folded\nFrom: A <a@example.org>\nTo: b, c\n",
        ] {
            let text = mail(head);
            assert!(check(&text, &text, &declared()).is_err(), "{head}");
        }
        let text = mail("From: A <a@example.org>\nTo: b, c\n");
        assert!(check(&text[1..], &text, &declared()).is_err());
    }
}
