//! `writes-only-in`, `reads-only-in`: in the whole tree nobody else does it.

use query::access::Access;
use schema::model::OnlyIn;

use super::receiver::{Found, Whose, uses};
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
    fn includes(self, access: Access) -> bool {
        match access {
            Access::Write | Access::Initializer => self == Self::Write,
            Access::Read | Access::Test => self == Self::Read,
            Access::AddressTaken => true,
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

pub(super) fn check(ctx: &Ctx<'_>, only: &OnlyIn, meant: Use) -> Vec<Finding> {
    let name = format!("{}.{}", only.member.record, only.member.member);
    let all = match uses(ctx.comparison, &only.member) {
        Ok(all) => all,
        Err(error) => return vec![ctx.unknown(error.to_string())],
    };
    let mut findings = ctx.unreadable();
    findings.extend(
        all.failed
            .iter()
            .map(|(path, reason)| ctx.unknown(reason.clone()).in_file(path)),
    );
    for (file, at, cause) in &all.hidden {
        let message = format!(
            "`{name}` may be {} in code that could not be read ({cause})",
            meant.word()
        );
        findings.push(placed(ctx.unknown(message), file, *at));
    }
    let mut allowed = 0;
    for found in all
        .found
        .iter()
        .filter(|found| meant.includes(found.used.access))
    {
        let function = found.file.function_at(found.used.range.start);
        if function.is_some_and(|function| only.functions.contains(&function.name)) {
            allowed += 1;
        } else {
            findings.extend(elsewhere(ctx, &name, found, meant));
        }
    }
    if findings.is_empty() {
        let functions = crate::nodes::listed(&only.functions, "and");
        let message = format!(
            "`{name}` is {} in {functions} alone ({allowed} places)",
            meant.word()
        );
        findings.push(ctx.holds(message));
    }
    findings
}

fn elsewhere(ctx: &Ctx<'_>, name: &str, found: &Found, meant: Use) -> Option<Finding> {
    let at = found.used.range.start;
    let place = scope::prefix(&found.file, at);
    let finding = match &found.whose {
        Whose::Other => return None,
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
