//! Lines that an edit made too long, or whose alignment it moved.
//!
//! Only the lines that the edit touched are broken anew; what stood there before keeps its breaks. A
//! break goes behind the loosest operator that lets both halves fit, as far right as it fits, because
//! that is what a reader of kernel code expects: `a &&` at the line's end, the next operand under the
//! start of the expression.

use super::columns;
use super::scan::{self, BreakPoint};
use super::{HARD_WIDTH, PREFERRED_WIDTH};
use crate::edit::Edit;

/// A line beyond this is nobody's code to lay out, and trying all its breaks would take for ever.
const UNBREAKABLE_WIDTH: usize = 4 * PREFERRED_WIDTH;

/// Makes the sorted `edits` in `before`, whole lines of code, and lays out what they changed.
///
/// A line that grew longer than `limit` is broken; a continuation line that was aligned with an open parenthesis
/// stays aligned when that one moves. Other lines are let be.
pub(crate) fn fit(before: &str, edits: &[Edit], limit: usize) -> String {
    let mut edited = Lines::after(before, edits);
    edited.tidy();
    edited.realign(&aligned_lines(before));
    break_lines(&edited.text(), &edited.touched(), limit)
}

/// White space that reaches a column, as the first line of the code has it.
fn indent_as(code: &str, column: usize) -> String {
    let first = code.lines().find(|line| !line.trim().is_empty());
    columns::indent_like(columns::indentation(first.unwrap_or_default()), column)
}

/// The lines of a text after edits.
struct Lines {
    lines: Vec<Line>,
}

struct Line {
    text: String,
    /// 0-based number that the line had before, where an edit left its start alone.
    was: Option<usize>,
    touched: bool,
}

impl Lines {
    fn after(before: &str, edits: &[Edit]) -> Self {
        let mut lines = Self {
            lines: vec![Line {
                text: String::new(),
                was: Some(0),
                touched: false,
            }],
        };
        let (mut at, mut number) = (0, 0);
        for edit in edits {
            lines.keep(
                before.get(at..edit.range.start).unwrap_or_default(),
                &mut number,
            );
            lines.touch();
            for (index, part) in edit.text.split('\n').enumerate() {
                if index > 0 {
                    lines.start(None);
                }
                lines.push(part);
                lines.touch();
            }
            number += newlines(before.get(edit.range.clone()).unwrap_or_default());
            at = edit.range.end;
        }
        lines.keep(before.get(at..).unwrap_or_default(), &mut number);
        lines
    }

    /// Appends text that was there before.
    fn keep(&mut self, text: &str, number: &mut usize) {
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                *number += 1;
                self.start(Some(*number));
            }
            self.push(part);
        }
    }

    fn start(&mut self, was: Option<usize>) {
        self.lines.push(Line {
            text: String::new(),
            was,
            touched: false,
        });
    }

    fn push(&mut self, text: &str) {
        if let Some(line) = self.lines.last_mut() {
            line.text.push_str(text);
        }
    }

    /// A line that is written anew has no blanks at its end, and none before a tab in its indentation: that the tree has such
    /// is no reason to send more.
    fn tidy(&mut self) {
        for line in self.lines.iter_mut().filter(|line| line.touched) {
            let kept = line.text.trim_end_matches([' ', '\t']).len();
            line.text.truncate(kept);
            while let Some((before, _)) = line.text.split_once(" \t") {
                let at = before.len();
                if !before.trim().is_empty() {
                    break;
                }
                line.text.remove(at);
            }
        }
    }

    fn touch(&mut self) {
        if let Some(line) = self.lines.last_mut() {
            line.touched = true;
        }
    }

    /// Moves continuation lines along with the parenthesis that they were aligned with.
    ///
    /// A new line beside such a one, and as deep, is one of the same list.
    fn realign(&mut self, aligned: &[usize]) {
        let columns = self.aligned_columns(aligned);
        let first = self.lines.iter().position(|line| line.touched);
        for number in first.map_or(self.lines.len(), |first| first + 1)..self.lines.len() {
            let text = self.text();
            let Some(start) = scan::walk(&text).lines.get(number - 1).copied() else {
                continue;
            };
            let Some(line) = self.lines.get_mut(number) else {
                continue;
            };
            let own = columns::indentation(&line.text);
            let was_aligned = columns.get(number).is_some_and(Option::is_some);
            if was_aligned && columns::width(own) != start.align {
                let rest = line.text.split_off(own.len());
                line.text = indent_as(&text, start.align) + &rest;
                line.touched = true;
            }
        }
    }

    /// The column of each line that is aligned with a parenthesis; none for the others.
    fn aligned_columns(&self, aligned: &[usize]) -> Vec<Option<usize>> {
        let width = |line: &Line| columns::width(columns::indentation(&line.text));
        let is_old = |line: &Line| line.was.is_some_and(|was| aligned.contains(&was));
        let mut columns: Vec<Option<usize>> = self
            .lines
            .iter()
            .map(|line| is_old(line).then(|| width(line)))
            .collect();
        let last = self.lines.len().saturating_sub(1);
        let pairs = |number: usize| (number.checked_sub(1), (number < last).then_some(number + 1));
        for number in (0..=last).chain((0..=last).rev()) {
            let Some(line) = self.lines.get(number).filter(|line| line.was.is_none()) else {
                continue;
            };
            let (before, after) = pairs(number);
            let beside = [before, after].map(|at| at.and_then(|at| columns.get(at).copied()?));
            let own = Some(width(line));
            if beside.contains(&own)
                && let Some(column) = columns.get_mut(number)
            {
                *column = own;
            }
        }
        columns
    }

    fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        lines.join("\n")
    }

    fn touched(&self) -> Vec<usize> {
        let numbered = self.lines.iter().enumerate();
        numbered
            .filter(|(_, line)| line.touched)
            .map(|(number, _)| number)
            .collect()
    }
}

