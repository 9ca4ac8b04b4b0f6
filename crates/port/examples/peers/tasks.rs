//! The tasks that two windows of a stable kernel make.

use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::code::{self, Functions};
use crate::hunks::{self, Hunk, Shared};

/// What a task is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// The same change in a function that was another one before.
    Same,
    /// Lines of the change were adapted by hand.
    Adapted,
    /// The same change in the same function.
    Trivial,
}

impl Label {
    pub(crate) const ALL: [Self; 3] = [Self::Same, Self::Adapted, Self::Trivial];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Same => "the same change, in a function that differs",
            Self::Adapted => "adapted by hand",
            Self::Trivial => "in the same function",
        }
    }
}

/// A change of one function, and what the maintainers of the target made of it.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) path: String,
    pub(crate) function: String,
    pub(crate) label: Label,
    /// The function's bytes: in the donor before and after, in the target before and after.
    pub(crate) places: [Range<usize>; 4],
    pub(crate) donor: Vec<Hunk>,
    pub(crate) target: Vec<Hunk>,
}

/// The tasks of four trees: the donor before and after, the target before and after.
pub(crate) fn of(trees: &[PathBuf; 4]) -> Result<Vec<Task>, String> {
    let [donor_before, donor_after, target_before, target_after] = trees;
    let mut paths = Vec::new();
    walk(donor_before, "", &mut paths)?;
    let differs = |path: &String, one: &Path, other: &Path| {
        let texts = [one, other].map(|root| std::fs::read(root.join(path)).ok());
        texts.iter().all(Option::is_some) && texts[0] != texts[1]
    };
    let mut paths: Vec<String> = paths
        .into_par_iter()
        .filter(|path| {
            differs(path, donor_before, donor_after) && differs(path, target_before, target_after)
        })
        .collect();
    paths.sort();
    let sides = trees.iter().map(|root| code::functions(root, &paths));
    let sides = sides.collect::<Result<Vec<_>, String>>()?;
    let none = Functions::new();
    let tasks = paths.par_iter().map(|path| {
        let functions = [0, 1, 2, 3].map(|side| sides[side].get(path).unwrap_or(&none));
        of_file(path, trees, functions)
    });
    let tasks = tasks.collect::<Result<Vec<_>, String>>()?;
    Ok(tasks.into_iter().flatten().collect())
}

/// The `.c` and `.h` files of a tree. Links are passed over: what they lead to is there by itself.
fn walk(root: &Path, folder: &str, found: &mut Vec<String>) -> Result<(), String> {
    let shown = root.join(folder);
    let entries = std::fs::read_dir(&shown).map_err(|why| format!("{}: {why}", shown.display()))?;
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = match folder {
            "" => name,
            _ => format!("{folder}/{name}"),
        };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(root, &path, found)?,
            Ok(kind) if kind.is_file() && (path.ends_with(".c") || path.ends_with(".h")) => {
                found.push(path);
            }
            _ => {}
        }
    }
    Ok(())
}

fn of_file(
    path: &str,
    trees: &[PathBuf; 4],
    functions: [&Functions; 4],
) -> Result<Vec<Task>, String> {
    let mut texts = Vec::new();
    for root in trees {
        texts.push(std::fs::read(root.join(path)).map_err(|why| format!("{path}: {why}"))?);
    }
    let mut tasks = Vec::new();
    for name in functions[0].keys() {
        let places = functions.map(|side| side.get(name).cloned());
        let [Some(a), Some(b), Some(c), Some(d)] = places else {
            continue;
        };
        let places = [a, b, c, d];
        let bodies = [0, 1, 2, 3].map(|side| &texts[side][places[side].clone()]);
        if let Some((label, shared)) = of_function(bodies) {
            tasks.push(Task {
                path: path.to_owned(),
                function: name.clone(),
                label,
                places,
                donor: shared.donor,
                target: shared.target,
            });
        }
    }
    Ok(tasks)
}

fn of_function(bodies: [&[u8]; 4]) -> Option<(Label, Shared)> {
    let [before, after, target_before, target_after] = bodies;
    if before == after || target_before == target_after || !bodies.iter().all(|b| code::is_whole(b))
    {
        return None;
    }
    let donor = hunks::hunks(before, after);
    let target = hunks::hunks(target_before, target_after);
    let shared = hunks::shared(&donor, &target, [before, target_before])?;
    // Half of a block is no change that anybody would carry.
    let made = hunks::with(before, after, &shared.donor);
    let wanted = hunks::with(target_before, target_after, &shared.target);
    if !code::is_whole(&made) || !code::is_whole(&wanted) {
        return None;
    }
    let is_drifted = code::words(before) != code::words(target_before);
    match (shared.is_same, is_drifted) {
        (true, true) => Some((Label::Same, shared)),
        (true, false) => Some((Label::Trivial, shared)),
        (false, true) => Some((Label::Adapted, shared)),
        (false, false) => None,
    }
}
