//! The states of each pair of a range as a picture: a lane a state, the commits from left to right.
//!
//! A state is told by its lane, which has its word; colour only repeats that. Across, all is in per cent and nothing is
//! scaled: the picture is as wide as there is room, and its letters stay as they are. Every mark has a row in the table
//! below it, so that nobody needs the picture.

use serde::Serialize;

use super::html::{TextPart, code_spans};
use super::matrix::{Matrix, Pair, Range, State};
use super::visible;

/// Pixels above the first lane: the numbers of the changes.
const HEAD: usize = 18;
/// Pixels of a lane: its word, and the bars below it.
const LANE: usize = 30;
/// Pixels below the last lane: the days.
const FOOT: usize = 20;
/// Across, everything is counted in thousandths of a per cent.
const WHOLE: usize = 100_000;
/// What a number has to have of the width, so that the next one is beside it, at 400 pixels too.
const NUMBER: usize = 7_000;

/// The range, as the page names it.
#[derive(Default, Serialize)]
pub(super) struct RangeView {
    pub(super) name: String,
    pub(super) commits: usize,
    pub(super) judged: usize,
    pub(super) begins: String,
    pub(super) ends: String,
}

impl From<&Range> for RangeView {
    fn from(range: &Range) -> Self {
        let day = |date: &Option<String>| date.as_deref().map(visible).unwrap_or_default();
        Self {
            name: visible(&range.name),
            commits: range.commits,
            judged: range.judged,
            begins: day(&range.begins),
            ends: day(&range.ends),
        }
    }
}

/// A pair's picture, and its table.
#[derive(Serialize)]
pub(super) struct Timeline {
    pub(super) id: String,
    pub(super) series: String,
    pub(super) about: String,
    pub(super) height: usize,
    pub(super) days: usize,
    pub(super) lanes: Vec<Lane>,
    pub(super) bars: Vec<Bar>,
    pub(super) marks: Vec<Mark>,
    pub(super) states: Vec<StateRow>,
}

#[derive(Serialize)]
pub(super) struct Lane {
    pub(super) status: &'static str,
    pub(super) text: usize,
    pub(super) track: usize,
}

#[derive(Serialize)]
pub(super) struct Bar {
    pub(super) status: &'static str,
    pub(super) left: String,
    pub(super) width: String,
    pub(super) top: usize,
    pub(super) title: String,
}

/// Where one state ends and the next one begins.
#[derive(Serialize)]
pub(super) struct Mark {
    pub(super) left: String,
    pub(super) bottom: usize,
    /// Nothing where it would be over the one before it.
    pub(super) number: String,
    pub(super) anchor: &'static str,
}

#[derive(Serialize)]
pub(super) struct StateRow {
    pub(super) number: usize,
    pub(super) status: &'static str,
    pub(super) commit: String,
    pub(super) subject: String,
    pub(super) date: String,
    pub(super) place: usize,
    pub(super) detail: Vec<TextPart>,
}

/// The timelines of a range, a pair each. A pair that was not judged has none.
pub(super) fn timelines(matrix: &Matrix) -> Vec<Timeline> {
    let Some(range) = &matrix.range else {
        return Vec::new();
    };
    let pairs = matrix.pairs.iter();
    let judged = pairs.filter(|pair| is_whole(pair, range));
    (1..)
        .zip(judged)
        .map(|(number, pair)| timeline(number, pair, range))
        .collect()
}

/// Whether each state has its place. Parts of a run that an older version printed do not say where.
fn is_whole(pair: &Pair, range: &Range) -> bool {
    let places = pair.states.iter().map(|state| state.number);
    !pair.states.is_empty()
        && places.clone().is_sorted()
        && places
            .into_iter()
            .all(|place| (1..=range.commits).contains(&place))
}

fn timeline(number: usize, pair: &Pair, range: &Range) -> Timeline {
    let mut words: Vec<&'static str> = Vec::new();
    for state in &pair.states {
        if !words.contains(&state.status) {
            words.push(state.status);
        }
    }
    let bottom = HEAD + LANE * words.len();
    let lanes = (0..).zip(&words).map(|(index, status)| Lane {
        status,
        text: HEAD + LANE * index + 12,
        track: HEAD + LANE * index + 21,
    });
    Timeline {
        id: format!("timeline-{number}"),
        series: visible(&pair.series),
        about: about(pair, range),
        height: bottom + FOOT,
        days: bottom + 15,
        lanes: lanes.collect(),
        bars: bars(&pair.states, range, &words),
        marks: marks(&pair.states, range, bottom),
        states: (1..).zip(&pair.states).map(row).collect(),
    }
}

/// The picture in words.
fn about(pair: &Pair, range: &Range) -> String {
    let told = pair.states.iter().map(|state| {
        let date = state.date.as_deref().map(visible).unwrap_or_default();
        let from = format!("{} from commit {}", state.status, state.number);
        match date.is_empty() {
            true => from,
            false => format!("{from}, {date}"),
        }
    });
    let told: Vec<String> = told.collect();
    format!("Of {} commits: {}.", range.commits, told.join("; "))
}

fn bars(states: &[State], range: &Range, words: &[&'static str]) -> Vec<Bar> {
    let ends = states.iter().skip(1).map(|next| at(next.number, range));
    let ends = ends.chain([WHOLE]);
    let bars = states.iter().zip(ends).map(|(state, end)| {
        let start = at(state.number, range);
        let lane = words.iter().position(|word| *word == state.status);
        Bar {
            status: state.status,
            left: percent(start),
            width: percent(end.saturating_sub(start)),
            top: HEAD + LANE * lane.unwrap_or_default() + 17,
            title: format!("{} since {} {}", state.status, short(state), subject(state)),
        }
    });
    bars.collect()
}

fn marks(states: &[State], range: &Range, bottom: usize) -> Vec<Mark> {
    let mut free = 0;
    let marks = (1..).zip(states).map(|(number, state): (usize, _)| {
        let left = at(state.number, range);
        let is_shown = left >= free;
        if is_shown {
            free = left + NUMBER;
        }
        Mark {
            left: percent(left),
            bottom,
            number: if is_shown {
                number.to_string()
            } else {
                String::new()
            },
            anchor: if left + NUMBER > WHOLE {
                "end"
            } else {
                "start"
            },
        }
    });
    marks.collect()
}

fn row((number, state): (usize, &State)) -> StateRow {
    StateRow {
        number,
        status: state.status,
        commit: short(state),
        subject: subject(state),
        date: state.date.as_deref().map(visible).unwrap_or_default(),
        place: state.number,
        detail: code_spans(&state.detail),
    }
}

/// The id as the kernel cites it.
fn short(state: &State) -> String {
    visible(&state.commit.chars().take(12).collect::<String>())
}

fn subject(state: &State) -> String {
    visible(&state.subject)
}

/// How far from the left a commit of the range is.
fn at(number: usize, range: &Range) -> usize {
    number.saturating_sub(1).saturating_mul(WHOLE) / range.commits.max(1)
}

fn percent(thousandths: usize) -> String {
    format!("{}.{:03}%", thousandths / 1000, thousandths % 1000)
}
