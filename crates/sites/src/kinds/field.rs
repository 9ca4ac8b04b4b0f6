//! `field`: the list that gets the entry, and the entry that it goes next to.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::{ChangeBody, Field, FieldOf, Side};
use syntax::Node;

use super::delete::{enclosing, initialisers};
use crate::block::code;
use crate::names::{brief, listed, one_line};
use crate::resolve::Sited;
use crate::resolver::{Alternative, Resolver, alternative, side_key};
use crate::unresolved::Unresolved;

impl Sited for Field {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(find(resolver, self)?
            .iter()
            .map(FieldSite::offset)
            .collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        present(resolver, self)
    }
}

/// An entry of a list.
#[derive(Clone, Debug)]
pub struct Entry<'f> {
    /// It.
    pub node: Node<'f>,
    /// Its comma.
    pub comma: Option<Range<usize>>,
    /// What it sets, where that has a name.
    pub key: Option<String>,
    /// Its tokens, one blank between two.
    pub code: String,
}

impl Entry<'_> {
    /// The end of it, or of its comma.
    #[must_use]
    pub fn end(&self) -> usize {
        self.comma
            .as_ref()
            .map_or(self.node.end_byte(), |comma| comma.end)
    }

    /// Whether it ends a table: it is empty, and what comes behind is not looked at.
    #[must_use]
    pub fn ends_table(&self) -> bool {
        matches!(
            self.code.as_str(),
            "{ }" | "{ 0 }" | "{ 0 , }" | "{ NULL }" | "{ NULL , }" | "NULL" | "{ { } }"
        )
    }
}

/// A list, and where the entry goes.
#[derive(Clone, Debug)]
pub struct FieldSite<'f> {
    /// The list with its braces.
    pub list: Node<'f>,
    /// What is in it.
    pub entries: Vec<Entry<'f>>,
    /// The entry that it goes next to. None: it is the only one.
    pub near: Option<usize>,
    /// On which side of that one.
    pub side: Side,
    /// Which alternatives were used.
    pub alternatives: Vec<Alternative>,
}

impl FieldSite<'_> {
    /// Where it is, for people.
    #[must_use]
    pub fn offset(&self) -> usize {
        let near = self.near.and_then(|near| self.entries.get(near));
        near.map_or(self.list.start_byte(), |entry| entry.node.start_byte())
    }

    /// Which place of the list the entry gets.
    #[must_use]
    pub fn at(&self) -> usize {
        match (self.near, self.side) {
            (Some(near), Side::After) => near + 1,
            (Some(near), Side::Before) => near,
            (None, _) => 0,
        }
    }
}

/// Where the entry goes.
///
/// # Errors
/// There is no such list or neighbour, or not as many as declared.
pub fn find<'f>(resolver: &Resolver<'f>, field: &Field) -> Result<Vec<FieldSite<'f>>, Unresolved> {
    let found = sites(resolver, field)?;
    let offsets: Vec<usize> = found.iter().map(|site| site.list.start_byte()).collect();
    let what = format!("a list {}", listed(field.of.names()));
    resolver.counted(&offsets, &what)?;
    Ok(found)
}

/// Every list that gets it, however many.
///
/// # Errors
/// There is none, or one has no such neighbour.
pub fn sites<'f>(resolver: &Resolver<'f>, field: &Field) -> Result<Vec<FieldSite<'f>>, Unresolved> {
    let file = resolver.file;
    let names = field.of.names();
    for (index, name) in names.iter().enumerate() {
        let lists = match field.of {
            FieldOf::Variable(_) => initialisers(file, name),
            FieldOf::Enum(_) => enums(file, name),
        };
        if lists.is_empty() {
            continue;
        }
        let used = alternative(field.of.key(), index, names.len(), name);
        let sites = lists.into_iter().map(|list| site(file, field, list, &used));
        return sites.collect();
    }
    if let Some(unread) = resolver.hiding(names) {
        let message = format!(
            "no list {} was read here, and one could be in what was not",
            listed(names)
        );
        return Err(Unresolved::unread(message).at(file, unread));
    }
    let what = match field.of {
        FieldOf::Variable(_) => "initialised variable",
        FieldOf::Enum(_) => "enum",
    };
    Err(Unresolved::absent(format!(
        "no {what} {} in this file",
        listed(names)
    )))
}

