//! What stands before a declaration's declarators, read from the original bytes: the dialect blanks
//! attributes, so that the syntax tree neither spans nor names them.

use std::ops::Range;

use crate::source::Source;
use dialect::token::{Pieces, TokenKind, texts};

/// What the specifiers say besides the type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Linkage {
    pub(crate) is_static: bool,
    pub(crate) is_extern: bool,
    pub(crate) is_weak: bool,
}

/// Reads the linkage from the text of a declaration, or of a definition up to its body.
pub(crate) fn linkage(head: &[u8]) -> Linkage {
    let mut linkage = Linkage::default();
    let mut depth = 0_usize;
    let mut attribute = None;
    let mut before = "";
    for word in texts(head) {
        match word {
            "(" => {
                depth += 1;
                if matches!(before, "__attribute__" | "__attribute") {
                    attribute = Some(depth);
                }
            }
            ")" => {
                if attribute == Some(depth) {
                    attribute = None;
                }
                depth = depth.saturating_sub(1);
            }
            "static" if depth == 0 => linkage.is_static = true,
            "extern" if depth == 0 => linkage.is_extern = true,
            "__weak" if depth == 0 => linkage.is_weak = true,
            "weak" | "__weak__" if attribute.is_some() => linkage.is_weak = true,
            "=" if depth == 0 => break,
            _ => {}
        }
        before = word;
    }
    linkage
}

/// Where a declaration starts whose node starts at `start`: at the first attribute that the dialect
/// blanked between `floor` (the end of what is before it) and the node.
pub(crate) fn start_of(file: &Source, floor: usize, start: usize) -> usize {
    let floor = floor.max(file.directives().end_before(start));
    let gap = file.slice(floor..start);
    if gap.iter().all(u8::is_ascii_whitespace) {
        return start;
    }
    let mut first = None;
    let mut depth = 0_usize;
    let mut after_word = false;
    for (kind, range) in Pieces::new(gap) {
        match (&gap[range.clone()], kind) {
            (b"(", _) if after_word || depth > 0 => depth += 1,
            (b")", _) if depth > 0 => depth -= 1,
            (_, TokenKind::Word) if depth == 0 => {
                first.get_or_insert(floor + range.start);
                after_word = true;
                continue;
            }
            _ if depth > 0 => {}
            // No attribute: what was before ends here.
            _ => first = None,
        }
        after_word = false;
    }
    match first {
        Some(first) if depth == 0 => first,
        _ => start,
    }
}

/// The name that a macro-headed definition gives its function: the first argument of
/// `SYSCALL_DEFINE3(name, …)`. `after` is what follows the macro's name.
pub(crate) fn macro_headed(name: &[u8], after: &[u8]) -> Option<Range<usize>> {
    let is_uppercase = name.len() >= 3 && name.iter().all(|b| !b.is_ascii_lowercase());
    if !is_uppercase {
        return None;
    }
    let mut lexer = Pieces::new(after);
    let (_, open) = lexer.next()?;
    let (kind, argument) = lexer.next()?;
    let (_, closes) = lexer.next()?;
    let next = lexer.next().map(|(_, range)| &after[range]);
    // `int UPPERCASE(void)` is a function's own name, and so is `FNAME(walk)(…)`, pasted from parts.
    let is_name =
        matches!(kind, TokenKind::Word | TokenKind::Number) && &after[argument.clone()] != b"void";
    let alone = &after[closes.clone()] == b"," || &after[closes] == b")" && next != Some(b"(");
    (&after[open] == b"(" && is_name && alone).then_some(argument)
}

#[cfg(test)]
mod tests {
    use super::{linkage, macro_headed};

    #[test]
    fn weak_and_static_are_read_from_the_specifiers_alone() {
        let weak = |text: &str| linkage(text.as_bytes()).is_weak;
        assert!(weak("int __weak f(void)"));
        assert!(weak("__attribute__((weak)) int f(void)"));
        assert!(weak("int f(void) __attribute__ ((cold, __weak__));"));
        assert!(!weak("int weak(void)"));
        assert!(!weak("int f(int weak)"));
        assert!(!weak("int f(void) /* __weak */"));
        assert!(linkage(b"static inline int f(void)").is_static);
        assert!(!linkage(b"int f(int a[static 2])").is_static);
        assert!(linkage(b"extern int f(void);").is_extern);
    }

    #[test]
    fn a_macro_head_gives_its_first_argument() {
        let name = |name: &str, after: &str| {
            macro_headed(name.as_bytes(), after.as_bytes()).map(|r| after[r].to_owned())
        };
        assert_eq!(
            name("SYSCALL_DEFINE2", "(ppoll, int, n, u8, m)"),
            Some("ppoll".into())
        );
        assert_eq!(name("COMPAT_SYSCALL_DEFINE0", "(x)"), Some("x".into()));
        assert_eq!(name("SYSCALL_DEFINE1", "(int x)"), None);
        assert_eq!(name("BPF_PROG", "(on_exit, int x)"), Some("on_exit".into()));
        assert_eq!(name("define_one", "(x)"), None);
        assert_eq!(name("MAIN", "(void)"), None);
        assert_eq!(name("FNAME", "(walk)(int x)"), None);
    }
}
