//! `macro`: the macro that the new one goes next to, in each `#if` arm where that one is.

use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::{ChangeBody, Macro, MacroArm};
use syntax::items::{Condition, MacroDefinition};

use crate::names::{listed, similar_names};
use crate::resolve::Sited;
use crate::resolver::{Chosen, Resolver, alternative, side_key};
use crate::unresolved::Unresolved;

impl Sited for Macro {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let found = find(resolver, self)?.found;
        Ok(found.iter().map(|found| found.range.start).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        Ok(present(resolver.file, self))
    }
}

/// The live definitions of a macro.
#[must_use]
pub fn live<'f>(file: &'f File, name: &str) -> Vec<&'f MacroDefinition> {
    let macros = file.macros().iter();
    macros
        .filter(|known| known.name == name && !file.is_dead(known.range.start))
        .collect()
}

/// The tokens of a macro's body, comments left out.
#[must_use]
pub fn body_words(body: &[u8]) -> Vec<&[u8]> {
    let tokens = tokens(body).into_iter();
    tokens
        .filter(|token| token.kind != TokenKind::Comment)
        .filter_map(|token| body.get(token.range))
        .collect()
}

/// The neighbour's definitions: of the first that the file defines.
///
/// # Errors
/// It defines none of them.
pub fn find<'f>(
    resolver: &Resolver<'f>,
    define: &Macro,
) -> Result<Chosen<&'f MacroDefinition>, Unresolved> {
    let file = resolver.file;
    let names = &define.beside.anchors;
    for (index, name) in names.iter().enumerate() {
        let found = live(file, name);
        if !found.is_empty() {
            let key = side_key(define.beside.side);
            return Ok(Chosen {
                found,
                index,
                alternatives: alternative(key, index, names.len(), name),
            });
        }
    }
    let known = file.macros().iter().map(|m| (&m.name, m.range.start));
    let near = similar_names(file, names, known);
    Err(Unresolved::absent(format!("no macro {} in this file", listed(names))).near(near))
}

/// Says that the macro is defined already.
#[must_use]
pub fn present(file: &File, define: &Macro) -> Option<Unresolved> {
    let there = live(file, &define.name);
    let at = there.first()?.range.start;
    Some(Unresolved::present(format!("{} is defined already", define.name)).at(file, at))
}

/// The arm of the spec that is meant where these conditions hold.
#[must_use]
pub fn arm<'m>(define: &'m Macro, conditions: &[Condition]) -> Option<&'m MacroArm> {
    of_conditions(&define.arms, conditions)
}

/// The arm that is meant where these conditions hold.
#[must_use]
pub fn of_conditions<'m>(arms: &'m [MacroArm], conditions: &[Condition]) -> Option<&'m MacroArm> {
    arms.iter().find(|arm| match &arm.when {
        None => true,
        Some(when) => {
            let (negated, expression) = match when.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, when.trim()),
            };
            conditions
                .iter()
                .any(|c| c.expression == expression && c.negated == negated)
        }
    })
}
