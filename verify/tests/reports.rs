//! Every report format, over one report that has each verdict and hostile text.

use templates::Templates;
use verify::finding::{Finding, Report, Verdict};
use verify::report::{self, Detail, Label, Matrix, Outcome, Pair, Range, State, Subject};

fn sample() -> Report {
    Report::of(vec![
        Finding::holds("frame/applies", "3 of 3 patches apply with no fuzz and no offset")
            .in_file("0001-x.patch"),
        Finding::holds("flag/exactly-one", "`pci_dev.detached_vf` is declared once")
            .in_file("include/linux/pci.h")
            .at_line(442)
            .showing("unsigned int\tdetached_vf:1;\t/* VF without a PF */"),
        Finding::violated(
            "restore/old-or-new",
            "vfio_bar_restore(): `pdev->is_virtfn` is tested without `pdev->detached_vf`",
        )
        .in_file("drivers/vfio/pci/vfio_pci_config.c")
        .at_line(423)
        .in_function("vfio_bar_restore")
        .showing("\tif (pdev->is_virtfn)"),
        Finding::unknown(
            "nobody-else-sets-it",
            "the file could not be read: <img src=x> | 100% \u{1b}[31m\u{202e}red, \"quoted\"\nand a second line",
        )
        .in_file("arch/x,y:z/<b>&.c"),
    ])
}

fn subject() -> Subject {
    Subject {
        series: "detached-vf v2".to_owned(),
        tree: "built-in sample".to_owned(),
        judged: "out/detached-vf-v2".to_owned(),
        spec: Some("specs/detached-vf/v2.toml".to_owned()),
        lines: [("leave-bars".to_owned(), 41)].into(),
        ..Subject::default()
    }
}

#[test]
fn human_tells_what_is_wrong_in_full_and_what_holds_in_short() {
    let page = report::human(&sample(), &subject(), Detail::Normal);
    insta::assert_snapshot!("human", report::paint(&page, false));
    let labels: Vec<String> = page
        .iter()
        .filter(|piece| piece.label != Label::Plain)
        .map(|piece| format!("{:?} {:?}", piece.label, piece.text))
        .collect();
    insta::assert_snapshot!("human-labels", labels.join("\n"));
}

#[test]
fn human_tells_all_when_asked() {
    let page = report::human(&sample(), &subject(), Detail::Verbose);
    insta::assert_snapshot!("human-all", report::paint(&page, false));
}

#[test]
fn quiet_tells_what_does_not_hold_alone() {
    let quiet = report::paint(&report::human(&sample(), &subject(), Detail::Quiet), false);
    let normal = report::paint(&report::human(&sample(), &subject(), Detail::Normal), false);
    assert!(normal.starts_with(&quiet));
    assert!(
        quiet.contains("violated") && !quiet.contains("holds"),
        "{quiet}"
    );
    let clean = Report::of(vec![Finding::holds("a", "fine")]);
    assert!(report::human(&clean, &subject(), Detail::Quiet).is_empty());
}

#[test]
fn colour_comes_last_and_from_labels_alone() {
    let page = report::human(&sample(), &subject(), Detail::Normal);
    let plain = report::paint(&page, false);
    let coloured = report::paint(&page, true);
    assert!(!plain.contains('\u{1b}'));
    assert!(coloured.contains("\u{1b}[1m\u{1b}[31mviolated\u{1b}[0m"));
}

#[test]
fn json_has_the_promised_shape() {
    let text = report::json(&sample(), &subject());
    insta::assert_snapshot!("json", text);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    for finding in value["findings"].as_array().unwrap() {
        let mut keys: Vec<&String> = finding.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(
            keys,
            [
                "file",
                "function",
                "invariant",
                "line",
                "message",
                "so_before",
                "verdict"
            ]
        );
    }
}

#[test]
fn markdown_lets_no_markup_through() {
    let text = report::markdown(&sample(), &subject());
    assert!(!text.contains("<img"));
    insta::assert_snapshot!("markdown", text);
}

#[test]
fn sarif_is_2_1_0() {
    insta::assert_snapshot!("sarif", report::sarif(&sample(), &subject()));
}

