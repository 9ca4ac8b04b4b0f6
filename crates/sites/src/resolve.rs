//! Where one form of a change resolves in a file, whatever its kind.

use schema::model::{ChangeBody, ChangeKind};

use crate::kinds::rust_method::{self, MethodSite};
use crate::kinds::{
    assign, comment, function, include, line, macros, member, rewrite, split, test,
};
use crate::resolver::Resolver;
use crate::unresolved::Unresolved;

/// Where the sites of a form are, in a file that the change is still to be made in.
///
/// # Errors
/// There are none, or not as declared; the change is there already; or it cannot be told.
pub fn resolve(resolver: &Resolver<'_>, body: &ChangeBody) -> Result<Vec<usize>, Unresolved> {
    match present(resolver, body)? {
        Some(present) => Err(present),
        None => find(resolver, body),
    }
}

/// The sites, whether or not the change is made already: what goes next to something finds it all the same, what takes
/// the place of something does not.
///
/// # Errors
/// As [`resolve`].
pub fn find(resolver: &Resolver<'_>, body: &ChangeBody) -> Result<Vec<usize>, Unresolved> {
    let file = resolver.file;
    Ok(match &body.kind {
        ChangeKind::Member(kind) => member::find(resolver, kind)?
            .iter()
            .flat_map(|site| {
                site.members
                    .iter()
                    .filter_map(|&at| site.record.members.get(at))
            })
            .map(|member| member.name_range.start)
            .collect(),
        ChangeKind::Assign(kind) => starts(&assign::find(resolver, kind)?.found),
        ChangeKind::Test(kind) => starts(&test::find(resolver, kind)?.found),
        ChangeKind::Split(kind) => split::find(resolver, kind)?
            .iter()
            .map(|site| site.first.start_byte())
            .collect(),
        ChangeKind::Function(kind) => match function::find(resolver, kind)? {
            Some((_, found)) => found.found.iter().map(|f| f.name_range.start).collect(),
            None => end_of(resolver),
        },
        ChangeKind::Macro(kind) => macros::find(resolver, kind)?
            .found
            .iter()
            .map(|found| found.range.start)
            .collect(),
        ChangeKind::Include(kind) => match include::find(resolver, kind)? {
            Some((found, _)) => vec![found.range.start],
            None => end_of(resolver),
        },
        ChangeKind::Comment(kind) => comment::find(resolver, kind)?.offsets(),
        ChangeKind::Rewrite(kind) => starts(&rewrite::find(resolver, kind)?.found),
        ChangeKind::Line(kind) => match line::find(resolver, kind)? {
            Some((_, found)) => found.found,
            None => end_of(resolver),
        },
        ChangeKind::RustMethod(kind) => {
            let parsed = rust_method::parse(file)?;
            let blocks = rust_method::blocks(&parsed, kind);
            let line = match rust_method::find(&blocks, kind)? {
                MethodSite::Beside(method, _) => method.sig.ident.span().start().line,
                MethodSite::EndOf(block) => block.brace_token.span.close().start().line,
            };
            vec![file.lines().range_of(line).start]
        }
    })
}

/// Says that the change is there already.
///
/// # Errors
/// It cannot be told, or what it takes to ask is not there.
pub fn present(
    resolver: &Resolver<'_>,
    body: &ChangeBody,
) -> Result<Option<Unresolved>, Unresolved> {
    let file = resolver.file;
    match &body.kind {
        ChangeKind::Member(kind) => Ok(member::present(file, kind)),
        ChangeKind::Assign(kind) => {
            let anchors = assign::find(resolver, kind)?;
            assign::present(resolver, kind, &anchors.found)
        }
        ChangeKind::Split(kind) => split::present(resolver, kind),
        ChangeKind::Function(kind) => Ok(function::present(file, kind)),
        ChangeKind::Macro(kind) => Ok(macros::present(file, kind)),
        ChangeKind::Include(kind) => Ok(include::present(file, kind)),
        ChangeKind::Comment(kind) => match body.comment.as_deref() {
            Some(new) => comment::present(resolver, kind, new),
            None => Ok(None),
        },
        ChangeKind::Line(kind) => Ok(line::present(file, kind)),
        ChangeKind::RustMethod(kind) => {
            let parsed = rust_method::parse(file)?;
            let blocks = rust_method::blocks(&parsed, kind);
            Ok(rust_method::present(&blocks, kind))
        }
        // What takes the place of an old form is told from it while that is looked for.
        ChangeKind::Test(_) | ChangeKind::Rewrite(_) => Ok(None),
    }
}

fn starts(found: &[query::pattern::Match]) -> Vec<usize> {
    found.iter().map(|m| m.range.start).collect()
}

/// What goes to the end of a file, or where the order wants it, has one site in any.
fn end_of(resolver: &Resolver<'_>) -> Vec<usize> {
    vec![resolver.file.bytes().len().saturating_sub(1)]
}
