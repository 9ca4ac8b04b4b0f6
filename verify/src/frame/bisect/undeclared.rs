//! Names that are used where nothing declares them: C's blocks, the file's own level, its headers.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::texts;
use dialect::words::is_of_every_kernel;
use query::File;
use query::types::nearness;

use super::Step;
use super::changes::FileChange;
use super::code::{Code, Role, Word};
use super::complaint::{Complaint, around};
use super::macro_argument::{Usage, may_be_declared_by_macro, usage_of};
use super::made_in_block::made_in_block;
use super::names::{is_declarator, is_given, is_macro_local};
use super::scope::{has_word, is_local};
use super::snapshot::{Elsewhere, Snapshot};
use super::visible::{Own, declared_in};

/// How many files are looked into for a use of the same kind.
const MOST_PRECEDENTS: usize = 40;

/// By how many files it is clear whether those that have a name declare it.
const CLEAR_LEAD: usize = 2;

/// As many, of a name that a header declares: a file that loses an include may have hundreds of them.
const FEW_PRECEDENTS: usize = 4;

/// The names in a touched file that nothing declares.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let code = step.after.code(file);
    let asked = asked(step, change, file, &code);
    complaints(step, file, change.before.as_ref(), asked)
}

/// The words of a touched file that the series may have left without a declaration.
fn asked<'w>(
    step: &'w Step<'_>,
    change: &'w FileChange<'w>,
    file: &'w File,
    code: &'w Code,
) -> impl Iterator<Item = &'w Word> {
    let changed: Vec<_> = change
        .changed_functions()
        .into_iter()
        .map(|function| function.range.clone())
        .collect();
    let words = code.words.iter().filter(|word| word.role == Role::Free);
    words.filter(move |word| {
        let name = file.text(word.range.clone());
        change.is_new(&word.range)
            || step.names.contains(&*name)
            || change.words.contains(&*name)
            || changed
                .iter()
                .any(|range| range.contains(&word.range.start))
    })
}

/// The names in a touched file whose declaration has to be looked for in others.
pub(super) fn open_names(step: &Step<'_>, change: &FileChange<'_>) -> BTreeSet<String> {
    let Some(file) = &change.after else {
        return BTreeSet::new();
    };
    let code = step.after.code(file);
    let mut found = BTreeSet::new();
    for word in asked(step, change, file, &code) {
        let name = file.text(word.range.clone()).into_owned();
        if !found.contains(&name)
            && is_open(file, word, &name)
            && !is_settled(step, change.before.as_ref(), &name)
        {
            found.insert(name);
        }
    }
    found
}

/// The names of a touched file's new lines that other files declare: what they are has to be known there.
pub(super) fn new_words(step: &Step<'_>, change: &FileChange<'_>) -> BTreeSet<String> {
    let Some(file) = &change.after else {
        return BTreeSet::new();
    };
    let code = step.after.code(file);
    let words = code.words.iter().filter(|word| {
        word.role == Role::Free && word.define.is_none() && change.is_new(&word.range)
    });
    let named = words.map(|word| (word, file.text(word.range.clone()).into_owned()));
    named
        .filter(|(word, name)| is_open(file, word, name))
        .map(|(_, name)| name)
        .collect()
}

/// Whether the file before had the name as open, and the series does nothing about its declaration.
fn is_settled(step: &Step<'_>, before: Option<&Arc<File>>, name: &str) -> bool {
    !step.names.contains(name) && before.is_some_and(|before| was_used(&step.before, before, name))
}

/// The uses of changed names in a file that the series leaves alone.
pub(super) fn in_other(
    step: &Step<'_>,
    file: &Arc<File>,
    names: &BTreeSet<String>,
) -> Vec<Complaint> {
    let code = step.after.code(file);
    let asked = code
        .words
        .iter()
        .filter(|word| word.role == Role::Free && names.contains(&*file.text(word.range.clone())));
    let before = step.before.file(file.path());
    complaints(step, file, before.as_ref(), asked)
}

