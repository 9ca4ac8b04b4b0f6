//! Places of a function by the `#if` that is around them: what is before such a place under the same condition is compiled
//! wherever the place is.

use syntax::directives::Condition;

/// For how many different conditions in a function a graph of its own is made.
const MOST: usize = 32;

/// Places under one `#if`.
pub(super) struct Configuration<T> {
    /// What all configurations that have them have in common.
    pub(super) given: Vec<Condition>,
    pub(super) places: Vec<T>,
}

/// The places by their conditions. None: there are more different ones than anybody writes into a function.
pub(super) fn configurations<T>(
    places: impl Iterator<Item = (Vec<Condition>, T)>,
) -> Option<Vec<Configuration<T>>> {
    let mut found: Vec<Configuration<T>> = Vec::new();
    for (given, place) in places {
        let known = found.iter().position(|known| known.given == given);
        match known.and_then(|at| found.get_mut(at)) {
            Some(known) => known.places.push(place),
            None => found.push(Configuration {
                given,
                places: vec![place],
            }),
        }
        if found.len() > MOST {
            return None;
        }
    }
    Some(found)
}
