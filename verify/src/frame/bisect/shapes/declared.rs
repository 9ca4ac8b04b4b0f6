//! What declarations say: of variables, members, functions, typedefs.

use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::access::chain;
use query::types::{DefinitionKind, DefinitionSource, View, declared_at, definitions_of};
use syntax::Node;
use syntax::items::{BaseType, Member, Record, RecordKind, base_of, name_of};

use super::super::names::{is_annotation, is_given};
use super::super::snapshot::Snapshot;
use super::{Callable, Named, Shape, agreed};

/// How many typedefs stand for another.
const MOST_TYPEDEFS: usize = 16;

/// A state of the tree, and the file whose code is looked at.
#[derive(Clone, Copy)]
pub(super) struct Seen<'s, 'c> {
    pub(super) snapshot: &'s Snapshot<'c>,
    pub(super) file: &'s Arc<File>,
}

/// The definitions of a record that code may see.
pub(super) enum Definitions {
    Complete(Vec<(Arc<File>, Record)>),
    /// It is only declared.
    Incomplete,
    Unknown,
}

impl<'s, 'c> Seen<'s, 'c> {
    pub(super) fn of(snapshot: &'s Snapshot<'c>, file: &'s Arc<File>) -> Self {
        Self { snapshot, file }
    }
}

impl Seen<'_, '_> {
    /// What the declaration at `node` says of the name that `declarator` declares (none: of a type alone).
    pub(super) fn of_declaration(
        &self,
        file: &Arc<File>,
        node: Node<'_>,
        declarator: Option<Node<'_>>,
    ) -> Option<Shape> {
        self.declared(file, node, declarator, 0)
    }

    fn declared(
        &self,
        file: &Arc<File>,
        node: Node<'_>,
        declarator: Option<Node<'_>>,
        depth: usize,
    ) -> Option<Shape> {
        let specifier = node.child_by_field_name("type")?;
        // What the dialect shows to the grammar in place of a macro says nothing of types.
        let until = declarator.map_or(node.end_byte(), |declarator| declarator.end_byte());
        if is_rewritten(file, specifier.start_byte()..until) {
            return None;
        }
        let base = self.of_base(file, &base_of(file, specifier), specifier, depth)?;
        match declarator {
            Some(declarator) => declarator_of(file, declarator, base),
            None => Some(base),
        }
    }

    fn of_base(
        &self,
        file: &Arc<File>,
        base: &BaseType,
        specifier: Node<'_>,
        depth: usize,
    ) -> Option<Shape> {
        let named = |kind, tag: Option<&String>| {
            Shape::Record(Named {
                kind,
                tag: tag.cloned(),
                file: Arc::clone(file),
                range: specifier.byte_range(),
            })
        };
        match base {
            BaseType::Struct(tag) => Some(named(RecordKind::Struct, Some(tag))),
            BaseType::Union(tag) => Some(named(RecordKind::Union, Some(tag))),
            BaseType::Untagged(_) => {
                let kind = match specifier.kind() {
                    "union_specifier" => RecordKind::Union,
                    _ => RecordKind::Struct,
                };
                Some(named(kind, None))
            }
            BaseType::Scalar(text) if text == "void" => Some(Shape::Void),
            BaseType::Scalar(text) if is_truth(text) => Some(Shape::Truth),
            BaseType::Scalar(_) => Some(Shape::Number),
            BaseType::Named(name) => self.typedef(file, name, depth + 1),
            BaseType::Typeof(_) | BaseType::Auto => None,
        }
    }

