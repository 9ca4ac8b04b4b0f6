//! The white space before a place.

use query::File;
use sites::lines;

use crate::layout::{TAB_WIDTH, columns};

/// The white space that the line of `offset` starts with.
pub(crate) fn indentation(file: &File, offset: usize) -> String {
    columns::indentation(&lines::line_text(file, file.line_of(offset))).to_owned()
}

/// The white space that the statement or declaration around `offset` starts with.
pub(crate) fn of_statement(file: &File, offset: usize) -> String {
    let mut node = file.node_at(offset..offset + 1);
    while let Some(current) = node {
        let kind = current.kind();
        if kind.ends_with("_statement") || kind.ends_with("declaration") {
            return indentation(file, current.start_byte());
        }
        node = current.parent();
    }
    indentation(file, offset)
}

/// How code is indented at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Indent {
    /// The white space that its lines start with.
    pub(crate) own: String,
    /// Columns a level.
    step: usize,
    /// Eight columns are a tab.
    tabs: bool,
}

impl Indent {
    /// That of the line of `offset`: by tabs, unless the function around has blanks.
    pub(crate) fn of(file: &File, offset: usize) -> Self {
        let own = indentation(file, offset);
        let by_tabs = Self::by_tabs(&own);
        let Some(function) = file.function_at(offset) else {
            return by_tabs;
        };
        let body = file.text(function.body.clone()).into_owned();
        let starts = || body.lines().skip(1).filter(|line| !line.trim().is_empty());
        let step = starts()
            .map(|line| columns::width(columns::indentation(line)))
            .find(|&width| width > 0)
            .unwrap_or(TAB_WIDTH);
        if step.is_multiple_of(TAB_WIDTH) && own.contains('\t') {
            return by_tabs;
        }
        let is_by_blanks = starts()
            .map(columns::indentation)
            .find(|own| !own.is_empty())
            .is_some_and(|own| !own.contains('\t'));
        match is_by_blanks {
            true => Self {
                own,
                step,
                tabs: body.lines().any(|line| line.starts_with('\t')),
            },
            false => by_tabs,
        }
    }

    /// The kernel's way.
    pub(crate) fn by_tabs(own: &str) -> Self {
        Self {
            own: own.to_owned(),
            step: TAB_WIDTH,
            tabs: true,
        }
    }

    /// Whether every level is a tab.
    pub(crate) fn is_by_tabs(&self) -> bool {
        self.tabs && self.step == TAB_WIDTH
    }

    /// One level deeper.
    pub(crate) fn deeper(&self) -> Self {
        self.with(&self.inside(1, 0))
    }

    /// The same way from other white space on.
    pub(crate) fn with(&self, own: &str) -> Self {
        Self {
            own: own.to_owned(),
            ..self.clone()
        }
    }

    /// The same, so many levels and columns deeper.
    pub(crate) fn inside(&self, levels: usize, columns: usize) -> String {
        if self.is_by_tabs() {
            return format!("{}{}{}", self.own, "\t".repeat(levels), " ".repeat(columns));
        }
        let column = columns::width(&self.own) + levels * self.step + columns;
        match self.tabs {
            true => columns::indent_to(column),
            false => " ".repeat(column),
        }
    }
}

/// The white space of what is one level inside the line of `offset`.
pub(crate) fn deeper(file: &File, offset: usize) -> String {
    Indent::of(file, offset).inside(1, 0)
}
