//! `include`: the header that the new one goes next to, as written or in any delimiters.

use query::File;
use schema::model::{ChangeBody, Include};
use syntax::items::IncludeDirective;

use crate::names::{listed, similar_names};
use crate::resolve::{Sited, end_of};
use crate::resolver::{Alternative, Resolver, alternative, side_key};
use crate::unresolved::Unresolved;

impl Sited for Include {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(match find(resolver, self)? {
            Some((found, _)) => vec![found.range.start],
            None => end_of(resolver),
        })
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        Ok(present(resolver.file, self))
    }
}

/// A header's name without its delimiters, and whether these are `<>`.
#[must_use]
pub fn header(text: &str) -> (&str, bool) {
    let text = text.trim();
    let name = text.trim_matches(['<', '>', '"']);
    (name, text.starts_with('<'))
}

/// The live includes of the file.
#[must_use]
pub fn live(file: &File) -> Vec<&IncludeDirective> {
    let includes = file.includes().iter();
    includes
        .filter(|directive| !file.is_dead(directive.range.start))
        .collect()
}

/// The include that the new one goes next to: the first of the named ones that the file has. None: where the order wants it.
///
/// # Errors
/// The file includes none of them.
pub fn find<'f>(
    resolver: &Resolver<'f>,
    include: &Include,
) -> Result<Option<(&'f IncludeDirective, Vec<Alternative>)>, Unresolved> {
    let Some(beside) = &include.beside else {
        return Ok(None);
    };
    let live = live(resolver.file);
    for (index, wanted) in beside.anchors.iter().enumerate() {
        let (wanted, _) = header(wanted);
        if let Some(found) = live.iter().find(|known| known.header == wanted) {
            let key = side_key(beside.side);
            let used = alternative(key, index, beside.anchors.len(), &found.header);
            return Ok(Some((found, used)));
        }
    }
    let names = live.iter().map(|known| (&known.header, known.range.start));
    let near = similar_names(resolver.file, &beside.anchors, names);
    Err(Unresolved::absent(format!("{} is not included here", listed(&beside.anchors))).near(near))
}

/// A header's guard is a condition that all its includes are under: so many are no conditions of any one.
#[must_use]
pub fn guard_depth(live: &[&IncludeDirective]) -> usize {
    live.iter().map(|d| d.conditions.len()).min().unwrap_or(0)
}

/// Says that the header is included already, or otherwise than declared.
#[must_use]
pub fn present(file: &File, include: &Include) -> Option<Unresolved> {
    let (name, system) = header(&include.header);
    let live = live(file);
    let depth = guard_depth(&live);
    let mut there = live
        .iter()
        .filter(|d| d.header == name && d.system == system);
    let found = there
        .clone()
        .find(|d| d.conditions.len() <= depth)
        .or_else(|| there.next());
    if let Some(found) = found {
        let unresolved = match found.conditions.get(depth) {
            None => Unresolved::present(format!("{} is included already", include.header)),
            Some(condition) => Unresolved::unfit(format!(
                "{} is included under {}{} alone",
                include.header,
                if condition.negated { "!" } else { "" },
                condition.expression
            )),
        };
        return Some(unresolved.at(file, found.range.start));
    }
    let other = live.iter().find(|d| d.header == name)?;
    let text = crate::names::one_line(&file.text(other.range.clone()));
    let message = format!("{name} is included already, as `{text}`");
    Some(Unresolved::unfit(message).at(file, other.range.start))
}
