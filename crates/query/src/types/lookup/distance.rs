//! How near a declaration is to the code that it is for.

use dialect::path::TreePath;

use crate::File;

/// Folders that are programs of their own.
const APART: &[&str] = &["tools/", "scripts/", "samples/", "Documentation/"];

/// How far a declaration in `candidate` is from code of `near`: the smallest wins. A common header means
/// the architecture of `home`, the file that the question is about, where that has one.
pub(super) fn distance(near: &File, home: &File, candidate: &TreePath) -> usize {
    let (here, there) = (near.path().as_str(), candidate.as_str());
    if here == there {
        return 0;
    }
    let foreign = |path: &str| APART.iter().find(|apart| path.starts_with(*apart)).copied();
    if foreign(there).is_some() && foreign(there) != foreign(here) {
        return 10;
    }
    let arch = architecture(here).or_else(|| architecture(home.path().as_str()));
    let is_own_arch = architecture(there).is_some() && architecture(there) == arch;
    if architecture(there).is_some() && !is_own_arch {
        return 7;
    }
    if there.ends_with(".c") {
        return 8;
    }
    if includes(near, there) {
        return 1;
    }
    if folder(here) == folder(there) {
        return 2;
    }
    if is_own_arch {
        return 3;
    }
    if there.starts_with("include/") {
        return 4;
    }
    if there.split('/').take(2).eq(here.split('/').take(2)) {
        return 5;
    }
    6
}

fn architecture(path: &str) -> Option<&str> {
    path.strip_prefix("arch/")?.split('/').next()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub(super) fn includes(near: &File, there: &str) -> bool {
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
