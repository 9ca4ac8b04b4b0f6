//! Where an object of a type may be initialised, or another type made of it: told from the bytes behind the type's
//! name, for a file that has neither need not be parsed. It may only err on the side of parsing.

use std::ops::Range;

use dialect::token::{Pieces, TokenKind};

/// How far it is looked: a declaration that is longer is taken for one with a value.
const LONGEST: usize = 4096;

/// Whether an object of the type whose name is at `range` may be initialised right there (`struct dev a[] = {`,
/// `(struct dev){`, `} a = {` after the record's own body), or another type may be made of it (`typedef struct dev x;`,
/// a member that is no pointer).
pub(super) fn may_initialise(bytes: &[u8], range: Range<usize>) -> bool {
    let before = bytes.get(..range.start).unwrap_or_default();
    let rest = bytes.get(range.end..).unwrap_or_default();
    let (rest, is_cut) = match rest.get(..LONGEST) {
        Some(first) => (first, true),
        None => (rest, false),
    };
    let mut declarators = Declarators {
        may_be_literal: may_be_literal(before),
        ..Declarators::default()
    };
    for (kind, range) in Pieces::new(rest) {
        let text = rest.get(range).unwrap_or_default();
        match declarators.token(kind, text) {
            Step::On => {}
            Step::Answer(answer) => return answer,
        }
    }
    is_cut
}

/// Whether what is before a type's name is what is before it in a compound literal: `(struct`, and before that no name
/// that is called, nor `if`.
fn may_be_literal(before: &[u8]) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut before = before.trim_ascii_end();
    for word in [&b"struct"[..], b"union", b"const", b"volatile"] {
        before = before.strip_suffix(word).unwrap_or(before).trim_ascii_end();
    }
    match before.strip_suffix(b"(") {
        Some(head) => {
            let head = head.trim_ascii_end();
            !head.last().is_some_and(is_word) || head.ends_with(b"return")
        }
        None => false,
    }
}

/// What a token says.
enum Step {
    On,
    Answer(bool),
}

/// The declarators that follow the name of a type, as far as they have been read.
#[derive(Debug, Default)]
struct Declarators {
    /// Brackets of any kind that are open.
    depth: usize,
    /// A `)` has closed what was open around the name: `(struct dev)`.
    in_parentheses: bool,
    /// The present declarator has a value, and is behind its `=`.
    has_value: bool,
    /// The present declarator is of a pointer.
    is_pointer: bool,
    /// Words of the present declarator.
    words: usize,
    /// What is before the name could be the head of a compound literal.
    may_be_literal: bool,
    /// The last token closed a group in parentheses.
    after_group: bool,
    last: Vec<u8>,
}

impl Declarators {
    fn token(&mut self, kind: TokenKind, text: &[u8]) -> Step {
        let before = std::mem::replace(&mut self.last, text.to_vec());
        if self.in_parentheses {
            // A compound literal, and no cast or `sizeof`; a macro may be the list.
            let is_macro = kind == TokenKind::Word && !text.iter().any(u8::is_ascii_lowercase);
            return Step::Answer(text == b"{" || is_macro);
        }
        if before == b"=" && self.depth == 0 && !self.is_pointer {
            // A list, or a macro that may be one.
            return Step::Answer(text == b"{" || kind == TokenKind::Word);
        }
        if self.depth > 0 {
            self.inside(text);
            return Step::On;
        }
        let after_group = std::mem::take(&mut self.after_group);
        match text {
            b"(" | b"[" => self.depth = 1,
            // A list of pointers, or the value of another declarator.
            b"{" if self.has_value => self.depth = 1,
            // The type's own body: objects may be declared behind it. Else a function's body.
            b"{" => return Step::Answer(before.is_empty()),
            // A parameter has a name or is a pointer.
            b")" if self.words > 0 || self.is_pointer || !self.may_be_literal => {
                return Step::Answer(false);
            }
            b")" => self.in_parentheses = true,
            b";" => {
                let is_object = !self.is_pointer && self.words > 0;
                let is_function = after_group && self.words < 2;
                return Step::Answer(is_object && !is_function && !self.has_value);
            }
            b"," => *self = Self::default(),
            // It is no type, but an object's own name.
            b"=" if self.words == 0 && !after_group => return Step::Answer(false),
            b"=" => self.has_value = true,
            b"*" if !self.has_value => self.is_pointer = true,
            // A directive in the midst of it.
            b"#" => return Step::Answer(true),
            b"const" | b"volatile" => {}
            _ if kind == TokenKind::Word => self.words += 1,
            _ if self.has_value => {}
            _ => return Step::Answer(false),
        }
        Step::On
    }

    fn inside(&mut self, text: &[u8]) {
        match text {
            b"(" | b"[" | b"{" => self.depth += 1,
            b")" | b"]" | b"}" => {
                self.depth -= 1;
                self.after_group = self.depth == 0 && text == b")";
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::may_initialise;

    /// Asks about `T` in the code.
    fn asked(code: &str) -> bool {
        let at = code.find('T').unwrap_or(code.len());
        may_initialise(code.as_bytes(), at..at + 1)
    }

    #[test]
    fn what_may_initialise_or_make_a_type_of_it() {
        for code in [
            "struct T a = { 1 };",
            "struct T a[] = { { 1 } };",
            "struct T const a __aligned(8) = { 1 };",
            "struct T a, b = { 1 };",
            "struct T *a, b = { 1 };",
            "struct T *a = f(x, y), b = { 1 };",
            "struct T (a) = { 1 };",
            "struct T a = DEV(1, 2);",
            "struct T a =\n\t/* why */ { 1 };",
            "struct T { int x; } a = { 1 };",
            "x = (struct T) { 1 }",
            "return (T){ 1 };",
            "x = (struct T const) { 1 }",
            "x = (struct T []) { { 1 } }",
            "struct T member;",
            "struct T member[4];",
            "struct T member __aligned(8);",
            "struct T __aligned(8) member;",
            "struct T dev_t;",
            "struct T a\n#ifdef X\n = { 1 };",
        ] {
            assert!(asked(code), "{code}");
        }
    }

    #[test]
    fn what_may_not() {
        for code in [
            "struct T *a = { 1 };",
            "struct T *a[] = { b, c };",
            "struct T *dev, const struct pci_device_id *id)\n{\n\tint a[] = { 1 };",
            "struct T *f(struct dev *a)\n{\n\tint a[] = { 1 };",
            "struct T f(struct dev *a);",
            "if (a != T) { b(); }",
            "if (T) { b(); }",
            "x = (struct T), GFP_KERNEL);",
            "struct T *member;",
            "struct T *a = x, *b = { y };",
            "struct T;",
            "struct T = { 1 };",
            "x = T->x = f(y);",
        ] {
            assert!(!asked(code), "{code}");
        }
    }
}
