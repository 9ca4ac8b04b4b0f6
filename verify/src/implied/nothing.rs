//! `nothing`: the struct is declared once, at the end of the file.

use schema::model::Nothing;

use super::{Ctx, Judged, no_such_neighbour};
use crate::comparison::Image;
use crate::explained::Explained;

/// What it looks for, in words.
pub(super) fn sought(_: &Nothing) -> String {
    no_such_neighbour()
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Nothing) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let text = file.text(0..file.bytes().len()).into_owned();
    let wanted = format!("struct {};", kind.name);
    let mut judged = Judged::default();
    match text.matches(&wanted).count() {
        1 if text.trim_end().ends_with(&wanted) => {
            let at = text.trim_end().len() - wanted.len();
            judged.put(ctx.holds("once", format!("`{wanted}` ends the file")), &file, at);
            let range = at..at + wanted.len();
            judged
                .explained_tokens
                .push(Explained::inserted(file.path(), vec![range]));
        }
        n => {
            let message = format!("expected `{wanted}` once, at the end, found {n}");
            judged.put(ctx.violated("once", message), &file, 0);
        }
    }
    judged
}
