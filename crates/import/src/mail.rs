//! The mail fields of a spec, from somebody's mails.

use std::fmt::Write;

use trees::mail::Mail;

use crate::toml;

/// What is said of a series as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeriesFacts {
    name: String,
    version: u32,
    author: String,
    /// When the first mail was sent, as RFC 2822 writes it.
    date: Option<String>,
    prefix: Option<String>,
    subject: String,
    cover: String,
    to: Vec<String>,
    cc: Vec<String>,
    /// Recipients that a spec cannot have.
    left_out: Vec<String>,
}

/// What a patch's mail says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    subject: String,
    message: String,
    fixes: Vec<(String, String)>,
    trailers: Vec<String>,
    notes: String,
}

/// A name has no more letters than this.
const LONGEST_NAME: usize = 40;

/// Who sent a bare diff is not said.
const NOBODY: &str = "Unknown Author <unknown@example.org>";

impl SeriesFacts {
    /// From the mails of a series in order, its cover letter the first if it has one.
    #[must_use]
    pub fn of(mails: &[Mail]) -> Self {
        let first = mails.first();
        let title = first.map_or("", |mail| mail.title.trim());
        let title = if title.is_empty() {
            "Imported patches"
        } else {
            title
        };
        let tag = mails.iter().find_map(|mail| mail.tag.as_ref());
        let cover = first.filter(|mail| mail.is_cover());
        let cover = cover.map_or("", |mail| without_shortlog(mail.message.trim()));
        let recipients = |of: fn(&Mail) -> &Vec<String>| -> (Vec<String>, Vec<String>) {
            let all = first.map(of).into_iter().flatten();
            let all = all.map(|one| one.trim().to_owned());
            all.filter(|one| !one.is_empty())
                .partition(|one| is_address(one))
        };
        let (to, no_to) = recipients(|mail| &mail.to);
        let (cc, no_cc) = recipients(|mail| &mail.cc);
        Self {
            name: slug(title),
            version: mails
                .iter()
                .find_map(Mail::version)
                .filter(|version| *version > 0)
                .unwrap_or(1),
            author: sender(mails),
            date: first.and_then(|mail| moment(mail.date.as_deref()?)),
            prefix: tag
                .map(|tag| tag.prefix.trim().to_owned())
                .filter(|prefix| prefix != "PATCH" && prefix.contains("PATCH")),
            subject: title.to_owned(),
            cover: match cover {
                "" => format!("{title}.\n"),
                cover => format!("{cover}\n"),
            },
            to,
            cc,
            left_out: no_to.into_iter().chain(no_cc).collect(),
        }
    }
}

/// Whether a spec can have it: `A Developer <dev@example.org>`, the name in quotes or not, or the address alone.
fn is_address(text: &str) -> bool {
    let (name, email) = match text.strip_suffix('>').and_then(|text| text.split_once('<')) {
        Some((name, email)) => (name.trim(), email),
        None => ("", text),
    };
    let bare = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'));
    let is_name = !bare
        .unwrap_or(name)
        .contains(|c: char| c.is_control() || matches!(c, '"' | '\\' | '<' | '>'));
    let word = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    let host = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let are = |text: &str, is_such: &dyn Fn(char) -> bool| {
        let mut parts = text.split('.');
        parts.all(|part| !part.is_empty() && part.chars().all(is_such))
    };
    let email = email.split_once('@');
    let is_edge = |part: &str| part.starts_with('-') || part.ends_with('-');
    let is_domain = |domain: &str| are(domain, &host) && !domain.split('.').any(is_edge);
    is_name && email.is_some_and(|(local, domain)| are(local, &word) && is_domain(domain))
}

/// Who the series is by: the author of all its patches, or else who sent the first mail.
fn sender(mails: &[Mail]) -> String {
    let mut authors = mails
        .iter()
        .filter(|mail| !mail.is_cover())
        .filter_map(written);
    let first = authors.next();
    let of_all = first.filter(|first| authors.all(|author| author == *first));
    let of_any = || mails.iter().find_map(written);
    of_all.or_else(of_any).unwrap_or_else(|| NOBODY.to_owned())
}

