//! The names that a file declares with a type, told from its bytes: cheap enough for files that are not parsed.

use std::collections::BTreeSet;

use dialect::token::{Pieces, TokenKind};

/// How far behind a type's name the names are looked for that are declared with it.
const LONGEST: usize = 400;

/// Names of variables, parameters, members and functions.
#[derive(Clone, Debug, Default)]
pub struct Spelled<'b> {
    /// Of pointers to the type, arrays of them apart.
    pub pointers: BTreeSet<&'b [u8]>,
    /// Of the type itself, and of arrays of it.
    pub objects: BTreeSet<&'b [u8]>,
}

impl<'b> Spelled<'b> {
    /// Those that `bytes` declare with the type called `name`.
    #[must_use]
    pub fn with(bytes: &'b [u8], name: &[u8]) -> Self {
        let mut found = Self::default();
        for at in words(bytes, name) {
            let rest = bytes.get(at + name.len()..).unwrap_or_default();
            found.declarators(rest.get(..LONGEST).unwrap_or(rest));
        }
        found
    }

    /// Whether it is the name of a pointer or of an object.
    #[must_use]
    pub fn has(&self, name: &[u8]) -> bool {
        self.pointers.contains(name) || self.objects.contains(name)
    }

    fn declarators(&mut self, rest: &'b [u8]) {
        let (mut is_pointer, mut last): (bool, Option<&[u8]>) = (false, None);
        let mut is_first = true;
        let mut after_comma = false;
        for (kind, range) in Pieces::new(rest) {
            let text = rest.get(range).unwrap_or_default();
            match text {
                b"*" if last.is_none() => is_pointer = true,
                b"(" if last.is_none() && is_first => {}
                b"const" | b"volatile" | b"__restrict" => {}
                _ if kind == TokenKind::Word && last.is_none() && !is_keyword(text) => {
                    last = Some(text)
                }
                // `struct s *a, u32 b`: the next parameter has another type.
                _ if after_comma && !is_pointer && last.is_some() && is_of_a_type(text) => return,
                // What an attribute is behind.
                _ if kind == TokenKind::Word && last.is_some() && text.starts_with(b"__") => {
                    self.add(last.take(), is_pointer, false);
                    return;
                }
                b"," if last.is_some() => {
                    self.add(last.take(), is_pointer, false);
                    is_pointer = false;
                    after_comma = true;
                }
                _ => {
                    self.add(last, is_pointer, text == b"[");
                    return;
                }
            }
            is_first = false;
        }
    }

    fn add(&mut self, name: Option<&'b [u8]>, is_pointer: bool, is_array: bool) {
        match (name, is_pointer) {
            (Some(name), true) if !is_array => {
                self.pointers.insert(name);
            }
            (Some(name), false) => {
                self.objects.insert(name);
            }
            _ => {}
        }
    }
}

/// Whether what is behind a name says that it is a type's: a star, or another name that is no attribute.
fn is_of_a_type(text: &[u8]) -> bool {
    let is_name = |first: &u8| first.is_ascii_alphabetic() || *first == b'_';
    let is_attribute = text.starts_with(b"__") || !text.iter().any(u8::is_ascii_lowercase);
    text == b"*" || text.first().is_some_and(is_name) && !is_attribute
}

fn is_keyword(text: &[u8]) -> bool {
    dialect::words::is_keyword(text)
}

/// The places of a whole word.
pub fn words<'b>(bytes: &'b [u8], word: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    let is_part = |at: Option<usize>| {
        let byte = at.and_then(|at| bytes.get(at));
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    memchr::memmem::find_iter(bytes, word)
        .filter(move |&at| !is_part(at.checked_sub(1)) && !is_part(Some(at + word.len())))
}

#[cfg(test)]
mod tests {
    use super::Spelled;

    /// The names of pointers, then those of objects.
    fn spelled(code: &str) -> (Vec<&str>, Vec<&str>) {
        let found = Spelled::with(code.as_bytes(), b"dev");
        let texts = |names: &std::collections::BTreeSet<&'_ [u8]>| -> Vec<String> {
            let texts = names.iter().map(|name| String::from_utf8_lossy(name));
            texts.map(std::borrow::Cow::into_owned).collect()
        };
        let find = |names: Vec<String>| -> Vec<&str> {
            let places = names
                .iter()
                .filter_map(|name| Some((code.find(name)?, name.len())));
            places
                .filter_map(|(at, length)| code.get(at..at + length))
                .collect()
        };
        (find(texts(&found.pointers)), find(texts(&found.objects)))
    }

    #[test]
    fn names_are_what_is_declared_and_no_types_of_other_parameters() {
        for (code, pointers, objects) in [
            ("struct dev *a, *b;", &["a", "b"][..], &[][..]),
            ("struct dev *a, b;", &["a"], &["b"]),
            ("struct dev a, b __aligned(8);", &[], &["a", "b"]),
            ("struct dev a, b ALIGNED;", &[], &["a", "b"]),
            ("int f(struct dev *a, u32 x)", &["a"], &[]),
            ("int f(struct dev *a, u32 *x)", &["a"], &[]),
            ("int f(struct dev *a, int x)", &["a"], &[]),
        ] {
            let found = spelled(code);
            assert_eq!((&found.0[..], &found.1[..]), (pointers, objects), "{code}");
        }
    }
}
