//! What the preprocessor's directives say about a file: its macros, its includes, and the `#if`
//! conditions that each byte is under.
//!
//! Nothing is expanded and nothing is decided: a definition in one arm and another in the `#else` arm are
//! two facts, each with its conditions. An include guard is no condition: code under it is under none.

pub(crate) mod directive;
pub(crate) mod expression;
mod model;

use std::ops::Range;

use dialect::lines::LineIndex;
use dialect::token::{Pieces, TokenKind};
use directive::Directive;
pub use model::{Condition, IncludeDirective, MacroDefinition};

/// The directives of a file, understood.
#[derive(Debug, Default)]
pub(crate) struct Directives {
    pub(crate) macros: Vec<MacroDefinition>,
    pub(crate) includes: Vec<IncludeDirective>,
    /// Where each directive ends, in order.
    ends: Vec<usize>,
    arms: Vec<Arm>,
    /// From this offset on, code is in this arm (none: under no condition).
    segments: Vec<(usize, Option<usize>)>,
}

/// One arm of a `#if` … `#endif` group.
#[derive(Debug)]
struct Arm {
    parent: Option<usize>,
    /// Its own conditions: those of the arms before it, negated, then its own.
    conditions: Vec<Condition>,
    /// How many arms are around it.
    depth: usize,
    /// It, or an arm around it, is in no configuration.
    is_dead: bool,
    /// The innermost of the arms around it whose conditions are named, where that is not the parent.
    named: Option<usize>,
}

/// A `#if` … `#endif` group that is open.
struct Group {
    parent: Option<usize>,
    /// Expression and negation of the first arms.
    earlier: Vec<(String, bool)>,
    /// How many arms came after those.
    more: usize,
    is_guard: bool,
}

/// How many earlier arms a condition of an arm names one by one. Each arm says of all before it that they
/// are not taken: with no bound, a long `#elif` chain would take memory by the square of its arms.
const MOST_NAMED: usize = 64;

/// How many arms around code have their conditions named. Each place says all that it is under: with no bound, arms in
/// arms would take time by the square of their number, and more.
const MOST_AROUND: usize = 200;

impl Group {
    /// That no arm so far is taken.
    fn none_before(&self, line: usize) -> Vec<Condition> {
        let named = self.earlier.iter().map(|(expression, negated)| Condition {
            expression: expression.clone(),
            negated: !negated,
            line,
        });
        let rest = (self.more > 0).then(|| Condition {
            expression: format!("one of {} more arms before", self.more),
            negated: true,
            line,
        });
        named.chain(rest).collect()
    }

    fn note(&mut self, expression: &str, negated: bool) {
        if self.earlier.len() < MOST_NAMED {
            self.earlier.push((expression.to_owned(), negated));
        } else {
            self.more += 1;
        }
    }
}

impl Directives {
    /// Reads the directives of a file.
    pub(crate) fn read(bytes: &[u8], lines: &LineIndex) -> Self {
        let (found, trailing_code) = directive::scan(bytes);
        let guard = guard_of(bytes, &found, trailing_code);
        let mut reader = Scan {
            bytes,
            lines,
            open: Vec::new(),
            here: None,
            out: Self::default(),
        };
        for (index, directive) in found.iter().enumerate() {
            reader.take(directive, guard == Some(index));
        }
        reader.out.ends = found.iter().map(|directive| directive.range.end).collect();
        reader.out
    }

    /// Where the last directive before `offset` ends; 0 without one.
    pub(crate) fn end_before(&self, offset: usize) -> usize {
        let after = self.ends.partition_point(|&end| end <= offset);
        after.checked_sub(1).map_or(0, |index| self.ends[index])
    }

    /// The conditions at `offset`, outermost first. Of arms too deep in others one condition says so.
    pub(crate) fn conditions_at(&self, offset: usize) -> Vec<Condition> {
        let mut arm = self.arm_at(offset);
        let mut stack = Vec::new();
        if let Some(deep) = arm
            && let Some(named) = deep.named
        {
            stack.push(vec![Condition {
                expression: format!("{} more arms around", deep.depth - MOST_AROUND),
                negated: false,
                line: deep.conditions.first().map_or(0, |first| first.line),
            }]);
            arm = self.arms.get(named);
        }
        while let Some(found) = arm {
            stack.push(found.conditions.clone());
            arm = found.parent.and_then(|parent| self.arms.get(parent));
        }
        stack.into_iter().rev().flatten().collect()
    }

