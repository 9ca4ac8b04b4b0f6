//! Whose member is it? Uses of a member of one record, by resolved type.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use dialect::TreePath;
use query::File;
use query::access::{Access, Use, member_uses};
use query::types::{Is, Positional, WholeUse, positional_values, receiver_is, whole_uses};
use rayon::prelude::*;
use schema::model::MemberName;
use sites::records::is_named;
use sites::scope::{declares, is_array};
use syntax::items::BaseType;
use trees::{ParsedTree, TreeError};

use super::Ctx;
use super::macros::{Macros, in_fragments};
use crate::finding::Finding;
use crate::word_index::{TypeName, may_be_whole, may_initialise};

/// Whether a use is of the record that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// It is.
    Its,
    /// It is another record's.
    Other,
    /// It could not be resolved, and why.
    Unresolved(String),
}

/// One use of a member called so, in its file.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) file: Arc<File>,
    pub(super) used: Use,
    pub(super) whose: Whose,
}

/// Every use in the tree of a member of that name, declarations apart. Macros that hand it on are expanded in the
/// files.
#[derive(Debug, Default)]
pub(super) struct Uses {
    pub(super) found: Vec<Found>,
    /// Where one may hide: file, offset, cause.
    pub(super) hidden: Vec<(Arc<File>, usize, String)>,
    /// Files that could not be had.
    pub(super) failed: Vec<(TreePath, String)>,
    /// Where an object of the record, or of one that has it in it, is used as a whole.
    pub(super) whole: Vec<(Arc<File>, WholeUse)>,
    /// What else is not known, said by the invariant that asked first.
    pub(super) unknown: Vec<Finding>,
    /// Whether the record that is meant declares the member.
    pub(super) is_declared: bool,
}

/// The uses of the member that was last asked for. Who may write it is mostly followed by who may read it, and both are
/// judged on the same; of more members the files would be held.
#[derive(Debug, Default)]
pub(super) struct LastUses(Mutex<Option<(MemberName, Arc<Uses>)>>);

/// Looks through the whole tree.
///
/// # Errors
/// The tree cannot be walked.
pub(super) fn uses(ctx: &Ctx<'_>, member: &MemberName) -> Result<Arc<Uses>, TreeError> {
    let last = || {
        let last = ctx.last_uses.0.lock();
        last.unwrap_or_else(PoisonError::into_inner)
    };
    if let Some((known, uses)) = &*last()
        && known == member
    {
        return Ok(Arc::clone(uses));
    }
    // The files of the last one are let go first.
    drop(last().take());
    let found = Arc::new(every_use(ctx, member)?);
    *last() = Some((member.clone(), Arc::clone(&found)));
    Ok(found)
}

fn every_use(ctx: &Ctx<'_>, member: &MemberName) -> Result<Uses, TreeError> {
    let mut all = Uses::default();
    let comparison = ctx.comparison;
    let index = &comparison.word_index;
    index.expect([member.member.clone()]);
    index.expect_records([member.record.clone()]);
    let macros = Macros::of_member(ctx, &member.member)?;
    let mut paths: BTreeSet<TreePath> = index
        .files_with(&comparison.after, &member.member)?
        .into_iter()
        .collect();
    paths.extend(macros.files()?);
    let paths: Vec<TreePath> = paths.into_iter().collect();
    let owners = Owners::of(&macros, &paths, member);
    all.is_declared = owners.is_declared;
    let brought: BTreeSet<&str> = macros.names().collect();
    // A common name is in thousands of files: no more of them are held at once than are looked at.
    for paths in paths.chunks(MOST_AT_ONCE) {
        comparison.after.read_ahead(paths);
        for path in paths {
            match macros.open(path) {
                Ok(Some(made)) => {
                    in_file(ctx, &made.file, member, &owners, &brought, &mut all);
                }
                Ok(None) => {}
                Err(error) => all.failed.push((path.clone(), error.to_string())),
            }
        }
    }
    by_position(ctx, member, &mut all)?;
    let words = BTreeSet::from([member.member.clone()]);
    all.unknown.extend(in_fragments(ctx, &words));
    all.unknown.extend(macros.unknown());
    Ok(all)
}

fn in_file(
    ctx: &Ctx<'_>,
    file: &Arc<File>,
    member: &MemberName,
    owners: &Owners,
    brought: &BTreeSet<&str>,
    all: &mut Uses,
) {
    let uses = member_uses(file, &member.member);
    for unread in uses.unread {
        // What is compiled out does nothing.
        if file.is_dead(unread.range.start) {
            continue;
        }
        all.hidden
            .push((Arc::clone(file), unread.range.start, unread.cause));
    }
    for used in uses.found {
        if used.access == Access::Declaration || file.is_dead(used.range.start) {
            continue;
        }
        // What a macro does is done where it is used: there it was expanded.
        let is_brought = |name: &str| brought.contains(name);
        if used.in_macro
            && file
                .macro_at(used.range.start)
                .is_some_and(|m| is_brought(&m.name))
        {
            continue;
        }
        // How code uses it cannot be told where the code could not be read.
        if let Some(cause) = unread_around(file, &used) {
            all.hidden.push((Arc::clone(file), used.range.start, cause));
            continue;
        }
        let used = by_shape(used, owners.is_array);
        let whose = match owners.is_only_one() {
            true => Whose::Its,
            false => whose(ctx, file, &used, member),
        };
        if whose == Whose::Other {
            continue;
        }
        all.found.push(Found {
            file: Arc::clone(file),
            used,
            whose,
        });
    }
}

