//! After each single patch, every name that the code uses is declared.
//!
//! The tree before compiles, so a name that it has anywhere is declared. Left are the names that the
//! series brings in: each must be declared, in some touched file, from the first patch on that uses it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use kernel_c::token::{TokenKind, tokens};
use kernel_c::{Node, SourceFile, TreePath};
use trees::{ParsedTree, Tree};

use super::Named;
use crate::finding::Finding;
use crate::scene::{Scene, Side};

const NAME: &str = "frame/bisect";

/// Judges the state after each mail with a diff; `states` are those.
pub(crate) fn check(
    scene: &Scene<'_>,
    mails: &[Named<'_>],
    states: &[Arc<dyn Tree>],
) -> Vec<Finding> {
    let new = match new_names(scene, states) {
        Ok(new) => new,
        Err(finding) => return vec![*finding],
    };
    let mut findings = Vec::new();
    let mails: Vec<&Named<'_>> = mails.iter().filter(|named| named.has_diff()).collect();
    for (index, (named, state)) in mails.iter().zip(states).enumerate() {
        let state = State::of(scene, state, index + 1 == states.len());
        for (name, uses) in state.uses(&new) {
            if state.declares(&name) {
                continue;
            }
            if let Some((file, range)) = uses.first() {
                findings.push(undeclared(named, file, range, &name));
            }
        }
    }
    if findings.is_empty() {
        let message = match states.len() {
            1 => "every name that the patch uses is declared".to_owned(),
            n => format!("after each of the {n} patches every name that is used is declared"),
        };
        findings.push(Finding::holds(NAME, message));
    }
    findings
}

fn undeclared(named: &Named<'_>, file: &SourceFile, range: &Range<usize>, name: &str) -> Finding {
    let message = format!(
        "after {} `{name}` is used and nothing declares it yet",
        named.name
    );
    let mut finding = Finding::violated(NAME, message)
        .in_file(file.path())
        .at_line(file.line_of(range.start))
        .showing(&crate::scene::line_of(file, range.start));
    if let Some(function) = file.function_at(range.start) {
        finding = finding.in_function(&function.name);
    }
    finding
}

/// Tells the survey the names that [`check`] will ask for, so that one walk over the tree answers all.
pub(crate) fn expect_words(scene: &Scene<'_>, states: &[Arc<dyn Tree>]) {
    if let Ok(names) = candidates(scene, states) {
        scene.survey.expect(names);
    }
}

/// The names that some state has and the touched files before have not.
fn candidates(
    scene: &Scene<'_>,
    states: &[Arc<dyn Tree>],
) -> Result<BTreeSet<String>, trees::TreeError> {
    let mut before = BTreeSet::new();
    let mut later = BTreeSet::new();
    for path in scene.touched.iter().filter(|path| path.is_c()) {
        if let Some(bytes) = scene.bytes(Side::Before, path)? {
            before.extend(names_in(&bytes).into_iter().map(|(name, _)| name));
        }
        for state in states {
            if let Some(bytes) = state.read(path)? {
                later.extend(names_in(&bytes).into_iter().map(|(name, _)| name));
            }
        }
    }
    let mut new: BTreeSet<String> = later.difference(&before).cloned().collect();
    new.retain(|name| !name.starts_with("CONFIG_") && !is_keyword(name));
    Ok(new)
}

/// Those that the tree before has nowhere else either.
fn new_names(
    scene: &Scene<'_>,
    states: &[Arc<dyn Tree>],
) -> Result<BTreeSet<String>, Box<Finding>> {
    let unknown = |error: trees::TreeError| Box::new(Finding::unknown(NAME, error.to_string()));
    let new = candidates(scene, states).map_err(unknown)?;
    scene.survey.expect(new.iter().cloned());
    let mut unseen = BTreeSet::new();
    for name in new {
        let files = scene
            .survey
            .files_with(&scene.after, &name)
            .map_err(unknown)?;
        if files.iter().all(|path| scene.touched.contains(path)) {
            unseen.insert(name);
        }
    }
    Ok(unseen)
}

/// The words of the code: those of directives other than `#define` are conditions, which may name
/// what is defined nowhere.
fn names_in(bytes: &[u8]) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    for token in tokens(bytes) {
        let slice = bytes.get(token.range.clone()).unwrap_or_default();
        match token.kind {
            TokenKind::Word => {
                found.push((String::from_utf8_lossy(slice).into_owned(), token.range));
            }
            TokenKind::Directive if is_define(slice) => {
                let hash = slice.iter().position(|&byte| byte == b'#').unwrap_or(0) + 1;
                let inner = slice.get(hash..).unwrap_or_default();
                let base = token.range.start + hash;
                found.extend(
                    tokens(inner)
                        .into_iter()
                        .filter(|token| token.kind == TokenKind::Word)
                        .map(|token| {
                            let word = inner.get(token.range.clone()).unwrap_or_default();
                            (
                                String::from_utf8_lossy(word).into_owned(),
                                base + token.range.start..base + token.range.end,
                            )
                        }),
                );
            }
            _ => {}
        }
    }
    found
}

