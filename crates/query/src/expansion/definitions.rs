//! What a name means as a macro to one file.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{NamedMacro, Wanted, is_common};
use crate::File;
use crate::access::is_known_macro;
use crate::types::DefinitionSource;
use dialect::token::{Pieces, TokenKind};
use syntax::items::MacroDefinition;

/// One definition of a macro.
#[derive(Debug)]
pub(super) struct Definition {
    /// None: object-like.
    pub(super) params: Option<Vec<String>>,
    pub(super) body: Vec<(TokenKind, Rc<str>)>,
}

/// The definitions of one name; several where `#if` arms differ.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    pub(super) definitions: Vec<Definition>,
    /// Expanded wherever it is used.
    pub(super) is_named: bool,
    /// Of the file itself, or of a header that is no common one.
    pub(super) is_local: bool,
}

/// The macros that one file sees, found as they are asked for.
pub(super) struct Definitions<'a> {
    file: &'a File,
    wanted: &'a Wanted,
    source: &'a dyn DefinitionSource,
    known: RefCell<HashMap<String, Rc<Meaning>>>,
}

impl<'a> Definitions<'a> {
    pub(super) fn new(
        file: &'a File,
        wanted: &'a Wanted,
        source: &'a dyn DefinitionSource,
    ) -> Self {
        Self {
            file,
            wanted,
            source,
            known: RefCell::default(),
        }
    }

    /// What `name` means, if it is to be expanded where it is handed the words `arguments` (none of them where it
    /// is used without parentheses).
    pub(super) fn wanted<'t>(
        &self,
        name: &str,
        mut arguments: impl Iterator<Item = &'t str>,
    ) -> Option<Rc<Meaning>> {
        let is_named = self
            .wanted
            .named
            .iter()
            .any(|named| named.definition.name == name);
        let words = &self.wanted.words;
        let is_handed = !words.is_empty() && arguments.any(|word| words.contains(word));
        if !is_named && !is_handed && !self.wanted.local {
            return None;
        }
        let meaning = self.meaning(name);
        let known_better = is_known_macro(name) && !meaning.is_local;
        let is_wanted = meaning.is_named || is_handed || (self.wanted.local && meaning.is_local);
        (!meaning.definitions.is_empty() && is_wanted && !known_better).then_some(meaning)
    }

    fn meaning(&self, name: &str) -> Rc<Meaning> {
        if let Some(known) = self.known.borrow().get(name) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.find(name));
        let mut known = self.known.borrow_mut();
        known.insert(name.to_owned(), Rc::clone(&found));
        found
    }

    /// The file's own definitions, else those of the nearest header, else those that were named.
    fn find(&self, name: &str) -> Meaning {
        let named: Vec<&NamedMacro> = self
            .wanted
            .named
            .iter()
            .filter(|named| named.definition.name == name)
            .collect();
        let mut meaning = Meaning {
            is_named: !named.is_empty(),
            ..Meaning::default()
        };
        let own = in_file(self.file, name);
        if !own.is_empty() {
            meaning.is_local = true;
            meaning.definitions = own;
            return meaning;
        }
        if dialect::words::is_keyword(name.as_bytes()) {
            return meaning;
        }
        if let Some(header) = self.source.header_defining(self.file, name) {
            meaning.is_local = !is_common(header.path());
            meaning.definitions = in_file(&header, name);
        }
        if meaning.definitions.is_empty() {
            let headers = named
                .iter()
                .filter(|named| !named.file.path().as_str().ends_with(".c"));
            meaning.definitions = headers
                .map(|named| definition(&named.file, &named.definition))
                .collect();
        }
        meaning
    }
}

fn in_file(file: &File, name: &str) -> Vec<Definition> {
    let macros = file.macros().iter();
    macros
        .filter(|known| known.name == name && !file.is_dead(known.range.start))
        .map(|known| definition(file, known))
        .collect()
}

fn definition(file: &File, definition: &MacroDefinition) -> Definition {
    let body = file.slice(definition.body.clone());
    Definition {
        params: definition.params.clone(),
        body: Pieces::new(body)
            .map(|(kind, range)| {
                let text = String::from_utf8_lossy(body.get(range).unwrap_or_default());
                (kind, Rc::from(text))
            })
            .collect(),
    }
}
