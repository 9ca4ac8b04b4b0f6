//! What a token is to the dialect: one small symbol, so that the walkers match on it instead of text.

use crate::token::TokenKind;
use crate::words::operators::{Level, infix_level};

/// The class of a token. Words come first, see [`Symbol::is_word`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Symbol {
    /// A word that C gives no meaning to.
    Name,
    /// `int`, `unsigned`, `size_t`: what the grammar takes for a primitive type.
    Primitive,
    /// `_Bool`, `__int128`: a type in one word that the grammar takes for a plain name.
    OddPrimitive,
    /// `__signed__`: a sign that the grammar does not know.
    OddSign,
    /// `const`
    Qualifier,
    /// `__const__`: a qualifier that the grammar does not know.
    OddQualifier,
    /// `static`, `inline`
    Storage,
    /// `_Thread_local`: a storage class that the grammar does not know.
    OddStorage,
    /// `extern`
    Extern,
    /// `typedef`
    Typedef,
    /// `struct`
    Struct,
    /// `union`
    Union,
    /// `enum`
    Enum,
    /// `typeof` in its spellings
    Typeof,
    /// `sizeof`
    Sizeof,
    /// `if`
    If,
    /// `else`
    Else,
    /// `while`
    While,
    /// `for`
    For,
    /// `do`
    Do,
    /// `switch`
    Switch,
    /// `case`
    Case,
    /// `default`
    Default,
    /// `return`
    Return,
    /// `goto`
    Goto,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `asm` in its spellings
    Asm,
    /// A preprocessing number.
    Number,
    /// A string literal.
    Text,
    /// A character literal.
    Char,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `;`
    Semicolon,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `?`
    Question,
    /// `.`
    Dot,
    /// `->`
    Arrow,
    /// `...`
    Ellipsis,
    /// `*`
    Star,
    /// `&`
    Ampersand,
    /// `&&`
    AndAnd,
    /// `+` and `-`
    Sign,
    /// `!` and `~`
    Negation,
    /// `++` and `--`
    Step,
    /// `=`
    Equals,
    /// `+=` and its like
    Compound,
    /// Any other operator with two operands.
    Binary,
    /// A mark that C has no use for here.
    Other,
    /// Before the first and after the last token.
    Edge,
}

impl Symbol {
    /// Identifier or keyword.
    pub(crate) fn is_word(self) -> bool {
        self <= Self::Asm
    }

    /// A word with a meaning in C.
    pub(crate) fn is_keyword(self) -> bool {
        self.is_word() && self != Self::Name
    }

    /// `struct`, `union` or `enum`.
    pub(crate) fn is_tag(self) -> bool {
        matches!(self, Self::Struct | Self::Union | Self::Enum)
    }

    /// A keyword that names a whole type or a part of one: `int`.
    pub(crate) fn is_type(self) -> bool {
        matches!(self, Self::Primitive | Self::OddPrimitive | Self::OddSign)
    }

    /// `const` and its like.
    pub(crate) fn is_qualifier(self) -> bool {
        matches!(self, Self::Qualifier | Self::OddQualifier)
    }

    /// `static` and its like, `typedef` and `extern` among them.
    pub(crate) fn is_storage(self) -> bool {
        matches!(
            self,
            Self::Storage | Self::OddStorage | Self::Extern | Self::Typedef
        )
    }

    /// A keyword that starts or belongs to a statement.
    pub(crate) fn is_statement(self) -> bool {
        self >= Self::If && self <= Self::Asm
    }

    /// An opening bracket of any kind.
    pub(crate) fn is_opener(self) -> bool {
        matches!(self, Self::OpenParen | Self::OpenBracket | Self::OpenBrace)
    }

    /// A closing bracket of any kind.
    pub(crate) fn is_closer(self) -> bool {
        matches!(
            self,
            Self::CloseParen | Self::CloseBracket | Self::CloseBrace
        )
    }

    /// The bracket that closes this one.
    pub(crate) fn closer(self) -> Option<Self> {
        match self {
            Self::OpenParen => Some(Self::CloseParen),
            Self::OpenBracket => Some(Self::CloseBracket),
            Self::OpenBrace => Some(Self::CloseBrace),
            _ => None,
        }
    }

    /// An operator between two operands, assignments included.
    pub(crate) fn is_infix(self) -> bool {
        matches!(
            self,
            Self::Star
                | Self::Ampersand
                | Self::AndAnd
                | Self::Sign
                | Self::Equals
                | Self::Compound
                | Self::Binary
        )
    }

    /// An operator before its operand.
    pub(crate) fn is_prefix(self) -> bool {
        matches!(
            self,
            Self::Star | Self::Ampersand | Self::Sign | Self::Negation | Self::Step
        )
    }

