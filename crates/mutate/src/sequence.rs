//! Numbers by chance that are the same for the same seed, on every machine.

/// The splitmix64 sequence: small, and good enough to choose with.
#[derive(Clone, Debug)]
pub(crate) struct Sequence(u64);

impl Sequence {
    /// The sequence of a seed and a name, so that each user has a sequence of its own.
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        let mixed = name.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(mixed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The items in an order by chance, each with the place that it had.
    pub(crate) fn shuffled<T>(&mut self, items: Vec<T>) -> Vec<(usize, T)> {
        let mut keyed: Vec<(u64, usize, T)> = items
            .into_iter()
            .enumerate()
            .map(|(at, item)| (self.next(), at, item))
            .collect();
        keyed.sort_by_key(|(key, at, _)| (*key, *at));
        keyed.into_iter().map(|(_, at, item)| (at, item)).collect()
    }

    /// At most `most` of the items, in the order that they had.
    pub(crate) fn some_of<T>(&mut self, items: Vec<T>, most: usize) -> Vec<T> {
        let mut chosen = self.shuffled(items);
        chosen.truncate(most);
        chosen.sort_by_key(|(at, _)| *at);
        chosen.into_iter().map(|(_, item)| item).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Sequence;

    #[test]
    fn the_same_seed_chooses_the_same_and_keeps_the_order() {
        let choose = |seed| Sequence::new(seed, "drop").some_of((0..100).collect(), 10);
        let chosen: Vec<i32> = choose(1);
        assert_eq!(chosen, choose(1));
        assert_ne!(chosen, choose(2));
        assert!(chosen.is_sorted());
        assert_eq!(chosen.len(), 10);
    }
}
