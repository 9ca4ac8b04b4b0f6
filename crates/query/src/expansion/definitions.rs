//! What a name means as a macro to one file.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{NamedMacro, Wanted, is_common};
use crate::File;
use crate::access::is_known_macro;
use crate::types::DefinitionSource;
use dialect::macros::{is_fragment, is_loose};
use dialect::token::{Pieces, TokenKind};
use syntax::items::MacroDefinition;

/// One definition of a macro.
#[derive(Debug)]
pub(super) struct Definition {
    /// None: object-like.
    pub(super) params: Option<Vec<String>>,
    pub(super) body: Vec<(TokenKind, Rc<str>)>,
    /// It means nothing without what is around its use.
    pub(super) is_fragment: bool,
    /// It is an expression whose operators bind what is around its use.
    pub(super) is_loose: bool,
}

impl Definition {
    fn has_param(&self, name: &str) -> bool {
        let mut params = self.params.iter().flatten();
        params.any(|param| param == name)
    }
}

/// Why a use of a macro is expanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It was asked for.
    Certain,
    /// It pastes tokens, perhaps to a word that was asked for; if not, it is left alone.
    MayPaste,
}

/// The words next to a use; empty where there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beside<'t> {
    pub(super) before: &'t str,
    pub(super) behind: &'t str,
}

/// How many macros deep a `##` is looked for.
const MOST_NESTED: usize = 2;

/// The definitions of one name; several where `#if` arms differ.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    pub(super) definitions: Vec<Definition>,
    /// Expanded wherever it is used.
    pub(super) is_named: bool,
    /// Of the file itself, or of a header that is no common one.
    pub(super) is_local: bool,
}

impl Meaning {
    /// Whether it reads otherwise than it looks: a piece of code, or an expression without parentheses around it.
    fn is_loose(&self) -> bool {
        let mut definitions = self.definitions.iter();
        definitions.any(|known| known.is_fragment || known.is_loose)
    }

    /// Whether it takes no arguments, in some configuration at least.
    pub(super) fn is_object(&self) -> bool {
        self.definitions.iter().any(|known| known.params.is_none())
    }

    /// Whether what is around a use means something else with the macro expanded: it is a piece of it, nothing at all, or
    /// (`is_behind` a name) the arguments of a call.
    fn joins(&self, is_behind: bool) -> bool {
        self.definitions.iter().any(|definition| {
            let body = &definition.body;
            let starts_group = || body.first().is_some_and(|(_, text)| &**text == "(");
            match definition.params {
                None => body.is_empty() || definition.is_fragment || (is_behind && starts_group()),
                Some(_) => is_behind,
            }
        })
    }
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

    /// What `name` means, if it is to be expanded where it is handed a word that is asked about, or a part of one, and is
    /// `beside` other words.
    pub(super) fn wanted(
        &self,
        name: &str,
        is_handed: bool,
        is_handed_part: bool,
        beside: Beside<'_>,
    ) -> Option<(Rc<Meaning>, Why)> {
        let is_beside = self.is_asked(beside.before) || self.is_asked(beside.behind);
        let is_certain = self.is_named(name) || is_handed || self.wanted.local;
        if !is_certain && !is_handed_part && !is_beside {
            return None;
        }
        let meaning = self.meaning(name);
        let known_better = is_known_macro(name) && !meaning.is_local;
        if meaning.definitions.is_empty() || known_better {
            return None;
        }
        let is_kept = self.wanted.kept.contains(name) && !meaning.is_loose();
        if meaning.is_named || is_handed || (self.wanted.local && meaning.is_local && !is_kept) {
            return Some((meaning, Why::Certain));
        }
        let joins = || {
            // `CAT(-, >)` is an operator.
            meaning.joins(self.is_asked(beside.before)) || self.pastes(&meaning, MOST_NESTED)
        };
        if is_beside && joins() {
            return Some((meaning, Why::Certain));
        }
        (is_handed_part && self.pastes(&meaning, MOST_NESTED)).then_some((meaning, Why::MayPaste))
    }

    /// Whether the word is one that the question is about, or a macro that brings one.
    pub(super) fn is_asked(&self, word: &str) -> bool {
        self.wanted.words.contains(word) || self.is_named(word)
    }

    fn is_named(&self, name: &str) -> bool {
        let mut named = self.wanted.named.iter();
        named.any(|named| named.definition.name == name)
    }

    /// Whether `##` may make one of the words of this one and another.
    pub(super) fn is_part(&self, part: &str) -> bool {
        let mut words = self.wanted.words.iter();
        words.any(|word| {
            part.len() < word.len()
                && !part.is_empty()
                && (word.starts_with(part) || word.ends_with(part))
        })
    }

    /// Whether the macro pastes tokens, itself or by macros in it.
    fn pastes(&self, meaning: &Meaning, depth: usize) -> bool {
        let mut bodies = meaning.definitions.iter();
        bodies.any(|definition| {
            let mut body = definition.body.iter();
            body.any(|(kind, text)| {
                &**text == "##"
                    || (*kind == TokenKind::Word
                        && depth > 0
                        && !definition.has_param(text)
                        && self.pastes(&self.meaning(text), depth - 1))
            })
        })
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
        is_fragment: definition.params.is_none() && is_fragment(body),
        is_loose: definition.params.is_none() && is_loose(body),
        params: definition.params.clone(),
        body: Pieces::new(body)
            .map(|(kind, range)| {
                let text = String::from_utf8_lossy(body.get(range).unwrap_or_default());
                (kind, Rc::from(text))
            })
            .collect(),
    }
}
