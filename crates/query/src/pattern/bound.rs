//! A pattern after another one has matched: the metavariables that both have are the same variables.

use super::form::Form;
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
        let mut forms = Vec::new();
        for form in &self.forms {
            forms.extend(form.bound(file, bindings, isomorphisms, definitions)?);
        }
        let texts: Vec<&str> = forms.iter().map(|form| &*form.text).collect();
        let text = match &texts[..] {
            [] => return Ok(None),
            [one] => (*one).to_owned(),
            _ => format!("\\( {} \\)", texts.join(" \\| ")),
        };
        Ok(Some(Self { text, forms }))
    }
}

impl Form {
    fn bound(
        &self,
        file: &File,
        bindings: &Bindings,
        isomorphisms: &Isomorphisms,
        definitions: &dyn DefinitionSource,
    ) -> Result<Vec<Self>, BoundError> {
        let mut names = self.metavariables.iter();
        if !names.any(|meta| bindings.contains_key(&meta.name)) {
            return Ok(vec![self.clone()]);
        }
        let things = Match {
            range: 0..0,
            bindings: bindings.clone(),
            in_macro: false,
        };
        let fits = typed::checked(self, file, Some(things), definitions);
        if fits.map_err(BoundError::Doubt)?.is_none() || !self.takes(file, bindings, definitions) {
            return Ok(Vec::new());
        }
        let fragment = self
            .readings
            .first()
            .map_or(Fragment::Any, |reading| reading.fragment);
        let filled = Template::of_form(&self.text, fragment)
            .map(|template| template.fill_known(bindings))
            .and_then(|text| Pattern::compile(&text, fragment, isomorphisms));
        filled
            .map(|pattern| pattern.forms)
            .map_err(BoundError::Pattern)
    }

    /// Whether the metavariables may stand for these things.
    fn takes(&self, file: &File, bindings: &Bindings, definitions: &dyn DefinitionSource) -> bool {
        let asked = self.asked(file, definitions);
        let mut metavariables = self.metavariables.iter().enumerate();
        metavariables.all(|(number, meta)| {
            let thing = bindings.get(&meta.name);
            thing.is_none_or(|thing| {
                let node = file.node_at(thing.range.clone());
                asked.takes(number, node, &thing.range)
            })
        })
    }
}
