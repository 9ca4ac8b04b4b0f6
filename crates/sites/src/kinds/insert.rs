//! `insert`: the place in a function that the statements go to, as a place in the sequence of its block.

use std::ops::Range;

use dialect::TreePath;
use query::File;
use query::pattern::{Bindings, Pattern, Template};
use schema::model::{Beside, ChangeBody, ChangeKind, Insert, InsertPlace, Side, Spec};
use syntax::items::Function;
use syntax::{Node, Reader};

use crate::block::{self, Item, ItemKind};
use crate::names::listed;
use crate::resolve::Sited;
use crate::resolver::{Alternative, Resolver, alternative, side_key};
use crate::statement::{self, Anchor};
use crate::unresolved::Unresolved;

impl Sited for Insert {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let found = find(resolver, self, &[])?;
        Ok(found.slots.iter().map(|slot| slot.offset).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        present(resolver, self, &[])
    }
}

/// A place where statements go.
#[derive(Clone, Debug)]
pub struct Slot<'f> {
    /// What it is beside; none: the beginning or the end of the function.
    pub anchor: Option<Anchor<'f>>,
    /// The block that it is in; none: the anchor is all that an `if`, an `else` or a loop without braces has.
    pub block: Option<Node<'f>>,
    /// What is in the block.
    pub items: Vec<Item<'f>>,
    /// What is put in comes before this one of them.
    pub at: usize,
    /// On which side of what it is beside.
    pub side: Side,
    /// What it is beside, for people.
    pub offset: usize,
    /// The function.
    pub function: &'f Function,
    /// What the anchor binds.
    pub bindings: Bindings,
}

/// The places, and by which alternatives.
#[derive(Clone, Debug)]
pub struct Slots<'f> {
    /// In the order of the file.
    pub slots: Vec<Slot<'f>>,
    /// Which of the anchors, or labels, they are of.
    pub index: usize,
    /// Which alternatives, where there was a choice.
    pub alternatives: Vec<Alternative>,
}

/// The places; `others` are statements that other changes put there, which may be between.
///
/// # Errors
/// There are not as many as declared, or it cannot be told.
pub fn find<'f>(
    resolver: &Resolver<'f>,
    insert: &Insert,
    others: &[String],
) -> Result<Slots<'f>, Unresolved> {
    let mut found = slots(resolver, insert)?;
    without_own(resolver.file, insert, &mut found.slots, others);
    let offsets: Vec<usize> = found.slots.iter().map(|slot| slot.offset).collect();
    resolver.counted(&offsets, &sought(insert))?;
    Ok(found)
}

/// Says that one of the places has its statements already.
///
/// # Errors
/// It cannot be told.
pub fn present(
    resolver: &Resolver<'_>,
    insert: &Insert,
    others: &[String],
) -> Result<Option<Unresolved>, Unresolved> {
    let found = slots(resolver, insert)?;
    let file = resolver.file;
    let mut made = found
        .slots
        .iter()
        .filter_map(|slot| run(file, insert, slot, others));
    Ok(made.next().map(|run| {
        let first = crate::names::one_line(&file.text(run.range.clone()));
        let text = crate::names::brief(&first, 60);
        Unresolved::present(format!("`{text}` is there already")).at(file, run.range.start)
    }))
}

/// What the places are of, in words.
#[must_use]
pub fn sought(insert: &Insert) -> String {
    match &insert.place {
        InsertPlace::Beside(beside) => {
            format!("`{}`", beside.anchors.first().map_or("", Pattern::text))
        }
        InsertPlace::Label(labels) => format!("label {}", listed(labels)),
        InsertPlace::Start => "beginning of the function".to_owned(),
        InsertPlace::End => "end of the function".to_owned(),
    }
}

