//! Which file of a crate imports which, read from its `use` items and from the paths in its code.
//!
//! A module imports its children (`mod x; pub use x::Y;`), as a reader would say who looks for where a name
//! comes from; what a child takes from the modules around it (`super::Z`) is no arrow, for both are one room.
//! Tests inside a file (`#[cfg(test)] mod tests`) do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// The circles of the files below `source`: sets of more than one file that import each other, directly
/// or through each other. Paths are relative to `source`.
pub(crate) fn circles(source: &Path) -> Vec<Vec<String>> {
    let modules = modules(source);
    let imports: BTreeMap<&[String], BTreeSet<&[String]>> = modules
        .iter()
        .map(|(module, file)| (module.as_slice(), imports(&modules, module, file)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for &module in imports.keys() {
        if seen.contains(module) {
            continue;
        }
        let there = reached(&imports, module);
        let circle: Vec<&[String]> = there
            .iter()
            .copied()
            .filter(|other| reached(&imports, other).contains(module))
            .collect();
        seen.extend(circle.iter().copied());
        if circle.len() > 1 {
            found.push(circle.iter().map(|module| module.join("::")).collect());
        }
    }
    found
}

fn reached<'m>(
    imports: &BTreeMap<&'m [String], BTreeSet<&'m [String]>>,
    from: &[String],
) -> BTreeSet<&'m [String]> {
    let mut reached = BTreeSet::new();
    let mut pending: Vec<&[String]> = vec![from];
    while let Some(module) = pending.pop() {
        for &next in imports.get(module).into_iter().flatten() {
            if reached.insert(next) {
                pending.push(next);
            }
        }
    }
    reached
}

/// Every module that has a file of its own, by its path from the crate's root.
fn modules(source: &Path) -> BTreeMap<Vec<String>, PathBuf> {
    let mut modules = BTreeMap::new();
    let mut pending = vec![(source.to_owned(), Vec::new())];
    while let Some((folder, module)) = pending.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let mut inner: Vec<String> = module.clone();
            if path.is_dir() {
                inner.push(name);
                pending.push((path, inner));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                if !matches!(name.as_str(), "mod" | "lib" | "main") {
                    inner.push(name);
                }
                modules.insert(inner, path);
            }
        }
    }
    modules
}

fn imports<'m>(
    modules: &'m BTreeMap<Vec<String>, PathBuf>,
    module: &[String],
    file: &Path,
) -> BTreeSet<&'m [String]> {
    let parsed = syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap();
    let mut paths = Paths {
        module,
        found: Vec::new(),
    };
    paths.visit_file(&parsed);
    let found = paths.found;
    found
        .iter()
        .filter_map(|path| home(modules, path))
        // A child that takes a name from the module that it is a part of is inside the same room.
        .filter(|home| !module.starts_with(home))
        .collect()
}

/// The file that a path leads into: the longest part of it that is a module. The crate's root only lists.
fn home<'m>(modules: &'m BTreeMap<Vec<String>, PathBuf>, path: &[String]) -> Option<&'m [String]> {
    (1..=path.len()).rev().find_map(|length| {
        let (module, _) = modules.get_key_value(path.get(..length)?)?;
        Some(module.as_slice())
    })
}

struct Paths<'a> {
    module: &'a [String],
    found: Vec<Vec<String>>,
}

impl Paths<'_> {
    /// A path as it is written, from the crate's root.
    fn add(&mut self, written: &[String]) {
        let mut at: Vec<String> = match written.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("super" | "self") => self.module.to_vec(),
            // A child of this module, or a name from elsewhere, which is no module of ours.
            Some(_) => [self.module, &written[..1]].concat(),
            None => return,
        };
        for (index, part) in written.iter().enumerate() {
            match part.as_str() {
                "super" => {
                    at.pop();
                }
                "crate" | "self" => {}
                _ if index == 0 => {}
                part => at.push(part.to_owned()),
            }
        }
        self.found.push(at);
    }

    fn add_tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let joined = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&path.tree, &joined(&path.ident)),
            syn::UseTree::Name(name) => self.add(&joined(&name.ident)),
            syn::UseTree::Rename(name) => self.add(&joined(&name.ident)),
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(tree, before);
                }
            }
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|name| name == "test")
    })
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let written: Vec<String> = path
                .segments
                .iter()
                .map(|part| part.ident.to_string())
                .collect();
            self.add(&written);
        }
        visit::visit_path(self, path);
    }
}
