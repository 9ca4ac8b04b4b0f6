//! Which struct or union a name means: its tag, or a typedef's name for it, alike everywhere.

use query::File;
use syntax::items::{BaseType, Record, Typedef};

/// Whether a record of the file is called so.
#[must_use]
pub fn is_named(file: &File, record: &Record, name: &str) -> bool {
    if record.tag.as_deref() == Some(name) || record.typedef_name.as_deref() == Some(name) {
        return true;
    }
    let Some(tag) = &record.tag else {
        return false;
    };
    let mut typedefs = file.typedefs().iter();
    typedefs.any(|known| {
        let is_it = match &known.base {
            BaseType::Struct(of) | BaseType::Union(of) => of == tag,
            _ => false,
        };
        is_it && known.name == name && !is_pointer(file, known)
    })
}

/// `typedef struct foo *foo_t` is no name of the struct.
fn is_pointer(file: &File, known: &Typedef) -> bool {
    let head = file.slice(known.range.start..known.name_range.start);
    let body = head.iter().rposition(|byte| *byte == b'}');
    let declarator = head.get(body.unwrap_or(0)..).unwrap_or_default();
    declarator.contains(&b'*')
}