/// What was put in already is no place for it: the anchor may match it as well.
fn without_own(file: &File, insert: &Insert, slots: &mut Vec<Slot<'_>>, others: &[String]) {
    let own: Vec<Range<usize>> = slots
        .iter()
        .filter_map(|slot| run(file, insert, slot, others))
        .map(|run| run.range)
        .collect();
    slots.retain(|slot| !own.iter().any(|own| own.contains(&slot.offset)));
}

/// Every place, however many.
fn slots<'f>(resolver: &Resolver<'f>, insert: &Insert) -> Result<Slots<'f>, Unresolved> {
    let functions = resolver.functions(&insert.functions)?;
    let mut found = match &insert.place {
        InsertPlace::Beside(beside) => {
            beside_statement(resolver, insert.declares, beside, &functions.found, None)?
        }
        InsertPlace::Label(labels) => behind_label(resolver, labels, &functions.found)?,
        InsertPlace::Start | InsertPlace::End => whole(resolver, insert, &functions.found),
    };
    let alternatives = functions.alternatives.into_iter();
    found.alternatives = alternatives.chain(found.alternatives).collect();
    Ok(found)
}

/// The places in functions that need not be read cleanly, by the anchor of that number: for who judges what came of it.
///
/// # Errors
/// There are none, or it cannot be told.
pub fn slots_by<'f>(
    resolver: &Resolver<'f>,
    insert: &Insert,
    functions: &[&'f Function],
    index: Option<usize>,
) -> Result<Slots<'f>, Unresolved> {
    match &insert.place {
        InsertPlace::Beside(beside) => {
            beside_statement(resolver, insert.declares, beside, functions, index)
        }
        InsertPlace::Label(labels) => behind_label(resolver, labels, functions),
        InsertPlace::Start | InsertPlace::End => Ok(whole(resolver, insert, functions)),
    }
}

fn beside_statement<'f>(
    resolver: &Resolver<'f>,
    declares: bool,
    beside: &Beside<Pattern>,
    functions: &[&'f Function],
    index: Option<usize>,
) -> Result<Slots<'f>, Unresolved> {
    let file = resolver.file;
    let bodies: Vec<Range<usize>> = functions.iter().map(|f| f.body.clone()).collect();
    let whole = |found: &query::pattern::Match| Ok(statement::of(file, &found.range).is_some());
    let patterns = match index {
        Some(index) => beside.anchors.get(index..=index).unwrap_or_default(),
        None => &beside.anchors,
    };
    let chosen = resolver.first_match(&bodies, side_key(beside.side), patterns, &whole)?;
    let mut slots = Vec::new();
    for m in &chosen.found {
        let anchor = statement::of(file, &m.range);
        let function = functions.iter().find(|f| f.body.contains(&m.range.start));
        let (Some(anchor), Some(function)) = (anchor, function) else {
            continue;
        };
        let block = block::around(match beside.side {
            Side::Before => anchor.first,
            Side::After => anchor.last,
        });
        let items = block.map(block::items).unwrap_or_default();
        let at = match beside.side {
            Side::Before => position(&items, anchor.first),
            Side::After => position(&items, anchor.last).map(|at| match declares {
                true => at + 1,
                false => behind_declarations(resolver, &items, at + 1),
            }),
        };
        slots.push(Slot {
            anchor: Some(anchor),
            block,
            at: at.unwrap_or(0),
            items,
            side: beside.side,
            offset: m.range.start,
            function,
            bindings: m.bindings.clone(),
        });
    }
    Ok(Slots {
        slots,
        index: index.unwrap_or(chosen.index),
        alternatives: chosen.alternatives,
    })
}

/// The first statement that declarations at the place would come behind: they are before all statements of their block.
#[must_use]
pub fn statement_before<'f>(resolver: &Resolver<'f>, slot: &Slot<'f>) -> Option<Node<'f>> {
    let before = slot.items.get(..slot.at)?.iter();
    let mut statements = before
        .filter(|item| item.kind == ItemKind::Statement)
        .map(|item| item.node);
    statements.find(|node| !statement::declares(resolver.file, &resolver.definitions, *node))
}

