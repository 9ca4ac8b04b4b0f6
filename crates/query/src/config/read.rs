//! `#if` expressions as formulas.

use dialect::token::{Pieces, TokenKind};

use super::formula::{Atom, Formula, Symbols};

/// How deep parentheses and `!` may nest.
const MAX_DEPTH: usize = 64;

/// Comparisons, and those that say the opposite.
const COMPARISONS: &[(&str, &str)] = &[("==", "!="), ("<", ">="), (">", "<=")];

/// The condition that the expression is.
pub(super) fn condition(expression: &str, symbols: &mut Symbols) -> Formula {
    let mut reader = Expression {
        words: pieces(expression),
        enabled: false,
        symbols,
    };
    let count = reader.words.len();
    reader.any(0..count, 0)
}

/// As [`condition`], where a symbol alone is true as a module too, unless it is negated.
pub(super) fn enabled(expression: &str, symbols: &mut Symbols) -> Formula {
    let mut reader = Expression {
        words: pieces(expression),
        enabled: true,
        symbols,
    };
    let count = reader.words.len();
    reader.any(0..count, 0)
}

/// The words of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let pieces = Pieces::new(text.as_bytes());
    pieces.filter_map(|(kind, range)| (kind == TokenKind::Word).then(|| text.get(range))?)
}

fn pieces(text: &str) -> Vec<&str> {
    let pieces = Pieces::new(text.as_bytes());
    pieces.filter_map(|(_, range)| text.get(range)).collect()
}

struct Expression<'t, 's> {
    words: Vec<&'t str>,
    /// Whether `CONFIG_X` means `IS_ENABLED(CONFIG_X)`.
    enabled: bool,
    symbols: &'s mut Symbols,
}

type Span = std::ops::Range<usize>;

impl Expression<'_, '_> {
    fn any(&mut self, span: Span, depth: usize) -> Formula {
        if depth > MAX_DEPTH {
            return self.text(span);
        }
        let parts = self.split(span, "||");
        let parts = parts.into_iter().map(|part| self.all(part, depth));
        Formula::Any(parts.collect())
    }

    fn all(&mut self, span: Span, depth: usize) -> Formula {
        let parts = self.split(span, "&&");
        let parts = parts.into_iter().map(|part| self.operand(part, depth));
        Formula::All(parts.collect())
    }

    fn operand(&mut self, span: Span, depth: usize) -> Formula {
        if depth > MAX_DEPTH {
            return self.text(span);
        }
        let words: Vec<&str> = self.words.get(span.clone()).unwrap_or_default().to_vec();
        match &words[..] {
            [number] if number.starts_with(|c: char| c.is_ascii_digit()) => {
                number_of(number).map_or_else(|| self.text(span), |value| Formula::Is(value != 0))
            }
            [name] => self.symbol(name),
            ["defined", name] | ["defined", "(", name, ")"] => self.on(name),
            ["!", rest @ ..] if is_one_operand(rest) => {
                let enabled = std::mem::take(&mut self.enabled);
                let inner = self.operand(span.start + 1..span.end, depth + 1);
                self.enabled = enabled;
                Formula::not(inner)
            }
            ["(", inner @ .., ")"] if is_balanced(inner) => {
                self.any(span.start + 1..span.end - 1, depth + 1)
            }
            ["IS_ENABLED", "(", name, ")"] => self.either(name),
            ["IS_BUILTIN", "(", name, ")"] => self.on(name),
            ["IS_MODULE", "(", name, ")"] => self.module(name),
            ["IS_REACHABLE", "(", name, ")"] => {
                let (on, module) = (self.on(name), self.module(name));
                let by_module = self.symbols.atom(Atom::On("MODULE".to_owned()));
                Formula::Any(vec![on, Formula::All(vec![module, by_module])])
            }
            _ => self.comparison(span),
        }
    }

    /// A symbol alone.
    fn symbol(&mut self, name: &str) -> Formula {
        if self.enabled && name.starts_with("CONFIG_") && !name.ends_with("_MODULE") {
            self.either(name)
        } else {
            self.on(name)
        }
    }

    /// Defined: `CONFIG_X_MODULE` is what a module of `CONFIG_X` has.
    fn on(&mut self, name: &str) -> Formula {
        match name.strip_suffix("_MODULE") {
            Some(symbol) if symbol.starts_with("CONFIG_") => self.module(symbol),
            _ => self.symbols.atom(Atom::On(name.to_owned())),
        }
    }

    fn module(&mut self, name: &str) -> Formula {
        self.symbols.atom(Atom::Module(name.to_owned()))
    }

    fn either(&mut self, name: &str) -> Formula {
        let (on, module) = (self.on(name), self.module(name));
        Formula::Any(vec![on, module])
    }

    /// What is not looked into; of two comparisons that are opposites, one is the negation of the other.
    fn comparison(&mut self, span: Span) -> Formula {
        let words = self.words.get(span.clone()).unwrap_or_default();
        let opposite = COMPARISONS.iter().find_map(|(positive, negative)| {
            let at = words.iter().position(|word| word == negative)?;
            Some((at, *positive))
        });
        match opposite {
            Some((at, positive)) => {
                let mut words = words.to_vec();
                if let Some(word) = words.get_mut(at) {
                    *word = positive;
                }
                let text = words.join(" ");
                Formula::not(self.symbols.atom(Atom::Text(text)))
            }
            None => self.text(span),
        }
    }

    fn text(&mut self, span: Span) -> Formula {
        let words = self.words.get(span).unwrap_or_default();
        let text = words.join(" ");
        self.symbols.atom(Atom::Text(text))
    }

    /// The parts of a span between the operators outside all parentheses.
    fn split(&self, span: Span, operator: &str) -> Vec<Span> {
        let mut parts = Vec::new();
        let mut depth = 0_usize;
        let mut start = span.start;
        for at in span.clone() {
            match self.words.get(at).copied().unwrap_or_default() {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                // What a `?:` chooses is not looked into.
                "?" if depth == 0 => return vec![span],
                word if depth == 0 && word == operator => {
                    parts.push(start..at);
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push(start..span.end);
        parts
    }
}

/// Whether a `!` before the words takes all of them.
fn is_one_operand(words: &[&str]) -> bool {
    let marks = words.iter().take_while(|word| **word == "!").count();
    match words.get(marks..).unwrap_or_default() {
        [_] | ["defined", _] => true,
        ["(", inner @ .., ")"] | [_, "(", inner @ .., ")"] => is_balanced(inner),
        _ => false,
    }
}

fn is_balanced(words: &[&str]) -> bool {
    let mut depth = 0_usize;
    for word in words {
        match *word {
            "(" => depth += 1,
            ")" => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            _ => {}
        }
    }
    depth == 0
}

fn number_of(text: &str) -> Option<u64> {
    dialect::token::integer(text.as_bytes())?.try_into().ok()
}
