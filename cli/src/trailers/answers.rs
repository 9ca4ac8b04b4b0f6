//! An answer, and the trailers in it.

use mailparse::{MailAddr, ParsedMail};
use trees::mail::Mail;

/// `Reviewed-by: A Reviewer <rev@example.org>`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trailer {
    /// `Reviewed-by`
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Trailer {
    /// As a commit message has it.
    pub(crate) fn line(&self) -> String {
        format!("{}: {}", self.name, self.value)
    }

    /// Whether a line is the same trailer of the same person.
    pub(crate) fn is_in(&self, line: &str) -> bool {
        let Some((name, value)) = line.split_once(':') else {
            return false;
        };
        let is_same = match (person(value), person(&self.value)) {
            (Some(a), Some(b)) => a.1.eq_ignore_ascii_case(&b.1),
            _ => value.trim() == self.value,
        };
        is_same && name.trim().eq_ignore_ascii_case(&self.name)
    }
}

/// An answer with its trailers.
pub(crate) struct Answer {
    from: Option<(String, String)>,
    id: String,
    pub(crate) trailers: Vec<Trailer>,
    /// Sign-offs: they are for who passes a patch on.
    left: Vec<Trailer>,
}

impl Answer {
    pub(crate) fn of(mail: &Mail) -> Self {
        let text = text(mail);
        let all = of_text(&text).into_iter();
        let (left, trailers) = all.partition(|trailer| trailer.name == "Signed-off-by");
        Self {
            from: mail.from.as_deref().and_then(person),
            id: mail.message_id.clone().unwrap_or_default(),
            trailers,
            left,
        }
    }

    /// Who sent it, and its id.
    pub(crate) fn name(&self) -> String {
        let from = self
            .from
            .as_ref()
            .map_or("somebody", |(_, address)| address.as_str());
        format!("{} of {from}", self.id)
    }

    /// Its trailers in a line.
    pub(crate) fn lines(&self) -> String {
        let lines: Vec<String> = self.trailers.iter().map(Trailer::line).collect();
        lines.join("; ")
    }

    /// What is not taken from it, and why.
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> {
        let name = self.name();
        let left = self.left.iter();
        left.map(move |trailer| {
            format!(
                "{name}: left out: {}: a sign-off is for who passes the patch on",
                trailer.line()
            )
        })
    }

    /// Why a trailer is not its sender's own, by b4's rule: neither address nor name is the same.
    pub(crate) fn disowns(&self, trailer: &Trailer) -> Option<String> {
        let (name, address) = person(&trailer.value)?;
        let (from_name, from) = self.from.as_ref()?;
        if address.eq_ignore_ascii_case(from) {
            return None;
        }
        let is_named = !name.is_empty() && name.to_lowercase() == from_name.to_lowercase();
        (!is_named).then(|| {
            format!(
                "left out: {}: it was sent by {from_name} <{from}>",
                trailer.line()
            )
        })
    }

    /// What is worth a look of a trailer that is taken: its address is not the sender's.
    pub(crate) fn differs(&self, trailer: &Trailer) -> Option<String> {
        let (_, address) = person(&trailer.value)?;
        let (_, from) = self.from.as_ref()?;
        let is_same = address.eq_ignore_ascii_case(from);
        (!is_same).then(|| format!("{}: it was sent from {from}", trailer.line()))
    }
}

/// A name and an address.
fn person(text: &str) -> Option<(String, String)> {
    // What comes after the address is no part of it: `A <a@example.org> # on s390`.
    let end = text.find('>').map_or(text.len(), |at| at + 1);
    let parsed = mailparse::addrparse(text[..end].trim()).ok()?;
    match parsed.iter().next()? {
        MailAddr::Single(one) => Some((
            one.display_name.clone().unwrap_or_default(),
            one.addr.clone(),
        )),
        MailAddr::Group(_) => None,
    }
}

/// The text of a mail as its reader sees it.
fn text(mail: &Mail) -> String {
    let mut raw = &mail.raw[..];
    if raw.starts_with(b"From ") {
        let end = raw.iter().position(|byte| *byte == b'\n');
        raw = &raw[end.map_or(raw.len(), |end| end + 1)..];
    }
    let parsed = mailparse::parse_mail(raw).ok();
    let text = parsed.as_ref().and_then(plain);
    text.unwrap_or_else(|| mail.message.clone())
}

/// The first part that is plain text.
fn plain(mail: &ParsedMail<'_>) -> Option<String> {
    if mail.subparts.is_empty() {
        return (mail.ctype.mimetype == "text/plain")
            .then(|| mail.get_body().ok())
            .flatten();
    }
    mail.subparts.iter().find_map(plain)
}

/// The trailers of persons in a text, as b4 finds them: not in what is quoted, not below a signature.
fn of_text(text: &str) -> Vec<Trailer> {
    let mut found = Vec::new();
    let mut lines = text.lines().take_while(|line| *line != "-- ").peekable();
    while let Some(line) = lines.next() {
        let Some((name, value)) = line.trim().split_once(':') else {
            continue;
        };
        let mut value = value.trim().to_owned();
        // Wrapped before the address.
        if !value.contains('<')
            && let Some(next) = lines.peek().map(|line| line.trim())
            && next.starts_with('<')
            && next.ends_with('>')
        {
            value = format!("{value} {next}").trim().to_owned();
            lines.next();
        }
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let is_by = name.to_ascii_lowercase().ends_with("-by") && name.len() > 3;
        if is_name && is_by && person(&value).is_some_and(|(_, address)| address.contains('@')) {
            let (first, rest) = name.split_at(1);
            found.push(Trailer {
                name: first.to_ascii_uppercase() + &rest.to_ascii_lowercase(),
                value,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_are_found_as_b4_finds_them() {
        let text = "Thanks.\n\
            > Signed-off-by: Q <q@example.org>\n\
            Reviewed-By: A Reviewer <rev@example.org>\n\
            \x20Acked-by: B <b@example.org> # PCI\n\
            Tested-by: A Very Long Name\n\
            <long@example.org>\n\
            Reported-by: C <c@example.org>\n\
            That was written by: nobody <n@example.org>\n\
            Reviewed-by: no address\n\
            Fixes: abafbc551fdd (\"x\")\n\
            Cc: D <d@example.org>\n\
            -- \n\
            Acked-by: the signature <s@example.org>\n";
        let lines: Vec<String> = of_text(text).iter().map(Trailer::line).collect();
        let expected = [
            "Reviewed-by: A Reviewer <rev@example.org>",
            "Acked-by: B <b@example.org> # PCI",
            "Tested-by: A Very Long Name <long@example.org>",
            "Reported-by: C <c@example.org>",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn the_same_of_the_same_person_is_the_same() {
        let trailer = |line: &str| of_text(line).remove(0);
        let one = trailer("Acked-by: A <a@example.org>");
        assert!(one.is_in("acked-by: Another Name <A@example.org> # again"));
        assert!(!one.is_in("Reviewed-by: A <a@example.org>"));
        assert!(!one.is_in("Acked-by: A <b@example.org>"));
    }
}
