//! `test`: the site reads as declared now, and no bare old test is left in the declared scope.

mod replaced;

use std::ops::Range;

use query::File;
use query::pattern::{Doubt, Match, Pattern};
use schema::model::{Sites, Test, Widening};
use sites::kinds::test::{Standing, doubled};

use super::conditions::sequence::too_early;
use super::effect::{Flows, Tested};
use super::widening::{Companion, Wanted, companion, longer_chain, parens_around, wanted};
use super::{Ctx, Judged, none_of};
use crate::comparison::placed;
use crate::explained::Explained;
use crate::finding::{Finding, Verdict};
use crate::nodes::{normal, statement_of, times};
use sites::brief;

/// The matches of one pattern in the declared scope, each place once, and what could be another.
///
/// Tests, that is: code whose value is used. What sets the same place tests nothing. A test that is a chain of the
/// operator that widens it has become a part of a longer chain: with its companion that one is a match too.
fn matches(ctx: &Ctx<'_>, file: &File, kind: &Test, pattern: &Pattern) -> Tests {
    let mut tests = Tests::default();
    let regions = ctx.regions(file, &kind.functions);
    let (hits, doubts) = ctx.find(file, pattern, &regions).parts();
    tests.doubts = doubts;
    for hit in hits {
        tests.add(ctx, kind, file, hit);
    }
    if let Some(longer) = longer_chain(ctx.comparison, &kind.becomes, pattern) {
        let (hits, doubts) = ctx.find(file, &longer, &regions).parts();
        tests.doubts.extend(doubts);
        for hit in hits {
            match companion_of(ctx, kind, file, &hit) {
                Ok(Some(_)) => tests.add(ctx, kind, file, hit),
                Ok(None) => {}
                Err(doubt) => tests.doubts.push(doubt),
            }
        }
    }
    tests.found.sort_by_key(|hit| hit.range.start);
    tests
}

/// The tests of one pattern in a scope, and what could be one.
#[derive(Default)]
struct Tests {
    found: Vec<Match>,
    /// What is no test: more than its truth is used.
    values: Vec<Match>,
    doubts: Vec<Doubt>,
}

impl Tests {
    fn add(&mut self, ctx: &Ctx<'_>, kind: &Test, file: &File, hit: Match) {
        let core = core_range(file, &hit.range);
        let standing = sites::kinds::test::standing(&ctx.resolver(file), kind, &core);
        let found = match standing {
            Ok(Standing::None) => return,
            Ok(Standing::Value(_)) => &mut self.values,
            // What a macro may do anything with may be tested.
            Ok(Standing::Test) | Err(_) => &mut self.found,
        };
        let is_known = found.iter().any(|known| known.range == core);
        if !file.is_dead(core.start) && !is_known {
            found.push(Match { range: core, ..hit });
        }
    }
}

/// Without redundant parentheses, so that one place is one match.
fn core_range(file: &File, range: &Range<usize>) -> Range<usize> {
    crate::nodes::node_of(file, range).map_or_else(
        || range.clone(),
        |node| crate::nodes::without_parens(node).byte_range(),
    )
}

/// The first of the patterns that the file has, untouched by the change as yet, or that it could have; and its tests.
fn old_tests<'k>(ctx: &Ctx<'_>, kind: &'k Test, file: &File) -> Option<(&'k Pattern, Tests)> {
    kind.tests
        .iter()
        .map(|pattern| {
            let all = matches(ctx, file, kind, pattern);
            let mut bare = Tests {
                doubts: all.doubts,
                ..Tests::default()
            };
            for hit in all.found {
                match companion_of(ctx, kind, file, &hit) {
                    Ok(None) => bare.found.push(hit),
                    Ok(Some(_)) => {}
                    Err(doubt) => bare.doubts.push(doubt),
                }
            }
            (pattern, bare)
        })
        .find(|(_, tests)| !tests.found.is_empty() || !tests.doubts.is_empty())
}

fn companion_of(
    ctx: &Ctx<'_>,
    kind: &Test,
    file: &File,
    hit: &Match,
) -> Result<Option<Companion>, Doubt> {
    let Ok(wanted) = wanted(ctx.comparison, &kind.becomes, &hit.bindings) else {
        return Ok(None);
    };
    match wanted.joined_by {
        Some(joined_by) => companion(file, &hit.range, &wanted, joined_by),
        None => Ok(None),
    }
}

