//! Types without members: the arithmetic ones, and pointers to anything that has no members.
//!
//! What C makes of operands (C11 6.3.1.8) and of constants (6.4.4) depends on how wide the types are. Those of a 64-bit
//! kernel are taken: `long` and pointers have 64 bits, `size_t` is `unsigned long`.

use super::levels::Levels;

/// A type without members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scalar {
    /// As it is spelled, pointers and arrays taken off.
    pub(super) text: String,
    /// How many pointers and arrays it is away from that.
    pub(super) stars: Levels,
    /// A bit-field that an `int` holds all values of: it is promoted to one (C11 6.3.1.1).
    pub(super) narrow: bool,
}

/// The arithmetic types, those that others are converted to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Arithmetic {
    Bool,
    Char,
    SignedChar,
    UnsignedChar,
    Short,
    UnsignedShort,
    Int,
    UnsignedInt,
    Long,
    UnsignedLong,
    LongLong,
    UnsignedLongLong,
    Int128,
    UnsignedInt128,
    Float,
    Double,
    LongDouble,
}

use Arithmetic::{
    Bool, Char, Double, Float, Int, Int128, Long, LongDouble, LongLong, Short, SignedChar,
    UnsignedChar, UnsignedInt, UnsignedInt128, UnsignedLong, UnsignedLongLong, UnsignedShort,
};

/// What the kernel's own names for numbers stand for. Those that sparse keeps apart (`__le32`, `gfp_t`) or that an
/// architecture chooses (`dma_addr_t`) stay by themselves.
const NAMED: &[(&str, Arithmetic)] = &[
    ("__s16", Short),
    ("__s32", Int),
    ("__s64", LongLong),
    ("__s8", SignedChar),
    ("__u16", UnsignedShort),
    ("__u32", UnsignedInt),
    ("__u64", UnsignedLongLong),
    ("__u8", UnsignedChar),
    ("bool", Bool),
    ("int16_t", Short),
    ("int32_t", Int),
    ("int64_t", LongLong),
    ("int8_t", SignedChar),
    ("loff_t", LongLong),
    ("pgoff_t", UnsignedLong),
    ("pid_t", Int),
    ("s16", Short),
    ("s32", Int),
    ("s64", LongLong),
    ("s8", SignedChar),
    ("sector_t", UnsignedLongLong),
    ("size_t", UnsignedLong),
    ("ssize_t", Long),
    ("u16", UnsignedShort),
    ("u32", UnsignedInt),
    ("u64", UnsignedLongLong),
    ("u8", UnsignedChar),
    ("uint", UnsignedInt),
    ("uint16_t", UnsignedShort),
    ("uint32_t", UnsignedInt),
    ("uint64_t", UnsignedLongLong),
    ("uint8_t", UnsignedChar),
    ("uintptr_t", UnsignedLong),
    ("ulong", UnsignedLong),
    ("umode_t", UnsignedShort),
    ("ushort", UnsignedShort),
];

impl Arithmetic {
    fn named(text: &str) -> Option<Self> {
        let known = NAMED.iter().find(|(name, _)| *name == text);
        known.map(|&(_, it)| it).or_else(|| Self::spelled(text))
    }

    /// `unsigned long int` in any order of its words (C11 6.7.2).
    fn spelled(text: &str) -> Option<Self> {
        let (mut longs, mut short, mut unsigned, mut signed, mut base) =
            (0, false, false, false, "");
        for word in text.split_whitespace() {
            match word {
                "long" => longs += 1,
                "short" => short = true,
                "unsigned" => unsigned = true,
                "signed" | "__signed__" => signed = true,
                "int" if base.is_empty() => base = "int",
                "char" | "float" | "double" | "_Bool" | "__int128" => base = word,
                "const" | "volatile" => {}
                _ => return None,
            }
        }
        if base.is_empty() && longs == 0 && !short && !unsigned && !signed {
            return None;
        }
        let either = |with: Self, without: Self| if unsigned { with } else { without };
        Some(match base {
            "_Bool" => Bool,
            "float" => Float,
            "double" if longs > 0 => LongDouble,
            "double" => Double,
            "char" if signed => SignedChar,
            "char" => either(UnsignedChar, Char),
            "__int128" => either(UnsignedInt128, Int128),
            _ if short => either(UnsignedShort, Short),
            _ => match longs {
                0 => either(UnsignedInt, Int),
                1 => either(UnsignedLong, Long),
                _ => either(UnsignedLongLong, LongLong),
            },
        })
    }

