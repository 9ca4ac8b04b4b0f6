//! C fragments to write, with metavariables that are filled from a match.
//!
//! What a metavariable stands for keeps its bytes. It gets parentheses where the template's operators
//! would otherwise take it apart (`!$X` with `a || b`), and loses its own where the template already
//! has a pair (`if ($X)`). An empty run takes its comma with it. What is all that a head has gets braces where it is
//! more than that has room for.

use super::bodies;
use super::compile::scan;
use super::metavar::{Filled, PatternText, Place, names};
use super::place::{Parsed, Position, failure, places};
use super::precedence::{Level, level_of, needs_parentheses, without_parentheses};
use super::{Bindings, Fragment, Isomorphisms, Pattern, PatternError};
use dialect::words::operators::infix_level;

/// A C fragment to write, with metavariables that are filled from a match.
#[derive(Clone, Debug)]
pub struct Template {
    text: String,
    scanned: PatternText,
    /// For each place where a metavariable stands, in order.
    contexts: Vec<Context>,
    /// The tokens that are metavariables which a head without braces has for its body.
    bodies: Vec<usize>,
    /// What may be in the places of the metavariables, in order.
    places: Vec<Place>,
}

/// What stands around a metavariable in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Context {
    /// Nothing that could take it apart.
    Free,
    /// The template's own parentheses.
    Parentheses,
    /// Under an operator of this level.
    Operator {
        level: Level,
        /// On the right of an operator that is not associative.
        right: bool,
        /// `-`, `+`, `&` before it, with which the same sign would merge; `/` directly before it, which a `*` would make
        /// the begin of a comment.
        sign: Option<u8>,
    },
}

impl Template {
    /// Compiles a template.
    ///
    /// # Errors
    /// As [`Pattern::compile`].
    pub fn compile(text: &str, fragment: Fragment) -> Result<Self, PatternError> {
        if super::alternatives::are_in(text) {
            let help = "what is written is one text: make two changes, or an alternative each";
            let error = failure(0..text.len(), "no alternatives are allowed here", help);
            return Err(error.on_letters(text));
        }
        let scanned = scan(text)?;
        if let Some(rest) = scanned.metavariables.iter().find(|meta| meta.rest) {
            let help = "name each entry that is to be written";
            return Err(failure(rest.span.clone(), "`..` is not allowed here", help));
        }
        Self::of_form(text, fragment)
    }

    /// The text of a pattern's form as a template: what is bound in it takes the metavariables' places.
    pub(super) fn of_form(text: &str, fragment: Fragment) -> Result<Self, PatternError> {
        let scanned = scan(text)?;
        let mut worst: Option<PatternError> = None;
        for &place in places(fragment) {
            match Parsed::new(&scanned, place) {
                Ok(parsed) if parsed.holder(place).is_some() => {
                    let contexts = contexts(&parsed, &scanned, place);
                    return Ok(Self {
                        text: text.to_owned(),
                        bodies: match place.holds_statements() {
                            true => scanned.bodies(),
                            false => Vec::new(),
                        },
                        places: scanned.places(place.holds_statements()),
                        scanned,
                        contexts,
                    });
                }
                Ok(_) => {}
                Err(error)
                    if worst
                        .as_ref()
                        .is_none_or(|w| w.span.start < error.span.start) =>
                {
                    worst = Some(error);
                }
                Err(_) => {}
            }
        }
        let error = worst.unwrap_or_else(|| failure(0..text.len(), "this is not C", ""));
        Err(error.on_letters(text))
    }

    /// The template that writes nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            text: String::new(),
            scanned: PatternText::empty(),
            contexts: Vec::new(),
            bodies: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Whether it writes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The template as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Names of the metavariables, without `$`, each once.
    #[must_use]
    pub fn metavariables(&self) -> Vec<String> {
        names(&self.scanned.metavariables)
    }

    /// Whether the metavariable is there, and a statement wherever it is.
    #[must_use]
    pub fn is_statement(&self, name: &str) -> bool {
        let mut own = self.places.iter().filter(|place| place.name == name);
        let is_one = own.next().is_some_and(|first| first.is_statement);
        is_one && own.all(|place| place.is_statement)
    }

    /// Whether a statement can be in each of the metavariable's places.
    #[must_use]
    pub fn takes_statement(&self, name: &str) -> bool {
        let mut own = self.places.iter().filter(|place| place.name == name);
        own.all(|place| place.takes_statement)
    }

    /// The text with every metavariable replaced by what it stands for.
    ///
    /// # Errors
    /// The name of a metavariable that `bindings` lacks.
    pub fn fill(&self, bindings: &Bindings) -> Result<String, String> {
        self.filled(bindings).map(|filled| filled.text)
    }