    /// What a typedef's name stands for in `file`.
    fn typedef(&self, file: &Arc<File>, name: &str, depth: usize) -> Option<Shape> {
        if depth > MOST_TYPEDEFS {
            return None;
        }
        let own: Vec<_> = file.typedefs().iter().filter(|t| t.name == name).collect();
        if own.is_empty() && is_truth(name) {
            return Some(Shape::Truth);
        }
        if own.is_empty() && is_number(name) {
            return Some(Shape::Number);
        }
        if !own.is_empty() {
            return agreed(own.into_iter().map(|known| {
                let at = known.name_range.start;
                self.named_at(file, at, name, depth)
            }));
        }
        let near = self.snapshot.tree.near(file);
        let closure = self.snapshot.closure(self.file.path());
        let rank = |path: &TreePath| usize::from(!closure.files.contains(path));
        let mut homes = near.files_defining(DefinitionKind::Typedef, name, &View::of_all(&rank));
        let home = homes.next()?;
        if closure.sees_all && !closure.files.contains(home.path()) {
            return None;
        }
        let known = home.typedefs().iter().filter(|t| t.name == name);
        agreed(known.map(|known| self.named_at(&home, known.name_range.start, name, depth)))
    }

    /// What is declared by the name at `at`.
    pub(super) fn named_at(
        &self,
        file: &Arc<File>,
        at: usize,
        name: &str,
        depth: usize,
    ) -> Option<Shape> {
        let way = chain(file, &(at..at + name.len()));
        let declaration = way.iter().rev().find(|node| {
            matches!(
                node.kind(),
                "declaration"
                    | "parameter_declaration"
                    | "field_declaration"
                    | "type_definition"
                    | "function_definition"
            )
        })?;
        let declarator = declarator_named(*declaration, at)?;
        let found = self.declared(file, *declaration, Some(declarator), depth)?;
        // An array and a function that a parameter is declared as are pointers (C11 6.7.6.3p7, p8).
        Some(match (declaration.kind(), found) {
            ("parameter_declaration", Shape::Array(of)) => Shape::Pointer(of),
            ("parameter_declaration", Shape::Function(of)) => {
                Shape::Pointer(Box::new(Shape::Function(of)))
            }
            (_, found) => found,
        })
    }

    /// The shape of a member as its record declares it.
    pub(super) fn member(&self, home: &Arc<File>, member: &Member) -> Option<Shape> {
        self.named_at(home, member.name_range.start, &member.name, 0)
    }

    /// The variable or parameter that `name` means at `at` of the file. The outer none: no local one.
    pub(super) fn local(&self, name: &str, at: usize) -> Option<Option<Shape>> {
        let declared = declared_at(self.file, at, name)?;
        Some(self.named_at(self.file, declared, name, 0))
    }

    /// What `name` means at the file's own level; none where that is not known, or is a macro or a type.
    pub(super) fn global(&self, name: &str) -> Option<Shape> {
        if is_given(name) {
            return None;
        }
        let own = self.at_file_level(self.file, name)?;
        if !own.is_empty() {
            return agreed(own);
        }
        let closure = self.snapshot.closure(self.file.path());
        let known = self.snapshot.headers_known_with(name);
        let paths = match known {
            Some(paths) => paths,
            // Which words a file of the series has was found out; of others it is but few functions that are asked.
            None if !self.snapshot.comparison.touched.contains(self.file.path()) => {
                self.snapshot.spelt_in_seen(self.file, name)
            }
            None => return None,
        };
        let mut shapes = Vec::new();
        for path in paths.iter().filter(|path| closure.files.contains(path)) {
            if path == self.file.path() {
                continue;
            }
            let header = self.snapshot.file(path)?;
            let here = self.at_file_level(&header, name)?;
            shapes.extend(here);
        }
        agreed(shapes)
    }

    /// Functions, variables and enumerators of the name in a file. None: a macro or a type has it.
    fn at_file_level(&self, file: &Arc<File>, name: &str) -> Option<Vec<Option<Shape>>> {
        let is_other = file.macros().iter().any(|known| known.name == name)
            || file.typedefs().iter().any(|known| known.name == name);
        if is_other {
            return None;
        }
        let functions = file.functions().iter().filter(|f| f.name == name);
        let functions = functions.map(|f| f.name_range.start);
        let prototypes = file.prototypes().iter().filter(|p| p.name == name);
        let prototypes = prototypes.map(|p| p.name_range.start);
        let variables = file.variables().iter().filter(|v| v.name == name);
        let variables = variables.map(|v| v.name_range.start);
        let places = functions.chain(prototypes).chain(variables);
        let mut found: Vec<Option<Shape>> = places
            .filter(|&at| !file.is_dead(at))
            .map(|at| self.named_at(file, at, name, 0))
            .collect();
        let enumerators = file.enumerators().iter().filter(|e| e.name == name);
        found.extend(enumerators.map(|_| Some(Shape::Number)));
        Some(found)
    }

