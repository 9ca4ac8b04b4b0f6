//! The built-in tree: C that a compiler takes, that our own reader reads whole, and that has the feature's sites.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's own preparations"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use trees::{ParsedTree, SampleTree, Tree, TreePath};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/linux")
}

fn is_c(path: &&str) -> bool {
    path.ends_with(".c") || path.ends_with(".h")
}

fn text(path: &str) -> String {
    let bytes = SampleTree::open()
        .read(&TreePath::new(path).unwrap())
        .unwrap();
    String::from_utf8(bytes.unwrap().to_vec()).unwrap()
}

/// What gcc says of a file with these options set; nothing, if it is content.
fn gcc(file: &str, options: &[&str]) -> Option<String> {
    let output = Command::new("gcc")
        .args("-fsyntax-only -std=gnu11 -nostdinc -ffreestanding -xc -Wall -Werror".split(' '))
        .args([
            "-Iinclude",
            "-Iarch/s390/include",
            "-include",
            "linux/types.h",
        ])
        .args(options)
        .arg(file)
        .current_dir(folder())
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_binary_has_every_file_of_the_folder() {
    let mut pending = vec![folder()];
    let mut on_disk = Vec::new();
    while let Some(next) = pending.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let path = path.strip_prefix(folder()).unwrap();
                on_disk.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    on_disk.sort();
    assert_eq!(SampleTree::paths().collect::<Vec<_>>(), on_disk);
}

#[test]
fn a_compiler_takes_every_file_under_every_option() {
    if gcc("include/linux/types.h", &[]).is_none() {
        eprintln!("skipped: there is no gcc");
        return;
    }
    let all = [
        "-DCONFIG_PCI=1",
        "-DCONFIG_PCI_IOV=1",
        "-DCONFIG_VFIO_PCI_INTX=1",
    ];
    for file in SampleTree::paths().filter(is_c) {
        for options in [&all[..], &all[..1], &[]] {
            // Without PCI only the headers are read by anybody.
            if options.is_empty() && file.ends_with(".c") {
                continue;
            }
            assert_eq!(gcc(file, options).unwrap(), "", "{file} {options:?}");
        }
    }
}

#[test]
fn a_compiler_refuses_a_damaged_file() {
    if let Some(said) = gcc(
        "drivers/pci/bus.c",
        &["-DCONFIG_PCI=1", "-Ddevice_attach=1+"],
    ) {
        assert!(said.contains("error"), "{said}");
    }
}

#[test]
fn every_file_is_read_whole() {
    let parsed = ParsedTree::new(Arc::new(SampleTree::open()));
    for path in SampleTree::paths().filter(is_c) {
        let file = parsed.file(&TreePath::new(path).unwrap()).unwrap().unwrap();
        let unread: Vec<_> = file
            .unread()
            .iter()
            .map(|unread| (file.line_of(unread.range.start), &unread.cause))
            .collect();
        assert!(unread.is_empty(), "{path}: {unread:?}");
    }
}

#[test]
fn lines_are_kernel_style() {
    for path in SampleTree::paths() {
        let text = text(path);
        assert!(
            text.lines()
                .next()
                .unwrap()
                .contains("SPDX-License-Identifier: "),
            "{path}"
        );
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
        for (number, line) in text.lines().enumerate() {
            let place = format!("{path}:{}", number + 1);
            assert_eq!(line.trim_end(), line, "{place}");
            assert!(
                path.ends_with(".rs") || !line.starts_with("        "),
                "{place}: indent with tabs"
            );
            assert!(
                line.replace('\t', "        ").len() <= 104,
                "{place}: too long"
            );
        }
    }
}

/// The sites of the shipped specs, as Linux 5.8 has them: these lines in this function, in this order.
const SITES: &[(&str, &str, &[&str])] = &[
    (
        "include/linux/pci.h",
        "struct pci_dev {",
        &[
            "\tunsigned int\tno_vf_scan:1;",
            "\tpci_dev_flags_t dev_flags;",
        ],
    ),
    (
        "include/linux/pci.h",
        "#ifdef CONFIG_PCI\n",
        &["#define dev_is_pf(d) ((dev_is_pci(d) ? to_pci_dev(d)->is_physfn : false))"],
    ),
    (
        "include/linux/pci.h",
        "#else /* CONFIG_PCI is not enabled */",
        &[
            "#define dev_is_pci(d) (false)",
            "#define dev_is_pf(d) (false)",
        ],
    ),
    (
        "arch/s390/pci/pci.c",
        "int pcibios_enable_device(struct pci_dev *pdev, int mask)\n{",
        &["\tstruct zpci_dev *zdev = to_zpci(pdev);\n\n\tzpci_debug_init_device("],
    ),
    (
        "arch/s390/pci/pci_bus.c",
        "#endif\n\nstatic int zpci_bus_add_device(struct zpci_bus *zbus, struct zpci_dev *zdev)\n{",
        &["pci_bus_add_device(pdev);"],
    ),
    (
        "drivers/pci/bus.c",
        "void pci_bus_add_device(struct pci_dev *dev)\n{",
        &["\tpcibios_bus_add_device(dev);", "device_attach(&dev->dev)"],
    ),
    (
        "drivers/vfio/pci/vfio_pci_config.c",
        "bool __vfio_pci_memory_enabled(struct vfio_pci_device *vdev)\n{",
        &["\treturn pdev->is_virtfn || (cmd & PCI_COMMAND_MEMORY);"],
    ),
    (
        "drivers/vfio/pci/vfio_pci_config.c",
        "static void vfio_bar_restore(struct vfio_pci_device *vdev)\n{",
        &["\tif (pdev->is_virtfn)\n\t\treturn;"],
    ),
    (
        "drivers/vfio/pci/vfio_pci_config.c",
        "static int vfio_basic_config_read(",
        &["\tif (offset == PCI_COMMAND && vdev->pdev->is_virtfn) {"],
    ),
    (
        "drivers/vfio/pci/vfio_pci_config.c",
        "int vfio_config_init(struct vfio_pci_device *vdev)\n{",
        &[
            "\tif (pdev->is_virtfn) {",
            "\t\tvconfig[PCI_INTERRUPT_PIN] = 0;",
            "\t\t*(__le16 *)&vconfig[PCI_COMMAND] |=\n\t\t\t\t\tcpu_to_le16(PCI_COMMAND_MEMORY);\n\t}",
        ],
    ),
];

fn assert_sites(read: impl Fn(&str) -> String) {
    for (path, start, lines) in SITES {
        let text = read(path);
        let from = text
            .find(start)
            .unwrap_or_else(|| panic!("{path}: no `{start}`"));
        let mut rest = &text[from..];
        for line in *lines {
            let at = rest
                .find(line)
                .unwrap_or_else(|| panic!("{path}: no `{line}` after `{start}`"));
            rest = &rest[at..];
        }
    }
}

#[test]
fn the_sites_of_the_feature_stand_as_in_linux_5_8() {
    assert_sites(text);
    assert!(!text("arch/s390/pci/pci_bus.c").contains("pcibios_bus_add_device"));
}

#[test]
fn linux_5_8_1_has_the_same_sites() {
    let kernels = std::env::var_os("PATCHWRIGHT_KERNELS").map_or_else(
        || {
            Path::new(&std::env::var_os("HOME").unwrap_or_default())
                .join(".cache/patchwright/kernels")
        },
        PathBuf::from,
    );
    let tree = kernels.join("linux-5.8.1");
    if !tree.is_dir() {
        eprintln!("skipped: no {}; `make kernels` gets it", tree.display());
        return;
    }
    assert_sites(|path| {
        String::from_utf8_lossy(&std::fs::read(tree.join(path)).unwrap()).into_owned()
    });
}
