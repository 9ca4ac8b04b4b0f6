//! Statements that go, and others that come in their place.

use std::ops::Range;

use query::File;
use sites::block::{self, Item, ItemKind};
use sites::lines::{line_end, line_start};
use syntax::Node;

use super::{Replaced, Row, Search};
use crate::propose::pairs::LONGEST;
use crate::propose::rewrites;
use crate::propose::statements::{beside, run_of, short};
use crate::table::Table;
use crate::words::{declared_name, dedented, one_line, trimmed};

/// So many statements and labels above and below tell a place.
const AROUND: [(usize, usize); 8] = [
    (1, 0),
    (0, 1),
    (1, 1),
    (0, 2),
    (1, 2),
    (0, 3),
    (2, 0),
    (0, 0),
];

/// A key of a change that says where, and its value.
type Place = (&'static str, String);

impl<'a> Search<'a> {
    pub(super) fn gap(
        &mut self,
        old: &Row<'a>,
        new: &Row<'a>,
        gone: &Range<usize>,
        came: &Range<usize>,
    ) {
        if self.guards(old, new, gone, came) {
            return;
        }
        if let Some(replaced) = self.replaced(old, new, gone, came) {
            let lines = self.lines_of(&old.lines(self.file, gone), &new.lines(self.target, came));
            self.add_with(lines, Vec::new(), Some(replaced));
        }
        for run in runs(new, came) {
            self.comes(old, new, gone, &run);
        }
        for run in runs(old, gone) {
            for run in apart(old, &run) {
                self.goes(old, &run);
            }
        }
        self.rewritten(old, new, gone, came);
    }

    /// What is there instead, with as much around as tells where: what is about a label or a `case`.
    fn rewritten(
        &mut self,
        old: &Row<'a>,
        new: &Row<'a>,
        gone: &Range<usize>,
        came: &Range<usize>,
    ) {
        let is_label = |item: &Item<'_>| item.kind == ItemKind::Label;
        let has_label = old.get(gone).iter().chain(new.get(came)).any(is_label);
        if !has_label {
            return;
        }
        let files = (self.file, self.target);
        let table = self.table("rewrite");
        let places = old.place(gone).zip(new.place(came));
        let ways = places.into_iter().flat_map(|(gone, came)| {
            let sizes = AROUND.iter();
            let ways = sizes
                .filter_map(|size| rewrites::with_neighbours(files, (&gone, &came), *size, &table));
            ways.collect::<Vec<_>>()
        });
        let ways = ways.collect();
        let lines = self.lines_of(&old.lines(self.file, gone), &new.lines(self.target, came));
        self.add(lines, ways);
    }

    /// Statements that get a condition.
    fn guards(
        &mut self,
        old: &Row<'a>,
        new: &Row<'a>,
        gone: &Range<usize>,
        came: &Range<usize>,
    ) -> bool {
        let mut is_any = false;
        for item in new.get(came) {
            let Some((by, inner)) = condition(self.target, item) else {
                continue;
            };
            let wanted = block::code(self.target.slice(inner));
            let mut spans = gone
                .clone()
                .flat_map(|start| (start + 1..=gone.end).map(move |end| start..end));
            let span = spans.find(|span| {
                let own = old.get(span);
                let range = own.first().zip(own.last());
                range.is_some_and(|(first, last)| {
                    block::code(self.file.slice(first.range.start..last.range.end)) == wanted
                })
            });
            let nodes: Option<Vec<Node<'_>>> = span.and_then(|span| statements(old.get(&span)));
            let Some(nodes) = nodes else { continue };
            let table = self.table("guard");
            let ways = run_of(self.file, &nodes).into_iter();
            let ways =
                ways.map(|text| vec![table.clone().with("statement", &text).with("by", &by)]);
            self.add(1, ways.collect());
            is_any = true;
        }
        is_any
    }

    /// The ways to say that some statements go, and others come in their place.
    pub(super) fn replaced(
        &self,
        old: &Row<'a>,
        new: &Row<'a>,
        gone: &Range<usize>,
        came: &Range<usize>,
    ) -> Option<Replaced> {
        let (own, nodes) = (new.get(came), statements(old.get(gone))?);
        let is_declaration = own.iter().all(declares);
        let is_mixed = own.iter().any(declares) && !is_declaration;
        let has_directive = own.iter().any(|item| item.kind == ItemKind::Directive);
        if nodes.is_empty() || own.is_empty() || is_mixed || has_directive {
            return None;
        }
        let delete = self.table("delete");
        let texts = run_of(self.file, &nodes);
        // What comes is not to be what goes.
        let again = statements(own).map(|nodes| run_of(self.target, &nodes));
        let again = again.unwrap_or_default();
        let texts = texts.into_iter();
        let texts = texts.filter(|text| text.len() <= 2 * LONGEST && !again.contains(text));
        let deletes: Vec<Table> = texts
            .map(|text| delete.clone().with_one("what", "statement", &text))
            .collect();
        let mut places = beside(self.file, "after", old.before(gone.start));
        places.extend(beside(self.file, "before", old.items.get(gone.end)));
        places.retain(|(_, place)| self.was(place));
        let told = places.iter().flat_map(|(key, place)| {
            let deletes = deletes.iter();
            deletes.map(move |delete| delete.clone().with(key, place))
        });
        let deletes: Vec<Table> = deletes.iter().cloned().chain(told).collect();
        let codes = codes(self.target, new, came)?;
        let insert = self.table("insert");
        let places = self.places((old, new), gone, came, is_declaration);
        let inserts = places.iter().flat_map(|(key, place)| {
            let insert = insert.clone().with(key, place);
            codes
                .iter()
                .map(move |code| insert.clone().with("code", code))
        });
        let mut inserts: Vec<Table> = inserts.collect();
        inserts.extend(
            inserts
                .clone()
                .into_iter()
                .map(|table| table.with_flag("tight")),
        );
        (!deletes.is_empty() && !inserts.is_empty()).then_some(Replaced {
            deletes,
            inserts,
            after: 0,
        })
    }

    /// Statements, or declarations, that come.
    fn comes(&mut self, old: &Row<'a>, new: &Row<'a>, gone: &Range<usize>, run: &Range<usize>) {
        let Some(codes) = codes(self.target, new, run) else {
            return;
        };
        let is_declaration = new.get(run).iter().all(declares);
        let table = self.table("insert");
        let places = self.places((old, new), gone, run, is_declaration);
        let ways = places.iter().flat_map(|(key, place)| {
            let table = table.clone().with(key, place);
            let codes = codes.iter();
            codes.map(move |code| vec![table.clone().with("code", code)])
        });
        let mut ways: Vec<Vec<Table>> = ways.collect();
        ways.extend(tight(&ways));
        let lines = self.left.coming(&new.lines(self.target, run));
        self.add(lines, ways);
    }

    /// Where something comes: beside what stays as it is, for who judges the series looks for that afterwards.
    fn places(
        &self,
        (old, new): (&Row<'a>, &Row<'a>),
        gone: &Range<usize>,
        run: &Range<usize>,
        is_declaration: bool,
    ) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        let above = old.before(gone.start);
        let below = old.items.get(gone.end);
        let starts_there = run.start == 0 || new.before(run.start).is_some_and(declares);
        if !is_declaration {
            if old.is_body() && above.is_none_or(declares) && starts_there {
                places.push(("at", "start".to_owned()));
            }
            if let Some(label) = above.filter(|item| item.kind == ItemKind::Label) {
                let text = self.file.text(label.range.clone());
                places.push(("label", text.trim_end_matches(':').trim().to_owned()));
            }
        }
        for (key, old, new) in [
            ("after", above, new.before(run.start)),
            ("before", below, new.items.get(run.end)),
        ] {
            let stays = beside(self.target, key, new);
            let known = beside(self.file, key, old).into_iter();
            places.extend(known.filter(|place| stays.contains(place)));
        }
        if old.is_body() && below.is_none() && !is_declaration && run.end == new.items.len() {
            places.push(("at", "end".to_owned()));
        }
        // Where the statement beside it is there several times, with the one beside that.
        for (key, at, first) in [
            ("after", run.start.checked_sub(2), gone.start.checked_sub(2)),
            ("before", Some(run.end), Some(gone.end)),
        ] {
            let two = |file: &File, row: &Row<'_>, at: Option<usize>| {
                let at = at?;
                let nodes = statements(row.get(&(at..at + 2)))?;
                (nodes.len() == 2).then(|| run_of(file, &nodes))
            };
            let stays = two(self.target, new, at).unwrap_or_default();
            let known = two(self.file, old, first).unwrap_or_default();
            let known = known.into_iter().filter(|text| stays.contains(text));
            places.extend(known.map(|text| (key, text)));
        }
        places.retain(|(key, place)| *key == "at" || self.stays(place));
        places
    }

    /// Statements, or variables, that go.
    fn goes(&mut self, old: &Row<'a>, run: &Range<usize>) {
        let items = old.get(run);
        let lines = self.left.going(&old.lines(self.file, run));
        let table = self.table("delete");
        if let [item] = items
            && item.kind == ItemKind::Label
        {
            let text = self.file.text(item.range.clone());
            let name = text.trim_end_matches(':').trim();
            let way = vec![table.with_one("what", "label", name)];
            return self.add(
                lines,
                vec![way.clone()].into_iter().chain(tight(&[way])).collect(),
            );
        }
        if items.iter().all(declares) {
            let names = items.iter().map(|item| declared_name(self.file, item.node));
            let texts = items
                .iter()
                .map(|item| one_line(self.file, item.range.clone()));
            for (name, text) in names.zip(texts).collect::<Vec<_>>() {
                let by_name = name.map(|name| table.clone().with_one("what", "local", &name));
                let by_text = text.map(|text| table.clone().with_one("what", "statement", &text));
                let ways = by_name.into_iter().chain(by_text);
                self.add(lines, ways.map(|table| vec![table]).collect());
            }
            return;
        }
        let (Some(first), Some(last)) = (items.first(), items.last()) else {
            return;
        };
        let texts = match statements(items) {
            Some(nodes) => run_of(self.file, &nodes),
            None => one_line(self.file, first.range.start..last.range.end)
                .into_iter()
                .collect(),
        };
        let mut places = beside(self.file, "after", old.before(run.start));
        places.extend(beside(self.file, "before", old.items.get(run.end)));
        places.retain(|(_, place)| self.was(place));
        let tables: Vec<Table> = texts
            .iter()
            .map(|text| table.clone().with_one("what", "statement", text))
            .collect();
        let mut ways: Vec<Vec<Table>> = tables.iter().map(|table| vec![table.clone()]).collect();
        for (key, place) in places {
            let beside = tables.iter().map(|table| table.clone().with(key, &place));
            ways.extend(beside.map(|table| vec![table]));
        }
        ways.extend(tight(&ways));
        // What goes wherever it is in the function.
        ways.extend(
            tables
                .iter()
                .map(|table| vec![table.clone().with_flag("all")]),
        );
        self.add(lines, ways);
    }
}