    /// The definitions of a record that the file's code at `at` may see.
    pub(super) fn definitions(&self, named: &Named, at: usize) -> Definitions {
        let Some(name) = named.type_name() else {
            let mut records = named.file.records().iter();
            let record = records.find(|record| record.range == named.range);
            return match record.filter(|record| record.clean) {
                Some(record) => {
                    Definitions::Complete(vec![(Arc::clone(&named.file), record.clone())])
                }
                None => Definitions::Unknown,
            };
        };
        let tag = named.tag.clone().unwrap_or_default();
        let own = self.file.records_named(&tag);
        let own: Vec<&Record> = own
            .iter()
            .copied()
            .filter(|r| r.kind == named.kind)
            .collect();
        if own.iter().any(|record| record.range.start <= at) {
            let before = own.iter().filter(|record| record.range.start <= at);
            let all = before.map(|record| (Arc::clone(self.file), (*record).clone()));
            return Definitions::Complete(all.collect());
        }
        let closure = self.snapshot.closure(self.file.path());
        let near = self.snapshot.tree.near(self.file);
        let all = definitions_of(&name, self.file, &near).into_iter();
        let all = all.filter(|found| found.path != *self.file.path());
        let seen = all.filter(|found| closure.files.contains(&found.path));
        let opened = seen.filter_map(|found| {
            let home = self.snapshot.file(&found.path)?;
            Some((home, found.record))
        });
        let opened: Vec<_> = opened.collect();
        if !opened.is_empty() {
            return Definitions::Complete(opened);
        }
        let is_source = self.file.path().as_str().ends_with(".c");
        let may_be = !closure.sees_all
            || closure.unread.is_some()
            || !is_source
            || self.is_macro(&tag)
            || self.snapshot.is_included(self.file)
            || closure.files.iter().any(|path| self.may_define(path, &tag))
            || self.snapshot.alias(self.file, &tag).is_some();
        match may_be {
            true => Definitions::Unknown,
            false => Definitions::Incomplete,
        }
    }

    /// Whether the file has the tag before a `{`, or in what was not read.
    fn may_define(&self, path: &TreePath, tag: &str) -> bool {
        if path == self.file.path() {
            let spelled = super::super::scope::word_positions(self.file.bytes(), tag.as_bytes());
            let mut spelled = spelled.map(|at| at..at + tag.len());
            return spelled.any(|range| self.file.unread_near(&range).is_some());
        }
        let Ok(Some(bytes)) = self.snapshot.tree.tree().read(path) else {
            return true;
        };
        super::super::scope::word_positions(&bytes, tag.as_bytes()).any(|at| {
            let rest = bytes.get(at + tag.len()..).unwrap_or_default();
            let next = dialect::token::texts(rest.get(..200).unwrap_or(rest)).next();
            // A macro may make a struct of a name that it is given.
            !matches!(next, Some(";" | "*" | ")" | "," | "const"))
                && next.is_some_and(|next| !next.starts_with(|c: char| c.is_ascii_alphabetic()))
        })
    }
}

