//! `check --shard I/N` and `--merge`: a run in parts, and its whole again.
//!
//! Each part says which whole it is of: all of the pairs. So a merge can tell a part that is missing, one that is there
//! twice, and one of another run; it never reports less than all as though it were all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use verify::report::Range;

use crate::check_cells::{Cell, Checked};
use crate::check_history::Since;
use crate::error::CommandError;
use crate::spec_status::{SpecStatus, Word};

/// More parts than any machine room has machines.
const MOST: usize = 10_000;

/// The part I of N, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    index: usize,
    of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("write it as I/N, with I from 1 to N, and N at most {MOST}: 2/8");
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        let number = |text: &str| text.parse::<usize>().map_err(|_| wrong());
        let (index, of) = (number(index)?, number(of)?);
        match (1..=of).contains(&index) && of <= MOST {
            true => Ok(Self { index, of }),
            false => Err(wrong()),
        }
    }
}

/// A spec and a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Pair {
    series: String,
    tree: String,
}

/// Which pairs of a run are a part's.
pub(crate) struct Plan {
    shard: Shard,
    pairs: Vec<Pair>,
    /// By tree, then by spec.
    ours: Vec<Vec<bool>>,
}

impl Plan {
    /// `specs` are names with and without the version; the versions of a series go to one part, since a later one
    /// supersedes the others.
    pub(crate) fn new(shard: Shard, specs: &[(String, String)], trees: &[String]) -> Self {
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, name) in specs {
            let next = groups.len();
            groups.entry(name).or_insert(next);
        }
        let count = groups.len();
        let group = |name: &String| groups.get(name.as_str()).copied().unwrap_or(0);
        let is_ours =
            |tree: usize, name: &String| (tree * count + group(name)) % shard.of + 1 == shard.index;
        let pair = |series: &String, tree: &String| Pair {
            series: series.clone(),
            tree: tree.clone(),
        };
        let pairs = trees.iter().flat_map(|tree| {
            let series = specs.iter();
            series.map(move |(series, _)| pair(series, tree))
        });
        Self {
            shard,
            pairs: pairs.collect(),
            ours: (0..trees.len())
                .map(|tree| specs.iter().map(|(_, name)| is_ours(tree, name)).collect())
                .collect(),
        }
    }

    /// Whether the part has the pair.
    pub(crate) fn has(&self, tree: usize, spec: usize) -> bool {
        let of_tree = self.ours.get(tree);
        of_tree.and_then(|of_tree| of_tree.get(spec)).copied() == Some(true)
    }

    /// What a merge has to know.
    pub(crate) fn as_json(&self) -> Value {
        let Shard { index, of } = self.shard;
        json!({ "index": index, "of": of, "pairs": self.pairs })
    }
}

#[derive(Deserialize)]
struct Part {
    checks: Vec<Row>,
    shard: Option<Of>,
    judged: Option<usize>,
    commits: Option<usize>,
    #[serde(default)]
    range: RangeRow,
}

/// What a range was called, and its days. Older parts do not say so.
#[derive(Default, Deserialize)]
struct RangeRow {
    #[serde(default)]
    name: String,
    begins: Option<String>,
    ends: Option<String>,
}

