//! Which mails of a saved thread are the series: what `b4 am` would take, and a note for all that is left.
//!
//! `git am` applies every mail of a mailbox in its order, answers with a diff in them too. Nobody means
//! that who saves a thread from an archive. So answers, other versions and remarks are left out, never
//! without a word; what has a diff and says nothing about itself is taken, as `git am` would.

use std::collections::BTreeSet;

use super::{Mail, subject};

/// A mail and the name of the file that it is from.
#[derive(Clone, Debug)]
pub struct Posting {
    /// The mail.
    pub mail: Mail,
    /// What to call its file.
    pub name: String,
}

/// What was done with a mail that a reader might have expected to be judged, or judged elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The mail's file.
    pub file: String,
    /// 1-based line where the mail begins.
    pub line: usize,
    /// All of it for people.
    pub message: String,
}

/// The mails to judge, in the order in which they apply.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// The mails, the cover letter first.
    pub mails: Vec<Mail>,
    /// The name of each mail's file.
    pub names: Vec<String>,
    /// What was left out or moved, and why.
    pub notes: Vec<Note>,
}

/// Why no series can be told from the mails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ThreadError {
    /// All of it for people.
    pub message: String,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

impl ThreadError {
    fn new(message: impl Into<String>, hint: &'static str) -> Self {
        Self {
            message: message.into(),
            hint: Some(hint),
        }
    }
}

/// Takes the series out of mails: of one version, without answers, sorted by number.
///
/// # Errors
/// Where no mail has a diff, or none is of the version asked for, or a cover letter has a diff.
pub fn select(mails: Vec<Posting>, version: Option<u32>) -> Result<Series, ThreadError> {
    let mut picker = Picker { notes: Vec::new() };
    let mails = picker.without_answers(mails)?;
    let mails = picker.without_remarks(mails);
    let mails = picker.without_copies(mails);
    if let Some(cover) = mails
        .iter()
        .find(|one| one.mail.number() == Some(0) && !one.mail.is_cover())
    {
        let message = format!(
            "{}: line {}: the cover letter has a diff of its own",
            cover.name, cover.mail.lines.mail
        );
        return Err(ThreadError::new(
            message,
            "git am would apply it: take the mail or the diff out",
        ));
    }
    let mails = picker.of_one_version(mails, version)?;
    let mails = picker.sorted(mails);
    if mails.iter().all(|one| one.mail.is_cover()) {
        return Err(ThreadError::new(
            "no diff in it",
            "a patch mail that was cut off, or a cover letter alone",
        ));
    }
    let (mails, names) = mails.into_iter().map(|one| (one.mail, one.name)).unzip();
    Ok(Series {
        mails,
        names,
        notes: picker.notes,
    })
}

struct Picker {
    notes: Vec<Note>,
}

impl Picker {
    fn note(&mut self, one: &Posting, message: String) {
        self.notes.push(Note {
            file: one.name.clone(),
            line: one.mail.lines.mail,
            message,
        });
    }

    /// Leaves answers out. Where nothing else has a diff, an answer that carries a patch below a scissors line,
    /// with a subject of the patch's own, is one.
    fn without_answers(&mut self, mails: Vec<Posting>) -> Result<Vec<Posting>, ThreadError> {
        let has_patch = mails
            .iter()
            .any(|one| !one.mail.is_answer && !one.mail.is_cover());
        let names_itself = |mail: &Mail| {
            let subject = mail.subject.as_deref().unwrap_or_default();
            !mail.is_cover() && !subject::is_answer(subject)
        };
        let (answers, mut kept): (Vec<_>, Vec<_>) = mails
            .into_iter()
            .partition(|one| one.mail.is_answer && (has_patch || !names_itself(&one.mail)));
        let any_patch = kept.iter().any(|one| !one.mail.is_cover());
        let with_diff = answers
            .iter()
            .find(|one| !one.mail.is_cover() || one.mail.unread.is_some());
        if let Some(answer) = with_diff.filter(|_| !any_patch) {
            let message = format!(
                "{}: line {}: the only mail with a diff answers another (its subject begins with `Re:` or the like)",
                answer.name, answer.mail.lines.mail
            );
            let hint = "an answer is no patch of a series; `git am` would apply it all the same: give it a subject of its own";
            return Err(ThreadError::new(message, hint));
        }
        for answer in &answers {
            let what = match &answer.mail.unread {
                Some(error) => format!(", and git could not read it ({error})"),
                None if answer.mail.is_cover() => String::new(),
                None => ", with its diff, which `git am` would apply".to_owned(),
            };
            self.note(answer, format!("an answer is left out{what}"));
        }
        for one in &mut kept {
            if let Some(line) = one.mail.lines.scissors {
                let message = format!(
                    "the text above the scissors in line {line} is no part of the message (git am --scissors)"
                );
                self.notes.push(Note {
                    file: one.name.clone(),
                    line,
                    message,
                });
            }
        }
        Ok(kept)
    }

    /// Leaves out what has neither a diff nor a tag: git has nothing to apply there, and stops.
    fn without_remarks(&mut self, mails: Vec<Posting>) -> Vec<Posting> {
        let (kept, remarks): (Vec<_>, Vec<_>) = mails
            .into_iter()
            .partition(|one| !one.mail.is_cover() || one.mail.tag.is_some());
        for remark in &remarks {
            self.note(
                remark,
                "a mail without a diff and without [PATCH] is left out".to_owned(),
            );
        }
        kept
    }