/// A use of an array or of a pointer: what is done to an element of an array is done to it, and what is done to that which a
/// pointer points to only reads the pointer.
fn by_shape(used: Use, is_array: Option<bool>) -> Use {
    let access = match (is_array, used.access) {
        (Some(true), Access::Read) if used.through => Access::Write,
        (Some(false), Access::Write | Access::AddressTaken) if used.indexed => Access::Read,
        (_, access) => access,
    };
    let reads = used.reads && access == Access::Write;
    Use {
        access,
        reads,
        ..used
    }
}

/// How many files are looked at together.
const MOST_AT_ONCE: usize = 64;

/// Who has a member of that name, as far as it matters.
#[derive(Default)]
struct Owners {
    /// The record that is meant has one.
    is_declared: bool,
    /// It is seen to have one itself, not in a record inside.
    own: bool,
    /// Another record has one, or it is not known.
    others: bool,
    /// It is an array, or a pointer.
    is_array: Option<bool>,
}

impl Owners {
    /// Looks at the files until both is known: headers first.
    fn of(macros: &Macros<'_>, paths: &[TreePath], member: &MemberName) -> Self {
        let mut found = Self::default();
        let mut naming = Vec::new();
        let is_header = |path: &&TreePath| path.as_str().ends_with(".h");
        let headers = paths.iter().filter(is_header);
        for path in headers.chain(paths.iter().filter(|path| !is_header(path))) {
            if found.is_declared && found.others {
                break;
            }
            let Ok(Some(made)) = macros.open(path) else {
                continue;
            };
            let file = &made.file;
            match owner(file, member) {
                Owner::None => {}
                Owner::It => found.own = true,
                Owner::Another => found.others = true,
            }
            if !found.is_declared && defines(file, &member.record) {
                naming.push(Arc::clone(file));
                found.is_declared = declares(&naming, member);
                found.is_array = is_array(&naming, member);
            }
        }
        found
    }

    /// Whether the record that is meant is the only one in the tree that has a member of that name: then every use is its.
    fn is_only_one(&self) -> bool {
        self.own && !self.others
    }
}

/// How many files may make another type of the record for these types to be followed.
const MOST_OTHERS: usize = 60;

/// Values of initialisers that go to the member by their position alone, and objects that are used as a whole: the member's
/// name is nowhere near them.
fn by_position(ctx: &Ctx<'_>, member: &MemberName, all: &mut Uses) -> Result<(), TreeError> {
    let comparison = ctx.comparison;
    let after = &comparison.after;
    let mut known = BTreeSet::new();
    let mut looked = BTreeSet::new();
    let mut initialising = BTreeSet::new();
    let index = &comparison.word_index;
    let record = TypeName::Typedef(member.record.clone());
    let mut names: Vec<(TypeName, Option<TreePath>)> = vec![(record, None)];
    while let Some((name, home)) = names.pop() {
        if !known.insert(name.clone()) {
            continue;
        }
        let files = match &home {
            Some(home) => index.files_initialising_type(&comparison.after, &name, home)?,
            None => index.files_initialising(&comparison.after, name.spelled())?,
        };
        let follows = files.len() <= MOST_OTHERS;
        after.read_ahead(&files);
        for path in files {
            let Ok(Some(file)) = after.file(&path) else {
                continue;
            };
            if follows {
                let made = made_of(&file, name.spelled()).into_iter();
                names.extend(made.map(|made| (made, Some(file.path().clone()))));
            }
            // Of one that is only written as a whole nothing is initialised.
            if may_initialise(file.bytes(), name.spelled()) {
                initialising.insert(path.clone());
            }
            looked.insert(path);
        }
    }
    let found = each(after, &initialising, |file| values(after, file, member));
    for (file, found) in found {
        let values = found.values.into_iter();
        all.found.extend(values.map(|range| Found {
            file: Arc::clone(&file),
            used: by_its_place(range),
            whose: Whose::Its,
        }));
        let unread = found.unread.into_iter();
        all.hidden
            .extend(unread.map(|unread| (Arc::clone(&file), unread.range.start, unread.cause)));
    }
    let records: Vec<String> = known.iter().map(|name| name.spelled().to_owned()).collect();
    let found = each(after, &looked, |file| whole(after, file, &records));
    for (file, found) in found {
        let found = found.into_iter();
        all.whole
            .extend(found.map(|used| (Arc::clone(&file), used)));
    }
    Ok(())
}

