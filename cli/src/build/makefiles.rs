//! Which lines of the tree's makefiles make an object, and which symbols of the configuration they ask for.
//!
//! Read as text: it is for saying why an object was not built. Whether it was is what make did.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A symbol that an object needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    /// `CONFIG_VFIO`
    pub(crate) symbol: String,
    /// The makefile, and the 1-based line that asks.
    pub(crate) file: String,
    pub(crate) line: usize,
}

/// What makes an object.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Made {
    /// Whether any line of the makefile beside it has it.
    pub(crate) is_named: bool,
    /// All symbols on the way: its own, that of what it is a part of, those of the folders.
    pub(crate) needs: Vec<Need>,
}

/// A line that adds something to something.
struct Entry {
    /// `obj`, `vfio-pci-core`
    target: String,
    words: Vec<String>,
    needs: Vec<Need>,
}

/// Looks an object up, such as `drivers/vfio/pci/vfio_pci_config.o`, in the makefiles of a source.
pub(crate) fn of_object(source: &Path, object: &str) -> Made {
    let (mut folder, name) = object.rsplit_once('/').unwrap_or(("", object));
    let mut made = Made::default();
    let entries = entries(source, folder);
    let mut name = name.to_owned();
    let mut seen = BTreeSet::new();
    // A part of a part … of an object of its own.
    while seen.insert(name.clone()) {
        let Some(entry) = entries.iter().find(|entry| entry.words.contains(&name)) else {
            break;
        };
        made.is_named = true;
        made.needs.extend(entry.needs.iter().cloned());
        if ["obj", "lib", "extra", "always"].contains(&entry.target.as_str()) {
            break;
        }
        name = format!("{}.o", entry.target);
    }
    while let Some((parent, entry)) = above(source, folder) {
        made.needs.extend(entry.needs);
        folder = parent;
    }
    made
}

/// The nearest folder above whose makefile goes into this one, and the line that does.
fn above<'f>(source: &Path, folder: &'f str) -> Option<(&'f str, Entry)> {
    let mut parent = folder;
    while !parent.is_empty() {
        parent = parent.rsplit_once('/').map_or("", |(parent, _)| parent);
        let below = folder[parent.len()..].trim_start_matches('/');
        let found = entries(source, parent).into_iter();
        let mut found = found.filter(|entry| {
            entry
                .words
                .iter()
                .any(|word| word.trim_end_matches('/') == below)
        });
        if let Some(entry) = found.next() {
            return Some((parent, entry));
        }
    }
    None
}

fn entries(source: &Path, folder: &str) -> Vec<Entry> {
    // kbuild prefers the one to the other.
    for name in ["Kbuild", "Makefile"] {
        let file = match folder {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        };
        if let Ok(text) = fs::read(source.join(&file)) {
            return of_text(&String::from_utf8_lossy(&text), &file);
        }
    }
    Vec::new()
}

fn of_text(text: &str, file: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut around: Vec<Option<Need>> = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let mut line = line.to_owned();
        while line.ends_with('\\') {
            line.pop();
            line.push_str(lines.next().map_or("", |(_, more)| more));
        }
        let need = |symbol: &str| Need {
            symbol: symbol.to_owned(),
            file: file.to_owned(),
            line: at + 1,
        };
        let line = line.split('#').next().unwrap_or_default().trim();
        let word = line.split([' ', '\t', '(']).next().unwrap_or_default();
        match word {
            "ifdef" | "ifeq" => around.push(symbol_of(line).map(need)),
            "ifndef" | "ifneq" => around.push(None),
            "else" => {
                around.pop();
                around.push(None);
            }
            "endif" => drop(around.pop()),
            _ => {
                let Some((target, symbol, words)) = assignment(line) else {
                    continue;
                };
                let needs = around.iter().flatten().cloned().chain(symbol.map(need));
                entries.push(Entry {
                    target,
                    words,
                    needs: needs.collect(),
                });
            }
        }
    }
    entries
}

/// The symbol of `$(CONFIG_X)`, or of `ifdef CONFIG_X`.
fn symbol_of(text: &str) -> Option<&str> {
    let text = &text[text.find("CONFIG_")?..];
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    Some(&text[..end.unwrap_or(text.len())])
}

/// `obj-$(CONFIG_X) += a.o b.o`: the target, the symbol, what is added.
fn assignment(line: &str) -> Option<(String, Option<&str>, Vec<String>)> {
    let (left, right) = line.split_once('=')?;
    let left = left.trim_end_matches(['+', ':', '?']).trim();
    let (target, condition) = match left.find("-$(") {
        Some(at) => (&left[..at], &left[at + 1..]),
        None => left.rsplit_once('-')?,
    };
    let is_one = matches!(condition, "y" | "m" | "objs") || condition.contains("CONFIG_");
    let words = right.split_whitespace().map(str::to_owned);
    is_one.then(|| (target.to_owned(), symbol_of(condition), words.collect()))
}

