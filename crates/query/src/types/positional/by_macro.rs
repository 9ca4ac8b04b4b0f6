//! Values of initialisers that macros make: `struct dev a = HOME;`, `{ VALUES, 1 }`, and what a macro's body initialises itself.
//!
//! The grammar sees a name there. Where its value goes to members by their positions, it is not followed which they are.

use tree_sitter::Node;

use super::{Search, Type};
use crate::File;
use crate::types::DefinitionSource;
use dialect::token::texts;

/// What a macro is as a value of an initialiser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// One value, or a list whose values are named: where they go, it says itself.
    One,
    /// A list of values without names.
    List,
    /// Several values: those behind them are at other positions than they seem to be.
    Several,
}

const CAUSE: &str = "a macro's values go to members by their positions";

impl<'a> Search<'a> {
    /// The name that the value is, or is a call of.
    fn name_of(&self, value: Node<'_>) -> Option<&'a str> {
        let name = match value.kind() {
            "identifier" => Some(value),
            "call_expression" => value.child_by_field_name("function"),
            _ => None,
        };
        std::str::from_utf8(self.file.slice(name?.byte_range())).ok()
    }

    /// Whether the value may be a macro: one of the file, or of a header, whose names have no lower case. Types are asked for
    /// where it may, and nowhere else.
    pub(super) fn may_be_macro(&self, value: Node<'_>) -> bool {
        let own = || {
            let macros = self.file.macros().iter();
            macros.map(|known| known.name.as_str()).collect()
        };
        self.name_of(value).is_some_and(|name| {
            !name.bytes().any(|byte| byte.is_ascii_lowercase())
                || self.own.get_or_init(own).contains(name)
        })
    }

    /// What the value is made of, where it is a macro.
    pub(super) fn made(&self, value: Node<'_>) -> Made {
        let Some(name) = self.name_of(value).filter(|_| self.may_be_macro(value)) else {
            return Made::One;
        };
        if let Some(known) = self.macros.borrow().get(name) {
            return *known;
        }
        let made = made_by(self.file, name, self.definitions);
        self.macros.borrow_mut().insert(name.to_owned(), made);
        made
    }

    /// An object whose whole value is a macro's: `struct dev a = HOME;`, `(struct dev)HOME`.
    pub(super) fn whole_by_macro(&mut self, value: Node<'_>, of: &Type<'a>) {
        if !self.may_be_macro(value) {
            return;
        }
        let mut context = self.context();
        if self.holds(&mut context, of) && self.made(value) != Made::One {
            self.unread(value, CAUSE);
        }
    }

    /// `(struct dev)HOME`: a cast to a record is none, but a list behind it.
    pub(super) fn cast(&mut self, cast: Node<'_>) {
        let name = cast.child_by_field_name("type");
        let value = cast.child_by_field_name("value");
        let (Some(name), Some(value)) = (name, value) else {
            return;
        };
        // No other file is opened for what names another type.
        let spelled: Vec<&str> = texts(self.file.slice(name.byte_range())).collect();
        let is_record = spelled.contains(&self.record) && !spelled.contains(&"*");
        if !is_record || !self.may_be_macro(value) {
            return;
        }
        let of = self.context().spelled_type(name.byte_range());
        if let Ok(of) = of {
            self.whole_by_macro(value, &of);
        }
    }

    /// Whether what a value of a list is made of is known; `holds`: what it initialises has such a record in it.
    pub(super) fn is_followed(&mut self, list: Node<'_>, value: Node<'_>, holds: bool) -> bool {
        let is_lost = match self.made(value) {
            Made::One => false,
            Made::List => holds,
            Made::Several => true,
        };
        if is_lost {
            self.unread(list, CAUSE);
        }
        !is_lost
    }

    /// Bodies of macros that initialise an object of the record themselves.
    pub(super) fn bodies(&mut self) {
        for known in self.file.macros() {
            let body = self.file.slice(known.body.clone());
            if !self.file.is_dead(known.range.start) && initialises(body, self.record) {
                self.found.unread.push(syntax::Unread {
                    range: known.body.clone(),
                    cause: CAUSE.to_owned(),
                });
            }
        }
    }
}

fn made_by(file: &File, name: &str, definitions: &dyn DefinitionSource) -> Made {
    let body = |file: &File| {
        let mut macros = file.macros().iter();
        let known = macros.rfind(|known| known.name == name && !file.is_dead(known.range.start))?;
        Some(made_of(file.slice(known.body.clone())))
    };
    let header = || definitions.header_defining(file, name);
    let made = body(file).or_else(|| header().and_then(|header| body(&header)));
    made.unwrap_or(Made::One)
}

/// What a macro with this body is.
fn made_of(body: &[u8]) -> Made {
    let texts: Vec<&str> = texts(body).collect();
    let mut depth = 0_usize;
    for text in &texts {
        match *text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "," if depth == 0 => return Made::Several,
            _ => {}
        }
    }
    let has_list = (0..texts.len()).any(|at| is_list_without_names(&texts, at));
    match has_list {
        true => Made::List,
        false => Made::One,
    }
}

