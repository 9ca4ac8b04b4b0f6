//! From a pattern's text to shapes: parse it where such a fragment stands, take the inner node.

mod shapes;

use std::ops::Range;

use super::isomorphisms::Switches;
use super::kinds::kinds;
use super::metavar::PatternText;
use super::place::{Parsed, Position, failure, places};
use super::scan::Scanner;
use super::shape::{Part, Reading, Root, Shape, choices};
use super::syntax::{Item, View};
use super::unfinished::unfinished;
use super::{Form, Fragment, Isomorphisms, PatternError};
use shapes::Compiler;

/// A pattern is a review note, not a program.
const MAX_BYTES: usize = 64 * 1024;

/// Each choice may cost the matcher a level of recursion.
const MAX_CHOICES: usize = 600;

/// Compiles `text`.
pub(super) fn compile(
    text: &str,
    fragment: Fragment,
    isomorphisms: &Isomorphisms,
) -> Result<Form, PatternError> {
    let switches = Switches::new(isomorphisms)?;
    let scanned = scan(text)?;
    if let Some(error) = unfinished(&scanned, fragment) {
        return Err(error);
    }
    let mut readings: Vec<Reading> = Vec::new();
    let mut worst: Option<Refusal> = None;
    let typed = scanned.is_type().then_some(Position::Type);
    let typed = typed.filter(|_| matches!(fragment, Fragment::Any | Fragment::Expression));
    for &place in typed.iter().chain(places(fragment)) {
        match read(&scanned, place, switches) {
            Ok(reading) => {
                readings.push(reading);
                break;
            }
            Err(refusal) => {
                if worst.as_ref().is_none_or(|worst| worst.is_less(&refusal)) {
                    worst = Some(refusal);
                }
            }
        }
    }
    let statement = readings.iter().all(|r| r.fragment == Fragment::Statement);
    if statement
        && let Some(reading) = expression_statement(text, switches)
        && !readings.contains(&reading)
    {
        readings.push(reading);
    }
    let argument = readings
        .first()
        .and_then(|reading| type_argument(&scanned, reading));
    readings.extend(argument);
    if fragment == Fragment::Any
        && readings.first().is_some_and(declares)
        && let Ok(reading) = read(&scanned, Position::Record, switches)
    {
        readings.push(reading);
    }
    if readings.is_empty() {
        let worst = worst.map(|worst| worst.error);
        return Err(worst.unwrap_or_else(|| failure(0..text.len(), "this is not C", "")));
    }
    for reading in &readings {
        check(reading, &scanned)?;
    }
    Ok(Form {
        text: text.to_owned(),
        words: words(&scanned, switches, false),
        marks: scanned.marks(),
        anchors: words(&scanned, switches, true),
        metavariables: scanned.metavariables,
        readings,
        switches,
    })
}

/// The words that any match must contain. `NULL` may be written `0`, or left out.
fn words(scanned: &PatternText, switches: Switches, keywords: bool) -> Vec<String> {
    let mut words = scanned.words(keywords);
    if switches.null_test || switches.truth_test {
        words.retain(|word| word != "NULL");
    }
    words
}

/// Reads the metavariables, refuses what is too long or empty.
pub(super) fn scan(text: &str) -> Result<PatternText, PatternError> {
    if text.len() > MAX_BYTES {
        return Err(failure(
            MAX_BYTES..text.len(),
            "the pattern is longer than 64 KiB",
            "",
        ));
    }
    if Scanner::new(text.as_bytes(), 0..text.len())
        .next()
        .is_none()
    {
        return Err(failure(0..text.len(), "the pattern is empty", ""));
    }
    PatternText::new(text)
}

/// Refuses patterns that would match everything, or cost too much.
fn check(reading: &Reading, scanned: &PatternText) -> Result<(), PatternError> {
    let all = 0..scanned.text.len();
    let (edge, count) = match &reading.root {
        Root::Node(Shape::Run(_)) => return Err(everything(all)),
        Root::Node(Shape::One(number)) if !scanned.is_restricted(*number) => {
            return Err(everything(all));
        }
        Root::Node(shape) => (false, shape.choices()),
        Root::Argument(parts) => (false, choices(parts)),
        Root::Row(parts) => (
            is_run(parts.first()) || is_run(parts.last()),
            choices(parts),
        ),
        Root::Entries(slots) => (
            [slots.first(), slots.last()]
                .into_iter()
                .flatten()
                .any(|slot| is_run(slot.first())),
            slots.iter().map(|slot| choices(slot)).sum(),
        ),
    };
    if edge {
        return Err(failure(
            all,
            "a run at the start or the end says nothing",
            "leave the `$$$` at the edge of the pattern out",
        ));
    }
    if count > MAX_CHOICES {
        return Err(failure(
            all,
            "too many operands and runs",
            "cut the pattern in two",
        ));
    }
    Ok(())
}

