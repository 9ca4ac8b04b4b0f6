//! Typed metavariables: `$(D: struct pci_dev *)` is about a value's type, which no syntax shows.
//!
//! The matcher takes them for untyped ones; what it found is sorted afterwards by what
//! [`crate::types`] knows. A type that is not known neither fits nor fails: it is said.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::casts;
use super::{Bindings, Candidates, Doubt, Form, Match, Matches, UntypedMatch};
use crate::File;
use crate::types::{DefinitionSource, TypeName, ValueType, levels_of_value, value_type};
use dialect::path::TreePath;
use syntax::items::BaseType;
use syntax::reader::Reader;

/// What a metavariable asks for.
struct Wanted {
    known: Result<ValueType, String>,
    /// As written.
    text: String,
}

/// What one match comes to.
enum Verdict {
    Fits,
    Other(TypeName),
    Unresolved(String, String),
}

/// Sorts by type what was found by syntax.
pub(super) fn sorted(
    pattern: &Form,
    file: &File,
    candidates: Candidates,
    definitions: &dyn DefinitionSource,
) -> Matches {
    let candidates = Candidates {
        found: casts::without_casts(pattern, file, candidates.found, definitions),
        ..candidates
    };
    let mut sorted = Matches {
        doubts: candidates.unread.into_iter().map(Doubt::Unread).collect(),
        ..Matches::default()
    };
    if candidates.found.is_empty() || !pattern.is_typed() {
        sorted.found = candidates.found;
        return sorted;
    }
    let wanted = wanted(pattern, file, definitions);
    for found in candidates.found {
        match judge(&found, &wanted, file, definitions) {
            Verdict::Fits => sorted.found.push(found),
            Verdict::Other(name) => sorted.other.push((found, name)),
            Verdict::Unresolved(metavariable, reason) => {
                sorted.doubts.push(untyped(found, metavariable, reason));
            }
        }
    }
    sorted
}

/// A match of one range, if its types are right too.
///
/// # Errors
/// They are not known.
pub(super) fn checked(
    pattern: &Form,
    file: &File,
    found: Option<Match>,
    definitions: &dyn DefinitionSource,
) -> Result<Option<Bindings>, Doubt> {
    let found = found.into_iter().collect();
    let found = casts::without_casts(pattern, file, found, definitions);
    let Some(found) = found.into_iter().next() else {
        return Ok(None);
    };
    if !pattern.is_typed() {
        return Ok(Some(found.bindings));
    }
    match judge(
        &found,
        &wanted(pattern, file, definitions),
        file,
        definitions,
    ) {
        Verdict::Fits => Ok(Some(found.bindings)),
        Verdict::Other(_) => Ok(None),
        Verdict::Unresolved(metavariable, reason) => Err(untyped(found, metavariable, reason)),
    }
}

fn untyped(found: Match, metavariable: String, reason: String) -> Doubt {
    Doubt::Untyped(Box::new(UntypedMatch {
        found,
        metavariable,
        reason,
    }))
}

/// What the typed metavariables ask for, as the file sees these types.
fn wanted(
    pattern: &Form,
    file: &File,
    definitions: &dyn DefinitionSource,
) -> BTreeMap<String, Wanted> {
    let typed = pattern.typed().into_iter();
    typed
        .map(|(name, text)| {
            let known = resolved(file.path(), &text, definitions);
            (name, Wanted { known, text })
        })
        .collect()
}

