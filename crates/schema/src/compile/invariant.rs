//! Stated invariants, kind by kind.

use query::pattern::{Fragment, Pattern};

use super::Compiler;
use super::words::{all, optional};
use crate::model::{
    Event, EveryTest, Exception, Invariant, InvariantKind, MemberName, OnlyIn, Order, Scope,
};
use crate::raw::{
    CallsKeys, ConfigKeys, EveryTestKeys, GuardedKeys, Int, InvariantKeys, OrderKeys,
    RawAccessEvent, RawEvent, RawException, RawInvariant, RawScope, Text, Texts,
};

/// Through how many calls an event or a call may come about where the spec does not say.
const STEPS: usize = 3;
/// More is a search of the whole call graph, which answers nothing.
const MOST_STEPS: i64 = 16;

impl Compiler<'_> {
    pub(super) fn invariants(&mut self, raw: &[RawInvariant]) -> Option<Vec<Invariant>> {
        all(raw.iter().map(|raw| self.invariant(raw)))
    }

    fn invariant(&mut self, raw: &RawInvariant) -> Option<Invariant> {
        let reason = optional(raw.common.reason.as_ref(), |text| {
            self.prose(text, "reason")
        });
        let kind = raw.own.as_ref().and_then(|own| self.stated(own));
        Some(Invariant {
            id: raw.common.id.as_ref()?.value.clone(),
            kind: kind?,
            reason: reason?.unwrap_or_default(),
            span: raw.span.clone(),
        })
    }

    fn stated(&mut self, own: &InvariantKeys) -> Option<InvariantKind> {
        match own {
            InvariantKeys::WritesOnlyIn(keys) => self
                .only_in(keys.member.as_ref(), keys.functions.as_ref())
                .map(InvariantKind::WritesOnlyIn),
            InvariantKeys::ReadsOnlyIn(keys) => self
                .only_in(keys.member.as_ref(), keys.functions.as_ref())
                .map(InvariantKind::ReadsOnlyIn),
            InvariantKeys::EveryTest(keys) => self.every_test(keys).map(InvariantKind::EveryTest),
            InvariantKeys::Order(keys) => self.order(keys).map(InvariantKind::Order),
            InvariantKeys::Guarded(keys) => self.guarded(keys),
            InvariantKeys::Present(keys) => {
                self.matches(keys.pattern.as_ref(), keys.scope.as_ref(), 1, None)
            }
            InvariantKeys::Absent(keys) => {
                self.matches(keys.pattern.as_ref(), keys.scope.as_ref(), 0, Some(0))
            }
            InvariantKeys::Count(keys) => {
                let count = keys
                    .count
                    .as_ref()
                    .and_then(|number| self.number(number, "count"));
                let count_or_zero = count.unwrap_or(0);
                let kind = self.matches(
                    keys.pattern.as_ref(),
                    keys.scope.as_ref(),
                    count_or_zero,
                    Some(count_or_zero),
                );
                count.and(kind)
            }
            InvariantKeys::Calls(keys) => self.calls(keys),
            InvariantKeys::Config(keys) => self.config(keys),
        }
    }

    /// `pci_dev.detached_vf`
    fn member_name(&mut self, text: &Text) -> Option<MemberName> {
        let parts = text.value.split_once('.');
        let parts = parts.filter(|(record, member)| {
            super::place::is_identifier(record) && super::place::is_identifier(member)
        });
        if let Some((record, member)) = parts {
            return Some(MemberName {
                record: record.to_owned(),
                member: member.to_owned(),
            });
        }
        let message = format!("`{}` does not name a member", text.value.escape_debug());
        let help = "write the struct's tag, a dot and the member: `pci_dev.detached_vf`";
        self.mistakes
            .report(&text.span, message, "not a member", help);
        None
    }

    fn only_in(&mut self, member: Option<&Text>, functions: Option<&Texts>) -> Option<OnlyIn> {
        let member = member.and_then(|text| self.member_name(text));
        // An empty list is a statement here: nobody at all.
        let functions = functions.and_then(|texts| {
            all(texts
                .items
                .iter()
                .map(|text| self.identifier(text, "function")))
        });
        Some(OnlyIn {
            member: member?,
            functions: functions?,
        })
    }

    fn number(&mut self, number: &Int, key: &str) -> Option<usize> {
        usize::try_from(number.value)
            .map_err(|_| {
                let message = format!("`{key}` is 0 or more, not {}", number.value);
                self.mistakes.report(
                    &number.span,
                    message,
                    "negative",
                    "write 0 or a positive number",
                );
            })
            .ok()
    }

    fn steps(&mut self, number: Option<&Int>) -> Option<usize> {
        let Some(number) = number else {
            return Some(STEPS);
        };
        let steps = self.number(number, "steps")?;
        if number.value > MOST_STEPS {
            let message = format!("`steps` is at most {MOST_STEPS}");
            let help = "name a function that is nearer";
            self.mistakes
                .report(&number.span, message, "too many", help);
            return None;
        }
        Some(steps)
    }

    fn scope(&mut self, raw: Option<&RawScope>) -> Option<Scope> {
        let Some(raw) = raw else {
            return Some(Scope::default());
        };
        let under = optional(raw.files.as_ref(), |texts| self.paths(texts, "files"));
        let functions = self.identifiers(raw.functions.as_ref(), "functions", "function");
        Some(Scope {
            under: under?.unwrap_or_default(),
            functions: functions?,
        })
    }

    fn every_test(&mut self, keys: &EveryTestKeys) -> Option<EveryTest> {
        let tests = keys.test.as_ref();
        let tests = tests.and_then(|texts| self.patterns(texts, "test", Fragment::Expression));
        let also = keys.also.as_ref().and_then(|text| {
            let template = self.template(text, Fragment::Expression)?;
            self.bound(text, &template, "also", tests.as_deref()?, "test");
            Some(template)
        });
        let scope = self.scope(keys.scope.as_ref());
        let except = keys.except.iter().flatten();
        let except = all(except.map(|raw| self.exception(raw)));
        Some(EveryTest {
            tests: tests?,
            also: also?,
            scope: scope?,
            except: except?,
        })
    }

    fn exception(&mut self, raw: &RawException) -> Option<Exception> {
        let function = raw
            .function
            .as_ref()
            .and_then(|text| self.identifier(text, "function"));
        let count = optional(raw.count.as_ref(), |number| self.number(number, "count"));
        let reason = raw.reason.as_ref().and_then(|text| {
            let reason = self.prose(text, "reason")?;
            if reason.trim().is_empty() {
                let help = "an exception says why the place is right as it is";
                self.mistakes
                    .report(&text.span, "`reason` is empty", "no reason", help);
                return None;
            }
            Some(reason)
        });
        Some(Exception {
            function: function?,
            count: count?,
            reason: reason?,
        })
    }

    fn order(&mut self, keys: &OrderKeys) -> Option<Order> {
        let files = optional(keys.file.as_ref(), |texts| self.paths(texts, "file"));
        let function = keys
            .function
            .as_ref()
            .and_then(|text| self.identifier(text, "function"));
        let first = keys.first.as_ref().and_then(|event| self.event(event));
        let then = keys.then.as_ref().and_then(|event| self.event(event));
        let steps = self.steps(keys.steps.as_ref());
        Some(Order {
            files: files?.unwrap_or_default(),
            function: function?,
            first: first?,
            then: then?,
            steps: steps?,
        })
    }

    fn event(&mut self, raw: &RawEvent) -> Option<Event> {
        match raw {
            RawEvent::Pattern(text) => self.pattern(text, Fragment::Any).map(Event::Pattern),
            RawEvent::Access(access) => self.access(access),
        }
    }

    fn access(&mut self, raw: &RawAccessEvent) -> Option<Event> {
        match (&raw.writes, &raw.reads) {
            (Some(text), None) => self.member_name(text).map(Event::Writes),
            (None, Some(text)) => self.member_name(text).map(Event::Reads),
            (writes, _) => {
                let both = writes.is_some();
                let message = if both {
                    "both `writes` and `reads` are given"
                } else {
                    "neither `writes` nor `reads` is given"
                };
                let help = "an event is one thing: `{ writes = \"pci_dev.detached_vf\" }`";
                self.mistakes
                    .report(&raw.span, message, "which event?", help);
                None
            }
        }
    }

    fn any_pattern(&mut self, text: Option<&Text>) -> Option<Pattern> {
        self.pattern(text?, Fragment::Any)
    }

    fn guarded(&mut self, keys: &GuardedKeys) -> Option<InvariantKind> {
        let pattern = self.any_pattern(keys.pattern.as_ref());
        let by = keys.by.as_ref();
        let by = by.and_then(|text| self.pattern(text, Fragment::Expression));
        let scope = self.scope(keys.scope.as_ref());
        Some(InvariantKind::Guarded {
            pattern: pattern?,
            by: by?,
            scope: scope?,
        })
    }

    fn matches(
        &mut self,
        patterns: Option<&Texts>,
        scope: Option<&RawScope>,
        least: usize,
        most: Option<usize>,
    ) -> Option<InvariantKind> {
        let patterns = patterns.and_then(|texts| self.patterns(texts, "pattern", Fragment::Any));
        let scope = self.scope(scope);
        Some(InvariantKind::Matches {
            patterns: patterns?,
            scope: scope?,
            least,
            most,
        })
    }

    fn calls(&mut self, keys: &CallsKeys) -> Option<InvariantKind> {
        let from = keys
            .from
            .as_ref()
            .and_then(|text| self.identifier(text, "function"));
        let to = keys
            .to
            .as_ref()
            .and_then(|text| self.identifier(text, "function"));
        let steps = self.steps(keys.steps.as_ref());
        Some(InvariantKind::Calls {
            from: from?,
            to: to?,
            steps: steps?,
        })
    }

    fn config(&mut self, keys: &ConfigKeys) -> Option<InvariantKind> {
        let pattern = self.any_pattern(keys.pattern.as_ref());
        let scope = self.scope(keys.scope.as_ref());
        let under = optional(keys.under.as_ref(), |text| self.condition(text));
        Some(InvariantKind::Config {
            pattern: pattern?,
            scope: scope?,
            under: under?,
        })
    }
}