    /// Classifies a token that is neither comment nor directive.
    pub(crate) fn of(kind: TokenKind, text: &[u8]) -> Self {
        match kind {
            TokenKind::Word => word(text),
            TokenKind::Number => Self::Number,
            TokenKind::String => Self::Text,
            TokenKind::Char => Self::Char,
            TokenKind::Punctuation => punctuation(text),
            TokenKind::Directive | TokenKind::Comment => Self::Other,
        }
    }
}

fn punctuation(text: &[u8]) -> Symbol {
    match text {
        b"(" => Symbol::OpenParen,
        b")" => Symbol::CloseParen,
        b"[" => Symbol::OpenBracket,
        b"]" => Symbol::CloseBracket,
        b"{" => Symbol::OpenBrace,
        b"}" => Symbol::CloseBrace,
        b";" => Symbol::Semicolon,
        b"," => Symbol::Comma,
        b":" => Symbol::Colon,
        b"?" => Symbol::Question,
        b"." => Symbol::Dot,
        b"->" => Symbol::Arrow,
        b"..." => Symbol::Ellipsis,
        b"*" => Symbol::Star,
        b"&" => Symbol::Ampersand,
        b"&&" => Symbol::AndAnd,
        b"+" | b"-" => Symbol::Sign,
        b"!" | b"~" => Symbol::Negation,
        b"++" | b"--" => Symbol::Step,
        b"=" => Symbol::Equals,
        _ => match infix_level(text) {
            Some(Level::Assignment) => Symbol::Compound,
            Some(_) => Symbol::Binary,
            None => Symbol::Other,
        },
    }
}

fn word(text: &[u8]) -> Symbol {
    // Keywords are short and start in lower case or with an underscore; most names fall out here.
    if text.len() > 23 || !matches!(text.first(), Some(b'a'..=b'w' | b'_')) {
        return Symbol::Name;
    }
    match text {
        b"int" | b"char" | b"void" | b"long" | b"short" | b"unsigned" | b"signed" | b"float"
        | b"double" | b"bool" | b"size_t" | b"ssize_t" | b"ptrdiff_t" | b"intptr_t"
        | b"uintptr_t" | b"uint8_t" | b"uint16_t" | b"uint32_t" | b"uint64_t" | b"int8_t"
        | b"int16_t" | b"int32_t" | b"int64_t" | b"charptr_t" | b"nullptr_t" | b"max_align_t"
        | b"char8_t" | b"char16_t" | b"char32_t" | b"char64_t" => Symbol::Primitive,
        b"_Bool" | b"__int128" | b"_Complex" | b"_Float128" | b"__auto_type" | b"__uint128_t" => {
            Symbol::OddPrimitive
        }
        b"__signed__" | b"__signed" => Symbol::OddSign,
        b"const" | b"volatile" | b"restrict" | b"__restrict__" | b"_Atomic" => Symbol::Qualifier,
        b"__restrict" | b"__const" | b"__const__" | b"__volatile" | b"__volatile__" => {
            Symbol::OddQualifier
        }
        b"static" | b"register" | b"auto" | b"inline" | b"__inline" | b"__inline__"
        | b"__thread" | b"thread_local" => Symbol::Storage,
        b"_Thread_local" => Symbol::OddStorage,
        b"extern" => Symbol::Extern,
        b"typedef" => Symbol::Typedef,
        b"struct" => Symbol::Struct,
        b"union" => Symbol::Union,
        b"enum" => Symbol::Enum,
        b"typeof" | b"__typeof__" | b"__typeof" | b"typeof_unqual" | b"__unqual_scalar_typeof" => {
            Symbol::Typeof
        }
        b"sizeof" => Symbol::Sizeof,
        b"if" => Symbol::If,
        b"else" => Symbol::Else,
        b"while" => Symbol::While,
        b"for" => Symbol::For,
        b"do" => Symbol::Do,
        b"switch" => Symbol::Switch,
        b"case" => Symbol::Case,
        b"default" => Symbol::Default,
        b"return" => Symbol::Return,
        b"goto" => Symbol::Goto,
        b"break" => Symbol::Break,
        b"continue" => Symbol::Continue,
        b"asm" | b"__asm__" | b"__asm" => Symbol::Asm,
        _ => Symbol::Name,
    }
}

/// Whether a name looks like one that compilers and headers reserve for annotations: `__init`, `STATIC`.
pub(crate) fn looks_reserved(name: &[u8]) -> bool {
    name.starts_with(b"__") || is_uppercase(name)
}

/// Whether a name has no lower-case letter: `MODULE_LICENSE`.
pub(crate) fn is_uppercase(name: &[u8]) -> bool {
    name.iter()
        .all(|&byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit())
}

/// Whether a name says that it is a loop: `for_each_set_bit`, `xa_for_each`, `list_for_each_entry_safe`.
pub(crate) fn is_loop_by_name(name: &[u8]) -> bool {
    memchr::memmem::find(name, b"for_each").is_some()
        || memchr::memmem::find(name, b"FOR_EACH").is_some()
        || name.ends_with(b"_foreach")
}
