//! `guard`: just these statements are under just that condition.
//!
//! They are where they were: only the `if`, its braces and its `else` are taken out of the comparison with the tree before.

use query::File;
use query::types::DefinitionSource;
use schema::model::{Guard, Sites};
use sites::bare::bound_apart;
use sites::effects::repeated;
use sites::kinds::guard::{Statements, find, guarded, statements};
use sites::{Reason, brief, statement};
use syntax::Node;

use super::effect::{Flows, Tested};
use super::{Ctx, Judged, badness, none_of};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::finding::Verdict;
use crate::nodes::normal;

/// What it looks for, in words.
pub(super) fn sought(kind: &Guard) -> String {
    none_of(kind.statements.iter().map(|pattern| pattern.text()))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Guard) -> Judged {
    let (file, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let functions = ctx.functions(&file, &kind.functions);
    if functions.is_empty() {
        let message = format!(
            "no function {}() in this file",
            kind.functions.join("() or ")
        );
        return Judged::only(ctx.violated("guarded", message).in_file(file.path()));
    }
    let known = before.as_deref().and_then(|before| {
        let resolver = ctx.resolver_of(Image::Before, before)?;
        let found = find(&resolver, kind).ok()?;
        let texts = found.found.iter();
        let texts = texts.map(|run| normal(before.slice(run.range.clone())));
        Some((found.index, texts.collect::<Vec<String>>()))
    });
    let indexes = match &known {
        Some((index, _)) => *index..*index + 1,
        None => 0..kind.statements.len(),
    };
    let judged = indexes.map(|index| {
        let mut judged = Judged::default();
        let mut is_absent = false;
        match statements(&ctx.resolver(&file), kind, &functions, Some(index)) {
            Ok(found) => {
                let texts = known.as_ref().map(|(_, texts)| texts.as_slice());
                all(ctx, kind, &file, &found.found, texts, &mut judged);
            }
            Err(unresolved) => {
                is_absent = unresolved.reason == Reason::Absent;
                let at = functions
                    .first()
                    .map_or(0, |function| function.name_range.start);
                let finding = match unresolved.reason {
                    Reason::Absent | Reason::Unfit | Reason::Present => ctx.violated(
                        "guarded",
                        format!("the statements are gone: {}", unresolved.message),
                    ),
                    _ => ctx.unknown("site", unresolved.message),
                };
                judged.put(finding, &file, at);
            }
        }
        (is_absent, judged)
    });
    // What an alternative lacks says nothing where another one is there.
    let best = judged.min_by_key(|(is_absent, judged)| (*is_absent, badness(&judged.findings)));
    best.map(|(_, judged)| judged).unwrap_or_default()
}

fn all(
    ctx: &Ctx<'_>,
    kind: &Guard,
    file: &File,
    found: &[Statements<'_>],
    known: Option<&[String]>,
    judged: &mut Judged,
) {
    if let Some(known) = known.filter(|known| known.len() != found.len()) {
        let message = format!(
            "{} of the statements are there, {} were",
            found.len(),
            known.len()
        );
        let at = found.first().map_or(0, |run| run.range.start);
        judged.put(ctx.violated("statements", message), file, at);
    }
    let is_as_it_is = ctx.comparison.before.is_none();
    if is_as_it_is && ctx.change.sites == Sites::One && found.len() > 1 {
        let message = format!("the statements are there {} times", found.len());
        let at = found.last().map_or(0, |run| run.range.start);
        judged.put(ctx.violated("statements", message), file, at);
    }
    for (index, run) in found.iter().enumerate() {
        let text = brief(&file.text(run.range.clone()), 60);
        let start = run.range.start;
        let by = kind.by.fill(&run.bindings);
        let by = by.unwrap_or_else(|_| kind.by.text().to_owned());
        let Some(owner) = guarded(file, kind, run) else {
            let otherwise = if kind.otherwise.is_some() {
                " with the declared `else`"
            } else {
                ""
            };
            let message = format!("`{text}` is not, alone, under just `{by}`{otherwise}");
            judged.put(ctx.violated("guarded", message), file, start);
            continue;
        };
        let was = known.and_then(|known| known.get(index));
        if was.is_some_and(|was| *was != normal(file.slice(run.range.clone()))) {
            let message = format!("`{text}` is not what it was before");
            judged.put(ctx.violated("statements", message), file, start);
        }
        let declared = declaring(ctx, file, run);
        let finding = match file.conditions_at(owner.start_byte()) == file.conditions_at(start) {
            true => ctx.holds("guarded", format!("`{text}` runs only if `{by}`")),
            false => {
                let message = format!("the `if` of `{text}` is not under the same `#if`");
                ctx.violated("guarded", message)
            }
        };
        let tested = Tested::code(file, owner.start_byte()..head(owner));
        let fault = is_as_it_is.then(|| {
            let definitions = ctx.resolver(file).definitions;
            tested
                .never_reached(&Flows::default())
                .or_else(|| tested.renamed(&definitions))
                .or_else(|| Tested::code(file, run.range.clone()).renamed(&definitions))
        });
        let twice = repeated(file, &run.bindings, &kind.by, true);
        let definitions = ctx.resolver(file).definitions;
        let home = (file, &definitions as &dyn DefinitionSource);
        let condition = owner.start_byte()..head(owner);
        let apart = || bound_apart((file, &condition), home, &run.bindings);
        let twice = twice.or_else(apart);
        let twice = twice.map(|message| (Verdict::Violated, message));
        let finding = match declared.or(twice).or_else(|| fault.flatten()) {
            Some((Verdict::Unknown, fault)) => ctx.unknown("guarded", fault),
            Some((_, fault)) => ctx.violated("guarded", fault),
            None => finding,
        };
        let is_right = finding.verdict == Verdict::Holds;
        judged.put(finding, file, start);
        if is_right {
            super::words::judge(ctx, file, &(owner.start_byte()..head(owner)), judged);
        }
        explained(file, owner, run, judged);
    }
}

/// What is declared among the statements ends with the new block.
fn declaring(ctx: &Ctx<'_>, file: &File, run: &Statements<'_>) -> Option<(Verdict, String)> {
    let definitions = ctx.resolver(file).definitions;
    let nodes = std::iter::successors(Some(run.first), Node::next_named_sibling);
    let mut nodes = nodes.take_while(|node| node.end_byte() <= run.range.end);
    let declared = nodes.find(|node| statement::declares(file, &definitions, *node))?;
    let text = brief(&file.text(declared.byte_range()), 60);
    let message = format!("`{text}` declares something that ends with the new block");
    Some((Verdict::Violated, message))
}

/// The end of the condition.
fn head(owner: Node<'_>) -> usize {
    let condition = owner.child_by_field_name("condition");
    condition.map_or(owner.start_byte(), |condition| condition.end_byte())
}

/// The `if` and its condition, the braces, and what is in the `else`.
fn explained(file: &File, owner: Node<'_>, run: &Statements<'_>, judged: &mut Judged) {
    let own = owner.start_byte()..head(owner);
    let mut pieces = vec![own];
    if let Some(branch) = owner.child_by_field_name("consequence")
        && branch.kind() == "compound_statement"
        && branch != run.first
    {
        pieces.extend(super::braces::around(branch));
    }
    let clause = owner.child_by_field_name("alternative");
    pieces.extend(clause.map(|clause| clause.byte_range()));
    let path = file.path();
    judged.comment_scope(path, owner.byte_range());
    judged
        .explained_tokens
        .push(Explained::inserted(path, pieces));
}
