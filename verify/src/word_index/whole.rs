//! Where an object of a type may be written or read as a whole: told from the bytes of a file that names the type, for a
//! file that does nothing of the kind need not be parsed. It may only err on the side of parsing.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use dialect::token::{Pieces, TokenKind};
use query::types::{Spelled, fills, whole_functions, words};

/// How far behind a type's name the names are looked for that are declared with it.
const LONGEST: usize = 400;

/// Whether the file may assign, fill or copy an object of the type called `name`, or a place in it that `offsetof` says.
pub(crate) fn may_be_whole(bytes: &[u8], name: &[u8]) -> bool {
    let names = Spelled::with(bytes, name);
    is_filled(bytes, name, &names)
        || is_assigned(bytes, name, &names)
        || is_filled_by_macro(bytes, &names)
        || words(bytes, name).any(|at| is_typedef(bytes.get(..at).unwrap_or_default()))
}

/// `typedef struct NAME *other;`
fn is_typedef(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let tag = [&b"struct"[..], b"union"]
        .iter()
        .find_map(|word| before.strip_suffix(*word));
    tag.unwrap_or(before).trim_ascii_end().ends_with(b"typedef")
}

/// Whether one of the names is given to a macro of the file that fills what it is given.
fn is_filled_by_macro(bytes: &[u8], names: &Spelled<'_>) -> bool {
    words(bytes, b"define").any(|at| {
        let rest = bytes.get(at + 6..).unwrap_or_default().trim_ascii_start();
        let letters = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
        let (name, rest) = rest.split_at(letters.count());
        let mut ends = memchr::memchr_iter(b'\n', rest);
        let end = ends.find(|at| {
            !rest
                .get(..*at)
                .unwrap_or_default()
                .trim_ascii_end()
                .ends_with(b"\\")
        });
        let body = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        // Most are numbers: a look that costs little comes first.
        body.starts_with(b"(")
            && (memchr::memmem::find(body, b"*(").is_some()
                || functions().is_some_and(|functions| functions.is_match(body)))
            && fills(body)
            && words(bytes, name).any(|at| {
                let rest = bytes.get(at + name.len()..).unwrap_or_default();
                let rest = rest.get(..LONGEST).unwrap_or(rest);
                arguments(rest).any(|argument| is_of(argument, b"", names))
            })
    })
}

/// Whether a function that works on bytes has one of the names, or the type's, among its arguments.
fn is_filled(bytes: &[u8], name: &[u8], names: &Spelled<'_>) -> bool {
    let is_part = |at: Option<usize>| {
        let byte = at.and_then(|at| bytes.get(at));
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    let Some(searcher) = functions() else {
        return true;
    };
    searcher.find_iter(bytes).any(|hit| {
        let rest = bytes.get(hit.end()..).unwrap_or_default();
        let rest = rest.get(..LONGEST).unwrap_or(rest);
        !is_part(hit.start().checked_sub(1))
            && !is_part(Some(hit.end()))
            && arguments(rest).any(|argument| is_of(argument, name, names))
    })
}

/// Finds the functions, all in one pass.
fn functions() -> Option<&'static AhoCorasick> {
    static SEARCHER: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let made = SEARCHER.get_or_init(|| {
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest);
        builder.build(whole_functions()).ok()
    });
    made.as_ref()
}

/// The arguments of a call behind its name.
fn arguments(rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    let rest = rest.trim_ascii_start();
    let rest = rest.strip_prefix(b")").unwrap_or(rest).trim_ascii_start();
    let end = rest.iter().position(|byte| matches!(byte, b';' | b'{'));
    let inside = rest
        .strip_prefix(b"(")
        .and_then(|_| rest.get(1..end.unwrap_or(rest.len())));
    inside.unwrap_or_default().split(|byte| *byte == b',')
}

/// Whether the last name of an argument is of the type, or it names the type.
fn is_of(argument: &[u8], name: &[u8], names: &Spelled<'_>) -> bool {
    let texts: Vec<&[u8]> = Pieces::new(argument)
        .filter(|(kind, _)| *kind == TokenKind::Word)
        .filter_map(|(_, range)| argument.get(range))
        .collect();
    let last = texts.last().is_some_and(|last| names.has(last));
    last || texts.contains(&name)
}

/// Whether something is assigned to `*name` or `name[…]`.
fn is_assigned(bytes: &[u8], name: &[u8], names: &Spelled<'_>) -> bool {
    memchr::memchr_iter(b'=', bytes).any(|at| {
        let before = bytes.get(..at).unwrap_or_default();
        let is_plain = bytes.get(at + 1) != Some(&b'=')
            && !before
                .last()
                .is_some_and(|last| b"=!<>+-*/%&|^".contains(last));
        let value = || bytes.get(at + 1..).unwrap_or_default();
        is_plain
            && (ends_with_object(before, name, names)
                || is_given_whole(before, value(), name, names))
    })
}

/// Whether a member is assigned what may be an object of the type: `a->in = *d`, `a->in = (struct dev) {`, `a->in = d`,
/// `a->in = b->in`.
fn is_given_whole(before: &[u8], value: &[u8], name: &[u8], names: &Spelled<'_>) -> bool {
    let mut before = before.trim_ascii_end();
    while let Some(inside) = before.strip_suffix(b")") {
        before = inside.trim_ascii_end();
    }
    let (head, member) = last_word(before);
    if member.is_empty() || !(head.ends_with(b"->") || head.ends_with(b".")) {
        return false;
    }
    let value = value.get(..LONGEST).unwrap_or(value).trim_ascii_start();
    let end = value.iter().position(|byte| matches!(byte, b';' | b'{'));
    let value = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
    let texts: Vec<&[u8]> = Pieces::new(value)
        .filter(|(kind, _)| *kind == TokenKind::Word)
        .filter_map(|(_, range)| value.get(range))
        .collect();
    let (Some(first), Some(last)) = (texts.first(), texts.last()) else {
        return false;
    };
    match value.first() {
        Some(b'*') => names.has(last),
        Some(b'(') if texts.contains(&name) => true,
        _ if names.objects.contains(last) || names.objects.contains(first) => true,
        // Of two objects that have one in them the same member.
        _ => *last == member && names.has(first) && names.has(root_of(head)),
    }
}

