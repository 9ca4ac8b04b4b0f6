//! Whether a pattern is about a member as such: `$D->is_virtfn`, `$(D: struct pci_dev *)->is_virtfn`.

use query::pattern::Pattern;

/// A member, of any record or of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MemberPattern {
    /// The metavariable before the arrow.
    pub(crate) receiver: String,
    pub(crate) member: String,
    /// The tag of the record, where the metavariable is typed.
    pub(crate) record: Option<String>,
}

impl MemberPattern {
    pub(crate) fn of(pattern: &Pattern) -> Option<Self> {
        let (receiver, member) = split(pattern.text().trim())?;
        let (receiver, record) = match receiver.strip_prefix('(') {
            Some(typed) => {
                let (name, _) = typed.strip_suffix(')')?.split_once(':')?;
                let name = name.trim();
                // A kind, or a set of names, is no type: that is a pattern like any other.
                let types = pattern.typed();
                let type_text = types.get(name)?;
                (name, Some(tag(type_text)?))
            }
            None => (receiver, None),
        };
        is_word(receiver).then(|| Self {
            receiver: receiver.to_owned(),
            member: member.to_owned(),
            record,
        })
    }
}

/// What stands between `$` and the arrow, and the member after it.
fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text
        .strip_prefix('$')
        .filter(|rest| !rest.starts_with('$'))?;
    let at = rest.rfind(['>', '.'])?;
    let receiver = rest.get(..at)?;
    let receiver = match rest.as_bytes().get(at) {
        Some(b'>') => receiver.strip_suffix('-')?,
        _ => receiver,
    };
    let member = rest.get(at + 1..)?.trim();
    is_word(member).then_some((receiver.trim(), member))
}

/// The tag of a type such as `struct pci_dev *`.
pub(crate) fn tag(type_text: &str) -> Option<String> {
    let mut words = type_text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty() && *word != "const");
    let keyword = words.next()?;
    let tag = match keyword {
        "struct" | "union" => words.next()?,
        typedef => typedef,
    };
    Some(tag.to_owned())
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}
