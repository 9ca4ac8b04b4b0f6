//! A pattern after another one has matched: the metavariables that both have are the same variables.

use super::metavar::Metavariable;
use super::{
    Bindings, Doubt, Fragment, Isomorphisms, Match, Pattern, PatternError, Template, typed,
};
use crate::File;
use crate::types::DefinitionSource;

/// Why a pattern cannot be asked about the things that another one matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoundError {
    /// Whether such a thing has the type that this pattern asks for is not known.
    Doubt(Doubt),
    /// With what the metavariables stand for in their place the text is no pattern.
    Pattern(PatternError),
}

impl Pattern {
    /// The pattern about the very things that `bindings`, of a match in `file`, are: what stands there takes the place of
    /// the metavariables, the others stay free. None: one of the things is not of the type that this pattern asks for.
    ///
    /// # Errors
    /// A type is not known, or the text is no pattern.
    pub fn bound(
        &self,
        file: &File,
        bindings: &Bindings,
        isomorphisms: &Isomorphisms,
        definitions: &dyn DefinitionSource,
    ) -> Result<Option<Self>, BoundError> {
        let names = self.metavariables();
        if !names.iter().any(|name| bindings.contains_key(name)) {
            return Ok(Some(self.clone()));
        }
        let things = Match {
            range: 0..0,
            bindings: bindings.clone(),
            in_macro: false,
        };
        let fits = typed::checked(self, file, Some(things), definitions);
        if fits.map_err(BoundError::Doubt)?.is_none() {
            return Ok(None);
        }
        let asked = self.asked(file, definitions);
        let takes = |(number, meta): (usize, &Metavariable)| {
            let thing = bindings.get(&meta.name);
            thing.is_none_or(|thing| {
                let node = file.node_at(thing.range.clone());
                asked.takes(number, node, &thing.range)
            })
        };
        if !self.metavariables.iter().enumerate().all(takes) {
            return Ok(None);
        }
        let fragment = self
            .readings
            .first()
            .map_or(Fragment::Any, |reading| reading.fragment);
        let filled = Template::compile(&self.text, fragment)
            .map(|template| template.fill_known(bindings))
            .and_then(|text| Self::compile(&text, fragment, isomorphisms));
        filled.map(Some).map_err(BoundError::Pattern)
    }
}
