//! Macros that `#undef` takes away before they are used, and that are defined again without one.
//!
//! Definitions are looked up in any order elsewhere: whether a name is declared does not hang on which of two headers comes
//! first. `#undef` is the exception, so where the series has one, directives are followed in the compiler's order. What an
//! `#if` may leave out says nothing for sure.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::texts;
use query::File;

use super::Step;
use super::changes::{Difference, FileChange};
use super::code::Role;
use super::complaint::{Complaint, around, new_ones};
use super::scope::{has_word, is_local};
use super::snapshot::Snapshot;
use super::visible::declarations;
use crate::includes::{Included, included};

/// How deep headers include each other.
const DEEPEST: usize = 60;

/// What is known of a macro at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// No directive has named it.
    Untouched,
    /// With this body; none where the definition may differ by configuration.
    Defined(Option<String>),
    Undefined,
    Unknown,
}

/// The uses in a touched file of macros that are not defined there any more, and definitions over others.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for name in step
        .undefined
        .get_or_init(|| concerned(step))
        .iter()
        .filter(|name| has_word(file.bytes(), name.as_bytes()))
    {
        let now = of_name(&step.after, file, name);
        let before = change.before.iter();
        let before = before.flat_map(|before| of_name(&step.before, before, name));
        found.extend(new_ones(now, before));
    }
    found
}

/// The same in a file that the series leaves alone.
pub(super) fn in_other(step: &Step<'_>, file: &Arc<File>) -> Vec<Complaint> {
    let names = shared(step).into_iter();
    let names = names.filter(|name| has_word(file.bytes(), name.as_bytes()));
    let before = step.before.file(file.path());
    let of_each = names.flat_map(|name| {
        let old = before
            .iter()
            .flat_map(|before| of_name(&step.before, before, &name));
        new_ones(of_name(&step.after, file, &name), old)
    });
    of_each.collect()
}

/// The names that a header of the series takes away with `#undef`, or did: other files may use them.
pub(super) fn shared(step: &Step<'_>) -> BTreeSet<String> {
    let headers = step
        .changes
        .iter()
        .filter(|change| !change.path.as_str().ends_with(".c"));
    headers.flat_map(|change| changed(step, change)).collect()
}

/// All of them, and those of headers that a touched file did not include before.
fn concerned(step: &Step<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for change in &step.changes {
        found.extend(changed(step, change));
        let (had, has) = (
            step.before.closure(&change.path),
            step.after.closure(&change.path),
        );
        let new = has.files.difference(&had.files);
        let new = new.filter_map(|path| step.after.tree.tree().read(path).ok().flatten());
        found.extend(new.flat_map(|bytes| undefs(&bytes)));
    }
    found
}

/// The names of which only one side of a change has an `#undef`, or has it on a line that is new.
fn changed(step: &Step<'_>, change: &Difference) -> BTreeSet<String> {
    let of = |snapshot: &Snapshot<'_>| -> BTreeSet<String> {
        let bytes = snapshot.tree.tree().read(&change.path).ok().flatten();
        bytes.iter().flat_map(|bytes| undefs(bytes)).collect()
    };
    let (old, new) = (of(&step.before), of(&step.after));
    let all = old.union(&new);
    let is_other = |name: &&String| change.words.contains(*name) || !old.contains(*name);
    all.filter(is_other).cloned().collect()
}

fn undefs(bytes: &[u8]) -> Vec<String> {
    if memchr::memmem::find(bytes, b"undef").is_none() {
        return Vec::new();
    }
    directives(bytes)
        .filter_map(|(_, text)| undefined_name(text))
        .collect()
}

/// Each line with a directive: where it begins, and what is behind its `#`.
fn directives(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    bytes
        .split_inclusive(|&byte| byte == b'\n')
        .filter_map(move |line| {
            let start = at;
            at += line.len();
            let text = line.trim_ascii_start().strip_prefix(b"#")?;
            Some((start, text.trim_ascii_start()))
        })
}

fn undefined_name(directive: &[u8]) -> Option<String> {
    let rest = directive.strip_prefix(b"undef")?;
    texts(rest).next().map(str::to_owned)
}

fn of_name(snapshot: &Snapshot<'_>, file: &Arc<File>, name: &str) -> Vec<Complaint> {
    if is_declared_otherwise(snapshot, file, name) {
        return Vec::new();
    }
    let code = snapshot.code(file);
    let is_its = |define: usize| {
        let definition = file.macro_at(define);
        definition.is_some_and(|own| has_word(file.slice(own.body.clone()), name.as_bytes()))
    };
    // A macro that has the name in its body uses it where it is used itself.
    let users: BTreeSet<&str> = file
        .macros()
        .iter()
        .filter(|own| own.name != name && is_its(own.range.start))
        .map(|own| &*own.name)
        .collect();
    let mut found = Vec::new();
    for word in code
        .words
        .iter()
        .filter(|word| word.define.is_none() && word.role == Role::Free)
    {
        let text = file.text(word.range.clone());
        let at = word.range.start;
        if (text != name && !users.contains(&*text))
            || file.is_dead(at)
            || is_local(file, &word.range)
        {
            continue;
        }
        if state_at(snapshot, file, name, at) == State::Undefined {
            let key = format!("undef:{}:{text}:{name}", around(file, at));
            let message = format!("`{name}` is used, and `#undef` has taken it away");
            found.push(Complaint::violated(key, file, at, message));
        }
    }
    found.extend(redefined(snapshot, file, name));
    found
}