fn position(items: &[Item<'_>], node: Node<'_>) -> Option<usize> {
    let is_it = |item: &Item<'_>| item.kind == ItemKind::Statement && item.node == node;
    items.iter().position(is_it)
}

/// `at`, or behind the last of the declarations that the item before it is among.
fn behind_declarations(resolver: &Resolver<'_>, items: &[Item<'_>], at: usize) -> usize {
    let declares = |item: &Item<'_>| {
        item.kind == ItemKind::Statement
            && statement::declares(resolver.file, &resolver.definitions, item.node)
    };
    let is_among = at
        .checked_sub(1)
        .and_then(|at| items.get(at))
        .is_none_or(declares);
    if !is_among {
        return at;
    }
    let mut end = at;
    for (index, item) in items.iter().enumerate().skip(at) {
        if declares(item) {
            end = index + 1;
        } else if item.kind != ItemKind::Directive {
            break;
        }
    }
    end
}

fn behind_label<'f>(
    resolver: &Resolver<'f>,
    labels: &[String],
    functions: &[&'f Function],
) -> Result<Slots<'f>, Unresolved> {
    let file = resolver.file;
    for (index, label) in labels.iter().enumerate() {
        let mut slots = Vec::new();
        for function in functions {
            for block in blocks(file, function) {
                let items = block::items(block);
                let at = items.iter().position(|item| item.is_label(file, label));
                let Some((at, item)) = at.and_then(|at| Some((at, items.get(at)?))) else {
                    continue;
                };
                slots.push(Slot {
                    anchor: None,
                    block: Some(block),
                    at: at + 1,
                    side: Side::After,
                    offset: item.range.start,
                    function,
                    bindings: Bindings::new(),
                    items,
                });
            }
        }
        slots.retain(|slot| !file.is_dead(slot.offset));
        if !slots.is_empty() {
            return Ok(Slots {
                slots,
                index,
                alternatives: alternative("label", index, labels.len(), label),
            });
        }
    }
    let line = functions.first().map(|function| function.range.start);
    let name = functions.first().map_or("", |function| &function.name);
    let absent = Unresolved::absent(format!("no label {} in {name}()", listed(labels)));
    Err(match line {
        Some(at) => absent.at(file, at),
        None => absent,
    })
}

/// Every block of a function, in the order of the file.
fn blocks<'f>(file: &'f File, function: &Function) -> Vec<Node<'f>> {
    let mut found = Vec::new();
    let mut open: Vec<Node<'f>> = file.node_at(function.body.clone()).into_iter().collect();
    while let Some(node) = open.pop() {
        if node.kind() == "compound_statement" {
            found.push(node);
        }
        let mut cursor = node.walk();
        open.extend(node.named_children(&mut cursor));
    }
    found.sort_by_key(Node::start_byte);
    found
}

