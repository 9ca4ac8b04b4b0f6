//! `rename`: what has the name, and which places of it in the tree are that thing's.

mod arguments;
mod docs;
mod members;
mod names;
mod taken;
mod text;
mod whose;

use std::ops::Range;

use dialect::TreePath;
use query::File;
use query::types::DefinitionSource;
use schema::model::{ChangeBody, Rename, Sort};

use super::signature::{Head, Refusal};
use crate::names::{listed, similar_names};
use crate::occurrences::Occurrences;
use crate::records::is_named;
use crate::resolve::Sited;
use crate::resolver::{Chosen, Resolver, alternative, live_functions};
use crate::unresolved::Unresolved;

pub use docs::{in_document, prose_in};
pub use members::has_one_owner;
pub use taken::taken;
pub use whose::{Whose, is_searched, whose};

impl Sited for Rename {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(find(resolver, self)?.found)
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        Ok(present(resolver.file, self))
    }
}

/// Where the file declares what is renamed, by the first of its names that it has.
///
/// # Errors
/// It declares none of them.
pub fn find(resolver: &Resolver<'_>, rename: &Rename) -> Result<Chosen<usize>, Unresolved> {
    let file = resolver.file;
    for (index, name) in rename.names.iter().enumerate() {
        let record = rename.records.get(index).map(String::as_str);
        let found = declarations(file, rename.sort, name, record);
        if !found.is_empty() {
            let key = rename.sort.word();
            return Ok(Chosen {
                found,
                index,
                alternatives: alternative(key, index, rename.names.len(), name),
            });
        }
    }
    if let Some(unread) = resolver.hiding(&rename.names) {
        let message = format!(
            "no {} {} in what was read, and one could be in what was not",
            rename.sort.word(),
            listed(&rename.names)
        );
        return Err(Unresolved::unread(message).at(file, unread));
    }
    if rename.sort == Sort::Function {
        let known = file
            .functions()
            .iter()
            .map(|one| (&one.name, one.name_range.start));
        let near = similar_names(file, &rename.names, known);
        let message = format!("no function {} in this file", listed(&rename.names));
        return Err(Unresolved::absent(message).near(near));
    }
    let message = format!(
        "no {} {} in this file",
        rename.sort.word(),
        listed(&spelled(rename))
    );
    Err(Unresolved::absent(message))
}

/// The names, of members with their records.
#[must_use]
pub fn spelled(rename: &Rename) -> Vec<String> {
    let names = rename.names.iter().enumerate();
    names
        .map(|(index, name)| match rename.records.get(index) {
            Some(record) => format!("{record}.{name}"),
            None => name.clone(),
        })
        .collect()
}

/// Says that the file declares the new name, and none of the old ones any more.
#[must_use]
pub fn present(file: &File, rename: &Rename) -> Option<Unresolved> {
    let record = |index: usize| rename.records.get(index).map(String::as_str);
    let mut names = rename.names.iter().enumerate();
    let is_old =
        names.any(|(index, name)| !declarations(file, rename.sort, name, record(index)).is_empty());
    if is_old {
        return None;
    }
    let at = declared_anew(file, rename).map(|(_, at)| at)?;
    let message = format!("it is called `{}` already", rename.to);
    Some(Unresolved::present(message).at(file, at))
}

/// Where the file declares the new name, and which of the old ones it had then.
#[must_use]
pub fn declared_anew(file: &File, rename: &Rename) -> Option<(usize, usize)> {
    (0..rename.names.len()).find_map(|index| {
        let record = rename.records.get(index).map(String::as_str);
        let found = declarations(file, rename.sort, &rename.to, record);
        found.first().map(|at| (index, *at))
    })
}