/// The same, without blank lines around.
fn tight(ways: &[Vec<Table>]) -> Vec<Vec<Table>> {
    let tight = ways
        .iter()
        .map(|way| way.iter().map(|table| table.clone().with_flag("tight")));
    tight.map(Iterator::collect).collect()
}

/// Items that go, each label by itself.
fn apart(row: &Row<'_>, run: &Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, item) in run.clone().zip(row.get(run)) {
        let before = row.before(at).filter(|_| at > run.start);
        let is_same = item.kind != ItemKind::Label
            && before.is_some_and(|before| before.kind != ItemKind::Label);
        match found.last_mut().filter(|_| is_same) {
            Some(last) => last.end = at + 1,
            None => found.push(at..at + 1),
        }
    }
    found
}

fn declares(item: &Item<'_>) -> bool {
    item.kind == ItemKind::Statement && item.node.kind() == "declaration"
}

/// The statements, where all of the items are.
fn statements<'f>(items: &[Item<'f>]) -> Option<Vec<Node<'f>>> {
    let statement = |item: &Item<'f>| (item.kind == ItemKind::Statement).then_some(item.node);
    items.iter().map(statement).collect()
}

/// The items in runs of declarations, and of others; directives apart.
fn runs(row: &Row<'_>, all: &Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, item) in all.clone().zip(row.get(all)) {
        if item.kind == ItemKind::Directive {
            continue;
        }
        let is_same = |last: &Range<usize>| {
            let before = row.before(at);
            last.end == at && before.is_some_and(|before| declares(before) == declares(item))
        };
        match found.last_mut().filter(|last| is_same(last)) {
            Some(last) => last.end = at + 1,
            None => found.push(at..at + 1),
        }
    }
    found
}

