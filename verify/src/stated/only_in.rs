//! What `writes-only-in` and `reads-only-in` share: in the whole tree nobody else does it.

use std::collections::BTreeSet;

use dialect::TreePath;
use query::access::Access;
use schema::model::MemberName;
use syntax::items::Function;
use trees::TreeError;

use super::receiver::{Found, Whose, callee, uses};
use super::subjects::{first_there, missing_member};
use super::{Ctx, scope};
use crate::comparison::placed;
use crate::finding::Finding;

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
    findings.extend(all.unknown.iter().cloned());
    for (file, at, cause) in &all.hidden {
        let message = format!(
            "`{name}` may be {} in code that could not be read ({cause})",
            meant.word()
        );
        findings.push(placed(ctx.unknown(message), file, *at));
    }
    let mut allowed = 0;
    let mut ambiguous = BTreeSet::new();
    for found in all.found.iter().filter(|found| meant.includes(found)) {
        let function = found.file.function_at(found.used.range.start);
        match function.map(|function| may(ctx, functions, found, function)) {
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
fn may(ctx: &Ctx<'_>, functions: &[String], found: &Found, function: &Function) -> May {
    let path = found.file.path();
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

fn passed(name: &str, found: &Found) -> String {
    let callee = callee(&found.file, &found.used.range);
    format!("the name of `{name}` is handed to `{callee}`, of which no definition was found")
}
