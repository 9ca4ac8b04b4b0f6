//! What a definition looks like from a distance: enough to reject the files that only use a name.
//!
//! These tests may let a file through that defines nothing (it is parsed and found wanting), never
//! hold one back that is laid out as kernel code is.

use memchr::memmem::Finder;
use query::File;
use query::types::DefinitionKind;

use crate::words::{is_identifier_byte, is_whole};

/// Whether a parsed file defines `name`, or may do so in a region that was not read.
pub(super) fn is_defined_in(kind: DefinitionKind, name: &str, file: &File) -> bool {
    let mut macros = file.macros().iter().filter(|m| m.name == name);
    let variable = || file.variables().iter().any(|v| v.name == name);
    let defined = match kind {
        DefinitionKind::Record => !file.records_named(name).is_empty(),
        DefinitionKind::Typedef => file.typedefs().iter().any(|t| t.name == name),
        DefinitionKind::Function => {
            file.functions().iter().any(|f| f.name == name)
                || file.prototypes().iter().any(|p| p.name == name)
                || macros.any(|m| m.params.is_some())
                || variable()
        }
        DefinitionKind::Name => {
            variable()
                || file.enumerators().iter().any(|e| e.name == name)
                || macros.any(|m| m.params.is_none())
        }
    };
    defined || !file.unread().is_empty()
}

/// Whether `bytes` may define `name`.
pub(super) fn is_in(kind: DefinitionKind, name: &str, bytes: &[u8]) -> bool {
    let finder = Finder::new(name.as_bytes());
    let mut places = finder
        .find_iter(bytes)
        .filter(|&at| is_whole(bytes, at, at + name.len()));
    match kind {
        // `struct tag {` or `union tag {`
        DefinitionKind::Record => records(bytes).any(|tag| tag == name.as_bytes()),
        // `type name(` from the first column on, or `#define name(`
        DefinitionKind::Function => places.any(|at| {
            let after = bytes.get(at + name.len()..).unwrap_or_default();
            after.trim_ascii_start().starts_with(b"(") && !line_before(bytes, at).starts_with(b"\t")
        }),
        // Only what a file's own level declares matters, and that starts in the first column or
        // behind a few words; a use in a function's body is indented by a tab.
        DefinitionKind::Name => places.any(|at| {
            let before = line_before(bytes, at);
            match before.first() {
                Some(&first) => {
                    is_identifier_byte(&first)
                        || first == b'#'
                        || before.trim_ascii().is_empty()
                            && may_end_enumerator(bytes, at + name.len())
                }
                None => true,
            }
        }),
        // `typedef … name;`, `typedef … (*name)(…);`
        DefinitionKind::Typedef => {
            places.next().is_some() && typedefs(bytes).any(|known| known == name.as_bytes())
        }
    }
}

/// The tags of the records that `bytes` may define; attributes beside a tag count as tags too.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    ["struct", "union"].into_iter().flat_map(move |keyword| {
        memchr::memmem::find_iter(bytes, keyword)
            .map(move |at| (at, at + keyword.len()))
            .filter(move |&(at, end)| is_whole(bytes, at, end))
            .flat_map(move |(_, end)| words_before_body(bytes.get(end..).unwrap_or_default()))
    })
}

/// The names that `bytes` may declare by `typedef`; parameters and attributes behind a name count as names too.
pub(super) fn typedefs(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let keyword = b"typedef";
    memchr::memmem::find_iter(bytes, keyword)
        .map(move |at| (at, at + keyword.len()))
        .filter(move |&(at, end)| is_whole(bytes, at, end))
        .flat_map(move |(_, end)| declared(bytes.get(end..).unwrap_or_default()))
}

/// The identifiers outside braces, up to the `;` that ends the declaration, that something follows that may be behind what
/// is declared. Where a directive is on the way the braces say nothing: all identifiers up to the next `typedef` are taken.
fn declared(after: &[u8]) -> Vec<&[u8]> {
    let mut outside = Vec::new();
    let mut inside = Vec::new();
    let (mut depth, mut has_directive, mut is_line_start) = (0_usize, false, false);
    let mut rest = after;
    while let Some((&byte, behind)) = rest.split_first() {
        if is_identifier_byte(&byte) {
            let end = rest.iter().position(|byte| !is_identifier_byte(byte));
            let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
            if has_directive && word == b"typedef" {
                break;
            }
            if may_end_declarator(behind) {
                let names = if depth == 0 {
                    &mut outside
                } else {
                    &mut inside
                };
                names.push(word);
            }
            (rest, is_line_start) = (behind, false);
            continue;
        }
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b';' if depth == 0 && !has_directive => break,
            b'#' if is_line_start => has_directive = true,
            b'/' => {
                if let Some(behind) = after_comment(rest) {
                    rest = behind;
                    continue;
                }
            }
            _ => {}
        }
        is_line_start = byte == b'\n' || is_line_start && byte.is_ascii_whitespace();
        rest = behind;
    }
    if has_directive {
        outside.append(&mut inside);
    }
    outside
}

