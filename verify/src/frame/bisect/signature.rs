//! What a function, a prototype or a macro takes, and whether two of them say the same.

use query::access::chain;
use std::ops::Range;

use dialect::token::texts;
use dialect::words::{is_qualifier, is_storage, is_type_word};
use query::File;
use syntax::Node;
use syntax::directives::Condition;
use syntax::items::name_of;

use super::names::is_annotation;

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Definition,
    Prototype,
    Macro,
}

/// What a call of a name may mean in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) form: Form,
    /// Types of the parameters (of a macro: their names); none where they cannot be counted.
    pub(super) parameters: Option<Vec<Spelt>>,
    pub(super) is_variadic: bool,
    pub(super) returns: Spelt,
    pub(super) is_static: bool,
    /// Where the name is.
    pub(super) at: usize,
    pub(super) conditions: Vec<Condition>,
}

impl Signature {
    /// How many arguments a call may have.
    pub(super) fn accepts(&self, count: usize) -> bool {
        let Some(parameters) = &self.parameters else {
            return true;
        };
        let named = parameters.len();
        if self.form == Form::Macro {
            // `f()` gives a macro's only parameter no token; a variadic one may be given nothing.
            return match (named, self.is_variadic) {
                (0, _) => count == 0,
                (1, false) => count <= 1,
                (n, false) => count == n,
                (n, true) => count + 1 >= n,
            };
        }
        if self.is_variadic {
            count >= named
        } else {
            count == named
        }
    }

    /// `2 arguments`, `at least 1 argument`
    pub(super) fn wants(&self) -> String {
        let count = self.parameters.as_ref().map_or(0, Vec::len);
        let count = count - usize::from(self.form == Form::Macro && self.is_variadic && count > 0);
        let least = if self.is_variadic { "at least " } else { "" };
        format!("{least}{}", arguments(count))
    }
}

/// `1 argument`, `2 arguments`
pub(super) fn arguments(count: usize) -> String {
    format!("{count} argument{}", if count == 1 { "" } else { "s" })
}

/// Every signature that `name` has in a file, in file order, dead code apart.
pub(super) fn signatures(file: &File, name: &str) -> Vec<Signature> {
    let functions = file.functions().iter().filter(|f| f.name == name).map(|f| {
        let mut found = of_declarator(file, &f.name_range, f.range.start, Form::Definition);
        found.is_static = f.is_static;
        found.conditions.clone_from(&f.conditions);
        found
    });
    let prototypes = file
        .prototypes()
        .iter()
        .filter(|p| p.name == name)
        .map(|p| {
            let mut found = of_declarator(file, &p.name_range, p.range.start, Form::Prototype);
            found.is_static = p.is_static;
            found.conditions.clone_from(&p.conditions);
            found
        });
    let macros = file.macros().iter().filter(|m| m.name == name).map(|m| {
        let head = file.text(m.name_range.end..m.body.start.max(m.name_range.end));
        Signature {
            form: Form::Macro,
            parameters: m
                .params
                .as_ref()
                .map(|names| names.iter().map(|name| Spelt::of(&[name])).collect()),
            is_variadic: m.params.is_some() && head.contains("..."),
            returns: Spelt::default(),
            is_static: false,
            at: m.name_range.start,
            conditions: m.conditions.clone(),
        }
    });
    let mut found: Vec<Signature> = functions
        .chain(prototypes)
        .chain(macros)
        .filter(|signature| !file.is_dead(signature.at))
        .collect();
    found.sort_by_key(|signature| signature.at);
    found
}

fn of_declarator(file: &File, name: &Range<usize>, start: usize, form: Form) -> Signature {
    let way = chain(file, name);
    let declarator = way.iter().rev().find(|node| {
        node.kind() == "function_declarator"
            && node
                .child_by_field_name("declarator")
                .is_some_and(|inner| inner.byte_range() == *name)
    });
    let list = declarator.and_then(|node| node.child_by_field_name("parameters"));
    let listed = list.map(|list| parameters(file, list));
    let (parameters, is_variadic) = match listed {
        Some((parameters, is_variadic)) => (parameters, is_variadic),
        None => (None, false),
    };
    Signature {
        form,
        parameters,
        is_variadic,
        returns: Spelt::in_range(file, &(start..name.start), None),
        is_static: false,
        at: name.start,
        conditions: Vec::new(),
    }
}

