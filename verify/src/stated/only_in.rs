//! What `writes-only-in` and `reads-only-in` share: in the whole tree nobody else does it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::access::Access;
use query::types::{WholeAccess, WholeUse};
use schema::model::MemberName;
use syntax::Node;
use syntax::items::Function;
use trees::TreeError;

use super::receiver::{Found, Whose, callee, uses};
use super::subjects::{first_there, missing_member};
use super::{Ctx, scope};
use crate::comparison::placed;
use crate::finding::Finding;
use crate::nodes::operator;

/// Which uses are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Writes, initialisers, and addresses taken.
    Write,
    /// Reads and tests, and addresses taken.
    Read,
}

impl Use {
    fn includes(self, found: &Found) -> bool {
        match found.used.access {
            Access::Write if found.used.reads => true,
            Access::Write | Access::Initializer => self == Self::Write,
            Access::Read | Access::Test => self == Self::Read,
            Access::AddressTaken => true,
            // What has the name of a function and is found as no macro is one: no name of a member gets into it.
            Access::Passed => {
                let callee = callee(&found.file, &found.used.range);
                !callee.is_empty() && !callee.bytes().any(|byte| byte.is_ascii_lowercase())
            }
            _ => false,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Write => "written",
            Self::Read => "read",
        }
    }
}

pub(super) fn check(
    ctx: &Ctx<'_>,
    member: &MemberName,
    functions: &[Vec<String>],
    meant: Use,
) -> Vec<Finding> {
    let functions = &match chosen(ctx, functions) {
        Ok(functions) => functions,
        Err(error) => return vec![ctx.unknown(error.to_string())],
    };
    let name = format!("{}.{}", member.record, member.member);
    let all = match uses(ctx, member) {
        Ok(all) => all,
        Err(error) => return vec![ctx.unknown(error.to_string())],
    };
    let mut findings = ctx.unreadable();
    if !all.is_declared {
        findings.extend(missing_member(ctx, member));
    }
    findings.extend(
        all.failed
            .iter()
            .map(|(path, reason)| ctx.unknown(reason.clone()).in_file(path)),
    );
    let unknown = all.unknown.iter().cloned();
    findings.extend(unknown.map(|finding| ctx.of_this(finding)));
    for (file, at, cause) in &all.hidden {
        let message = format!(
            "`{name}` may be {} in code that could not be read ({cause})",
            meant.word()
        );
        findings.push(placed(ctx.unknown(message), file, *at));
    }
    for (file, used) in all.whole.iter().filter(|_| meant == Use::Write) {
        findings.extend(as_a_whole(ctx, &name, file, used, functions));
    }
    let offsets = all.found.iter().filter(|found| found.whose != Whose::Other);
    let offsets = offsets.filter(|found| found.used.access == Access::Unevaluated);
    findings.extend(offsets.filter_map(|found| by_offset(ctx, &name, found, functions, meant)));
    let mut allowed = 0;
    let mut ambiguous = BTreeSet::new();
    for found in all.found.iter().filter(|found| meant.includes(found)) {
        let function = found.file.function_at(found.used.range.start);
        match function.map(|function| may(ctx, functions, &found.file, function)) {
            Some(May::Yes) => allowed += 1,
            Some(May::Ambiguous(others)) if found.whose != Whose::Other => {
                allowed += 1;
                ambiguous.insert(others);
            }
            _ => findings.extend(elsewhere(ctx, &name, found, meant)),
        }
    }
    findings.extend(ambiguous.into_iter().map(|message| ctx.unknown(message)));
    if findings.is_empty() {
        let functions = crate::nodes::listed(functions, "and");
        let message = format!(
            "`{name}` is {} in {functions} alone ({})",
            meant.word(),
            crate::nodes::counted(allowed, "place", "places")
        );
        findings.push(ctx.holds(message));
    }
    findings
}

/// Of each entry the function that may: the first that the tree has. Where it has none of them, that is said elsewhere.
fn chosen(ctx: &Ctx<'_>, functions: &[Vec<String>]) -> Result<Vec<String>, TreeError> {
    let mut chosen = Vec::new();
    for alternatives in functions {
        match alternatives.as_slice() {
            [one] => chosen.push(one.clone()),
            several => match first_there(ctx, several)? {
                Ok(name) => chosen.push(name.clone()),
                Err(_) => chosen.extend(several.iter().cloned()),
            },
        }
    }
    Ok(chosen)
}

/// Whether a function is one of those that may.
enum May {
    Yes,
    No,
    /// Several functions have the name, and which of them is meant is not said.
    Ambiguous(String),
}

/// `functions` has names, or `FILE:NAME` where a name repeats.
fn may(ctx: &Ctx<'_>, functions: &[String], file: &File, function: &Function) -> May {
    let path = file.path();
    let mut bare = false;
    for allowed in functions {
        match allowed.rsplit_once(':') {
            Some((file, name)) if name == function.name && file == path.as_str() => {
                return May::Yes;
            }
            Some(_) => {}
            None => bare |= *allowed == function.name,
        }
    }
    if !bare {
        return May::No;
    }
    // A function that others can see is defined once a program (weak ones and architectures apart); a static one is
    // another function in each file.
    match namesakes(ctx, &function.name) {
        Ok(files) if files.len() > 1 && files.iter().any(|(_, is_static)| *is_static) => {
            let places: Vec<String> = files.iter().map(|(path, _)| path.to_string()).collect();
            May::Ambiguous(format!(
                "{}() is another function in each of {}: say which is meant, `{}:{}`",
                function.name,
                crate::nodes::listed(&places, "and"),
                path,
                function.name
            ))
        }
        Ok(_) => May::Yes,
        Err(error) => May::Ambiguous(error.to_string()),
    }
}

