//! The places of a function in a file of the tree: which of them a new signature changes, and which forbid it.

use std::ops::Range;

use dialect::TreePath;
use query::File;
use schema::model::Signature;

use super::{Head, Slot, Slots, result_range, same, type_of};
use crate::occurrences::{List, Occurrence, Occurrences, Role};
use crate::resolver::live_functions;

/// Whose function a name is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The one that is meant.
    Own,
    /// Another one: a static one of the file's own.
    Another,
}

/// Whether a file is in the scope of the change.
#[must_use]
pub fn is_searched(scope: &[TreePath], home: &TreePath, path: &TreePath) -> bool {
    let is_in = |under: &TreePath| {
        let rest = path.as_str().strip_prefix(under.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    scope.is_empty() || path == home || scope.iter().any(is_in)
}

/// Whose function it is; `is_private` says that the one that is meant is static in a file that is no header. Then it is
/// that of the files that include it, and of those that it includes.
#[must_use]
pub fn whose(file: &File, name: &str, home: &File, is_private: bool) -> Whose {
    if file.path() == home.path() {
        return Whose::Own;
    }
    let is_header = file.path().as_str().ends_with(".h");
    let functions = live_functions(file, name);
    let mut variables = file.variables().iter();
    let has_another = functions.iter().any(|function| function.is_static)
        || variables.any(|variable| variable.name == name && variable.is_static);
    let is_seen = !is_private || includes(home, file.path()) || includes(file, home.path());
    match is_seen && (is_header || !has_another) {
        true => Whose::Own,
        false => Whose::Another,
    }
}

/// Whether a file may see what is static in the home file: whoever asks has not parsed it yet.
#[must_use]
pub fn may_see(home: &File, path: &TreePath, bytes: &[u8]) -> bool {
    path == home.path()
        || includes(home, path)
        || memchr::memmem::find(bytes, home.path().file_name().as_bytes()).is_some()
}

/// Whether the file includes one that is called so.
fn includes(file: &File, other: &TreePath) -> bool {
    let mut includes = file.includes().iter();
    includes.any(|known| known.header.rsplit('/').next() == Some(other.file_name()))
}

/// What the places of a function have to fit.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// How many arguments calls passed before; none where that is not known.
    pub old: Option<usize>,
    /// How many they pass afterwards.
    pub new: usize,
    /// Whether a pointer to the function has the same type as before.
    pub keeps_type: bool,
}

/// A place that the change is about.
#[derive(Clone, Debug)]
pub struct Place {
    /// The name.
    pub name: Range<usize>,
    /// What it is.
    pub kind: PlaceKind,
}

/// What a place is.
#[derive(Clone, Debug)]
pub enum PlaceKind {
    /// A definition, with where it begins.
    Definition(Head, usize),
    /// A prototype, with where it begins.
    Prototype(Head, usize),
    /// A call, with the function around it.
    Call(List, Option<String>),
}

/// A place that forbids the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where.
    pub at: usize,
    /// Why.
    pub message: String,
    /// Whether it is for what could not be read, or not be told.
    pub is_unread: bool,
}

/// The places of a file, in its order, and those that forbid the change.
#[must_use]
pub fn places(
    scan: &Occurrences<'_>,
    name: &str,
    expected: Expected,
) -> (Vec<Place>, Vec<Refusal>) {
    let (mut found, mut refusals) = (Vec::new(), Vec::new());
    for one in &scan.found {
        match place(scan, one, name) {
            Ok(Some(kind)) => found.push(Place {
                name: one.range.clone(),
                kind,
            }),
            Ok(None) => refusals.extend(refusal(scan, one, name, expected)),
            Err(message) => refusals.push(Refusal {
                at: one.range.start,
                message,
                is_unread: true,
            }),
        }
    }
    (found, refusals)
}

fn place(
    scan: &Occurrences<'_>,
    one: &Occurrence,
    name: &str,
) -> Result<Option<PlaceKind>, String> {
    let file = scan.file();
    let head = || {
        let head = Head::of(scan, &one.range);
        head.ok_or_else(|| format!("the parameters of {name}() could not be read here"))
    };
    Ok(match one.role {
        Role::Definition => Some(PlaceKind::Definition(head()?, start_of(file, &one.range))),
        Role::Prototype => Some(PlaceKind::Prototype(head()?, start_of(file, &one.range))),
        Role::Call => {
            let list = scan.list_behind(&one.range);
            let unread = || format!("the arguments of {name}() could not be read here");
            let caller = file.function_at(one.range.start);
            let caller = caller.map(|function| function.name.clone());
            Some(PlaceKind::Call(list.ok_or_else(unread)?, caller))
        }
        _ => None,
    })
}