/// Where a file declares such a thing; what is compiled out is none.
fn declarations(file: &File, sort: Sort, name: &str, record: Option<&str>) -> Vec<usize> {
    let mut found: Vec<usize> = match sort {
        Sort::Function => {
            let functions = live_functions(file, name).into_iter();
            let functions = functions.map(|one| one.name_range.start);
            let prototypes = file.prototypes().iter().filter(|one| one.name == name);
            functions
                .chain(prototypes.map(|one| one.name_range.start))
                .collect()
        }
        Sort::Macro => {
            let macros = file.macros().iter().filter(|one| one.name == name);
            macros.map(|one| one.name_range.start).collect()
        }
        Sort::Struct | Sort::Union | Sort::Enum => text::tags(file, sort, name),
        Sort::Typedef => {
            let typedefs = file.typedefs().iter().filter(|one| one.name == name);
            typedefs.map(|one| one.name_range.start).collect()
        }
        Sort::Enumerator => {
            let values = file.enumerators().iter().filter(|one| one.name == name);
            values.map(|one| one.range.start).collect()
        }
        Sort::Member => {
            let records = file.records().iter();
            let records =
                records.filter(|one| record.is_some_and(|name| is_named(file, one, name)));
            let members = records.flat_map(|one| one.members_named(name));
            members.map(|one| one.name_range.start).collect()
        }
    };
    found.retain(|at| !file.is_dead(*at));
    found.sort_unstable();
    found.dedup();
    found
}

/// What is renamed: one thing of one file.
#[derive(Clone, Debug)]
pub struct Thing<'a> {
    /// What it is.
    pub sort: Sort,
    /// Its name.
    pub name: String,
    /// Of a member, its struct or union.
    pub record: Option<String>,
    /// The file that declares it.
    pub home: &'a File,
    /// No other file knows it but those that include this one.
    pub is_private: bool,
    /// Of a member: no other record of the tree has one of the name.
    pub is_only_one: bool,
    /// The types of a function's parameters, where they are known.
    types: Option<Vec<String>>,
    /// A macro without parameters.
    is_plain_macro: bool,
}

impl<'a> Thing<'a> {
    /// The thing that the file declares by one of the names, which is the one called `name` there.
    #[must_use]
    pub fn new(home: &'a File, rename: &Rename, index: usize, name: &str) -> Self {
        let is_header = home.path().as_str().ends_with(".h");
        let functions = live_functions(home, name);
        let scan = Occurrences::of(home, name);
        let heads = functions.iter().map(|one| &one.name_range);
        let declared = home.prototypes().iter().filter(|one| one.name == name);
        let mut heads = heads.chain(declared.map(|one| &one.name_range));
        let mut macros = home.macros().iter().filter(|one| one.name == name);
        let is_private = !is_header
            && match rename.sort {
                Sort::Function => {
                    let mut declared = home.prototypes().iter().filter(|one| one.name == name);
                    functions.iter().any(|one| one.is_static) || declared.any(|one| one.is_static)
                }
                // A struct of a file may be known to others by its tag alone.
                Sort::Struct | Sort::Union | Sort::Enum => false,
                Sort::Macro | Sort::Typedef | Sort::Member | Sort::Enumerator => true,
            };
        Self {
            sort: rename.sort,
            name: rename.names.get(index).cloned().unwrap_or_default(),
            record: rename.records.get(index).cloned(),
            home,
            is_private,
            is_only_one: false,
            types: heads.find_map(|name| Some(Head::of(&scan, name)?.types(home))),
            is_plain_macro: macros.all(|one| one.params.is_none()),
        }
    }

