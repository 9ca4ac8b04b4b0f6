//! How many pointers and arrays are between a name and what its specifiers say.

use dialect::token::texts;

use super::builtin;

/// How far something is away from what the specifiers of its declaration say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Levels {
    /// So many pointers and arrays.
    Of(usize),
    /// A function, or `away` pointers and arrays to one: a call of it yields what is `yields` away.
    Function { away: usize, yields: usize },
    /// Nobody knows.
    Unknown,
}

impl Levels {
    /// Those of a declaration whose type has these and whose declarator has `more`.
    pub(super) fn plus(self, more: Self) -> Self {
        match (self, more) {
            (Self::Of(own), Self::Of(more)) => Self::Of(own + more),
            (Self::Function { away, yields }, Self::Of(more)) => Self::Function {
                away: away + more,
                yields,
            },
            (Self::Of(own), Self::Function { away, yields }) => Self::Function {
                away,
                yields: yields + own,
            },
            _ => Self::Unknown,
        }
    }

    /// Those of what it points at. What a function points at is the function (C11 6.5.3.2).
    pub(super) fn pointee(self) -> Self {
        match self {
            Self::Of(own) => own.checked_sub(1).map_or(Self::Unknown, Self::Of),
            Self::Function { away, yields } => Self::Function {
                away: away.saturating_sub(1),
                yields,
            },
            Self::Unknown => Self::Unknown,
        }
    }

    /// Those of what a call of it gives: a function and a pointer to one are called alike (C11 6.5.2.2).
    pub(super) fn called(self) -> Self {
        match self {
            Self::Function { yields, .. } => Self::Of(yields),
            _ => Self::Unknown,
        }
    }

    /// How many they are, where no function is among them.
    pub(super) fn known(self) -> Option<usize> {
        match self {
            Self::Of(own) => Some(own),
            _ => None,
        }
    }

    /// Whether there is a pointer or an array among them.
    pub(super) fn is_pointer(self) -> bool {
        match self {
            Self::Of(own) => own > 0,
            Self::Function { away, .. } => away > 0,
            Self::Unknown => false,
        }
    }

    /// Whether they are the same; none: not known.
    pub(super) fn are(self, other: Self) -> Option<bool> {
        match (self, other) {
            (Self::Of(own), Self::Of(other)) => Some(own == other),
            (Self::Of(_), Self::Function { .. }) | (Self::Function { .. }, Self::Of(_)) => {
                Some(false)
            }
            _ => None,
        }
    }
}

/// Those of a declarator, by its tokens `before` and `after` the name. Specifiers before it do no harm, and `before` may have
/// what belongs behind the name as well: `int ( * ) ( void )` is how a pointer to a function is spelled without it.
pub(super) fn levels_in(before: &[u8], after: &[u8]) -> Levels {
    let mut tokens: Vec<&str> = texts(before).collect();
    let name = tokens.len();
    tokens.extend(texts(after));
    levels(&tokens, name)
}

/// Those of the declarator that `tokens` are, the name, which would be at `name`, taken out.
pub(super) fn levels(tokens: &[&str], name: usize) -> Levels {
    let mut count = 0;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match *token {
            "*" => count += 1,
            "[" => {
                count += usize::from(at >= name);
                at = closing(tokens, at);
            }
            "(" => {
                let close = closing(tokens, at);
                // The head of a function that gives a pointer to a function.
                if close == tokens.len() {
                    return Levels::Unknown;
                }
                if at == name {
                    return Levels::Function {
                        away: 0,
                        yields: count,
                    };
                }
                if is_declarator(tokens, at, close, name) {
                    let inner = marks(tokens.get(at + 1..close).unwrap_or_default());
                    // Brackets of a name that was taken out of the parentheses are at the end.
                    let rest = tokens.get(close + 1..).unwrap_or_default();
                    return behind(rest, count, inner);
                }
                at = close;
            }
            _ => {}
        }
        at += 1;
    }
    Levels::Of(count)
}

