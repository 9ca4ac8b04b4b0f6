//! Submodules that are not checked out: their files are code of the tree that nobody has here.

use cap_std::fs::Dir;
use dialect::TreePath;

/// A `.gitmodules` that is longer is not looked at.
const LONGEST: u64 = 1 << 20;

/// Why a file in one is not read.
pub(super) fn not_checked_out(submodule: &TreePath) -> String {
    format!(
        "{submodule} is a submodule that is not checked out; `git submodule update --init {submodule}` does that"
    )
}

/// The folders of submodules that `.gitmodules` names and that have nothing in them.
pub(super) fn absent(root: &Dir) -> Vec<TreePath> {
    let is_short = |text: &cap_std::fs::Metadata| text.is_file() && text.len() <= LONGEST;
    if !root.metadata(GITMODULES).is_ok_and(|file| is_short(&file)) {
        return Vec::new();
    }
    let text = root.read_to_string(GITMODULES).unwrap_or_default();
    paths(&text)
        .filter(|path| {
            let entries = root.read_dir(path.as_str());
            entries.map_or(true, |mut entries| entries.next().is_none())
        })
        .collect()
}

const GITMODULES: &str = ".gitmodules";

/// The values of `path` in the sections of a `.gitmodules`.
fn paths(text: &str) -> impl Iterator<Item = TreePath> {
    text.lines().filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        let is_path = key.trim().eq_ignore_ascii_case("path");
        let value = value.trim().trim_matches('"').trim_end_matches('/');
        is_path.then(|| TreePath::new(value).ok())?
    })
}