/// A definition over another one with another body.
fn redefined(snapshot: &Snapshot<'_>, file: &Arc<File>, name: &str) -> Vec<Complaint> {
    let own = file
        .macros()
        .iter()
        .filter(|own| own.name == name && own.conditions.is_empty());
    let again = own.filter_map(|own| {
        let State::Defined(Some(before)) = state_at(snapshot, file, name, own.range.start) else {
            return None;
        };
        (before != body(file, own)).then(|| {
            let key = format!("redefined:{}:{name}", file.path());
            let message = format!("the macro `{name}` is defined again without an `#undef`");
            Complaint::violated(key, file, own.name_range.start, message)
        })
    });
    again.collect()
}

fn body(file: &File, own: &syntax::directives::MacroDefinition) -> String {
    let all: Vec<&str> = texts(file.slice(own.name_range.end..own.range.end)).collect();
    all.join(" ")
}

/// Whether the name is also that of a function, variable or type that the file sees.
fn is_declared_otherwise(snapshot: &Snapshot<'_>, file: &Arc<File>, name: &str) -> bool {
    let has_other = |file: &File| {
        let macros: Vec<usize> = file
            .macros()
            .iter()
            .map(|known| known.name_range.start)
            .collect();
        declarations(file, name)
            .iter()
            .any(|at| !macros.contains(at))
    };
    let closure = snapshot.closure(file.path());
    let headers = snapshot.headers_known_with(name).unwrap_or_default();
    let mut headers = headers.iter().filter(|path| closure.files.contains(path));
    has_other(file)
        || headers.any(|path| snapshot.file(path).is_some_and(|header| has_other(&header)))
}

/// What the macro is before the byte at `until` of the file.
fn state_at(snapshot: &Snapshot<'_>, file: &Arc<File>, name: &str, until: usize) -> State {
    let mut order = Order {
        snapshot,
        name,
        seen: BTreeSet::new(),
        state: State::Untouched,
    };
    order.follow(file.path(), until, 0);
    order.state
}

/// The directives of a file and of what it includes, in the compiler's order.
struct Order<'o, 'c> {
    snapshot: &'o Snapshot<'c>,
    name: &'o str,
    seen: BTreeSet<TreePath>,
    state: State,
}

impl Order<'_, '_> {
    fn follow(&mut self, path: &TreePath, until: usize, depth: usize) {
        if depth > DEEPEST {
            self.state = State::Unknown;
            return;
        }
        if !self.seen.insert(path.clone()) {
            return;
        }
        let tree = self.snapshot.tree.tree();
        let Ok(Some(bytes)) = tree.read(path) else {
            return;
        };
        let is_named = has_word(&bytes, self.name.as_bytes());
        let file = is_named.then(|| self.snapshot.file(path)).flatten();
        for (at, text) in directives(&bytes).take_while(|(at, _)| *at < until) {
            match (included(&**tree, path, text), &file) {
                (Included::One(header), _) => self.follow(&header, usize::MAX, depth + 1),
                (Included::Several(headers), _) => self.perhaps(&headers, depth),
                (Included::None, Some(file)) => self.directive(file, at, text),
                (Included::None, None) => {}
            }
        }
    }

    /// One of these headers, whichever the configuration has.
    fn perhaps(&mut self, headers: &[TreePath], depth: usize) {
        let before = self.state.clone();
        for header in headers {
            self.follow(header, usize::MAX, depth + 1);
        }
        if self.state != before {
            self.state = State::Unknown;
        }
    }

    fn directive(&mut self, file: &Arc<File>, at: usize, text: &[u8]) {
        let is_sure = file.conditions_at(at).is_empty();
        if file.is_dead(at) {
            return;
        }
        if undefined_name(text).as_deref() == Some(self.name) {
            self.state = if is_sure {
                State::Undefined
            } else {
                State::Unknown
            };
            return;
        }
        let mut own = file.macros().iter();
        let own = own.find(|own| {
            own.name == self.name && own.range.start >= at && own.range.start < at + 1 + text.len()
        });
        if let Some(own) = own.filter(|_| text.starts_with(b"define")) {
            let body = is_sure.then(|| body(file, own));
            self.state = State::Defined(body);
        }
    }
}