    /// The same, with what of it the metavariables stand for.
    ///
    /// # Errors
    /// As [`Template::fill`].
    pub fn filled(&self, bindings: &Bindings) -> Result<Filled, String> {
        if let Some(braced) = self.braced(bindings) {
            return braced.filled(bindings);
        }
        self.scanned.filled(|place, name| {
            let text = &bindings.get(name)?.text;
            Some(match self.contexts.get(place) {
                Some(context) => context.fitted(text),
                None => text.clone(),
            })
        })
    }

    /// The same template with braces around what is more than its head has room for: two statements, or an `if` that would
    /// take the `else` behind it for its own. None where nothing is.
    #[must_use]
    pub fn braced(&self, bindings: &Bindings) -> Option<Self> {
        let text = bodies::with_braces(&self.scanned, &self.bodies, bindings)?;
        let braced = Self::of_form(&text, Fragment::Statement).ok();
        braced.filter(|braced| braced.text != self.text)
    }

    /// The text with the metavariables that `bindings` has replaced by what they stand for; the others stay.
    pub(super) fn fill_known(&self, bindings: &Bindings) -> String {
        let own = self.scanned.written();
        let filled = self.scanned.filled(|place, name| {
            let known = bindings.get(name).map(|binding| &binding.text);
            Some(match (known, self.contexts.get(place)) {
                (Some(text), Some(context)) => context.fitted(text),
                (Some(text), None) => text.clone(),
                (None, _) => own.get(place).cloned().unwrap_or_default(),
            })
        });
        filled.map_or_else(|_| self.text.clone(), |filled| filled.text)
    }

    /// The template, filled, as a pattern that matches just that: how the verifier looks for what
    /// the generator should have written.
    ///
    /// # Errors
    /// As [`Template::fill`] and [`Pattern::compile`].
    pub fn to_pattern(
        &self,
        bindings: &Bindings,
        fragment: Fragment,
        isomorphisms: &Isomorphisms,
    ) -> Result<Pattern, PatternError> {
        let text = self.fill(bindings).map_err(|name| {
            let at = self.text.find(&format!("${name}")).unwrap_or(0);
            let span = at..(at + name.len() + 1).min(self.text.len());
            failure(
                span,
                &format!("`${name}` is not bound here"),
                "every metavariable of a template is bound by a pattern of the same change",
            )
        })?;
        Pattern::compile(&text, fragment, isomorphisms)
    }
}

impl Context {
    /// An argument, an initialiser, the right side of an assignment.
    const ENTRY: Self = Self::Operator {
        level: Level::Assignment,
        right: false,
        sign: None,
    };

    fn fitted(&self, text: &str) -> String {
        match self {
            Self::Free => text.to_owned(),
            Self::Parentheses => without_parentheses(text).to_owned(),
            Self::Operator { level, right, sign } => {
                let merges = match sign {
                    Some(b'/') => text.starts_with(['*', '/']),
                    Some(sign) => text.bytes().next() == Some(*sign),
                    None => false,
                };
                let inside = level_of(text).is_some_and(|inside| {
                    needs_parentheses(*level, inside) || *right && inside == *level
                });
                if inside || merges {
                    format!("({text})")
                } else {
                    text.to_owned()
                }
            }
        }
    }
}

/// What stands around each metavariable of a template.
fn contexts(parsed: &Parsed, scanned: &PatternText, place: Position) -> Vec<Context> {
    let metas = parsed.parse_text.metas.iter();
    metas
        .map(|(&offset, &(number, whole))| {
            if whole {
                return Context::Free;
            }
            let run = scanned.metavariables.get(number).is_some_and(|m| m.run);
            let at = parsed.start + offset;
            let mut node = parsed
                .file
                .root()
                .named_descendant_for_byte_range(at, at + 1);
            while let Some(leaf) = node {
                let Some(parent) = leaf.parent() else { break };
                if parent.byte_range() != leaf.byte_range() {
                    let top = parsed.holder(place) == Some(parent);
                    let context = context(parsed, parent, leaf, top);
                    let list = context == Context::ENTRY;
                    return if run && list { Context::Free } else { context };
                }
                node = Some(parent);
            }
            Context::Free
        })
        .collect()
}

