//! Sources to compare: made of tokens, white space and traps, or of real code with mistakes in it.

/// A stream of numbers from a seed, and what is made with them.
pub(crate) struct Source(u64);

const WORDS: &[&str] = &[
    "a",
    "flag",
    "is_virtfn",
    "L",
    "u",
    "U",
    "u8",
    "u8x",
    "if",
    "return",
    "sizeof",
    "e",
    "x1",
    "_",
    "define",
    "__VA_OPT__",
    "p",
    "E",
    "f\u{fc}r",
    "\u{3b1}b",
    "\\u00e9t",
    "x\\U000003b1",
];

const NUMBERS: &[&str] = &[
    "0", "1", "0x1f", "0xe+1", "1e+5", "1.5e-3f", "0...9", ".5", "1u", "0b101", "07ULL", "1.2.3",
    "0x1p-3", "1_000", "9e", "4K", "1e", "0xep+2", "1\u{e9}",
];

const MARKS: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ";", ",", ":", "?", ".", "->", "...", "*", "&", "&&", "+", "-",
    "++", "--", "<<", ">>", "<<=", ">>=", "<", ">", "<=", ">=", "==", "!=", "=", "+=", "|", "||",
    "|=", "^", "^=", "~", "!", "/", "%", "%=", "##", "<:", ":>", "<%", "%>", "%:", "%:%:", "@",
    "`", "::", "..", "<::", "%:%", "-->",
];

const LITERALS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"a\\\"b\"",
    "\"\\\\\"",
    "\"/* no */\"",
    "\"// no\"",
    "'a'",
    "'\\''",
    "'\"'",
    "L\"w\"",
    "u8\"x\"",
    "U'x'",
    "u'x'",
    "u8'x'",
    "\"caf\u{e9}\"",
    "\"??/\"",
    "\"open",
    "'open",
    "\"<:\"",
    "\"\\n\"",
    "L'\\\\'",
    "\"a\\x41b\"",
];

const COMMENTS: &[&str] = &[
    "/* a */",
    "// line\n",
    "/**/",
    "/***/",
    "/* \" ' */",
    "// \"open\n",
    "/* // */",
    "/*/ a */",
    "/* <: */",
    "// a /* b\n",
    "/* a\n * b\n */",
    "// don't\n",
    "/* \u{e9} */",
];

const GAPS: &[&str] = &[
    " ", "\t", "\n", "  ", "\n\n", "\x0c", "\x0b", "\r\n", "", "", "", "\n\t",
];

const SPLICES: &[&str] = &[
    "\\\n",
    "\\\n",
    "\\\r\n",
    "\\ \n",
    "\\\t\n",
    "\\\x0c\n",
    "\\ \x0b\t\n",
    "\\\n\\\n",
];

const LINES: &[&str] = &[
    "\n#define A(x) #x\n",
    "\n#define B a##b \\\n c\n",
    "\n#if defined(A) && 1\n",
    "\n#endif /* A */\n",
    "\n # error don't /* x\n",
    "\n%:define C 1\n",
    "\n#\n",
    "\n#pragma x \"y\" // z\n",
    "\n/* a */ # undef A\n",
];

impl Source {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap_or_default() % limit.max(1)
    }

    fn one(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    /// A file of tokens, then some splices anywhere in it.
    pub(crate) fn file(mut self) -> Vec<u8> {
        let mut text = String::new();
        for _ in 0..10 + self.below(60) {
            let piece = match self.below(14) {
                0..=3 => self.one(WORDS),
                4 | 5 => self.one(NUMBERS),
                6..=8 => self.one(MARKS),
                9 | 10 => self.one(LITERALS),
                11 => self.one(COMMENTS),
                12 => self.one(LINES),
                _ => self.one(SPLICES),
            };
            text.push_str(piece);
            if SPLICES.contains(&piece) {
                text.push('x');
            }
            text.push_str(self.one(GAPS));
        }
        let most = self.below(12);
        self.spliced(text.into_bytes(), most)
    }

    /// A stretch of a file with some bytes lost, doubled or replaced, and splices in it.
    pub(crate) fn mutated(mut self, file: &[u8]) -> Vec<u8> {
        const LONGEST: usize = 3000;
        let from = self.below(file.len().saturating_sub(LONGEST));
        let mut bytes = file[from..file.len().min(from + LONGEST)].to_vec();
        bytes.retain(|&byte| byte != 0);
        for _ in 0..self.below(8) {
            let at = self.below(bytes.len());
            match self.below(4) {
                0 if at < bytes.len() => drop(bytes.remove(at)),
                1 => {
                    let piece = self.one(MARKS);
                    bytes.splice(at..at, piece.bytes());
                }
                2 => {
                    let piece = self.one(LITERALS);
                    bytes.splice(at..at, piece.bytes());
                }
                _ => {
                    let piece = self.one(COMMENTS);
                    bytes.splice(at..at, piece.bytes());
                }
            }
        }
        let most = self.below(30);
        let bytes = self.spliced(without_strays(&bytes), most);
        // A carriage return of its own, `R"` and a header's name are gcc's alone.
        let bytes = replaced(&bytes, b"R\"", b"r\"");
        replaced(&bytes, b"include", b"exclude")
    }

    /// The bytes with `count` splices between letters, and a line end.
    fn spliced(&mut self, mut bytes: Vec<u8>, count: usize) -> Vec<u8> {
        for _ in 0..count {
            let at = self.below(bytes.len());
            // clang 14 ends a name at a splice beside a letter that is not ASCII; gcc does not.
            let is_inside = bytes[at.saturating_sub(1)..bytes.len().min(at + 1)]
                .iter()
                .any(|&byte| byte >= 0x80);
            // Nor does it see the escape in a backslash, a splice, and a letter.
            let ends_line = at > 0 && matches!(bytes[at - 1], b'\r' | b'\\');
            if !is_inside && !ends_line {
                let splice = self.one(SPLICES);
                bytes.splice(at..at, splice.bytes());
            }
        }
        bytes.extend_from_slice(b"\n;\n");
        bytes
    }
}

/// The bytes without signs behind a letter or digit that C has in no name, as in `5\u{b0}C`: an error for both
/// compilers, after which clang takes the sign for a part of the word and gcc does not.
fn without_strays(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let is_stray = !letter.is_ascii() && !is_word(letter);
        if !(is_stray && out.chars().next_back().is_some_and(is_word)) {
            out.push(letter);
        }
    }
    out.into_bytes()
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for at in memchr::memmem::find_iter(bytes, from) {
        out[at..at + to.len()].copy_from_slice(to);
    }
    out
}