/// Some items with the comments above them as code at column 0, with the blank lines at their ends and without.
fn codes(file: &File, row: &Row<'_>, run: &Range<usize>) -> Option<Vec<String>> {
    let own = row.get(run);
    let (first, last) = (own.first()?, own.last()?);
    let start = match row.before(run.start) {
        Some(item) => line_end(file, item.range.end.saturating_sub(1)),
        None if row.node.kind() == "compound_statement" => line_end(file, row.node.start_byte()),
        None => line_start(file, row.node.start_byte()),
    };
    let end = line_end(file, last.range.end.saturating_sub(1));
    if start > first.range.start {
        return None;
    }
    let text = dedented(file, &(start..end))?;
    let code = short(&text);
    let is_blank = |line: &str| line.trim().is_empty();
    let below = file.text(file.lines().range_of(file.line_of(end)));
    let mut found = vec![code];
    let (above, below) = (text.lines().next().is_some_and(is_blank), is_blank(&below));
    let whole = trimmed(&text);
    if above {
        found.push(format!("\n{whole}"));
    }
    if below {
        found.push(format!("{whole}\n"));
    }
    if above && below {
        found.push(format!("\n{whole}\n"));
    }
    Some(found)
}

/// Of an `if` without an `else`: the condition, and what is under it.
fn condition(file: &File, item: &Item<'_>) -> Option<(String, Range<usize>)> {
    let node = item.node;
    let is_if = item.kind == ItemKind::Statement && node.kind() == "if_statement";
    if !is_if || node.child_by_field_name("alternative").is_some() {
        return None;
    }
    let by = one_line(file, node.child_by_field_name("condition")?.byte_range())?;
    let by = by.strip_prefix('(').and_then(|by| by.strip_suffix(')'));
    let body = node.child_by_field_name("consequence")?;
    let inner = match body.kind() {
        "compound_statement" => body.start_byte() + 1..body.end_byte().saturating_sub(1),
        _ => body.byte_range(),
    };
    Some((by?.to_owned(), inner))
}
