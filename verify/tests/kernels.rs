//! Version 2 on real kernels: made by plain text edits, judged whole-tree. `make kernels` fetches the trees.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/series.rs"]
#[expect(dead_code, reason = "the breaks use the rest of it")]
mod series;

use std::path::PathBuf;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use trees::{DirTree, Tree};
use verify::finding::{Report, Verdict};

/// File, what stands there just once, what comes in its place.
type Edit = (&'static str, &'static str, &'static str);

const HEADER: &str = "include/linux/pci.h";
const S390: &str = "arch/s390/pci/pci.c";
const CONFIG: &str = "drivers/vfio/pci/vfio_pci_config.c";

const EVERYWHERE: [Edit; 3] = [
    (
        HEADER,
        "\tunsigned int\tno_vf_scan:1;",
        "\tunsigned int\tno_vf_scan:1;\n\tunsigned int\tdetached_vf:1;\t/* VF whose PF cannot be seen */",
    ),
    (
        S390,
        "int pcibios_enable_device(struct pci_dev *pdev, int mask)\n{\n\tstruct zpci_dev *zdev = to_zpci(pdev);\n",
        "int pcibios_enable_device(struct pci_dev *pdev, int mask)\n{\n\tstruct zpci_dev *zdev = to_zpci(pdev);\n\n\
         \t/*\n\t * A VF number on a bus of single functions means that the PF belongs to\n\t * firmware and was never \
         scanned. Leave word for whoever depends on the\n\t * bits that firmware does not emulate.\n\t */\n\
         \tif (zdev->vfn && !zdev->zbus->multifunction)\n\t\tpdev->detached_vf = 1;\n",
    ),
    (
        CONFIG,
        "\tif (pdev->is_virtfn)\n\t\treturn;",
        "\tif (pdev->is_virtfn || pdev->detached_vf)\n\t\treturn;",
    ),
];

/// 5.8: the bit is waived for VFs.
const OLD: [Edit; 3] = [
    (
        CONFIG,
        "return pdev->is_virtfn || (cmd & PCI_COMMAND_MEMORY);",
        "return pdev->is_virtfn || pdev->detached_vf ||\n\t       (cmd & PCI_COMMAND_MEMORY);",
    ),
    (
        CONFIG,
        "offset == PCI_COMMAND && vdev->pdev->is_virtfn) {",
        "offset == PCI_COMMAND &&\n\t    (vdev->pdev->is_virtfn || vdev->pdev->detached_vf)) {",
    ),
    (
        CONFIG,
        "/* Gratuitous for good VFs */\n\n",
        "/* Gratuitous for good VFs */\n\t}\n\tif (pdev->is_virtfn || pdev->detached_vf) {\n",
    ),
];

/// 5.10 and later: the bit has a flag of its own.
const NEW: [Edit; 3] = [
    (
        CONFIG,
        "(pdev->no_command_memory || (cmd & PCI_COMMAND_MEMORY))",
        "(pdev->no_command_memory || pdev->detached_vf ||\n\t\t(cmd & PCI_COMMAND_MEMORY))",
    ),
    (
        CONFIG,
        "offset == PCI_COMMAND && vdev->pdev->no_command_memory) {",
        "offset == PCI_COMMAND &&\n\t    (vdev->pdev->no_command_memory || vdev->pdev->detached_vf)) {",
    ),
    (
        CONFIG,
        "\tif (pdev->no_command_memory) {\n",
        "\tif (pdev->no_command_memory || pdev->detached_vf) {\n",
    ),
];

fn main() {
    let args = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, edits) in [
        ("linux-5.8.1", OLD),
        ("linux-6.1", NEW),
        ("linux-6.12", NEW),
    ] {
        let tree = kernels().join(name);
        let is_absent = !tree.join("MAINTAINERS").exists();
        let kind = if is_absent {
            "absent: run make kernels"
        } else {
            ""
        };
        let (by_2, by_3) = (tree.clone(), tree);
        trials.push(
            Trial::test(format!("version_2_holds_on_{name}"), move || {
                holds(by_2, &edits)
            })
            .with_kind(kind)
            .with_ignored_flag(is_absent),
        );
        trials.push(
            Trial::test(
                format!("version_2_is_too_late_for_3_on_{name}"),
                move || too_late(by_3, &edits),
            )
            .with_kind(kind)
            .with_ignored_flag(is_absent),
        );
    }
    libtest_mimic::run(&args, trials).exit();
}

fn kernels() -> PathBuf {
    std::env::var_os("PATCHWRIGHT_KERNELS").map_or_else(
        || {
            let home = std::env::var_os("HOME").unwrap_or_default();
            PathBuf::from(home).join(".cache/patchwright/kernels")
        },
        PathBuf::from,
    )
}

fn judge(tree: PathBuf, edits: &[Edit], spec: u32) -> Report {
    let tree: Arc<dyn Tree> = Arc::new(DirTree::open(&tree).unwrap());
    let mut files = series::Files::new();
    for (path, old, new) in EVERYWHERE.iter().chain(edits) {
        let text = files
            .remove(*path)
            .unwrap_or_else(|| series::text(&tree, path));
        assert_eq!(text.matches(old).count(), 1, "{path}: {old}");
        files.insert((*path).to_owned(), text.replace(old, new));
    }
    let groups = [files.keys().cloned().collect()];
    let said = series::Said::as_version(2);
    let mbox = series::mails(&tree, &files, &groups, &said);
    let mails = trees::mail::parse_mbox(mbox.as_bytes()).unwrap();
    verify::judge_patches(&series::spec(spec), tree, &mails)
}

fn shown(report: &Report) -> String {
    let page = verify::report::human(
        report,
        &verify::report::Subject::default(),
        verify::report::Detail::Normal,
    );
    verify::report::paint(&page, false)
}

fn holds(tree: PathBuf, edits: &[Edit]) -> Result<(), Failed> {
    let report = judge(tree, edits, 2);
    if report.verdict == Verdict::Holds {
        Ok(())
    } else {
        Err(shown(&report).into())
    }
}

fn too_late(tree: PathBuf, edits: &[Edit]) -> Result<(), Failed> {
    let report = judge(tree, edits, 3);
    let says_so = report.findings.iter().any(|finding| {
        finding.invariant == "set-before-drivers-look"
            && finding.verdict == Verdict::Violated
            && finding.message.starts_with(
                "nothing that pci_bus_add_device() calls before device_attach() writes pci_dev.detached_vf",
            )
    });
    if says_so {
        Ok(())
    } else {
        Err(shown(&report).into())
    }
}
