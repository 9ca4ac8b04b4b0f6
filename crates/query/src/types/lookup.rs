//! Names beyond a function's own: in the file, then in what the tree declares nearest to it.
//!
//! Without a compiler's include path, "nearest" stands for "visible": the file itself, what it includes,
//! its own folder's headers, its architecture's and the common headers, then the rest. Definitions
//! equally near that disagree are a conflict, and a conflict is said, not decided.

mod distance;

use super::DefinitionKind;
use super::builtin::{self, NULLS, NUMBERS};
use super::context::{Answer, Context, FileRef, Type};
use super::levels::{Levels, levels_in};
use super::scalar::Scalar;
use super::token::Token;
use super::view::View;
use crate::File;
use dialect::words::is_keyword;
pub(in crate::types) use distance::includes;
pub use distance::{Nearness, nearness};
use syntax::items::{BaseType, MacroDefinition, Record, Typedef, Variable};

impl<'a> Context<'a> {
    /// What `extract` finds: in `near` itself, or else in the nearest files that may define `name` and have
    /// any. A file further away is only opened where `extract` finds nothing in the nearer ones.
    fn nearest<T>(
        &self,
        near: &FileRef<'a>,
        kind: DefinitionKind,
        name: &str,
        extract: impl Fn(&FileRef<'a>) -> Vec<T>,
    ) -> Vec<(FileRef<'a>, T)> {
        let own = extract(near);
        if !own.is_empty() {
            return own.into_iter().map(|found| (near.clone(), found)).collect();
        }
        let home = self.home();
        let view = View::from(near, &home);
        let mut found = Vec::new();
        let mut reached = None;
        for file in self.definitions.files_defining(kind, name, &view) {
            let distance = view.rank(file.path());
            if reached.is_some_and(|reached| reached != distance) {
                break;
            }
            if file.path() == near.path() {
                continue;
            }
            let file = FileRef::There(file);
            for item in extract(&file) {
                reached = Some(distance);
                found.push((file.clone(), item));
            }
        }
        found
    }

    /// The definitions of the record `tag` as code of the question's file sees them.
    pub(super) fn record_definitions(&self, tag: &str) -> Vec<(FileRef<'a>, Record)> {
        self.records_near(&self.home(), tag, None)
    }

    /// The nearest definitions of `tag`; with `member`, the nearest that have it.
    fn records_near(
        &self,
        near: &FileRef<'a>,
        tag: &str,
        member: Option<&str>,
    ) -> Vec<(FileRef<'a>, Record)> {
        self.nearest(near, DefinitionKind::Record, tag, |file| {
            file.records_named(tag)
                .into_iter()
                .filter(|record| {
                    member.is_none_or(|member| record.members_named(member).next().is_some())
                })
                .cloned()
                .collect()
        })
    }

    fn untagged(file: &FileRef<'a>, range: &std::ops::Range<usize>) -> Option<Record> {
        file.records().iter().find(|r| r.range == *range).cloned()
    }

    pub(super) fn has_member(&self, of: &Type<'a>, member: &str) -> bool {
        !self.records_with(of, member).is_empty()
    }

    fn records_with(&self, of: &Type<'a>, member: &str) -> Vec<(FileRef<'a>, Record)> {
        match of {
            Type::Scalar(_) => Vec::new(),
            Type::Tagged { tag, near, .. } => self.records_near(near, tag, Some(member)),
            Type::Untagged { file, range } => Self::untagged(file, range)
                .filter(|record| record.members_named(member).next().is_some())
                .map(|record| (file.clone(), record))
                .into_iter()
                .collect(),
        }
    }

    /// The nearest definitions of a type, and whether they are surely those that its code sees: they are
    /// in the file that names the type, or in what that includes itself.
    pub(super) fn definitions_of_type(&self, of: &Type<'a>) -> (Vec<(FileRef<'a>, Record)>, bool) {
        match of {
            Type::Scalar(_) => (Vec::new(), false),
            Type::Tagged { tag, near, .. } => {
                let found = self.records_near(near, tag, None);
                let is_seen = found.iter().any(|(file, _)| {
                    file.path() == near.path() || includes(near, file.path().as_str())
                });
                (found, is_seen)
            }
            Type::Untagged { file, range } => {
                let record = Self::untagged(file, range);
                let found = record.map(|record| (file.clone(), record));
                (found.into_iter().collect(), true)
            }
        }
    }