    /// The name, of a member with its record.
    #[must_use]
    pub fn spelled(&self) -> String {
        match &self.record {
            Some(record) => format!("{record}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// What else has the name, and is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MentionKind {
    /// A comment.
    Comment,
    /// A string.
    String,
    /// Code that is compiled out.
    Dead,
}

/// A mention of the name that no compiler takes for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The name.
    pub range: Range<usize>,
    /// What it is in.
    pub kind: MentionKind,
}

/// What a file has of the name.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The thing that is meant, in code.
    pub places: Vec<Range<usize>>,
    /// The same, in the kernel-doc of it.
    pub docs: Vec<Range<usize>>,
    /// Places of which it cannot be told.
    pub refusals: Vec<Refusal>,
    /// Mentions of the name.
    pub mentions: Vec<Mention>,
}

impl Found {
    fn refuse(&mut self, at: usize, message: impl Into<String>, is_unread: bool) {
        self.refusals.push(Refusal {
            at,
            message: message.into(),
            is_unread,
        });
    }
}

/// The places of the thing in a file that may mean it.
#[must_use]
pub fn places(file: &File, thing: &Thing<'_>, near: &dyn DefinitionSource) -> Found {
    let scan = Occurrences::of(file, &thing.name);
    let mut found = match thing.sort {
        Sort::Member => members::places(&scan, thing, near),
        _ => names::places(&scan, thing, near),
    };
    found.docs = docs::own(file, thing, &thing.name);
    let is_doc = |mention: &Mention| found.docs.contains(&mention.range);
    found.mentions.retain(|mention| !is_doc(mention));
    found.places.sort_by_key(|range| range.start);
    found.places.dedup();
    found
}

/// Where the first declaration of the thing in a file ends; none where it declares none.
#[must_use]
pub fn end_of_first(file: &File, sort: Sort, name: &str) -> Option<usize> {
    let at = declarations(file, sort, name, None).into_iter().next()?;
    let functions = file.functions().iter().map(|one| &one.range);
    let prototypes = file.prototypes().iter().map(|one| &one.range);
    let macros = file.macros().iter().map(|one| &one.range);
    let typedefs = file.typedefs().iter().map(|one| &one.range);
    let values = file.enumerators().iter().map(|one| &one.range);
    let mut all = functions
        .chain(prototypes)
        .chain(macros)
        .chain(typedefs)
        .chain(values);
    all.find(|range| range.contains(&at)).map(|range| range.end)
}

/// The definitions of the old name as the new one: what `keep` leaves behind.
#[must_use]
pub fn kept(file: &File, name: &str, to: &str) -> Vec<Range<usize>> {
    let macros = file.macros().iter().filter(|one| one.name == name);
    let macros = macros.filter(|one| {
        let mut words = dialect::token::texts(file.slice(one.body.clone()));
        one.params.is_none() && words.next() == Some(to) && words.next().is_none()
    });
    macros.map(|one| one.range.clone()).collect()
}

/// How often a file declares something of that name that could be taken for the thing.
#[must_use]
pub fn declared(file: &File, thing: &Thing<'_>, name: &str) -> usize {
    let record = thing.record.as_deref();
    let sorts = [Sort::Function, Sort::Macro, Sort::Typedef, Sort::Enumerator];
    let tags = [Sort::Struct, Sort::Union, Sort::Enum];
    let count = |sort: Sort| declarations(file, sort, name, record).len();
    match thing.sort {
        Sort::Member => count(Sort::Member) + count(Sort::Macro),
        sort if sort.is_tag() => tags.into_iter().map(count).sum::<usize>() + count(Sort::Macro),
        _ => sorts.into_iter().map(count).sum(),
    }
}

/// The 1-based lines of a file that is not C in which the name may be the thing's.
#[must_use]
pub fn lines_elsewhere(path: &TreePath, bytes: &[u8], thing: &Thing<'_>) -> Vec<usize> {
    let all = crate::wide::lines_with(bytes, &thing.name);
    let is_rust = path.as_str().ends_with(".rs");
    let has = |word: &str| dialect::token::texts(bytes).any(|text| text == word);
    let may_be = match (thing.sort, &thing.record) {
        (Sort::Member, Some(record)) => {
            let is_reached = text::is_reached(bytes, &thing.name);
            is_reached && (has(record) || thing.is_only_one && !is_rust)
        }
        (Sort::Struct | Sort::Union | Sort::Enum, _) if !is_rust => {
            text::is_tagged(bytes, &thing.name)
        }
        // Assembly knows no types, and no enumerators.
        (Sort::Struct | Sort::Union | Sort::Enum | Sort::Typedef, _) => is_rust,
        (Sort::Enumerator, _) => !path.as_str().ends_with(".S"),
        _ => true,
    };
    match may_be {
        true => all,
        false => Vec::new(),
    }
}
