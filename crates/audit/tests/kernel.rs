//! The audit that the cover letter asks for, on Linux 6.12: what it finds is what a search by text
//! finds, comments and other things of the name apart.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "says why it is skipped")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use audit::{AuditReport, Options, audit};
use query::pattern::{Fragment, Isomorphisms, Pattern};
use trees::{DirTree, ParsedTree, Scan, Tree};

fn kernel(name: &str) -> Option<DirTree> {
    let home = std::env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_default();
    let kernels = std::env::var_os("PATCHWRIGHT_KERNELS")
        .map_or_else(|| home.join(".cache/patchwright/kernels"), PathBuf::from);
    let folder = kernels.join(name);
    if !folder.is_dir() {
        eprintln!("skipped: no {} (make kernels)", folder.display());
        return None;
    }
    Some(DirTree::open(&folder).expect("a tree"))
}

fn compiled(text: &str) -> Pattern {
    Pattern::compile(text, Fragment::Any, &Isomorphisms::default()).expect(text)
}

fn run(tree: DirTree, pattern: &str, then: Option<&str>) -> AuditReport {
    let options = Options {
        then: then.map(compiled),
        ..Options::default()
    };
    audit(
        &ParsedTree::new(Arc::new(tree)),
        &compiled(pattern),
        &options,
    )
    .expect("walked")
}

/// Blanks comments, by a rule of its own: no lexer of ours is asked.
fn without_comments(source: &[u8]) -> Vec<u8> {
    let mut out = source.to_vec();
    let mut at = 0;
    while at < out.len() {
        let rest = &source[at..];
        let (len, comment) = if rest.starts_with(b"/*") {
            let end = rest[2..].windows(2).position(|pair| pair == b"*/");
            (end.map_or(rest.len(), |end| end + 4), true)
        } else if rest.starts_with(b"//") {
            let end = rest.iter().position(|byte| *byte == b'\n');
            (end.unwrap_or(rest.len()), true)
        } else if rest[0] == b'"' {
            let mut end = 1;
            while end < rest.len() && !matches!(rest[end], b'"' | b'\n') {
                end += if rest[end] == b'\\' { 2 } else { 1 };
            }
            (end + 1, false)
        } else {
            (1, false)
        };
        if comment {
            let end = (at + len).min(out.len());
            for byte in &mut out[at..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
        at += len;
    }
    out
}

/// `file:line` of every line that has the word outside comments.
fn lines_with(tree: &DirTree, word: &str) -> BTreeSet<String> {
    let found = Mutex::new(BTreeSet::new());
    let scan = Scan {
        words: vec![word.to_owned()],
        ..Scan::default()
    };
    tree.scan(&scan, &|path, bytes| {
        let text = String::from_utf8_lossy(&without_comments(&bytes)).into_owned();
        for (number, line) in text.lines().enumerate() {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if line.split(|c| !is_word(c)).any(|found| found == word) {
                let mut found = found.lock().expect("no panic");
                found.insert(format!("{path}:{}", number + 1));
            }
        }
    })
    .expect("walked");
    found.into_inner().expect("no panic")
}

/// Lines of 6.12 where the name is a parameter, not a member.
const PARAMETERS: &[&str] = &[
    "drivers/infiniband/hw/bnxt_re/qplib_rcfw.c:830",
    "drivers/infiniband/hw/bnxt_re/qplib_rcfw.c:853",
    "drivers/infiniband/hw/bnxt_re/qplib_rcfw.h:284",
];

#[test]
fn every_use_of_is_virtfn_in_linux_6_12_is_found_typed_and_none_invented() {
    let Some(tree) = kernel("linux-6.12") else {
        return;
    };
    let mut expected = lines_with(&tree, "is_virtfn");
    assert_eq!(expected.len(), 121, "125 text lines less 4 of comments");
    for line in PARAMETERS {
        assert!(expected.remove(*line), "{line}");
    }
    let report = run(tree, "$D->is_virtfn", None);
    assert!(report.unread.is_empty(), "{:#?}", report.unread);
    let found: BTreeSet<String> = report
        .uses
        .iter()
        .map(|used| format!("{}:{}", used.file, used.line))
        .collect();
    assert_eq!(found, expected);
    let untyped: Vec<_> = report
        .uses
        .iter()
        .filter(|used| used.receiver_type.is_none())
        .collect();
    assert!(untyped.is_empty(), "{untyped:#?}");
    let unguarded: Vec<_> = report
        .uses
        .iter()
        .filter(|used| used.guards.is_none())
        .collect();
    assert!(unguarded.is_empty(), "{unguarded:#?}");
}

#[test]
fn a_typed_audit_of_linux_6_12_has_the_pci_devices_alone() {
    let Some(tree) = kernel("linux-6.12") else {
        return;
    };
    let report = run(tree, "$(D: struct pci_dev *)->is_virtfn", None);
    assert!(report.unread.is_empty(), "{:#?}", report.unread);
    // 118 less 6 of bnxt_re, 2 of the Xen interface.
    assert_eq!(report.uses.len(), 110);
}

#[test]
fn the_fallout_study_of_linux_6_12_names_the_places_that_take_a_vf_to_have_a_pf() {
    let Some(tree) = kernel("linux-6.12") else {
        return;
    };
    let report = run(tree, "$D->is_virtfn", Some("$D->physfn"));
    let functions: BTreeSet<&str> = report
        .uses
        .iter()
        .filter_map(|used| used.function.as_deref())
        .collect();
    let expected = BTreeSet::from([
        "eeh_break_device",
        "pnv_eeh_get_upstream_pe",
        "pseries_pcibios_bus_add_device",
        "pcibios_device_add",
        "i40e_restore_all_vfs_msi_state",
        "ixgbe_get_vfs",
        "efx_ef10_remove",
        "efx_ef10_probe_vf",
        "efx_ef10_set_mac_address",
        "pci_iov_get_pf_drvdata",
        "pci_vfs_assigned",
        "pci_physfn_is_probed",
        "pci_device_can_probe",
        "pci_class",
        "pci_subsystem_ids",
        "pci_hdr_type",
        "pci_physfn",
    ]);
    assert_eq!(functions, expected);
    assert_eq!(report.uses.len(), 20);
}
