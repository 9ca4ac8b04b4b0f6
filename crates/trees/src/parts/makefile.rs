//! Makefiles: each assignment with the lines that go on behind a backslash, rules with their recipes, `ifdef` blocks and
//! `define`s.

use super::{NotUnderstood, Part, is_continued, one_line, trimmed};

pub(super) fn parts(lines: &[&str]) -> Result<Vec<Part>, NotUnderstood> {
    let mut reader = Makefile {
        lines,
        parts: Vec::new(),
        open: Vec::new(),
        rule: None,
    };
    let mut at = 0;
    while at < lines.len() {
        at = reader.logical(at)?;
    }
    reader.end_rule(lines.len());
    match reader.open.last() {
        None => Ok(super::sorted(reader.parts)),
        Some((start, _)) => Err(NotUnderstood::at(*start, "this condition has no `endif`")),
    }
}

struct Makefile<'a> {
    lines: &'a [&'a str],
    parts: Vec<Part>,
    /// The line and the text of each open condition.
    open: Vec<(usize, String)>,
    /// The line and the targets of the rule whose recipe goes on.
    rule: Option<(usize, String)>,
}

impl Makefile<'_> {
    /// Reads the line with those that go on behind a backslash; the next line.
    fn logical(&mut self, start: usize) -> Result<usize, NotUnderstood> {
        let line = self.lines.get(start).copied().unwrap_or_default();
        let mut end = start + 1;
        while end < self.lines.len()
            && self
                .lines
                .get(end - 1)
                .is_some_and(|line| is_continued(line))
        {
            end += 1;
        }
        let text = line.trim();
        let is_recipe = line.starts_with('\t') && self.rule.is_some();
        if is_recipe || text.is_empty() || text.starts_with('#') {
            return Ok(end);
        }
        let bare = text.strip_prefix("override ").map_or(text, str::trim_start);
        match bare.split([' ', '\t', '(']).next().unwrap_or_default() {
            "ifdef" | "ifndef" | "ifeq" | "ifneq" => self.open.push((start, one_line(text))),
            "else" => {}
            "endif" => {
                let Some((opened, name)) = self.open.pop() else {
                    return Err(NotUnderstood::at(start, "this `endif` ends no condition"));
                };
                self.push(name, opened..end, true);
            }
            "define" => return self.define(start, bare),
            "endef" => return Err(NotUnderstood::at(start, "this `endef` ends no `define`")),
            _ => self.plain(start, end, text),
        }
        Ok(end)
    }

    fn define(&mut self, start: usize, text: &str) -> Result<usize, NotUnderstood> {
        self.end_rule(start);
        let rest = self.lines.iter().enumerate().skip(start + 1);
        let is_end = |line: &str| line.split_whitespace().next() == Some("endef");
        let mut ends = rest.filter(|(_, line)| is_end(line)).map(|(at, _)| at + 1);
        let end = ends
            .next()
            .ok_or_else(|| NotUnderstood::at(start, "this `define` has no `endef`"))?;
        self.push(one_line(text), start..end, true);
        Ok(end)
    }

    fn plain(&mut self, start: usize, end: usize, text: &str) {
        match split(text) {
            Some((name, Sort::Assignment)) => {
                self.end_rule(start);
                let words = ["export ", "override ", "private "];
                let bare = words
                    .iter()
                    .fold(name, |name, word| name.strip_prefix(word).unwrap_or(name));
                self.push(one_line(bare), start..end, false);
            }
            Some((name, Sort::Rule)) => {
                self.end_rule(start);
                self.rule = Some((start, format!("{}:", one_line(name))));
            }
            None => self.end_rule(start),
        }
    }

    fn end_rule(&mut self, at: usize) {
        if let Some((start, name)) = self.rule.take() {
            // A condition that begins or ends in the recipe would be cut.
            let opened = self
                .open
                .iter()
                .map(|(line, _)| *line)
                .find(|line| *line > start);
            let lines = start..opened.unwrap_or(at);
            let lines = trimmed(self.lines, lines, |line| {
                line.starts_with('#') || line.starts_with("endif") || line.starts_with("else")
            });
            self.push(name, lines, false);
        }
    }

    fn push(&mut self, name: String, lines: std::ops::Range<usize>, is_closed: bool) {
        self.parts.push(Part {
            name,
            lines,
            is_closed,
        });
    }
}

#[derive(Clone, Copy)]
enum Sort {
    Assignment,
    Rule,
}

/// What is assigned, or the targets of a rule: the text before the first operator outside of `$(…)`.
fn split(text: &str) -> Option<(&str, Sort)> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..)?;
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '=' => {
                let name = text.get(..at)?.trim_end_matches(['+', '?', '!']);
                return Some((name.trim(), Sort::Assignment));
            }
            ':' => {
                let is_assignment = [":=", "::=", ":::="]
                    .iter()
                    .any(|sign| rest.starts_with(sign));
                let sort = if is_assignment {
                    Sort::Assignment
                } else {
                    Sort::Rule
                };
                return Some((text.get(..at)?.trim(), sort));
            }
            _ => {}
        }
    }
    None
}