fn is_define(directive: &[u8]) -> bool {
    let text = directive.trim_ascii_start();
    text.strip_prefix(b"#")
        .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"define"))
}

fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "auto"
            | "break"
            | "case"
            | "char"
            | "const"
            | "continue"
            | "default"
            | "define"
            | "do"
            | "double"
            | "else"
            | "enum"
            | "extern"
            | "float"
            | "for"
            | "goto"
            | "if"
            | "inline"
            | "int"
            | "long"
            | "register"
            | "restrict"
            | "return"
            | "short"
            | "signed"
            | "sizeof"
            | "static"
            | "struct"
            | "switch"
            | "typedef"
            | "union"
            | "unsigned"
            | "void"
            | "volatile"
            | "while"
            | "_Bool"
            | "__VA_ARGS__"
    )
}

/// The touched files after one of the patches.
struct State {
    files: Vec<Arc<SourceFile>>,
}

impl State {
    fn of(scene: &Scene<'_>, state: &Arc<dyn Tree>, is_last: bool) -> Self {
        let own = (!is_last).then(|| ParsedTree::new(Arc::clone(state)));
        let tree = own.as_ref().unwrap_or(&scene.after);
        let files = scene
            .touched
            .iter()
            .filter(|path| path.is_c())
            .filter_map(|path: &TreePath| tree.file(path).ok().flatten())
            .collect();
        Self { files }
    }

    /// Where the names are used.
    fn uses(
        &self,
        names: &BTreeSet<String>,
    ) -> BTreeMap<String, Vec<(Arc<SourceFile>, Range<usize>)>> {
        let mut uses: BTreeMap<String, Vec<(Arc<SourceFile>, Range<usize>)>> = BTreeMap::new();
        for file in &self.files {
            for (name, range) in names_in(file.bytes()) {
                if names.contains(&name) {
                    uses.entry(name)
                        .or_default()
                        .push((Arc::clone(file), range));
                }
            }
        }
        uses
    }

    /// Whether some touched file declares the name: a member, a macro or its parameter, a function,
    /// or anything that a declarator names.
    fn declares(&self, name: &str) -> bool {
        self.files.iter().any(|file| {
            let is_macro = file.macros().iter().any(|known| {
                known.name == name
                    || known
                        .params
                        .as_ref()
                        .is_some_and(|params| params.iter().any(|param| param == name))
            });
            let is_member = file
                .records()
                .iter()
                .any(|record| record.members.iter().any(|member| member.name == name));
            is_macro
                || is_member
                || file
                    .functions()
                    .iter()
                    .any(|function| function.name == name)
                || names_in(file.bytes())
                    .iter()
                    .filter(|(word, _)| word == name)
                    .any(|(_, range)| is_declarator(file, range))
        })
    }
}

/// Whether the word at `range` is what a declaration, a parameter, an enumerator, a tag or a label names.
fn is_declarator(file: &SourceFile, range: &Range<usize>) -> bool {
    let Some(mut node) = file.node_at(range.clone()) else {
        return false;
    };
    if node.byte_range() != *range {
        return false;
    }
    while let Some(parent) = node.parent() {
        let is = |field: &str| {
            parent
                .child_by_field_name(field)
                .is_some_and(|child: Node<'_>| child.id() == node.id())
        };
        match parent.kind() {
            "declaration"
            | "field_declaration"
            | "parameter_declaration"
            | "type_definition"
            | "function_definition" => return !is("type"),
            "enumerator" => return is("name"),
            "struct_specifier" | "union_specifier" | "enum_specifier" => {
                return is("name") && parent.child_by_field_name("body").is_some();
            }
            "labeled_statement" => return is("label"),
            "init_declarator" if !is("declarator") => return false,
            kind if kind.ends_with("declarator") => node = parent,
            _ => return false,
        }
    }
    false
}