    /// Whether no configuration has the code at `offset`.
    pub(crate) fn is_dead(&self, offset: usize) -> bool {
        self.arm_at(offset).is_some_and(|arm| arm.is_dead)
    }

    fn arm_at(&self, offset: usize) -> Option<&Arm> {
        let after = self.segments.partition_point(|&(start, _)| start <= offset);
        let (_, arm) = self.segments.get(after.checked_sub(1)?)?;
        self.arms.get((*arm)?)
    }
}

/// The index of the directive that opens the include guard: the file's first one, `#ifndef X` or `#if`
/// with `!defined(X)`, followed by an empty `#define X`, and closed after all code of the file.
fn guard_of(bytes: &[u8], found: &[Directive], trailing_code: bool) -> Option<usize> {
    let [opens, defines, ..] = found else {
        return None;
    };
    let name = guarded_name(bytes, opens)?;
    let is_guard = !opens.after_code
        && !defines.after_code
        && &bytes[defines.keyword.clone()] == b"define"
        && &bytes[defines.rest.clone()] == name;
    let mut depth = 0_usize;
    let mut closed = None;
    for (index, directive) in found.iter().enumerate() {
        match &bytes[directive.keyword.clone()] {
            b"if" | b"ifdef" | b"ifndef" => depth += 1,
            b"else" | b"elif" if depth == 1 => return None,
            b"endif" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && closed.is_none() {
                    closed = Some(index);
                }
            }
            _ => {}
        }
    }
    // A guard around nothing but its own `#define` gives a macro a default, and guards no file. After
    // the guard of a trace header come `#undef`s and an `#include`, but no code.
    let closed = closed?;
    let empty = closed == 2 && !found.get(closed)?.after_code;
    let code_follows = trailing_code || found[closed + 1..].iter().any(|d| d.after_code);
    (is_guard && !empty && !code_follows).then_some(0)
}

/// `X` of `#ifndef X` or of `#if !defined(X) || …`.
fn guarded_name<'a>(bytes: &'a [u8], opens: &Directive) -> Option<&'a [u8]> {
    let rest = &bytes[opens.rest.clone()];
    match &bytes[opens.keyword.clone()] {
        b"ifndef" => Some(rest),
        b"if" => {
            let mut words = Pieces::new(rest).map(|(_, range)| &rest[range]);
            let negated = words.next() == Some(b"!") && words.next() == Some(b"defined");
            words.find(|word| *word != b"(").filter(|_| negated)
        }
        _ => None,
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    lines: &'a LineIndex,
    open: Vec<Group>,
    here: Option<usize>,
    out: Directives,
}

