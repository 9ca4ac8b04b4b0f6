//! Whether the new name is taken, where the thing has its places.

use query::File;
use schema::model::Sort;

use super::super::signature::Refusal;
use super::text::tags;
use super::{Found, Thing, declarations};
use crate::occurrences::{Occurrences, Role};
use crate::records::is_named;
use crate::resolver::live_functions;

/// Where the new name is taken in a file that has it. `found` is what the file has of the old one; none of a file that has
/// nothing of it.
#[must_use]
pub fn taken(file: &File, thing: &Thing<'_>, to: &str, found: Option<&Found>) -> Vec<Refusal> {
    let says = |at: usize, message: String| Refusal {
        at,
        message,
        is_unread: false,
    };
    let is_own = found.is_some_and(|found| !found.places.is_empty());
    let mut refusals = Vec::new();
    if is_own || is_common(file, thing) {
        let at = if thing.sort == Sort::Macro {
            None
        } else {
            plain_macro(file, to)
        };
        let message = format!("`{to}` is a macro here, which would take the new name for itself");
        refusals.extend(at.map(|at| says(at, message)));
    }
    match thing.sort {
        Sort::Member => {
            let record = thing.record.as_deref().unwrap_or_default();
            let records = file
                .records()
                .iter()
                .filter(|one| is_named(file, one, record));
            let members = records.flat_map(|one| one.members_named(to));
            let message = format!("`{record}` has a member `{to}` already");
            refusals.extend(members.map(|one| says(one.name_range.start, message.clone())));
        }
        Sort::Struct | Sort::Union | Sort::Enum => {
            let all = [Sort::Struct, Sort::Union, Sort::Enum].into_iter();
            let mut all = all.flat_map(|sort| tags(file, sort, to));
            let at = all.find(|at| !file.is_dead(*at));
            let at = at.filter(|_| is_own || is_common(file, thing));
            let message = format!("`{to}` is the tag of something already");
            refusals.extend(at.map(|at| says(at, message)));
        }
        _ => {
            let at = declared(file, thing, to, is_own);
            let message = format!("`{to}` is declared here already");
            refusals.extend(at.map(|at| says(at, message)));
            let captured = found.and_then(|found| captured(file, found, to));
            let message = format!(
                "`{to}` is a local variable of the function that uses `{}` here",
                thing.name
            );
            refusals.extend(captured.map(|at| says(at, message)));
        }
    }
    refusals
}

/// Whether others see what the file declares: a header of all, or one beside the thing's home.
fn is_common(file: &File, thing: &Thing<'_>) -> bool {
    let (path, home) = (file.path().as_str(), thing.home.path().as_str());
    let folder = |path: &str| {
        path.rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned()
    };
    if !path.ends_with(".h") {
        return false;
    }
    if thing.is_private {
        let mut includes = thing.home.includes().iter();
        return includes
            .any(|known| known.header.rsplit('/').next() == Some(file.path().file_name()));
    }
    let is_shared = path.starts_with("include/")
        || path.starts_with("arch/") && path.contains("/include/") && is_of_one(path, home);
    is_shared || folder(path) == folder(home)
}

/// Whether two paths may be of one architecture.
fn is_of_one(path: &str, home: &str) -> bool {
    let arch = |path: &str| {
        let rest = path.strip_prefix("arch/")?;
        rest.split('/').next().map(str::to_owned)
    };
    arch(home).is_none_or(|home| arch(path) == Some(home))
}

/// Where the file defines a macro of the name that would be taken for it.
fn plain_macro(file: &File, to: &str) -> Option<usize> {
    let macros = file.macros().iter().filter(|one| one.name == to);
    let live = macros.filter(|one| !file.is_dead(one.range.start));
    live.map(|one| one.name_range.start).next()
}

/// Where the file declares something else by the name that the new one would clash with.
fn declared(file: &File, thing: &Thing<'_>, to: &str, is_own: bool) -> Option<usize> {
    let all = || {
        let sorts = [Sort::Function, Sort::Macro, Sort::Typedef, Sort::Enumerator];
        let all = sorts
            .into_iter()
            .flat_map(|sort| declarations(file, sort, to, None));
        let variables = file.variables().iter().filter(|one| one.name == to);
        let variables = variables.map(|one| one.name_range.start);
        all.chain(variables).find(|at| !file.is_dead(*at))
    };
    if is_own || is_common(file, thing) {
        return all();
    }
    // Two files of one program define no function of one name, unless it is their own.
    let is_linked = thing.sort == Sort::Function && !thing.is_private;
    let mut functions = live_functions(file, to).into_iter();
    let linked = functions.find(|one| !one.is_static && is_linked && !one.is_weak);
    linked.map(|one| one.name_range.start)
}

/// Where a function that uses the thing has a local variable of the new name.
fn captured(file: &File, found: &Found, to: &str) -> Option<usize> {
    let scan = Occurrences::of(file, to);
    let locals = scan.found.iter().filter(|one| one.role == Role::Local);
    let mut locals = locals.map(|one| one.range.start);
    locals.find(|at| {
        let within = match file.function_at(*at) {
            Some(function) => function.range.clone(),
            // A parameter of a prototype or of a macro.
            None => match file.macro_at(*at) {
                Some(known) => known.range.clone(),
                None => return false,
            },
        };
        found
            .places
            .iter()
            .any(|place| within.contains(&place.start))
    })
}
