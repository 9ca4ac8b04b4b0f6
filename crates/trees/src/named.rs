//! What a file names, noted while it is in memory anyway: records by their tags, and the files that it includes. Who
//! then asks for a type that a walk did not know of yet opens some files instead of walking again.

mod defines;

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use memchr::memmem;

pub use self::defines::{ByMacro, Define, Gives};
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
    /// What macros say is included.
    by_macro: Box<[ByMacro]>,
    /// What macros may say is included.
    defines: Box<[Define]>,
}

impl Named {
    /// What a file names.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut named = Self::default();
        let mut tags = Vec::new();
        let mut includes = Vec::new();
        let mut by_macro = Vec::new();
        let mut defines = Vec::new();
        for (keyword, rest) in keywords(bytes) {
            let is_directive = || {
                let before = bytes.get(..bytes.len() - rest.len()).unwrap_or_default();
                is_directive(before, keyword)
            };
            match keyword {
                b"define" => {
                    if let Some(define) = defines::define(rest)
                        && is_directive()
                    {
                        defines.push(define);
                    }
                }
                b"include" if is_directive() => match included(rest.trim_ascii_start()) {
                    Some((delimiter, path)) => includes.push(include_key(delimiter, path)),
                    None => by_macro.push(defines::by_macro(after_blanks(rest))),
                },
                b"include" => {}
                _ => match tag(rest) {
                    Some([]) => {}
                    Some(tag) => tags.push(hash(tag)),
                    None => named.any_tag = true,
                },
            }
        }
        named.tags = sorted(tags);
        named.includes = sorted(includes);
        named.by_macro = sorted(by_macro);
        named.defines = sorted(defines);
        named
    }

    /// Whether the file may name a record with that tag.
    #[must_use]
    pub fn may_have_tag(&self, tag: &str) -> bool {
        self.any_tag || self.tags.binary_search(&hash(tag.as_bytes())).is_ok()
    }

    /// The keys of what the file includes, see [`include_key`]; macros may say what else.
    #[must_use]
    pub fn includes(&self) -> &[u32] {
        &self.includes
    }

    /// The `#include` lines that are a macro's.
    #[must_use]
    pub fn by_macro(&self) -> &[ByMacro] {
        &self.by_macro
    }

    /// The macros that may give what is included.
    #[must_use]
    pub fn defines(&self) -> &[Define] {
        &self.defines
    }
}

/// How the name of a file is noted that a macro may give: its last part, up to its first dot.
#[must_use]
pub fn stem_key(path: &[u8]) -> u32 {
    hash(defines::stem(path))
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

/// The words that are looked for.
const KEYWORDS: [&[u8]; 4] = [b"struct", b"union", b"include", b"define"];

/// Each place of a keyword: the word, and what is behind it.
fn keywords(bytes: &[u8]) -> impl Iterator<Item = (&'static [u8], &[u8])> {
    // One pass for all four, sixteen places at a time; a processor that cannot has a pass for each.
    static SEARCHER: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(KEYWORDS));
    let packed = SEARCHER.as_ref().into_iter().flat_map(|searcher| {
        let found = searcher.find_iter(bytes);
        found.map(|found| (found.pattern().as_usize(), found.start()))
    });
    let one_by_one = SEARCHER.is_none().then(|| {
        let keywords = KEYWORDS.iter().enumerate();
        keywords
            .flat_map(|(at, word)| memmem::find_iter(bytes, *word).map(move |start| (at, start)))
    });
    let places = packed.chain(one_by_one.into_iter().flatten());
    places.filter_map(|(keyword, start)| {
        let keyword = *KEYWORDS.get(keyword)?;
        let end = start + keyword.len();
        is_whole(bytes, start, end).then(|| (keyword, bytes.get(end..).unwrap_or_default()))
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

/// Whether the text ends in `#include`, or `# include`, or the same over two lines; or so with another word. A `#` is
/// the first of its line, but for comments and blanks.
fn is_directive(before: &[u8], word: &[u8]) -> bool {
    let head = before.strip_suffix(word).unwrap_or(before);
    if head.ends_with(b"\\\n") {
        return true;
    }
    let head = before_blanks(head);
    // A comment may be between the two.
    let head = match head.ends_with(b"*/") {
        true => before_blanks(
            memmem::rfind(head, b"/*").map_or(head, |at| head.get(..at).unwrap_or_default()),
        ),
        false => head,
    };
    let Some(line) = head.strip_suffix(b"#").or_else(|| head.strip_suffix(b"%:")) else {
        return false;
    };
    let line = before_blanks(line);
    matches!(line.last(), None | Some(b'\n')) || line.ends_with(b"*/")
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

/// Without the blanks in front: what a directive has is on its line.
fn after_blanks(rest: &[u8]) -> &[u8] {
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    rest.get(blanks.count()..).unwrap_or_default()
}

fn before_blanks(head: &[u8]) -> &[u8] {
    let blanks = head.iter().rev();
    let blanks = blanks.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\x0b' | b'\x0c'));
    head.get(..head.len() - blanks.count()).unwrap_or_default()
}

fn sorted<T: Ord>(mut noted: Vec<T>) -> Box<[T]> {
    noted.sort_unstable();
    noted.dedup();
    noted.into_boxed_slice()
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
        assert_eq!(Named::of(b"#include HEADER\n").by_macro().len(), 1);
    }

    #[test]
    fn a_directive_is_the_first_of_its_line() {
        for line in [
            "#include X",
            "  # include X",
            "/* a */ #include X",
            "# /* a */ include X",
            "#\\\ninclude X",
            "int a;\n%:include X",
        ] {
            assert_eq!(Named::of(line.as_bytes()).by_macro().len(), 1, "{line}");
        }
        for line in [
            " * see #include X",
            "// include X",
            "/* a */ include X",
            "f(a, # include X",
        ] {
            assert_eq!(Named::of(line.as_bytes()).by_macro(), [], "{line}");
        }
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
        assert_eq!(named.includes(), keys);
    }
}
