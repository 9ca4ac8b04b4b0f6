//! Which configurations have code: one row a pair of `#if` conditions.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dialect::TreePath;
use query::config::{Implied, config_condition, implied, is_under};
use syntax::items::Condition;
use syntax::{Reader, SourceFile};

fn read(source: &str) -> SourceFile {
    let path = TreePath::new("a.c").expect("a path");
    Reader::standalone().read(&path, Arc::from(source.as_bytes()))
}

/// The conditions at `here;` in a file.
fn conditions(source: &str) -> Vec<Condition> {
    read(source).conditions_at(source.find("here;").expect("a place"))
}

fn under(lines: &str) -> Vec<Condition> {
    conditions(&format!("int first;\n{lines}\nhere;\n#endif\n"))
}

const YES: Implied = Implied::Yes;
const NO: Implied = Implied::No;
const UNKNOWN: Implied = Implied::Unknown;

/// Directives before the code, what it is claimed to be under, and the answer.
const CLAIMS: &[(&str, &str, Implied)] = &[
    ("#ifdef CONFIG_X", "CONFIG_X", YES),
    ("#ifdef CONFIG_X", "CONFIG_Y", NO),
    ("#ifndef CONFIG_X", "CONFIG_X", NO),
    ("#ifndef CONFIG_X", "!CONFIG_X", YES),
    (
        "#if defined(CONFIG_X) && defined(CONFIG_Y)",
        "CONFIG_X",
        YES,
    ),
    (
        "#if defined(CONFIG_Y) && !(!defined(CONFIG_X))",
        "CONFIG_X",
        YES,
    ),
    ("#if defined(CONFIG_X) || defined(CONFIG_Y)", "CONFIG_X", NO),
    (
        "#if defined(CONFIG_X) || defined(CONFIG_Y)",
        "CONFIG_X || CONFIG_Y",
        YES,
    ),
    (
        "#if (defined(CONFIG_X) && A) || (defined(CONFIG_X) && !A)",
        "CONFIG_X",
        YES,
    ),
    ("#if (defined(CONFIG_X) && A) || B", "CONFIG_X", NO),
    (
        "#if defined(CONFIG_X) || defined(CONFIG_Y)\n#else",
        "!CONFIG_X",
        YES,
    ),
    (
        "#if defined(CONFIG_X) && defined(CONFIG_Y)\n#else",
        "!CONFIG_X",
        NO,
    ),
    ("#ifdef CONFIG_X\n#elif defined(CONFIG_Y)", "CONFIG_Y", YES),
    ("#ifdef CONFIG_X\n#elif defined(CONFIG_Y)", "!CONFIG_X", YES),
    (
        "#ifdef CONFIG_X\n#elif defined(CONFIG_Y)\n#else",
        "!CONFIG_Y && !CONFIG_X",
        YES,
    ),
    ("#ifndef CONFIG_X\n#else", "CONFIG_X", YES),
    // Built in or a module.
    ("#if IS_ENABLED(CONFIG_X)", "CONFIG_X", YES),
    ("#if IS_BUILTIN(CONFIG_X)", "CONFIG_X", YES),
    ("#if IS_MODULE(CONFIG_X)", "CONFIG_X", YES),
    ("#if IS_REACHABLE(CONFIG_X)", "CONFIG_X", YES),
    ("#ifdef CONFIG_X_MODULE", "CONFIG_X", YES),
    (
        "#if defined(CONFIG_X) || defined(CONFIG_X_MODULE)",
        "CONFIG_X",
        YES,
    ),
    ("#if IS_ENABLED(CONFIG_X) && CONFIG_Y", "CONFIG_Y", YES),
    ("#if !IS_ENABLED(CONFIG_X)", "!CONFIG_X", YES),
    ("#if IS_ENABLED(CONFIG_X)", "IS_BUILTIN(CONFIG_X)", NO),
    ("#if IS_BUILTIN(CONFIG_X)", "!IS_MODULE(CONFIG_X)", YES),
    // Numbers.
    ("#if BITS_PER_LONG == 64", "CONFIG_X", NO),
    ("#if CONFIG_LEVEL > 3", "CONFIG_LEVEL > 2", UNKNOWN),
    ("#if CONFIG_LEVEL > 3", "CONFIG_LEVEL > 3", YES),
    ("#if CONFIG_LEVEL > 3\n#else", "CONFIG_LEVEL <= 3", YES),
    ("#if CONFIG_LEVEL > 3", "CONFIG_LEVEL", UNKNOWN),
    ("#if CONFIG_LEVEL > 3 && defined(CONFIG_X)", "CONFIG_X", YES),
    ("#if 0", "CONFIG_X", YES),
    ("#if 1", "CONFIG_X", NO),
];