    fn text(self) -> &'static str {
        match self {
            Bool => "_Bool",
            Char => "char",
            SignedChar => "signed char",
            UnsignedChar => "unsigned char",
            Short => "short",
            UnsignedShort => "unsigned short",
            Int => "int",
            UnsignedInt => "unsigned int",
            Long => "long",
            UnsignedLong => "unsigned long",
            LongLong => "long long",
            UnsignedLongLong => "unsigned long long",
            Int128 => "__int128",
            UnsignedInt128 => "unsigned __int128",
            Float => "float",
            Double => "double",
            LongDouble => "long double",
        }
    }

    fn promoted(self) -> Self {
        if self < Int { Int } else { self }
    }

    /// The usual arithmetic conversions of two promoted types.
    fn common(self, other: Self) -> Self {
        match (self.min(other), self.max(other)) {
            // As wide as each other: the unsigned one of the higher rank has all values of neither.
            (UnsignedLong, LongLong) => UnsignedLongLong,
            (_, higher) => higher,
        }
    }
}

impl Scalar {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            stars: Levels::Of(0),
            narrow: false,
        }
    }

    /// As many pointers further away.
    pub(super) fn away(self, more: Levels) -> Self {
        let stars = self.stars.plus(more);
        Self { stars, ..self }
    }

    /// What it points at.
    pub(super) fn pointee(self) -> Self {
        let stars = self.stars.pointee();
        Self { stars, ..self }
    }

    /// What a call of it gives.
    pub(super) fn called(self) -> Self {
        let stars = self.stars.called();
        Self { stars, ..self }
    }

    fn unsure(self) -> Self {
        self.away(Levels::Unknown)
    }

    fn arithmetic(&self) -> Option<Arithmetic> {
        (self.stars == Levels::Of(0)).then(|| Arithmetic::named(&self.text))?
    }

    fn is_pointer(&self) -> bool {
        self.stars.is_pointer()
    }

    /// The type of `+x`, `~x`, and the left operand of a shift.
    pub(super) fn promoted(self) -> Self {
        match self.arithmetic() {
            Some(_) if self.narrow => Self::new(Int.text()),
            Some(it) if it < Int => Self::new(Int.text()),
            Some(_) => self,
            None => self.computed(),
        }
    }

    /// What is computed from a type that only its name is known of: an enum may be `int` or `unsigned int`.
    fn computed(self) -> Self {
        if self.text.starts_with("enum") && self.stars == Levels::Of(0) {
            self.unsure()
        } else {
            self
        }
    }

    /// The type of `self + other` and the like; `subtracts`: the difference of two pointers is a number.
    pub(super) fn with(self, other: Self, subtracts: bool) -> Self {
        match (self.is_pointer(), other.is_pointer()) {
            (true, true) if subtracts => return Self::new(Long.text()),
            (true, _) => return self,
            (false, true) => return other,
            (false, false) => {}
        }
        let (left, right) = (self.promoted(), other.promoted());
        match (left.arithmetic(), right.arithmetic()) {
            (Some(a), Some(b)) if a == b => left,
            (Some(a), Some(b)) => Self::new(a.promoted().common(b.promoted()).text()),
            // `gfp | GFP_DMA`
            _ if left.text == right.text => left.away(right.stars),
            (Some(_), None) => right.unsure(),
            _ => left.unsure(),
        }
    }

    /// What `c ? self : other` is: `NULL` is a pointer of the other's type.
    pub(super) fn or(self, other: Self) -> Self {
        let is_void = |scalar: &Self| scalar.text == "void";
        if self.is_pointer() && other.is_pointer() && is_void(&self) {
            return other;
        }
        if is_void(&self) && is_void(&other) {
            return self;
        }
        self.with(other, false)
    }

    /// What one of two declarations of the same name says: where they differ, nobody knows.
    pub(super) fn either(self, other: &Self) -> Self {
        if self.is(other) == Some(true) {
            self
        } else {
            self.unsure()
        }
    }

    /// Whether it is the same type; none: not known.
    pub(super) fn is(&self, other: &Self) -> Option<bool> {
        let same = match (
            Arithmetic::named(&self.text),
            Arithmetic::named(&other.text),
        ) {
            (Some(a), Some(b)) => a == b,
            _ => self.text == other.text,
        };
        self.stars.are(other.stars).map(|levels| same && levels)
    }

    /// With its stars.
    pub(super) fn spelled(&self) -> String {
        match self.stars {
            Levels::Unknown | Levels::Of(0) => self.text.clone(),
            Levels::Of(stars) => format!("{} {}", self.text, "*".repeat(stars)),
            Levels::Function { away, yields } => format!(
                "{} {}({})()",
                self.text,
                "*".repeat(yields),
                "*".repeat(away)
            ),
        }
    }
}

