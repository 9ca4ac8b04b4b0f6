//! The places of a member: by the type of what it is a member of, not by its name.

use std::ops::Range;
use std::sync::Arc;

use query::File;
use query::access::{Access, Use, member_uses};
use query::types::{DefinitionSource, Is, receiver_is};

use super::arguments;
use super::text::Around;
use super::{Found, Mention, MentionKind, Thing};
use crate::occurrences::{Occurrences, Role};
use crate::records::is_named;

/// The places of the member in a file.
pub(super) fn places(
    scan: &Occurrences<'_>,
    thing: &Thing<'_>,
    near: &dyn DefinitionSource,
) -> Found {
    let file = scan.file();
    let mut found = Found::default();
    for one in &scan.found {
        let kind = match one.role {
            Role::Comment => MentionKind::Comment,
            Role::String => MentionKind::String,
            Role::Dead => MentionKind::Dead,
            _ => continue,
        };
        found.mentions.push(Mention {
            range: one.range.clone(),
            kind,
        });
    }
    let uses = member_uses(file, &thing.name);
    for used in uses.found {
        if file.is_dead(used.range.start) {
            continue;
        }
        let Some(name) = name_of(file, &used, &thing.name) else {
            continue;
        };
        match whose(scan, &used, &name, thing, near) {
            Owner::Its => found.places.push(name),
            Owner::Other => {}
            Owner::Unknown(message) => found.refuse(name.start, message, true),
        }
    }
    let unread = uses.unread.into_iter();
    for unread in unread.filter(|unread| !file.is_dead(unread.range.start)) {
        let message = format!(
            "`{}` may be in code that could not be read ({})",
            thing.spelled(),
            unread.cause
        );
        found.refuse(unread.range.start, message, true);
    }
    found
}

enum Owner {
    Its,
    Other,
    Unknown(String),
}

/// Where the name is in a use.
fn name_of(file: &File, used: &Use, name: &str) -> Option<Range<usize>> {
    let is_it = |range: &Range<usize>| file.slice(range.clone()) == name.as_bytes();
    let start = used.range.end.checked_sub(name.len())?;
    let at_end = start..used.range.end;
    if is_it(&at_end) {
        return Some(at_end);
    }
    // `name: value`, and what is in a macro's body.
    let code = super::text::code_of(file, used.range.clone());
    let mut tokens = code.into_iter().rev().map(|token| token.range);
    tokens.find(is_it)
}

fn whose(
    scan: &Occurrences<'_>,
    used: &Use,
    name: &Range<usize>,
    thing: &Thing<'_>,
    near: &dyn DefinitionSource,
) -> Owner {
    let file = scan.file();
    let record = thing.record.as_deref().unwrap_or_default();
    match used.access {
        Access::Declaration => {
            let mut records = file.records().iter();
            let is_it = records.any(|one| {
                let mut members = one.members_named(&thing.name);
                is_named(file, one, record) && members.any(|member| member.name_range == *name)
            });
            match is_it {
                true => Owner::Its,
                false => Owner::Other,
            }
        }
        Access::Passed => passed(scan, name, thing, near),
        _ if thing.is_only_one => Owner::Its,
        _ => match receiver_is(file, &used.range, record, near) {
            Is::Yes => Owner::Its,
            Is::No(_) => Owner::Other,
            Is::Unknown(reason) => Owner::Unknown(format!(
                "whether this is `{}` could not be resolved: {reason}",
                thing.spelled()
            )),
        },
    }
}

/// The bare name as an argument: what the macro makes of it decides.
fn passed(
    scan: &Occurrences<'_>,
    name: &Range<usize>,
    thing: &Thing<'_>,
    near: &dyn DefinitionSource,
) -> Owner {
    let file = scan.file();
    let Some(around) = Around::new(file, scan.code(), name.start) else {
        return Owner::Unknown(format!(
            "`{}` is in code that could not be read",
            thing.name
        ));
    };
    let Some((callee, argument)) = around.call() else {
        return Owner::Other;
    };
    let made = arguments::made(file, near, callee, argument);
    match (made.member || made.unknown, thing.is_only_one) {
        (false, _) => Owner::Other,
        (true, true) if made.member => Owner::Its,
        _ => Owner::Unknown(format!(
            "`{}` is handed to {callee}() as a member's name: of which struct is not known",
            thing.name
        )),
    }
}

/// Whether the record that is meant is the only one in the tree that has a member of that name, and
/// nothing of the files that have the name was left unread: then every use is its.
#[must_use]
pub fn has_one_owner(files: &[Arc<File>], record: &str, member: &str) -> bool {
    let mut own = false;
    for file in files {
        if file
            .unread_statements()
            .any(|(_, around)| file.text(around.clone()).contains(member))
        {
            return false;
        }
        for known in file.records() {
            let mut members = known.members.iter();
            if !members.any(|known| known.name == member && known.depth == 0) {
                continue;
            }
            if !is_named(file, known, record) {
                return false;
            }
            own = true;
        }
    }
    own
}
