//! Headers that are included and are in no place where the compiler looks.

use std::sync::atomic::{AtomicBool, Ordering};

use dialect::TreePath;
use query::File;
use syntax::directives::IncludeDirective;
use trees::Scan;

use super::Step;
use super::changes::FileChange;
use super::complaint::Complaint;
use crate::includes::{is_made, is_there, joined};

/// The words by which other files are found that include the same header.
pub(super) fn words(step: &Step<'_>, change: &FileChange<'_>) -> Vec<String> {
    let all = suspects(step, change).into_iter();
    all.map(|include| stem(&include.header)).collect()
}

/// The new `#include` lines of a touched file that find nothing.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let suspects = suspects(step, change).into_iter();
    let missing = suspects.filter(|include| !is_included_elsewhere(step, file, include));
    let complaints = missing.filter_map(|include| {
        let (header, at) = (&include.header, include.range.start);
        let key = format!("header:{}:{header}", file.path());
        match search_path(step, file.path(), header) {
            SearchPath::Has => None,
            SearchPath::Lacks => {
                let message = format!("`{header}` is included, and there is no such header");
                Some(Complaint::violated(key, file, at, message))
            }
            SearchPath::Unread(option) => {
                let message = format!(
                    "`{header}` is included, and is where headers are looked for only if `{option}` adds its place"
                );
                Some(Complaint::unknown(key, file, at, message))
            }
        }
    });
    complaints.collect()
}

/// Those that are new, and of which no file is where headers are looked for.
fn suspects(step: &Step<'_>, change: &FileChange<'_>) -> Vec<IncludeDirective> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let tree = step.after.tree.tree();
    let had = |header: &str| {
        let before = change.before.iter().flat_map(|before| before.includes());
        before.into_iter().any(|include| include.header == header)
    };
    let all = file.includes().iter().filter(|include| {
        !file.is_dead(include.range.start)
            && !is_made(&include.header)
            && !had(&include.header)
            && !is_there(&**tree, file.path(), &include.header, !include.system)
            && !is_of_a_part(step, change, include)
    });
    let mut found: Vec<IncludeDirective> = all.cloned().collect();
    // A header that the series takes away is missed by those who had it.
    found.extend(lost(step, change, file));
    found
}

/// Whether the tree is a part of one, which lacks more than this header: where another header of the file is not found
/// either, nothing can be told.
fn is_of_a_part(step: &Step<'_>, change: &FileChange<'_>, include: &IncludeDirective) -> bool {
    let tree = step.before.tree.tree();
    let before = change.before.iter();
    let mut others =
        before.flat_map(|before| before.includes().iter().map(move |known| (before, known)));
    let lacks_another = others.any(|(before, known)| {
        !is_made(&known.header) && !is_there(&**tree, before.path(), &known.header, !known.system)
    });
    let folder = include
        .header
        .split_once('/')
        .map(|(folder, _)| format!("include/{folder}"));
    let has_folder = || {
        let scan = Scan {
            under: folder.into_iter().collect(),
            extensions: vec!["h".to_owned()],
            shallow: true,
            ..Scan::default()
        };
        let found = AtomicBool::new(false);
        let looked = tree.look(&scan, &|_, _| found.store(true, Ordering::Relaxed));
        looked.is_ok() && found.into_inner()
    };
    lacks_another || (include.system && !has_folder())
}

fn lost(step: &Step<'_>, change: &FileChange<'_>, file: &File) -> Vec<IncludeDirective> {
    let is_gone = |include: &IncludeDirective| {
        let (old, new) = (step.before.tree.tree(), step.after.tree.tree());
        let quoted = !include.system;
        is_there(&**old, file.path(), &include.header, quoted)
            && !is_there(&**new, file.path(), &include.header, quoted)
    };
    let before = change.before.iter().flat_map(|before| before.includes());
    let had: Vec<&str> = before.map(|include| &*include.header).collect();
    let all = file.includes().iter();
    let all = all.filter(|include| had.contains(&&*include.header) && is_gone(include));
    all.filter(|include| !file.is_dead(include.range.start))
        .cloned()
        .collect()
}

