//! What a file includes, noted while it is in memory anyway: who then asks which files know a type opens those instead
//! of walking again.

mod defines;

use std::sync::LazyLock;

use aho_corasick::packed;
use dialect::token::split_words;
use dialect::words::INCLUDING_MACROS;
use memchr::memmem;

pub use self::defines::{ByMacro, Define, Gives};
use crate::words::is_whole;

/// The files that a file includes, as it writes them.
/// It may be said of one that is not there, never the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Includes {
    /// Hashes, sorted.
    keys: Box<[u32]>,
    /// What macros say is included.
    by_macro: Box<[ByMacro]>,
    /// What [`INCLUDING_MACROS`] may say is included.
    defines: Box<[Define]>,
}

impl Includes {
    /// What a file includes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        static SEARCHER: LazyLock<Option<packed::Searcher>> = LazyLock::new(|| packed(keywords()));
        let mut notes = Notes::default();
        match &*SEARCHER {
            Some(searcher) => {
                for found in searcher.find_iter(bytes) {
                    notes.take(bytes, found.start(), found.end());
                }
            }
            // A processor that cannot search for all at once has a pass for each.
            None => {
                for word in keywords() {
                    for start in memmem::find_iter(bytes, word) {
                        notes.take(bytes, start, start + word.len());
                    }
                }
            }
        }
        for word in split_words(bytes) {
            notes.take_split(&word);
        }
        notes.done()
    }

    /// The keys of what the file includes, see [`include_key`]; macros may say what else.
    #[must_use]
    pub fn keys(&self) -> &[u32] {
        &self.keys
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

/// A search for some words in one pass, sixteen places at a time; none where there are too many, or the processor
/// cannot. Where one word begins another, the longer is found.
#[must_use]
pub fn packed<'w>(words: impl IntoIterator<Item = &'w [u8]>) -> Option<packed::Searcher> {
    packed::Config::new()
        .match_kind(packed::MatchKind::LeftmostLongest)
        .builder()
        .extend(words)
        .build()
}

/// The words that notes are made of.
pub(crate) fn keywords() -> impl Iterator<Item = &'static [u8]> {
    INCLUDES.into_iter().chain(INCLUDING_MACROS)
}

/// The directives that include a file (gcc's `include_next` means another of that name).
const INCLUDES: [&[u8]; 3] = [b"include", b"include_next", b"import"];

/// What has been noted of a file so far.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    includes: Vec<u32>,
    by_macro: Vec<ByMacro>,
    defines: Vec<Define>,
}

impl Notes {
    /// Takes one of the [`keywords`], or what looks like it, that is at `start..end`.
    pub(crate) fn take(&mut self, bytes: &[u8], start: usize, end: usize) {
        if !is_whole(bytes, start, end) {
            return;
        }
        let (Some(before), Some(word), Some(rest)) =
            (bytes.get(..start), bytes.get(start..end), bytes.get(end..))
        else {
            return;
        };
        if !INCLUDES.contains(&word) {
            self.defines.extend(definition(before, word, rest));
            return;
        }
        if !is_directive(before) {
            return;
        }
        match included(rest.trim_ascii_start()) {
            Some((delimiter, path)) => self.includes.push(include_key(delimiter, path)),
            None => self.by_macro.push(defines::by_macro(after_blanks(rest))),
        }
    }

    /// Takes a word that is written over several lines.
    pub(crate) fn take_split(&mut self, word: &[u8]) {
        if INCLUDES.contains(&word) {
            self.by_macro.push(ByMacro::Any);
            return;
        }
        // Behind a `#define` that is written so, the name may be any of them.
        let names = INCLUDING_MACROS.into_iter();
        let names = names.filter(|name| word == b"define" || word == *name);
        self.defines.extend(names.map(|name| Define {
            name: hash(name),
            gives: Gives::Any,
        }));
    }

    pub(crate) fn done(self) -> Includes {
        Includes {
            keys: sorted(self.includes),
            by_macro: sorted(self.by_macro),
            defines: sorted(self.defines),
        }
    }
}

/// The definition of the macro called `name`, if what is before it says that it is one.
fn definition(before: &[u8], name: &[u8], rest: &[u8]) -> Option<Define> {
    let head = before_blanks(before);
    let name = hash(name);
    if head.ends_with(b"\\\n") || head.ends_with(b"*/") {
        let gives = Gives::Any;
        return Some(Define { name, gives });
    }
    let directive = head.strip_suffix(b"define")?;
    let gives = defines::gives(rest)?;
    is_directive(directive).then_some(Define { name, gives })
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

/// Whether what is before a word ends in `#`, with blanks or over two lines: the word is a directive's. A `#` is the
/// first of its line, but for comments and blanks.
fn is_directive(head: &[u8]) -> bool {
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
    // One that goes on over the line has its closing delimiter there.
    (rest.get(path.len()) == Some(&close)).then_some((delimiter, path))
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
    use super::{Includes, UPWARDS, include_key};

    #[test]
    fn what_goes_on_over_a_line_may_be_any() {
        for code in [
            "#include HEADER\n",
            "#include \"a\\\n.h\"\n",
            "#inc\\\nlude \"a.h\"\n",
            "#include \\\n\"a.h\"\n",
        ] {
            let includes = Includes::of(code.as_bytes());
            assert_eq!(includes.by_macro().len(), 1, "{code}");
            assert_eq!(includes.keys(), [], "{code}");
        }
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
            assert_eq!(Includes::of(line.as_bytes()).by_macro().len(), 1, "{line}");
        }
        for line in [
            " * see #include X",
            "// include X",
            "/* a */ include X",
            "f(a, # include X",
        ] {
            assert_eq!(Includes::of(line.as_bytes()).by_macro(), [], "{line}");
        }
    }

    #[test]
    fn includes_are_noted_by_their_delimiters_and_paths() {
        let code = b"#include <linux/a.h>\n#  include\t\"../b.h\"\n/* include <c.h> */\n#include_next \"d.inc\"\n";
        let includes = Includes::of(code);
        let mut keys = [
            include_key(b'<', b"linux/a.h"),
            include_key(UPWARDS, b"b.h"),
            include_key(b'"', b"d.inc"),
        ];
        keys.sort_unstable();
        assert_eq!(includes.keys(), keys);
    }
}