fn complaints<'w>(
    step: &Step<'_>,
    file: &Arc<File>,
    before: Option<&Arc<File>>,
    words: impl Iterator<Item = &'w Word>,
) -> Vec<Complaint> {
    let code = step.after.code(file);
    let mut found = Vec::new();
    let mut said = BTreeSet::new();
    for word in words {
        let name = file.text(word.range.clone()).into_owned();
        let key = format!("name:{}:{name}", around(file, word.range.start));
        if said.contains(&key) || !is_open(file, word, &name) {
            continue;
        }
        if is_settled(step, before, &name) {
            continue;
        }
        let usage = usage_in(step, file, word);
        // A member's name, a part of a word: it need not be looked for in the whole tree.
        if !matches!(usage, Usage::Value | Usage::Unknown) {
            continue;
        }
        if let Some(message) = judge(step, file, before, word, (&name, usage)) {
            said.insert(key.clone());
            let at = word.range.start;
            found.push(match usage {
                Usage::Unknown => {
                    let message = given_to(&code, file, word, &name);
                    Complaint::unknown(key, file, at, message)
                }
                _ => Complaint::violated(key, file, at, message),
            });
        }
    }
    found
}

/// What becomes of the word where it is written. Whatever a macro's body names has to be declared.
fn usage_in(step: &Step<'_>, file: &Arc<File>, word: &Word) -> Usage {
    match word.define {
        Some(_) if is_pasted(file, &word.range) => Usage::Name,
        Some(_) => Usage::Value,
        None => usage_of(&step.after, file, word),
    }
}

/// Whether the word of a macro's body is but a part of one: `name_##part`.
fn is_pasted(file: &File, range: &Range<usize>) -> bool {
    let before = file.bytes().get(..range.start).unwrap_or_default();
    let behind = file.bytes().get(range.end..).unwrap_or_default();
    before.trim_ascii_end().ends_with(b"##") || behind.trim_ascii_start().starts_with(b"##")
}

/// Whether the word is the other name that a macro gives what the file defines under its own: `#define level other_level`.
fn is_new_name(file: &File, define: &Range<usize>, name: &str) -> bool {
    let Some(definition) = file.macro_at(define.start) else {
        return false;
    };
    let is_alone = texts(file.slice(definition.body.clone())).eq([name]);
    let mut functions = file.functions().iter();
    let mut variables = file.variables().iter();
    is_alone
        && (functions.any(|known| known.name == definition.name)
            || variables.any(|known| known.name == definition.name))
}

/// That nothing declares the name, and that nobody knows whether something has to.
fn given_to(code: &Code, file: &File, word: &Word, name: &str) -> String {
    let call = word.call.and_then(|(call, _)| code.calls.get(call));
    let callee = call.map_or_else(String::new, |call| {
        file.text(call.name.clone()).into_owned()
    });
    format!(
        "`{name}` is not declared, and what `{callee}` makes of it could not be read: whether it has to be was not judged"
    )
}

/// Whether neither the function nor the file above declares the name for this use of it.
pub(super) fn is_open(file: &File, word: &Word, name: &str) -> bool {
    let at = word.range.start;
    if is_given(name) || file.is_dead(at) {
        return false;
    }
    // A macro's body is read where the macro is used: what it names has to be declared there.
    if let Some(define) = &word.define {
        let Some(definition) = file.macro_at(define.start) else {
            return false;
        };
        let is_param = definition.params.as_ref().is_some_and(|params| {
            params
                .iter()
                .any(|param| param.trim_end_matches('.') == name)
        });
        return !is_param
            && declared_in(file, name, usize::MAX) == Own::No
            && !has_local_in_macro(file, word, name);
    }
    declared_in(file, name, at) != Own::Declared
        && !is_declarator(file, &word.range)
        && !is_local(file, &word.range)
}

