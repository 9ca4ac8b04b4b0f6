//! Typed metavariables: `$(D: struct pci_dev *)` is about a value's type, which no syntax shows.
//!
//! The matcher takes them for untyped ones; what it found is sorted afterwards by what
//! [`crate::types`] knows. A type that is not known neither fits nor fails: it is said.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::{Match, Pattern};
use crate::File;
use crate::types::{DefinitionSource, Resolution, TypeName, levels_of, type_of};
use dialect::path::TreePath;
use syntax::items::BaseType;
use syntax::reader::Reader;
use syntax::source::Unread;

/// A match whose typed metavariable stands for something of unknown type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntypedMatch {
    /// It.
    pub found: Match,
    /// The metavariable's name.
    pub metavariable: String,
    /// Why the type is not known.
    pub reason: String,
}

/// The matches of a pattern with typed metavariables, sorted by what their types are.
#[derive(Clone, Debug, Default)]
pub struct TypedMatches {
    /// Every typed metavariable has its type.
    pub found: Vec<Match>,
    /// A typed metavariable stands for something of this other type.
    pub other: Vec<(Match, TypeName)>,
    /// It could not be told. A caller that claims "nowhere else" must look here.
    pub unresolved: Vec<UntypedMatch>,
    /// As in [`super::Matches`].
    pub unread: Vec<Unread>,
}

/// What a metavariable asks for.
struct Wanted {
    /// Pointers taken off.
    known: Resolution,
    /// As written.
    text: String,
}

/// What one match comes to.
enum Verdict {
    Fits,
    Other(TypeName),
    Unresolved(String, String),
}

/// Finds and sorts.
pub(super) fn find_typed(
    pattern: &Pattern,
    file: &File,
    range: Range<usize>,
    definitions: &dyn DefinitionSource,
) -> TypedMatches {
    let matches = pattern.find(file, range);
    let mut sorted = TypedMatches {
        unread: matches.unread,
        ..TypedMatches::default()
    };
    if matches.found.is_empty() {
        return sorted;
    }
    let wanted: BTreeMap<String, Wanted> = pattern
        .typed()
        .into_iter()
        .map(|(name, text)| {
            let known = resolved(file.path(), &text, definitions);
            (name, Wanted { known, text })
        })
        .collect();
    for found in matches.found {
        match judge(&found, &wanted, file, definitions) {
            Verdict::Fits => sorted.found.push(found),
            Verdict::Other(name) => sorted.other.push((found, name)),
            Verdict::Unresolved(metavariable, reason) => sorted.unresolved.push(UntypedMatch {
                found,
                metavariable,
                reason,
            }),
        }
    }
    sorted
}

/// The type that a metavariable asks for, pointers taken off, typedefs looked through: that of a cast to
/// it, in the same file's place.
fn resolved(path: &TreePath, text: &str, definitions: &dyn DefinitionSource) -> Resolution {
    let before = "void f(void)\n{\n\tx = ";
    let cast = format!("({text})0");
    let bytes = format!("{before}{cast};\n}}\n").into_bytes();
    let file = File::from(Reader::standalone().read(path, Arc::from(bytes)));
    let known = type_of(
        &file,
        &(before.len()..before.len() + cast.len()),
        definitions,
    );
    match known {
        Resolution::Known(name) => Resolution::Known(name),
        Resolution::Unresolved(_) => match plain(text) {
            Some(name) => Resolution::Known(name),
            None => known,
        },
    }
}

/// `struct tag *` read without help.
fn plain(text: &str) -> Option<TypeName> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == '*')
        .filter(|word| !matches!(*word, "" | "const" | "volatile"))
        .collect();
    match words[..] {
        ["struct", tag] => Some(TypeName::Struct(tag.to_owned())),
        ["union", tag] => Some(TypeName::Union(tag.to_owned())),
        _ => None,
    }
}

fn judge(
    found: &Match,
    wanted: &BTreeMap<String, Wanted>,
    file: &File,
    definitions: &dyn DefinitionSource,
) -> Verdict {
    let mut verdict = Verdict::Fits;
    for (name, wanted) in wanted {
        let Some(binding) = found.bindings.get(name) else {
            continue;
        };
        let unresolved = |reason: &str| Verdict::Unresolved(name.clone(), reason.to_owned());
        verdict = match (&wanted.known, type_of(file, &binding.range, definitions)) {
            (Resolution::Known(known), Resolution::Known(got)) if *known == got => {
                match deeper(file, &binding.range, &wanted.text) {
                    Some(name) => return Verdict::Other(name),
                    None => continue,
                }
            }
            (Resolution::Known(_), Resolution::Known(got)) => return Verdict::Other(got),
            (Resolution::Unresolved(reason), _) => unresolved(reason),
            (_, Resolution::Unresolved(reason)) => unresolved(&reason),
        };
    }
    verdict
}