#[test]
fn a_claim_is_decided_by_implication() {
    let mut wrong = Vec::new();
    for (lines, claim, expected) in CLAIMS {
        let got = is_under(&under(lines), claim);
        if got != *expected {
            wrong.push(format!("{lines} / {claim}: {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn conditions_imply_conditions() {
    let cases = [
        ("#ifdef CONFIG_X", "#if IS_ENABLED(CONFIG_X)", YES),
        ("#if IS_ENABLED(CONFIG_X)", "#ifdef CONFIG_X", NO),
        ("#if defined(A) && defined(B)", "#ifdef B", YES),
        ("#ifdef B", "#if defined(A) && defined(B)", NO),
        ("#ifdef A\n#else", "#ifndef A", YES),
        ("#if 1", "#if 1", YES),
    ];
    for (given, wanted, expected) in cases {
        assert_eq!(
            implied(&under(given), &under(wanted)),
            expected,
            "{given} / {wanted}"
        );
    }
}

#[test]
fn a_condition_that_every_configuration_meets_is_none() {
    assert!(config_condition(&under("#ifdef CONFIG_X")).is_some());
    assert!(config_condition(&under("#if defined(CONFIG_X) || !defined(CONFIG_X)")).is_none());
    assert!(config_condition(&under("#if BITS_PER_LONG == 64")).is_none());
}

#[test]
fn too_many_symbols_are_not_decided() {
    let odd: Vec<String> = (0..40)
        .map(|n| format!("(defined(A{n}) && !defined(B{n}) || defined(B{n}) && !defined(A{n}))"))
        .collect();
    let lines = format!("#if {}", odd.join(" && "));
    assert_eq!(is_under(&under(&lines), "A0 || B0"), YES);
    let _ = is_under(
        &under(&format!("#if !({})", odd.join(" || "))),
        "A0 && B0 && C",
    );
}

#[test]
fn a_long_chain_of_arms_takes_no_time_by_the_square() {
    let arms: String = (0..9000)
        .map(|n| format!("#elif defined(CONFIG_A{n})\nint a{n};\n"))
        .collect();
    let source =
        format!("int first;\n#ifdef CONFIG_A\n{arms}#elif defined(CONFIG_Z)\nhere;\n#endif\n");
    let given = conditions(&source);
    assert!(given.len() < 100, "{}", given.len());
    assert_eq!(is_under(&given, "CONFIG_Z"), YES);
    assert_eq!(is_under(&given, "!CONFIG_A3"), YES);
    assert_eq!(is_under(&given, "!CONFIG_A8000"), UNKNOWN);
}

#[test]
fn arms_deep_in_arms_take_no_time_by_the_square() {
    let deep = 3000;
    let open: String = (0..deep)
        .map(|n| format!("#ifdef CONFIG_A{n}\nint a{n};\n"))
        .collect();
    let source = format!("{open}here;\n{}", "#endif\n".repeat(deep));
    let given = conditions(&source);
    assert!(given.len() < 300, "{}", given.len());
    assert_eq!(is_under(&given, "CONFIG_A3"), YES);
    // What is not named may say anything of others.
    assert_eq!(is_under(&given, "CONFIG_A2000"), UNKNOWN);
    let dead = source.replace("#ifdef CONFIG_A1000\n", "#if 0\n");
    assert!(read(&dead).is_dead(dead.find("here").expect("a place")));
}

#[test]
fn a_mark_before_a_mark_before_a_mark_is_not_looked_into_for_ever() {
    let marks = "!".repeat(200_000);
    let given = under(&format!("#if A && {marks}B"));
    assert_eq!(is_under(&given, "A"), YES);
}
