//! A `;` that is lost: behind a call of a function, which is no macro that may bring its own, and behind a declaration.
//!
//! A macro may be a statement by itself, so the dialect ends one that has no `;` where the next statement begins. What
//! is called through a member, what is declared as a function, and `do { … } while (0)` need theirs.

use std::sync::Arc;

use dialect::token::{TokenKind, tokens};
use dialect::view::{Change, Edit, Rule};
use query::File;

use super::calls::Fault;
use super::changes::FileChange;
use super::code::Call;
use super::complaint::{Complaint, around, new_ones};
use super::names::is_declarator;
use super::scope::is_local;
use super::signature::Form;
use super::snapshot::Snapshot;
use super::visible::is_declared_name;
use sites::brief;

/// That the call has no `;` behind it and is no macro that may do without.
pub(super) fn fault(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    call: &Call,
    name: &str,
) -> Option<Fault> {
    let is_meant = call.whole && call.define.is_none() && !file.is_dead(call.name.start);
    let at = is_meant.then(|| end_put_behind(file, call)).flatten()?;
    let fault = |what: &str| Fault {
        key: "semicolon".to_owned(),
        message: format!("the call of {name}() has no `;`, and {what}"),
    };
    if call.through_member {
        return Some(fault("it is one through a member"));
    }
    if is_declared_name(file, &call.name)
        || is_local(file, &call.name)
        || is_declarator(file, &call.name)
        || file.unread_in(&(call.name.start..at)).is_some()
    {
        return None;
    }
    let (home, all) = snapshot.signatures_of(file, name)?;
    let first = all.first()?;
    let place = format!("{}:{}", home.path(), home.line_of(first.at));
    if all.iter().all(|one| one.form != Form::Macro) {
        return Some(fault(&format!("{place} declares a function")));
    }
    let mut macros = home.macros().iter().filter(|known| known.name == name);
    let needs = macros.all(|known| is_block_without_end(home.slice(known.body.clone())));
    (all.iter().all(|one| one.form == Form::Macro) && needs)
        .then(|| fault(&format!("{place} makes it a `do` that needs one")))
}

/// Where the view has the `;` that the file lacks behind the call.
fn end_put_behind(file: &File, call: &Call) -> Option<usize> {
    let end = call.arguments.last().map_or(call.name.end, |last| last.end);
    let mut puts = file.edits().iter().filter(|edit| is_end(edit));
    let put = puts.find(|edit| edit.range.start >= end)?;
    let between = file.slice(end..put.range.start);
    let code = tokens(between).into_iter();
    let texts: Vec<&[u8]> = code
        .filter(|token| token.kind != TokenKind::Comment)
        .filter_map(|token| between.get(token.range))
        .collect();
    let is_close = match call.arguments.is_empty() {
        true => texts == [&b"("[..], b")"],
        false => texts == [&b")"[..]],
    };
    is_close.then_some(put.range.start)
}

fn is_end(edit: &Edit) -> bool {
    edit.rule == Rule::StatementMacro && edit.change == Change::Put(";")
}

/// `do { … } while (0)`
fn is_block_without_end(body: &[u8]) -> bool {
    let texts: Vec<&str> = dialect::token::texts(body).collect();
    texts.first() == Some(&"do") && texts.ends_with(&["while", "(", "0", ")"])
}

/// Declarations without their `;` that a touched file has now.
pub(super) fn in_touched(change: &FileChange<'_>) -> Vec<Complaint> {
    let before = change.before.iter().flat_map(unended);
    new_ones(change.after.iter().flat_map(unended), before)
}

fn unended(file: &Arc<File>) -> Vec<Complaint> {
    let puts = file.edits().iter().filter(|edit| is_end(edit));
    let lost = puts.filter_map(|put| {
        let at = put.range.start;
        let before = file.slice(0..at).trim_ascii_end();
        let behind = file.slice(at..file.bytes().len()).trim_ascii_start();
        // A call may be a macro; `break` and `continue` are arguments of one.
        let is_other =
            before.ends_with(b")") || behind.starts_with(b")") || behind.starts_with(b",");
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        let line = brief(file.text(start..before.len()).trim(), 60);
        let is_meant =
            !is_other && !line.is_empty() && !file.is_dead(at) && file.macro_at(at).is_none();
        is_meant.then(|| {
            let key = format!("semicolon:{}:{line}", around(file, at));
            let message = format!("`{line}` has no `;`");
            Complaint::violated(key, file, before.len().saturating_sub(1), message)
        })
    });
    lost.collect()
}
