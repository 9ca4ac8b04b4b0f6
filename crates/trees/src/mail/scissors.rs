//! Scissors lines: `-- >8 --`, and the like, by the rules of `git mailinfo --scissors`.

use super::is_space;

/// A line is long enough for scissors from here on: `-- >8 --`.
const SHORTEST: usize = 8;

/// Whether the line is perforated over more than a third of its visible width, with scissors, and mostly
/// by them and by dashes.
pub(super) fn is_scissors(line: &[u8]) -> bool {
    let (mut perforation, mut gap, mut scissors, mut perforated) = (0, 0, 0, false);
    let (mut first, mut last) = (None, 0);
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        let here = at;
        at += 1;
        if is_space(byte) {
            perforation += usize::from(perforated);
            gap += usize::from(perforated);
            continue;
        }
        first.get_or_insert(here);
        last = here;
        let is_pair = line.get(here..here + 2).is_some_and(|pair| {
            [b">8", b"8<", b">%", b"%<"]
                .iter()
                .any(|known| pair == *known)
        });
        perforated = byte == b'-' || is_pair;
        if is_pair {
            perforation += 2;
            scissors += 2;
            at += 1;
        } else if perforated {
            perforation += 1;
        }
    }
    let visible = first.map_or(0, |first| last - first + 1);
    scissors > 0 && visible >= SHORTEST && visible < perforation * 3 && gap * 2 < perforation
}

#[cfg(test)]
mod tests {
    use super::is_scissors;

    #[test]
    fn scissors_are_mostly_dashes() {
        for line in [
            "-- >8 --\n",
            "-----8<-----",
            "  - - >% - - cut - - >8 - -",
            "-- 8< -- cut here -- 8< --",
        ] {
            assert!(is_scissors(line.as_bytes()), "{line}");
        }
        for line in [
            "-- >8 -",
            "--------",
            "- 8< and a lot of other text that goes on",
            "a >8 b and so on and on -- ",
        ] {
            assert!(!is_scissors(line.as_bytes()), "{line}");
        }
    }
}
