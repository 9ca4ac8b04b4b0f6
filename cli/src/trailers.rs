//! Trailers that a thread has for the patches of a spec: who reviewed, acked or tested what.
//!
//! They are told as b4 tells them: an answer's trailers are about the patch that it answers, through other answers too, and of an
//! answer to the cover letter about every patch. What has changed since is what nobody has looked at.

mod answers;
mod edit;
mod patches;

use std::collections::HashMap;

use schema::model::Spec;
use trees::mail::Mail;

use answers::Answer;
pub(crate) use answers::Trailer;
pub(crate) use edit::add;
use patches::Content;

/// What became of a trailer for one patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is new in the spec.
    Added,
    /// The spec has it.
    Known,
    /// It is left out, for that reason.
    Dropped(String),
}

/// A trailer and a patch.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) trailer: Trailer,
    /// The spec's patch; none where none is like the one that was answered.
    pub(crate) patch: Option<usize>,
    pub(crate) fate: Fate,
}

/// What a thread has for a spec.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) rows: Vec<Row>,
    pub(crate) notes: Vec<String>,
}

impl Gathered {
    /// The trailers to add, by patch.
    pub(crate) fn additions(&self) -> Vec<(usize, Vec<String>)> {
        let mut all: Vec<(usize, Vec<String>)> = Vec::new();
        for row in self.rows.iter().filter(|row| row.fate == Fate::Added) {
            let Some(patch) = row.patch else { continue };
            let line = row.trailer.line();
            match all.iter_mut().find(|(known, _)| *known == patch) {
                Some((_, lines)) => lines.push(line),
                None => all.push((patch, vec![line])),
            }
        }
        all.sort();
        all
    }
}

/// Gathers what a thread has for a spec. `rendered` are the spec's patches as they are now, in order; `is_sloppy` takes trailers of
/// other people than the one who sent them.
pub(crate) fn gather(spec: &Spec, rendered: &[Mail], thread: &[Mail], is_sloppy: bool) -> Gathered {
    let mut gathered = Gathered::default();
    let now: Vec<Content> = rendered.iter().map(Content::of).collect();
    let by_id: HashMap<&str, usize> = thread
        .iter()
        .enumerate()
        .filter_map(|(at, mail)| Some((id(mail.message_id.as_deref()?), at)))
        .collect();
    for mail in thread.iter().filter(|mail| !is_of_series(mail)) {
        let answer = Answer::of(mail);
        if answer.trailers.is_empty() {
            continue;
        }
        gathered.notes.extend(answer.notes());
        let Some(answered) = answered(mail, thread, &by_id) else {
            gathered.notes.push(format!(
                "{}: what it answers is not in the thread: {}",
                answer.name(),
                answer.lines()
            ));
            continue;
        };
        let about: Vec<&Mail> = match answered.is_cover() {
            false => vec![answered],
            true => thread
                .iter()
                .filter(|mail| {
                    is_of_series(mail) && !mail.is_cover() && mail.version() == answered.version()
                })
                .collect(),
        };
        for trailer in &answer.trailers {
            if !is_sloppy && let Some(why) = answer.disowns(trailer) {
                gathered.notes.push(why);
                continue;
            }
            gathered.notes.extend(answer.differs(trailer));
            for patch in &about {
                let row = row(trailer, patch, spec, &now, &gathered.rows);
                gathered.rows.push(row);
            }
        }
    }
    gathered
}

/// What becomes of a trailer that was given to a patch of the thread.
fn row(trailer: &Trailer, patch: &Mail, spec: &Spec, now: &[Content], rows: &[Row]) -> Row {
    let sent = Content::of(patch);
    let same = now.iter().position(|content| *content == sent);
    let by_title = || {
        spec.patches
            .iter()
            .position(|known| known.subject == patch.title)
    };
    let by_number = || {
        let tag = patch.tag.as_ref()?;
        let number = usize::try_from(tag.number?).ok()?.checked_sub(1)?;
        let is_alike = usize::try_from(tag.total?).ok()? == now.len();
        is_alike
            .then_some(number)
            .filter(|number| *number < now.len())
    };
    let found = same.or_else(by_title).or_else(by_number);
    let version = patch.version().unwrap_or(1);
    let fate = match (same, found) {
        (Some(at), _) => {
            let has = |line: &String| trailer.is_in(line);
            let is_known = spec
                .patches
                .get(at)
                .is_some_and(|patch| patch.trailers.iter().any(has));
            let is_twice = rows.iter().any(|row| {
                row.patch == Some(at)
                    && row.fate == Fate::Added
                    && trailer.is_in(&row.trailer.line())
            });
            match is_known || is_twice {
                true => Fate::Known,
                false => Fate::Added,
            }
        }
        (None, Some(at)) => {
            let files = now
                .get(at)
                .map(|content| sent.differing(content))
                .unwrap_or_default();
            Fate::Dropped(format!(
                "the patch has changed since v{version} in {}",
                files.join(", ")
            ))
        }
        (None, None) => Fate::Dropped(format!(
            "the spec has no patch like \"{}\" of v{version}",
            patch.title
        )),
    };
    Row {
        trailer: trailer.clone(),
        patch: found,
        fate,
    }
}

/// A patch or a cover letter, and no answer.
fn is_of_series(mail: &Mail) -> bool {
    !mail.is_answer && (!mail.is_cover() || mail.number() == Some(0))
}

/// The patch or the cover letter that a mail answers, directly or through other answers.
fn answered<'m>(
    mail: &'m Mail,
    thread: &'m [Mail],
    by_id: &HashMap<&str, usize>,
) -> Option<&'m Mail> {
    let mut at = mail;
    // No longer than the thread, should mails answer each other in a circle.
    for _ in 0..thread.len() {
        let parents = at.in_reply_to.iter().chain(at.references.iter().rev());
        let parent = parents.filter_map(|parent| by_id.get(id(parent))).next()?;
        at = thread.get(*parent)?;
        if is_of_series(at) {
            return Some(at);
        }
    }
    None
}

/// An id without its angle brackets.
fn id(text: &str) -> &str {
    text.trim().trim_start_matches('<').trim_end_matches('>')
}
