//! Paths of functions: `lock($L); ... return $E;`.

use query::flow::{Around, PathPattern};

use crate::context::Context;
use crate::report::{FileReport, Unread};
use crate::search::{Search, unread_places, used_as};

/// The paths in one file. A function that was not read has none: what it could have is said.
pub(crate) fn file(
    search: &Search<'_>,
    context: &mut Context<'_>,
    path: &PathPattern,
) -> FileReport {
    let file = context.file;
    let near = search.tree.near(file);
    let mut report = FileReport::default();
    let begins = path.may_begin_at(file, &near);
    for function in file.functions() {
        // Its graph costs more than to look.
        if !begins
            .iter()
            .any(|at| at.start < function.range.end && function.range.start < at.end)
        {
            continue;
        }
        let Some(flow) = context.flow(function.body.start) else {
            report.unread.push(Unread {
                file: file.path().to_string(),
                line: file.line_of(function.range.start),
                cause: format!(
                    "`{}` was not read cleanly: its paths are not known",
                    function.name
                ),
            });
            continue;
        };
        let around = Around {
            file,
            flow: &flow,
            range: &function.range,
            definitions: &near,
            isomorphisms: &search.options.isomorphisms,
        };
        let (paths, doubts) = path.find(around, &search.options.unless);
        for path in paths {
            let found = used_as(file, &path.found);
            if search.wants(found.access) && search.is_kept(context, &found, &mut report) {
                let mut described = search.describe(context, &found);
                described.path = path.passed.iter().map(|at| file.line_of(*at)).collect();
                described.path.dedup();
                report.uses.push(described);
            }
        }
        let doubts = doubts
            .into_iter()
            .map(|doubt| doubt.into_unread())
            .collect();
        report.unread.extend(unread_places(file, doubts));
    }
    report
}
