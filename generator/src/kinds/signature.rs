//! `signature`: each parameter list and each list of arguments, edited where it changes and laid out if it grew too long.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::Signature;
use sites::Unresolved;
use sites::kinds::signature::{
    self as anchors, Expected, Head, Place, PlaceKind, Slot, Slots, places, result_range,
};
use sites::occurrences::{List, Occurrences};

use crate::edit::Edit;
use crate::fragment::Writes;
use crate::inline::{Group, laid_out, statement_lines};
use crate::layout::columns::width;
use crate::layout::{HARD_WIDTH, PREFERRED_WIDTH, kernel_doc};
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes = Writes::NoFragment("the spec has the parameters");

/// What the change makes of one function.
pub(crate) struct Wanted<'a> {
    pub(crate) name: String,
    pub(crate) signature: &'a Signature,
    pub(crate) slots: Slots,
    /// It is static in a file that is no header.
    pub(crate) is_private: bool,
}

impl<'a> Wanted<'a> {
    /// What the definition in the file says of it.
    ///
    /// # Errors
    /// It is there already, or has not what the change names.
    pub(crate) fn of(context: &Context<'a>, signature: &'a Signature) -> Result<Self, Unresolved> {
        if let Some(present) = anchors::present(&context.resolver, signature) {
            return Err(present);
        }
        let file = context.file;
        let found = anchors::find(&context.resolver, signature)?.found;
        let first = found
            .first()
            .ok_or_else(|| Unresolved::absent("no such function"))?;
        let scan = Occurrences::of(file, &first.name);
        let mut slots = None;
        for function in &found {
            let head = Head::of(&scan, &function.name_range).ok_or_else(|| {
                let message = format!("the parameters of {}() could not be read", function.name);
                Unresolved::unread(message).at(file, function.name_range.start)
            })?;
            if !head.is_new(&scan, signature, function.range.start) {
                slots = Some(Slots::of(file, &head, signature)?);
                break;
            }
        }
        Ok(Self {
            name: first.name.clone(),
            signature,
            slots: slots.ok_or_else(|| Unresolved::absent("no such function"))?,
            is_private: first.is_static && !file.path().as_str().ends_with(".h"),
        })
    }
}

pub(crate) fn plan(context: &Context<'_>, signature: &Signature) -> Result<Plan, Unresolved> {
    in_file(context.file, &Wanted::of(context, signature)?)
}

/// What the change does to a file that has the function.
///
/// # Errors
/// A place of it forbids the change.
pub(crate) fn in_file(file: &File, wanted: &Wanted<'_>) -> Result<Plan, Unresolved> {
    let scan = Occurrences::of(file, &wanted.name);
    let expected = Expected {
        old: Some(wanted.slots.old),
        new: wanted.slots.count(),
        keeps_type: wanted.slots.keeps_type,
    };
    let (found, refusals) = places(&scan, &wanted.name, expected);
    if let Some(refusal) = refusals.into_iter().next() {
        let unresolved = match refusal.is_unread {
            true => Unresolved::unread(refusal.message),
            false => Unresolved::unfit(refusal.message).hint(
                "a macro takes its new form by `redefine` in a change before this one; where the function is a value, \
                 its type is declared elsewhere, and `rewrite` changes the calls and declarations one by one",
            ),
        };
        return Err(unresolved.at(file, refusal.at));
    }
    let work = Work { file, scan, wanted };
    let (mut groups, mut docs) = (Vec::new(), Vec::new());
    let mut plan = Plan::default();
    for place in &found {
        let Some(group) = work.place(place)? else {
            continue;
        };
        groups.push(group);
        if let PlaceKind::Definition(head, start) = &place.kind {
            docs.extend(work.docs(head, *start));
        }
        plan.sites.extend(Site::each([place.name.start], &[]));
    }
    plan.edits = laid_out(file, groups);
    plan.edits.extend(docs);
    Ok(plan)
}

struct Work<'a> {
    file: &'a File,
    scan: Occurrences<'a>,
    wanted: &'a Wanted<'a>,
}