fn has_local_in_macro(file: &File, word: &Word, name: &str) -> bool {
    let Some(definition) = file.macro_at(word.range.start) else {
        return false;
    };
    let body = file.slice(definition.body.clone());
    super::scope::word_positions(body, name.as_bytes())
        .map(|at| definition.body.start + at)
        .any(|at| is_macro_local(file, &(at..at + name.len())))
}

/// Whether the file before used the name as openly: it was declared then, and still is.
fn was_used(before: &Snapshot<'_>, file: &Arc<File>, name: &str) -> bool {
    if !has_word(file.bytes(), name.as_bytes()) {
        return false;
    }
    let code = before.code(file);
    code.words_named(file, name)
        .any(|word| word.role == Role::Free && is_open(file, word, name))
}

/// Whether the file before used the name, and declared it for each use.
fn was_own(before: &Snapshot<'_>, file: &Arc<File>, name: &str) -> bool {
    let code = before.code(file);
    let mut uses = code.words_named(file, name);
    let is_free = |word: &Word| word.role == Role::Free && word.define.is_none();
    code.words_named(file, name).any(is_free)
        && uses.all(|word| !is_free(word) || !is_open(file, word, name))
}

/// Why the name is not declared for this use, if it is not.
fn judge(
    step: &Step<'_>,
    file: &Arc<File>,
    before: Option<&Arc<File>>,
    word: &Word,
    (name, usage): (&str, Usage),
) -> Option<String> {
    let at = word.range.start;
    // Whatever the tree has anywhere may be what the macro's users have.
    let is_new_name = |define: &Range<usize>| is_new_name(file, define, name);
    if word.define.is_some() && step.names_before(name)
        || word.define.as_ref().is_some_and(is_new_name)
    {
        return None;
    }
    let elsewhere = match step.after.elsewhere(file, name) {
        Elsewhere::Seen if is_bare(file, word) && step.after.is_only_called(file, name) => {
            Elsewhere::Nowhere
        }
        // What a macro of a header may make says nothing of a name that the file always declared itself.
        Elsewhere::Seen
            if before.is_some_and(|before| was_own(&step.before, before, name))
                && !step.after.is_declared_seen(file, name) =>
        {
            Elsewhere::Nowhere
        }
        found => found,
    };
    if elsewhere == Elsewhere::Seen {
        return None;
    }
    // A tree that lacks what every kernel has is a part of one.
    if elsewhere == Elsewhere::Nowhere && is_of_every_kernel(name) {
        return None;
    }
    if word.define.is_some() {
        let is_nowhere = elsewhere == Elsewhere::Nowhere;
        return is_nowhere.then(|| format!("`{name}` is used and not declared"));
    }
    let may_be_made = may_be_declared_by_macro(&step.after, file, name, at)
        || made_in_block(&step.after, file, name, at);
    if may_be_made || may_be_hidden(file, name, at) {
        return None;
    }
    // What the tree before leaves as open here, it gets from where nobody can read.
    let was_open = before.is_some_and(|before| {
        was_used(&step.before, before, name) && step.before.elsewhere(before, name) == elsewhere
    });
    if was_open {
        return None;
    }
    if declared_in(file, name, at) == Own::Later {
        return Some(format!("`{name}` is used before it is declared"));
    }
    if let Elsewhere::NotIncluded(place) = elsewhere {
        // Where others do without that header as well, it comes by a way that is not seen.
        if !step.after.closure(file.path()).is_whole && has_precedent(step, file, name, usage) {
            return None;
        }
        return Some(format!(
            "`{name}` is used and not declared: {place} declares it, but is not included"
        ));
    }
    if has_precedent(step, file, name, usage) {
        return None;
    }
    let message = match file.function_at(at) {
        Some(function) if step.names_before(name) => {
            format!("`{name}` is used and not declared in {}()", function.name)
        }
        _ => format!("`{name}` is used and not declared"),
    };
    Some(message)
}

