//! Mail headers as git writes them: folding, RFC 2047 words, quoted names.
//!
//! By hand, and not by a mail library, because the bytes are to be those of `git format-patch`: a
//! test compares them. Nothing that holds a control character gets into a header.

use schema::model::Address;

/// git folds encoded words so that no line is longer.
const ENCODED_LINE: usize = 76;
/// git folds plain subjects so that no line is longer.
const PLAIN_LINE: usize = 78;

/// A text that would end a header and start another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} has a control character, which is not allowed in a mail header: {}", text.escape_default())]
pub(crate) struct Injection {
    /// Which part of the spec.
    pub(crate) what: &'static str,
    /// The text.
    pub(crate) text: String,
}

/// Where an encoded word stands, which decides what may stand in it bare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Subject,
    Name,
}

/// Refuses what could inject a header.
pub(crate) fn check(what: &'static str, text: &str) -> Result<(), Injection> {
    if text.chars().any(char::is_control) {
        return Err(Injection {
            what,
            text: text.to_owned(),
        });
    }
    Ok(())
}

/// `Subject: [PATCH v2 1/3] …`, folded.
pub(crate) fn subject(tag: &str, text: &str) -> Result<String, Injection> {
    check("the prefix", tag)?;
    check("the subject", text)?;
    let mut line = format!("Subject: [{tag}] ");
    if needs_encoding(text) {
        encode(&mut line, text, Field::Subject);
    } else {
        fold(&mut line, text);
    }
    Ok(line)
}

/// `From: Name <address>`. git has no author without a name: an address is one.
pub(crate) fn from(author: &Address) -> Result<String, Injection> {
    let mut text = "From: ".to_owned();
    let named = Address {
        name: match author.name.is_empty() {
            true => author.email.clone(),
            false => author.name.clone(),
        },
        email: author.email.clone(),
    };
    one_address(&mut text, &named)?;
    Ok(text)
}

/// `To:` or `Cc:` with one address a line, none of them folded.
pub(crate) fn recipients(header: &str, list: &[Address]) -> Result<String, Injection> {
    let mut text = format!("{header}: ");
    for (index, address) in list.iter().enumerate() {
        if index > 0 {
            text.push_str(",\n    ");
        }
        if address.name.is_ascii() && !address.name.contains("=?") {
            check("a name", &address.name)?;
            check("an address", &address.email)?;
            text.push_str(&whole(address));
        } else {
            one_address(&mut text, address)?;
        }
    }
    Ok(text)
}

fn whole(address: &Address) -> String {
    let email = &address.email;
    match quoted(&address.name) {
        name if name.is_empty() => email.clone(),
        name => format!("{name} <{email}>"),
    }
}

fn one_address(out: &mut String, address: &Address) -> Result<(), Injection> {
    check("a name", &address.name)?;
    check("an address", &address.email)?;
    let mut most = PLAIN_LINE;
    if needs_encoding(&address.name) {
        encode(out, &address.name, Field::Name);
        most = ENCODED_LINE;
    } else {
        fold(out, &quoted(&address.name));
    }
    if last_line(out) + " <>".len() + address.email.len() > most {
        out.push('\n');
    }
    out.push_str(&format!(" <{}>", address.email));
    Ok(())
}

/// A name with quotes around it where it needs them.
fn quoted(name: &str) -> String {
    if !name.contains(QUOTED) {
        return name.to_owned();
    }
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// Characters of a name that need quotes around it (RFC 822's specials).
const QUOTED: [char; 13] = [
    '(', ')', '<', '>', '[', ']', ':', ';', '@', ',', '.', '"', '\\',
];

fn needs_encoding(text: &str) -> bool {
    !text.is_ascii() || text.contains("=?")
}

fn last_line(text: &str) -> usize {
    text.len() - text.rfind('\n').map_or(0, |at| at + 1)
}

/// Appends words, folding before the one that would go past the line.
fn fold(out: &mut String, text: &str) {
    for (index, word) in text.split(' ').enumerate() {
        // The blank before the first word is there already.
        let blank = if index > 0 { " " } else { "" };
        let fits = last_line(out) + blank.len() + word.len() <= PLAIN_LINE;
        out.push_str(if fits { blank } else { "\n " });
        out.push_str(word);
    }
}

/// Appends `text` as RFC 2047 encoded words, a line each.
fn encode(out: &mut String, text: &str, place: Field) {
    const OPEN: &str = "=?UTF-8?q?";
    out.push_str(OPEN);
    for c in text.chars() {
        let encoded = encoded(c, place);
        if last_line(out) + encoded.len() + 2 > ENCODED_LINE {
            out.push_str("?=\n ");
            out.push_str(OPEN);
        }
        out.push_str(&encoded);
    }
    out.push_str("?=");
}

fn encoded(c: char, place: Field) -> String {
    let bare = match place {
        Field::Subject => c.is_ascii() && !matches!(c, '=' | '?' | '_') && !c.is_whitespace(),
        Field::Name => c.is_ascii_alphanumeric() || matches!(c, '!' | '*' | '+' | '-' | '/'),
    };
    if bare {
        return c.to_string();
    }
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes)
        .bytes()
        .map(|byte| format!("={byte:02X}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{check, from, recipients, subject};
    use schema::model::Address;

    fn address(name: &str, email: &str) -> Address {
        Address {
            name: name.to_owned(),
            email: email.to_owned(),
        }
    }

    #[test]
    fn a_newline_cannot_start_another_header() {
        assert!(subject("PATCH", "x\nBcc: all@example.org").is_err());
        assert!(recipients("To", &[address("a\r\nBcc: b", "c@example.org")]).is_err());
        assert!(recipients("To", &[address("a", "c@example.org>\nX: <d")]).is_err());
        assert!(check("it", "plain").is_ok());
    }

    #[test]
    fn a_long_subject_is_folded_at_a_blank() {
        let long = "PCI: say something that is far too long to stand on one header line of a mail";
        let folded = subject("PATCH v2 1/1", long).unwrap();
        assert!(folded.lines().all(|line| line.len() <= 78));
        assert_eq!(
            folded.replace("\n ", " "),
            format!("Subject: [PATCH v2 1/1] {long}")
        );
    }

    #[test]
    fn names_are_encoded_or_quoted_where_they_must_be() {
        assert_eq!(
            from(&address("Jürgen Ö", "j@example.org")).unwrap(),
            "From: =?UTF-8?q?J=C3=BCrgen=20=C3=96?= <j@example.org>"
        );
        assert_eq!(
            recipients(
                "Cc",
                &[
                    address("A. B.", "a@example.org"),
                    address("", "l@example.org")
                ]
            )
            .unwrap(),
            "Cc: \"A. B.\" <a@example.org>,\n    l@example.org"
        );
    }
}