impl Work<'_> {
    /// The edits of a place; none where it is in the new form already.
    fn place(&self, place: &Place) -> Result<Option<Group>, Unresolved> {
        match &place.kind {
            PlaceKind::Definition(head, start) | PlaceKind::Prototype(head, start) => {
                self.declaration(head, *start)
            }
            PlaceKind::Call(list, caller) => self.call(place, list, caller.as_deref()),
        }
    }

    fn declaration(&self, head: &Head, start: usize) -> Result<Option<Group>, Unresolved> {
        let (file, signature) = (self.file, self.wanted.signature);
        if self.wanted.slots.is_new(&self.scan, head, signature, start) {
            return Ok(None);
        }
        if let Some(why) = self.wanted.slots.differs(file, head) {
            let message = format!(
                "this is not the {}() that is meant: {why}",
                self.wanted.name
            );
            return Err(Unresolved::unfit(message)
                .at(file, head.name.start)
                .hint("`scope` names the folders and files of the one that is"));
        }
        let new = |slot: Slot| match slot {
            Slot::Old(_) => None,
            Slot::Retyped(_) => signature.retype.as_ref().map(|(_, to)| to.text.clone()),
            Slot::Added => signature.add.as_ref().map(|add| add.parameter.text.clone()),
        };
        let mut edits = self.list(&head.list, &head.parameters, &new, "void")?;
        edits.extend(self.result(head, start)?);
        let lines = sites::lines::whole_lines(file, &(start..head.list.close + 1));
        Ok(Some(self.group(lines, edits)))
    }

    /// What the kernel-doc comment above a definition says from now on.
    fn docs(&self, head: &Head, start: usize) -> Vec<Edit> {
        let (file, signature) = (self.file, self.wanted.signature);
        let Some(range) = anchors::kernel_doc(file, start) else {
            return Vec::new();
        };
        let doc = file.text(range.clone()).into_owned();
        let mut edits = Vec::new();
        let added = signature.add.as_ref();
        if let Some((add, words)) = added.and_then(|add| Some((add, add.doc.as_ref()?)))
            && anchors::documented(&doc, &add.parameter.name).is_none()
        {
            let names = head.names(file);
            let slots = &self.wanted.slots.slots;
            let place = slots.iter().position(|slot| *slot == Slot::Added);
            let place = place.unwrap_or(slots.len());
            let name = |slot: &Slot| names.get(slot.was()?);
            let before = slots.get(..place).unwrap_or_default().iter().rev();
            let behind = slots.get(place..).unwrap_or_default().iter();
            let entry = |name: &String, is_after: bool| {
                kernel_doc::entry(&doc, name, &add.parameter.name, words, is_after)
            };
            let mut entries = before
                .filter_map(name)
                .map(|name| entry(name, true))
                .chain(behind.filter_map(name).map(|name| entry(name, false)));
            let last = doc.lines().rev().find_map(|line| {
                let line = line.trim_start_matches([' ', '\t', '*']);
                line.strip_prefix('@')?.split_once(':')
            });
            let entry = entries
                .find_map(|entry| entry)
                .or_else(|| entry(&last?.0.to_owned(), true));
            edits.extend(entry.map(|entry| Edit::insert(range.start + entry.at, entry.text)));
        }
        if let Some(gone) = &signature.remove
            && let Some(own) = kernel_doc::entry_of(&doc, gone)
        {
            edits.push(Edit::replace(
                range.start + own.start..range.start + own.end,
                "",
            ));
        }
        edits
    }

    fn result(&self, head: &Head, start: usize) -> Result<Option<Edit>, Unresolved> {
        let Some(result) = &self.wanted.signature.result else {
            return Ok(None);
        };
        let file = self.file;
        let range = result_range(file, start, &head.name).ok_or_else(|| {
            let message = "what it returns could not be told from what else is before its name";
            Unresolved::unread(message).at(file, head.name.start)
        })?;
        let gap = file.text(range.end..head.name.start);
        if !gap.trim_matches([' ', '\t']).is_empty() {
            return Ok(Some(Edit::replace(range, result.as_str())));
        }
        let blank = if result.ends_with('*') { "" } else { " " };
        let text = format!("{result}{blank}");
        Ok(Some(Edit::replace(range.start..head.name.start, text)))
    }

    fn call(
        &self,
        place: &Place,
        list: &List,
        caller: Option<&str>,
    ) -> Result<Option<Group>, Unresolved> {
        let (file, slots) = (self.file, &self.wanted.slots);
        let count = list.items.len();
        let is_old = count == slots.old || slots.is_variadic && count >= slots.old;
        if !is_old {
            if count == slots.count() {
                return Ok(None);
            }
            let message = format!(
                "{}() is called with {count} arguments here, and has {} parameters",
                self.wanted.name, slots.old
            );
            return Err(Unresolved::unfit(message).at(file, place.name.start));
        }
        let added = self.wanted.signature.add.as_ref();
        let new = |slot: Slot| match slot {
            Slot::Added => added.map(|add| add.argument_in(caller).to_owned()),
            _ => None,
        };
        let edits = self.list(list, &list.items, &new, "")?;
        if edits.is_empty() {
            return Ok(None);
        }
        let whole = place.name.start..list.close + 1;
        Ok(Some(self.group(statement_lines(file, &whole), edits)))
    }

    fn group(&self, lines: Range<usize>, mut edits: Vec<Edit>) -> Group {
        // A line that is written anew ends in no white space, whatever its old one did.
        let ends: Vec<Range<usize>> = edits
            .iter()
            .filter_map(|edit| {
                let line = sites::lines::whole_lines(self.file, &edit.range);
                let text = self.file.text(line.clone()).into_owned();
                let kept = text.trim_end_matches([' ', '\t', '\n']).len();
                let blank = line.start + kept..line.start + text.trim_end_matches('\n').len();
                (!blank.is_empty() && blank.start >= edit.range.end).then_some(blank)
            })
            .collect();
        for blank in ends {
            if edits.iter().all(|edit| edit.range != blank) {
                edits.push(Edit::replace(blank, ""));
            }
        }
        // An author who writes long lines writes them still.
        let is_long = |edit: &Edit| {
            let line = sites::lines::whole_lines(self.file, &edit.range);
            let text = self.file.text(line);
            text.lines().any(|line| width(line) > PREFERRED_WIDTH)
        };
        let limit = match edits.iter().any(is_long) {
            true => HARD_WIDTH,
            false => PREFERRED_WIDTH,
        };
        Group {
            lines,
            edits,
            limit,
        }
    }

    /// The edits of a list; `new` has the text of what is new in it, and `none` is what an empty one says.
    fn list(
        &self,
        list: &List,
        items: &[Range<usize>],
        new: &dyn Fn(Slot) -> Option<String>,
        none: &str,
    ) -> Result<Vec<Edit>, Unresolved> {
        let slots = &self.wanted.slots;
        let is_kept = |at: usize| slots.slots.iter().any(|slot| slot.was() == Some(at));
        let more = list.items.get(items.len()..).unwrap_or_default();
        if items.iter().enumerate().all(|(at, _)| !is_kept(at)) && more.is_empty() {
            let texts: Vec<String> = slots.slots.iter().filter_map(|slot| new(*slot)).collect();
            let text = match texts.is_empty() {
                true => none.to_owned(),
                false => texts.join(", "),
            };
            let inside = list.open + 1..list.close;
            self.no_comment(&inside)?;
            return Ok(vec![Edit::replace(inside, text)]);
        }
        let mut edits = Vec::new();
        for (place, slot) in slots.slots.iter().enumerate() {
            let Some(text) = new(*slot) else { continue };
            if let Some(range) = slot.was().and_then(|at| items.get(at)) {
                edits.push(Edit::replace(range.clone(), text));
                continue;
            }
            let before = slots.slots.get(..place).unwrap_or_default();
            let before = before.iter().rev().find_map(|slot| items.get(slot.was()?));
            let behind = slots.slots.get(place..).unwrap_or_default();
            let mut behind = behind.iter().filter_map(|slot| items.get(slot.was()?));
            edits.extend(match (before, behind.next().or(more.first())) {
                (Some(before), _) => {
                    let end = sites::lines::past_own_comments(self.file, before.end);
                    Some(Edit::insert(end, format!(", {text}")))
                }
                (None, Some(next)) => Some(Edit::insert(next.start, format!("{text}, "))),
                (None, None) => None,
            });
        }
        for at in (0..items.len().min(slots.old)).filter(|at| !is_kept(*at)) {
            let own = items.get(at);
            let before = at.checked_sub(1).and_then(|at| items.get(at));
            let behind = list.items.get(at + 1);
            let range = match (before, own, behind) {
                (Some(before), Some(own), _) => before.end..own.end,
                (None, Some(own), Some(behind)) => own.start..behind.start,
                _ => continue,
            };
            let own_end = own.map_or(range.end, |own| own.end);
            let past = sites::lines::past_own_comments(self.file, own_end);
            self.no_comment(&(range.start..past.max(range.end)))?;
            edits.push(Edit::replace(range, ""));
        }
        Ok(edits)
    }

    /// Refuses what would lose a comment.
    fn no_comment(&self, range: &Range<usize>) -> Result<(), Unresolved> {
        let mut tokens = tokens(self.file.slice(range.clone())).into_iter();
        match tokens.find(|token| token.kind == TokenKind::Comment) {
            None => Ok(()),
            Some(comment) => Err(Unresolved::unfit("a comment here would be lost")
                .at(self.file, range.start + comment.range.start)),
        }
    }
}
