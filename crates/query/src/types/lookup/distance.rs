//! How near a declaration is to the code that it is for.

use dialect::path::TreePath;

use crate::File;

/// Folders that are programs of their own.
const APART: &[&str] = &["tools/", "scripts/", "samples/", "Documentation/"];

/// How far a declaration is from the code that it is for, the nearest first. Which files are searched at all, and in
/// which order, the tree says ([`DefinitionSource`](crate::types::DefinitionSource)): this decides between what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// In the file itself.
    Own,
    /// In a file that the file includes.
    Included,
    /// In a header of its folder.
    Folder,
    /// In a header of its architecture: before the common ones, for `asm/` has a name's meaning there.
    Architecture,
    /// In `include/`.
    Common,
    /// In a header of the same subsystem.
    Subsystem,
    /// In another header.
    Header,
    /// In another architecture, which no configuration compiles it with.
    OtherArchitecture,
    /// In a `.c` file, which it does not include.
    Source,
    /// In a program of its own.
    Apart,
}

/// How near a declaration in `candidate` is to code of `near`. A common header means the architecture of `home`, the file
/// that the question is about, where that has one.
#[must_use]
pub fn nearness(near: &File, home: &File, candidate: &TreePath) -> Nearness {
    let (here, there) = (near.path().as_str(), candidate.as_str());
    if here == there {
        return Nearness::Own;
    }
    let foreign = |path: &str| APART.iter().find(|apart| path.starts_with(*apart)).copied();
    if foreign(there).is_some() && foreign(there) != foreign(here) {
        return Nearness::Apart;
    }
    let arch = architecture(here).or_else(|| architecture(home.path().as_str()));
    let is_own_arch = architecture(there).is_some() && architecture(there) == arch;
    if architecture(there).is_some() && !is_own_arch {
        return Nearness::OtherArchitecture;
    }
    if includes(near, there) {
        return Nearness::Included;
    }
    if there.ends_with(".c") {
        return Nearness::Source;
    }
    if folder(here) == folder(there) {
        return Nearness::Folder;
    }
    if is_own_arch {
        return Nearness::Architecture;
    }
    if there.starts_with("include/") {
        return Nearness::Common;
    }
    match there.split('/').take(2).eq(here.split('/').take(2)) {
        true => Nearness::Subsystem,
        false => Nearness::Header,
    }
}

fn architecture(path: &str) -> Option<&str> {
    path.strip_prefix("arch/")?.split('/').next()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub(in crate::types) fn includes(near: &File, there: &str) -> bool {
    near.includes().iter().any(|include| {
        let header = include
            .header
            .trim_start_matches("../")
            .trim_start_matches("./");
        there
            .strip_suffix(header)
            .is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
}