/// A mail's author: `A Developer <dev@example.org>`.
fn written(mail: &Mail) -> Option<String> {
    let author = mail.author.as_ref()?;
    Some(format!("{} <{}>", author.name, author.email))
}

/// A cover letter without the list of the patches at its end, which is made anew.
fn without_shortlog(cover: &str) -> &str {
    let is_head = |line: &str| {
        let count = line
            .strip_suffix("):")
            .and_then(|head| head.rsplit_once(" ("));
        count.is_some_and(|(_, count)| count.parse::<u32>().is_ok())
    };
    let mut end = cover.len();
    let mut is_list = false;
    for (at, line) in line_starts(cover).into_iter().rev() {
        let is_row = line.starts_with("  ") || line.trim().is_empty();
        if is_head(line) && is_list {
            end = at;
        } else if !is_row {
            break;
        }
        is_list |= line.starts_with("  ");
    }
    cover.get(..end).unwrap_or(cover).trim_end()
}

/// The lines of a text, with the bytes that they begin at.
fn line_starts(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches('\n'))
    });
    lines.collect()
}

/// A mail's date, where a spec can have it.
fn moment(date: &str) -> Option<String> {
    let date = date.trim();
    let is_one = jiff::fmt::rfc2822::parse(date).is_ok();
    is_one.then(|| date.to_owned())
}

impl SeriesFacts {
    /// The author of a patch, where that is somebody else than who the series is by: a spec has one author.
    #[must_use]
    pub fn other_author(&self, mail: &Mail) -> Option<String> {
        let author = written(mail).filter(|_| !mail.is_cover());
        author.filter(|author| *author != self.author)
    }

    /// Who the series is by.
    #[must_use]
    pub fn author(&self) -> &str {
        &self.author
    }
}

