//! `redefine`: the definitions of a macro that get another body.

use dialect::token::exact_text;
use query::File;
use schema::model::{ChangeBody, MacroArm, Redefine};
use syntax::items::MacroDefinition;

use super::macros::{live, of_conditions};
use crate::names::{listed, similar_names};
use crate::resolve::Sited;
use crate::resolver::{Chosen, Resolver, alternative};
use crate::unresolved::Unresolved;

impl Sited for Redefine {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let found = find(resolver, self)?.found;
        Ok(found.iter().map(|(known, _)| known.range.start).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        let found = find(resolver, self)?.found;
        Ok(present(resolver.file, self, &found))
    }
}

/// A definition, and the body that the spec has for it.
pub type Redefined<'f, 's> = (&'f MacroDefinition, &'s MacroArm);

/// The definitions that are meant.
///
/// # Errors
/// The file has none, or none in one of the named arms.
pub fn find<'f, 's>(
    resolver: &Resolver<'f>,
    redefine: &'s Redefine,
) -> Result<Chosen<Redefined<'f, 's>>, Unresolved> {
    let file = resolver.file;
    let names = &redefine.names;
    let Some((index, all)) = definitions(file, names) else {
        if let Some(unread) = resolver.hiding(names) {
            let message = format!(
                "no macro {} was read here, and one could be in what was not",
                listed(names)
            );
            return Err(Unresolved::unread(message).at(file, unread));
        }
        let known = file.macros().iter().map(|m| (&m.name, m.range.start));
        let near = similar_names(file, names, known);
        return Err(
            Unresolved::absent(format!("no macro {} in this file", listed(names))).near(near),
        );
    };
    let name = names.get(index).map_or("", String::as_str);
    let mut unused: Vec<&MacroArm> = redefine.arms.iter().collect();
    let mut found = Vec::new();
    for known in all {
        if let Some(arm) = of_conditions(&redefine.arms, &known.conditions) {
            unused.retain(|other| other.when != arm.when);
            found.push((known, arm));
        }
    }
    if let Some(arm) = unused.first() {
        let when = arm.when.as_deref().unwrap_or("any condition");
        return Err(Unresolved::unfit(format!(
            "{name} is not defined under {when}"
        )));
    }
    Ok(Chosen {
        found,
        index,
        alternatives: alternative("name", index, names.len(), name),
    })
}

/// The live definitions of the first of the names that the file has.
#[must_use]
pub fn definitions<'f>(
    file: &'f File,
    names: &[String],
) -> Option<(usize, Vec<&'f MacroDefinition>)> {
    let all = names.iter().map(|name| live(file, name)).enumerate();
    all.into_iter().find(|(_, found)| !found.is_empty())
}

/// Says that every definition is as the spec says.
#[must_use]
pub fn present(
    file: &File,
    redefine: &Redefine,
    found: &[Redefined<'_, '_>],
) -> Option<Unresolved> {
    let (first, _) = found.first()?;
    let is_made = |(known, arm): &Redefined<'_, '_>| is_so(file, redefine, known, arm);
    let message = format!("{} is defined so already", first.name);
    found
        .iter()
        .all(is_made)
        .then(|| Unresolved::present(message).at(file, first.range.start))
}

/// Whether a definition has the body and the parameters of the spec, white space and line splices apart.
#[must_use]
pub fn is_so(file: &File, redefine: &Redefine, known: &MacroDefinition, arm: &MacroArm) -> bool {
    let params = redefine.params.as_ref();
    let same_params = params.is_none_or(|params| known.params.as_ref() == Some(params));
    same_params && body(file.slice(known.body.clone())) == body(arm.body.as_bytes())
}

/// The tokens of a body.
fn body(text: &[u8]) -> String {
    let text = exact_text(text).replace("\\\r\n", " ").replace("\\\n", " ");
    crate::block::code(text.as_bytes())
}