    /// Leaves out a mail that came twice, as the mails of several lists do.
    fn without_copies(&mut self, mails: Vec<Posting>) -> Vec<Posting> {
        let mut seen: BTreeSet<(String, Vec<u8>)> = BTreeSet::new();
        let mut kept = Vec::with_capacity(mails.len());
        for one in mails {
            let mail = &one.mail;
            let key = match &mail.message_id {
                Some(id) => Some((id.clone(), mail.patch.clone())),
                // One that has no name is the same where all of it is.
                None => (!mail.is_bare()).then(|| (String::new(), mail.raw.clone())),
            };
            if key.is_some_and(|key| !seen.insert(key)) {
                self.note(&one, "a second copy of a mail is left out".to_owned());
            } else {
                kept.push(one);
            }
        }
        kept
    }

    /// Leaves the mails of one version; those without a tag stay, since they say nothing of another.
    fn of_one_version(
        &mut self,
        mails: Vec<Posting>,
        wanted: Option<u32>,
    ) -> Result<Vec<Posting>, ThreadError> {
        let versions: BTreeSet<u32> = mails.iter().filter_map(|one| one.mail.version()).collect();
        let Some(chosen) = wanted.or(versions.last().copied()) else {
            return Ok(mails);
        };
        if wanted.is_some() && !versions.contains(&chosen) {
            let there: Vec<String> = versions
                .iter()
                .map(|version| format!("v{version}"))
                .collect();
            let message = match &there[..] {
                [] => format!("no mail of version {chosen}; none has a [PATCH] tag"),
                _ => format!("no mail of version {chosen}; there is {}", there.join(", ")),
            };
            return Err(ThreadError::new(
                message,
                "`--version N` picks a version of the series",
            ));
        }
        let carried = carried(&mails, chosen);
        let mut kept = Vec::with_capacity(mails.len());
        let mut left_out = Vec::new();
        for (index, mut one) in mails.into_iter().enumerate() {
            match one.mail.version() {
                Some(version) if version != chosen && carried.contains(&index) => {
                    let message = format!(
                        "patch {} of v{version} goes on in v{chosen}, which was sent in part",
                        one.mail.number().unwrap_or_default()
                    );
                    self.note(&one, message);
                    one.mail.carried_to = Some(chosen);
                    kept.push(one);
                }
                Some(version) if version != chosen => left_out.push((version, one)),
                _ => kept.push(one),
            }
        }
        for (version, one) in &left_out {
            self.note(
                one,
                format!("a mail of v{version} is left out: v{chosen} is judged"),
            );
        }
        Ok(kept)
    }

    /// Sorts the mails by their numbers, where all have one of the same series.
    fn sorted(&mut self, mails: Vec<Posting>) -> Vec<Posting> {
        let totals: BTreeSet<Option<u32>> = mails
            .iter()
            .map(|one| one.mail.tag.as_ref().and_then(|tag| tag.total))
            .collect();
        let numbers: Vec<Option<u32>> = mails.iter().map(|one| one.mail.number()).collect();
        if totals.len() != 1 || numbers.contains(&None) || numbers.is_sorted() {
            return mails;
        }
        let mut sorted = mails;
        sorted.sort_by_key(|one| one.mail.number());
        if let Some(first) = sorted.first() {
            let message = "the mails are not in order; they are judged by their numbers".to_owned();
            let note = Note {
                file: first.name.clone(),
                line: first.mail.lines.mail,
                message,
            };
            self.notes.push(note);
        }
        sorted
    }
}

/// Patches of earlier versions that go on in `chosen`: those whose numbers it lacks, if each of its own answers
/// the patch of the same number before it. That is what b4 takes for a partial reroll.
fn carried(mails: &[Posting], chosen: u32) -> BTreeSet<usize> {
    let patch = |version: u32, number: u32| {
        mails.iter().position(|one| {
            one.mail.version() == Some(version)
                && one.mail.number() == Some(number)
                && !one.mail.is_cover()
        })
    };
    let mut carried = BTreeSet::new();
    let own: Vec<&Mail> = mails
        .iter()
        .map(|one| &one.mail)
        .filter(|mail| mail.version() == Some(chosen) && !mail.is_cover())
        .collect();
    let Some(total) = own.first().and_then(|mail| mail.tag.as_ref()?.total) else {
        return carried;
    };
    let mut have: BTreeSet<u32> = own.iter().filter_map(|mail| mail.number()).collect();
    let mut newer = own;
    for version in (1..chosen).rev() {
        let answers_it = newer.iter().all(|mail| {
            let before = mail
                .number()
                .and_then(|number| patch(version, number))
                .and_then(|at| mails.get(at));
            mail.in_reply_to.is_some()
                && before.is_some_and(|before| before.mail.message_id == mail.in_reply_to)
        });
        if have.len() >= total as usize || !answers_it || newer.is_empty() {
            break;
        }
        let missing: Vec<usize> = mails
            .iter()
            .enumerate()
            .filter(|(_, one)| one.mail.version() == Some(version) && !one.mail.is_cover())
            .filter(|(_, one)| {
                one.mail
                    .number()
                    .is_some_and(|number| !have.contains(&number))
            })
            .map(|(at, _)| at)
            .collect();
        have.extend(
            missing
                .iter()
                .filter_map(|&at| mails.get(at)?.mail.number()),
        );
        carried.extend(missing);
        newer = mails
            .iter()
            .map(|one| &one.mail)
            .filter(|mail| mail.version() == Some(version) && !mail.is_cover())
            .collect();
    }
    carried
}
