//! What a text pastes: by tables, and by what holds of every text.

use std::collections::BTreeSet;

use super::{Pasted, has_parts, may_paste};

#[test]
fn a_telling_part_is_enough_in_a_macro() {
    let words = BTreeSet::from(["is_virtfn".to_owned()]);
    let params = ["x".to_owned(), "y".to_owned()];
    for (body, expected) in [
        ("d->is_##x", true),
        ("d->x##_virtfn", true),
        ("d->is##_virtfn", true),
        ("d->x##y", false),
        ("d->x##n", false),
        ("d->is_x", false),
        ("d->was_##x", false),
    ] {
        assert_eq!(
            may_paste(body.as_bytes(), &params, &words),
            expected,
            "{body}"
        );
    }
}

#[test]
fn a_file_has_the_parts_of_a_word() {
    for (text, expected) in [
        ("#define C(a, b) a##b\nd->C(fl, ag);", true),
        ("#define F(a) f##a\nd->F(lag);", true),
        ("#define F(a) d->fla##a\n", true),
        ("#define C(a, b) a##b\nd->C(fl, at);", false),
        ("fl ag", false),
        ("#define C(a, b, c) a##b##c\nd->C(f, la, g);", true),
        ("#define C(a, b, c) a ## b ## c\nd->C(f, la, t);", false),
    ] {
        assert_eq!(has_parts(text.as_bytes(), "flag"), expected, "{text}");
        let pasted = Pasted::new(vec!["other".to_owned(), "flag".to_owned()]);
        let found: Vec<&String> = pasted.having_parts(text.as_bytes()).collect();
        assert_eq!(found == ["flag"], expected, "{text}");
    }
}

mod handed {
    use super::super::Pasted;

    #[test]
    fn parts_are_handed_on_one_beside_the_other() {
        for (text, expected) in [
            ("d->C(fl, ag) = 1;", true),
            ("d->C(f, lag) = 1;", true),
            ("d->C(fla ,\n g) = 1;", true),
            ("d->C(fl, a, g) = 1;", true),
            ("d->C(fl, /* why */ ag) = 1;", true),
            ("#define F(d) d->C(fl, \\\n\tag) = 1", true),
            ("d->C(fl, at) = 1;", false),
            ("d->C(fl; ag) = 1;", false),
            ("d->C(xfl, ag) = 1;", false),
            ("flag, ag", false),
        ] {
            let pasted = Pasted::new(vec!["flag".to_owned()]);
            assert_eq!(pasted.is_handed(text.as_bytes()), expected, "{text}");
            let found = pasted.handed(text.as_bytes()).count();
            assert_eq!(found == 1, expected, "{text}");
        }
    }
}

mod laws {
    use proptest::prelude::*;

    use super::super::{Pasted, has_parts};

    const PIECES: [&str; 19] = [
        "##", "#", "#\\\n#", "%:%:", "fl", "ag", "f", "lag", "flag", "fla", "g", " ", "\n", "\\\n",
        "/* x */", "//", "(", ",", "\"##\"",
    ];

    #[test]
    fn a_half_inside_a_longer_word_is_no_part() {
        let pasted = Pasted::new(vec!["vfio_config_init".to_owned()]);
        for (text, expected) in [
            ("#define C(a, b) a##b\nmy_config_init();", false),
            ("#define C(a, b) a##b\nvfio_config_inits();", false),
            ("#define C(a, b) a##b\nvfio_config();", true),
            ("#define C(a, b) a##b\nC(vfio_, config_init)();", true),
            ("#define C(a, b) a##b\nC(vfio_config_, init)();", true),
            ("#define C(a, b, c) a##b##c\nmy_config_init();", true),
            ("#define C(a, b) a##b\nC(vfio_con\\\nfig, _init)();", true),
            ("#define F(a) a##_init\n", true),
            // The middle is the longest part.
            (
                "#define C(a, b, c) a##b##c\nC(vf, io_config_in, it)();",
                true,
            ),
            ("#define C(a, b, c) a##b##c\nC(vf, io_in, it)();", false),
        ] {
            assert_eq!(pasted.may_be_made(text.as_bytes()), expected, "{text}");
            let halves = pasted.halves();
            let mut halves = halves.iter();
            let has_half = halves.any(|half| memchr::memmem::find(text.as_bytes(), half).is_some());
            let made = pasted.may_be_made_of(text.as_bytes(), has_half);
            assert_eq!(made, expected, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        /// What the letters alone rule out has no parts of the word.
        #[test]
        fn the_quick_look_passes_over_nothing(pieces in prop::collection::vec(0_usize..PIECES.len(), 0..14)) {
            let text: String = pieces.iter().filter_map(|at| PIECES.get(*at)).copied().collect();
            let pasted = Pasted::new(vec!["flag".to_owned()]);
            let found = pasted.having_parts(text.as_bytes()).next().is_some();
            prop_assert_eq!(found, has_parts(text.as_bytes(), "flag"), "{:?}", text);
            let joined = dialect::token::joined(text.as_bytes());
            let has = has_parts(&joined, "flag");
            prop_assert!(!has || pasted.may_have_parts(text.as_bytes()), "{:?}", text);
            prop_assert!(!has || pasted.may_be_made(text.as_bytes()), "{:?}", text);
        }
    }
}
