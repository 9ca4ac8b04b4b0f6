//! A file without the bodies of the functions that an edit is not about: what is tried at file level is read in no time,
//! whatever the size of its file.
//!
//! That a change makes in the file what it makes in the outline is for who takes it to see.

use std::ops::Range;

use query::File;

/// Shorter files are tried as they are.
const LEAST_FILE: usize = 24 << 10;

/// Shorter bodies are left as they are: without them nothing is gained.
const LEAST_BODY: usize = 80;

/// The bodies of a file's functions, as it is with what is declared of it so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bodies(Vec<Range<usize>>);

impl Bodies {
    /// Those that can be left out, between their braces: what has a directive in it may have half of an `#if`.
    pub(crate) fn of(file: &File) -> Self {
        if file.bytes().len() < LEAST_FILE {
            return Self::default();
        }
        let mut found: Vec<Range<usize>> = Vec::new();
        for function in file.functions() {
            let body = function.body.clone();
            let bytes = file.slice(body.clone());
            let is_block = bytes.starts_with(b"{") && bytes.ends_with(b"}");
            let lines = || bytes.split(|&byte| byte == b'\n');
            let has_directive = lines().any(|line| line.trim_ascii_start().starts_with(b"#"));
            let is_behind = found.last().is_none_or(|last| last.end < body.start);
            if is_block && !has_directive && is_behind && body.len() >= LEAST_BODY {
                found.push(body.start + 1..body.end - 1);
            }
        }
        Self(found)
    }

    /// Some bytes of the file become so many others.
    pub(crate) fn edit(&mut self, old: &Range<usize>, new: usize) {
        let is_inside = |body: &Range<usize>| body.start <= old.start && old.end <= body.end;
        let is_apart = |body: &Range<usize>| body.end < old.start || old.end < body.start;
        self.0.retain(|body| is_inside(body) || is_apart(body));
        for body in &mut self.0 {
            if old.end < body.start {
                body.start = body.start + new - old.len();
            }
            if old.start < body.end {
                body.end = body.end + new - old.len();
            }
        }
    }
}

/// A file without some bodies, around some bytes of it.
#[derive(Clone, Debug)]
pub(crate) struct Outline {
    /// All of it.
    pub(crate) text: Vec<u8>,
    /// Where the bytes are in it.
    pub(crate) own: Range<usize>,
}

impl Outline {
    /// The file around some bytes; none where nothing would be left out.
    pub(crate) fn of(bytes: &[u8], bodies: &Bodies, own: &Range<usize>) -> Option<Self> {
        let mut text = Vec::new();
        let (mut at, mut above) = (0, 0);
        let hidden = bodies.0.iter();
        let hidden = hidden.filter(|body| body.end < own.start || own.end < body.start);
        for body in hidden {
            text.extend_from_slice(bytes.get(at..body.start)?);
            text.push(b'\n');
            at = body.end;
            if body.end < own.start {
                above += body.len() - 1;
            }
        }
        text.extend_from_slice(bytes.get(at..)?);
        (at > 0).then(|| Self {
            text,
            own: own.start - above..own.end - above,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Bodies, Outline};

    #[test]
    fn bodies_are_left_out_but_those_around_the_bytes() {
        let text = b"int f(void)\n{\n\treturn 1;\n}\n\nint a;\n\nint g(void)\n{\n\treturn 2;\n}\n";
        let bodies = Bodies(vec![13..24, 49..60]);
        let at = text.windows(6).position(|bytes| bytes == b"int a;");
        let own = at.map(|at| at..at + 6).unwrap_or_default();
        let outline = Outline::of(text, &bodies, &own);
        let Some(outline) = outline else {
            panic!("nothing is left out");
        };
        assert_eq!(
            String::from_utf8_lossy(&outline.text),
            "int f(void)\n{\n\n}\n\nint a;\n\nint g(void)\n{\n\n}\n"
        );
        assert_eq!(outline.text.get(outline.own), Some(&b"int a;"[..]));
        let inside = Outline::of(text, &bodies, &(15..20)).map(|outline| outline.own);
        assert_eq!(inside, Some(15..20));
    }

    #[test]
    fn bodies_move_with_what_is_edited() {
        let mut bodies = Bodies(vec![10..20, 30..40, 50..60]);
        bodies.edit(&(32..35), 5);
        assert_eq!(bodies.0, [10..20, 30..42, 52..62]);
        bodies.edit(&(0..4), 0);
        assert_eq!(bodies.0, [6..16, 26..38, 48..58]);
        bodies.edit(&(24..27), 3);
        assert_eq!(bodies.0, [6..16, 48..58]);
    }
}
