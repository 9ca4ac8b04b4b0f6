//! What the view shows where the file leaves a choice.

/// What to do with arms under `#if 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeadCode {
    /// Show them where they are whole.
    Shown,
    /// Drop them all.
    Hidden,
}

/// Which arm of a group that splits a construct is shown, where nothing is known about its conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preference {
    /// The first.
    First,
    /// The last; none where there is no `#else`.
    Last,
}

/// How to resolve what the file leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) dead_code: DeadCode,
    pub(crate) preference: Preference,
}

/// Policies in the order in which they are tried on a file, until one reads it all.
pub const POLICIES: [Policy; 3] = [
    Policy {
        dead_code: DeadCode::Shown,
        preference: Preference::First,
    },
    Policy {
        dead_code: DeadCode::Hidden,
        preference: Preference::First,
    },
    Policy {
        dead_code: DeadCode::Hidden,
        preference: Preference::Last,
    },
];
