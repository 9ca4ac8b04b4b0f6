//! `signature`: the definition in the file, and what the new parameter list is made of, wherever one is.

mod wide;

use std::ops::Range;

use dialect::token::texts;
use query::File;
use schema::model::{ChangeBody, Side, Signature};
use syntax::items::Function;

use crate::occurrences::{List, Occurrences};
use crate::resolve::Sited;
use crate::resolver::{Chosen, Resolver};
use crate::unresolved::Unresolved;

pub use wide::{Expected, Place, PlaceKind, Refusal, Whose, is_searched, may_see, places, whose};

impl Sited for Signature {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let found = find(resolver, self)?.found;
        Ok(found.iter().map(|found| found.name_range.start).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        Ok(present(resolver, self))
    }
}

/// The definitions of the function in the file.
///
/// # Errors
/// The file does not define it.
pub fn find<'f>(
    resolver: &Resolver<'f>,
    signature: &Signature,
) -> Result<Chosen<&'f Function>, Unresolved> {
    resolver.functions(&signature.functions)
}

/// Says that the function has the new signature already.
#[must_use]
pub fn present(resolver: &Resolver<'_>, signature: &Signature) -> Option<Unresolved> {
    let file = resolver.file;
    let found = resolver.functions_as_read(&signature.functions).ok()?.found;
    let first = found.first()?;
    let scan = Occurrences::of(file, &first.name);
    let is_new = |function: &&Function| {
        let head = Head::of(&scan, &function.name_range);
        head.is_some_and(|head| head.is_new(&scan, signature, function.range.start))
    };
    found.iter().all(is_new).then(|| {
        let message = match (&signature.remove, &signature.add) {
            (Some(gone), None) => format!(
                "{}() has no parameter `{gone}`: it was taken away already, or never there",
                first.name
            ),
            _ => format!("{}() has this signature already", first.name),
        };
        Unresolved::present(message).at(file, first.name_range.start)
    })
}

/// The parameter list of a definition or a declaration.
#[derive(Clone, Debug)]
pub struct Head {
    /// Where the name is.
    pub name: Range<usize>,
    /// The parentheses.
    pub list: List,
    /// Its parameters; of `(void)` none.
    pub parameters: Vec<Range<usize>>,
    /// Whether it ends in `...`.
    pub is_variadic: bool,
}

impl Head {
    /// The list behind a name; none where it says nothing: `f()`, a macro in its place.
    #[must_use]
    pub fn of(scan: &Occurrences<'_>, name: &Range<usize>) -> Option<Self> {
        let file = scan.file();
        let list = scan.list_behind(name)?;
        let text = |range: &Range<usize>| words(file.slice(range.clone()));
        let mut parameters = list.items.clone();
        let is_variadic = parameters.last().is_some_and(|last| text(last) == ["..."]);
        if is_variadic {
            parameters.pop();
        }
        match &parameters[..] {
            [] => return None,
            [only] if text(only) == ["void"] => parameters.clear(),
            _ => {}
        }
        Some(Self {
            name: name.clone(),
            list,
            parameters,
            is_variadic,
        })
    }

    /// The names of the parameters; an empty one where a prototype leaves it out.
    #[must_use]
    pub fn names(&self, file: &File) -> Vec<String> {
        let names = self.parameters.iter().map(|range| {
            let words = words(file.slice(range.clone()));
            let name = name_of(&words).and_then(|at| words.get(at));
            name.map_or_else(String::new, |name| (*name).to_owned())
        });
        names.collect()
    }

    /// The types of the parameters, their names left out.
    #[must_use]
    pub fn types(&self, file: &File) -> Vec<String> {
        let types = self.parameters.iter();
        types
            .map(|range| type_of(file.slice(range.clone())))
            .collect()
    }

    /// Whether it is as the change leaves it.
    #[must_use]
    pub fn is_new(&self, scan: &Occurrences<'_>, signature: &Signature, start: usize) -> bool {
        let file = scan.file();
        let names = self.names(file);
        let has = |name: &String| names.contains(name);
        let is = |at: Option<&Range<usize>>, text: &str| {
            at.is_some_and(|at| same(&file.text(at.clone()), text))
        };
        let of = |name: &str| {
            let at = names.iter().position(|own| own == name)?;
            self.parameters.get(at)
        };
        let added = signature.add.as_ref().is_none_or(|add| {
            is(of(&add.parameter.name), &add.parameter.text) && self.is_beside(&names, signature)
        });
        let removed = signature.remove.as_ref().is_none_or(|name| !has(name));
        let retyped = signature
            .retype
            .as_ref()
            .is_none_or(|(_, to)| is(of(&to.name), &to.text));
        let result = signature.result.as_ref().is_none_or(|result| {
            let range = result_range(file, start, &self.name);
            is(range.as_ref(), result)
        });
        added && removed && retyped && result
    }

