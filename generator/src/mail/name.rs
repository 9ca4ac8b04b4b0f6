//! File names and ids of mails.

use schema::model::Address;

/// git's limit for a patch's file name, its number and ending apart.
const SLUG_LENGTH: usize = 52;

/// `0001-PCI-flag-detached-VFs.patch`, as `git format-patch` names it.
pub(crate) fn file_name(number: usize, subject: &str) -> String {
    let slug: String = slug(subject).chars().take(SLUG_LENGTH).collect();
    format!("{number:04}-{slug}.patch")
}

/// git's sanitised subject: letters, digits, `.` and `_` stay, the rest becomes single dashes.
fn slug(subject: &str) -> String {
    let mut slug = String::new();
    let mut gap = false;
    for c in subject.chars() {
        if c.is_ascii_alphanumeric() || c == '.' || c == '_' {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            if c == '.' && slug.ends_with('.') {
                continue;
            }
            slug.push(c);
        } else {
            gap = true;
        }
    }
    slug.trim_end_matches(['.', '-']).to_owned()
}

/// What the message ids of a series are made of. The same mails have the same ids; a mail of another
/// content never has an id that was already sent.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    /// `20200812192130`
    pub(crate) stamp: String,
    /// `detached-vf-v2`
    pub(crate) series: String,
    /// Hex digits from the content of the whole series.
    pub(crate) digest: String,
    /// The author.
    pub(crate) author: Address,
}

impl Ids {
    /// The id of the mail `number`, 0 being the cover letter, with its angle brackets.
    pub(crate) fn id(&self, number: usize) -> String {
        format!(
            "<{}.{}-{number}.{}.{}>",
            self.stamp, self.series, self.digest, self.author.email
        )
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_is_named_by_the_subject_as_git_does() {
        assert_eq!(
            file_name(1, "PCI: Flag detached VFs..., really (x86_64)!"),
            "0001-PCI-Flag-detached-VFs.-really-x86_64.patch"
        );
        let long = file_name(12, &"word ".repeat(30));
        assert_eq!(long.len(), 5 + 52 + 6);
    }
}
