//! `[dialect]`, and the file of `--words`: words for the dialect.

use dialect::words::{Role, Words};

use crate::compile::place::is_identifier;
use crate::mistakes::Mistakes;
use crate::raw::Texts;
use crate::tables::RawWords;

/// Compiles the words of a table. A word that no identifier can be is a mistake.
pub(crate) fn compile(raw: &RawWords, mistakes: &mut Mistakes) -> Words {
    let lists: [(&Option<Texts>, Role); 8] = [
        (&raw.annotations, Role::Annotation),
        (&raw.attributes, Role::Attribute),
        (&raw.loops, Role::Loop),
        (&raw.conditions, Role::Condition),
        (&raw.statements, Role::Statement),
        (&raw.declarations, Role::Declaration),
        (&raw.noreturn, Role::Noreturn),
        (&raw.locks, Role::Lock),
    ];
    let mut words = Words::default();
    for (list, role) in lists {
        for text in list.iter().flat_map(|list| &list.items) {
            if is_identifier(&text.value) {
                words.add(role, &text.value);
            } else {
                mistakes.report(
                    &text.span,
                    format!("`{}` is no identifier of C", text.value),
                    "not an identifier",
                    "write the macro's name alone, without arguments",
                );
            }
        }
    }
    words
}
