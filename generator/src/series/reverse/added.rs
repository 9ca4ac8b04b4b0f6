//! Kinds that add lines: the text without them.
//!
//! Where the change is, is known by a line. What it brought is found out by taking the code of that line away and making
//! the change again: that writes all that belongs to it, with its comment, its blank lines and its `#ifdef`.

use std::ops::Range;
use std::sync::Arc;

use query::File;
use schema::model::{Change, ChangeBody, ChangeKind};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::text::{lines, places_of, without};
use crate::series::Work;

/// How many places of one change are looked for.
const MOST_SITES: usize = 16;

/// How many texts without the change's code are gone on with.
const MOST_TEXTS: usize = 8;

impl Work<'_> {
    /// Texts without what the change added at `line` and wherever else it is.
    pub(super) fn without_added(
        &self,
        change: &Change,
        body: &ChangeBody,
        file: &Arc<File>,
        line: usize,
    ) -> Vec<Vec<u8>> {
        let mut bare = Vec::new();
        self.without_code(change, body, file, (line, 0), &mut bare);
        let mut texts = Vec::new();
        for text in &bare {
            if let Some((_, after, _)) = self.made_of(change, file.path(), text.clone()) {
                texts.extend(without_what_came(file.written(), text, after.written()));
            }
        }
        texts.extend(bare);
        texts
    }

    /// The texts that do not have the change any more, by taking away the code at its line, until it is in none.
    fn without_code(
        &self,
        change: &Change,
        body: &ChangeBody,
        file: &File,
        (line, depth): (usize, usize),
        bare: &mut Vec<Vec<u8>>,
    ) {
        for extent in extents(file, line) {
            if bare.len() >= MOST_TEXTS || depth >= MOST_SITES {
                return;
            }
            let text = without(file.written(), &extent);
            let read = |text: &[u8]| File::from(self.tree.reader().read(file.path(), text.into()));
            let left = read(&text);
            match self.line_of(change, body, &left) {
                Ok(next) => self.without_code(change, body, &left, (next, depth + 1), bare),
                Err(missing) if missing.reason == sites::Reason::Absent => {
                    if let ChangeKind::Insert(insert) = &body.kind {
                        let names = insert.locals.iter().map(|local| local.declare.as_str());
                        let without = without_locals(&left, &insert.functions, names);
                        bare.extend(without);
                    }
                    bare.push(text);
                }
                Err(_) => {}
            }
        }
    }
}

/// The whole lines of what the code of a line may be a part of, the least first.
fn extents(file: &File, line: usize) -> Vec<Range<usize>> {
    let own = file.lines().range_of(line);
    let mut found = vec![own.clone()];
    if !file.path().is_c() {
        found.extend(block_at(file, &own));
        return found;
    }
    let text = file.slice(own.clone());
    let blank = text.iter().take_while(|byte| byte.is_ascii_whitespace());
    let at = own.start + blank.count();
    let mut node = file.node_at(at..at + 1);
    while let Some(inner) = node {
        let holds_others = matches!(
            inner.kind(),
            "translation_unit"
                | "compound_statement"
                | "field_declaration_list"
                | "enumerator_list"
                | "initializer_list"
                | "preproc_if"
                | "preproc_ifdef"
                | "preproc_else"
                | "preproc_elif"
        );
        if holds_others {
            break;
        }
        let lines = sites::lines::whole_lines(file, &inner.byte_range());
        if found.last() != Some(&lines) {
            found.push(lines);
        }
        node = inner.parent();
    }
    found
}

/// A line and those after it, up to the brace that closes the first that it opens.
fn block_at(file: &File, line: &Range<usize>) -> Option<Range<usize>> {
    let text = file.written();
    let mut open = 0_usize;
    for (at, byte) in text.iter().enumerate().skip(line.start) {
        match byte {
            b'{' => open += 1,
            b'}' if open <= 1 => {
                let end = sites::lines::line_end(file, at);
                return (open == 1).then_some(line.start..end);
            }
            b'}' => open -= 1,
            _ => {}
        }
        if open == 0 && at >= line.end {
            return None;
        }
    }
    None
}

/// The text without the lines that declare those locals in the functions; none where there are no such lines.
fn without_locals<'n>(
    file: &File,
    functions: &[String],
    declared: impl Iterator<Item = &'n str>,
) -> Option<Vec<u8>> {
    let mut text = file.written().to_vec();
    let wanted: Vec<String> = declared.map(|declare| format!("{declare};")).collect();
    let functions = functions.iter().flat_map(|name| file.functions_named(name));
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for function in functions {
        let (first, last) = (
            file.line_of(function.body.start),
            file.line_of(function.body.end),
        );
        let lines = (first..=last).filter(|&line| {
            let text = sites::lines::line_text(file, line);
            wanted.iter().any(|wanted| text.trim() == wanted)
        });
        ranges.extend(lines.map(|line| file.lines().range_of(line)));
    }
    ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
    ranges.dedup();
    for range in &ranges {
        text = without(&text, range);
    }
    (!ranges.is_empty()).then_some(text)
}

/// `text` without the lines that `after` has more than `bare`, wherever those are in it together.
fn without_what_came(text: &[u8], bare: &[u8], after: &[u8]) -> Vec<Vec<u8>> {
    let (old, new) = (lines(bare), lines(after));
    let mut left = vec![lines(text)];
    for op in capture_diff_slices(Algorithm::Myers, &old, &new)
        .into_iter()
        .rev()
    {
        match op.tag() {
            DiffTag::Equal => continue,
            DiffTag::Insert => {}
            // More than lines that came: there is no text that they could be cut out of.
            DiffTag::Delete | DiffTag::Replace => return Vec::new(),
        }
        let range = op.new_range();
        let block = new.get(range.clone()).unwrap_or_default();
        left = left
            .iter()
            .flat_map(|left| without_block(left, block, range.start))
            .take(MOST_TEXTS)
            .collect();
    }
    left.into_iter().map(|lines| lines.concat()).collect()
}

/// The lines without the block. Which of like lines came is not known from what came: a block that ends as the text before
/// it does may have begun there.
fn without_block<'t>(text: &[&'t [u8]], block: &[&[u8]], near: usize) -> Vec<Vec<&'t [u8]>> {
    let mut found = Vec::new();
    for turn in 0..block.len() {
        let mut turned = block.to_vec();
        turned.rotate_left(turn);
        for at in places_of(&turned, text, near).into_iter().take(2) {
            let mut left = text.to_vec();
            left.drain(at..at + block.len());
            found.push(left);
        }
    }
    found
}
