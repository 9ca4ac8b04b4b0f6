//! Where one form of a change resolves in a file, whatever its kind.

use query::pattern::Match;
use schema::model::{ChangeBody, ChangeKind};

use crate::resolver::Resolver;
use crate::unresolved::Unresolved;

/// What every kind of change says of its sites: one that does not, does not compile.
pub trait Sited {
    /// Where the sites are, whether or not the change is made already: what goes next to something finds it all the same,
    /// what takes the place of something does not.
    ///
    /// # Errors
    /// There are none, or not as declared; or it cannot be told.
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved>;

    /// Says that the change is there already. Of a kind that takes the place of an old form, that is told while the old
    /// form is looked for.
    ///
    /// # Errors
    /// It cannot be told, or what it takes to ask is not there.
    fn made(
        &self,
        resolver: &Resolver<'_>,
        body: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved>;
}

macro_rules! sited {
    ($($module:ident: $Kind:ident => $name:literal,)+) => {
        fn sited(kind: &ChangeKind) -> &dyn Sited {
            match kind {
                $(ChangeKind::$Kind(kind) => kind,)+
            }
        }
    };
}
schema::for_each_kind!(sited);

/// Where the sites of a form are, in a file that the change is still to be made in.
///
/// # Errors
/// There are none, or not as declared; the change is there already; or it cannot be told.
pub fn resolve(resolver: &Resolver<'_>, body: &ChangeBody) -> Result<Vec<usize>, Unresolved> {
    let kind = sited(&body.kind);
    match kind.made(resolver, body)? {
        Some(present) => Err(present),
        None => kind.offsets(resolver),
    }
}

/// The sites, in a file that the change may be made in already.
///
/// # Errors
/// As [`Sited::offsets`].
pub fn find(resolver: &Resolver<'_>, body: &ChangeBody) -> Result<Vec<usize>, Unresolved> {
    sited(&body.kind).offsets(resolver)
}

pub(crate) fn starts(found: &[Match]) -> Vec<usize> {
    found.iter().map(|m| m.range.start).collect()
}

/// What goes to the end of a file, or where the order wants it, has one site in any.
pub(crate) fn end_of(resolver: &Resolver<'_>) -> Vec<usize> {
    vec![resolver.file.bytes().len().saturating_sub(1)]
}