fn context(
    parsed: &Parsed,
    parent: tree_sitter::Node<'_>,
    leaf: tree_sitter::Node<'_>,
    top: bool,
) -> Context {
    let operator = |level, right, sign| Context::Operator { level, right, sign };
    let bytes = parsed.file.bytes();
    let first = parent.named_child(0) == Some(leaf);
    match parent.kind() {
        "parenthesized_expression" if !top => Context::Parentheses,
        "binary_expression" => {
            let token = parent
                .child_by_field_name("operator")
                .and_then(|token| bytes.get(token.byte_range()))
                .map(String::from_utf8_lossy)
                .unwrap_or_default();
            let level = infix_level(token.as_bytes()).unwrap_or(Level::Multiplicative);
            let associative = matches!(&*token, "||" | "&&" | "|" | "&" | "^");
            let touches = leaf
                .start_byte()
                .checked_sub(1)
                .and_then(|at| bytes.get(at))
                == Some(&b'/');
            let sign = token
                .bytes()
                .next()
                .filter(|&sign| !first && token.len() == 1 && (sign != b'/' || touches));
            operator(level, !first && !associative, sign)
        }
        "assignment_expression" if first => operator(Level::Unary, false, None),
        "assignment_expression"
        | "argument_list"
        | "initializer_list"
        | "init_declarator"
        | "initializer_pair" => Context::ENTRY,
        "conditional_expression" if first => operator(Level::LogicalOr, false, None),
        "conditional_expression" if parent.child_by_field_name("alternative") == Some(leaf) => {
            operator(Level::Conditional, false, None)
        }
        "unary_expression" | "pointer_expression" | "sizeof_expression" | "cast_expression" => {
            let sign = bytes.get(parent.start_byte()).copied();
            operator(Level::Cast, false, sign.filter(|b| b"-+&".contains(b)))
        }
        "field_expression" | "subscript_expression" | "call_expression" | "update_expression"
            if first =>
        {
            operator(Level::Postfix, false, None)
        }
        _ => Context::Free,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Binding;

    fn filled(template: &str, pairs: &[(&str, &str)]) -> Result<String, String> {
        let bindings: Bindings = pairs
            .iter()
            .map(|&(name, text)| {
                let text = text.to_owned();
                (name.to_owned(), Binding { range: 0..0, text })
            })
            .collect();
        Template::compile(template, Fragment::Any)
            .map_err(|error| error.message)?
            .fill(&bindings)
    }

    #[test]
    fn filled_text_keeps_its_bytes_and_gets_the_parentheses_that_it_needs() {
        let cases = [
            ("!$X", "a", "!a"),
            ("!$X", "a || b", "!(a || b)"),
            ("!$X", "a->b", "!a->b"),
            ("$X->m", "p + 1", "(p + 1)->m"),
            ("$X->m", "*p", "(*p)->m"),
            ("$X->m", "f(a,  b)", "f(a,  b)->m"),
            ("$X && c", "a || b", "(a || b) && c"),
            ("$X || c", "a || b", "a || b || c"),
            ("c || $X", "a || b", "c || a || b"),
            ("c || $X", "a && b", "c || (a && b)"),
            ("c - $X", "a - b", "c - (a - b)"),
            ("c - $X", "-a", "c - (-a)"),
            ("$X - c", "a - b", "a - b - c"),
            ("c/$X", "*a", "c/(*a)"),
            ("c / $X", "*a", "c / *a"),
            ("-$X", "-a", "-(-a)"),
            ("f($X)", "a, b", "f((a, b))"),
            ("f($X)", "a ? b : c", "f(a ? b : c)"),
            ("if ($X) return;", "(a)", "if (a) return;"),
            ("if ($X) return;", "(a) && (b)", "if ((a) && (b)) return;"),
            ("$X = 1;", "*p", "*p = 1;"),
            ("$X ? a : b", "c ? d : e", "(c ? d : e) ? a : b"),
            ("sizeof($X)", "struct foo", "sizeof(struct foo)"),
            ("(u8)$X", "a + b", "(u8)(a + b)"),
            ("$X", "a || b", "a || b"),
        ];
        for (template, text, wanted) in cases {
            assert_eq!(filled(template, &[("X", text)]).as_deref(), Ok(wanted));
        }
    }

    #[test]
    fn an_empty_run_takes_its_separator_with_it() {
        let cases = [
            ("f($$$A, x)", "", "f(x)"),
            ("f(x, $$$A)", "", "f(x)"),
            ("f($$$A)", "", "f()"),
            ("f(x, $$$A, y)", "a, b", "f(x, a, b, y)"),
            ("f(x, $$$A, y)", "", "f(x, y)"),
            ("$$$A || x", "", "x"),
            ("x && $$$A", "", "x"),
            ("$$$A || x", "a || b", "a || b || x"),
            ("if (c) { $$$A }", "a();\n\tb();", "if (c) { a();\n\tb(); }"),
            ("if (c) { $$$A; }", "a();", "if (c) { a(); }"),
        ];
        for (template, text, wanted) in cases {
            assert_eq!(filled(template, &[("A", text)]).as_deref(), Ok(wanted));
        }
    }

    #[test]
    fn a_template_names_the_metavariable_that_stands_for_nothing() {
        assert_eq!(filled("$X + $Y", &[("X", "a")]), Err("Y".to_owned()));
        let template = Template::compile("$X + $Y", Fragment::Expression).expect("C");
        let error = template
            .to_pattern(
                &Bindings::new(),
                Fragment::Expression,
                &Isomorphisms::default(),
            )
            .expect_err("nothing is bound");
        assert_eq!(error.span, 0..2);
    }
}
