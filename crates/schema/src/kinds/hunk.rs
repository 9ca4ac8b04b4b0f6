//! `hunk`: the text of a hunk with its context, for what nothing else can say.

use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::raw::{Text, Texts, section};

section! {
    /// The text of a hunk with its context, for what no other kind can say: in a file of any language. It lands where the
    /// file has just these lines, once: with no fuzz.
    HunkKeys {
        /// The function that the hunk is in, or alternatives; without it, the lines are there once in the whole file.
        Optional function: Texts,
        /// The lines as in a patch: each begins with a blank (kept), `-` (goes) or `+` (comes); an empty line is one of
        /// context. No `@@` line.
        Required text: Text,
        /// `latin-1`: each character is one byte of the file, for lines that are not UTF-8. Without it the text is UTF-8.
        Optional encoding: Text,
    }
}

/// The text of a hunk.
#[derive(Clone, Debug)]
pub struct Hunk {
    /// The function: the first of these that the file defines. Empty: the whole file.
    pub functions: Vec<String>,
    /// The lines, in order.
    pub lines: Vec<HunkLine>,
    /// Each character of `lines` is one byte of the file; else they are UTF-8.
    pub is_latin_1: bool,
}

/// What a line of a hunk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HunkSign {
    /// It is there before and after.
    Context,
    /// It goes.
    Remove,
    /// It comes.
    Add,
}

/// One line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HunkLine {
    /// What the line does.
    pub sign: HunkSign,
    /// The line with its newline; without one at the end of a file that does not end with one.
    pub text: String,
}

impl Hunk {
    /// The bytes that a text of this hunk is in the file.
    #[must_use]
    pub fn encoded(&self, text: &str) -> Vec<u8> {
        if self.is_latin_1 {
            // The schema has taken no character beyond a byte.
            text.chars().filter_map(|c| u8::try_from(c).ok()).collect()
        } else {
            text.as_bytes().to_vec()
        }
    }

    /// What the file has before.
    #[must_use]
    pub fn lines_before(&self) -> Vec<u8> {
        self.side(HunkSign::Add)
    }

    /// What it has after.
    #[must_use]
    pub fn lines_after(&self) -> Vec<u8> {
        self.side(HunkSign::Remove)
    }

    fn side(&self, other: HunkSign) -> Vec<u8> {
        let own = self.lines.iter().filter(|line| line.sign != other);
        own.flat_map(|line| self.encoded(&line.text)).collect()
    }
}

impl Kind for Hunk {
    type Keys = HunkKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/Kconfig"
text = '''
 config VFIO_PCI_INTX
-	def_bool VFIO_PCI && !S390
+	def_bool VFIO_PCI && !S390 && !S390X
'''
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(keys: &HunkKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &HunkKeys, given: &Given<'_>) -> Option<Self> {
        super::no_comment(compiler, given, "write it among the lines");
        let functions = compiler.functions(given.functions);
        let is_latin_1 = encoding(compiler, keys.encoding.as_ref());
        let lines = lines(compiler, keys.text.as_ref()?);
        let hunk = Self {
            functions: functions?,
            lines: lines?,
            is_latin_1: is_latin_1?,
        };
        let text = keys.text.as_ref()?;
        if hunk.is_latin_1 && text.value.chars().any(|c| u32::from(c) > 0xff) {
            let help = "write each byte as one character, as `\\u00e9` for the byte 0xe9, or leave `encoding` out";
            let message = "`text` has a character that is no byte of Latin-1";
            compiler
                .mistakes
                .report(&text.span, message, "beyond one byte", help);
            return None;
        }
        Some(hunk)
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}

/// Whether the encoding is Latin-1.
fn encoding(compiler: &mut Compiler<'_>, text: Option<&Text>) -> Option<bool> {
    match text {
        None => Some(false),
        Some(text) if text.value == "latin-1" => Some(true),
        Some(text) => {
            let message = format!("no encoding `{}`", text.value.escape_debug());
            let help = "`encoding = \"latin-1\"`, or leave it out for UTF-8";
            compiler
                .mistakes
                .report(&text.span, message, "not known", help);
            None
        }
    }
}

/// The line of a patch that says that the one before it has no newline.
const NO_NEWLINE: char = '\\';

/// The lines of the text.
fn lines(compiler: &mut Compiler<'_>, text: &Text) -> Option<Vec<HunkLine>> {
    let mut lines: Vec<HunkLine> = Vec::new();
    let mut at = 0;
    for line in text.value.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let mut report = |message: &str, label: &str, help: &str| {
            let span = compiler.inside(text, &range);
            compiler.mistakes.report(&span, message, label, help);
        };
        // In a patch every line ends; here the last one may have its quotes behind it.
        let body = line.strip_suffix('\n').unwrap_or(line);
        let mut chars = body.chars();
        let sign = match chars.next() {
            // A mailer takes the blank off an empty line of context, and git takes it so.
            None | Some(' ') => HunkSign::Context,
            Some('-') => HunkSign::Remove,
            Some('+') => HunkSign::Add,
            Some(NO_NEWLINE) => {
                if let Some(last) = lines.last_mut() {
                    last.text.truncate(last.text.trim_end_matches('\n').len());
                }
                continue;
            }
            Some('@') => {
                report(
                    "a hunk of a spec has no line numbers",
                    "a line of a patch's own",
                    "leave the `@@` line out; write a `hunk` change for each hunk",
                );
                return None;
            }
            Some(_) => {
                report(
                    "a line of `text` begins with no blank, `-` or `+`",
                    "kept, removed or added?",
                    "begin it with a blank where it is kept, with `-` where it goes, with `+` where it comes",
                );
                return None;
            }
        };
        lines.push(HunkLine {
            sign,
            text: format!("{}\n", chars.as_str()),
        });
    }
    let misses = ends_in_the_middle(&lines);
    let whole = &text.span;
    if misses {
        let help = "`\\ No newline at end of file` is said of the last line of the file alone";
        let message = "a line without a newline is not the last";
        compiler
            .mistakes
            .report(whole, message, "others follow", help);
        return None;
    }
    if lines.iter().all(|line| line.sign == HunkSign::Context) {
        let help = "begin what goes with `-` and what comes with `+`";
        compiler
            .mistakes
            .report(whole, "the hunk changes nothing", "no `-` and no `+`", help);
        return None;
    }
    Some(lines)
}

/// Whether a line without a newline has another of its side behind it.
fn ends_in_the_middle(lines: &[HunkLine]) -> bool {
    [HunkSign::Add, HunkSign::Remove].iter().any(|other| {
        let mut side = lines.iter().filter(|line| line.sign != *other).rev();
        side.next();
        side.any(|line| !line.text.ends_with('\n'))
    })
}
