//! Mails made to hurt: deep and long code must be judged in reasonable time, without a panic.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/series.rs"]
mod series;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use trees::{Overlay, Tree, TreePath};
use verify::finding::Verdict;

const CONFIG: &str = "drivers/vfio/pci/vfio_pci_config.c";
const TEST: &str = "\tif (pdev->is_virtfn || pdev->detached_vf)\n\t\treturn;\n";

/// Judges version 2 with another text in the place of the test in `vfio_bar_restore()`.
fn judge(test: &str) {
    let mut files = series::patched("detached-vf-v2");
    let text = files.remove(CONFIG).unwrap();
    assert!(text.contains(TEST));
    files.insert(CONFIG.to_owned(), text.replace(TEST, test));
    judge_on(&series::sample(), &files);
}

/// Judges version 2 where its file ends in `before`, and the patches leave `after` there.
fn judge_end(before: &str, after: &str) {
    let mut files = series::patched("detached-vf-v2");
    files
        .entry(CONFIG.to_owned())
        .and_modify(|text| text.push_str(after));
    let whole = series::text(&series::sample(), CONFIG) + before;
    let laid = BTreeMap::from([(
        TreePath::new(CONFIG).unwrap(),
        Some(whole.into_bytes().into()),
    )]);
    let tree: Arc<dyn Tree> = Arc::new(Overlay::new(series::sample(), laid));
    judge_on(&tree, &files);
}

fn judge_on(tree: &Arc<dyn Tree>, files: &BTreeMap<String, String>) {
    let groups = [files.keys().cloned().collect()];
    let said = series::Said::as_version(2);
    let mbox = series::mails(tree, files, &groups, &said);
    let mails = trees::mail::parse_mbox(mbox.as_bytes()).unwrap();
    let start = Instant::now();
    let report = verify::judge_patches(&series::spec(2), Arc::clone(tree), &mails);
    assert_ne!(report.verdict, Verdict::Holds);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn a_chain_of_two_thousand_operands_is_judged() {
    let chain = "\n\t    || vdev->nointx".repeat(2_000);
    judge(&format!(
        "\tif (pdev->is_virtfn || pdev->detached_vf{chain})\n\t\treturn;\n"
    ));
}

#[test]
fn two_thousand_parentheses_are_judged() {
    let (open, close) = ("(".repeat(2_000), ")".repeat(2_000));
    judge(&format!(
        "\tif ({open}pdev->is_virtfn{close} || pdev->detached_vf || 1)\n\t\treturn;\n"
    ));
}

#[test]
fn five_thousand_nested_calls_are_judged() {
    let (open, close) = ("f(".repeat(5_000), ")".repeat(5_000));
    judge(&format!(
        "\tif ({open}pdev->is_virtfn || pdev->detached_vf{close})\n\t\treturn;\n"
    ));
}

#[test]
fn two_thousand_negations_are_judged() {
    let not = "!".repeat(2_001);
    judge(&format!(
        "\tif ({not}pdev->is_virtfn || pdev->detached_vf)\n\t\treturn;\n"
    ));
}

#[test]
fn two_thousand_nested_blocks_are_judged() {
    let (open, close) = ("{ if (1) ".repeat(2_000), "}".repeat(2_000));
    judge(&format!("{TEST}\t{open}return; {close}\n"));
}

#[test]
fn a_comment_without_end_is_judged() {
    judge(&format!("{TEST}\t/* and then\n"));
}

#[test]
fn a_line_of_a_megabyte_is_judged() {
    judge(&format!(
        "{TEST}\tvdev->name = \"{}\";\n",
        "x".repeat(1 << 20)
    ));
}

#[test]
fn twelve_thousand_statements_deeper_are_judged() {
    let function = |indent: &str| {
        let statements = format!("{indent}vfio_none(1);\n").repeat(12_000);
        format!("\nvoid vfio_many(void)\n{{\n{statements}}}\n")
    };
    judge_end(&function("\t"), &function("\t\t"));
}

#[test]
fn twelve_thousand_new_locals_are_judged() {
    let all = |line: fn(usize) -> String| (0..12_000).map(line).collect::<String>();
    let declared = all(|at| format!("\tint a{at} = 1;\n"));
    let used = all(|at| format!("\tvfio_none(a{at});\n"));
    judge_end(
        "",
        &format!("\nvoid vfio_many(void)\n{{\n{declared}{used}}}\n"),
    );
}
