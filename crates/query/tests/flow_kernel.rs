//! Control flow of real kernel code: every function of some folders gets its graph, quickly, and no
//! statement is dead that is not known to be.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "says why it is skipped")]

use query::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dialect::{FileProvider, TreePath};
use query::access::calls;
use query::flow::{Flow, Precedence};
use syntax::Reader;

struct Folder(PathBuf);

impl FileProvider for Folder {
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        std::fs::read(self.0.join(path.as_str()))
            .ok()
            .map(Arc::from)
    }
}

fn kernel(name: &str) -> Option<PathBuf> {
    let home = std::env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_default();
    let kernels = std::env::var_os("PATCHWRIGHT_KERNELS")
        .map_or_else(|| home.join(".cache/patchwright/kernels"), PathBuf::from);
    let tree = kernels.join(name);
    if tree.is_dir() {
        return Some(tree);
    }
    eprintln!("skipped: no {} (make kernels)", tree.display());
    None
}

fn c_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            c_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "c" || end == "h") {
            found.push(path);
        }
    }
}

/// Code of Linux 6.12 that nothing reaches, and why.
const DEAD: &[(&str, &str)] = &[
    (
        "drivers/pci/controller/dwc/pci-imx6.c:1088: ",
        "every case returns",
    ),
    (
        "drivers/pci/controller/dwc/pcie-rcar-gen4.c:419: ",
        "every case returns",
    ),
    (
        "drivers/pci/controller/dwc/pcie-tegra194.c:1992: ",
        "every case returns",
    ),
    (
        "drivers/pci/controller/dwc/pcie-tegra194.c:2250: ",
        "both branches before leave",
    ),
    (
        "drivers/pci/controller/dwc/pcie-tegra194.c:2269: ",
        "both branches before leave",
    ),
    (
        "drivers/pci/hotplug/ibmphp_res.c:914: ",
        "both branches before return",
    ),
    (
        "drivers/vfio/vfio_iommu_spapr_tce.c:805: ",
        "a break after return",
    ),
];

#[derive(Default)]
struct Tally {
    functions: usize,
    unread: usize,
    dead: Vec<String>,
    slowest: Duration,
}

fn tally(tree: &Path, folder: &str) -> Tally {
    let reader = Reader::for_tree(Arc::new(Folder(tree.to_owned())));
    let mut files = Vec::new();
    c_files(&tree.join(folder), &mut files);
    let mut tally = Tally::default();
    for path in files {
        let name = path
            .strip_prefix(tree)
            .expect("inside")
            .to_string_lossy()
            .into_owned();
        let bytes: Arc<[u8]> = std::fs::read(&path).expect("readable").into();
        let file = File::from(reader.read(&TreePath::new(&name).expect("a path"), bytes));
        for function in file.functions() {
            tally.functions += 1;
            let start = Instant::now();
            let Ok(flow) = Flow::of(&file, function) else {
                tally.unread += 1;
                continue;
            };
            for dead in flow.dead() {
                if !file.is_dead(dead.start) {
                    let line = file.line_of(dead.start);
                    let text = file
                        .text(dead)
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ");
                    tally
                        .dead
                        .push(format!("{name}:{line}: {}: {text}", function.name));
                }
            }
            for call in calls(&file, function.body.clone()) {
                let guards = flow.outermost_guards(&call.range);
                let reached = flow.reaches(&call.range);
                assert!(reached || guards.is_empty(), "{name}: {}", call.name);
            }
            tally.slowest = tally.slowest.max(start.elapsed());
        }
    }
    tally
}

#[test]
fn every_function_of_pci_and_vfio_has_a_graph_and_no_unexplained_dead_code() {
    let Some(tree) = kernel("linux-6.12") else {
        return;
    };
    for folder in ["drivers/pci", "drivers/vfio"] {
        let tally = tally(&tree, folder);
        eprintln!(
            "{folder}: {} functions, {} unread, {} dead, slowest {:?}",
            tally.functions,
            tally.unread,
            tally.dead.len(),
            tally.slowest
        );
        let unexplained: Vec<_> = tally
            .dead
            .iter()
            .filter(|dead| !DEAD.iter().any(|(known, _)| dead.contains(known)))
            .collect();
        assert!(unexplained.is_empty(), "{unexplained:#?}");
        assert!(
            tally.slowest < Duration::from_secs(1),
            "{:?}",
            tally.slowest
        );
    }
}

/// Tree, file, function, what comes first, what comes after it, and whether that is always so.
const ORDERS: &[(&str, &str, &str, &str, &str, bool)] = &[
    (
        "linux-5.8.1",
        "drivers/pci/bus.c",
        "pci_bus_add_device",
        "pcibios_bus_add_device(dev)",
        "device_attach(&dev->dev)",
        true,
    ),
    (
        "linux-6.12",
        "drivers/pci/bus.c",
        "pci_bus_add_device",
        "pcibios_bus_add_device(dev)",
        "device_attach(&dev->dev)",
        true,
    ),
    (
        "linux-6.12",
        "drivers/pci/bus.c",
        "pci_bus_add_device",
        "device_attach(&dev->dev)",
        "pcibios_bus_add_device(dev)",
        false,
    ),
    (
        "linux-6.12",
        "drivers/pci/probe.c",
        "pci_setup_device",
        "set_pcie_port_type(dev)",
        "pci_fixup_device(pci_fixup_early, dev)",
        true,
    ),
    (
        "linux-6.12",
        "drivers/pci/probe.c",
        "pci_setup_device",
        "pci_read_bases(dev, 6, PCI_ROM_ADDRESS)",
        "pci_read_bases(dev, 2, PCI_ROM_ADDRESS1)",
        false,
    ),
];

#[test]
fn calls_come_in_the_order_that_the_kernel_has_them_in() {
    for (tree, name, function, first, second, always) in ORDERS {
        let Some(tree) = kernel(tree) else { return };
        let reader = Reader::for_tree(Arc::new(Folder(tree.clone())));
        let bytes: Arc<[u8]> = std::fs::read(tree.join(name)).expect("readable").into();
        let file = File::from(reader.read(&TreePath::new(name).expect("a path"), bytes));
        let function = file.functions_named(function)[0];
        let flow = Flow::of(&file, function).expect("read");
        let text = file.text(function.range.clone()).into_owned();
        let at = |code: &str| {
            let start = function.range.start + text.find(code).expect(code);
            start..start + code.len()
        };
        let order = flow.precedes(&[at(first)], &[at(second)]);
        assert_eq!(
            order == Precedence::Always,
            *always,
            "{first} {second}: {order:?}"
        );
    }
}
