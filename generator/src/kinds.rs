//! One module a change kind: from a declaration and a file to edits.

use schema::model::ChangeKind;
use sites::Unresolved;

use crate::fragment::Writes;
use crate::plan::{Context, Plan};

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

        /// What each kind writes, by the name that a spec gives it.
        pub fn writes() -> impl Iterator<Item = (&'static str, Writes)> {
            [$(($name, $module::WRITES)),+].into_iter()
        }
    };
}
schema::for_each_kind!(plans);

pub(crate) use rename::{
    found_in as renamed_in, in_file as rename_in_file, kept_name, refused as rename_refused,
    thing_of as renamed_thing,
};
pub(crate) use signature::{Wanted, in_file as signature_in_file};