fn stem(header: &str) -> String {
    let name = header.rsplit('/').next().unwrap_or(header);
    name.split('.').next().unwrap_or(name).to_owned()
}

/// Whether a file that the series leaves alone includes it as well: the build makes it, or finds it.
fn is_included_elsewhere(step: &Step<'_>, file: &File, include: &IncludeDirective) -> bool {
    let paths = step.before.files_with(&stem(&include.header));
    let mut paths = paths
        .iter()
        .filter(|path| *path != file.path() && !step.is_touched(path));
    // Programs of the host have headers that the kernel has not: `<stdlib.h>`.
    let is_bare = !include.header.contains('/');
    paths.any(|path| {
        if is_bare && top(path) != top(file.path()) {
            return false;
        }
        let other = step.before.file(path);
        other.is_some_and(|other| {
            let mut includes = other.includes().iter();
            let tree = step.before.tree.tree();
            includes.any(|known| {
                known.header == include.header
                    && !is_there(&**tree, other.path(), &known.header, !known.system)
            })
        })
    })
}

/// The two topmost folders of a file's place.
fn top(path: &TreePath) -> Vec<&str> {
    let mut folders: Vec<&str> = path.as_str().split('/').collect();
    folders.pop();
    folders.truncate(2);
    folders
}

/// What the places that the Makefiles add have.
enum SearchPath {
    Has,
    Lacks,
    /// This option hangs on a variable.
    Unread(String),
}

/// Looks in the places that a Makefile of the folder, or of one above, adds to those where headers are looked for.
fn search_path(step: &Step<'_>, path: &TreePath, header: &str) -> SearchPath {
    let tree = step.after.tree.tree();
    let mut folders = Vec::new();
    let mut unread = None;
    let mut folder = path.as_str();
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        folders.push(folder);
        for name in ["Makefile", "Kbuild"] {
            let makefile = TreePath::new(&format!("{folder}/{name}"));
            let bytes = makefile
                .ok()
                .and_then(|path| tree.read(&path).ok().flatten());
            for option in added_places(&bytes.unwrap_or_default()) {
                // `$(src)` is the folder of the file, where `subdir-ccflags-y` has it.
                let mut places = folders.iter().map(|folder| expanded(&option, folder));
                if places.clone().any(|place| place.is_none()) {
                    unread.get_or_insert(format!("-I{option}"));
                }
                let has = |place: String| {
                    let path = joined("", &format!("{place}/{header}"));
                    let path = path.and_then(|path| TreePath::new(&path).ok());
                    path.is_some_and(|path| tree.has(&path))
                };
                if places.any(|place| place.is_some_and(has)) {
                    return SearchPath::Has;
                }
            }
        }
    }
    unread.map_or(SearchPath::Lacks, SearchPath::Unread)
}

/// What the options `-I` of a Makefile name.
fn added_places(makefile: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(makefile);
    let mut found = Vec::new();
    for line in text.lines() {
        let code = line.split('#').next().unwrap_or_default();
        let mut words = code.split(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | ','));
        while let Some(word) = words.next() {
            match word.strip_prefix("-I") {
                Some("") => found.extend(words.next().map(str::to_owned)),
                Some(place) => found.push(place.to_owned()),
                None => {}
            }
        }
    }
    found
}

/// A place of an option, from the top of the tree; none where a variable is in it that only make knows.
fn expanded(option: &str, folder: &str) -> Option<String> {
    let mut place = option.to_owned();
    for (variable, value) in [
        ("src", folder),
        ("obj", folder),
        ("srctree", ""),
        ("objtree", ""),
    ] {
        for written in [format!("$({variable})"), format!("${{{variable}}}")] {
            place = place.replace(&written, value);
        }
    }
    // Of `$(call cc-option,-Idir)` the parenthesis is make's.
    (!place.contains('$')).then(|| place.trim_end_matches(')').to_owned())
}
