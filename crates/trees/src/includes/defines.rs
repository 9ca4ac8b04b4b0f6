//! What the macros of a file may give to an `#include` that is a macro's: a header's name is nowhere beside it.

use super::{after_blanks, hash};
use crate::words::is_identifier_byte;

/// A macro whose value may be a file's name, or that makes a file's name of its argument. Names are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Define {
    /// Its own name.
    pub name: u32,
    /// What it is replaced by.
    pub gives: Gives,
}

/// What a macro is replaced by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gives {
    /// One name or path: that name, or the path's last part up to its first dot.
    Stem(u32),
    /// A name in capitals, as a macro has: it may be one, or the file's.
    Name(u32),
    /// Its argument, with a folder before it and an ending behind it.
    Argument,
    /// What that macro makes of the argument.
    Through(u32),
    /// What cannot be told.
    Any,
}

/// An `#include` that is a macro's. Names are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ByMacro {
    /// `#include FILE`
    Name(u32),
    /// `#include PATH(FILE)`
    Call(u32, u32),
    /// Something else.
    Any,
}

/// What a macro gives, of whose definition this is behind the name. None: its value is a number or in parentheses, and
/// cannot be a file's name.
pub(super) fn gives(rest: &[u8]) -> Option<Gives> {
    match rest.first()? {
        b'(' => made_of_argument(rest),
        _ => value(after_blanks(rest)),
    }
}

/// What an object-like macro's value may name.
fn value(rest: &[u8]) -> Option<Gives> {
    match rest.first()? {
        b'"' | b'<' | b'.' | b'_' | b'a'..=b'z' | b'A'..=b'Z' => {}
        // It goes on over the line, or has a comment before it.
        b'\\' | b'/' | b'#' => return Some(Gives::Any),
        _ => return None,
    }
    let is_path = |byte: &u8| is_identifier_byte(byte) || b"\"<>./-+".contains(byte);
    let length = rest.iter().take_while(|byte| is_path(byte)).count();
    match after_blanks(rest.get(length..).unwrap_or_default()).first() {
        Some(b'(' | b'#' | b'\\') => Some(Gives::Any),
        _ => rest.get(..length).map(named),
    }
}

/// What is in small letters is taken for the file's own name, though some macros are: every second name of a header is
/// one of a macro in some other place.
fn named(path: &[u8]) -> Gives {
    let is_capital =
        |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    match path.iter().all(is_capital) {
        true => Gives::Name(hash(path)),
        false => Gives::Stem(hash(stem(path))),
    }
}

/// `(file) __stringify(a/b/file.h)`, `(file) <a/file.h>`: a path of the argument; `(file) PATH(file)`. Others are not
/// followed.
fn made_of_argument(rest: &[u8]) -> Option<Gives> {
    let (parameter, rest) = identifier(rest.get(1..)?);
    let value = after_blanks(rest.strip_prefix(b")")?);
    if let ByMacro::Call(through, argument) = by_macro(value)
        && argument == hash(parameter)
        && !value.starts_with(b"__stringify(")
    {
        return Some(Gives::Through(through));
    }
    let inner = [&b"__stringify("[..], b"<", b"stringify("]
        .iter()
        .find_map(|head| value.strip_prefix(*head))?;
    let line = inner.split(|byte| *byte == b'\n').next()?;
    let end = line.iter().position(|byte| b")>".contains(byte))?;
    let path = line.get(..end)?;
    // A part of the name that is pasted to it would be another name.
    let is_plain = stem(path) == parameter && !path.contains(&b'#');
    Some(match is_plain {
        true => Gives::Argument,
        false => Gives::Any,
    })
}