    /// The type of a member.
    pub(super) fn member_type(&mut self, of: &Type<'a>, member: &str) -> Answer<'a> {
        if let Type::Scalar(scalar) = of {
            return Err(format!("`{}` has no member `{member}`", scalar.text));
        }
        let found = self.records_with(of, member);
        if found.is_empty() {
            return Err(self.why_no_member(of, member));
        }
        let mut answers = Vec::new();
        for (file, record) in found {
            for member in record.members_named(member) {
                let levels = levels_in(member.type_text.as_bytes(), member.array.as_bytes());
                let width = member.bit_width.as_ref();
                let narrow =
                    width.is_some_and(|width| width.parse().is_ok_and(|bits: u32| bits < 32));
                let answer = self.type_of_base(&member.base, &file, None);
                answers.push(answer.map(|found| {
                    let found = found.away(levels);
                    found.mapped(|scalar| Scalar { narrow, ..scalar })
                }));
            }
        }
        self.merge(answers)
            .map_err(|reason| format!("`{}` of `{}`: {reason}", member, of.name()))
    }

    /// The `[…]` of a member.
    pub(super) fn member_array(&self, of: &Type<'a>, member: &str) -> String {
        let found = self.records_with(of, member);
        let first = found
            .first()
            .and_then(|(_, record)| record.members_named(member).next());
        first.map_or_else(String::new, |member| member.array.clone())
    }

    /// The name of the member at position `index`, anonymous records apart.
    pub(super) fn nth_member(&self, of: &Type<'a>, index: usize) -> Result<String, String> {
        if let Type::Scalar(scalar) = of {
            return Err(format!("`{}` has no members", scalar.text));
        }
        let (records, _) = self.definitions_of_type(of);
        let [(_, record)] = &records[..] else {
            return Err(format!("`{}` has {} definitions", of.name(), records.len()));
        };
        let counted = &record.members[..record.members.len().min(index + 1)];
        if counted
            .iter()
            .any(|m| m.depth > 0 || !m.conditions.is_empty())
        {
            return Err(format!("members of `{}` cannot be counted", of.name()));
        }
        let member = counted.get(index).map(|member| member.name.clone());
        member.ok_or_else(|| format!("`{}` has fewer members", of.name()))
    }

    /// Where the member is in its record, anonymous records apart.
    pub(super) fn position_of(&self, of: &Type<'a>, name: &str) -> Option<usize> {
        (0..)
            .map_while(|at| self.nth_member(of, at).ok())
            .position(|member| member == name)
    }

    /// Whether the member is a pointer.
    pub(super) fn is_pointer_member(&self, of: &Type<'a>, name: &str) -> bool {
        let found = self.records_with(of, name);
        let first = found
            .first()
            .and_then(|(_, record)| record.members_named(name).next());
        first.is_some_and(|member| member.type_text.contains('*'))
    }

    /// What a member's specifiers say, and how many stars and brackets are around its name.
    pub(super) fn member_shape(&self, of: &Type<'a>, name: &str) -> Option<(BaseType, usize)> {
        let found = self.records_with(of, name);
        let (_, record) = found.first()?;
        let member = record.members_named(name).next()?;
        let count = |text: &str, sign: char| text.matches(sign).count();
        let levels = count(&member.type_text, '*') + count(&member.array, '[');
        Some((member.base.clone(), levels))
    }

    pub(super) fn why_no_member(&self, of: &Type<'a>, member: &str) -> String {
        let name = of.name();
        let Type::Tagged { tag, near, .. } = of else {
            return format!("`{name}` has no member `{member}`");
        };
        match self.records_near(near, tag, None).first() {
            None => format!("no definition of `{name}` was found"),
            Some((file, record)) => {
                let place = format!("{}:{}", file.path(), file.line_of(record.range.start));
                let read = if record.clean {
                    ""
                } else {
                    ", which was not read cleanly"
                };
                format!("`{name}` of {place} has no member `{member}`{read}")
            }
        }
    }

    /// What a word means as a type.
    pub(super) fn named_type(&mut self, name: &str, near: &FileRef<'a>) -> Answer<'a> {
        if NUMBERS.contains(&name) || builtin::is_scalar(name) {
            return Ok(Type::scalar(name));
        }
        match builtin::of(builtin::DECLARING, name) {
            Some(Some(tag)) => return Ok(self.known_struct(tag)),
            Some(None) => return Ok(Type::scalar(name)),
            None => {}
        }
        let found = self.typedefs(name, near);
        if found.is_empty() {
            return self
                .type_behind_macro(name, near)
                .unwrap_or_else(|| Err(format!("no definition of the type `{name}` was found")));
        }
        let mut answers = Vec::new();
        for (file, (base, levels)) in found {
            // `typedef struct foo foo;` is no circle, `typedef foo foo;` is one.
            if base == BaseType::Named(name.to_owned()) {
                continue;
            }
            let answer = self.step(|context| context.type_of_base(&base, &file, None));
            answers.push(answer.map(|found| found.away(levels)));
        }
        self.merge(answers)
    }

    /// `#define Elf_Ehdr Elf64_Ehdr`: a type's name that is a macro.
    fn type_behind_macro(&mut self, name: &str, near: &FileRef<'a>) -> Option<Answer<'a>> {
        let found = self.nearest(near, DefinitionKind::Name, name, |file| {
            let macros = file.macros().iter();
            macros
                .filter(|m| m.name == name && m.params.is_none() && !names_itself(file, m))
                .filter(|m| !m.body.is_empty())
                .cloned()
                .collect()
        });
        let mut answers = Vec::new();
        for (file, definition) in found {
            let scope = self.scope_in(&file);
            let tokens = self.tokens(scope, definition.body.clone());
            answers.push(self.step(|context| context.type_name(&tokens)));
        }
        (!answers.is_empty()).then(|| self.merge(answers))
    }

    fn typedefs(&self, name: &str, near: &FileRef<'a>) -> Vec<(FileRef<'a>, Declared)> {
        self.nearest(near, DefinitionKind::Typedef, name, |file| {
            let typedefs = file.typedefs().iter().filter(|t| t.name == name);
            let declared = typedefs.map(|typedef| {
                let levels = levels_of_typedef(file, typedef);
                (typedef.base.clone(), levels)
            });
            declared.collect()
        })
    }

    /// Whether a word alone in parentheses is a type, rather than a variable.
    pub(super) fn is_typedef(&mut self, name: &Token) -> bool {
        if self.local(name).is_some() {
            return false;
        }
        let file = self.file_of(name);
        NUMBERS.contains(&&*name.text) || !self.typedefs(&name.text, &file).is_empty()
    }

    /// The function-like macros called `name`.
    pub(super) fn macros_named(
        &self,
        near: &FileRef<'a>,
        name: &str,
    ) -> Vec<(FileRef<'a>, MacroDefinition)> {
        // The compiler's own words are macros nowhere: asking would read the whole tree to say so.
        if is_keyword(name.as_bytes()) || name.starts_with("__builtin_") {
            return Vec::new();
        }
        self.nearest(near, DefinitionKind::Function, name, |file| {
            let macros = file.macros().iter();
            macros
                .filter(|m| m.name == name && m.params.is_some())
                .cloned()
                .collect()
        })
    }

    /// What a call of a function or function-like macro of the tree gives.
    pub(super) fn called(&mut self, name: &Token, arguments: &[Token]) -> Answer<'a> {
        let near = self.file_of(name);
        let hidden = self.is_hidden(name);
        let found = self.nearest(&near, DefinitionKind::Function, &name.text, |file| {
            callables(file, &name.text, hidden)
        });
        if found.is_empty() {
            return Err(format!("no declaration of `{}` was found", name.text));
        }
        let mut answers = Vec::new();
        for (file, callable) in found {
            answers.push(match callable {
                Callable::Function((base, levels)) => {
                    let answer = self.type_of_base(&base, &file, None);
                    answer.map(|found| found.away(levels))
                }
                Callable::Macro(definition) => {
                    let expanded = self.expand(&definition, &file, name, Some(arguments));
                    expanded.and_then(|tokens| self.expression(&tokens))
                }
            });
        }
        let answer = self.merge(answers);
        answer.map_err(|reason| format!("`{}()`: {reason}", name.text))
    }

    /// What a word means as a value.
    pub(super) fn identifier(&mut self, name: &Token) -> Answer<'a> {
        if let Some(answer) = self.local(name) {
            return answer;
        }
        if NULLS.contains(&&*name.text) {
            return Ok(Type::scalar("void").away(Levels::Of(1)));
        }
        if let Some(builtin::Known::Struct(tag)) = builtin::of(builtin::NAMES, &name.text) {
            return Ok(self.known_struct(tag));
        }
        if let Some(answer) = self.traced(name) {
            return answer;
        }
        if let Some(owner) = self.parameter_of_macro(name) {
            return Err(format!(
                "`{}` is a parameter of the macro `{owner}`: its type is its callers'",
                name.text
            ));
        }
        let near = self.file_of(name);
        let hidden = self.is_hidden(name);
        let found = self.nearest(&near, DefinitionKind::Name, &name.text, |file| {
            values(file, &name.text, hidden)
        });
        if found.is_empty() {
            return self
                .declared_by_macro(name)
                .unwrap_or_else(|| Err(format!("no declaration of `{}` was found", name.text)));
        }
        let mut answers = Vec::new();
        for (file, value) in found {
            answers.push(match value {
                Value::Variable((base, levels)) => {
                    let answer = self.type_of_base(&base, &file, None);
                    answer.map(|found| found.away(levels))
                }
                Value::Constant => Ok(Type::scalar("int")),
                Value::Macro(definition) => {
                    let expanded = self.expand(&definition, &file, name, None);
                    expanded.and_then(|tokens| self.expression(&tokens))
                }
            });
        }
        self.merge(answers)
    }

    /// The macro whose body the token stands in as a parameter that nothing was put in for.
    fn parameter_of_macro(&self, name: &Token) -> Option<String> {
        let scope = self.scopes.get(name.scope)?;
        let innermost = scope.hidden.last()?;
        let definition = scope.file.macro_at(name.at);
        let definition = definition.filter(|definition| *definition.name == **innermost)?;
        let params = definition.params.as_ref()?;
        let is_parameter = params.iter().any(|param| name.is(param));
        is_parameter.then(|| definition.name.clone())
    }
}

/// What a declaration's specifiers say, and how many pointers and arrays are around the name.
type Declared = (BaseType, Levels);

fn levels_of_typedef(file: &File, typedef: &Typedef) -> Levels {
    let before = file.slice(typedef.range.start..typedef.name_range.start);
    // Behind the body of a record or an enum, and behind the names before it.
    let start = before.iter().rposition(|byte| matches!(byte, b'}' | b','));
    let before = before
        .get(start.map_or(0, |at| at + 1)..)
        .unwrap_or_default();
    let after = file.slice(typedef.name_range.end..typedef.range.end);
    let end = after.iter().position(|byte| matches!(byte, b',' | b';'));
    levels_in(
        before,
        after.get(..end.unwrap_or(after.len())).unwrap_or_default(),
    )
}

enum Callable {
    Function(Declared),
    Macro(MacroDefinition),
}

/// What `name(` may mean in a file: a macro in one `#if` arm may stand for a function of another.
fn callables(file: &File, name: &str, hidden: bool) -> Vec<Callable> {
    let macros = file.macros().iter().filter(|m| m.name == name && !hidden);
    let functions = file.functions().iter().filter(|f| f.name == name);
    let prototypes = file.prototypes().iter().filter(|p| p.name == name);
    let variables = file.variables().iter().filter(|v| v.name == name);
    let bases = functions
        .map(|function| {
            let head = file.slice(function.range.start..function.name_range.start);
            (&function.returns, levels_in(head, b""))
        })
        .chain(prototypes.map(|it| (&it.base, levels_in(it.type_text.as_bytes(), b""))))
        // One that is called points at a function.
        .chain(variables.map(|variable| {
            let levels = levels_in(variable.type_text.as_bytes(), variable.array.as_bytes());
            (&variable.base, levels.called())
        }));
    macros
        .filter(|m| m.params.is_some() && !file.is_dead(m.range.start))
        .filter(|m| !names_itself(file, m))
        .map(|m| Callable::Macro(m.clone()))
        .chain(bases.map(|(base, levels)| Callable::Function((base.clone(), levels))))
        .collect()
}

/// `#define f f`: it says that a function exists, and nothing else.
fn names_itself(file: &File, definition: &MacroDefinition) -> bool {
    file.slice(definition.body.clone()) == definition.name.as_bytes()
}

enum Value {
    Variable(Declared),
    Constant,
    Macro(MacroDefinition),
}

/// What `name` alone may mean in a file.
fn values(file: &File, name: &str, hidden: bool) -> Vec<Value> {
    let variables = file.variables().iter().filter(|v| v.name == name);
    let levels = |v: &Variable| levels_in(v.type_text.as_bytes(), v.array.as_bytes());
    let mut found: Vec<_> = variables
        .map(|v| Value::Variable((v.base.clone(), levels(v))))
        .collect();
    if file.enumerators().iter().any(|e| e.name == name) {
        found.push(Value::Constant);
    }
    if !hidden {
        let macros = file.macros().iter().filter(|m| m.name == name);
        found.extend(
            macros
                .filter(|m| m.params.is_none() && !file.is_dead(m.range.start))
                .filter(|m| !names_itself(file, m))
                .map(|m| Value::Macro(m.clone())),
        );
    }
    found
}
