//! What a judgement looks at: the tree before, the tree after, and which files differ.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use schema::model::Spec;
use syntax::items::Function;
use trees::{ParsedTree, TreeError};

use crate::finding::{Finding, Verdict};
use crate::includes::KnownIncludes;
use crate::word_index::WordIndex;
use sites::brief;

/// Before or after the patches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Image {
    /// The tree as it was.
    Before,
    /// The tree with the patches applied, or the tree as it is.
    After,
}

/// The two states of one tree, and the spec to judge them by.
pub(crate) struct Comparison<'a> {
    pub(crate) spec: &'a Spec,
    /// None: the tree is judged as it is.
    pub(crate) before: Option<Arc<ParsedTree>>,
    pub(crate) after: Arc<ParsedTree>,
    /// The files that the patches touch.
    pub(crate) touched: BTreeSet<TreePath>,
    pub(crate) word_index: Arc<WordIndex>,
    /// As `word_index`, of the headers that the touched files are likely to see: a walk of its own is a
    /// fraction of one over the whole tree, and mostly enough.
    pub(crate) header_index: WordIndex,
    /// What headers include, for all states of the series.
    pub(crate) known_includes: KnownIncludes,
}

impl Comparison<'_> {
    /// The tree of one side; none before, where the tree is judged as it is.
    pub(crate) fn tree(&self, side: Image) -> Option<&ParsedTree> {
        match side {
            Image::Before => self.before.as_deref(),
            Image::After => Some(&self.after),
        }
    }

    /// The bytes of a file; `None` where that side has none.
    pub(crate) fn bytes(
        &self,
        side: Image,
        path: &TreePath,
    ) -> Result<Option<Arc<[u8]>>, TreeError> {
        match self.tree(side) {
            Some(tree) => tree.tree().read(path),
            None => Ok(None),
        }
    }

    /// A file, parsed.
    pub(crate) fn file(
        &self,
        side: Image,
        path: &TreePath,
    ) -> Result<Option<Arc<File>>, TreeError> {
        match self.tree(side) {
            Some(tree) => tree.file(path),
            None => Ok(None),
        }
    }

    /// A C file, parsed, where it is there and readable: for what a message shows.
    pub(crate) fn source(&self, side: Image, path: &TreePath) -> Option<Arc<File>> {
        if path.is_c() {
            self.file(side, path).ok().flatten()
        } else {
            None
        }
    }
}

/// The finding with its place. A place that the parser did not read cleanly proves nothing: whatever
/// was concluded there becomes unknown.
pub(crate) fn placed(finding: Finding, file: &File, offset: usize) -> Finding {
    let line = file.line_of(offset);
    // Of a file with macros expanded, the line as it is in the tree is shown.
    let shown = match file.original() {
        Some(original) => original.text(beginning(original, line)).into_owned(),
        None => {
            let text = file.written().get(beginning(file, line));
            String::from_utf8_lossy(text.unwrap_or_default()).into_owned()
        }
    };
    let mut finding = finding.in_file(file.path()).at_line(line).showing(&shown);
    if let Some(function) = file.function_at(offset) {
        finding = finding.in_function(&function.name);
        if let Some(unread) = unread_in_function(file, function) {
            finding.verdict = Verdict::Unknown;
            finding.message = format!(
                "{}(): not judged, line {} could not be read ({})",
                function.name,
                file.line_of(unread.range.start),
                brief(&unread.cause, 60)
            );
        }
    }
    finding
}

/// How much of a line is shown. A file may be one line, with a finding at each of its words.
const LONGEST_SHOWN: usize = 500;

/// The line, or where it is long its beginning.
fn beginning(file: &File, line: usize) -> Range<usize> {
    let range = file.lines().range_of(line);
    range.start..range.end.min(range.start + LONGEST_SHOWN)
}

/// What the parser could not read in a function.
pub(crate) fn unread_in_function<'a>(
    file: &'a File,
    function: &Function,
) -> Option<&'a syntax::Unread> {
    if function.clean {
        return None;
    }
    file.unread_in(&function.range)
}

/// The text of the line that holds `offset`.
pub(crate) fn line_of(file: &File, offset: usize) -> String {
    crate::frame::tokens::line_text(file.written(), offset)
}