fn parameters(file: &File, list: Node<'_>) -> (Option<Vec<Spelt>>, bool) {
    let mut found = Vec::new();
    let mut is_variadic = false;
    let spoilt = file.edits().iter().any(|edit| {
        list.start_byte() <= edit.range.start
            && edit.range.end <= list.end_byte()
            && !is_annotation(edit.rule)
    });
    if spoilt || list.has_error() {
        return (None, false);
    }
    let mut cursor = list.walk();
    for child in list.named_children(&mut cursor) {
        match child.kind() {
            "comment" => {}
            "variadic_parameter" => is_variadic = true,
            "parameter_declaration" => {
                let name = child.child_by_field_name("declarator").and_then(name_of);
                found.push(Spelt::in_range(
                    file,
                    &child.byte_range(),
                    name.map(|name| name.byte_range()),
                ));
            }
            // A macro, or a K&R list.
            _ => return (None, false),
        }
    }
    let only = match &found[..] {
        [only] if !is_variadic => Some(only),
        _ => None,
    };
    if only.is_some_and(|only| only.words == ["void"] && only.stars == 0) {
        return (Some(Vec::new()), false);
    }
    // `()` says nothing about the parameters.
    if found.is_empty() && !is_variadic {
        return (None, false);
    }
    (Some(found), is_variadic)
}

/// A type as it is written, attributes, qualifiers of the outermost level and the name left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spelt {
    /// Specifiers in one order.
    words: Vec<String>,
    stars: usize,
    /// `const` behind a star's back: of what is pointed to.
    is_const: bool,
    /// A pointer to a function or an array of more dimensions: not looked into.
    is_odd: bool,
}

impl Spelt {
    /// Whether it is `void`, and nothing that points to it.
    pub(super) fn is_void(&self) -> bool {
        let mut words = self.words.iter().filter(|word| *word != "inline");
        self.stars == 0
            && !self.is_odd
            && words.next().is_some_and(|word| word == "void")
            && words.next().is_none()
    }

    /// Whether it is surely another type than `void`: a pointer, or spelt without a typedef.
    pub(super) fn is_value(&self) -> bool {
        !self.is_odd && !self.is_void() && (self.stars > 0 || known(&self.words))
    }

    fn of(words: &[&str]) -> Self {
        Self {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..Self::default()
        }
    }

    /// As the declaration at `range` spells it, without `name`.
    pub(super) fn in_range(file: &File, range: &Range<usize>, name: Option<Range<usize>>) -> Self {
        let hidden: Vec<Range<usize>> = file
            .words_in_edits()
            .filter(|word| is_annotation(word.rule))
            .map(|word| word.range)
            .collect();
        let pieces = dialect::token::Pieces::new(file.slice(range.clone()));
        Self::read(pieces.filter_map(|(kind, at)| {
            let at = range.start + at.start..range.start + at.end;
            let is_left_out = name.as_ref() == Some(&at) || hidden.contains(&at);
            let is_word = kind == dialect::token::TokenKind::Word;
            (!is_left_out).then(|| (is_word, file.text(at).into_owned()))
        }))
    }

    /// As a type's text spells it, without a name.
    pub(super) fn of_text(text: &str) -> Self {
        let pieces = dialect::token::Pieces::new(text.as_bytes());
        Self::read(pieces.map(|(kind, at)| {
            let is_word = kind == dialect::token::TokenKind::Word;
            (is_word, text.get(at).unwrap_or_default().to_owned())
        }))
    }

