//! `export`: the function is exported once, by the declared macro, directly after its definition.

use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::Export;
use sites::kinds::export::{Exported, exports};
use syntax::items::Function;

use super::{Ctx, Judged, none_of};
use crate::comparison::Image;
use crate::explained::Explained;

/// What it looks for, in words.
pub(super) fn sought(kind: &Export) -> String {
    none_of(kind.functions.iter().map(String::as_str))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Export) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let functions = ctx.functions(&file, &kind.functions);
    let Some(first) = functions.first() else {
        let message = format!("{} is not defined", kind.functions.join(" or "));
        let finding = ctx.violated("exported", message).in_file(file.path());
        return Judged::only(finding);
    };
    let all = exports(&file, &first.name);
    if all.len() != functions.len() {
        let message = match all.len() {
            0 => format!("{}() is not exported", first.name),
            count => format!("{}() is exported {count} times", first.name),
        };
        let at = all
            .last()
            .map_or(first.name_range.start, |one| one.range.start);
        judged.put(ctx.violated("exported", message), &file, at);
    }
    for function in &functions {
        if function.is_static {
            let message = format!(
                "{}() is static: nothing can use what exports it",
                function.name
            );
            judged.put(
                ctx.violated("exported", message),
                &file,
                function.name_range.start,
            );
        }
        let own = all.iter().find(|one| is_behind(&file, function, one));
        let at = function.name_range.start;
        let finding = match own {
            Some(_) => ctx.holds("placed", "directly after the definition"),
            None => {
                let message = format!(
                    "no export is directly after the definition of {}()",
                    function.name
                );
                ctx.violated("placed", message)
            }
        };
        judged.put(finding, &file, at);
    }
    for one in &all {
        as_declared(ctx, kind, &file, one, &mut judged);
        let range = one.range.clone();
        judged.comment_scope(file.path(), range.clone());
        judged
            .explained_tokens
            .push(Explained::inserted(file.path(), vec![range]));
    }
    judged
}

fn as_declared(ctx: &Ctx<'_>, kind: &Export, file: &File, one: &Exported, judged: &mut Judged) {
    let is_so = one.by == kind.by && one.namespace == kind.namespace;
    let ends = file.slice(one.range.clone()).ends_with(b";");
    let line = sites::one_line(&file.text(one.range.clone()));
    let finding = match is_so && ends {
        true => ctx.holds("exported", format!("`{line}`")),
        false => {
            let namespace = kind.namespace.as_ref();
            let namespace =
                namespace.map_or_else(String::new, |name| format!(" of namespace {name}"));
            let message = format!("`{line}` is there; the spec says {}{namespace}", kind.by);
            ctx.violated("exported", message)
        }
    };
    judged.put(finding, file, one.range.start);
}

/// Whether nothing but comments is between the definition and the line, and both are under the same `#if`.
fn is_behind(file: &File, function: &Function, one: &Exported) -> bool {
    let between = function.range.end..one.range.start;
    if between.start > between.end {
        return false;
    }
    let code = tokens(file.slice(between)).into_iter();
    let mut code = code.filter(|token| token.kind != TokenKind::Comment);
    let same_arm = file.conditions_at(one.range.start) == file.conditions_at(function.range.start);
    code.next().is_none() && same_arm
}
