//! What the reviewers of the detached-VF series caught: the verifier has to catch it too.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/series.rs"]
#[expect(dead_code, reason = "the breaks use the rest of it")]
mod series;

use std::collections::BTreeSet;

use verify::finding::{Report, Verdict};
use verify::report::Subject;

fn judged(fixture: &str, spec: u32) -> Report {
    let (mails, names) = series::fixture(fixture);
    verify::judge_named(&series::spec(spec), series::sample(), &mails, &names)
}

#[test]
fn version_1_by_the_spec_of_version_2_names_just_the_three_forgotten_functions() {
    let report = judged("detached-vf-v1", 2);
    assert_eq!(report.verdict, Verdict::Violated);
    let functions: BTreeSet<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Violated)
        .filter_map(|finding| finding.function.as_deref())
        .collect();
    let forgotten = [
        "vfio_bar_restore",
        "vfio_basic_config_read",
        "vfio_config_init",
    ];
    assert_eq!(functions, BTreeSet::from(forgotten));
}

#[test]
fn version_2_by_the_spec_of_version_3_is_set_too_late() {
    let report = judged("detached-vf-v2", 3);
    assert_eq!(report.verdict, Verdict::Violated);
    let order = report
        .findings
        .iter()
        .find(|finding| finding.invariant == "set-before-drivers-look")
        .unwrap();
    assert_eq!(order.verdict, Verdict::Violated);
    assert!(
        order.message.starts_with(
            "nothing that pci_bus_add_device() calls before device_attach() writes \
             pci_dev.detached_vf; that happens in pcibios_enable_device() (arch/s390/pci/pci.c:"
        ),
        "{}",
        order.message
    );
}

#[test]
fn version_3_sets_it_through_the_hook() {
    let report = judged("detached-vf-v3", 3);
    assert_eq!(report.verdict, Verdict::Holds);
    let order = report
        .findings
        .iter()
        .find(|finding| finding.invariant == "set-before-drivers-look")
        .unwrap();
    assert!(
        order.message.contains("through pcibios_bus_add_device()"),
        "{}",
        order.message
    );
}

#[test]
fn a_report_is_the_same_every_time() {
    let first = verify::report::json(&judged("detached-vf-v2", 3), &Subject::default());
    for _ in 0..10 {
        assert_eq!(
            verify::report::json(&judged("detached-vf-v2", 3), &Subject::default()),
            first
        );
    }
}