/// What it looks for, in words.
pub(super) fn sought(kind: &Test) -> String {
    none_of(kind.tests.iter().map(Pattern::text))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Test) -> Judged {
    let (file, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let chosen = match &before {
        Some(before) => old_tests(ctx, kind, before),
        None => kind
            .tests
            .iter()
            .map(|pattern| (pattern, matches(ctx, &file, kind, pattern)))
            .find(|(_, tests)| !tests.found.is_empty() || !tests.doubts.is_empty()),
    };
    let site = Site {
        ctx,
        kind,
        before: before.as_deref(),
        flows: Flows::default(),
    };
    let in_doubt = chosen.as_ref().and_then(|(pattern, _)| {
        let doubt = matches(ctx, &file, kind, pattern).doubts.into_iter().next();
        Some((*pattern, doubt?))
    });
    let chosen = chosen
        .map(|(pattern, tests)| (pattern, tests.found))
        .filter(|(_, found)| !found.is_empty());
    let mut judged = match (&kind.becomes, chosen) {
        (Widening::With(template), chosen) => replaced::judge(&site, &file, template, chosen),
        (_, Some((pattern, found))) => site.widened(&file, pattern, &found),
        (_, None) if in_doubt.is_some() => Judged::default(),
        (_, None) => Judged::only(site.gone(&file)),
    };
    if let Some((pattern, doubt)) = in_doubt {
        let finding = ctx.doubt(site.name(), &file, pattern, &doubt);
        judged.findings.push(finding);
    }
    judged
}

/// A test to be judged.
pub(super) struct Site<'a> {
    pub(super) ctx: &'a Ctx<'a>,
    pub(super) kind: &'a Test,
    pub(super) before: Option<&'a File>,
    flows: Flows,
}