fn whole<'f>(resolver: &Resolver<'f>, insert: &Insert, functions: &[&'f Function]) -> Slots<'f> {
    let is_start = matches!(insert.place, InsertPlace::Start);
    let slots = functions.iter().filter_map(|function| {
        let block = resolver.file.node_at(function.body.clone())?;
        let items = block::items(block);
        let (at, side) = match is_start {
            true => (behind_declarations(resolver, &items, 0), Side::After),
            false => (items.len(), Side::Before),
        };
        Some(Slot {
            anchor: None,
            block: Some(block),
            at,
            side,
            offset: function.name_range.start,
            function,
            bindings: Bindings::new(),
            items,
        })
    });
    Slots {
        slots: slots.collect(),
        index: 0,
        alternatives: Vec::new(),
    }
}

/// The statements as a block has them, one code each; none where a metavariable is not bound.
#[must_use]
pub fn codes(code: &Template, bindings: &Bindings) -> Option<Vec<String>> {
    let text = code.fill(bindings).ok()?;
    let (file, _) = read(&text)?;
    let block = file.node_at(file.functions().first()?.body.clone())?;
    let items = block::items(block);
    // Behind a label at the end the grammar has a statement of its own making, without code.
    let codes = items.iter().map(|item| item.code(&file));
    Some(codes.filter(|code| !code.is_empty()).collect())
}

/// Statements in a file of their own, and where they begin in it.
#[must_use]
pub fn read(text: &str) -> Option<(File, usize)> {
    const BEFORE: &str = "void spec(void)\n{\n";
    let path = TreePath::new("spec.c").ok()?;
    let bytes = format!("{BEFORE}{text}\n}}\n").into_bytes();
    let file = File::from(Reader::standalone().read(&path, bytes.into()));
    Some((file, BEFORE.len()))
}

/// The statements of all other inserts of the spec in the file, those apart that take names from their anchors.
#[must_use]
pub fn of_others(spec: &Spec, body: &ChangeBody, bindings: &Bindings) -> Vec<String> {
    let mut found = Vec::new();
    for other in spec.forms() {
        let ChangeKind::Insert(insert) = &other.kind else {
            continue;
        };
        if other.span == body.span {
            continue;
        }
        let codes = codes(&insert.code, bindings).unwrap_or_default();
        let when = insert.when.as_ref();
        let when = when.and_then(|when| when.fill(bindings).ok());
        match (when, codes.as_slice()) {
            (None, _) => found.extend(codes),
            (Some(when), own) => {
                let when = block::code(when.as_bytes());
                let own = own.join(" ");
                found.push(format!("if ( {when} ) {own}"));
                found.push(format!("if ( {when} ) {{ {own} }}"));
            }
        }
    }
    found
}

/// The statements of an insert where they are already.
#[derive(Clone, Debug)]
pub struct Run<'f> {
    /// From the first to the last of them; with `when`, the `if`.
    pub range: Range<usize>,
    /// The first of them, or the `if`.
    pub first: Node<'f>,
    /// Where they are among the items of the block.
    pub items: Range<usize>,
}

/// Where a place has its statements already: directly there, or past statements of other changes.
#[must_use]
pub fn run<'f>(
    file: &File,
    insert: &Insert,
    slot: &Slot<'f>,
    others: &[String],
) -> Option<Run<'f>> {
    let codes = codes(&insert.code, &slot.bindings)?;
    let wanted = match &insert.when {
        None => vec![codes],
        Some(when) => {
            let when = block::code(when.fill(&slot.bindings).ok()?.as_bytes());
            let own = codes.join(" ");
            let braced = vec![format!("if ( {when} ) {{ {own} }}")];
            match codes.len() {
                1 => vec![braced, vec![format!("if ( {when} ) {own}")]],
                _ => vec![braced],
            }
        }
    };
    let have: Vec<String> = slot.items.iter().map(|item| item.code(file)).collect();
    let mut at = slot.at;
    loop {
        for own in wanted.iter().filter(|own| !own.is_empty()) {
            let place = match slot.side {
                Side::After => Some(at..at + own.len()),
                Side::Before => at.checked_sub(own.len()).map(|start| start..at),
            };
            let items = place.clone().and_then(|place| have.get(place));
            if let (Some(place), true) = (place, items == Some(own.as_slice())) {
                let own = slot.items.get(place.clone())?;
                let (first, last) = (own.first()?, own.last()?);
                return Some(Run {
                    range: first.range.start..last.range.end,
                    first: first.node,
                    items: place,
                });
            }
        }
        let next = match slot.side {
            Side::After => at,
            Side::Before => at.checked_sub(1)?,
        };
        let item = slot.items.get(next)?;
        let is_passed =
            item.kind == ItemKind::Directive && slot.side == Side::After && next == slot.at
                || others.contains(have.get(next)?);
        if !is_passed {
            return None;
        }
        at = match slot.side {
            Side::After => at + 1,
            Side::Before => next,
        };
    }
}
