//! A definition whose body stays what it is: `f($$$P) { $$$B }` to `g($$$P) { $$$B }` is about the head alone.
//!
//! What else the series does in the body is for other changes to say, and for the frame where none does.

use std::ops::Range;

use query::File;
use query::pattern::Match;

use super::Replaced;

/// The head of a definition that is rewritten.
pub(super) struct Head {
    /// The old one.
    pub(super) old: Match,
    /// The new definition, the body's metavariable as it is in the spec.
    pub(super) text: String,
}

impl Head {
    /// None where the site is no definition, or its body is no metavariable that the new form has for its own.
    pub(super) fn of(site: &Replaced<'_>, old: &Match) -> Option<Self> {
        let body = body_of(site.before, &old.range)?;
        let name = block_of(site.pattern.text())?;
        if block_of(site.kind.replacement.text())? != name {
            return None;
        }
        let mut bindings = old.bindings.clone();
        bindings.get_mut(name)?.text = format!("$$${name}");
        let text = site.kind.replacement.fill(&bindings).ok()?;
        bindings.remove(name);
        let range = old.range.start..body.start;
        Some(Self {
            old: Match {
                range,
                bindings,
                ..old.clone()
            },
            text,
        })
    }
}

/// The bytes of a definition before its body; all of what is no definition.
pub(super) fn before_body(file: &File, range: &Range<usize>) -> Range<usize> {
    let body = body_of(file, range);
    range.start..body.map_or(range.end, |body| body.start)
}

fn body_of(file: &File, range: &Range<usize>) -> Option<Range<usize>> {
    let mut functions = file.functions().iter();
    let function = functions.find(|function| function.range == *range)?;
    Some(function.body.clone())
}

/// `B` of `… { $$$B }`, where it is nowhere else.
fn block_of(text: &str) -> Option<&str> {
    let inner = text.trim_end().strip_suffix('}')?.trim_end();
    let (head, name) = inner.rsplit_once("$$$")?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_block = head.trim_end().ends_with('{') && !head.contains(&format!("${name}"));
    (is_name && is_block).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::block_of;

    #[test]
    fn a_body_that_stays_is_one_metavariable_in_braces() {
        assert_eq!(block_of("int f($$$P) { $$$B }"), Some("B"));
        assert_eq!(block_of("int f($$$P)\n{\n$$$BODY\n}\n"), Some("BODY"));
        for text in [
            "int f($$$P) { $B }",
            "int f($$$P) { g(); $$$B }",
            "int f($$$P) { $$$B g(); }",
            "int f($$$B) { $$$B }",
            "f($$$B)",
        ] {
            assert_eq!(block_of(text), None, "{text}");
        }
    }
}