/// The files that define a function of the name, and whether it is static there.
fn namesakes(ctx: &Ctx<'_>, name: &str) -> Result<Vec<(TreePath, bool)>, TreeError> {
    let comparison = ctx.comparison;
    let mut found = Vec::new();
    for path in comparison.word_index.files_with(&comparison.after, name)? {
        let Some(file) = comparison.after.file(&path).ok().flatten() else {
            continue;
        };
        let functions = file.functions_named(name);
        let mut live = functions
            .iter()
            .filter(|function| !file.is_dead(function.range.start));
        if let Some(function) = live.next() {
            found.push((path, function.is_static));
        }
    }
    Ok(found)
}

fn elsewhere(ctx: &Ctx<'_>, name: &str, found: &Found, meant: Use) -> Option<Finding> {
    let at = found.used.range.start;
    let place = scope::prefix(&found.file, at);
    let finding = match &found.whose {
        Whose::Other => return None,
        _ if found.used.access == Access::Passed => ctx.unknown(passed(name, found)),
        Whose::Its => {
            let how = match found.used.access {
                Access::AddressTaken => "has its address taken".to_owned(),
                Access::Initializer => "is initialised".to_owned(),
                _ => format!("is {}", meant.word()),
            };
            ctx.violated(format!("{place}`{name}` {how} here too"))
        }
        Whose::Unresolved(reason) => ctx.unknown(format!(
            "{place}whether this is `{name}` could not be resolved: {reason}"
        )),
    };
    Some(placed(finding, &found.file, at))
}

/// What is said of an object that is written as a whole, where none of the functions does it.
fn as_a_whole(
    ctx: &Ctx<'_>,
    name: &str,
    file: &Arc<File>,
    used: &WholeUse,
    functions: &[String],
) -> Option<Finding> {
    let at = used.range.start;
    let function = file.function_at(at);
    if function.is_some_and(|function| !matches!(may(ctx, functions, file, function), May::No)) {
        return None;
    }
    let place = scope::prefix(file, at);
    let record = &used.record;
    let finding = match used.access {
        WholeAccess::Assigned => ctx.violated(format!(
            "{place}a whole `{record}` is assigned here, `{name}` with it"
        )),
        WholeAccess::Filled => ctx.unknown(format!(
            "{place}the bytes of a `{record}` are written here: whether `{name}` is among them was not judged"
        )),
    };
    Some(placed(finding, file, at))
}

/// What is said of `offsetof()` the member, which may lead to it by arithmetic.
fn by_offset(
    ctx: &Ctx<'_>,
    name: &str,
    found: &Found,
    functions: &[String],
    meant: Use,
) -> Option<Finding> {
    let at = found.used.range.start;
    let function = found.file.function_at(at);
    let may = |function| !matches!(may(ctx, functions, &found.file, function), May::No);
    if !leads_by_offset(&found.file, &found.used.range) || function.is_some_and(may) {
        return None;
    }
    let place = scope::prefix(&found.file, at);
    let message = format!(
        "{place}`{name}` may be {} by the offset that is computed here",
        meant.word()
    );
    Some(placed(ctx.unknown(message), &found.file, at))
}

/// Whether the member's name is in an `offsetof()` of which more is made than a comparison or a size.
pub(super) fn leads_by_offset(file: &File, range: &Range<usize>) -> bool {
    let way = query::access::chain(file, range);
    let is_offset = |node: &Node<'_>| match node.kind() {
        "offsetof_expression" => true,
        "call_expression" => {
            file.slice(node.byte_range()).starts_with(b"offsetof")
                || file
                    .slice(node.byte_range())
                    .starts_with(b"__builtin_offsetof")
        }
        _ => false,
    };
    let Some(at) = way.iter().position(is_offset) else {
        return false;
    };
    let around = way.get(..at).unwrap_or_default();
    !around.iter().rev().any(|node| match node.kind() {
        "binary_expression" => matches!(
            operator(file, *node),
            Some(b"==" | b"!=" | b"<" | b">" | b"<=" | b">=")
        ),
        "sizeof_expression" | "array_declarator" | "static_assert_declaration" => true,
        "call_expression" => is_check(&file.text(node.byte_range())),
        _ => false,
    })
}

/// Whether a call only checks what it is given: `BUILD_BUG_ON()`, `static_assert()`. Macros are written in capitals; a
/// function that has such a word in its name may do anything.
fn is_check(call: &str) -> bool {
    let name = call.split('(').next().unwrap_or_default().trim();
    let is_macro = !name.contains(|c: char| c.is_ascii_lowercase());
    let words = ["BUG", "ASSERT", "CHECK", "STRUCT_SIZE", "WARN"];
    is_macro && words.iter().any(|word| name.contains(word))
        || matches!(name, "static_assert" | "_Static_assert" | "struct_size")
}

fn passed(name: &str, found: &Found) -> String {
    let callee = callee(&found.file, &found.used.range);
    format!("the name of `{name}` is handed to `{callee}`, of which no definition was found")
}
