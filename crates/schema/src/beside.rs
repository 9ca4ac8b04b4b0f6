//! On which side of what: the keys `before` and `after`.

/// Before or after which of the named things: the first that the tree has.
#[derive(Clone, Debug)]
pub struct Beside<T> {
    /// On which side of it.
    pub side: Side,
    /// Alternatives, tried in order.
    pub anchors: Vec<T>,
}

/// On which side of an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `before = …`
    Before,
    /// `after = …`
    After,
}

impl Side {
    /// The key that says so.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}
