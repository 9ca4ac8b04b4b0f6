//! The uses in one file.

use std::ops::Range;

use query::File;
use query::access::{Access, access_of, member_uses};
use query::pattern::{Doubt, Match, Pattern, PatternError};
use query::types::{Resolution, receiver_type, type_of};
use trees::ParsedTree;

use crate::Options;
use crate::context::Context;
use crate::member::{MemberPattern, tag};
use crate::report::{AuditUse, FileReport, Unread};
use crate::then::{self, Then};

/// What is looked for, and what is to be said of it.
pub(crate) struct Search<'a> {
    pub(crate) tree: &'a ParsedTree,
    pub(crate) pattern: &'a Pattern,
    pub(crate) options: &'a Options,
    pub(crate) member: Option<MemberPattern>,
    then: Option<Then<'a>>,
}

/// A use, before its surroundings are looked at.
pub(crate) struct Found {
    pub(crate) range: Range<usize>,
    /// Whose type tells what is used: a member of that name may be any record's.
    pub(crate) subject: Subject,
    pub(crate) access: Access,
    pub(crate) in_macro: bool,
}

/// Whose type a report gives.
pub(crate) enum Subject {
    /// The record whose member is used here.
    Member,
    /// This expression's.
    Expression(Range<usize>),
    /// What was found has no type to give: a statement, a declaration.
    None,
}

impl<'a> Search<'a> {
    /// # Errors
    /// Something is to be guarded by a pattern that is no condition.
    pub(crate) fn new(
        tree: &'a ParsedTree,
        pattern: &'a Pattern,
        options: &'a Options,
    ) -> Result<Self, PatternError> {
        let second = options.then.as_ref();
        Ok(Self {
            tree,
            pattern,
            options,
            member: MemberPattern::of(pattern),
            then: second
                .map(|second| Then::new(pattern, second, &options.isomorphisms))
                .transpose()?,
        })
    }

    /// A file without any of these words has nothing to report; none: every file may.
    pub(crate) fn words(&self) -> Vec<String> {
        let words = match &self.member {
            Some(member) => vec![member.member.clone()],
            None => self.pattern.telling_words(),
        };
        let then = self.options.then.iter().map(Pattern::telling_words);
        // Both patterns must be there: fewer and longer words are likely rarer.
        let rarity = |words: &Vec<String>| {
            let shortest = words.iter().map(String::len).min();
            (std::cmp::Reverse(words.len()), shortest)
        };
        then.chain([words])
            .filter(|words| !words.is_empty())
            .max_by_key(rarity)
            .unwrap_or_default()
    }

    pub(crate) fn file(&self, file: &File) -> FileReport {
        let mut context = Context::new(file);
        if let Some(then) = &self.then {
            return then::file(self, &mut context, then);
        }
        let (found, unread) = self.uses(file);
        let mut report = FileReport {
            uses: Vec::new(),
            unread: unread_places(file, unread),
        };
        for found in found {
            if self.wants(found.access) {
                let described = self.describe(&mut context, &found);
                if self.may_be_of_record(described.receiver_type.as_deref()) {
                    report.uses.push(described);
                }
            }
        }
        report
    }

    fn uses(&self, file: &File) -> (Vec<Found>, Vec<syntax::Unread>) {
        match &self.member {
            Some(member) => member_found(file, &member.member),
            None => {
                let (found, unread) = self.matches(self.pattern, file);
                let used = found
                    .into_iter()
                    .map(|found| used(file, self.pattern, &found));
                (used.collect(), unread)
            }
        }
    }

    /// The matches of a pattern; those whose types are not known are kept: their use says that it is not resolved.
    pub(crate) fn matches(
        &self,
        pattern: &Pattern,
        file: &File,
    ) -> (Vec<Match>, Vec<syntax::Unread>) {
        let whole = 0..file.bytes().len();
        let matches = pattern.find(file, whole, &self.tree.near(file));
        let (mut found, doubts) = matches.parts();
        let mut unread = Vec::new();
        for doubt in doubts {
            match doubt {
                Doubt::Unread(region) => unread.push(region),
                Doubt::Untyped(untyped) => found.push(untyped.found),
            }
        }
        found.sort_by_key(|found| (found.range.start, std::cmp::Reverse(found.range.end)));
        (found, unread)
    }

    pub(crate) fn wants(&self, access: Access) -> bool {
        let only = &self.options.only;
        only.is_empty() || only.iter().any(|kind| kind.has(access))
    }

    /// Whether a receiver of this type, if it is known, is the record that the pattern asks for.
    pub(crate) fn may_be_of_record(&self, known: Option<&str>) -> bool {
        let wanted = self
            .member
            .as_ref()
            .and_then(|member| member.record.as_ref());
        match (wanted, known) {
            (Some(record), Some(known)) => tag(known).as_ref() == Some(record),
            _ => true,
        }
    }

    /// The use with its surroundings.
    pub(crate) fn describe(&self, context: &mut Context<'_>, found: &Found) -> AuditUse {
        let file = context.file;
        let start = found.range.start;
        let (receiver_type, unresolved) = self.receiver(file, found);
        AuditUse {
            file: file.path().to_string(),
            line: file.line_of(start),
            column: file.lines().column_of(start) + 1,
            function: context.function(start),
            access: found.access.name(),
            receiver_type,
            unresolved,
            in_macro: found.in_macro,
            guards: if found.in_macro {
                None
            } else {
                context.guard_texts(&found.range)
            },
            conditions: context.conditions(start),
            text: context.text(start),
            guarded_by: None,
            offset: start,
        }
    }

    fn receiver(&self, file: &File, found: &Found) -> (Option<String>, Option<String>) {
        let near = self.tree.near(file);
        let resolution = match &found.subject {
            Subject::Member => receiver_type(file, &found.range, &near),
            Subject::Expression(range) => type_of(file, range, &near),
            Subject::None => return (None, None),
        };
        match resolution {
            Resolution::Known(name) => (Some(name.to_string()), None),
            Resolution::Unresolved(reason) => (None, Some(reason)),
        }
    }
}

fn member_found(file: &File, member: &str) -> (Vec<Found>, Vec<syntax::Unread>) {
    let uses = member_uses(file, member);
    let found = uses.found.into_iter().map(|used| Found {
        range: used.range,
        subject: Subject::Member,
        access: used.access,
        in_macro: used.in_macro,
    });
    (found.collect(), uses.unread)
}

/// A match as a use.
pub(crate) fn used(file: &File, pattern: &Pattern, found: &Match) -> Found {
    Found {
        access: access_of(file, &found.range),
        subject: subject(pattern, found),
        range: found.range.clone(),
        in_macro: found.in_macro,
    }
}

/// What the first metavariable stands for.
fn subject(pattern: &Pattern, found: &Match) -> Subject {
    let first = pattern.metavariables().into_iter().next();
    first
        .and_then(|name| found.bindings.get(&name))
        .map_or(Subject::None, |binding| {
            Subject::Expression(binding.range.clone())
        })
}

pub(crate) fn unread_places(file: &File, unread: Vec<syntax::Unread>) -> Vec<Unread> {
    unread
        .into_iter()
        .map(|unread| Unread {
            file: file.path().to_string(),
            line: file.line_of(unread.range.start),
            cause: unread.cause,
        })
        .collect()
}