/// The type of a variable that is more pointers away from what `text` spells than `text` is: a `u8 **`
/// is no `u8 *`. Only where its declaration spells the same type, so that no typedef hides a pointer. One
/// with fewer is left alone: `x.m` is a way to write `(&x)->m`.
fn deeper(file: &File, range: &Range<usize>, text: &str) -> Option<TypeName> {
    let (base, levels) = levels_of(file, range)?;
    let spelled = match base {
        BaseType::Struct(tag) => format!("struct {tag}"),
        BaseType::Union(tag) => format!("union {tag}"),
        BaseType::Named(name) | BaseType::Scalar(name) => name,
        BaseType::Untagged(_) | BaseType::Typeof(_) | BaseType::Auto => return None,
    };
    let stars = text.matches('*').count();
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == '*')
        .filter(|word| !matches!(*word, "" | "const" | "volatile"))
        .collect();
    let same = words.join(" ") == spelled;
    (same && stars > 0 && levels > stars)
        .then(|| TypeName::Other(format!("{spelled} {}", "*".repeat(levels))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::{Fragment, Isomorphisms};
    use crate::types::NoOtherFile;

    #[test]
    fn a_pointer_to_the_pointer_is_another_type() {
        let code = "void f(struct a **p, struct a *q, struct a *r[2], struct a v, struct a s[2])\n\
                    {\n\tg(p); g(q); g(r); g(v); g(s); g(*p);\n}\n";
        let path = TreePath::new("a.c").expect("a path");
        let file = File::from(Reader::standalone().read(&path, code.as_bytes().into()));
        let none = Isomorphisms::default();
        let pattern = Pattern::compile("g($(A: struct a *))", Fragment::Expression, &none);
        let pattern = pattern.expect("a pattern");
        let sorted = pattern.find_typed(&file, 0..code.len(), &NoOtherFile);
        let found = sorted.found.iter().map(|m| file.text(m.range.clone()));
        assert_eq!(found.collect::<Vec<_>>(), ["g(q)", "g(v)", "g(s)", "g(*p)"]);
        let other = sorted.other.iter().map(|(_, name)| name.to_string());
        assert_eq!(other.collect::<Vec<_>>(), ["struct a **", "struct a **"]);
    }

    #[test]
    fn a_match_of_unknown_type_is_said_and_never_taken_or_dropped() {
        let code = "void f(struct pci_dev *a, struct vfio *b)\n{\n\ta->v = b->v = g()->v;\n}\n";
        let path = TreePath::new("a.c").expect("a path");
        let file = File::from(Reader::standalone().read(&path, code.as_bytes().into()));
        let pattern = Pattern::compile(
            "$(D: struct pci_dev *)->v",
            Fragment::Expression,
            &Isomorphisms::default(),
        )
        .expect("a pattern");
        assert_eq!(
            pattern.typed(),
            BTreeMap::from([("D".to_owned(), "struct pci_dev *".to_owned())])
        );
        assert_eq!(pattern.find(&file, 0..code.len()).found.len(), 3);
        let sorted = pattern.find_typed(&file, 0..code.len(), &NoOtherFile);
        let texts = |matches: &[&Match]| -> Vec<String> {
            let texts = matches
                .iter()
                .map(|m| file.text(m.range.clone()).into_owned());
            texts.collect()
        };
        let found: Vec<&Match> = sorted.found.iter().collect();
        let other: Vec<&Match> = sorted.other.iter().map(|(m, _)| m).collect();
        let unresolved: Vec<&Match> = sorted.unresolved.iter().map(|u| &u.found).collect();
        assert_eq!(texts(&found), ["a->v"]);
        assert_eq!(texts(&other), ["b->v"]);
        assert_eq!(texts(&unresolved), ["g()->v"]);
        assert_eq!(
            sorted.unresolved.first().map(|u| u.metavariable.as_str()),
            Some("D")
        );
    }
}