/// Small letters, digits and hyphens.
fn slug(title: &str) -> String {
    let mut name = String::new();
    for c in title.chars() {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = whole_words(name.trim_matches('-'));
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    match begins {
        true => name.to_owned(),
        false => format!("patch-{name}").trim_matches('-').to_owned(),
    }
}

/// The first words of a name, as many as it may have letters for.
fn whole_words(name: &str) -> &str {
    let fits = name
        .get(..LONGEST_NAME)
        .filter(|_| name.len() > LONGEST_NAME);
    let Some(cut) = fits else {
        return name;
    };
    let goes_on = name
        .get(LONGEST_NAME..)
        .is_some_and(|rest| !rest.starts_with('-'));
    match cut.rsplit_once('-') {
        Some((whole, _)) if goes_on => whole,
        _ => cut,
    }
}

impl Letter {
    /// From a patch's mail. The sign-off of who the series is by is left out: a spec's mails have it.
    #[must_use]
    pub fn of(mail: &Mail, series: &SeriesFacts) -> Self {
        let title = mail.title.trim();
        let message = mail.message.trim_end();
        let (body, block) = trailer_block(message);
        let own = format!("Signed-off-by: {}", series.author);
        let mut letter = Self {
            subject: match title {
                "" => "Imported patch".to_owned(),
                title => title.to_owned(),
            },
            message: match body.trim() {
                "" => format!("{}.\n", if title.is_empty() { "Imported" } else { title }),
                body => format!("{body}\n"),
            },
            notes: mail.notes.trim().to_owned(),
            ..Self::default()
        };
        for line in block {
            match citation(line) {
                Some(fix) => letter.fixes.push(fix),
                None if line != own => letter.trailers.push(line.to_owned()),
                None => {}
            }
        }
        letter
    }
}

/// The last paragraph of a message, if it is of trailers alone, and what is before it.
fn trailer_block(message: &str) -> (&str, Vec<&str>) {
    let start = message.rfind("\n\n").map_or(0, |at| at + 2);
    let (body, block) = message.split_at(start);
    let lines: Vec<&str> = block.lines().collect();
    let is_trailer = |line: &&str| {
        line.split_once(": ").is_some_and(|(name, value)| {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
            !name.is_empty() && name.chars().all(is_name) && !value.trim().is_empty()
        })
    };
    if lines.is_empty() || !lines.iter().all(is_trailer) {
        return (message, Vec::new());
    }
    (body, lines)
}

/// `Fixes: abafbc551fdd ("subject")`
fn citation(line: &str) -> Option<(String, String)> {
    let rest = line.strip_prefix("Fixes: ")?;
    let (commit, rest) = rest.split_once(' ')?;
    let subject = rest.trim().strip_prefix("(\"")?.strip_suffix("\")")?;
    let is_id = (12..=40).contains(&commit.len()) && commit.chars().all(|c| c.is_ascii_hexdigit());
    (is_id && !subject.is_empty()).then(|| (commit.to_owned(), subject.to_owned()))
}

/// Writes the head of a spec.
pub(crate) fn head(out: &mut String, series: &SeriesFacts) {
    out.push_str("spec = 1\n\n[series]\n");
    toml::key(out, "name", &series.name);
    let _ = writeln!(out, "version = {}", series.version);
    toml::key(out, "author", &series.author);
    if let Some(date) = &series.date {
        toml::key(out, "date", date);
    }
    if let Some(prefix) = &series.prefix {
        toml::key(out, "prefix", prefix);
    }
    toml::key(out, "subject", &series.subject);
    toml::key(out, "cover", &series.cover);
    toml::list(out, "to", &series.to);
    toml::list(out, "cc", &series.cc);
    for one in &series.left_out {
        let _ = writeln!(
            out,
            "# no recipient that a spec can have: {}",
            one.escape_debug()
        );
    }
}

/// Writes the mail fields of a patch.
pub(crate) fn patch(out: &mut String, letter: &Letter) {
    out.push_str("\n[[patch]]\n");
    toml::key(out, "subject", &letter.subject);
    toml::key(out, "message", &letter.message);
    toml::list(out, "trailers", &letter.trailers);
    if !letter.notes.is_empty() {
        toml::key(out, "notes", &format!("{}\n", letter.notes));
    }
    for (commit, subject) in &letter.fixes {
        out.push_str("\n[[patch.fixes]]\n");
        toml::key(out, "commit", commit);
        toml::key(out, "subject", subject);
    }
}

#[cfg(test)]
mod tests {
    use super::{is_address, moment, slug, without_shortlog};

    #[test]
    fn recipients_are_addresses() {
        for text in [
            "dev@example.org",
            "A Developer <dev@example.org>",
            "\"Developer, A.\" <a.dev+x@mail.example.org>",
            "<dev@example.org>",
        ] {
            assert!(is_address(text), "{text}");
        }
        for text in [
            "undisclosed-recipients:;",
            "dev@example.org <",
            "A \"B\" <a@b>",
            "a@b@c",
            ".a@b",
            "a@",
        ] {
            assert!(!is_address(text), "{text}");
        }
    }

    #[test]
    fn a_name_ends_with_a_whole_word() {
        for (title, name) in [
            ("x: Move things", "x-move-things"),
            (
                "PCI: Add a flag for VFs whose PF is not visible",
                "pci-add-a-flag-for-vfs-whose-pf-is-not",
            ),
            (
                "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
                "abcdefghijklmnopqrstuvwxyzabcdefghijklmn",
            ),
            ("2.0: b", "patch-2-0-b"),
        ] {
            assert_eq!(slug(title), name);
        }
    }

    #[test]
    fn the_list_of_patches_is_no_part_of_the_cover() {
        let list = "A B (2):\n  x: One\n  x: Two\n\nC D (1):\n  x: Three";
        assert_eq!(
            without_shortlog(&format!("Why.\n\nMore (3):\nso.\n\n{list}")),
            "Why.\n\nMore (3):\nso."
        );
        assert_eq!(without_shortlog("Why (3):\n\nso."), "Why (3):\n\nso.");
        assert_eq!(without_shortlog(list), "");
    }

    #[test]
    fn a_date_is_kept_where_it_is_one() {
        let date = "Wed, 12 Aug 2020 15:21:30 -0500";
        assert_eq!(moment(date).as_deref(), Some(date));
        assert_eq!(moment("yesterday"), None);
    }
}
