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
        for (kind, range) in Pieces::new(rest) {
            let text = rest.get(range).unwrap_or_default();
            match text {
                b"*" if last.is_none() => is_pointer = true,
                b"(" if last.is_none() && is_first => {}
                b"const" | b"volatile" | b"__restrict" => {}
                _ if kind == TokenKind::Word && last.is_none() && !is_keyword(text) => {
                    last = Some(text)
                }
                // What an attribute is behind.
                _ if kind == TokenKind::Word && last.is_some() && text.starts_with(b"__") => {
                    self.add(last.take(), is_pointer, false);
                    return;
                }
                b"," if last.is_some() => {
                    self.add(last.take(), is_pointer, false);
                    is_pointer = false;
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
