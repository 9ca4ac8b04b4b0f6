//! The includes of one file in their order, and which words it may have.

use dialect::TreePath;
use trees::{Print, Tree};

use super::{Included, KnownIncludes, architectures, header_of, places};

/// See the module's page.
#[derive(Debug)]
pub(crate) struct Ordered {
    /// Where the directive begins, and what it includes, by place.
    includes: Vec<(usize, Included)>,
    print: Print,
}

impl Ordered {
    /// Every include counts, what is under `#if 0` among them. None: the file cannot be read.
    pub(crate) fn of(
        tree: &dyn Tree,
        path: &TreePath,
        known: Option<&KnownIncludes>,
    ) -> Option<Self> {
        let bytes = tree.read(path).ok().flatten()?;
        let own = architectures(path);
        let included = |directive| {
            let (header, is_quoted) = header_of(directive)?;
            let places = match known {
                Some(known) => known.places(tree, path, &header, is_quoted, &own),
                None => places(tree, path, &header, is_quoted, &own),
            };
            Some(Included::of(places))
        };
        let found = directives(&bytes);
        Some(Self {
            includes: found
                .filter_map(|(at, directive)| Some((at, included(directive)?)))
                .collect(),
            print: Print::of(&bytes),
        })
    }

    pub(crate) fn includes(&self) -> &[(usize, Included)] {
        &self.includes
    }

    /// Whether the file may have the word; never false of one that it has.
    pub(crate) fn may_have(&self, word: &str) -> bool {
        self.print.may_have(word)
    }
}

/// Each line with a directive: where it begins, and what is behind its `#`.
pub(crate) fn directives(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    bytes
        .split_inclusive(|&byte| byte == b'\n')
        .filter_map(move |line| {
            let start = at;
            at += line.len();
            let text = line.trim_ascii_start().strip_prefix(b"#")?;
            Some((start, text.trim_ascii_start()))
        })
}
