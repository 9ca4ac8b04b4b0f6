//! The uses in one file.

use std::ops::Range;

use kernel_c::SourceFile;
use kernel_c::access::{Access, access_of, member_uses};
use kernel_c::pattern::Pattern;
use kernel_c::types::{Resolution, type_of};
use trees::ParsedTree;

use crate::context::Context;
use crate::member::MemberPattern;
use crate::report::{AuditUse, FileReport, Unread};
use crate::{Options, then};

/// What is looked for, and what is to be said of it.
pub(crate) struct Search<'a> {
    pub(crate) tree: &'a ParsedTree,
    pub(crate) pattern: &'a Pattern,
    pub(crate) options: &'a Options,
    member: Option<MemberPattern>,
}

/// A use, before its surroundings are looked at.
pub(crate) struct Found {
    pub(crate) range: Range<usize>,
    /// What the type is asked of.
    pub(crate) receiver: Option<Range<usize>>,
    pub(crate) access: Access,
    pub(crate) in_macro: bool,
}

impl<'a> Search<'a> {
    pub(crate) fn new(tree: &'a ParsedTree, pattern: &'a Pattern, options: &'a Options) -> Self {
        Self {
            tree,
            pattern,
            options,
            member: MemberPattern::of(pattern),
        }
    }

    /// A file without this word has nothing to report; none: every file may.
    pub(crate) fn word(&self) -> Option<String> {
        let mut words = match &self.member {
            Some(member) => vec![member.member.clone()],
            None => self.pattern.words(),
        };
        // All of them must be there: the longest is likely the rarest.
        words.extend(self.options.then.iter().flat_map(Pattern::words));
        words.into_iter().max_by_key(String::len)
    }

    pub(crate) fn file(&self, file: &SourceFile) -> FileReport {
        let mut context = Context::new(file);
        if let Some(second) = &self.options.then {
            return then::file(self, &mut context, second);
        }
        let (found, unread) = self.uses(file);
        let mut report = FileReport {
            uses: Vec::new(),
            unread: unread_places(file, unread),
        };
        for found in found {
            if self.wants(found.access) {
                report.uses.extend(self.describe(&mut context, &found));
            }
        }
        report
    }

    fn uses(&self, file: &SourceFile) -> (Vec<Found>, Vec<kernel_c::Unread>) {
        match &self.member {
            Some(member) => member_found(file, &member.member),
            None => matches_of(self.pattern, file),
        }
    }

    fn wants(&self, access: Access) -> bool {
        let only = &self.options.only;
        only.is_empty() || only.iter().any(|kind| kind.has(access))
    }

    /// The use with its surroundings; none where its type is known not to be the one asked for.
    pub(crate) fn describe(&self, context: &mut Context<'_>, found: &Found) -> Option<AuditUse> {
        let file = context.file;
        let start = found.range.start;
        let (receiver_type, unresolved) = self.receiver(file, found);
        let wanted = self
            .member
            .as_ref()
            .and_then(|member| member.record.as_ref());
        if let (Some(record), Some(known)) = (wanted, &receiver_type)
            && crate::member::tag(known).as_ref() != Some(record)
        {
            return None;
        }
        Some(AuditUse {
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
        })
    }

    fn receiver(&self, file: &SourceFile, found: &Found) -> (Option<String>, Option<String>) {
        let Some(receiver) = &found.receiver else {
            return (None, None);
        };
        match type_of(file, receiver, &self.tree.near(file.path())) {
            Resolution::Known(name) => (Some(name.to_string()), None),
            Resolution::Unresolved(reason) => (None, Some(reason)),
        }
    }
}

fn member_found(file: &SourceFile, member: &str) -> (Vec<Found>, Vec<kernel_c::Unread>) {
    let uses = member_uses(file, member);
    let found = uses.found.into_iter().map(|used| Found {
        range: used.range,
        receiver: used.receiver,
        access: used.access,
        in_macro: used.in_macro,
    });
    (found.collect(), uses.unread)
}

/// The matches of any pattern, as uses.
pub(crate) fn matches_of(
    pattern: &Pattern,
    file: &SourceFile,
) -> (Vec<Found>, Vec<kernel_c::Unread>) {
    let matches = pattern.find(file, 0..file.bytes().len());
    let first = pattern.metavariables().into_iter().next();
    let found = matches.found.into_iter().map(|found| Found {
        access: access_of(file, &found.range),
        receiver: first
            .as_ref()
            .and_then(|name| found.bindings.get(name))
            .map(|binding| binding.range.clone()),
        range: found.range,
        in_macro: found.in_macro,
    });
    (found.collect(), matches.unread)
}

pub(crate) fn unread_places(file: &SourceFile, unread: Vec<kernel_c::Unread>) -> Vec<Unread> {
    unread
        .into_iter()
        .map(|unread| Unread {
            file: file.path().to_string(),
            line: file.line_of(unread.range.start),
            cause: unread.cause,
        })
        .collect()
}
