//! What a change has to go by, and what it does to one file.

use query::File;
use schema::model::{ChangeBody, Spec};
use sites::{Alternative, Resolver};

use crate::edit::{Edit, Insertions};

/// What a kind has to go by.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The file that is edited, as the earlier changes of the series left it.
    pub(crate) file: &'a File,
    /// The form of the change.
    pub(crate) body: &'a ChangeBody,
    /// What its anchors mean in the file.
    pub(crate) resolver: Resolver<'a>,
    /// What earlier changes put behind their anchors in the file.
    pub(crate) inserted: &'a Insertions,
    /// The whole series.
    pub(crate) spec: &'a Spec,
}

/// What a change does to one file.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The edits, in any order.
    pub(crate) edits: Vec<Edit>,
    /// Where they are, for people.
    pub(crate) sites: Vec<Site>,
}

/// One place that a change resolves to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// Byte offset of what the change is about.
    pub(crate) offset: usize,
    /// Which alternatives of the spec were used, where it gives several.
    pub(crate) alternatives: Vec<Alternative>,
}

impl Site {
    /// A site at each of the offsets, by the same alternatives.
    pub(crate) fn each(
        offsets: impl IntoIterator<Item = usize>,
        used: &[Alternative],
    ) -> Vec<Self> {
        let offsets = offsets.into_iter();
        offsets
            .map(|offset| Self {
                offset,
                alternatives: used.to_vec(),
            })
            .collect()
    }
}
