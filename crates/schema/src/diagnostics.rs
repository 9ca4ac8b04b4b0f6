//! Diagnostics: what is wrong with a spec, where, why, and what to do about it.
//!
//! Message, place, label and help are separate fields: a snapshot tests them, an editor reads them as
//! JSON, a terminal shows them through annotate-snippets. Colour comes last, where it is rendered.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use dialect::lines::LineIndex;
use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

/// A byte range in the spec's text.
pub type Span = Range<usize>;

/// How many diagnostics are shown in full; a file that is not a spec at all has thousands.
const SHOWN: usize = 50;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Byte range in the spec's text; empty at 0 where the mistake is the file as a whole.
    pub span: Span,
    /// What stands at the span, or what should.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A mistake at `span`.
    #[must_use]
    pub fn new(message: impl Into<String>, span: Span) -> Self {
        Self {
            message: message.into(),
            span,
            label: None,
            help: None,
        }
    }

    /// Adds what stands at the span.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All mistakes of one spec, in the order of the text. Never empty.
///
/// `Display` (and `Error`) render them plain, without colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    origin: String,
    text: String,
    items: Vec<Diagnostic>,
}

impl Diagnostics {
    /// The mistakes of the spec `text` that was read from `origin`.
    ///
    /// Spans that leave the text or split a character are drawn back to where they can be shown.
    #[must_use]
    pub fn new(origin: &str, text: &str, mut items: Vec<Diagnostic>) -> Self {
        for item in &mut items {
            item.span = showable(text, &item.span);
        }
        items.sort_by_key(|item| (item.span.start, item.span.end));
        items.dedup();
        Self {
            origin: origin.to_owned(),
            text: text.to_owned(),
            items,
        }
    }

    /// One mistake of the file as a whole.
    #[must_use]
    pub fn of_file(origin: &str, diagnostic: Diagnostic) -> Self {
        Self::new(origin, "", vec![diagnostic])
    }

    /// Where the spec was read from, as the user named it.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The mistakes, in the order of the text.
    #[must_use]
    pub fn items(&self) -> &[Diagnostic] {
        &self.items
    }

    /// 1-based line and column (in characters) of each mistake's start.
    #[must_use]
    pub fn positions(&self) -> Vec<(usize, usize)> {
        let lines = LineIndex::new(self.text.as_bytes());
        self.items
            .iter()
            .map(|item| position(&self.text, &lines, item.span.start))
            .collect()
    }

    /// The diagnostics as a terminal shows them: with colours, or plain. No newline at the end.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut shown: Vec<String> = self
            .items
            .iter()
            .take(SHOWN)
            .map(|item| renderer.render(&[self.group(item)]))
            .collect();
        if self.items.len() > SHOWN {
            let more = format!("{} more mistakes are not shown", self.items.len() - SHOWN);
            shown.push(renderer.render(&[Group::with_title(Level::NOTE.primary_title(more))]));
        }
        shown.join("\n\n")
    }

    fn group<'a>(&'a self, item: &'a Diagnostic) -> Group<'a> {
        let mut group =
            Level::ERROR
                .primary_title(item.message.as_str())
                .elements(std::iter::empty::<
                    Snippet<'_, annotate_snippets::Annotation<'_>>,
                >());
        group = if self.text.is_empty() {
            group.element(Origin::path(self.origin.as_str()))
        } else {
            let annotation = AnnotationKind::Primary
                .span(item.span.clone())
                .label(item.label.as_deref());
            group.element(
                Snippet::source(self.text.as_str())
                    .path(self.origin.as_str())
                    .annotation(annotation),
            )
        };
        match &item.help {
            Some(help) => group.element(Level::HELP.message(help.as_str())),
            None => group,
        }
    }
}

fn showable(text: &str, span: &Span) -> Span {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

fn position(text: &str, lines: &LineIndex, offset: usize) -> (usize, usize) {
    let line = lines.line_of(offset);
    let start = lines.range_of(line).start;
    let column = text
        .get(start..offset)
        .map_or(0, |before| before.chars().count());
    (line, column + 1)
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// A sequence of `{file, line, column, start, end, message, label, help}`.
impl Serialize for Diagnostics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.items.len()))?;
        for (item, at) in self.items.iter().zip(self.positions()) {
            list.serialize_element(&Located {
                origin: &self.origin,
                at,
                item,
            })?;
        }
        list.end()
    }
}

struct Located<'a> {
    origin: &'a str,
    at: (usize, usize),
    item: &'a Diagnostic,
}

impl Serialize for Located<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Diagnostic", 8)?;
        fields.serialize_field("file", self.origin)?;
        fields.serialize_field("line", &self.at.0)?;
        fields.serialize_field("column", &self.at.1)?;
        fields.serialize_field("start", &self.item.span.start)?;
        fields.serialize_field("end", &self.item.span.end)?;
        fields.serialize_field("message", &self.item.message)?;
        fields.serialize_field("label", &self.item.label)?;
        fields.serialize_field("help", &self.item.help)?;
        fields.end()
    }
}
