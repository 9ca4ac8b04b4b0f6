//! The variables that come with inserted statements, among the function's own.

use dialect::token::texts;
use query::File;
use schema::model::Insert;
use sites::block::{self, Item, ItemKind};
use sites::kinds::insert::Slot;
use sites::{Unresolved, lines, statement};
use syntax::items::Function;

use crate::anchor;
use crate::edit::Edit;
use crate::layout::columns;
use crate::place;
use crate::plan::Context;

/// What puts them there; none where there are none.
pub(super) fn edit(
    context: &Context<'_>,
    change: &Insert,
    slot: &Slot<'_>,
) -> Result<Option<Edit>, Unresolved> {
    if change.locals.is_empty() {
        return Ok(None);
    }
    let (file, function) = (context.file, slot.function);
    for local in &change.locals {
        if is_used(file, function, &local.name) {
            let message = format!("{}() has a `{}` already", function.name, local.name);
            return Err(Unresolved::unfit(message).at(file, function.name_range.start));
        }
    }
    let unfit = |message: &str| Unresolved::unfit(message).at(file, function.name_range.start);
    let block = file
        .node_at(function.body.clone())
        .ok_or_else(|| unfit("the function has no body"))?;
    let items = block::items(block);
    let declares = |item: &&Item<'_>| {
        item.kind == ItemKind::Statement
            && statement::declares(file, &context.resolver.definitions, item.node)
    };
    let indentation = place::deeper(file, block.start_byte());
    let lines_of: Vec<String> = change
        .locals
        .iter()
        .map(|local| format!("{indentation}{};\n", local.declare))
        .collect();
    let text = lines_of.concat();
    if let Some(first) = items.first().filter(|item| declares(item)) {
        if let [line] = lines_of.as_slice()
            && let Some(at) = by_length(context, &items, line)
        {
            return Ok(Some(Edit::insert(at, text)));
        }
        let at = anchor::behind(context, first.node)?;
        return Ok(Some(Edit::insert(at, text)));
    }
    if items
        .first()
        .is_some_and(|item| item.kind == ItemKind::Directive)
    {
        return Err(unfit(
            "an `#if` is where the function's declarations would be",
        ));
    }
    let open = block.start_byte() + 1;
    if lines::shares_its_end(file, open) {
        return Err(unfit(
            "other code follows the function's opening brace on its line",
        ));
    }
    let at = lines::end_with_trailing_comment(file, open);
    let next = lines::line_text(file, file.line_of(at));
    let is_followed = next.trim().is_empty() || next.trim() == "}";
    // What is put in at the same place brings its own.
    let is_start = slot.anchor.is_none() && slot.at == 0 && slot.side == schema::model::Side::After;
    let blank = if is_followed || is_start { "" } else { "\n" };
    Ok(Some(Edit::insert(at, format!("{text}{blank}"))))
}

/// Whether the function has the name for something that is no member.
fn is_used(file: &File, function: &Function, name: &str) -> bool {
    let whole = file.text(function.range.clone());
    let words: Vec<&str> = texts(whole.as_bytes()).collect();
    let at = words.iter().enumerate().filter(|(_, word)| **word == name);
    let mut before = at.map(|(at, _)| at.checked_sub(1).and_then(|at| words.get(at)));
    before.any(|before| !matches!(before, Some(&"." | &"->")))
}

/// Where it goes among declarations that get shorter from line to line, as networking code has them; none where they do
/// not.
fn by_length(context: &Context<'_>, items: &[Item<'_>], line: &str) -> Option<usize> {
    let file = context.file;
    let declarations: Vec<&Item<'_>> = items
        .iter()
        .take_while(|item| {
            item.kind == ItemKind::Statement
                && statement::declares(file, &context.resolver.definitions, item.node)
        })
        .collect();
    let mut widths = Vec::new();
    for (index, item) in declarations.iter().enumerate() {
        let number = file.line_of(item.range.start);
        let is_one_line = number == file.line_of(item.range.end.saturating_sub(1));
        let first = declarations.first()?;
        let follows = number == file.line_of(first.range.start) + index;
        if !is_one_line || !follows {
            return None;
        }
        widths.push(columns::width(&lines::line_text(file, number)));
    }
    let is_sorted = widths.windows(2).all(|pair| pair.first() >= pair.last());
    let differs = widths.first() != widths.last();
    if !is_sorted || !differs || widths.len() < 2 || line.contains('=') {
        return None;
    }
    let own = columns::width(line.trim_end_matches('\n'));
    let shorter = widths.iter().position(|&width| width < own)?;
    let before = declarations.get(shorter)?;
    Some(lines::line_start(file, before.range.start))
}