/// The type that a metavariable asks for, typedefs looked through: that of a cast to
/// it, in the same file's place.
fn resolved(
    path: &TreePath,
    text: &str,
    definitions: &dyn DefinitionSource,
) -> Result<ValueType, String> {
    let before = "void f(void)\n{\n\tx = ";
    let cast = format!("({text})0");
    let bytes = format!("{before}{cast};\n}}\n").into_bytes();
    let file = File::from(Reader::standalone().read(path, Arc::from(bytes)));
    let known = value_type(
        &file,
        &(before.len()..before.len() + cast.len()),
        definitions,
    );
    known.or_else(|reason| plain(text).map(ValueType::Record).ok_or(reason))
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
        let got = match (&wanted.known, value_type(file, &binding.range, definitions)) {
            (Ok(_), Ok(got)) => got,
            (Err(reason), _) => {
                verdict = unresolved(reason);
                continue;
            }
            (_, Err(reason)) => {
                verdict = unresolved(&reason);
                continue;
            }
        };
        match (&wanted.known, got) {
            (Ok(ValueType::Record(known)), ValueType::Record(got)) if *known == got => {
                if let Some(name) = deeper(file, &binding.range, &wanted.text) {
                    return Verdict::Other(name);
                }
            }
            (Ok(ValueType::Scalar(known)), ValueType::Scalar(got)) => match got.is(known) {
                Some(true) => {}
                Some(false) => return Verdict::Other(got.name()),
                None => {
                    let TypeName::Other(got) = got.name() else {
                        continue;
                    };
                    verdict = unresolved(&format!(
                        "it is made of `{got}`, but its own type is not known"
                    ));
                }
            },
            (_, ValueType::Record(got)) => return Verdict::Other(got),
            (_, ValueType::Scalar(got)) => return Verdict::Other(got.name()),
        }
    }
    verdict
}

/// The type of a value that is more pointers away from what `text` spells than `text` is: a `u8 **`
/// is no `u8 *`. Only where a declaration in it spells the same type, so that no typedef hides a pointer. One
/// with fewer is left alone: `x.m` is a way to write `(&x)->m`.
fn deeper(file: &File, range: &Range<usize>, text: &str) -> Option<TypeName> {
    let (base, levels) = levels_of_value(file, range)?;
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
    use crate::pattern::{Fragment, Isomorphisms, Pattern};
    use crate::types::NoOtherFile;

    #[test]
    fn a_pointer_to_the_pointer_is_another_type() {
        let code = "struct a **w;\nstruct a **h(void);\n\
                    void f(struct a **p, struct a *q, struct a *r[2], struct a v, struct a s[2])\n\
                    {\n\tg(p); g(q); g(r); g(v); g(s); g(*p); g(&v); g(q + 1); g(r[0]); g(*h());\n\
                    \tg(&q); g(&*p); g((struct a **)q); g(q ? p : 0); g(p++); g(w); g(h());\n}\n";
        let path = TreePath::new("a.c").expect("a path");
        let file = File::from(Reader::standalone().read(&path, code.as_bytes().into()));
        let none = Isomorphisms::default();
        let pattern = Pattern::compile("g($(A: struct a *))", Fragment::Expression, &none);
        let pattern = pattern.expect("a pattern");
        let sorted = pattern.find(&file, 0..code.len(), &NoOtherFile);
        let found = sorted.found.iter().map(|m| file.text(m.range.clone()));
        let right = [
            "g(q)", "g(v)", "g(s)", "g(*p)", "g(&v)", "g(q + 1)", "g(r[0])", "g(*h())",
        ];
        assert_eq!(found.collect::<Vec<_>>(), right);
        let other = sorted
            .other
            .iter()
            .map(|(it, _)| file.text(it.range.clone()));
        let wrong = [
            "g(p)",
            "g(r)",
            "g(&q)",
            "g(&*p)",
            "g((struct a **)q)",
            "g(q ? p : 0)",
            "g(p++)",
            "g(w)",
            "g(h())",
        ];
        assert_eq!(other.collect::<Vec<_>>(), wrong);
        assert!(
            sorted
                .other
                .iter()
                .all(|(_, name)| name.to_string() == "struct a **")
        );
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
        let sorted = pattern.find(&file, 0..code.len(), &NoOtherFile);
        let texts = |matches: &[&Match]| -> Vec<String> {
            let texts = matches
                .iter()
                .map(|m| file.text(m.range.clone()).into_owned());
            texts.collect()
        };
        let found: Vec<&Match> = sorted.found.iter().collect();
        let other: Vec<&Match> = sorted.other.iter().map(|(m, _)| m).collect();
        let [Doubt::Untyped(untyped)] = &sorted.doubts[..] else {
            panic!("{:?}", sorted.doubts);
        };
        assert_eq!(texts(&found), ["a->v"]);
        assert_eq!(texts(&other), ["b->v"]);
        assert_eq!(texts(&[&untyped.found]), ["g()->v"]);
        assert_eq!(untyped.metavariable, "D");
    }
}