    fn is_beside(&self, names: &[String], signature: &Signature) -> bool {
        let Some(add) = &signature.add else {
            return true;
        };
        let at = |name: &str| names.iter().position(|own| own == name);
        let Some(own) = at(&add.parameter.name) else {
            return false;
        };
        match &add.beside {
            None => own + 1 == names.len(),
            Some((Side::After, name)) => at(name).is_none_or(|at| at + 1 == own),
            Some((Side::Before, name)) => at(name).is_none_or(|at| own + 1 == at),
        }
    }
}

/// A place of the new parameter list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The parameter that was at this place.
    Old(usize),
    /// What became of it.
    Retyped(usize),
    /// The one that comes.
    Added,
}

impl Slot {
    /// Where it was.
    #[must_use]
    pub fn was(self) -> Option<usize> {
        match self {
            Self::Old(at) | Self::Retyped(at) => Some(at),
            Self::Added => None,
        }
    }
}

/// What becomes of a parameter list, by the place of each parameter: a prototype may call them otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots {
    /// The new list.
    pub slots: Vec<Slot>,
    /// How many there were.
    pub old: usize,
    /// Whether the list ends in `...`.
    pub is_variadic: bool,
    /// Their types.
    pub types: Vec<String>,
    /// Whether a pointer to the function has the same type as before.
    pub keeps_type: bool,
}

impl Slots {
    /// What becomes of the list of a definition that is in the old form.
    ///
    /// # Errors
    /// It lacks a parameter that the change names, or has the one that comes.
    pub fn of(file: &File, head: &Head, signature: &Signature) -> Result<Self, Unresolved> {
        let names = head.names(file);
        let lacks = |name: &str| {
            let known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let has = match known.is_empty() {
                true => "it has none".to_owned(),
                false => format!("it has {}", known.join(", ")),
            };
            Unresolved::absent(format!("no parameter `{name}`: {has}")).at(file, head.name.start)
        };
        let at = |name: &str| {
            let at = names.iter().position(|own| own == name);
            at.ok_or_else(|| lacks(name))
        };
        let mut slots: Vec<Slot> = (0..names.len()).map(Slot::Old).collect();
        if let Some((name, _)) = &signature.retype {
            let at = at(name)?;
            if let Some(slot) = slots.get_mut(at) {
                *slot = Slot::Retyped(at);
            }
        }
        if let Some(add) = &signature.add {
            let name = &add.parameter.name;
            if names.contains(name) && signature.remove.as_ref() != Some(name) {
                let message = format!("a parameter `{name}` is there already, and not as declared");
                return Err(Unresolved::unfit(message).at(file, head.name.start));
            }
            let place = match &add.beside {
                None => slots.len(),
                Some((Side::After, name)) => at(name)? + 1,
                Some((Side::Before, name)) => at(name)?,
            };
            slots.insert(place, Slot::Added);
        }
        if let Some(name) = &signature.remove {
            let at = at(name)?;
            slots.retain(|slot| slot.was() != Some(at));
        }
        let types = head.types(file);
        let retyped = signature.retype.as_ref();
        let retyped = retyped.zip(slots.iter().find_map(|slot| match slot {
            Slot::Retyped(at) => types.get(*at),
            _ => None,
        }));
        let is_renamed = retyped.is_none_or(|((_, to), old)| type_of(to.text.as_bytes()) == *old);
        let changes = signature.add.is_some() || signature.remove.is_some();
        Ok(Self {
            slots,
            old: names.len(),
            is_variadic: head.is_variadic,
            types,
            keeps_type: is_renamed && !changes && signature.result.is_none(),
        })
    }

    /// How many parameters there are then.
    #[must_use]
    pub fn count(&self) -> usize {
        self.slots.len()
    }

    /// The parameters that the list of a declaration has then.
    #[must_use]
    pub fn declared(&self, old: &[String], signature: &Signature) -> Vec<String> {
        let list = self.slots.iter().map(|slot| match slot {
            Slot::Old(at) => old.get(*at).cloned().unwrap_or_default(),
            Slot::Retyped(_) => {
                let to = signature.retype.as_ref();
                to.map_or_else(String::new, |(_, to)| to.text.clone())
            }
            Slot::Added => {
                let add = signature.add.as_ref();
                add.map_or_else(String::new, |add| add.parameter.text.clone())
            }
        });
        list.collect()
    }

