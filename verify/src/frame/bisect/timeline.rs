//! What a macro is from place to place of a file.

/// What is known of a macro at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// No directive has named it.
    Untouched,
    /// With this body; none where the definition may differ by configuration.
    Defined(Option<String>),
    Undefined,
    Unknown,
}

/// What a macro is behind each directive of a file that changes it: where that begins, by place.
#[derive(Debug, Default)]
pub(super) struct Timeline(Vec<(usize, State)>);

impl Timeline {
    /// What the macro is before the byte at `until`.
    pub(super) fn before(&self, until: usize) -> State {
        let behind = self.0.partition_point(|(at, _)| *at < until);
        let last = behind.checked_sub(1).and_then(|last| self.0.get(last));
        last.map_or(State::Untouched, |(_, state)| state.clone())
    }

    /// Writes down what the macro is behind the directive at `at`, which is behind those before.
    pub(super) fn note(&mut self, at: usize, state: &State) {
        if self.0.last().is_none_or(|(_, last)| last != state) {
            self.0.push((at, state.clone()));
        }
    }
}
