//! What a definition looks like from a distance: enough to reject the files that only use a name.
//!
//! These tests may let a file through that defines nothing (it is parsed and found wanting), never
//! hold one back that is laid out as kernel code is.

use memchr::memmem::Finder;

use crate::words::{is_identifier_byte, is_whole};

/// What is being looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    /// `struct tag {` or `union tag {`
    Record,
    /// `type name(` from the first column on, or `#define name(`
    Function,
    /// `typedef … name;`, `typedef … (*name)(…);`
    Typedef,
}

impl Shape {
    /// Whether `bytes` may define `name`.
    pub(super) fn is_in(self, name: &str, bytes: &[u8]) -> bool {
        let finder = Finder::new(name.as_bytes());
        let mut places = finder
            .find_iter(bytes)
            .filter(|&at| is_whole(bytes, at, at + name.len()));
        match self {
            Self::Record => places.any(|at| {
                let before = last_word(bytes.get(..at).unwrap_or_default());
                let after = bytes.get(at + name.len()..).unwrap_or_default();
                // An attribute may stand on either side of the tag.
                (matches!(before, b"struct" | b"union") || before.is_empty()) && opens_body(after)
            }),
            Self::Function => places.any(|at| {
                let after = bytes.get(at + name.len()..).unwrap_or_default();
                after.trim_ascii_start().starts_with(b"(")
                    && !line_before(bytes, at).starts_with(b"\t")
            }),
            Self::Typedef => {
                memchr::memmem::find(bytes, b"typedef").is_some() && {
                    places.any(|at| {
                        let after = bytes.get(at + name.len()..).unwrap_or_default();
                        matches!(
                            after.trim_ascii_start().first(),
                            Some(b';' | b',' | b')' | b'[' | b'(')
                        ) || after.trim_ascii_start().starts_with(b"__")
                    })
                }
            }
        }
    }
}

/// The identifier that ends `bytes`, white space and a closing parenthesis apart; empty after `)`.
fn last_word(bytes: &[u8]) -> &[u8] {
    let trimmed = bytes.trim_ascii_end();
    if trimmed.ends_with(b")") || trimmed.ends_with(b"*/") {
        return b"";
    }
    let start = trimmed
        .iter()
        .rposition(|byte| !is_identifier_byte(byte))
        .map_or(0, |at| at + 1);
    let word = trimmed.get(start..).unwrap_or_default();
    if word.starts_with(b"__") { b"" } else { word }
}

/// Whether a `{` comes before anything that ends a declaration.
fn opens_body(after: &[u8]) -> bool {
    let mut rest = after.trim_ascii_start();
    // `struct tag __packed {`, `struct tag /* why */ {`
    while let Some(first) = rest.first() {
        match first {
            b'{' => return true,
            b'_' => {
                let end = rest.iter().position(|byte| !is_identifier_byte(byte));
                rest = rest.get(end.unwrap_or(rest.len())..).unwrap_or_default();
            }
            b'/' if rest.starts_with(b"/*") => {
                let end = memchr::memmem::find(rest, b"*/").map_or(rest.len(), |at| at + 2);
                rest = rest.get(end..).unwrap_or_default();
            }
            b'/' if rest.starts_with(b"//") => {
                let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                rest = rest.get(end..).unwrap_or_default();
            }
            _ => return false,
        }
        rest = rest.trim_ascii_start();
    }
    false
}

fn line_before(bytes: &[u8], at: usize) -> &[u8] {
    let before = bytes.get(..at).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    before.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Shape;

    fn record(text: &str) -> bool {
        Shape::Record.is_in("pci_dev", text.as_bytes())
    }

    #[test]
    fn a_record_is_defined_where_its_body_opens() {
        assert!(record("struct pci_dev {\n"));
        assert!(record("\tunion pci_dev\n\t{"));
        assert!(record("struct pci_dev __packed /* why */ {"));
        assert!(record("struct __attribute__((packed)) pci_dev {"));
        assert!(record("struct __packed pci_dev {"));
        assert!(!record("struct pci_dev;"));
        assert!(!record("struct pci_dev *dev;"));
        assert!(!record("enum pci_dev {"));
        assert!(!record("struct pci_device {"));
    }

    #[test]
    fn a_function_is_declared_from_the_first_column_on() {
        let function = |text: &str| Shape::Function.is_in("to_zpci", text.as_bytes());
        assert!(function(
            "static inline struct zpci_dev *to_zpci(struct pci_dev *p)\n"
        ));
        assert!(function("#define to_zpci(p) (p)\n"));
        assert!(function("int\nto_zpci (void)\n"));
        assert!(!function("\tx = to_zpci(p);\n"));
        assert!(!function("to_zpcis(p)"));
    }

    #[test]
    fn a_typedef_ends_with_its_name() {
        let typedef = |text: &str| Shape::Typedef.is_in("u32", text.as_bytes());
        assert!(typedef("typedef unsigned int u32;"));
        assert!(typedef("typedef int (*u32)(int);"));
        assert!(typedef("typedef struct { int x; } __packed u32;"));
        assert!(!typedef("u32 x;"));
        assert!(!typedef("u32;"));
    }
}