fn everything(all: Range<usize>) -> PatternError {
    let help = "say what is around it, or what it takes: `$(X: const)`";
    failure(all, "this matches everything", help)
}

fn is_run(part: Option<&Part>) -> bool {
    matches!(
        part,
        Some(Part::Node {
            shape: Shape::Run(_),
            ..
        })
    )
}

/// Among the arguments of a macro, `container_of(p, struct foo, m)`, a type is words and no node of its own.
fn type_argument(scanned: &PatternText, reading: &Reading) -> Option<Reading> {
    let Root::Node(Shape::Branch { parts, .. }) = &reading.root else {
        return None;
    };
    let [Part::Token(keyword), Part::Node { .. }] = &parts[..] else {
        return None;
    };
    let is_tag = scanned.is_type() && matches!(&keyword[..], b"struct" | b"union" | b"enum");
    is_tag.then(|| Reading {
        fragment: Fragment::Expression,
        root: Root::Argument(parts.clone()),
    })
}

/// Whether it is declarations and nothing else: a struct may have members with these words.
fn declares(reading: &Reading) -> bool {
    let is_declaration =
        |shape: &Shape| matches!(shape, Shape::Branch { kind, .. } if *kind == kinds().declaration);
    match &reading.root {
        Root::Node(shape) => is_declaration(shape),
        Root::Row(parts) => parts
            .iter()
            .all(|part| matches!(part, Part::Node { shape, .. } if is_declaration(shape))),
        Root::Entries(_) | Root::Argument(_) => false,
    }
}

/// `f(a * b);` may be a declaration and a call: the grammar picks one, the pattern means both.
fn expression_statement(text: &str, switches: Switches) -> Option<Reading> {
    let trimmed = text.trim_end();
    let expression = trimmed.strip_suffix(';')?;
    let scanned = PatternText::new(expression).ok()?;
    let reading = read(&scanned, Position::Condition, switches).ok()?;
    let Root::Node(shape) = reading.root else {
        return None;
    };
    let parts = vec![
        Part::Node {
            shape,
            test: false,
            body: false,
            name: false,
        },
        Part::Token(b";".as_slice().into()),
    ];
    Some(Reading {
        fragment: Fragment::Statement,
        root: Root::Node(Shape::Branch {
            kind: kinds().expression_statement,
            parts,
        }),
    })
}

/// Why the text is no pattern in one place.
struct Refusal {
    error: PatternError,
    /// It is C there, and its metavariables make no pattern: that tells more than where else it is no C.
    is_c: bool,
}

impl Refusal {
    fn unread(error: PatternError) -> Self {
        Self { error, is_c: false }
    }

    /// Whether `other` tells more.
    fn is_less(&self, other: &Self) -> bool {
        (self.is_c, self.error.span.start) < (other.is_c, other.error.span.start)
    }
}

/// Parses the pattern in one place and takes the shapes out.
fn read(scanned: &PatternText, place: Position, switches: Switches) -> Result<Reading, Refusal> {
    let parsed = Parsed::new(scanned, place).map_err(Refusal::unread)?;
    let all = parsed.origin(0..usize::MAX);
    let Some(holder) = parsed.holder(place) else {
        return Err(Refusal::unread(failure(all, "this is not C here", "")));
    };
    let mut compiler = Compiler {
        parsed: &parsed,
        scanned,
        view: View {
            bytes: parsed.file.bytes(),
            switches,
        },
        error: None,
        depth: 0,
    };
    let mut items = compiler.view.items(holder);
    if place == Position::Call {
        items = match &items[..] {
            [Item::Node(statement)] if statement.kind_id() == kinds().expression_statement => {
                let mut parts = compiler.view.items(*statement);
                parts.truncate(1);
                parts
            }
            _ => Vec::new(),
        };
    } else if place == Position::Type {
        items.retain(
            |item| matches!(item, Item::Node(node) if node.kind_id() == kinds().type_descriptor),
        );
    } else if place != Position::File {
        items.pop();
        items.drain(..items.len().min(1));
    }
    // `({ … })` would be a statement expression; the braces of a pattern are a block.
    if place == Position::Condition
        && matches!(&items[..], [Item::Node(node)] if node.kind_id() == kinds().compound_statement)
    {
        return Err(Refusal::unread(failure(all, "this is not C here", "")));
    }
    let root = compiler.root(holder, &items, place);
    if let Some(error) = compiler.error {
        return Err(Refusal { error, is_c: true });
    }
    let root = root.ok_or_else(|| Refusal::unread(failure(all, "this is not C here", "")))?;
    Ok(Reading {
        fragment: place.fragment(),
        root,
    })
}