/// The first word of the path that is before a member's name.
fn root_of(head: &[u8]) -> &[u8] {
    let mut path = head;
    while let Some(owner) = path.strip_suffix(b"->").or_else(|| path.strip_suffix(b".")) {
        let (before, word) = last_word(owner);
        if !before.ends_with(b"->") && !before.ends_with(b".") {
            return word;
        }
        path = before;
    }
    b""
}

/// The word at the end, and what is before it.
fn last_word(text: &[u8]) -> (&[u8], &[u8]) {
    let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = text.iter().rev().take_while(is_letter).count();
    text.split_at(text.len() - length)
}

/// Whether what is before a `=` ends with a name behind a star, or before brackets.
fn ends_with_object(before: &[u8], record: &[u8], names: &Spelled<'_>) -> bool {
    let mut before = before.trim_ascii_end();
    let mut is_element = false;
    while let Some(inside) = before.strip_suffix(b")") {
        before = inside.trim_ascii_end();
    }
    if before.ends_with(b"]") {
        let open = before.iter().rposition(|byte| *byte == b'[');
        before = before.get(..open.unwrap_or_default()).unwrap_or_default();
        before = before.trim_ascii_end();
        is_element = true;
    }
    let (head, name) = last_word(before);
    let (head, casts) = without_groups(head);
    let is_cast = words(casts, record).next().is_some();
    (names.has(name) || is_cast) && (is_element || is_dereferenced(head))
}

/// What is before the groups in parentheses at the end, which are casts there, and the groups.
fn without_groups(head: &[u8]) -> (&[u8], &[u8]) {
    let mut rest = head.trim_ascii_end();
    while rest.ends_with(b")") {
        let mut depth = 0_usize;
        let open = rest.iter().rposition(|byte| {
            match byte {
                b')' => depth += 1,
                b'(' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let Some(open) = open else { break };
        rest = rest.get(..open).unwrap_or_default().trim_ascii_end();
    }
    // Parentheses around all of it: `(*(struct dev *)d)`.
    let casts = head.get(rest.len()..).unwrap_or_default();
    (rest, casts)
}

/// Whether a star is before the name or the path that ends with it, and no type before that: `struct s *p =` declares a pointer.
fn is_dereferenced(head: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut path = head.trim_ascii_end();
    while let Some(owner) = path.strip_suffix(b"->").or_else(|| path.strip_suffix(b".")) {
        let length = owner
            .iter()
            .rev()
            .take_while(|byte| is_letter(byte))
            .count();
        path = owner
            .get(..owner.len() - length)
            .unwrap_or_default()
            .trim_ascii_end();
    }
    let Some(before) = path.strip_suffix(b"*") else {
        return false;
    };
    let before = before.trim_ascii_end();
    !before.last().is_some_and(is_letter) || before.ends_with(b"else") || before.ends_with(b"do")
}

#[cfg(test)]
mod tests {
    use super::may_be_whole;

    #[test]
    fn what_may_be_used_as_a_whole() {
        for code in [
            "void f(struct dev *a, struct dev *b) { *a = *b; }",
            "void f(struct dev *a) { (*a) = g(); }",
            "void f(struct dev *a) { a[1] = a[0]; }",
            "void f(struct own *o, struct dev *a) { struct dev *d; *o->d = *a; }",
            "typedef struct dev *handle;",
            "#define CLR(x) memset(x, 0, sizeof(*(x)))\nvoid f(struct dev *a) { CLR(a); }",
            "void f(struct dev *a) { memset(a, 0, sizeof(*a)); }",
            "void f(void *a) { memset(a, 0, sizeof(struct dev)); }",
            "struct box { struct dev in; }; void f(struct box *x) { memset(&x->in, 0, 4); }",
            "void f(struct dev *a, void *p) { (memcpy)((void *)a, p, 4); }",
            "void f(const struct dev *a, struct dev *b) { swap(*a, *b); }",
            "void f(struct dev *a, struct dev *b) { *(struct dev *)a = *b; }",
            "void f(void *a, struct dev *b) { *(volatile struct dev *)a = *b; }",
            "void f(struct own *o, struct dev *b) { o->in = *b; }",
            "void f(struct own *o) { o->in = (struct dev){ }; }",
            "struct dev g(void); void f(struct own *o) { o->a.in = g(); }",
            "void f(struct dev *a, struct dev *b) { a->in = b->in; }",
        ] {
            assert!(may_be_whole(code.as_bytes(), b"dev"), "{code}");
        }
    }

    #[test]
    fn what_may_not() {
        for code in [
            "void f(struct dev *a, struct dev *b) { a = b; }",
            "void f(struct dev *a) { a->m = 1; if (*a == b) c(); }",
            "void f(struct dev *a) { memset(&a->m, 0, 4); }",
            "void f(struct dev *a, int *p) { *p = a->m; }",
            "struct dev *a = g(x);",
            "void f(struct own *o, struct dev *a) { o->a = a; }",
            "void f(struct own *o, struct dev *a) { o->a = a->m; }",
            "void f(struct own *o, struct dev *a) { o->a = (int)a->m; }",
            "void f(struct dev *a) { struct dev x = *a; }",
        ] {
            assert!(!may_be_whole(code.as_bytes(), b"dev"), "{code}");
        }
    }
}
