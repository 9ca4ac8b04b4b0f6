//! `redefine`: the macro has the declared body wherever the spec has one for it, and is defined as often as before.

use dialect::token::exact_text;
use query::File;
use schema::model::{MacroArm, Redefine};
use sites::brief;
use sites::kinds::macros::of_conditions;
use sites::kinds::redefine::definitions;
use syntax::items::MacroDefinition;

use super::function::first_difference;
use super::macros::{parameters, shown, spelled_parameters, tight};
use super::{Ctx, Judged, none_of};
use crate::explained::Explained;
use crate::nodes::normal;

/// What it looks for, in words.
pub(super) fn sought(kind: &Redefine) -> String {
    none_of(kind.names.iter().map(String::as_str))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Redefine) -> Judged {
    let (after, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let Some((_, now)) = definitions(&after, &kind.names) else {
        let message = format!("{} is not defined", kind.names.join(" or "));
        let finding = ctx.violated("one-definition", message);
        return Judged::only(finding.in_file(after.path()));
    };
    let was = before
        .as_ref()
        .and_then(|before| definitions(before, &kind.names));
    let was = was.map(|(_, was)| was);
    counted(ctx, &after, (was.as_deref(), &now), &mut judged);
    let mut unused: Vec<&MacroArm> = kind.arms.iter().collect();
    for (at, known) in now.iter().enumerate() {
        let Some(arm) = of_conditions(&kind.arms, &known.conditions) else {
            continue;
        };
        unused.retain(|other| other.when != arm.when);
        // Definitions of one number, in one order: each is what became of the one at its place.
        let old = was.as_ref().filter(|was| was.len() == now.len());
        let old = old.and_then(|was| was.get(at)).copied();
        as_declared(ctx, kind, &after, (old, known), arm, &mut judged);
        parameters(ctx, &known.name, &after, known, &mut judged);
        let range = known.range.clone();
        judged.comment_scope(after.path(), range.clone());
        if let Some(old) = old {
            let explained = Explained::replaced(after.path(), old.range.clone(), range);
            judged.explained_tokens.push(explained);
        }
    }
    for arm in unused {
        let when = arm.when.as_deref().unwrap_or("any condition");
        let message = format!("{} is not defined under {when}", kind.names.join(" or "));
        let finding = ctx.violated("one-definition", message);
        judged.findings.push(finding.in_file(after.path()));
    }
    judged
}

/// No definition went or came, and each is under what it was under.
fn counted(
    ctx: &Ctx<'_>,
    after: &File,
    (was, now): (Option<&[&MacroDefinition]>, &[&MacroDefinition]),
    judged: &mut Judged,
) {
    let arms = |all: &[&MacroDefinition]| -> Vec<String> {
        all.iter().map(|known| shown(&known.conditions)).collect()
    };
    let name = now.first().map_or("", |known| known.name.as_str());
    let twice = now.iter().enumerate().find(|(at, known)| {
        let mut earlier = now.iter().take(*at);
        earlier.any(|other| other.conditions == known.conditions)
    });
    let is_as_before = was.is_none_or(|was| arms(was) == arms(now));
    let finding = match twice.filter(|_| was.is_none() || !is_as_before) {
        Some((_, known)) => {
            let message = format!("`{name}` is defined again {}", shown(&known.conditions));
            ctx.violated("one-definition", message)
        }
        None if !is_as_before => {
            let message = format!("`{name}` is not defined in the `#if` arms where it was");
            ctx.violated("one-definition", message)
        }
        None => ctx.holds(
            "one-definition",
            format!("`{name}` is defined where it was"),
        ),
    };
    let at = now.first().map_or(0, |known| known.range.start);
    judged.put(finding, after, at);
}

fn as_declared(
    ctx: &Ctx<'_>,
    kind: &Redefine,
    file: &File,
    (old, known): (Option<&MacroDefinition>, &MacroDefinition),
    arm: &MacroArm,
    judged: &mut Judged,
) {
    let spliced = |text: &[u8]| exact_text(text).replace("\\\r\n", " ").replace("\\\n", " ");
    let have = normal(spliced(file.slice(known.body.clone())).as_bytes());
    let want = normal(spliced(arm.body.as_bytes()).as_bytes());
    let list = |params: Option<&Vec<String>>| match params {
        Some(params) => format!("({})", params.join(", ")),
        None => String::new(),
    };
    let params = match (&kind.params, old) {
        (Some(params), _) => Some(Some(params)),
        (None, Some(old)) => Some(old.params.as_ref()),
        // Of a tree as it is, nobody knows what they were.
        (None, None) => None,
    };
    let differs = |params: &Option<&Vec<String>>| match &kind.params {
        Some(own) => spelled_parameters(file, known) != Some(tight(own)),
        None => known.params.as_ref() != *params,
    };
    let wrong = params.filter(differs);
    let finding = match wrong {
        Some(params) => {
            let name = &known.name;
            let (is, was) = (list(known.params.as_ref()), list(params));
            let message = format!("the macro is `{name}{is}`; it has to be `{name}{was}`");
            ctx.violated("as-declared", message)
        }
        None if have == want => {
            let message = format!("`{}` expands to `{}`", known.name, brief(&want, 60));
            ctx.holds("as-declared", message)
        }
        None => {
            let (have, want) = first_difference(&have, &want);
            let message = format!("`{}` has `{have}` where the spec says `{want}`", known.name);
            ctx.violated("as-declared", message)
        }
    };
    judged.put(finding, file, known.name_range.start);
}