/// Why a place that is neither a declaration nor a call forbids the change.
fn refusal(
    scan: &Occurrences<'_>,
    one: &Occurrence,
    name: &str,
    expected: Expected,
) -> Option<Refusal> {
    let Expected {
        old,
        new,
        keeps_type,
    } = expected;
    let at = one.range.start;
    let (message, is_unread) = match one.role {
        Role::Value if keeps_type => return None,
        Role::Value => (
            format!("`{name}` is used as a value here: a pointer to it would be of another type"),
            false,
        ),
        Role::MacroBody => {
            let passed = scan.list_in_macro(&one.range).map(|list| list.items.len());
            // One that a change before has brought into the new form is as it has to be.
            let is_new = passed == Some(new) && (old != Some(new) || keeps_type);
            if is_new {
                return None;
            }
            let by = scan.file().macro_at(at);
            let by = by.map_or("a macro", |known| known.name.as_str());
            let message = format!("`{name}` is in the body of the macro {by}, which is not edited");
            (message, false)
        }
        Role::Variable => (format!("a variable has the name `{name}` as well"), false),
        Role::MacroName => (format!("a macro has the name `{name}` as well"), false),
        Role::Directive => (format!("a directive has `{name}`"), false),
        Role::Unread => (format!("`{name}` is in code that could not be read"), true),
        _ => return None,
    };
    Some(Refusal {
        at,
        message,
        is_unread,
    })
}

/// Where the declaration begins whose name is there.
fn start_of(file: &File, name: &Range<usize>) -> usize {
    let functions = file.functions().iter();
    let functions = functions.map(|one| (&one.name_range, &one.range));
    let prototypes = file.prototypes().iter();
    let prototypes = prototypes.map(|one| (&one.name_range, &one.range));
    if let Some((_, range)) = functions.chain(prototypes).find(|(own, _)| *own == name) {
        return range.start;
    }
    let mut node = file.node_at(name.clone());
    while let Some(current) = node {
        if current.kind() == "declaration" {
            return current.start_byte();
        }
        node = current.parent();
    }
    name.start
}

impl Slots {
    /// Whether a declaration is as the change leaves it, whatever it calls its parameters.
    #[must_use]
    pub fn is_new(
        &self,
        scan: &Occurrences<'_>,
        head: &Head,
        signature: &Signature,
        start: usize,
    ) -> bool {
        let file = scan.file();
        let is_named = |at: usize| {
            let to = signature.retype.as_ref();
            let own = head.parameters.get(at);
            to.zip(own).is_none_or(|((_, to), own)| {
                let has_name = head
                    .names(file)
                    .get(at)
                    .is_some_and(|name| !name.is_empty());
                !has_name || same(&file.text(own.clone()), &to.text)
            })
        };
        let mut slots = self.slots.iter().enumerate();
        let is_retyped = slots.all(|(at, slot)| !matches!(slot, Slot::Retyped(_)) || is_named(at));
        let is_result = signature.result.as_ref().is_none_or(|result| {
            let range = result_range(file, start, &head.name);
            range.is_some_and(|range| same(&file.text(range), result))
        });
        head.types(file) == self.new_types(signature)
            && head.is_variadic == self.is_variadic
            && is_retyped
            && is_result
    }

    /// The types of the new list.
    fn new_types(&self, signature: &Signature) -> Vec<String> {
        let types = self.slots.iter().map(|slot| match slot {
            Slot::Old(at) => self.types.get(*at).cloned(),
            Slot::Retyped(_) => {
                let to = signature.retype.as_ref();
                to.map(|(_, to)| type_of(to.text.as_bytes()))
            }
            Slot::Added => {
                let add = signature.add.as_ref();
                add.map(|add| type_of(add.parameter.text.as_bytes()))
            }
        });
        types.map(Option::unwrap_or_default).collect()
    }

    /// Why a declaration in the old form is not one of the function that is meant.
    #[must_use]
    pub fn differs(&self, file: &File, head: &Head) -> Option<String> {
        if head.parameters.len() != self.old || head.is_variadic != self.is_variadic {
            return Some(format!(
                "it has {} here, and {} where it is defined",
                counted(head.parameters.len()),
                counted(self.old)
            ));
        }
        let types = head.types(file);
        let mut pairs = types.iter().zip(&self.types);
        let (here, there) = pairs.find(|(here, there)| here != there)?;
        Some(format!(
            "a parameter is `{here}` here, and `{there}` where it is defined"
        ))
    }
}

/// `1 parameter`, `2 parameters`
fn counted(count: usize) -> String {
    match count {
        1 => "1 parameter".to_owned(),
        count => format!("{count} parameters"),
    }
}