/// GitHub's code scanning refuses a log in which a result has no place.
#[test]
fn what_has_no_place_of_its_own_has_the_spec_s_in_sarif() {
    let report = Report::of(vec![
        Finding::violated("leave-bars", "`f($D)` is nowhere in the scope"),
        Finding::holds("frame/bidi", "no added line has one"),
    ]);
    let log: serde_json::Value = serde_json::from_str(&report::sarif(&report, &subject())).unwrap();
    let lines: Vec<_> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(
                place["artifactLocation"]["uri"],
                "specs/detached-vf/v2.toml"
            );
            place["region"]["startLine"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(lines, [1, 41]);
}

/// What is at one place is said once, and by name again; a file that could not be read is named once.
#[test]
fn what_follows_is_folded_under_what_says_most() {
    let at = |finding: Finding| finding.in_file("a.c").at_line(7);
    let unread = |id: &str| Finding::unknown(id, "the file could not be read: no").in_file("b.c");
    let report = Report::of(vec![
        at(Finding::violated("frame/tokens", "`x` is added")),
        at(Finding::violated("every-test", "a bare test")),
        at(Finding::violated(
            "site/old-or-new",
            "`a` is tested without `b`",
        )),
        unread("one"),
        unread("two"),
    ]);
    let page = report::paint(&report::human(&report, &subject(), Detail::Normal), false);
    insta::assert_snapshot!("folded", page);
}

#[test]
fn junit_has_a_suite_a_part() {
    insta::assert_snapshot!("junit", report::junit(&sample(), &subject()));
}

#[test]
fn github_annotations_are_one_line_each() {
    let text = report::github(&sample(), &Subject::default(), false);
    assert_eq!(text.lines().count(), 3);
    insta::assert_snapshot!("github", text);
    let verbose = report::github(&sample(), &Subject::default(), true);
    let held = verbose
        .lines()
        .filter(|line| line.contains("::notice "))
        .count();
    assert_eq!(held, 1 + sample().count(Verdict::Holds), "{verbose}");
}

#[test]
fn html_stands_alone_and_escapes() {
    let text = report::html(&sample(), &subject(), &Templates::shipped()).unwrap();
    assert!(!text.contains("<img") && !text.contains("<script") && !text.contains("http:"));
    assert!(!text.contains("src=\"") && !text.replace("href=\"#", "").contains("href="));
    insta::assert_snapshot!("html", text);
}

/// A range of commits in which a spec changes its state at these commits.
fn range(commits: usize, states: &[(usize, &'static str)]) -> Matrix {
    let states = states.iter().map(|(number, status)| State {
        status,
        number: *number,
        commit: format!("{number:040x}"),
        subject: "x: <script>\u{1b}[31m \u{202e}& `y`".to_owned(),
        date: (*number != 3).then(|| format!("2024-01-{number:02}")),
        detail: "drivers/a.c:7: `x < y` has no site".to_owned(),
    });
    let pair = Pair {
        series: "detached-vf-v2".to_owned(),
        spec: "specs/detached-vf/v2.toml".to_owned(),
        tree: "linux@main".to_owned(),
        status: "drifted",
        about: "A change of the spec has no site in the tree.",
        outcome: Outcome::Violated,
        detail: "drivers/a.c:7: `x < y` has no site".to_owned(),
        states: states.collect(),
    };
    Matrix {
        pairs: vec![pair],
        unchanged: Vec::new(),
        range: Some(Range {
            name: "a<b..main".to_owned(),
            begins: Some("2024-01-01".to_owned()),
            ends: None,
            commits,
            judged: 5,
        }),
    }
}

#[expect(clippy::unwrap_used, reason = "a test says what broke by stopping")]
fn page(matrix: &Matrix) -> String {
    report::html_matrix(matrix, &Templates::shipped()).unwrap()
}

#[test]
fn a_range_is_a_timeline() {
    let matrix = range(
        40,
        &[
            (1, "renders"),
            (2, "unknown"),
            (3, "landed"),
            (40, "drifted"),
        ],
    );
    let text = page(&matrix);
    assert!(!text.contains("<script") && !text.contains(['\u{1b}', '\u{202e}']));
    let picture = text.find("<h3 id=\"timeline-1\"").unwrap()
        ..text.find("<section aria-labelledby=\"why\"").unwrap();
    insta::assert_snapshot!("timeline", &text[picture]);
}

/// What a part of a run does not say is not drawn, and divides nothing by zero.
#[test]
fn states_without_a_place_have_no_picture() {
    let none: &[(usize, &str)] = &[];
    for (commits, states) in [
        (40, none),
        (40, &[(0, "renders")]),
        (40, &[(41, "renders")]),
        (40, &[(7, "renders"), (2, "landed")]),
        (0, &[(1, "renders")]),
    ] {
        let text = page(&range(commits, states));
        assert!(!text.contains("<svg"), "{commits} {states:?}");
        assert!(text.contains("<h2 id=\"range\">"), "{commits} {states:?}");
    }
}

#[test]
fn a_mail_is_where_its_file_is() {
    let finding = Finding::violated("frame/mail", "the mail has no date").in_file("0001-a.patch");
    let report = Report::of(vec![finding]);
    let places = [("0001-a.patch".to_owned(), "series/0001-a.patch".to_owned())];
    let subject = Subject {
        places: places.into(),
        ..subject()
    };
    assert!(report::sarif(&report, &subject).contains("\"uri\": \"series/0001-a.patch\""));
    assert!(report::github(&report, &subject, false).contains("file=series/0001-a.patch"));
}

#[test]
fn no_format_lets_a_control_character_through() {
    let (report, subject) = (sample(), subject());
    for text in [
        report::paint(&report::human(&report, &subject, Detail::Verbose), false),
        report::json(&report, &subject),
        report::markdown(&report, &subject),
        report::sarif(&report, &subject),
        report::junit(&report, &subject),
        report::github(&report, &Subject::default(), false),
        report::html(&report, &subject, &Templates::shipped()).unwrap(),
    ] {
        assert!(
            !text.contains(['\u{1b}', '\u{202e}']),
            "a control character in {text}"
        );
    }
}