/// What `look` has to say of each file, in the order of their paths; on all cores.
fn each<T: Send>(
    tree: &ParsedTree,
    paths: &BTreeSet<TreePath>,
    look: impl Fn(&File) -> T + Sync,
) -> Vec<(Arc<File>, T)> {
    let paths: Vec<&TreePath> = paths.iter().collect();
    let found = paths.par_iter().filter_map(|path| {
        let file = tree.file(path).ok().flatten()?;
        let found = look(&file);
        Some((file, found))
    });
    found.collect()
}

/// Places where the member is written or read with all others.
fn whole(after: &ParsedTree, file: &File, records: &[String]) -> Vec<WholeUse> {
    let is_likely = |record: &String| may_be_whole(file.bytes(), record.as_bytes());
    if !records.iter().any(is_likely) {
        return Vec::new();
    }
    let mut found = whole_uses(file, records, &after.near(file));
    found.retain(|used| !file.is_dead(used.range.start));
    found
}

fn values(after: &ParsedTree, file: &File, member: &MemberName) -> Positional {
    positional_values(file, &member.record, &member.member, &after.near(file))
}

/// The use of a member that a value goes to.
fn by_its_place(range: Range<usize>) -> Use {
    Use {
        range,
        receiver: None,
        access: Access::Initializer,
        indexed: false,
        reads: false,
        through: false,
        in_macro: false,
    }
}

/// The types of the file that are the record called `name` by another name, or have one in them.
fn made_of(file: &File, name: &str) -> Vec<TypeName> {
    let is_it = |base: &BaseType| match base {
        BaseType::Struct(tag) | BaseType::Union(tag) | BaseType::Named(tag) => tag == name,
        _ => false,
    };
    let typedefs = file.typedefs().iter().filter(|known| is_it(&known.base));
    let typedefs = typedefs.map(|known| TypeName::Typedef(known.name.clone()));
    let mut found: Vec<TypeName> = typedefs.collect();
    for record in file.records() {
        let mut members = record.members.iter();
        if members.any(|member| is_it(&member.base) && !member.type_text.contains('*')) {
            found.extend(record.tag.clone().map(TypeName::Tag));
            found.extend(record.typedef_name.clone().map(TypeName::Typedef));
        }
    }
    found
}

/// What could not be read in the function of a use, or at a use outside functions.
fn unread_around(file: &File, used: &Use) -> Option<String> {
    let unread = match file.function_at(used.range.start) {
        Some(function) => crate::comparison::unread_in_function(file, function),
        None => file.unread_in(&used.range),
    };
    unread.map(|unread| unread.cause.clone())
}

/// Whose records of one file have the member.
enum Owner {
    None,
    It,
    /// Another record, or one that may be in what was not read.
    Another,
}

fn owner(file: &File, member: &MemberName) -> Owner {
    let mut unread = file.unread_statements();
    if unread.any(|(_, around)| file.text(around.clone()).contains(&member.member)) {
        return Owner::Another;
    }
    let mut found = Owner::None;
    for record in file.records() {
        let mut members = record.members.iter();
        if !members.any(|known| known.name == member.member && known.depth == 0) {
            continue;
        }
        if !is_named(file, record, &member.record) {
            return Owner::Another;
        }
        found = Owner::It;
    }
    found
}

/// Whether the file has a record of that tag, or a typedef of that name.
fn defines(file: &File, name: &str) -> bool {
    let is_it = |known: &Option<String>| known.as_deref() == Some(name);
    let mut records = file.records().iter();
    records.any(|record| is_it(&record.tag) || is_it(&record.typedef_name))
        || file.typedefs().iter().any(|known| known.name == name)
}

fn whose(ctx: &Ctx<'_>, file: &File, used: &Use, member: &MemberName) -> Whose {
    let near = ctx.comparison.after.near(file);
    match receiver_is(file, &used.range, &member.record, &near) {
        Is::Yes => Whose::Its,
        Is::No(_) => Whose::Other,
        Is::Unknown(reason) => Whose::Unresolved(reason),
    }
}

/// The word before the parenthesis that a bare argument is in.
pub(super) fn callee(file: &File, argument: &Range<usize>) -> String {
    let before = file.slice(0..argument.start);
    let mut depth = 0_usize;
    let open = before.iter().rposition(|byte| match byte {
        b')' => {
            depth += 1;
            false
        }
        b'(' if depth == 0 => true,
        b'(' => {
            depth -= 1;
            false
        }
        _ => false,
    });
    let head = before
        .get(..open.unwrap_or(0))
        .unwrap_or_default()
        .trim_ascii_end();
    let start = head
        .iter()
        .rposition(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
    let word = head.get(start.map_or(0, |at| at + 1)..).unwrap_or_default();
    String::from_utf8_lossy(word).into_owned()
}