    /// Of tokens, each with whether it is a word.
    fn read(tokens: impl Iterator<Item = (bool, String)>) -> Self {
        let mut spelt = Self::default();
        let mut depth = 0_usize;
        let mut seen_const = false;
        for (is_word, text) in tokens {
            match text.as_str() {
                "(" => {
                    depth += 1;
                    spelt.is_odd = true;
                }
                "[" => {
                    depth += 1;
                    spelt.stars += 1;
                }
                ")" | "]" => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                "*" => {
                    spelt.is_const |= seen_const;
                    seen_const = false;
                    spelt.stars += 1;
                }
                "const" => seen_const = true,
                "signed" => {}
                word if is_qualifier(word.as_bytes()) || is_storage(word.as_bytes()) => {}
                word if word.starts_with("__") && !word.ends_with(|c: char| c.is_ascii_digit()) => {
                }
                _ if is_word => spelt.words.push(text),
                _ => spelt.is_odd = true,
            }
        }
        spelt.words = canonical(spelt.words);
        spelt
    }

    /// Whether the two are surely different types.
    pub(super) fn differs(&self, other: &Self) -> bool {
        if self.is_odd || other.is_odd {
            return false;
        }
        // What a typedef stands for is not asked: `dma_addr_t` may be `u64`.
        let (one, two) = (known(&self.words), known(&other.words));
        if !one || !two {
            return false;
        }
        self.words != other.words
            || self.stars != other.stars
            || self.stars > 0 && self.is_const != other.is_const
    }
}

/// Whether the words spell a type without a typedef.
fn known(words: &[String]) -> bool {
    match words {
        [kind, _] if matches!(kind.as_str(), "struct" | "union" | "enum") => true,
        [] => false,
        words => words.iter().all(|word| is_type_word(word.as_bytes())),
    }
}

/// The specifiers in one order and one spelling: `unsigned` is `unsigned int`, `u32` as well.
fn canonical(words: Vec<String>) -> Vec<String> {
    let joined = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["u8" | "__u8" | "uint8_t"] => "unsigned char",
        ["u16" | "__u16" | "uint16_t" | "ushort"] => "unsigned short",
        ["u32" | "__u32" | "uint32_t" | "uint"] => "unsigned int",
        ["u64" | "__u64" | "uint64_t"] => "unsigned long long",
        ["s32" | "__s32" | "int32_t"] => "int",
        ["s16" | "__s16" | "int16_t"] => "short",
        ["bool"] => "_Bool",
        ["ulong"] => "unsigned long",
        ["unsigned"] => "unsigned int",
        _ => "",
    };
    if !joined.is_empty() {
        return joined.split(' ').map(str::to_owned).collect();
    }
    let mut words = words;
    if words.iter().any(|word| word == "long" || word == "short") && words.len() > 1 {
        words.retain(|word| word != "int");
    }
    if !words
        .first()
        .is_some_and(|word| matches!(word.as_str(), "struct" | "union" | "enum"))
    {
        words.sort_by_key(|word| (word != "unsigned", word.clone()));
    }
    words
}

/// In what a definition and a prototype, or two of either, contradict each other; none where they do not,
/// or where no configuration has both.
pub(super) fn contradiction(earlier: &Signature, later: &Signature) -> Option<String> {
    if earlier.form == Form::Macro || later.form == Form::Macro {
        return None;
    }
    if super::visible::exclude_each_other(&earlier.conditions, &later.conditions) {
        return None;
    }
    if let (Some(one), Some(two)) = (&earlier.parameters, &later.parameters) {
        if one.len() != two.len() || earlier.is_variadic != later.is_variadic {
            return Some(format!(
                "{} here and {} there",
                count_of(later),
                count_of(earlier)
            ));
        }
        if let Some(at) = one.iter().zip(two).position(|(one, two)| one.differs(two)) {
            return Some(format!("parameter {} has another type there", at + 1));
        }
    }
    if earlier.returns.differs(&later.returns) {
        return Some("another type is returned there".to_owned());
    }
    None
}

fn count_of(signature: &Signature) -> String {
    let count = signature.parameters.as_ref().map_or(0, Vec::len);
    let more = if signature.is_variadic {
        " and `...`"
    } else {
        ""
    };
    format!(
        "{count} parameter{}{more}",
        if count == 1 { "" } else { "s" }
    )
}

/// The words of a head, for telling whether a declaration is another now.
pub(super) fn head_text(file: &File, range: Range<usize>) -> String {
    texts(file.slice(range)).collect::<Vec<_>>().join(" ")
}
