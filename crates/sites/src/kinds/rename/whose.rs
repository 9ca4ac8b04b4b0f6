//! Whose the name is in a file: the thing's, or that of a namesake which the file or its headers declare.

use dialect::TreePath;
use query::File;
use schema::model::Sort;
use syntax::items::MacroDefinition;

use super::super::signature::{Head, Refusal};
use super::text::tags;
use super::{Thing, declarations};
use crate::occurrences::Occurrences;
use crate::resolver::live_functions;

/// Whose the name is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The thing's, as far as nothing in the file says otherwise.
    Own,
    /// A namesake's.
    Another,
    /// It cannot be told, and why: where a namesake is declared.
    Unclear(Refusal),
}

/// Whether a file is in the scope of the change: `tools/` has programs of its own, which copy names of the kernel.
#[must_use]
pub fn is_searched(scope: &[TreePath], home: &TreePath, path: &TreePath) -> bool {
    let is_in = |under: &TreePath| {
        let rest = path.as_str().strip_prefix(under.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_apart = |path: &TreePath| path.as_str().starts_with("tools/");
    match scope.is_empty() {
        true => path == home || !is_apart(path) || is_apart(home),
        false => path == home || scope.iter().any(is_in),
    }
}

/// Whose it is. Of a member every use is asked by itself.
#[must_use]
pub fn whose(file: &File, thing: &Thing<'_>) -> Whose {
    let home = thing.home;
    if file.path() == home.path() {
        return Whose::Own;
    }
    if thing.is_private && !includes(home, file.path()) && !includes(file, home.path()) {
        return Whose::Another;
    }
    match thing.sort {
        Sort::Member => Whose::Own,
        Sort::Struct | Sort::Union | Sort::Enum => of_tag(file, thing),
        _ => of_name(file, thing),
    }
}

/// Whether the file includes one that is called so.
fn includes(file: &File, other: &TreePath) -> bool {
    let mut includes = file.includes().iter();
    includes.any(|known| known.header.rsplit('/').next() == Some(other.file_name()))
}

fn is_header(file: &File) -> bool {
    file.path().as_str().ends_with(".h")
}

fn unclear(thing: &Thing<'_>, at: usize, why: &str) -> Whose {
    Whose::Unclear(Refusal {
        at,
        message: format!(
            "this is not the `{}` of {}: {why}",
            thing.spelled(),
            thing.home.path()
        ),
        is_unread: false,
    })
}

fn of_tag(file: &File, thing: &Thing<'_>) -> Whose {
    let own = [Sort::Struct, Sort::Union, Sort::Enum]
        .into_iter()
        .flat_map(|sort| tags(file, sort, &thing.name))
        .find(|at| !file.is_dead(*at));
    match own {
        None => Whose::Own,
        Some(_) if !is_header(file) => Whose::Another,
        Some(_) if is_twin(file, thing) => Whose::Own,
        Some(at) => unclear(thing, at, "it is defined here as well"),
    }
}

fn of_name(file: &File, thing: &Thing<'_>) -> Whose {
    let name = &thing.name;
    let is_source = !is_header(file);
    // What has the name at the level of the file, and is of another sort.
    let sorts = [Sort::Function, Sort::Macro, Sort::Typedef, Sort::Enumerator];
    let others = sorts.into_iter().filter(|sort| *sort != thing.sort);
    let mut others: Vec<(Sort, usize)> = others
        .flat_map(|sort| {
            let found = declarations(file, sort, name, None).into_iter();
            found.map(move |at| (sort, at))
        })
        .collect();
    others.retain(|(sort, at)| {
        // `#define f f` says that there is an `f`, and a stub may be a macro.
        let is_beside = || !declarations(file, thing.sort, name, None).is_empty();
        *sort != Sort::Macro || !says_itself(file, *at, name) && !is_beside()
    });
    let variables = file.variables().iter().filter(|one| one.name == *name);
    let variable = variables
        .map(|one| one.name_range.start)
        .find(|at| !file.is_dead(*at));
    if let Some(at) = others.first().map(|(_, at)| *at).or(variable) {
        return match is_source {
            true => Whose::Another,
            false => unclear(thing, at, "something else is declared by the name here"),
        };
    }
    match thing.sort {
        Sort::Function => of_function(file, thing),
        Sort::Macro => of_macro(file, thing),
        _ => match declarations(file, thing.sort, name, None).first() {
            None => Whose::Own,
            Some(_) if is_source => Whose::Another,
            Some(_) if is_twin(file, thing) => Whose::Own,
            Some(at) => unclear(thing, *at, "it is declared here as well"),
        },
    }
}

/// The same header of another architecture, or the generic one.
fn is_twin(file: &File, thing: &Thing<'_>) -> bool {
    let part = |path: &TreePath| {
        let path = path.as_str();
        let at = path.find("/asm/").map(|at| at + 5);
        let at = at.or_else(|| path.find("asm-generic/").map(|at| at + 12));
        at.and_then(|at| path.get(at..)).map(str::to_owned)
    };
    let there = part(thing.home.path());
    there.is_some() && part(file.path()) == there
}

fn of_function(file: &File, thing: &Thing<'_>) -> Whose {
    let name = &thing.name;
    let functions = live_functions(file, name);
    let is_own_static = functions.iter().any(|one| one.is_static);
    if is_own_static && !is_header(file) {
        return Whose::Another;
    }
    let scan = Occurrences::of(file, name);
    let prototypes = file.prototypes().iter().filter(|one| one.name == *name);
    let prototypes: Vec<_> = prototypes.collect();
    let mut ranges = functions.iter().map(|one| &one.name_range);
    let mut declared = prototypes.iter().map(|one| &one.name_range);
    let differs = |name: &std::ops::Range<usize>| {
        let types = Head::of(&scan, name)?.types(file);
        let why = differ(thing.types.as_deref()?, &types)?;
        Some((name.start, why))
    };
    if let Some((at, why)) = ranges
        .find_map(differs)
        .or_else(|| declared.find_map(differs))
    {
        return unclear(thing, at, &why);
    }
    // A header that has a static one, and declares none that others define: it has nothing to do with what a file defines.
    let is_by_itself =
        is_own_static && prototypes.is_empty() && !is_header(thing.home) && !is_twin(file, thing);
    match functions.first().filter(|_| is_by_itself) {
        Some(first) => unclear(
            thing,
            first.name_range.start,
            "this header has a static function of the name",
        ),
        None => Whose::Own,
    }
}

/// Why two functions are not one. Their types may be spelled otherwise; structs of other tags are others.
fn differ(there: &[String], here: &[String]) -> Option<String> {
    if there.len() != here.len() {
        return Some(format!(
            "it has {} here, and {} there",
            counted(here.len()),
            counted(there.len())
        ));
    }
    let tag = |text: &str| {
        let mut words = text
            .split_whitespace()
            .skip_while(|word| !super::text::is_tag_keyword(word.as_bytes()));
        words.nth(1).map(str::to_owned)
    };
    let mut pairs = there.iter().zip(here);
    let (there, here) = pairs.find(|(there, here)| match (tag(there), tag(here)) {
        (Some(there), Some(here)) => there != here,
        _ => false,
    })?;
    Some(format!("a parameter is `{here}` here, and `{there}` there"))
}

/// `1 parameter`, `2 parameters`
fn counted(count: usize) -> String {
    match count {
        1 => "1 parameter".to_owned(),
        count => format!("{count} parameters"),
    }
}

fn of_macro(file: &File, thing: &Thing<'_>) -> Whose {
    let name = &thing.name;
    let own = file.macros().iter().filter(|one| one.name == *name);
    let own: Vec<&MacroDefinition> = own.filter(|one| !file.is_dead(one.range.start)).collect();
    let Some(first) = own.first() else {
        return Whose::Own;
    };
    // `#ifndef NAME`: it is this one's stand-in.
    let stands_in = |one: &&MacroDefinition| {
        let mut around = one.conditions.iter();
        around.any(|condition| {
            condition
                .expression
                .split(|c: char| !is_word(c))
                .any(|word| word == name)
        })
    };
    match own.iter().all(stands_in) || is_twin(file, thing) {
        true => Whose::Own,
        false if !is_header(file) => Whose::Another,
        false => unclear(thing, first.name_range.start, "it is defined here as well"),
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// `#define name name`
fn says_itself(file: &File, at: usize, name: &str) -> bool {
    file.macro_at(at).is_some_and(|one| {
        let mut words = dialect::token::texts(file.slice(one.body.clone()));
        words.next() == Some(name) && words.next().is_none()
    })
}
