//! Where an object of a type may be written or read as a whole: told from the bytes of a file that names the type, for a
//! file that does nothing of the kind need not be parsed. It may only err on the side of parsing.

mod assigned;
mod given;

use std::sync::OnceLock;

use aho_corasick::packed;
use dialect::token::{Pieces, TokenKind};
use query::types::{Spelled, fills, whole_functions, words};

use self::assigned::is_assigned;

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
            && (memchr::memmem::find(body, b"*(").is_some() || calls(body).next().is_some())
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
    let mut ends = calls(bytes);
    ends.any(|end| {
        let rest = bytes.get(end..).unwrap_or_default();
        let rest = rest.get(..LONGEST).unwrap_or(rest);
        arguments(rest).any(|argument| is_of(argument, name, names))
    })
}

/// What each of the functions has in its name, and few other words have: so few are found in one pass, sixteen places at a
/// time.
const TELLING: &[&[u8]] = &[
    b"memset",
    b"memcpy",
    b"memmove",
    b"memzero",
    b"copy_from",
    b"copy_struct",
    b"bzero",
    b"get_random",
    b"swap",
];

/// The ends of the names of those functions, wherever they are in the bytes.
fn calls(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    telling(bytes).filter_map(move |at| {
        let (before, behind) = bytes.split_at_checked(at)?;
        let start = at - before.iter().rev().take_while(is_part).count();
        let end = at + behind.iter().take_while(is_part).count();
        let word = bytes.get(start..end)?;
        let mut known = whole_functions();
        known.any(|known| known.as_bytes() == word).then_some(end)
    })
}

/// Where one of [`TELLING`] is.
fn telling(bytes: &[u8]) -> Box<dyn Iterator<Item = usize> + '_> {
    static SEARCHER: OnceLock<Option<packed::Searcher>> = OnceLock::new();
    let searcher = SEARCHER.get_or_init(|| packed::Searcher::new(TELLING));
    match searcher {
        Some(searcher) => Box::new(searcher.find_iter(bytes).map(|hit| hit.start())),
        // A processor that cannot search for all at once has a pass for each.
        None => Box::new(
            TELLING
                .iter()
                .flat_map(|part| memchr::memmem::find_iter(bytes, *part)),
        ),
    }
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
            "void f(struct own *o) { o->in = (struct dev){ }; }",
            "struct dev g(void); void f(struct own *o) { o->a.in = g(); }",
            "void f(struct own *o, struct dev *a) { o->d[0] = *a; }",
            "void f(struct own *o, struct dev *a) { *(o->d) = *a; }",
            "void f(struct dev *a) { *next(1) = *a; }",
            "void f(struct own *o, struct dev *a) { *o->d = (*a); }",
            "void f(struct own *o, struct dev *a) { *o++ = *a; }",
            "extern struct dev a; void f(int x) { if (x) a = g(); }",
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
            // Copies.
            "void f(struct own *o, struct dev *b) { o->in = *b; }",
            "void f(struct dev *a, struct dev *b) { a->in = b->in; }",
        ] {
            assert!(!may_be_whole(code.as_bytes(), b"dev"), "{code}");
        }
    }
}