impl Site<'_> {
    /// The name of the implied invariant.
    pub(super) fn name(&self) -> &'static str {
        match self.kind.becomes {
            Widening::Or(_) => "old-or-new",
            Widening::And(_) => "old-and-new",
            Widening::With(_) => "new-test",
        }
    }

    /// No old test at all in the scope of the tree after.
    pub(super) fn gone(&self, file: &File) -> Finding {
        let texts: Vec<&str> = self.kind.tests.iter().map(Pattern::text).collect();
        let place = self.kind.functions.first().map_or_else(
            || file.path().to_string(),
            |function| format!("{function}()"),
        );
        let finding = self
            .ctx
            .violated(
                self.name(),
                format!("{place}: no test `{}` found", texts.join("` or `")),
            )
            .in_file(file.path());
        match self.ctx.regions(file, &self.kind.functions).first() {
            Some(region) => placed(finding, file, region.start),
            None => finding,
        }
    }

    /// `or` and `and`: every old test in the scope stands with the new one.
    fn widened(&self, file: &File, pattern: &Pattern, sites: &[Match]) -> Judged {
        let mut judged = Judged::default();
        let all = matches(self.ctx, file, self.kind, pattern);
        let (now, doubts) = (all.found, all.doubts);
        let old = self
            .before
            .map(|before| matches(self.ctx, before, self.kind, pattern).found);
        // What is in doubt may be what is missed; that is said by itself.
        if let Some(old) = old.as_ref().filter(|_| doubts.is_empty())
            && now.len() < old.len()
        {
            for hit in &all.values {
                self.one(file, hit, None, &mut judged);
            }
            let finding = self.ctx.violated(
                self.name(),
                format!(
                    "the old test `{}` is gone: found {} in the scope before, and {} now",
                    pattern.text(),
                    times(old.len()),
                    times(now.len())
                ),
            );
            let at = self
                .ctx
                .regions(file, &self.kind.functions)
                .first()
                .map_or(0, |r| r.start);
            judged.put(finding, file, at);
        }
        for (index, hit) in now.iter().enumerate() {
            let counterpart = old
                .as_ref()
                .filter(|old| old.len() == now.len())
                .and_then(|old| old.get(index));
            self.one(file, hit, counterpart, &mut judged);
        }
        judged
            .findings
            .extend(self.too_few(file, pattern.text(), &now));
        if sites.is_empty() && now.is_empty() {
            judged.findings.push(self.gone(file));
        }
        judged
    }

    fn one(&self, file: &File, hit: &Match, old: Option<&Match>, judged: &mut Judged) {
        let wanted = match wanted(self.ctx.comparison, &self.kind.becomes, &hit.bindings) {
            Ok(wanted) => wanted,
            Err(message) => {
                let finding = self.ctx.unknown(self.name(), message);
                return judged.put(finding, file, hit.range.start);
            }
        };
        let joined_by = wanted.joined_by.unwrap_or("||");
        if let Some(statement) = crate::nodes::node_of(file, &hit.range).and_then(statement_of) {
            judged.comment_scope(file.path(), statement.byte_range());
        }
        let old_text = brief(&file.text(hit.range.clone()), 60);
        match companion(file, &hit.range, &wanted, joined_by) {
            Err(doubt) => {
                let finding = self.ctx.doubt(self.name(), file, &wanted.pattern, &doubt);
                judged.findings.push(finding);
            }
            Ok(Some(companion)) => {
                let mut operands = companion.operands.iter();
                let is_part = operands.any(|operand| hit.range.contains(&operand.start));
                let message = if is_part {
                    format!("reads `{old_text}`")
                } else {
                    format!("reads `{old_text} {joined_by} {}`", wanted.text)
                };
                let tested = Tested {
                    file,
                    whole: companion.root.clone(),
                    old: hit.range.clone(),
                    new: companion.operands.clone(),
                };
                let swapped = self.before_the_old(&tested, &wanted, &old_text);
                let twice = doubled(file, self.kind, hit);
                let finding = match (swapped, twice) {
                    (Some(swapped), _) => swapped,
                    (None, Some(twice)) => self.ctx.violated(self.name(), twice),
                    (None, None) => self.tests(&tested, message),
                };
                judged.put(finding, file, hit.range.start);
                self.explained(file, old, &companion, joined_by, judged);
            }
            Ok(None) => {
                let finding = self.alone(file, hit, &wanted, &old_text);
                judged.put(finding, file, hit.range.start);
            }
        }
    }

    /// New code is judged as written: what is declared behind the old test does not come before it, where the old test is
    /// a part of it (`p && p->m`), where it rests on what the old test asks (`!p || p->m`) or where either is a call.
    fn before_the_old(
        &self,
        tested: &Tested<'_>,
        wanted: &Wanted,
        old_text: &str,
    ) -> Option<Finding> {
        let mut new = tested.new.iter();
        let is_first = new.any(|new| new.end <= tested.old.start);
        let old = normal(tested.file.slice(tested.old.clone()));
        let new = normal(wanted.text.as_bytes());
        let is_call = |text: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            words.windows(2).any(|pair| {
                pair.last() == Some(&"(")
                    && pair.first().is_some_and(|word| {
                        word.starts_with(|c: char| c.is_alphabetic() || c == '_')
                    })
            })
        };
        let rests_on_it = format!(" {new} ").contains(&format!(" {old} "));
        let is_early = || too_early(&[&new, &old]).is_some();
        (is_first && (rests_on_it || is_call(&old) || is_call(&new) || is_early())).then(|| {
            let message = format!(
                "`{}` comes before `{old_text}`; the spec has it after",
                wanted.text
            );
            self.ctx.violated(self.name(), message)
        })
    }

    /// Of a tree as it is, the condition has to test what it reads.
    pub(super) fn tests(&self, tested: &Tested<'_>, message: String) -> Finding {
        let fault = match self.before {
            Some(_) => None,
            None => tested.fault(self.ctx, &self.flows),
        };
        match fault {
            None => self.ctx.holds(self.name(), message),
            Some((Verdict::Unknown, fault)) => self.ctx.unknown(self.name(), fault),
            Some((_, fault)) => self.ctx.violated(self.name(), fault),
        }
    }

    /// Of a tree as it is: not as many tests as declared.
    pub(super) fn too_few(&self, file: &File, what: &str, found: &[Match]) -> Option<Finding> {
        let Sites::Exactly(count) = self.ctx.change.sites else {
            return None;
        };
        let first = found.first()?;
        if self.before.is_some() || found.len() >= count {
            return None;
        }
        let message = format!(
            "expected {} `{what}`, found {}",
            crate::nodes::counted(count, "test", "tests"),
            found.len()
        );
        let finding = self.ctx.violated(self.name(), message);
        Some(placed(finding, file, first.range.start))
    }

    /// What the message of a bare test says: whether the companion is near, but not joined rightly.
    fn alone(&self, file: &File, hit: &Match, wanted: &Wanted, old_text: &str) -> Finding {
        let place = file
            .function_at(hit.range.start)
            .map(|function| format!("{}(): ", function.name))
            .unwrap_or_default();
        let joined_by = wanted.joined_by.unwrap_or("||");
        let near = crate::nodes::node_of(file, &hit.range)
            .and_then(crate::nodes::condition_or_statement)
            .is_some_and(|node| {
                let matches = self.ctx.find(file, &wanted.pattern, &[node.byte_range()]);
                matches.any() == Ok(true)
            });
        let message = if near {
            format!(
                "{place}`{old_text}` and `{}` are near each other, but do not read \
                 `{old_text} {joined_by} {}`: another operator, a negation or the precedence comes between",
                wanted.text, wanted.text
            )
        } else {
            format!(
                "{place}`{old_text}` is tested without `{joined_by} {}`",
                wanted.text
            )
        };
        self.ctx.violated(self.name(), message)
    }

    /// The companion, its operators, and the parentheses that came with it.
    fn explained(
        &self,
        file: &File,
        old: Option<&Match>,
        companion: &Companion,
        joined_by: &str,
        judged: &mut Judged,
    ) {
        let mut parens_before = 0;
        if let (Some(before), Some(old)) = (self.before, old) {
            if matches!(companion_of(self.ctx, self.kind, before, old), Ok(Some(_))) {
                return;
            }
            parens_before = parens_around(before, &old.range, joined_by).len();
        }
        let mut after = [&companion.operands[..], &companion.operators].concat();
        let extra = companion.parens.len().saturating_sub(parens_before);
        for paren in companion.parens.iter().take(extra) {
            after.push(paren.start..paren.start + 1);
            after.push(paren.end - 1..paren.end);
        }
        judged
            .explained_tokens
            .push(Explained::inserted(file.path(), after));
    }
}