fn site<'f>(
    file: &'f File,
    field: &Field,
    list: Node<'f>,
    used: &[Alternative],
) -> Result<FieldSite<'f>, Unresolved> {
    let entries = entries(file, list);
    let place = |near, side, alternatives: Vec<Alternative>| FieldSite {
        list,
        entries: entries.clone(),
        near,
        side,
        alternatives,
    };
    let Some(beside) = &field.beside else {
        let last = entries.len().checked_sub(1);
        let ends = last
            .and_then(|last| entries.get(last))
            .is_some_and(Entry::ends_table);
        let side = if ends { Side::Before } else { Side::After };
        return Ok(place(last, side, used.to_vec()));
    };
    for (index, anchor) in beside.anchors.iter().enumerate() {
        let mut found = named(&entries, anchor);
        if found.len() > 1 {
            let own = code(field.set.as_bytes());
            found.retain(|&at| entries.get(at).is_none_or(|entry| entry.code != own));
        }
        match found.as_slice() {
            [] => {}
            [one] => {
                let own = alternative(side_key(beside.side), index, beside.anchors.len(), anchor);
                let alternatives = used.iter().cloned().chain(own).collect();
                return Ok(place(Some(*one), beside.side, alternatives));
            }
            several => {
                let message = format!("{} entries are `{anchor}`", several.len());
                return Err(Unresolved::unfit(message).at(file, list.start_byte()));
            }
        }
    }
    let message = format!("no entry {} in the list", listed(&beside.anchors));
    Err(Unresolved::absent(message).at(file, list.start_byte()))
}

/// The entries that an anchor means: by name or as a whole, or else by a word that they have.
#[must_use]
pub fn named(entries: &[Entry<'_>], anchor: &str) -> Vec<usize> {
    let anchor = code(anchor.as_bytes());
    let member = format!(". {anchor}");
    let all = |is_it: &dyn Fn(&Entry<'_>) -> bool| -> Vec<usize> {
        let entries = entries.iter().enumerate();
        entries
            .filter(|(_, entry)| is_it(entry))
            .map(|(at, _)| at)
            .collect()
    };
    let whole = all(&|entry| {
        let key = entry.key.as_deref();
        entry.code == anchor || key == Some(&anchor) || key == Some(&member)
    });
    match whole.is_empty() && !anchor.contains(' ') {
        true => all(&|entry| entry.code.split(' ').any(|word| word == anchor)),
        false => whole,
    }
}

/// What is in a list.
#[must_use]
pub fn entries<'f>(file: &File, list: Node<'f>) -> Vec<Entry<'f>> {
    let mut found = Vec::new();
    let mut open: Vec<Node<'f>> = children(list);
    while let Some(node) = open.pop() {
        if node.kind().starts_with("preproc") {
            let condition = ["condition", "name"].map(|field| node.child_by_field_name(field));
            let inner = children(node).into_iter();
            open.extend(inner.filter(|child| !condition.contains(&Some(*child))));
            continue;
        }
        if node.kind() == "comment" || file.is_dead(node.start_byte()) {
            continue;
        }
        let text = code(file.slice(node.byte_range()));
        let has_key = matches!(node.kind(), "initializer_pair" | "enumerator");
        let key = text.split(" = ").next().filter(|_| has_key);
        found.push(Entry {
            node,
            comma: comma(file, node.end_byte()..list.end_byte()),
            key: key.map(str::to_owned),
            code: text,
        });
    }
    found
}

/// The children, the last first.
fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let mut children: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
    children.reverse();
    children
}

fn comma(file: &File, behind: Range<usize>) -> Option<Range<usize>> {
    let text = file.slice(behind.clone());
    let mut code = tokens(text)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment);
    let next = code.next()?.range;
    let range = behind.start + next.start..behind.start + next.end;
    (text.get(next) == Some(b",")).then_some(range)
}

/// The live enums of the tag, or with a value of the name.
fn enums<'f>(file: &'f File, name: &str) -> Vec<Node<'f>> {
    let all = file.enumerators().iter();
    let own = all.filter(|known| known.tag.as_deref() == Some(name) || known.name == name);
    let mut lists: Vec<Node<'f>> = own
        .filter(|known| !file.is_dead(known.range.start))
        .filter_map(|known| enclosing(file, known.range.start, "enumerator_list"))
        .collect();
    lists.dedup();
    lists
}

/// Says that the entry is there already.
///
/// # Errors
/// What it is an entry of is not there.
pub fn present(resolver: &Resolver<'_>, field: &Field) -> Result<Option<Unresolved>, Unresolved> {
    let file = resolver.file;
    let own = code(field.set.as_bytes());
    for site in sites(resolver, field)? {
        for entry in &site.entries {
            let start = entry.node.start_byte();
            let is_same = entry.code == own;
            let is_named = field.key.is_some() && entry.key == field.key;
            let message = format!(
                "`{}` is there already",
                brief(&one_line(&file.text(entry.node.byte_range())), 60)
            );
            if is_same {
                return Ok(Some(Unresolved::present(message).at(file, start)));
            }
            if is_named {
                return Ok(Some(Unresolved::unfit(message).at(file, start)));
            }
        }
    }
    Ok(None)
}
