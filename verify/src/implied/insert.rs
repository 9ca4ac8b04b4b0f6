//! `insert`: just these statements, once, in their order, directly at their place, under just the declared condition.
//!
//! What is around them has the same tokens as before (`frame/tokens`), so that a statement beside the anchor and in its
//! block runs when the anchor's block does; only what is between the two is left to judge.

mod locals;
mod words;

use std::ops::Range;

use query::File;
use query::flow::Flow;
use query::types::DefinitionSource;
use schema::model::{Insert, InsertPlace, Side};
use sites::bare::bound_apart;
use sites::block;
use sites::effects::repeated;
use sites::kinds::insert::{Run, Slot, Slots, find, of_others, run, slots_by, statement_before};
use sites::{Reason, Unresolved, brief, statement};

use super::effect::Tested;
use super::{Ctx, Judged, badness, none_of};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::finding::{Finding, Verdict};

/// What it looks for, in words.
pub(super) fn sought(kind: &Insert) -> String {
    match &kind.place {
        InsertPlace::Beside(beside) => none_of(beside.anchors.iter().map(|anchor| anchor.text())),
        InsertPlace::Label(labels) => none_of(labels.iter().map(String::as_str)),
        InsertPlace::Start | InsertPlace::End => none_of(kind.functions.iter().map(String::as_str)),
    }
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Insert) -> Judged {
    let (file, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let functions = ctx.functions(&file, &kind.functions);
    if functions.is_empty() {
        let message = format!(
            "no function {}() in this file",
            kind.functions.join("() or ")
        );
        return Judged::only(ctx.violated("placed", message).in_file(file.path()));
    }
    let others = of_others(
        ctx.comparison.spec,
        ctx.body,
        &query::pattern::Bindings::new(),
    );
    // Which of the anchors is meant says the tree before; without one, the one that fits best.
    let known = before.as_deref().and_then(|before| {
        let resolver = ctx.resolver_of(Image::Before, before)?;
        find(&resolver, kind, &others).ok()
    });
    let indexes: Vec<Option<usize>> = match (&known, &kind.place) {
        (Some(slots), _) => vec![Some(slots.index)],
        (None, InsertPlace::Beside(beside)) => (0..beside.anchors.len()).map(Some).collect(),
        (None, _) => vec![None],
    };
    let of_index = |index: Option<usize>| {
        let resolver = ctx.resolver(&file);
        let slots = slots_by(&resolver, kind, &functions, index);
        let work = Work {
            ctx,
            kind,
            file: &file,
            before: before.as_deref().zip(known.as_ref()),
            others: &others,
        };
        let is_absent = matches!(&slots, Err(unresolved) if unresolved.reason == Reason::Absent);
        let at = functions.first().map_or(0, |f| f.name_range.start);
        (is_absent, work.judge(slots, at))
    };
    let judged = indexes.into_iter().map(of_index);
    // What an alternative lacks says nothing where another one is there.
    let best = judged.min_by_key(|(is_absent, judged)| (*is_absent, badness(&judged.findings)));
    best.map(|(_, judged)| judged).unwrap_or_default()
}

struct Work<'a> {
    ctx: &'a Ctx<'a>,
    kind: &'a Insert,
    file: &'a File,
    /// The tree before, and the places in it.
    before: Option<(&'a File, &'a Slots<'a>)>,
    /// What other inserts of the spec put there.
    others: &'a [String],
}

impl Work<'_> {
    fn judge(&self, slots: Result<Slots<'_>, Unresolved>, at: usize) -> Judged {
        let mut judged = Judged::default();
        let mut slots = match slots {
            Ok(slots) => slots.slots,
            Err(unresolved) => {
                let finding = match unresolved.reason {
                    Reason::Absent | Reason::Unfit | Reason::Present => {
                        let message =
                            format!("what it goes next to is gone: {}", unresolved.message);
                        self.ctx.violated("placed", message)
                    }
                    _ => self.ctx.unknown("site", unresolved.message.clone()),
                };
                let at = unresolved
                    .line
                    .map_or(at, |line| self.file.lines().range_of(line).start);
                judged.put(finding, self.file, at);
                return judged;
            }
        };
        let runs: Vec<Option<Run<'_>>> = slots.iter().map(|slot| self.run(slot)).collect();
        // What was put in may match the anchor, too, and is no place for it.
        let own: Vec<Range<usize>> = runs.iter().flatten().map(|run| run.range.clone()).collect();
        let is_own = |slot: &Slot<'_>| own.iter().any(|own| own.contains(&slot.offset));
        let kept: Vec<bool> = slots.iter().map(|slot| !is_own(slot)).collect();
        let mut keep = kept.iter();
        slots.retain(|_| *keep.next().unwrap_or(&true));
        let runs = runs.into_iter().zip(kept).filter(|(_, kept)| *kept);
        for (index, (slot, (run, _))) in slots.iter().zip(runs).enumerate() {
            match run {
                Some(run) => self.found(index, slots.len(), slot, &run, &mut judged),
                None => {
                    let finding = self.missing(slot);
                    judged.put(finding, self.file, slot.offset);
                }
            }
        }
        locals::judge(self, &slots, &mut judged);
        judged
    }

    fn run<'f>(&self, slot: &Slot<'f>) -> Option<Run<'f>> {
        let others = of_others(self.ctx.comparison.spec, self.ctx.body, &slot.bindings);
        let others: Vec<String> = others
            .into_iter()
            .chain(self.others.iter().cloned())
            .collect();
        let mut slot = slot.clone();
        loop {
            if let Some(run) = run(self.file, self.kind, &slot, &others) {
                return Some(run);
            }
            // What an `assign` of the spec put there comes between as well.
            let next = match slot.side {
                Side::After => slot.at,
                Side::Before => slot.at.checked_sub(1)?,
            };
            let item = slot.items.get(next)?;
            if !super::assign::is_of_any(self.ctx, self.file, item.node) {
                return None;
            }
            slot.at = match slot.side {
                Side::After => slot.at + 1,
                Side::Before => next,
            };
        }
    }

    fn found(
        &self,
        index: usize,
        count: usize,
        slot: &Slot<'_>,
        run: &Run<'_>,
        judged: &mut Judged,
    ) {
        let (ctx, file) = (self.ctx, self.file);
        let start = run.range.start;
        let text = brief(&file.text(run.range.clone()), 60);
        let from = judged.findings.len();
        let finding = match self.fault(slot, run) {
            Some(fault) => ctx.violated("placed", fault),
            None => ctx.holds("placed", format!("directly {}", self.place(slot))),
        };
        judged.put(finding, file, start);
        let once = match self.is_twice(slot, run) {
            true => ctx.violated("once", format!("`{text}` is there twice")),
            false => ctx.holds("once", format!("`{text}` is there as declared")),
        };
        judged.put(once, file, start);
        let mut news = self.kind.when.iter().chain([&self.kind.code]);
        let twice = news.find_map(|new| repeated(file, &slot.bindings, new, true));
        let definitions = ctx.resolver(file).definitions;
        let home = (file, &definitions as &dyn DefinitionSource);
        let apart = || bound_apart((file, &run.range), home, &slot.bindings);
        if let Some(message) = twice.or_else(apart) {
            judged.put(ctx.violated("once", message), file, start);
        }
        // A declaration is no step of control: it is where its block is.
        if !self.kind.declares {
            judged.put(self.reachable(slot, run, &text), file, start);
        }
        if ctx.comparison.before.is_none()
            && let Some((verdict, fault)) =
                Tested::code(file, run.range.clone()).renamed(&ctx.resolver(file).definitions)
        {
            let finding = match verdict {
                Verdict::Unknown => ctx.unknown("once", fault),
                _ => ctx.violated("once", fault),
            };
            judged.put(finding, file, start);
        }
        let mut own = judged.findings.iter().skip(from);
        if own.all(|finding| finding.verdict != Verdict::Violated) {
            words::judge(self, slot, &run.range, judged);
        }
        let mut pieces = vec![run.range.clone()];
        pieces.extend(self.new_braces(index, count, slot, run));
        let path = file.path();
        judged
            .explained_tokens
            .push(Explained::inserted(path, pieces));
        judged.comment_scope(path, run.range.clone());
    }

    /// What is wrong with the place, if anything is.
    fn fault(&self, slot: &Slot<'_>, run: &Run<'_>) -> Option<String> {
        let file = self.file;
        let name = &slot.function.name;
        let text = brief(&file.text(run.range.clone()), 60);
        if statement::pragma_before(file, run.range.start) {
            return Some(format!(
                "{name}(): `{text}` is between a `#pragma` and what that is about"
            ));
        }
        let own = file.conditions_at(run.range.start);
        let wanted = file.conditions_at(self.reference(slot));
        if own != wanted {
            return Some(format!(
                "{name}(): `{text}` is not under the same `#if` as what it is beside"
            ));
        }
        let resolver = self.ctx.resolver(file);
        if self.kind.declares {
            let behind = statement_before(&resolver, slot);
            return behind.map(|_| format!("{name}(): `{text}` is declared behind a statement"));
        }
        let definitions = resolver.definitions;
        let next = slot.items.get(run.items.end);
        if next.is_some_and(|next| statement::declares(file, &definitions, next.node)) {
            return Some(format!("{name}(): `{text}` is before a declaration"));
        }
        words::stolen_comment(self, run)
            .map(|words| format!("{name}(): the comment “{words}” is about `{text}` now"))
    }

    /// Where the conditions of the place are those of what it is beside.
    fn reference(&self, slot: &Slot<'_>) -> usize {
        match (slot.anchor, slot.block) {
            (Some(anchor), _) if slot.side == Side::After => anchor.last.start_byte(),
            (Some(anchor), _) => anchor.first.start_byte(),
            (None, Some(block)) if slot.offset < block.start_byte() => block.start_byte(),
            (None, _) => slot.offset,
        }
    }

    fn place(&self, slot: &Slot<'_>) -> String {
        let word = match slot.side {
            Side::After => "after",
            Side::Before => "before",
        };
        match (&self.kind.place, slot.anchor) {
            (InsertPlace::Start, _) => "at the beginning of the function".to_owned(),
            (InsertPlace::End, _) => "at the end of the function".to_owned(),
            (InsertPlace::Label(labels), _) => format!("after {}", sites::listed(labels)),
            (_, Some(anchor)) => {
                let range = anchor.first.start_byte()..anchor.last.end_byte();
                format!("{word} `{}`", brief(&self.file.text(range), 60))
            }
            (_, None) => word.to_owned(),
        }
    }

    /// The same statements once more, beside the first ones.
    fn is_twice(&self, slot: &Slot<'_>, run: &Run<'_>) -> bool {
        let code = |range: Range<usize>| -> Option<Vec<String>> {
            let items = slot.items.get(range)?;
            Some(items.iter().map(|item| item.code(self.file)).collect())
        };
        let own = code(run.items.clone());
        let count = run.items.len();
        let behind = code(run.items.end..run.items.end + count);
        let before = run.items.start.checked_sub(count);
        let before = before.and_then(|start| code(start..run.items.start));
        own.is_some() && (own == behind || own == before)
    }

    fn reachable(&self, slot: &Slot<'_>, run: &Run<'_>, text: &str) -> Finding {
        let first = run.first.byte_range();
        match Flow::of(self.file, slot.function) {
            Ok(flow) if flow.reaches(&first) => self
                .ctx
                .holds("reachable", format!("control reaches `{text}`")),
            Ok(_) => {
                let message = format!("{}(): control never reaches `{text}`", slot.function.name);
                self.ctx.violated("reachable", message)
            }
            Err(unread) => {
                let line = self.file.line_of(unread.range.start);
                let message = format!(
                    "the control flow of {}() could not be read at line {line}",
                    slot.function.name
                );
                self.ctx.unknown("reachable", message)
            }
        }
    }

    /// They are not at their place.
    fn missing(&self, slot: &Slot<'_>) -> Finding {
        let Ok(code) = self.kind.code.fill(&slot.bindings) else {
            return self
                .ctx
                .unknown("placed", "the anchor does not bind what `code` uses");
        };
        let text = brief(code.trim(), 60);
        let hint = match slot.block {
            None => ", which is all that an `if`, `else` or loop without braces has",
            Some(_) => "",
        };
        let under = match &self.kind.when {
            Some(when) => format!(" under `{}`", when.text()),
            None => String::new(),
        };
        let message = format!(
            "{}(): `{text}` is not there{under} directly {}{hint}",
            slot.function.name,
            self.place(slot)
        );
        self.ctx.violated("placed", message)
    }

    /// The braces that came with them, where the anchor was alone before.
    fn new_braces(
        &self,
        index: usize,
        count: usize,
        slot: &Slot<'_>,
        run: &Run<'_>,
    ) -> Vec<Range<usize>> {
        let braces = || {
            let (_, known) = self.before?;
            let known = known
                .slots
                .get(index)
                .filter(|_| known.slots.len() == count)?;
            let old = known.anchor.filter(|_| known.block.is_none())?.first;
            let block = slot.block?;
            let (old_owner, new_owner) = (old.parent()?, block.parent()?);
            let is_of_others = |item: &block::Item<'_>| self.others.contains(&item.code(self.file));
            let others = slot.items.iter().filter(|item| is_of_others(item)).count();
            let holds_just_them = slot.items.len() == run.items.len() + others + 1;
            if old_owner.kind() != new_owner.kind() || !holds_just_them {
                return None;
            }
            let mut braces = super::braces::around(block);
            braces.extend(super::braces::of_other_branch(old, block));
            Some(braces)
        };
        braces().unwrap_or_default()
    }
}
