//! Whether the compiler reads the code of a tree as it is as it is written there: a macro that has the name of a member, a
//! function, a type or a keyword of it makes other code of it, and so does one that stands for a jump.
//!
//! Where patches are judged, the tree before has the same macros, and the frame sees to the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::{Token, TokenKind, texts, tokens};
use dialect::words::is_keyword;
use query::File;
use query::config::excludes;
use query::types::{DefinitionSource, declared_at};
use syntax::items::MacroDefinition;

use super::effect::{Tested, undefined};
use super::{Ctx, Judged};
use crate::comparison::placed;
use crate::finding::Finding;
use crate::nodes::directive;

/// What is not as it reads, a finding a change at most: the first.
pub(super) fn doubt(ctx: &Ctx<'_>, judged: &Judged) -> Option<Finding> {
    let mut ranges: BTreeMap<&TreePath, Vec<Range<usize>>> = BTreeMap::new();
    for explained in &judged.explained_tokens {
        let known = ranges.entry(&explained.path).or_default();
        known.extend(explained.after.iter().cloned());
    }
    for scope in &judged.comment_scopes {
        let known = ranges.entry(&scope.path).or_default();
        // Of the statement that new code is in, what is behind that says nothing of it.
        let own = known.iter().filter(|own| scope.after.contains(&own.start));
        let end = own.map(|own| own.end).max().unwrap_or(scope.after.end);
        known.push(scope.after.start..end);
    }
    ranges
        .into_iter()
        .filter(|(path, _)| path.is_c())
        .find_map(|(path, ranges)| {
            let file = ctx.comparison.after.file(path).ok().flatten()?;
            let definitions = ctx.comparison.after.near(&file);
            let code = Code {
                file: &file,
                definitions: &definitions,
                tokens: file.code_tokens(),
                ranges: joined(ranges),
            };
            let (at, message) = code.fault()?;
            Some(placed(ctx.unknown("site", message), &file, at))
        })
}

/// What a name is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// `if`
    Keyword,
    /// It is declared there: a function, a member, a type, an entry.
    Declared,
    /// The function that the code is in.
    Function,
    /// `struct NAME`
    Tag,
    /// A member that is called, or an entry of an initialiser.
    Member,
    /// It is called, and may be a macro for all that is known.
    Called,
    /// Any other name.
    Plain,
}

/// One name of the code.
struct Name {
    text: String,
    at: usize,
    what: What,
    /// A parenthesis is behind it: macros that take arguments count.
    takes: bool,
}

/// The code of a change in one file.
struct Code<'a> {
    file: &'a Arc<File>,
    definitions: &'a dyn DefinitionSource,
    tokens: Vec<Token>,
    ranges: Vec<Range<usize>>,
}