/// The declarator of a declaration that the name at `at` is in.
fn declarator_named(declaration: Node<'_>, at: usize) -> Option<Node<'_>> {
    let mut cursor = declaration.walk();
    let mut all = declaration.children_by_field_name("declarator", &mut cursor);
    all.find(|one| name_of(*one).is_some_and(|named| named.start_byte() == at))
}

/// A declarator's stars, brackets and parameters around `base`, the outermost of the type last.
pub(super) fn declarator_of(file: &File, declarator: Node<'_>, base: Shape) -> Option<Shape> {
    let mut node = declarator;
    let mut shape = base;
    loop {
        let kind = node.kind();
        let kind = kind.strip_prefix("abstract_").unwrap_or(kind);
        match kind {
            "identifier" | "field_identifier" | "type_identifier" => return Some(shape),
            "pointer_declarator" => shape = Shape::Pointer(Box::new(shape)),
            "array_declarator" => shape = Shape::Array(Box::new(shape)),
            "function_declarator" => {
                let list = node.child_by_field_name("parameters")?;
                let (parameters, is_variadic) = parameters(file, list);
                shape = Shape::Function(Callable {
                    parameters,
                    is_variadic,
                    returns: Some(Box::new(shape)),
                });
            }
            "parenthesized_declarator" | "attributed_declarator" | "init_declarator" => {}
            _ => return None,
        }
        let inner = node.child_by_field_name("declarator").or_else(|| {
            let mut cursor = node.walk();
            let mut inside = node.named_children(&mut cursor);
            let is_wrap = matches!(kind, "parenthesized_declarator" | "attributed_declarator");
            let is_inner =
                |kind: &str| kind.ends_with("declarator") || kind.ends_with("identifier");
            inside.find(|child| is_wrap && is_inner(child.kind()))
        });
        match inner {
            Some(inner) => node = inner,
            None if node.kind().starts_with("abstract_") => return Some(shape),
            None => return None,
        }
    }
}

/// How many parameters a list has; none where it does not say.
fn parameters(file: &File, list: Node<'_>) -> (Option<usize>, bool) {
    if list.has_error() || is_rewritten(file, list.byte_range()) {
        return (None, false);
    }
    let mut cursor = list.walk();
    let mut count = 0;
    let mut is_variadic = false;
    let mut is_void = false;
    for child in list.named_children(&mut cursor) {
        match child.kind() {
            "comment" => {}
            "variadic_parameter" => is_variadic = true,
            "parameter_declaration" => {
                count += 1;
                let text = file.slice(child.byte_range());
                let words: Vec<&str> = dialect::token::texts(text).collect();
                is_void |= words == ["void"];
                // A macro may be several parameters, or none.
                let is_alone = child.child_by_field_name("declarator").is_none();
                if is_alone && words.len() == 1 && is_shouted(words.first().copied()) {
                    return (None, false);
                }
            }
            _ => return (None, false),
        }
    }
    match (count, is_void, is_variadic) {
        (0, _, false) => (None, false),
        (1, true, _) => (Some(0), is_variadic),
        (count, _, _) => (Some(count), is_variadic),
    }
}

fn is_shouted(word: Option<&str>) -> bool {
    word.is_some_and(|word| !word.bytes().any(|byte| byte.is_ascii_lowercase()))
}

/// Whether the grammar saw something else there than the file has, annotations apart.
pub(super) fn is_rewritten(file: &File, range: std::ops::Range<usize>) -> bool {
    let edits = file.edits();
    let from = edits.partition_point(|edit| edit.range.end <= range.start);
    let rest = edits.get(from..).unwrap_or_default().iter();
    let mut inside = rest.take_while(|edit| edit.range.start < range.end);
    inside.any(|edit| !is_annotation(edit.rule))
}

fn is_truth(name: &str) -> bool {
    matches!(name, "bool" | "_Bool")
}

/// Names that every kernel file has for a number.
fn is_number(name: &str) -> bool {
    const NAMED: &[&str] = &[
        "bool", "size_t", "ssize_t", "loff_t", "gfp_t", "u8", "u16", "u32", "u64", "s8", "s16",
        "s32", "s64", "__u8", "__u16", "__u32", "__u64", "__s8", "__s16", "__s32", "__s64",
    ];
    NAMED.contains(&name)
}