    /// The arguments that a call passes then, those for `...` too.
    #[must_use]
    pub fn passed(&self, old: &[String], argument: &str) -> Vec<String> {
        let list = self.slots.iter().map(|slot| match slot.was() {
            Some(at) => old.get(at).cloned().unwrap_or_default(),
            None => argument.to_owned(),
        });
        let more = old.get(self.old..).unwrap_or_default().iter().cloned();
        list.chain(more).collect()
    }
}

/// The type that is returned, in the code between the beginning of a declaration and its name: storage and attributes
/// are none of it.
#[must_use]
pub fn result_range(file: &File, start: usize, name: &Range<usize>) -> Option<Range<usize>> {
    let hidden: Vec<Range<usize>> = file.words_in_edits().map(|word| word.range).collect();
    let mut own: Vec<(Range<usize>, bool)> = Vec::new();
    let mut depth = 0_usize;
    for token in dialect::token::tokens(file.slice(start..name.start)) {
        let range = start + token.range.start..start + token.range.end;
        let text = file.slice(range.clone());
        match text {
            b"(" => depth += 1,
            b")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_own = depth == 0
            && text != b")"
            && token.kind != dialect::token::TokenKind::Comment
            && !dialect::words::is_storage(text)
            && !matches!(text, b"inline" | b"__inline" | b"__inline__" | b"_Noreturn")
            && !hidden.contains(&range);
        own.push((range, is_own));
    }
    let first = own.iter().position(|(_, is_own)| *is_own)?;
    let last = own.iter().rposition(|(_, is_own)| *is_own)?;
    let whole = own.get(first..=last)?;
    if !whole.iter().all(|(_, is_own)| *is_own) {
        return None;
    }
    Some(whole.first()?.0.start..whole.last()?.0.end)
}

/// The kernel-doc comment directly above a definition.
#[must_use]
pub fn kernel_doc(file: &File, start: usize) -> Option<Range<usize>> {
    let end = crate::lines::line_start(file, start);
    let range = crate::lines::with_comment_above(file, start)..end;
    let is_doc = file.text(range.clone()).trim_start().starts_with("/**");
    is_doc.then_some(range)
}

/// What a kernel-doc comment says of a parameter, white space folded; none where it has no line of it.
#[must_use]
pub fn documented(doc: &str, name: &str) -> Option<String> {
    let tag = format!("@{name}:");
    let inner = |line: &str| {
        let line = line.trim();
        line.strip_prefix('*').unwrap_or(line).trim().to_owned()
    };
    let mut lines = doc
        .lines()
        .map(inner)
        .skip_while(|line| !line.starts_with(&tag));
    let first = lines.next()?;
    let more = lines.take_while(|line| !line.is_empty() && !line.starts_with(['@', '/']));
    let all: Vec<String> = std::iter::once(first.replacen(&tag, "", 1))
        .chain(more)
        .collect();
    Some(
        all.join(" ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// The type of a parameter, its name and what no caller sees left out.
fn type_of(parameter: &[u8]) -> String {
    let mut words = words(parameter);
    if let Some(at) = name_of(&words) {
        words.remove(at);
    }
    words.retain(|word| !matches!(*word, "register" | "__user" | "__iomem" | "__rcu"));
    words.join(" ")
}

/// The tokens of a piece of code, comments left out.
fn words(text: &[u8]) -> Vec<&str> {
    texts(text).collect()
}

/// Whether two pieces of code have the same tokens.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    words(one.as_bytes()) == words(other.as_bytes())
}

/// Which of the tokens of a parameter is its name.
fn name_of(words: &[&str]) -> Option<usize> {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
            && !dialect::words::is_qualifier(word.as_bytes())
    };
    // `int (*done)(void *)`
    let mut pointers = words.windows(3).enumerate();
    let pointer = pointers.find(|(_, three)| matches!(three, ["(", "*", name] if is_word(name)));
    if let Some((at, _)) = pointer {
        return Some(at + 2);
    }
    let end = words
        .iter()
        .position(|word| matches!(*word, "[" | "("))
        .unwrap_or(words.len());
    let head = words.get(..end)?;
    let last = head.iter().rposition(|word| !word.starts_with("__"))?;
    let before = last.checked_sub(1).and_then(|at| head.get(at)).copied()?;
    let name = head.get(last).copied()?;
    let is_type = dialect::words::is_type_word(name.as_bytes())
        || matches!(before, "struct" | "union" | "enum")
        // `const foo_t` has no name.
        || head.get(..last)?.iter().all(|word| dialect::words::is_qualifier(word.as_bytes()));
    (is_word(name) && !is_type).then_some(last)
}
