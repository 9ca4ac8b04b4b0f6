//! A `#define` in line with its neighbours: the column of its value, and the place of its comment.

use std::ops::Range;

use query::File;
use sites::lines;
use syntax::items::MacroDefinition;

use super::beside::{self, Comments};
use super::columns;

/// How many definitions on either side are looked at.
const NEIGHBOURS: usize = 8;

/// A neighbouring definition of one line, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Neighbour {
    /// Where its name ends, or its parameters.
    head_end: usize,
    /// Where its value starts.
    value: usize,
    /// More than one blank leads there.
    aligned: bool,
    /// By tabs.
    tabbed: bool,
    has_params: bool,
}

/// What the definitions around a new one look like, the anchor first, then the nearest first.
#[derive(Debug)]
pub(crate) struct Around {
    neighbours: Vec<Neighbour>,
    pub(crate) comments: Comments,
}

impl Around {
    /// The definitions on lines that follow each other around `anchor`, comments and blank lines apart.
    pub(crate) fn of(file: &File, anchor: &MacroDefinition) -> Self {
        let all = file.macros();
        let own = all.partition_point(|known| known.range.start < anchor.range.start);
        let mut ranges: Vec<&MacroDefinition> = vec![anchor];
        let near = |pair: [&MacroDefinition; 2]| {
            let [first, second] = pair;
            is_layout(&file.text(first.range.end..second.range.start))
        };
        let (mut before, mut after) = (own, own);
        for _ in 0..NEIGHBOURS {
            if let Some(next) = all.get(after + 1)
                && all.get(after).is_some_and(|last| near([last, next]))
            {
                after += 1;
                ranges.push(next);
            }
            if let Some(next) = before.checked_sub(1).and_then(|at| all.get(at))
                && all.get(before).is_some_and(|last| near([next, last]))
            {
                before -= 1;
                ranges.push(next);
            }
        }
        let spans: Vec<Range<usize>> = ranges.iter().map(|known| known.range.clone()).collect();
        Self {
            neighbours: ranges
                .iter()
                .filter_map(|known| taken_apart(file, known))
                .collect(),
            comments: Comments::of(file, &spans),
        }
    }

    /// The white space between a head that ends in column `end` and its value.
    pub(crate) fn gap(&self, end: usize, has_params: bool) -> String {
        let is_kin = |known: &&Neighbour| known.has_params == has_params;
        let kin: Vec<&Neighbour> = self.neighbours.iter().filter(is_kin).collect();
        let known = match kin.is_empty() {
            true => self.neighbours.iter().collect(),
            false => kin,
        };
        let Some(column) = column(&known) else {
            return " ".to_owned();
        };
        let aligned = || known.iter().filter(|known| known.aligned);
        let in_it = || aligned().filter(|known| known.value == column);
        let tabbed = 2 * in_it().filter(|known| known.tabbed).count() > in_it().count();
        // Of those whose head is past the column as well, the nearest.
        let past = known.iter().find(|known| known.head_end >= column);
        let by_tab = past.map_or(tabbed, |past| past.tabbed);
        match (end < column, tabbed, by_tab) {
            (true, true, _) => columns::pad(end, column),
            (true, false, _) => " ".repeat(column - end),
            (false, _, true) => "\t".to_owned(),
            (false, _, false) => " ".to_owned(),
        }
    }
}

/// The column that the values are in: that of most which more than a blank leads to, where those with just a blank are in it
/// too, had to go past it, or are fewer.
fn column(known: &[&Neighbour]) -> Option<usize> {
    let aligned: Vec<usize> = known
        .iter()
        .filter(|known| known.aligned)
        .map(|known| known.value)
        .collect();
    let column = beside::most(&aligned)?;
    let strays = known
        .iter()
        .filter(|known| !known.aligned && known.value != column && known.head_end + 1 < column);
    let first = known.first().is_some_and(|first| first.aligned);
    (first || strays.count() < aligned.len()).then_some(column)
}

/// White space and comments.
fn is_layout(text: &str) -> bool {
    let tokens = dialect::token::tokens(text.as_bytes());
    let mut tokens = tokens.iter();
    tokens.all(|token| token.kind == dialect::token::TokenKind::Comment)
}

fn taken_apart(file: &File, known: &MacroDefinition) -> Option<Neighbour> {
    let text = file.text(known.range.clone()).into_owned();
    if text.contains('\n') || known.body.is_empty() {
        return None;
    }
    let start = lines::line_start(file, known.range.start);
    let before = file.text(start..known.body.start).into_owned();
    let head = before.trim_end();
    let gap = before.get(head.len()..)?;
    Some(Neighbour {
        head_end: columns::width(head),
        value: columns::width(&before),
        aligned: gap.contains('\t') || gap.len() > 1,
        tabbed: gap.contains('\t'),
        has_params: known.params.is_some(),
    })
}