/// Whether a list begins at `at` whose first value has no name; `{ }` and `{ 0 }` clear.
fn is_list_without_names(texts: &[&str], at: usize) -> bool {
    let text = |at: usize| texts.get(at).copied().unwrap_or_default();
    let is_clear = matches!(text(at + 1), "0" | "NULL") && text(at + 2) == "}";
    text(at) == "{" && !matches!(text(at + 1), "." | "[" | "}" | "") && !is_clear
}

/// Whether a macro's body has an object of the record, and behind it a list without names: `struct dev name = { 0, 1 }`.
fn initialises(body: &[u8], record: &str) -> bool {
    if memchr::memmem::find(body, record.as_bytes()).is_none() {
        return false;
    }
    let texts: Vec<&str> = texts(body).collect();
    let places = (0..texts.len()).filter(|at| texts.get(*at) == Some(&record));
    places.into_iter().any(|at| {
        let rest = texts.iter().enumerate().skip(at + 1);
        let mut rest = rest.skip_while(|(_, text)| {
            let is_name = text.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            is_name || matches!(**text, "#" | "##" | "[" | "]")
        });
        let sign = rest.next().map(|(_, text)| *text);
        let open = rest.next().map(|(at, _)| at);
        matches!(sign, Some("=" | ")")) && open.is_some_and(|at| is_list_without_names(&texts, at))
    })
}

#[cfg(test)]
mod tests {
    use super::{Made, initialises, made_of};

    #[test]
    fn what_a_macro_makes() {
        for (body, made) in [
            ("{ 0, 0, 1 }", Made::List),
            ("((struct dev){ 0, 0, 1 })", Made::List),
            ("{ .flag = 1 }", Made::One),
            ("{ 0 }", Made::One),
            ("{ }", Made::One),
            ("0, 0", Made::Several),
            ("f(0, 0)", Made::One),
            ("3", Made::One),
            ("", Made::One),
        ] {
            assert_eq!(made_of(body.as_bytes()), made, "{body}");
        }
    }

    #[test]
    fn bodies_that_initialise() {
        for body in [
            "struct dev n = { 0, 0, 1 }",
            "struct dev n[] = { { 1 } }",
            "static struct dev dev_##n = { v, 1 }",
            "((struct dev){ 1, 2 })",
        ] {
            assert!(initialises(body.as_bytes(), "dev"), "{body}");
        }
        for body in [
            "struct dev n = { .flag = 1 }",
            "struct dev *n = { 0, 1 }",
            "struct dev n = { 0 }",
            "do { struct dev *d = x; } while (0)",
            "struct dev n",
        ] {
            assert!(!initialises(body.as_bytes(), "dev"), "{body}");
        }
    }
}
