//! Control flow inside macros: a macro defined in the same file can hide a `return`, a `goto`, a
//! `case` or a label, and then what its use looks like (a call) is not what it does.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::File;
use dialect::token::{TokenKind, tokens};
use syntax::items::MacroDefinition;

/// What a macro's body does to control flow, itself or through other macros of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hidden {
    /// `return`
    pub(crate) returns: bool,
    /// `break` or `continue` of a loop or `switch` around its use
    pub(crate) breaks: bool,
    /// It begins with `case …:`, `default:` or a label: control can enter there.
    pub(crate) enters: bool,
    /// Labels that it jumps to. Those that are parameters are named where it is used.
    pub(crate) gotos: Vec<String>,
}

/// The macros of a file that hide control flow.
pub(crate) type HiddenMacros = FxHashMap<String, Hidden>;

/// Finds the macros of `file` that hide control flow.
pub(crate) fn hidden_macros(file: &File) -> HiddenMacros {
    let mut own: FxHashMap<&str, (Hidden, Vec<&str>)> = FxHashMap::default();
    for definition in file.macros() {
        let (hidden, words) = look(file, definition);
        let known = own.entry(&definition.name).or_default();
        known.0.add(&hidden);
        known.1.extend(words);
    }
    let mut found = HiddenMacros::default();
    if own.values().all(|(hidden, _)| *hidden == Hidden::default()) {
        return found;
    }
    for name in own.keys() {
        let all = with_those_used(&own, name);
        if all != Hidden::default() {
            found.insert((*name).to_owned(), all);
        }
    }
    found
}

/// What a macro does itself and through the macros that it uses.
fn with_those_used(own: &FxHashMap<&str, (Hidden, Vec<&str>)>, name: &str) -> Hidden {
    let mut all = Hidden::default();
    let mut seen = FxHashSet::default();
    let mut pending = vec![name];
    while let Some(name) = pending.pop() {
        if let Some((hidden, words)) = own.get(name)
            && seen.insert(name)
        {
            all.add(hidden);
            pending.extend(words);
        }
    }
    // The order of what was met last depends on a hash map.
    all.gotos.sort_unstable();
    all
}

impl Hidden {
    fn add(&mut self, other: &Self) {
        self.returns |= other.returns;
        self.enters |= other.enters;
        self.breaks |= other.breaks;
        for label in &other.gotos {
            if !self.gotos.contains(label) {
                self.gotos.push(label.clone());
            }
        }
    }
}

/// What the body says itself, and the words in it that could be other macros.
fn look<'f>(file: &'f File, definition: &MacroDefinition) -> (Hidden, Vec<&'f str>) {
    let body = std::str::from_utf8(file.slice(definition.body.clone())).unwrap_or_default();
    let mut hidden = Hidden::default();
    let mut words = Vec::new();
    if body.is_empty() {
        return (hidden, words);
    }
    let mut before = "";
    let mut only_a_label = true;
    let mut loops = false;
    for token in tokens(body.as_bytes()) {
        let text = body.get(token.range).unwrap_or_default();
        match text {
            "return" => hidden.returns = true,
            "break" | "continue" => hidden.breaks = true,
            "do" | "for" | "while" | "switch" => loops = true,
            "case" | "default" if words.is_empty() && only_a_label => hidden.enters = true,
            ":" if only_a_label && !words.is_empty() => hidden.enters = true,
            _ if before == "goto" => hidden.gotos.push(text.to_owned()),
            _ if token.kind == TokenKind::Word => words.push(text),
            _ => {}
        }
        only_a_label &= matches!(text, "##" | "case" | "default") || token.kind == TokenKind::Word;
        before = text;
    }
    // In a loop of its own it leaves that.
    hidden.breaks &= !loops;
    (hidden, words)
}