/// What is behind `#include` where it is neither in quotes nor in angle brackets.
pub(super) fn by_macro(rest: &[u8]) -> ByMacro {
    let (name, rest) = identifier(rest);
    if name.is_empty() {
        return ByMacro::Any;
    }
    let rest = after_blanks(rest);
    if matches!(rest.first(), None | Some(b'\n')) {
        return ByMacro::Name(hash(name));
    }
    let Some(inner) = rest.strip_prefix(b"(") else {
        return ByMacro::Any;
    };
    let (argument, rest) = identifier(after_blanks(inner));
    match after_blanks(rest).first() {
        Some(b')') if !argument.is_empty() => ByMacro::Call(hash(name), hash(argument)),
        _ => ByMacro::Any,
    }
}

/// The last part of a path, up to its first dot: `b` of `<a/b.h>`.
pub(super) fn stem(path: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| b"\"<>/".contains(byte);
    let path = match path.last() {
        Some(last) if is_end(last) => path.get(..path.len() - 1).unwrap_or_default(),
        _ => path,
    };
    let name = path.rsplit(is_end).next().unwrap_or_default();
    name.split(|byte| *byte == b'.').next().unwrap_or_default()
}

fn identifier(rest: &[u8]) -> (&[u8], &[u8]) {
    let length = rest.iter().take_while(|byte| is_identifier_byte(byte));
    rest.split_at_checked(length.count()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{ByMacro, Define, Gives, by_macro, hash};
    use crate::includes::Includes;

    fn gives(line: &str) -> Option<Gives> {
        let includes = Includes::of(format!("#define TRACE_SYSTEM{line}\n").as_bytes());
        includes.defines().first().map(|define| define.gives)
    }

    #[test]
    fn a_value_names_a_file_by_its_stem() {
        let stem = Some(Gives::Stem(hash(b"trace")));
        for value in [
            " trace",
            "\ttrace",
            " trace.h",
            " \"trace.h\"",
            " <a/trace.h>",
            " ../../a/trace",
            " trace /* of it */",
            " trace\t// of it",
        ] {
            assert_eq!(gives(value), stem, "{value}");
        }
        let named = Define {
            name: hash(b"TRACE_SYSTEM"),
            gives: Gives::Stem(hash(b"b-c")),
        };
        assert_eq!(
            Includes::of(b"  #  define TRACE_SYSTEM\tb-c\n").defines(),
            [named]
        );
        assert_eq!(gives(" SYSTEM_2"), Some(Gives::Name(hash(b"SYSTEM_2"))));
    }

    #[test]
    fn numbers_and_expressions_name_none() {
        for value in ["", " 0x10", " (a)", "(a) ((a) + 1)", "(a) f(a, 1)", " -1"] {
            assert_eq!(gives(value), None, "{value}");
        }
        let through = Some(Gives::Through(hash(b"f")));
        assert_eq!(gives("(a) f(a)"), through);
        let none =
            Includes::of(b"/* define TRACE_SYSTEM y */ redefine TRACE_SYSTEM y\n#define X y\n");
        assert_eq!(none.defines(), []);
    }

    #[test]
    fn what_a_macro_makes_may_be_any() {
        for value in [
            " F(a)",
            " \\\n a",
            " /**/ a",
            "\\\n a",
            "(a) __stringify(b_##a.h)",
        ] {
            assert_eq!(gives(value), Some(Gives::Any), "{value}");
        }
        for value in ["(s) __stringify(PATH/s.h)", "(s) <linux/s.h>", "(s)\t<s.h>"] {
            assert_eq!(gives(value), Some(Gives::Argument), "{value}");
        }
    }

    #[test]
    fn an_include_by_a_macro_is_a_name_or_a_call() {
        assert_eq!(by_macro(b"FILE\n"), ByMacro::Name(hash(b"FILE")));
        let call = ByMacro::Call(hash(b"PATH"), hash(b"FILE"));
        assert_eq!(by_macro(b"PATH(FILE)\n"), call);
        for other in [
            &b"PATH(a, b)\n"[..],
            b"\\\nFILE\n",
            b"/**/ FILE\n",
            b"A B\n",
        ] {
            assert_eq!(by_macro(other), ByMacro::Any);
        }
    }
}