/// Where the bracket at `open` is closed, or the end.
fn closing(tokens: &[&str], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

/// Whether the parentheses are around the name, and neither an attribute's nor those of `typeof`.
fn is_declarator(tokens: &[&str], open: usize, close: usize, name: usize) -> bool {
    let of_typeof = open
        .checked_sub(1)
        .and_then(|before| tokens.get(before))
        .is_some_and(|word| builtin::is_typeof(word));
    let stars = tokens.get(open + 1) == Some(&"*");
    let goes_on = matches!(tokens.get(close + 1), Some(&("(" | "[")));
    !of_typeof && (open < name && name <= close || stars && goes_on)
}

/// The tokens that are in no bracket, those that open one among them.
fn outermost<'t>(tokens: &'t [&'t str]) -> impl Iterator<Item = &'t str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let token = tokens.get(at)?;
        at = closing(tokens, at) + 1;
        Some(*token)
    })
}

/// How many stars and brackets there are; none where a function is among them, which gives a pointer to a function.
fn marks(tokens: &[&str]) -> Option<usize> {
    let is_mark = |token: &&str| matches!(*token, "*" | "[");
    let has_function = outermost(tokens).any(|token| token == "(");
    (!has_function).then(|| outermost(tokens).filter(is_mark).count())
}

/// Those of a declarator with `inner` of them in its parentheses, `outer` before these and `rest` behind.
fn behind(rest: &[&str], outer: usize, inner: Option<usize>) -> Levels {
    let Some(inner) = inner else {
        return Levels::Unknown;
    };
    let after = match rest.first() {
        Some(&"(") => rest.get(closing(rest, 0) + 1..).unwrap_or_default(),
        _ => rest,
    };
    let brackets = outermost(after).filter(|token| *token == "[").count();
    if after.len() < rest.len() {
        return Levels::Function {
            away: inner + brackets,
            yields: outer,
        };
    }
    Levels::Of(outer + inner + brackets)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn function(away: usize, yields: usize) -> Levels {
        Levels::Function { away, yields }
    }

    #[test]
    fn levels_are_stars_and_brackets() {
        for (before, after, wanted) in [
            ("int", "", Levels::Of(0)),
            ("int *", "", Levels::Of(1)),
            ("const char * const *", "", Levels::Of(2)),
            ("u8", "[4]", Levels::Of(1)),
            ("u8 *", "[4][N * 2]", Levels::Of(3)),
            ("int ( *", ")(void)", function(1, 0)),
            ("int * ( *", ")(void)", function(1, 1)),
            ("int ( *", "[4])(void)", function(2, 0)),
            ("int ( *", ")[4]", Levels::Of(2)),
            ("int ( * ) ( int )", "", function(1, 0)),
            ("int ( * ) ( int ( * ) ( void ) )", "[4]", function(2, 0)),
            ("int ( * * ) ( int )", "", function(2, 0)),
            ("void", "(int)", function(0, 0)),
            ("unsigned long __aligned(8)", "", Levels::Of(0)),
            ("unsigned long", "__aligned(8)", Levels::Of(0)),
            ("typeof ( * x )", "", Levels::Of(0)),
            ("typeof ( * x ) ( *", ")(int)", function(1, 0)),
            ("__attribute__ ( ( packed ) ) int *", "", Levels::Of(1)),
            ("void ( * ( *", ")(int))(int)", Levels::Unknown),
            ("static void ( *", "", Levels::Unknown),
        ] {
            let found = levels_in(before.as_bytes(), after.as_bytes());
            assert_eq!(found, wanted, "{before} {after}");
        }
    }

    #[test]
    fn a_typedef_and_a_declarator_are_put_together() {
        // `typedef int fn_t(int); fn_t *f;`
        let pointer = function(0, 0).plus(Levels::Of(1));
        assert_eq!(pointer, function(1, 0));
        assert_eq!(pointer.called(), Levels::Of(0));
        assert_eq!(pointer.pointee().called(), Levels::Of(0));
        // `typedef int *place; place (*f)(int);`
        assert_eq!(Levels::Of(1).plus(function(1, 0)).called(), Levels::Of(1));
        assert_eq!(Levels::Of(0).called(), Levels::Unknown);
    }
}
