//! The keywords of C and of GNU C.

/// What a keyword does where a type is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Alone or with others it is a type: `unsigned long`.
    Type,
    /// It qualifies one, or a pointer.
    Qualifier,
    /// It says where an object is, or how a function is compiled, and nothing of the type.
    Storage,
    /// What is in its parentheses is the type.
    Typeof,
    /// Nothing of these.
    Other,
}

/// Sorted.
const KEYWORDS: &[(&str, Role)] = &[
    ("_Alignas", Role::Other),
    ("_Alignof", Role::Other),
    ("_Atomic", Role::Qualifier),
    ("_Bool", Role::Type),
    ("_Complex", Role::Other),
    ("_Generic", Role::Other),
    ("_Noreturn", Role::Other),
    ("_Static_assert", Role::Other),
    ("_Thread_local", Role::Storage),
    ("__alignof", Role::Other),
    ("__alignof__", Role::Other),
    ("__asm", Role::Other),
    ("__asm__", Role::Other),
    ("__auto_type", Role::Other),
    ("__const", Role::Qualifier),
    ("__const__", Role::Qualifier),
    ("__extension__", Role::Storage),
    ("__imag__", Role::Other),
    ("__inline", Role::Storage),
    ("__inline__", Role::Storage),
    ("__int128", Role::Type),
    ("__label__", Role::Other),
    ("__real__", Role::Other),
    ("__restrict", Role::Qualifier),
    ("__restrict__", Role::Qualifier),
    ("__signed", Role::Type),
    ("__signed__", Role::Type),
    ("__thread", Role::Storage),
    ("__typeof", Role::Typeof),
    ("__typeof__", Role::Typeof),
    ("__volatile", Role::Qualifier),
    ("__volatile__", Role::Qualifier),
    ("alignof", Role::Other),
    ("asm", Role::Other),
    ("auto", Role::Other),
    ("bool", Role::Type),
    ("break", Role::Other),
    ("case", Role::Other),
    ("char", Role::Type),
    ("const", Role::Qualifier),
    ("continue", Role::Other),
    ("default", Role::Other),
    ("do", Role::Other),
    ("double", Role::Type),
    ("else", Role::Other),
    ("enum", Role::Other),
    ("extern", Role::Storage),
    ("false", Role::Other),
    ("float", Role::Type),
    ("for", Role::Other),
    ("goto", Role::Other),
    ("if", Role::Other),
    ("inline", Role::Storage),
    ("int", Role::Type),
    ("long", Role::Type),
    ("register", Role::Storage),
    ("restrict", Role::Qualifier),
    ("return", Role::Other),
    ("short", Role::Type),
    ("signed", Role::Type),
    ("sizeof", Role::Other),
    ("static", Role::Storage),
    ("struct", Role::Other),
    ("switch", Role::Other),
    ("true", Role::Other),
    ("typedef", Role::Storage),
    ("typeof", Role::Typeof),
    ("typeof_unqual", Role::Typeof),
    ("union", Role::Other),
    ("unsigned", Role::Type),
    ("void", Role::Type),
    ("volatile", Role::Qualifier),
    ("while", Role::Other),
];

fn role(word: &[u8]) -> Option<Role> {
    let found = KEYWORDS.binary_search_by(|(keyword, _)| keyword.as_bytes().cmp(word));
    let (_, role) = KEYWORDS.get(found.ok()?)?;
    Some(*role)
}

/// Whether the word is a keyword of C or of GNU C, and so names nothing.
#[must_use]
pub fn is_keyword(word: &[u8]) -> bool {
    role(word).is_some()
}

/// Whether the word is a part of a built-in type's name: `long`, `unsigned`.
#[must_use]
pub fn is_type_word(word: &[u8]) -> bool {
    role(word) == Some(Role::Type)
}

/// Whether the word qualifies a type, or a pointer: `const`.
#[must_use]
pub fn is_qualifier(word: &[u8]) -> bool {
    role(word) == Some(Role::Qualifier)
}

/// Whether the word is among a declaration's specifiers and says nothing of the type: `static`, `inline`. The kernel's
/// `__always_inline` is `inline` with an attribute.
#[must_use]
pub fn is_storage(word: &[u8]) -> bool {
    role(word) == Some(Role::Storage) || word == b"__always_inline"
}

/// Whether the word is a spelling of `typeof`.
#[must_use]
pub fn is_typeof(word: &[u8]) -> bool {
    role(word) == Some(Role::Typeof)
}

#[cfg(test)]
mod tests {
    use super::KEYWORDS;

    #[test]
    fn the_table_is_sorted() {
        assert!(KEYWORDS.is_sorted_by(|one, two| one.0 < two.0));
    }
}
