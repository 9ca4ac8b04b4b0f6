//! What a file names, noted while it is in memory anyway: records by their tags, and the files that it includes. Who
//! then asks for a type that a walk did not know of yet opens some files instead of walking again.

use memchr::memmem;

use crate::words::{is_identifier_byte, is_whole};

/// The tags behind `struct` and `union` in a file, and the files that it includes, as it writes them.
/// It may be said of one that is not there, never the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Hashes, sorted.
    tags: Box<[u32]>,
    includes: Box<[u32]>,
    /// Not all tags could be told: one goes on over the line.
    any_tag: bool,
    /// A macro says what is included.
    any_include: bool,
}

impl Named {
    /// What a file names.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut named = Self::default();
        let mut tags = Vec::new();
        for keyword in [&b"struct"[..], b"union"] {
            for rest in behind(bytes, keyword) {
                match tag(rest) {
                    Some([]) => {}
                    Some(tag) => tags.push(hash(tag)),
                    None => named.any_tag = true,
                }
            }
        }
        let mut includes = Vec::new();
        for rest in behind(bytes, b"include") {
            let before = bytes.get(..bytes.len() - rest.len()).unwrap_or_default();
            if is_directive(before) {
                match included(rest.trim_ascii_start()) {
                    Some((delimiter, path)) => includes.push(include_key(delimiter, path)),
                    None => named.any_include = true,
                }
            }
        }
        named.tags = sorted(tags);
        named.includes = sorted(includes);
        named
    }

    /// Whether the file may name a record with that tag.
    #[must_use]
    pub fn may_have_tag(&self, tag: &str) -> bool {
        self.any_tag || self.tags.binary_search(&hash(tag.as_bytes())).is_ok()
    }

    /// The keys of what the file includes, see [`include_key`]; none: a macro says what else.
    #[must_use]
    pub fn includes(&self) -> Option<&[u32]> {
        (!self.any_include).then_some(&self.includes)
    }
}

/// What [`include_key`] has for the delimiter where the path goes up: its end is then no path from the file's folder.
pub const UPWARDS: u8 = b'.';

/// A key for what an `#include` has between its delimiters, of which the first is `delimiter`; of a path that goes up,
/// for what is behind the last step upwards.
#[must_use]
pub fn include_key(delimiter: u8, path: &[u8]) -> u32 {
    let (delimiter, path) = match memmem::rfind(path, b"../") {
        Some(at) => (UPWARDS, path.get(at + 3..).unwrap_or_default()),
        None => (delimiter, path.strip_prefix(b"./").unwrap_or(path)),
    };
    path.iter().fold(hash(&[delimiter]), step)
}

/// What is behind each place of a word.
fn behind<'b>(bytes: &'b [u8], word: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
    memmem::find_iter(bytes, word).filter_map(move |at| {
        let end = at + word.len();
        is_whole(bytes, at, end).then(|| bytes.get(end..).unwrap_or_default())
    })
}

/// The tag behind `struct`: empty where there is none; none where it cannot be told.
fn tag(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.trim_ascii_start();
    let letters = rest.iter().take_while(|byte| is_identifier_byte(byte));
    let length = letters.count();
    match rest.get(length) {
        // It goes on over the line, or has a letter that we do not know, or a comment is before it.
        Some(b'\\' | b'$' | 0x80..) => None,
        Some(b'/') if length == 0 => None,
        _ => rest.get(..length),
    }
}

/// Whether the text ends in `#include`, or `# include`, or the same over two lines.
fn is_directive(before: &[u8]) -> bool {
    let head = before.strip_suffix(b"include").unwrap_or(before);
    head.trim_ascii_end().ends_with(b"#") || head.ends_with(b"\\\n") || head.ends_with(b"*/")
}

/// The delimiter and the path of `"a/b.h"` or `<a/b.h>`; none: it is another thing.
fn included(rest: &[u8]) -> Option<(u8, &[u8])> {
    let (delimiter, close) = match rest.first()? {
        b'"' => (b'"', b'"'),
        b'<' => (b'<', b'>'),
        _ => return None,
    };
    let rest = rest.get(1..)?;
    let path = rest.get(..memchr::memchr2(close, b'\n', rest)?)?;
    Some((delimiter, path))
}

fn sorted(mut hashes: Vec<u32>) -> Box<[u32]> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.into_boxed_slice()
}

/// FNV-1a.
fn hash(text: &[u8]) -> u32 {
    text.iter().fold(0x811c_9dc5, step)
}

fn step(hash: u32, byte: &u8) -> u32 {
    (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
}

#[cfg(test)]
mod tests {
    use super::{Named, UPWARDS, include_key};

    #[test]
    fn what_a_file_names_is_noted() {
        let named = Named::of(b"struct a { struct b *c; union\n\td e; };\nstruct\tf g;");
        for tag in ["a", "b", "d", "f"] {
            assert!(named.may_have_tag(tag), "{tag}");
        }
        for tag in ["c", "e", "g", "structs"] {
            assert!(!named.may_have_tag(tag), "{tag}");
        }
    }

    #[test]
    fn what_cannot_be_told_may_be_any() {
        for code in [
            &b"struct de\\\nv x;"[..],
            b"struct /* a */ dev x;",
            b"struct \\\ndev x;",
        ] {
            assert!(Named::of(code).may_have_tag("dev"));
        }
        assert!(!Named::of(b"destruct dev; struct { int a; } dev;").may_have_tag("dev"));
        assert_eq!(Named::of(b"#include HEADER\n").includes(), None);
    }

    #[test]
    fn includes_are_noted_by_their_delimiters_and_paths() {
        let code = b"#include <linux/a.h>\n#  include\t\"../b.h\"\n/* include <c.h> */\n#include \"d.inc\"\n";
        let named = Named::of(code);
        let mut keys = [
            include_key(b'<', b"linux/a.h"),
            include_key(UPWARDS, b"b.h"),
            include_key(b'"', b"d.inc"),
        ];
        keys.sort_unstable();
        assert_eq!(named.includes(), Some(&keys[..]));
    }
}
