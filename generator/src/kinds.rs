//! One module a change kind: from a declaration and a file to edits.

mod condition;

use query::File;
use query::pattern::Isomorphisms;
use query::types::DefinitionSource;
use schema::model::{ChangeBody, ChangeKind, Sites};

use crate::site::Plan;
use crate::unresolved::Unresolved;

/// What a kind has to go by.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The file that is edited, as the earlier changes of the series left it.
    pub(crate) file: &'a File,
    /// The form of the change.
    pub(crate) body: &'a ChangeBody,
    /// How many sites are declared.
    pub(crate) sites: Sites,
    /// Which isomorphisms patterns use.
    pub(crate) isomorphisms: &'a Isomorphisms,
    /// Where the types of typed metavariables are looked up.
    pub(crate) definitions: &'a dyn DefinitionSource,
}

macro_rules! plans {
    ($($module:ident: $Kind:ident => $name:literal,)+) => {
        $(mod $module;)+

        /// What the change does to the file.
        ///
        /// # Errors
        /// Why it has no site there.
        pub(crate) fn plan(context: &Context<'_>) -> Result<Plan, Unresolved> {
            match &context.body.kind {
                $(ChangeKind::$Kind(kind) => $module::plan(context, kind),)+
            }
        }
    };
}
schema::for_each_kind!(plans);