/// The type of a constant (C11 6.4.4.1, 6.4.4.2).
pub(super) fn constant(text: &str) -> Scalar {
    Scalar::new(constant_type(&text.to_ascii_lowercase().replace('\'', "")).text())
}

fn constant_type(text: &str) -> Arithmetic {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x', ..] => (text.get(2..).unwrap_or_default(), 16),
        [b'0', b'b', ..] => (text.get(2..).unwrap_or_default(), 2),
        [b'0', _, ..] => (text, 8),
        _ => (text, 10),
    };
    let floats = text.contains('.')
        || radix == 16 && text.contains('p')
        || radix != 16 && text.contains('e');
    if floats {
        return match text.as_bytes().last() {
            Some(b'f') => Float,
            Some(b'l') => LongDouble,
            _ => Double,
        };
    }
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    let (digits, suffix) = digits.split_at(end);
    // Too long a constant is wider than any type.
    let value = u128::from_str_radix(digits, radix).unwrap_or(u128::MAX);
    let longs = suffix.matches('l').count();
    let unsigned = suffix.contains('u');
    // A decimal constant without `u` is signed, however large.
    let may_be_unsigned = unsigned || radix != 10;
    let (wide, unsigned_wide) = if longs > 1 {
        (LongLong, UnsignedLongLong)
    } else {
        (Long, UnsignedLong)
    };
    let fits = |bits: u32| value < 1_u128 << bits;
    if longs == 0 && !unsigned && fits(31) {
        Int
    } else if longs == 0 && may_be_unsigned && fits(32) {
        UnsignedInt
    } else if !unsigned && fits(63) {
        wide
    } else if may_be_unsigned && fits(64) {
        unsigned_wide
    } else {
        Int128
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_has_the_first_type_that_holds_it() {
        for (text, wanted) in [
            ("1", "int"),
            ("0", "int"),
            ("2147483647", "int"),
            ("2147483648", "long"),
            ("0x7fffffff", "int"),
            ("0xffffffff", "unsigned int"),
            ("037777777777", "unsigned int"),
            ("0x100000000", "long"),
            ("0xffffffffffffffff", "unsigned long"),
            ("1u", "unsigned int"),
            ("4294967296u", "unsigned long"),
            ("1UL", "unsigned long"),
            ("1lu", "unsigned long"),
            ("1L", "long"),
            ("1ll", "long long"),
            ("1ULL", "unsigned long long"),
            ("0b101", "int"),
            ("1.5", "double"),
            ("1e3f", "float"),
            ("1.0L", "long double"),
        ] {
            assert_eq!(constant(text).text, wanted, "{text}");
        }
    }

    #[test]
    fn operands_are_converted_as_c_says() {
        for (left, right, wanted) in [
            ("int", "long long", "long long"),
            ("long long", "int", "long long"),
            ("char", "unsigned char", "int"),
            ("short", "u16", "int"),
            ("unsigned int", "int", "unsigned int"),
            ("u32", "long", "long"),
            ("unsigned long", "long long", "unsigned long long"),
            ("unsigned long", "long", "unsigned long"),
            ("int", "float", "float"),
            ("long int", "unsigned long int", "unsigned long"),
            ("bool", "bool", "int"),
        ] {
            let found = Scalar::new(left).with(Scalar::new(right), false);
            let wanted = Scalar::new(wanted);
            assert_eq!(
                found.is(&wanted),
                Some(true),
                "{left} + {right}: {}",
                found.text
            );
        }
    }
}
