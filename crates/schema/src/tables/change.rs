//! The keys that every change has.

use crate::kinds::ChangeKeys;
use crate::raw::{Flag, Int, Kinded, Text, Texts, section};

/// A `[[patch.change]]`.
pub(crate) type RawChange = Kinded<ChangeCommon, ChangeKeys>;

/// A `[[patch.change.instead]]`.
pub(crate) type RawInstead = Kinded<InsteadCommon, ChangeKeys>;

section! {
    /// One declared modification. The kind says which further keys it has.
    ChangeCommon {
        /// A name for reports, unique in the spec; made from kind, file and function where there is none.
        Optional id: Text,
        /// The file, or alternatives: the first that the tree has.
        Optional file: Texts,
        /// In the place of `file`: every file that a path pattern matches (`*`, `?`, `**` for any folders) or a folder has, with
        /// `all` or `count` over all of them. For `rewrite` and `test`.
        Optional files: Texts,
        /// The words of the comment that goes with the code: lines that fit stay as written, others are wrapped.
        Optional comment: Text,
        /// `CONFIG_X` or `!CONFIG_X`: what the change brings is put between `#ifdef` (`#ifndef`) and `#endif`. For `member`,
        /// `function`, `insert`, `field` and `declaration`.
        Optional under: Text,
        /// There are this many sites, and every one changes; without it, exactly one.
        Optional count: Int,
        /// There are one or more sites, and every one changes.
        Optional all: Flag,
        /// `"fine"`: with `all`, a tree in which every site has the new form already has nothing to change, and is no mistake.
        /// For `rewrite` and `test`.
        Optional already: Text,
        /// Further forms of the whole change, tried in order where the tree lacks the site of those before.
        Optional instead: Vec<RawInstead>,
    }
}

section! {
    /// Another form of a change. Keys that it leaves out (file, comment, function) are the change's.
    InsteadCommon {
        /// The file, or alternatives; the change's where left out.
        Optional file: Texts,
        /// The words of the comment; the change's where left out.
        Optional comment: Text,
        /// As the change's key, which it takes over where it is left out.
        Optional under: Text,
    }
}