/// Whether a word with this behind it may be what a `typedef` declares.
fn may_end_declarator(behind: &[u8]) -> bool {
    let behind = behind.trim_ascii_start();
    matches!(
        behind.first(),
        Some(b';' | b',' | b')' | b'[' | b'(' | b'/' | b'\\')
    ) || behind.starts_with(b"__")
}

/// The identifiers before the `{` that follows; none, where something else follows.
fn words_before_body(after: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut words = [&after[..0]; MOST_WORDS];
    let mut count = 0;
    let mut rest = after.trim_ascii_start();
    let opens = loop {
        match rest.first() {
            Some(b'{') => break true,
            Some(b'(')
                if count > 0
                    && words
                        .get(count - 1)
                        .is_some_and(|word| word.starts_with(b"__")) =>
            {
                rest = after_parentheses(rest);
            }
            Some(b'/') => match after_comment(rest) {
                Some(after) => rest = after,
                None => break false,
            },
            Some(byte) if is_identifier_byte(byte) => {
                let end = rest.iter().position(|byte| !is_identifier_byte(byte));
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                let Some(place) = words.get_mut(count) else {
                    break false;
                };
                *place = word;
                count += 1;
                rest = after;
            }
            _ => break false,
        }
        rest = rest.trim_ascii_start();
    };
    words.into_iter().take(if opens { count } else { 0 })
}

/// A tag and its attributes: more words than that before a `{` are no record's.
const MOST_WORDS: usize = 6;

fn after_parentheses(text: &[u8]) -> &[u8] {
    let mut depth = 0_usize;
    for (at, byte) in text.iter().enumerate().take(256) {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return text.get(at + 1..).unwrap_or_default();
        }
    }
    b""
}

fn after_comment(text: &[u8]) -> Option<&[u8]> {
    let end = if text.starts_with(b"/*") {
        memchr::memmem::find(text, b"*/")? + 2
    } else if text.starts_with(b"//") {
        memchr::memchr(b'\n', text)?
    } else {
        return None;
    };
    text.get(end..)
}

/// Whether what follows a word on its own line is `,`, `=` or the end of a list.
fn may_end_enumerator(bytes: &[u8], end: usize) -> bool {
    let after = bytes.get(end..).unwrap_or_default().trim_ascii_start();
    matches!(after.first(), Some(b',' | b'=' | b'}' | b'/' | b'#'))
}

fn line_before(bytes: &[u8], at: usize) -> &[u8] {
    let before = bytes.get(..at).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    before.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{DefinitionKind, is_in};

    fn record(text: &str) -> bool {
        is_in(DefinitionKind::Record, "pci_dev", text.as_bytes())
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
        let function = |text: &str| is_in(DefinitionKind::Function, "to_zpci", text.as_bytes());
        assert!(function(
            "static inline struct zpci_dev *to_zpci(struct pci_dev *p)\n"
        ));
        assert!(function("#define to_zpci(p) (p)\n"));
        assert!(function("int\nto_zpci (void)\n"));
        assert!(!function("\tx = to_zpci(p);\n"));
        assert!(!function("to_zpcis(p)"));
    }

    #[test]
    fn a_name_is_declared_from_the_first_column_on_or_in_an_enum() {
        let name = |text: &str| is_in(DefinitionKind::Name, "init_task", text.as_bytes());
        assert!(name("extern struct task_struct init_task;"));
        assert!(name("#define init_task other"));
        assert!(name("enum e {\n\tinit_task,\n};"));
        assert!(name("enum e {\n\tinit_task = 1,\n};"));
        assert!(!name("\tuse(&init_task);"));
        assert!(!name(" * init_task is the first"));
        assert!(!name("extern struct task_struct init_tasks;"));
    }

    #[test]
    fn a_typedef_ends_with_its_name() {
        let typedef = |text: &str| is_in(DefinitionKind::Typedef, "u32", text.as_bytes());
        assert!(typedef("typedef unsigned int u32;"));
        assert!(typedef("typedef int (*u32)(int);"));
        assert!(typedef("typedef struct { int x; } __packed u32;"));
        assert!(typedef("typedef int a, *u32 /* why; */;"));
        assert!(typedef("typedef int /* a; b */ u32 __bitwise;"));
        assert!(typedef(
            "typedef struct {\n#ifdef A\n\tint a;\n} t;\n#else\n\tint b;\n} u32;\n#endif\n"
        ));
        assert!(!typedef("typedef struct { int u32; } t;"));
        assert!(!typedef("typedef int t;\nint f(u32);"));
        assert!(!typedef("u32 x;"));
        assert!(!typedef("u32;"));
    }
}
