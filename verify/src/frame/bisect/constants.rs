//! What number a name surely stands for: an enumerator, or a macro without parameters that is a plain number.
//!
//! Where a configuration, an `#undef` or a second definition may make it another, it is not known.

use std::ops::Range;
use std::sync::Arc;

use dialect::token::texts;
use query::File;
use syntax::directives::MacroDefinition;

use super::expression::{Number, evaluate, is_closed};
use super::scope::{has_word, word_positions};
use super::snapshot::Snapshot;
use super::visible::declared_names;

/// How many names deep a name is followed.
const MOST_DEEP: usize = 16;

impl Snapshot<'_> {
    /// What the constant expression at `range` comes to.
    pub(super) fn constant(&self, file: &Arc<File>, range: &Range<usize>) -> Option<Number> {
        evaluate(file.slice(range.clone()), &|name| {
            self.named_constant(file, name, MOST_DEEP)
        })
    }

    fn named_constant(&self, file: &Arc<File>, name: &str, depth: usize) -> Option<Number> {
        let depth = depth.checked_sub(1)?;
        let key = (file.path().clone(), name.to_owned());
        if let Some(known) = self.constants.borrow().get(&key) {
            return *known;
        }
        let found = self.look_up(file, name, depth);
        self.constants.borrow_mut().insert(key, found);
        found
    }

    fn look_up(&self, file: &Arc<File>, name: &str, depth: usize) -> Option<Number> {
        let closure = self.closure(file.path());
        let headers = match self.headers_known_with(name) {
            Some(headers) => headers,
            // A header's would be a second one.
            None if declared_names(file).any(|(known, _)| known == name) => Vec::new(),
            None => return None,
        };
        let headers = headers
            .iter()
            .filter(|path| *path != file.path() && closure.files.contains(path));
        let mut homes = vec![Arc::clone(file)];
        for path in headers {
            homes.push(self.file(path)?);
        }
        let mut found = None;
        for home in &homes {
            if is_undefined(home, name) {
                return None;
            }
            for one in self.definitions_in(file, home, name, depth)? {
                if found.is_some_and(|known| known != one) {
                    return None;
                }
                found = Some(one);
            }
        }
        found
    }

    /// What the file makes of the name, each time that it defines it. None: that is not known.
    fn definitions_in(
        &self,
        file: &Arc<File>,
        home: &Arc<File>,
        name: &str,
        depth: usize,
    ) -> Option<Vec<Number>> {
        let mut found = Vec::new();
        for known in home.macros().iter().filter(|known| known.name == name) {
            let body = home.slice(known.body.clone());
            // `#define A A` beside an enumerator says that there is one.
            if known.params.is_none() && texts(body).eq([name]) {
                continue;
            }
            found.push(self.of_macro(file, home, known, depth)?);
        }
        let all = home.enumerators();
        for (index, known) in all.iter().enumerate() {
            if known.name == name && !home.is_dead(known.range.start) {
                found.push(self.of_enumerator(file, home, index, depth)?);
            }
        }
        Some(found)
    }

    fn of_macro(
        &self,
        file: &Arc<File>,
        home: &Arc<File>,
        known: &MacroDefinition,
        depth: usize,
    ) -> Option<Number> {
        let body = home.slice(known.body.clone());
        let is_sure = known.params.is_none() && known.conditions.is_empty() && is_closed(body);
        let named = |name: &str| self.named_constant(file, name, depth);
        is_sure.then(|| evaluate(body, &named))?
    }

    /// The value of the enumerator at `index`: its own, or that of one before and as many more as are between.
    fn of_enumerator(
        &self,
        file: &Arc<File>,
        home: &Arc<File>,
        index: usize,
        depth: usize,
    ) -> Option<Number> {
        let all = home.enumerators();
        let mut more = 0_i128;
        for at in (0..=index).rev() {
            let known = all.get(at)?;
            let inner = home.function_at(known.range.start).is_some();
            if !known.conditions.is_empty() || inner {
                return None;
            }
            let text = home.slice(known.range.clone());
            let value = text.get(known.name.len()..)?.trim_ascii();
            if let Some(value) = value.strip_prefix(b"=") {
                let named = |name: &str| self.named_constant(file, name, depth);
                return Number::int(evaluate(value, &named)?.value + more);
            }
            let before = at.checked_sub(1).and_then(|before| all.get(before));
            let from = before.map_or(0, |before| before.range.end);
            let between = home.slice(from..known.range.start);
            match (value.is_empty(), is_first(between), is_next(between)) {
                (true, true, _) => return Number::int(more),
                (true, false, true) => more += 1,
                _ => return None,
            }
        }
        None
    }
}

/// Whether what is before an enumerator is its enum's `{`.
fn is_first(before: &[u8]) -> bool {
    let lines = code_lines(before);
    texts(&lines).last() == Some("{")
}

/// Whether an enumerator and the next have but a comma between them.
fn is_next(between: &[u8]) -> bool {
    texts(&code_lines(between)).eq([","])
}

/// What is there without the `#define` of the enumerators' own names. Other directives stay.
fn code_lines(text: &[u8]) -> Vec<u8> {
    let is_define = |line: &[u8]| {
        let mut words = texts(line);
        words.next() == Some("#") && words.next() == Some("define")
    };
    let lines = text.split_inclusive(|&byte| byte == b'\n');
    lines
        .filter(|line| !is_define(line))
        .flatten()
        .copied()
        .collect()
}

/// Whether an `#undef` may take the name away.
pub(super) fn is_undefined(file: &File, name: &str) -> bool {
    let bytes = file.bytes();
    has_word(bytes, b"undef")
        && word_positions(bytes, name.as_bytes()).any(|at| {
            let before = bytes.get(..at).unwrap_or_default();
            before.trim_ascii_end().ends_with(b"undef")
        })
}