impl Code<'_> {
    fn fault(&self) -> Option<(usize, String)> {
        let names = self.names();
        names.first()?;
        self.misplaced()
            .or_else(|| names.iter().find_map(|name| self.shadowed(name)))
            .or_else(|| names.iter().find_map(|name| self.made_another(name)))
            .or_else(|| self.renamed())
            .or_else(|| self.unseen_header())
    }

    fn text(&self, at: usize) -> &str {
        let range = self.tokens.get(at).map(|token| token.range.clone());
        let text = range.map(|range| self.file.slice(range));
        text.and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or_default()
    }

    fn is_own(&self, at: usize) -> bool {
        let behind = self.ranges.partition_point(|range| range.start <= at);
        let last = behind.checked_sub(1).and_then(|last| self.ranges.get(last));
        last.is_some_and(|range| range.contains(&at))
    }

    /// The names in the code, and those of what it is in.
    fn names(&self) -> Vec<Name> {
        let mut found = Vec::new();
        let own = self.tokens.iter().enumerate();
        let own = own.filter(|(_, token)| token.kind == TokenKind::Word);
        let heads = self.around();
        let functions = self.file.functions().iter();
        let functions = functions.filter(|known| self.touches(&known.range));
        let functions = joined(functions.map(|known| known.range.clone()).collect());
        let declared = self.declared();
        let end = self.ranges.iter().map(|range| range.end).max();
        let end = end.unwrap_or_default();
        let mut seen = BTreeSet::new();
        for (index, token) in own {
            let at = token.range.start;
            let is_head = heads.contains(&at);
            let text = self.text(index);
            let takes = self.text(index + 1) == "(";
            let before = index.checked_sub(1).map_or("", |index| self.text(index));
            // `BAIL;`
            let is_statement = self.text(index + 1) == ";" && ends_before(before);
            // What is done elsewhere in the function decides whether control gets here.
            let mut is_near = || {
                let mut around = functions.iter();
                around.any(|known| known.contains(&at))
                    && (is_keyword(text.as_bytes()) || (takes || is_statement) && at < end)
                    && seen.insert(text.to_owned())
            };
            let is_own = is_head || self.is_own(at);
            if !is_own && !is_near() {
                continue;
            }
            let what = match before {
                _ if is_keyword(text.as_bytes()) => What::Keyword,
                "->" | "." if !is_own => continue,
                _ if !is_own => What::Called,
                _ if declared.contains(&at) => What::Declared,
                _ if is_head => What::Function,
                "struct" | "union" | "enum" => What::Tag,
                // One that is no call is asked as a test is.
                "->" if !takes => continue,
                "->" | "." => What::Member,
                _ if takes => What::Called,
                _ => What::Plain,
            };
            found.push(Name {
                text: text.to_owned(),
                at,
                what,
                takes,
            });
        }
        found
    }

    /// Where the names of the functions and records are that the code is in.
    fn around(&self) -> Vec<usize> {
        let functions = self.file.functions().iter();
        let functions = functions.map(|known| (&known.range, known.name_range.start));
        let functions = functions.filter(|(range, _)| self.touches(range));
        let records = self.file.records().iter();
        let records = records.filter(|known| self.touches(&known.range));
        let tags = records.flat_map(|known| {
            let head = known.range.start..known.body.start;
            let words = self.tokens.iter().filter(move |token| {
                head.contains(&token.range.start) && token.kind == TokenKind::Word
            });
            words.filter(|token| {
                let text = self.file.text(token.range.clone());
                known.tag.as_deref() == Some(&*text) || matches!(&*text, "struct" | "union")
            })
        });
        functions
            .map(|(_, name)| name)
            .chain(tags.map(|token| token.range.start))
            .collect()
    }

    fn touches(&self, range: &Range<usize>) -> bool {
        self.ranges
            .iter()
            .any(|own| range.start < own.end && own.start < range.end)
    }

    /// Where the code declares a name for others, and where the heads of its records are.
    fn declared(&self) -> BTreeSet<usize> {
        let file = self.file;
        let functions = file.functions().iter().map(|it| &it.name_range);
        let prototypes = file.prototypes().iter().map(|it| &it.name_range);
        let typedefs = file.typedefs().iter().map(|it| &it.name_range);
        let variables = file.variables().iter().map(|it| &it.name_range);
        let enumerators = file.enumerators().iter().map(|it| &it.range);
        let records = file.records().iter();
        let members = records.flat_map(|record| record.members.iter().map(|it| &it.name_range));
        let names = functions.chain(prototypes).chain(typedefs).chain(variables);
        let names = names.chain(enumerators).chain(members);
        let names = names.map(|range| range.start);
        let mut found: BTreeSet<usize> = names.filter(|at| self.is_own(*at)).collect();
        let records = file.records().iter();
        let records = records.filter(|record| self.touches(&record.range));
        let heads = records.map(|record| record.range.start..record.body.start);
        for head in heads {
            let words = self.tokens.iter().map(|token| token.range.start);
            found.extend(words.filter(|at| head.contains(at)));
        }
        found
    }

    /// Code of a function, or a record, that is itself inside a function: nobody else means it by its name.
    fn misplaced(&self) -> Option<(usize, String)> {
        let record = self.file.records().iter().find_map(|record| {
            let outer = self.file.function_at(record.range.start)?;
            let tag = record.tag.as_deref().or(record.typedef_name.as_deref())?;
            let own = record.members.iter();
            let own = own.filter(|it| self.is_own(it.name_range.start));
            let member = own.map(|it| it.name_range.start).next()?;
            let message = format!("this `{tag}` is a type of {}() alone", outer.name);
            Some((member, message))
        });
        record.or_else(|| {
            self.ranges.iter().find_map(|range| {
                let mut node = self.file.node_at(range.clone())?;
                let mut functions = 0;
                loop {
                    functions += usize::from(node.kind() == "function_definition");
                    match node.parent() {
                        Some(parent) => node = parent,
                        None => break,
                    }
                }
                let outer = self.file.function_at(range.start)?;
                (functions > 1).then(|| {
                    let message = format!("this is in a function inside {}()", outer.name);
                    (range.start, message)
                })
            })
        })
    }

    /// A variable that hides another one of its name.
    fn shadowed(&self, name: &Name) -> Option<(usize, String)> {
        if name.what != What::Plain {
            return None;
        }
        let function = self.file.function_at(name.at)?;
        let inner = declared_at(self.file, name.at, &name.text)?;
        let line = self.file.line_of(inner);
        if inner < function.body.start || self.is_own(inner) {
            return None;
        }
        let block = self.file.node_at(inner..inner + 1)?;
        let block = std::iter::successors(Some(block), |node| node.parent())
            .find(|node| matches!(node.kind(), "compound_statement" | "for_statement"))?;
        let outer = declared_at(self.file, block.start_byte(), &name.text)?;
        (outer != inner && function.range.contains(&outer)).then(|| {
            let message = format!(
                "`{}` is here the variable of line {line}, which hides the one of line {}",
                name.text,
                self.file.line_of(outer)
            );
            (name.at, message)
        })
    }

    /// A macro makes another name, or other code, of this one.
    fn made_another(&self, name: &Name) -> Option<(usize, String)> {
        let (file, known) = self.macro_of(name)?;
        let body = file.text(known.body.clone());
        let body = body.trim();
        if body == name.text {
            return None;
        }
        let is_so = match name.what {
            What::Called => jumps(body),
            What::Plain => {
                let function = self.file.function_at(name.at)?;
                let is_between = function.body.contains(&known.range.start);
                let is_variable = || declared_at(self.file, name.at, &name.text).is_some();
                std::ptr::eq(&*file, &**self.file) && is_between && is_variable()
            }
            _ => true,
        };
        let place = format!("{}:{}", file.path(), file.line_of(known.range.start));
        is_so.then(|| {
            let message = format!(
                "`{}` is a macro ({place}), so this is not what it reads",
                name.text
            );
            (name.at, message)
        })
    }

    /// The macro that the name is there, as far as it is not what is meant: the file's own, or one that it includes.
    fn macro_of(&self, name: &Name) -> Option<(Arc<File>, MacroDefinition)> {
        let is_it = |known: &&MacroDefinition, file: &File| {
            known.name == name.text
                && (known.params.is_none() || name.takes)
                && !file.is_dead(known.range.start)
        };
        let here = self.file.conditions_at(name.at);
        let own = self
            .file
            .macros()
            .iter()
            .filter(|known| is_it(known, self.file) && !excludes(&here, &known.conditions));
        let is_gone = |from: usize| undefined(self.file, &name.text, from..name.at).is_some();
        let is_alive = |known: &&MacroDefinition| {
            known.range.end <= name.at && !is_gone(known.range.end)
                || known.range.start > name.at && name.what == What::Declared
        };
        let mut own = own.filter(is_alive);
        if let Some(own) = own.next_back() {
            return Some((Arc::clone(self.file), own.clone()));
        }
        // What code is meant to use may be a header's macro.
        if is_gone(0) || name.what == What::Plain {
            return None;
        }
        let header = self.definitions.header_defining(self.file, &name.text)?;
        let is_builtin = header.path().as_str().starts_with("include/linux/compiler");
        let mut all = header.macros().iter();
        let known = all.rfind(|known| is_it(known, &header))?;
        let after = known.range.end..header.bytes().len();
        // One arm of an `#if` has the function, and the other one the macro that stands for it elsewhere.
        let is_stub = !known.conditions.is_empty()
            && (header.prototypes().iter().any(|it| it.name == name.text)
                || !header.functions_named(&name.text).is_empty());
        let is_not_it = is_builtin && name.what == What::Keyword
            || is_stub && matches!(name.what, What::Declared | What::Function)
            || undefined(&header, &name.text, after).is_some();
        (!is_not_it).then(|| (Arc::clone(&header), known.clone()))
    }

    /// As a test is asked: a member that a macro makes another one.
    fn renamed(&self) -> Option<(usize, String)> {
        self.ranges.iter().find_map(|range| {
            let tested = Tested::code(self.file, range.clone());
            let (_, message) = tested.renamed(self.definitions)?;
            Some((range.start, message))
        })
    }

    /// A header that cannot be looked into, for it is not known which one it is.
    fn unseen_header(&self) -> Option<(usize, String)> {
        let end = self.ranges.iter().map(|range| range.end).max()?;
        let all = tokens(self.file.bytes()).into_iter();
        let mut directives = all.filter(|token| token.kind == TokenKind::Directive);
        directives.find_map(|token| {
            let at = token.range.start;
            let says = directive(self.file.slice(token.range));
            let says = says.strip_prefix("# ").unwrap_or(&says);
            let is_unseen = says.starts_with("include_next ")
                || says
                    .strip_prefix("include ")
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '_'));
            (is_unseen && at < end && !self.file.is_dead(at)).then(|| {
                let message = format!(
                    "what `#{}` includes is not known: it may have macros of these names",
                    sites::brief(says, 60)
                );
                (at, message)
            })
        })
    }
}

/// The ranges in order, those that meet as one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut found: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match found.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => found.push(range),
        }
    }
    found
}

/// Whether a token is one that a statement is behind.
fn ends_before(token: &str) -> bool {
    matches!(token, ";" | "{" | "}" | ")" | ":" | "else" | "do")
}

/// Whether a macro with this body is a jump.
fn jumps(body: &str) -> bool {
    let first = texts(body.as_bytes()).next().unwrap_or_default();
    matches!(first, "return" | "goto" | "break" | "continue")
}