impl Scan<'_> {
    fn take(&mut self, directive: &Directive, is_guard: bool) {
        let rest = self.bytes.get(directive.rest.clone()).unwrap_or_default();
        match self
            .bytes
            .get(directive.keyword.clone())
            .unwrap_or_default()
        {
            b"if" => self.open_group(directive, expression::read(rest), is_guard),
            b"ifdef" => self.open_group(directive, (word(rest), false), is_guard),
            b"ifndef" => self.open_group(directive, (word(rest), true), is_guard),
            b"elif" => self.next_arm(directive, Some(expression::read(rest))),
            b"elifdef" => self.next_arm(directive, Some((word(rest), false))),
            b"elifndef" => self.next_arm(directive, Some((word(rest), true))),
            b"else" => self.next_arm(directive, None),
            b"endif" => {
                if let Some(group) = self.open.pop() {
                    self.enter(directive.range.start, group.parent);
                }
            }
            b"define" => self.define(directive),
            b"include" | b"include_next" | b"import" => self.include(directive),
            _ => {}
        }
    }

    fn enter(&mut self, from: usize, arm: Option<usize>) {
        self.out.segments.push((from, arm));
        self.here = arm;
    }

    fn open_group(&mut self, directive: &Directive, condition: (String, bool), is_guard: bool) {
        let parent = self.here;
        self.open.push(Group {
            parent,
            earlier: Vec::new(),
            more: 0,
            is_guard,
        });
        if !is_guard {
            self.next_arm(directive, Some(condition));
        }
    }

    /// Opens an arm; `condition` is none for `#else`.
    fn next_arm(&mut self, directive: &Directive, condition: Option<(String, bool)>) {
        let line = self.lines.line_of(directive.range.start);
        let Some(group) = self.open.last_mut().filter(|group| !group.is_guard) else {
            return;
        };
        let mut conditions = group.none_before(line);
        if let Some((expression, negated)) = condition {
            group.note(&expression, negated);
            conditions.push(Condition {
                expression,
                negated,
                line,
            });
        }
        let parent = group.parent;
        let around = parent.and_then(|parent| self.out.arms.get(parent));
        let depth = around.map_or(0, |around| around.depth + 1);
        let named = match around.and_then(|around| around.named) {
            None if depth > MOST_AROUND => parent,
            named => named,
        };
        self.out.arms.push(Arm {
            parent,
            depth,
            is_dead: around.is_some_and(|around| around.is_dead)
                || conditions.iter().any(Condition::is_never),
            named,
            conditions,
        });
        self.out.segments.push((directive.range.start, parent));
        self.enter(directive.range.end, Some(self.out.arms.len() - 1));
    }

    fn define(&mut self, directive: &Directive) {
        let rest = self.bytes.get(directive.rest.clone()).unwrap_or_default();
        let Some((TokenKind::Word, name)) = Pieces::new(rest).next() else {
            return;
        };
        let base = directive.rest.start;
        let (params, used) = parameters(&rest[name.end..]);
        let after = name.end + used;
        let body = Pieces::new(&rest[after..])
            .next()
            .map_or(directive.range.end..directive.range.end, |(_, first)| {
                base + after + first.start..directive.rest.end
            });
        self.out.macros.push(MacroDefinition {
            name: String::from_utf8_lossy(&rest[name.clone()]).into_owned(),
            name_range: base + name.start..base + name.end,
            params,
            range: directive.range.clone(),
            body,
            conditions: self.out.conditions_at(directive.range.start),
        });
    }

    fn include(&mut self, directive: &Directive) {
        let rest = self.bytes.get(directive.rest.clone()).unwrap_or_default();
        let (inner, system) = match rest {
            [b'<', inner @ ..] => (upto(inner, b'>'), true),
            [b'"', inner @ ..] => (upto(inner, b'"'), false),
            other => (other, false),
        };
        self.out.includes.push(IncludeDirective {
            header: String::from_utf8_lossy(inner).into_owned(),
            system,
            range: directive.range.clone(),
            conditions: self.out.conditions_at(directive.range.start),
        });
    }
}

/// The parameters of a macro whose name ends right before `text`, and how many bytes they take.
fn parameters(text: &[u8]) -> (Option<Vec<String>>, usize) {
    if text.first() != Some(&b'(') {
        return (None, 0);
    }
    let mut names = Vec::new();
    for (kind, range) in Pieces::new(text) {
        let token = &text[range.clone()];
        match (kind, token) {
            (TokenKind::Punctuation, b")") => return (Some(names), range.end),
            // `args...` is one parameter, `...` alone is another.
            (TokenKind::Punctuation, b"...") if !follows_word(text, range.start) => {
                names.push("...".to_owned());
            }
            (TokenKind::Word, name) => names.push(String::from_utf8_lossy(name).into_owned()),
            _ => {}
        }
    }
    (Some(names), text.len())
}

fn follows_word(text: &[u8], at: usize) -> bool {
    let before = text[..at].trim_ascii_end();
    before.last().is_some_and(|&b| b != b',' && b != b'(')
}

fn word(text: &[u8]) -> String {
    let first: Option<Range<usize>> = Pieces::new(text).next().map(|(_, range)| range);
    first.map_or_else(String::new, |range| {
        String::from_utf8_lossy(&text[range]).into_owned()
    })
}

fn upto(text: &[u8], end: u8) -> &[u8] {
    let len = memchr::memchr(end, text).unwrap_or(text.len());
    &text[..len]
}

#[cfg(test)]
mod tests;