/// Whether the word is neither called nor given to anything: what has to be called with arguments says nothing there.
fn is_bare(file: &File, word: &Word) -> bool {
    let after = file.bytes().get(word.range.end..).unwrap_or_default();
    let next = after.trim_ascii_start().first();
    word.call.is_none() && word.define.is_none() && !matches!(next, Some(b'(' | b'/' | b'\\'))
}

/// Whether the name occurs where the grammar saw nothing, an arm that was dropped or an unread place, and may be declared
/// there for the use at `at`: in the same function, or at file level.
fn may_be_hidden(file: &File, name: &str, at: usize) -> bool {
    super::scope::word_positions(file.bytes(), name.as_bytes()).any(|found| {
        let function = file.function_at(found);
        if function.is_some_and(|function| !function.range.contains(&at)) {
            return false;
        }
        let range = found..found + name.len();
        let dropped = file.dropped().iter().map(|dropped| &dropped.range);
        file.unread_near(&range).is_some()
            || dropped
                .filter(|dropped| dropped.contains(&found))
                .any(|dropped| function.is_some() || is_outermost(file, dropped, found))
    })
}

/// Whether what is at `offset` in an arm that was dropped is outside all braces and parentheses there; of an arm that is
/// but the head of a function, the parameters are too.
fn is_outermost(file: &File, arm: &Range<usize>, offset: usize) -> bool {
    let is_head = texts(file.slice(arm.clone())).all(|text| text != "{");
    let mut depth = 0_usize;
    for text in texts(file.slice(arm.start..offset)) {
        match text {
            "{" | "(" => depth += 1,
            "}" | ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth == 0 || is_head
}

/// Whether other files of the tree use the name without declaring it either: then the build, the
/// compiler or a macro does.
fn has_precedent(step: &Step<'_>, file: &Arc<File>, name: &str, usage: Usage) -> bool {
    let comparison = step.before.comparison;
    let mut paths = step.before.files_with(name);
    paths.retain(|path| path != file.path() && !comparison.touched.contains(path));
    paths.sort_by_key(|path| (nearness(file, file, path), path.clone()));
    let most = match step.after.elsewhere(file, name) {
        Elsewhere::Nowhere => MOST_PRECEDENTS,
        _ => FEW_PRECEDENTS,
    };
    // What most files that have the name declare themselves comes from nobody else: one more that was not understood is no
    // precedent.
    let (mut without, mut with) = (0_usize, 0_usize);
    for path in paths.iter().take(most) {
        match is_precedent(step, path, name, usage) {
            Some(true) => without += 1,
            Some(false) => with += 1,
            None => {}
        }
        if without.abs_diff(with) > CLEAR_LEAD {
            break;
        }
    }
    without > with
}

/// Whether a file uses the name without declaring it; nothing, where it does not use it as here.
fn is_precedent(step: &Step<'_>, path: &TreePath, name: &str, usage: Usage) -> Option<bool> {
    let other = step.before.file(path)?;
    let code = step.before.code(&other);
    let uses: Vec<&Word> = code
        .words_named(&other, name)
        .filter(|word| word.role == Role::Free && word.define.is_none())
        // `TP_ARGS(adap)` of a trace event is no use: its macro declares what it is given.
        .filter(|word| word.call.is_none() || other.function_at(word.range.start).is_some())
        .collect();
    if uses.is_empty() {
        return None;
    }
    // A file that declares it somewhere has it from nobody else: what is open there was not understood.
    if !uses.iter().all(|word| is_open(&other, word, name)) {
        // A header has it for others.
        return (!path.as_str().ends_with(".h")).then_some(false);
    }
    let is_alike = |word: &&Word| {
        let found = usage_of(&step.before, &other, word);
        (found == Usage::Value || found == usage)
            && !may_be_declared_by_macro(&step.before, &other, name, word.range.start)
    };
    let is_seen = || step.before.elsewhere(&other, name) == Elsewhere::Seen;
    (!is_seen() && uses.iter().any(is_alike)).then_some(true)
}
