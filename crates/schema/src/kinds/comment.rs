//! `comment`: the words of a comment at a site.

use query::pattern::{Fragment, Pattern};

use super::{Given, Kind, Subject};
use crate::compile::words::all;
use crate::compile::{Compiler, drawn};
use crate::raw::{Texts, section};

section! {
    /// The words of a comment at a site. The new words are `comment`: alone, or drawn from `/*` to `*/` where the lines are not
    /// to be those of the file's other comments.
    CommentKeys at span {
        /// The function, or alternatives; without it, anywhere in the file.
        Optional function: Texts,
        /// Replace the comment that has these words (white space and `*` apart), or alternatives: the one that says just
        /// them, or else the one that has them among others; all of it is replaced.
        Optional words: Texts,
        /// Put a comment before this statement: a pattern, or alternatives.
        Optional before: Texts,
    }
}

/// The words of a comment at a site.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The function: the first of these that the file defines. Empty: the whole file.
    pub functions: Vec<String>,
    /// Replace the comment that has these words (modulo white space and `*`)…
    pub words: Vec<String>,
    /// … or put one before this statement.
    pub before: Vec<Pattern>,
    /// The comment as it is to be drawn, from `/*` to `*/`, as at column 0; none where the words alone are given.
    pub drawn: Option<String>,
}

impl Kind for Comment {
    type Keys = CommentKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
function = "vfio_basic_config_read"
words = [
	"Mask in virtual memory enable for SR-IOV devices",
	"A VF shows the memory bit that userspace set, not its own",
]
comment = "Mask in virtual memory enable"
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(keys: &CommentKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &CommentKeys, given: &Given<'_>) -> Option<Self> {
        let functions = compiler.functions(given.functions);
        let words = keys.words.as_ref().map_or(Some(Vec::new()), |texts| {
            let items = compiler.some(texts, "words")?;
            all(items.iter().map(|text| compiler.prose(text, "words")))
        });
        let before = keys.before.as_ref().map_or(Some(Vec::new()), |texts| {
            compiler.patterns(texts, "before", Fragment::Any)
        });
        if keys.words.is_some() == keys.before.is_some() {
            let help = "`words` are those of the comment to replace; `before` is the statement that gets one";
            let message = if keys.words.is_some() {
                "both `words` and `before` are given"
            } else {
                "neither `words` nor `before` says where"
            };
            compiler
                .mistakes
                .report(&keys.span, message, "which comment?", help);
            return None;
        }
        if given.comment.is_none() {
            let help = "`comment = \"…\"` has the new words";
            let message = "the change lacks the key `comment`";
            compiler
                .mistakes
                .report(&keys.span, message, "which words?", help);
            return None;
        }
        let written = given.comment_as_written.map(|text| text.value.trim());
        let drawn = written.filter(|text| drawn::words(text).is_some());
        Some(Self {
            drawn: drawn.map(str::to_owned),
            functions: functions?,
            words: words?,
            before: before?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}