/// Whether a configuration has a symbol, as `y` or `m`.
pub(crate) fn is_set(configuration: &str, symbol: &str) -> bool {
    let value = |line: &str| {
        line.strip_prefix(symbol)?
            .strip_prefix('=')
            .map(str::to_owned)
    };
    let mut values = configuration.lines().filter_map(value);
    values
        .next_back()
        .is_some_and(|value| value == "y" || value == "m")
}

/// Whether an object is of another architecture than the one that a configuration is for, by its first lines
/// (`# Linux/s390 6.12.0 Kernel Configuration`). User-mode Linux takes objects of the machine's.
pub(crate) fn other_architecture(configuration: &str, object: &str) -> bool {
    let names = configuration.lines().take(4);
    let mut names = names.filter_map(|line| line.strip_prefix("# Linux/")?.split(' ').next());
    let of_object = object
        .strip_prefix("arch/")
        .and_then(|rest| rest.split('/').next());
    match (names.next(), of_object) {
        (Some(name), Some(object)) => name != "um" && name != object,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_architecture_is_told_by_the_head_of_a_configuration() {
        let head = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/s390 6.12.94 Kernel Configuration\n#\n";
        assert!(!other_architecture(head, "arch/s390/pci/pci.o"));
        assert!(other_architecture(head, "arch/x86/pci/common.o"));
        assert!(!other_architecture(head, "drivers/pci/iov.o"));
        assert!(!other_architecture(
            &head.replace("s390", "um"),
            "arch/x86/um/delay.o"
        ));
        assert!(!other_architecture("", "arch/x86/pci/common.o"));
    }

    #[test]
    fn the_symbols_on_the_way_to_an_object_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("Kbuild", "obj-y += drivers/\n"),
            (
                "drivers/Makefile",
                "obj-$(CONFIG_VFIO)\t+= vfio/\nobj-y += a/b/ \\\n\tc/\n",
            ),
            (
                "drivers/vfio/Makefile",
                "# SPDX\nvfio-core-y := vfio.o \\\n  group.o\nvfio-core-$(CONFIG_X) += x.o # why\n\
                 obj-$(CONFIG_VFIO_CORE) += vfio-core.o\nobj-$(CONFIG_VFIO_PCI) += pci/\n",
            ),
            (
                "drivers/vfio/pci/Makefile",
                "ifdef CONFIG_S390\nobj-$(CONFIG_Z) += z.o\nelse\nobj-y += w.o\nendif\n",
            ),
            ("drivers/a/b/Kbuild", "lib-y += l.o\n"),
        ];
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let cases: [(&str, Option<&[&str]>); 6] = [
            ("drivers/vfio/group.o", Some(&["VFIO_CORE", "VFIO"])),
            ("drivers/vfio/x.o", Some(&["X", "VFIO_CORE", "VFIO"])),
            (
                "drivers/vfio/pci/z.o",
                Some(&["S390", "Z", "VFIO_PCI", "VFIO"]),
            ),
            ("drivers/vfio/pci/w.o", Some(&["VFIO_PCI", "VFIO"])),
            ("drivers/a/b/l.o", Some(&[])),
            ("drivers/vfio/none.o", None),
        ];
        for (object, expected) in cases {
            let made = of_object(folder.path(), object);
            assert_eq!(made.is_named, expected.is_some(), "{object}");
            let symbols = made
                .needs
                .iter()
                .map(|need| need.symbol.trim_start_matches("CONFIG_"));
            if let Some(expected) = expected {
                assert_eq!(symbols.collect::<Vec<_>>(), expected, "{object}");
            }
        }
        let x = of_object(folder.path(), "drivers/vfio/x.o");
        assert_eq!(
            (x.needs[0].file.as_str(), x.needs[0].line),
            ("drivers/vfio/Makefile", 4)
        );
    }

    #[test]
    fn a_configuration_is_asked_for_a_whole_symbol() {
        let text = "CONFIG_AB=y\n# CONFIG_C is not set\nCONFIG_M=m\nCONFIG_N=n\n";
        let set: Vec<bool> = ["CONFIG_A", "CONFIG_AB", "CONFIG_C", "CONFIG_M", "CONFIG_N"]
            .iter()
            .map(|symbol| is_set(text, symbol))
            .collect();
        assert_eq!(set, [false, true, false, true, false]);
    }
}
