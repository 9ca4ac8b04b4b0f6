//! What a file declares and defines at its own level, by name: a small part of it, that is kept when the parsed file has
//! to be let go. A series that touches hundreds of files asks each of their headers many times.

use std::collections::{BTreeMap, BTreeSet};

use query::File;

use super::visible::declared_names;

/// See the module's page.
#[derive(Debug)]
pub(super) struct Index {
    names: BTreeMap<Box<str>, Declared>,
    tags: BTreeSet<Box<str>>,
    has_unread: bool,
}

/// How a file declares a name.
#[derive(Clone, Copy, Debug)]
struct Declared {
    /// The line (from 1) of the first declaration.
    line: usize,
    /// As a macro with parameters, and as nothing else.
    is_called: bool,
    /// As what.
    what: What,
}

/// As what a name is declared: in several files or configurations it may be several things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct What {
    /// A function, a variable or an enumerator.
    pub(super) value: bool,
    /// A typedef.
    pub(super) is_type: bool,
    /// A macro, which may stand for anything.
    pub(super) macros: bool,
}

impl What {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            value: self.value | other.value,
            is_type: self.is_type | other.is_type,
            macros: self.macros | other.macros,
        }
    }
}

impl Index {
    pub(super) fn of(file: &File) -> Self {
        let macros = file.macros().iter();
        let with_params = macros.filter(|known| known.params.is_some());
        let called: BTreeSet<usize> = with_params.map(|known| known.name_range.start).collect();
        let types: BTreeSet<usize> = file
            .typedefs()
            .iter()
            .map(|it| it.name_range.start)
            .collect();
        let macros: BTreeSet<usize> = file.macros().iter().map(|it| it.name_range.start).collect();
        let mut names: BTreeMap<Box<str>, Declared> = BTreeMap::new();
        for (name, at) in declared_names(file) {
            let is_called = called.contains(&at);
            let (is_type, is_macro) = (types.contains(&at), macros.contains(&at));
            let what = What {
                value: !is_type && !is_macro,
                is_type,
                macros: is_macro,
            };
            // As `declarations` has them, functions first.
            let first = names.entry(name.into()).or_insert_with(|| Declared {
                line: file.line_of(at),
                is_called,
                what,
            });
            first.is_called &= is_called;
            first.what = first.what.and(what);
        }
        let records = file.records().iter();
        let tags = records.filter_map(|record| record.tag.as_deref());
        Self {
            names,
            tags: tags.map(Into::into).collect(),
            has_unread: !file.unread().is_empty(),
        }
    }

    /// The line of the first declaration of `name`, if the file declares it.
    pub(super) fn line_of(&self, name: &str) -> Option<usize> {
        self.names.get(name).map(|declared| declared.line)
    }

    /// As what the file declares `name`; nothing, where it does not.
    pub(super) fn what(&self, name: &str) -> What {
        self.names
            .get(name)
            .map_or_else(What::default, |it| it.what)
    }

    /// Whether the file declares `name` as a macro with parameters alone; nothing, where it does not declare it.
    pub(super) fn is_called(&self, name: &str) -> Option<bool> {
        self.names.get(name).map(|declared| declared.is_called)
    }

    /// Whether the file defines a struct or union of that tag, or may do so where it was not read.
    pub(super) fn may_define(&self, tag: &str) -> bool {
        self.has_unread || self.tags.contains(tag)
    }
}