/// 0-based numbers of the lines whose indentation is just what the brackets ask for.
fn aligned_lines(text: &str) -> Vec<usize> {
    scan::walk(text)
        .lines
        .iter()
        .enumerate()
        .filter(|(_, start)| !start.opaque)
        .filter(|(_, start)| {
            let line = text.get(start.at..).unwrap_or_default();
            columns::width(columns::indentation(line)) == start.align
        })
        .map(|(index, _)| index + 1)
        .collect()
}

fn newlines(text: &str) -> usize {
    text.matches('\n').count()
}

/// Breaks those of the `touched` lines that are longer than `limit`.
fn break_lines(text: &str, touched: &[usize], limit: usize) -> String {
    let is_macro = text.trim_start().starts_with("#define");
    let splice = if is_macro { " \\" } else { "" };
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let mut done = 0;
    for &number in touched {
        let is_new_above = number > 0 && touched.contains(&(number - 1));
        let number = number + done;
        let Some(line) = lines.get(number) else {
            continue;
        };
        if columns::width(line) <= limit {
            continue;
        }
        let head = lines
            .get(..number)
            .map(|l| l.join("\n"))
            .unwrap_or_default();
        // What is new at the start of a line may have room at the end of the one before, if that is new as well.
        if let Some(before) = number.checked_sub(1).filter(|_| is_new_above)
            && let Some(pair) = taken_up(&head, line, limit)
        {
            lines.splice(before..=number, pair);
            continue;
        }
        if let Some(broken) = break_line(&head, line, splice) {
            done += broken.len() - 1;
            lines.splice(number..=number, broken);
        }
    }
    lines.join("\n")
}

/// The last line of `head` with the first entries of a list that `line` goes on with, and the line without them; none where
/// that leaves a line too long.
fn taken_up(head: &str, line: &str, limit: usize) -> Option<[String; 2]> {
    let before = head.lines().next_back()?;
    let align = scan::walk(&format!("{head}\n")).lines.last()?.align;
    let own = columns::indentation(line);
    if !before.ends_with(',') || columns::width(own) != align {
        return None;
    }
    let limit = limit.min(PREFERRED_WIDTH);
    let points = candidates(head, line, "").into_iter();
    let pairs = points
        .filter(|point| point.align == align)
        .filter_map(|point| {
            let first = line.get(own.len()..point.at)?.trim_end();
            let rest = line.get(point.at..)?.trim_start();
            Some([format!("{before} {first}"), format!("{own}{rest}")])
        });
    pairs
        .filter(|[first, rest]| {
            // The rest is what the line was.
            columns::width(first) <= limit && columns::width(rest) <= HARD_WIDTH
        })
        .max_by_key(|[first, _]| first.len())
}

/// The line in several lines that fit, or none where no break makes it fit better.
fn break_line(head: &str, line: &str, splice: &str) -> Option<Vec<String>> {
    if columns::width(line) > UNBREAKABLE_WIDTH {
        return None;
    }
    let mut best: Option<(Cost, Vec<String>)> = None;
    for point in candidates(head, line, splice) {
        let first = line.get(..point.at)?.to_owned() + splice;
        let rest = line.get(point.at..)?.trim_start();
        let rest = indent_as(&join(head, line), point.align) + rest;
        let new_head = join(head, &first);
        let mut lines = vec![first];
        if columns::width(&rest) > PREFERRED_WIDTH {
            match break_line(&new_head, &rest, splice) {
                Some(broken) => lines.extend(broken),
                None => lines.push(rest),
            }
        } else {
            lines.push(rest);
        }
        let cost = Cost::of(&lines, &point);
        if best.as_ref().is_none_or(|(known, _)| cost < *known) {
            best = Some((cost, lines));
        }
    }
    let (cost, lines) = best?;
    let kept = columns::width(line);
    (cost.overflow + PREFERRED_WIDTH < kept || kept > HARD_WIDTH).then_some(lines)
}

/// What a way of breaking costs; the least is taken.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    /// How far the longest line sticks out.
    overflow: usize,
    /// Behind `=` only where nothing else helps.
    assignment: bool,
    depth: usize,
    binding: scan::Binding,
    /// Fewer lines are better.
    lines: usize,
    /// The farther right, the better.
    short: usize,
}

