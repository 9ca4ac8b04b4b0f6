//! The uses in one file.

use std::ops::Range;

use query::File;
use query::access::{Access, access_of, member_uses};
use query::pattern::{Bindings, Doubt, Match, Pattern, PatternError};
use query::types::{Resolution, receiver_type, type_of};
use trees::ParsedTree;

use crate::context::Context;
use crate::exceptions;
use crate::member::{MemberPattern, tag};
use crate::report::{AuditUse, FileReport, Unread};
use crate::then::{self, Then};
use crate::{Asked, Options};

/// What is looked for, and what is to be said of it.
pub(crate) struct Search<'a> {
    pub(crate) tree: &'a ParsedTree,
    pub(crate) asked: &'a Asked,
    pub(crate) options: &'a Options,
    pub(crate) member: Option<MemberPattern>,
    then: Option<Then<'a>>,
    /// The pattern's text, where it is one of several.
    pub(crate) shown: Option<String>,
}

/// A use, before its surroundings are looked at.
pub(crate) struct Found {
    pub(crate) range: Range<usize>,
    /// Whose type tells what is used: a member of that name may be any record's.
    pub(crate) subject: Subject,
    pub(crate) access: Access,
    pub(crate) in_macro: bool,
    /// What the pattern's metavariables are; none where a member is used as no pattern says, in an initialiser.
    pub(crate) bindings: Option<Bindings>,
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
        asked: &'a Asked,
        options: &'a Options,
    ) -> Result<Self, PatternError> {
        let pattern = match asked {
            Asked::Pattern(pattern) => Some(pattern),
            Asked::Path(_) => None,
        };
        let then = options.then.as_ref().zip(pattern);
        let then = then.map(|(second, pattern)| Then::new(pattern, second, &options.isomorphisms));
        Ok(Self {
            tree,
            asked,
            options,
            member: pattern
                .and_then(MemberPattern::of)
                .filter(|_| !options.is_exact),
            then: then.transpose()?,
            shown: None,
        })
    }

    /// A file without any of these words has nothing to report; none: every file may.
    pub(crate) fn words(&self) -> Vec<String> {
        let words = match &self.member {
            Some(member) => vec![member.member.clone()],
            None => self.asked.telling_words(),
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

    /// The uses of the pattern that is asked for.
    pub(crate) fn file(&self, context: &mut Context<'_>, pattern: &Pattern) -> FileReport {
        let file = context.file;
        if let Some(then) = &self.then {
            return then::file(self, context, then);
        }
        let (found, unread) = self.uses(file, pattern);
        let mut report = FileReport {
            uses: Vec::new(),
            unread: unread_places(file, unread),
        };
        for found in found {
            if self.wants(found.access) && self.is_kept(context, &found, &mut report) {
                let described = self.describe(context, &found);
                if self.may_be_of_record(described.receiver_type.as_deref()) {
                    report.uses.push(described);
                }
            }
        }
        report
    }

    /// Whether a use is no exception; what is not known of it goes into the report.
    pub(crate) fn is_kept(
        &self,
        context: &mut Context<'_>,
        found: &Found,
        report: &mut FileReport,
    ) -> bool {
        match exceptions::is_kept(self, context, found) {
            Ok(is_kept) => is_kept,
            Err(doubt) => {
                let unread = vec![doubt.into_unread()];
                report.unread.extend(unread_places(context.file, unread));
                false
            }
        }
    }

    fn uses(&self, file: &File, pattern: &Pattern) -> (Vec<Found>, Vec<syntax::Unread>) {
        match &self.member {
            Some(member) => self.member_found(file, &member.member, pattern),
            None => {
                let (found, unread) = self.matches(pattern, file);
                let used = found.into_iter().map(|found| used(file, pattern, &found));
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
            pattern: self.shown.clone(),
            path: Vec::new(),
            offset: start,
        }
    }

    fn member_found(
        &self,
        file: &File,
        member: &str,
        pattern: &Pattern,
    ) -> (Vec<Found>, Vec<syntax::Unread>) {
        let uses = member_uses(file, member);
        let near = self.tree.near(file);
        let has_exceptions = exceptions::are_in(self.options);
        let found = uses.found.into_iter().map(|used| Found {
            bindings: has_exceptions
                .then(|| {
                    pattern
                        .matches(file, used.range.clone(), &near)
                        .ok()
                        .flatten()
                })
                .flatten(),
            range: used.range,
            subject: Subject::Member,
            access: used.access,
            in_macro: used.in_macro,
        });
        (found.collect(), uses.unread)
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

/// A match as a use.
pub(crate) fn used(file: &File, pattern: &Pattern, found: &Match) -> Found {
    Found {
        access: access_of(file, &found.range),
        subject: subject(file, pattern, found),
        range: found.range.clone(),
        in_macro: found.in_macro,
        bindings: Some(found.bindings.clone()),
    }
}

/// A match of a path as a use.
pub(crate) fn used_as(file: &File, found: &Match) -> Found {
    Found {
        access: access_of(file, &found.range),
        subject: Subject::None,
        range: found.range.clone(),
        in_macro: found.in_macro,
        bindings: Some(found.bindings.clone()),
    }
}

/// Names that are no expression: a label, a member, a type. Their letters may be an object's somewhere, and whoever asks for
/// its type would look for that object in the whole tree.
const NO_EXPRESSIONS: &[&str] = &[
    "statement_identifier",
    "field_identifier",
    "type_identifier",
];

/// What the first metavariable stands for.
fn subject(file: &File, pattern: &Pattern, found: &Match) -> Subject {
    let first = pattern.metavariables().into_iter().next();
    let Some(binding) = first.and_then(|name| found.bindings.get(&name)) else {
        return Subject::None;
    };
    let node = file.node_at(binding.range.clone());
    if node.is_some_and(|node| NO_EXPRESSIONS.contains(&node.kind())) {
        return Subject::None;
    }
    Subject::Expression(binding.range.clone())
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
