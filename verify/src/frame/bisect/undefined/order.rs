//! What a macro is at a place: the directives of a file and of what it includes, in the compiler's order.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use dialect::TreePath;
use query::File;

use super::super::scope::has_word;
use super::super::snapshot::Snapshot;
use super::super::timeline::{State, Timeline};
use super::{body, undefined_name};
use crate::includes::{Included, directives};

/// How deep headers include each other.
const DEEPEST: usize = 60;

/// What the macro is before the byte at `until` of the file.
pub(super) fn state_at(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    name: &str,
    until: usize,
) -> State {
    let key = (file.path().clone(), name.to_owned());
    if let Some(known) = snapshot.timelines.borrow().get(&key) {
        return known.before(until);
    }
    let mut order = Order {
        snapshot,
        name,
        seen: BTreeSet::new(),
        state: State::Untouched,
        timeline: Timeline::default(),
    };
    order.follow(file.path(), 0);
    let timeline = Rc::new(order.timeline);
    let state = timeline.before(until);
    snapshot.timelines.borrow_mut().insert(key, timeline);
    state
}

/// See the module's page.
struct Order<'o, 'c> {
    snapshot: &'o Snapshot<'c>,
    name: &'o str,
    seen: BTreeSet<TreePath>,
    state: State,
    /// Of the file that is asked about.
    timeline: Timeline,
}

impl Order<'_, '_> {
    fn follow(&mut self, path: &TreePath, depth: usize) {
        if depth > DEEPEST {
            self.state = State::Unknown;
            return;
        }
        if !self.seen.insert(path.clone()) {
            return;
        }
        let Some(ordered) = self.snapshot.ordered(path) else {
            return;
        };
        let named = ordered.may_have(self.name).then(|| self.named(path));
        let mut named = named.into_iter().flatten().peekable();
        for (at, included) in ordered.includes() {
            while let Some((place, state)) = named.next_if(|(place, _)| place < at) {
                self.turn(place, state, depth);
            }
            match included {
                Included::None => {}
                Included::One(header) => self.follow(header, depth + 1),
                Included::Several(headers) => self.perhaps(headers, depth),
            }
            self.note(*at, depth);
        }
        for (place, state) in named {
            self.turn(place, state, depth);
        }
    }

    /// What each directive of a file makes of the macro, by place.
    fn named(&self, path: &TreePath) -> Vec<(usize, State)> {
        let bytes = self.snapshot.tree.tree().read(path).ok().flatten();
        let bytes = bytes.filter(|bytes| has_word(bytes, self.name.as_bytes()));
        let file = bytes.as_ref().and_then(|_| self.snapshot.file(path));
        let (Some(bytes), Some(file)) = (bytes, file) else {
            return Vec::new();
        };
        let is_sure = |at: usize| file.conditions_at(at).is_empty();
        let own = file.macros().iter().filter(|own| own.name == self.name);
        let defined = own.map(|own| {
            let at = own.range.start;
            (at, State::Defined(is_sure(at).then(|| body(&file, own))))
        });
        let all = directives(&bytes);
        let undefs = all.filter(|(_, text)| undefined_name(text).as_deref() == Some(self.name));
        let undefined = undefs.map(|(at, _)| match is_sure(at) {
            true => (at, State::Undefined),
            false => (at, State::Unknown),
        });
        let mut found: Vec<(usize, State)> = defined.chain(undefined).collect();
        found.retain(|(at, _)| !file.is_dead(*at));
        found.sort_by_key(|(at, _)| *at);
        found
    }

    fn turn(&mut self, at: usize, state: State, depth: usize) {
        self.state = state;
        self.note(at, depth);
    }

    /// Writes down what the macro is behind a directive of the file that is asked about.
    fn note(&mut self, at: usize, depth: usize) {
        if depth == 0 {
            self.timeline.note(at, &self.state);
        }
    }

    /// One of these headers, whichever the configuration has.
    fn perhaps(&mut self, headers: &[TreePath], depth: usize) {
        let before = self.state.clone();
        for header in headers {
            self.follow(header, depth + 1);
        }
        if self.state != before {
            self.state = State::Unknown;
        }
    }
}
