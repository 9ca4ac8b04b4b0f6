//! What a judged change accounts for: the tokens that differ because of it, and the lines around them.
//!
//! The token frame takes these tokens out of both sides and demands that nothing else differs. A
//! range that *replaces* one of the tree before leaves a mark in both streams, so that the new code
//! has to stand just where the old one stood.

use std::ops::Range;

use dialect::TreePath;

/// Tokens that one declared change explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Explained {
    /// The file.
    pub(crate) path: TreePath,
    /// What stood there before and is replaced; none: pure insertion.
    pub(crate) before: Option<Range<usize>>,
    /// What stands there now, in pieces.
    pub(crate) after: Vec<Range<usize>>,
}

impl Explained {
    pub(crate) fn inserted(path: &TreePath, after: Vec<Range<usize>>) -> Self {
        Self {
            path: path.clone(),
            before: None,
            after,
        }
    }

    /// What goes, and leaves no mark.
    pub(crate) fn removed(path: &TreePath, before: Range<usize>) -> Self {
        Self {
            path: path.clone(),
            before: Some(before),
            after: Vec::new(),
        }
    }

    pub(crate) fn replaced(path: &TreePath, before: Range<usize>, after: Range<usize>) -> Self {
        Self {
            path: path.clone(),
            before: Some(before),
            after: vec![after],
        }
    }
}

/// Where comments belong to a declared change: its statement or declaration, in the tree after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommentScope {
    /// The file.
    pub(crate) path: TreePath,
    /// Byte range.
    pub(crate) after: Range<usize>,
    /// In the tree before: comments that the change itself takes away, as far as any of them is here.
    pub(crate) before: Option<Range<usize>>,
}
