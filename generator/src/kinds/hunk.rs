//! `hunk`: the lines of a hunk, where the file has them.

use schema::model::{Hunk, HunkSign};
use sites::kinds::hunk as anchors;
use sites::Unresolved;

use crate::edit::Edit;
use crate::fragment::Writes;
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes = Writes::NoFragment("the spec has the lines");

pub(crate) fn plan(context: &Context<'_>, hunk: &Hunk) -> Result<Plan, Unresolved> {
    if let Some(present) = anchors::present(&context.resolver, hunk) {
        return Err(present);
    }
    let found = anchors::find(&context.resolver, hunk)?;
    let edits = found.found.iter().flat_map(|place| edits(hunk, place.start));
    Ok(Plan {
        edits: edits.collect(),
        sites: Site::each(
            found.found.iter().map(|place| place.start),
            &found.alternatives,
        ),
    })
}

/// What goes and what comes, run by run, in the hunk whose old lines begin at `at`: its context is not written.
fn edits(hunk: &Hunk, mut at: usize) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut run: Option<Edit> = None;
    for line in &hunk.lines {
        let len = hunk.encoded(&line.text).len();
        if line.sign == HunkSign::Context {
            edits.extend(run.take());
            at += len;
            continue;
        }
        let run = run.get_or_insert_with(|| Edit {
            is_latin_1: hunk.is_latin_1,
            ..Edit::insert(at, "")
        });
        if line.sign == HunkSign::Add {
            run.text.push_str(&line.text);
        } else {
            at += len;
            run.range.end = at;
        }
    }
    edits.extend(run);
    edits
}