impl Cost {
    fn of(lines: &[String], point: &BreakPoint) -> Self {
        let longest = lines.iter().map(|l| columns::width(l)).max().unwrap_or(0);
        Self {
            overflow: longest.saturating_sub(PREFERRED_WIDTH),
            assignment: point.binding == scan::Binding::Assignment,
            depth: point.depth,
            binding: point.binding,
            lines: lines.len(),
            short: usize::MAX - point.at,
        }
    }
}

fn candidates(head: &str, line: &str, splice: &str) -> Vec<BreakPoint> {
    let whole = join(head, line);
    let offset = whole.len() - line.len();
    let mut points: Vec<BreakPoint> = scan::walk(&whole)
        .breaks
        .into_iter()
        .filter(|point| point.at > offset && point.at < whole.len())
        .map(|point| BreakPoint {
            at: point.at - offset,
            ..point
        })
        .filter(|point| {
            let first = line.get(..point.at).unwrap_or_default();
            columns::width(first) + splice.len() <= PREFERRED_WIDTH
                && line
                    .get(point.at..)
                    .is_some_and(|rest| !rest.trim().is_empty())
        })
        .collect();
    points.reverse();
    points
}

fn join(head: &str, line: &str) -> String {
    if head.is_empty() {
        line.to_owned()
    } else {
        format!("{head}\n{line}")
    }
}

/// Breaks a text that is new as a whole.
pub(crate) fn fit_new(text: &str) -> String {
    let touched: Vec<usize> = (0..=newlines(text)).collect();
    break_lines(text, &touched, PREFERRED_WIDTH)
}

/// New code that goes between what its line begins and ends with, broken where that line is too long.
pub(crate) fn fit_within(before: &str, code: &str, after: &str) -> String {
    let line = fit_new(&format!("{before}{code}{after}"));
    // No break goes into the indentation, a head like `if (`, or what closes it; were one there, the code would do as
    // it is.
    let middle = line.strip_prefix(before);
    let middle = middle.and_then(|rest| rest.strip_suffix(after));
    middle.unwrap_or(code).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{fit, fit_new};
    use crate::edit::Edit;

    #[test]
    fn a_return_breaks_behind_the_last_operator_that_fits() {
        assert_eq!(
            fit_new("\treturn pdev->is_virtfn || pdev->detached_vf || (cmd & PCI_COMMAND_MEMORY);"),
            "\treturn pdev->is_virtfn || pdev->detached_vf ||\n\t       (cmd & PCI_COMMAND_MEMORY);"
        );
    }

    #[test]
    fn the_loosest_operator_is_broken_first() {
        assert_eq!(
            fit_new(
                "\tif (offset == PCI_COMMAND && (vdev->pdev->is_virtfn || vdev->pdev->detached_vf)) {"
            ),
            "\tif (offset == PCI_COMMAND &&\n\t    (vdev->pdev->is_virtfn || vdev->pdev->detached_vf)) {"
        );
    }

    #[test]
    fn only_the_line_that_grew_is_broken() {
        let old = "\treturn pdev->current_state < PCI_D3hot &&\n\t       (pdev->no_command_memory || (cmd & PCI_COMMAND_MEMORY));";
        let at = old.find(" || (cmd").unwrap();
        assert_eq!(
            fit(old, &[Edit::insert(at, " || pdev->detached_vf")], 80),
            "\treturn pdev->current_state < PCI_D3hot &&\n\t       (pdev->no_command_memory || pdev->detached_vf ||\n\t\t(cmd & PCI_COMMAND_MEMORY));"
        );
    }

    #[test]
    fn a_line_stays_aligned_with_a_parenthesis_that_moves() {
        let old = "\tx = f(a,\n\t      b);";
        assert_eq!(
            fit(old, &[Edit::replace(5..6, "long_name")], 80),
            "\tx = long_name(a,\n\t\t      b);"
        );
    }

    #[test]
    fn a_line_that_was_not_aligned_is_let_be() {
        let old = "\tx = f(a,\n\t\tb);";
        assert_eq!(
            fit(old, &[Edit::replace(5..6, "long_name")], 80),
            "\tx = long_name(a,\n\t\tb);"
        );
    }

    #[test]
    fn a_macro_line_that_is_broken_ends_in_a_splice() {
        assert_eq!(
            fit_new(
                "#define dev_is_vf(d) ((dev_is_pci(d) ? (to_pci_dev(d)->is_virtfn || to_pci_dev(d)->detached_vf) : false))"
            ),
            "#define dev_is_vf(d) ((dev_is_pci(d) ? (to_pci_dev(d)->is_virtfn || \\\n\t\t\t\t\tto_pci_dev(d)->detached_vf) : false))"
        );
    }

    #[test]
    fn a_line_that_no_break_helps_is_kept() {
        let line = "\tfoo_bar_baz_a_very_long_name_that_cannot_be_broken_anywhere_at_all_really();";
        assert_eq!(fit_new(line), line);
    }
}