#[derive(Deserialize)]
struct Of {
    index: usize,
    of: usize,
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Row {
    series: String,
    #[serde(default)]
    spec: String,
    tree: String,
    status: String,
    detail: String,
    #[serde(default)]
    states: Vec<State>,
}

#[derive(Deserialize)]
struct State {
    #[serde(default)]
    number: usize,
    commit: String,
    date: Option<String>,
    #[serde(default)]
    subject: String,
    status: String,
    detail: String,
}

/// Joins the parts of a run.
///
/// # Errors
/// Exit status 2: a file is no part, a part is missing or there twice, or the files are of several runs.
pub(crate) fn merged(files: &[PathBuf]) -> Result<Checked, CommandError> {
    let mut parts: BTreeMap<usize, (&Path, Part)> = BTreeMap::new();
    let mut whole: Option<(usize, Vec<Pair>)> = None;
    for file in files {
        let unusable = |why: &str| CommandError::unusable(format!("{}: {why}", file.display()));
        let (part, Of { index, of, pairs }) = read(file)?;
        match &whole {
            None => whole = Some((of, pairs)),
            Some((count, all)) if *count == of && *all == pairs => {}
            Some(_) => {
                let error = unusable("it is a part of another run than the files before it");
                return Err(error.with_hint("the parts of a run have the same specs, trees and N"));
            }
        }
        if let Some((other, _)) = parts.insert(index, (file, part)) {
            let message = format!("it is part {index} of {of}, and so is {}", other.display());
            return Err(unusable(&message));
        }
    }
    let (of, pairs) = whole.unwrap_or_default();
    let missing: Vec<String> = (1..=of)
        .filter(|index| !parts.contains_key(index))
        .map(|index| format!("{index}/{of}"))
        .collect();
    if !missing.is_empty() {
        let message = format!("not all parts are there: {} is missing", missing.join(", "));
        return Err(CommandError::unusable(message)
            .with_hint("a part that failed is to be run again before the whole can be told"));
    }
    joined(parts, pairs)
}

fn read(file: &Path) -> Result<(Part, Of), CommandError> {
    let unusable = |why: String| {
        CommandError::unusable(format!("{}: {why}", file.display()))
            .with_hint("--merge takes what `check --shard I/N --json` printed")
    };
    let text = std::fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
    let mut part: Part = serde_json::from_str(&text)
        .map_err(|error| unusable(format!("it is no report of check: {error}")))?;
    let of = part.shard.take();
    let of =
        of.ok_or_else(|| unusable("it is a report of a whole run, and no part of one".to_owned()))?;
    if !(1..=of.of.min(MOST)).contains(&of.index) {
        return Err(unusable(format!(
            "there is no part {} of {}",
            of.index, of.of
        )));
    }
    Ok((part, of))
}

fn joined(
    parts: BTreeMap<usize, (&Path, Part)>,
    pairs: Vec<Pair>,
) -> Result<Checked, CommandError> {
    let mut cells: BTreeMap<Pair, Vec<Cell>> = BTreeMap::new();
    let mut range: Option<Range> = None;
    for (file, part) in parts.into_values() {
        if let (Some(judged), Some(commits)) = (part.judged, part.commits) {
            let most = range.as_ref().map_or(0, |range| range.judged);
            let RangeRow { name, begins, ends } = part.range;
            range = Some(Range {
                name,
                begins,
                ends,
                commits,
                judged: judged.max(most),
            });
        }
        for row in part.checks {
            let cell = cell(row)
                .map_err(|why| CommandError::unusable(format!("{}: {why}", file.display())))?;
            let pair = Pair {
                series: cell.series.clone(),
                tree: cell.tree.clone(),
            };
            cells.entry(pair).or_default().push(cell);
        }
    }
    let mut all = Vec::new();
    for pair in &pairs {
        let of_pair = cells.get_mut(pair).filter(|cells| !cells.is_empty());
        let Some(of_pair) = of_pair else {
            let message = format!("no part has {} on {}", pair.series, pair.tree);
            return Err(CommandError::unusable(message)
                .with_hint("a part was cut off or edited: run it again"));
        };
        all.push(of_pair.remove(0));
    }
    if let Some(cell) = cells.values().flatten().next() {
        let message = format!(
            "{} on {} is there more often than in the run",
            cell.series, cell.tree
        );
        return Err(CommandError::unusable(message));
    }
    Ok(Checked {
        cells: all,
        unchanged: Vec::new(),
        range,
        plan: None,
        is_news: false,
    })
}

fn cell(row: Row) -> Result<Cell, String> {
    let word = |name: &str| Word::named(name).ok_or_else(|| format!("there is no state `{name}`"));
    let state = |state: State| {
        Ok(Since {
            number: state.number,
            commit: state.commit,
            date: state.date,
            subject: state.subject,
            status: SpecStatus::new(word(&state.status)?, state.detail),
        })
    };
    Ok(Cell {
        spec_status: SpecStatus::new(word(&row.status)?, row.detail),
        course: row
            .states
            .into_iter()
            .map(state)
            .collect::<Result<_, String>>()?,
        series: row.series,
        origin: row.spec,
        tree: row.tree,
        was: None,
    })
}
