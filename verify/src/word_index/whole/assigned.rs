//! Whether something is assigned to what a name of the type points to: `*name =`, `name[…] =`.
//!
//! Common names (`dev`, `prev`) stand for one thing in one function and for another in the next. Of the plain form `*name =`
//! it is told from the function's parameters where the name is another thing; of `struct s *a, *b =`, that it declares.
//! Where a comment, a literal or a directive is on the way, nothing is told.

use dialect::token::{Pieces, TokenKind};
use query::types::{Spelled, words};

use super::given::{is_given_whole, last_word};

/// How far before a name its statement or its function's head may begin.
const FARTHEST: usize = 2000;

/// Whether something is assigned to `*name` or `name[…]`, of one of `names`, which the bytes declare with the type called
/// `record`.
pub(super) fn is_assigned(bytes: &[u8], record: &[u8], names: &Spelled<'_>) -> bool {
    memchr::memchr_iter(b'=', bytes).any(|at| {
        let before = bytes.get(..at).unwrap_or_default();
        let is_plain = bytes.get(at + 1) != Some(&b'=')
            && !before
                .last()
                .is_some_and(|last| b"=!<>+-*/%&|^".contains(last));
        let value = || bytes.get(at + 1..).unwrap_or_default();
        let before = before.trim_ascii_end();
        is_plain
            && (ends_with_object(before, record, names)
                || is_given_whole(before, value(), record, names)
                || is_object(before, names)
                || is_through(before) && is_copy(value(), names))
    })
}

/// Whether what is before a `=` ends with a name behind a star, or before brackets.
fn ends_with_object(before: &[u8], record: &[u8], names: &Spelled<'_>) -> bool {
    let mut before = before.trim_ascii_end();
    let mut is_simple = true;
    let mut is_element = false;
    loop {
        if let Some(inside) = before.strip_suffix(b")") {
            before = inside.trim_ascii_end();
            is_simple = false;
        } else if before.ends_with(b"]") {
            before = before_brackets(before).trim_ascii_end();
            is_element = true;
        } else {
            break;
        }
    }
    let (head, name) = last_word(before);
    let (head, casts) = without_groups(head);
    let is_it = || words(casts, record).next().is_some() || names.has(name);
    // Most assignments are to neither: the names are looked up last.
    if !(is_element || is_dereferenced(head)) || !is_it() {
        return false;
    }
    let may_be_told = is_simple && !is_element && casts.trim_ascii().is_empty();
    !(may_be_told && (is_declarator(head) || is_another_parameter(head, name, record)))
}

/// Whether a statement assigns to an object by its name, which may be one that others know.
fn is_object(before: &[u8], names: &Spelled<'_>) -> bool {
    let (head, name) = last_word(before);
    let begins = |last: &u8| matches!(last, b';' | b'{' | b'}' | b')' | b':' | b'(' | b',');
    let head = head.trim_ascii_end();
    head.last().is_some_and(begins) && names.objects.contains(name)
}

/// Whether a value is `*name`, of a pointer to the type, or the name of an object.
fn is_copy(value: &[u8], names: &Spelled<'_>) -> bool {
    let value = value.get(..FARTHEST).unwrap_or(value);
    let is_before = |byte: &&u8| byte.is_ascii_whitespace() || matches!(byte, b'(' | b'*');
    let stars = value.iter().take_while(is_before);
    let (head, rest) = value.split_at(stars.count());
    let letters = rest.iter().take_while(|byte| is_letter(byte));
    let name = rest.get(..letters.count()).unwrap_or_default();
    names.objects.contains(name) || head.contains(&b'*') && names.pointers.contains(name)
}

/// Whether what is before a `=` ends with a place that is reached through something: `*f() =`, `*a++ =`, `*a->b =`, `a->b[0] =`.
fn is_through(before: &[u8]) -> bool {
    let ends = [&b"]"[..], b")", b"++", b"--"];
    ends.iter().any(|end| before.ends_with(end)) || is_dereferenced(last_word(before).0)
}

/// What is before the groups in parentheses at the end, which are casts there, and the groups.
fn without_groups(head: &[u8]) -> (&[u8], &[u8]) {
    let mut rest = head.trim_ascii_end();
    while rest.ends_with(b")") {
        let mut depth = 0_usize;
        let open = rest.iter().rposition(|byte| {
            match byte {
                b')' => depth += 1,
                b'(' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let Some(open) = open else { break };
        rest = rest.get(..open).unwrap_or_default().trim_ascii_end();
    }
    // Parentheses around all of it: `(*(struct dev *)d)`.
    let casts = head.get(rest.len()..).unwrap_or_default();
    (rest, casts)
}

/// What is before the brackets that the text ends with.
fn before_brackets(text: &[u8]) -> &[u8] {
    let mut depth = 0_usize;
    let open = text.iter().rposition(|byte| {
        match byte {
            b']' => depth += 1,
            b'[' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    text.get(..open.unwrap_or_default()).unwrap_or_default()
}

/// Whether a star is before the name or the path that ends with it, and no type before that: `struct s *p =` declares a pointer.
fn is_dereferenced(head: &[u8]) -> bool {
    let mut path = head.trim_ascii_end();
    while let Some(owner) = path.strip_suffix(b"->").or_else(|| path.strip_suffix(b".")) {
        let length = owner
            .iter()
            .rev()
            .take_while(|byte| is_letter(byte))
            .count();
        path = owner
            .get(..owner.len() - length)
            .unwrap_or_default()
            .trim_ascii_end();
    }
    if !path.ends_with(b"*") {
        return false;
    }
    let before = without_stars(path);
    let keywords = [&b"else"[..], b"do", b"return"];
    !before.last().is_some_and(is_letter)
        || keywords.iter().any(|word| before.ends_with(word))
        || is_directive(before)
}

/// Whether the last line of the text is a directive, after which a statement begins.
fn is_directive(text: &[u8]) -> bool {
    let line = text.rsplit(|byte| *byte == b'\n').next();
    line.is_some_and(|line| line.trim_ascii_start().starts_with(b"#"))
}

/// Whether the star is a declarator's behind another one: `struct s *a = x, *b`.
fn is_declarator(head: &[u8]) -> bool {
    let Some(before) = without_stars(head.trim_ascii_end()).strip_suffix(b",") else {
        return false;
    };
    let Some(start) = statement(before) else {
        return false;
    };
    let (around, statement) = before.split_at(start);
    let line = around.rsplit(|byte| *byte == b'\n').next();
    let is_comment = line.is_none_or(|line| {
        line.contains(&b'/') || line.trim_ascii_start().starts_with(b"*") || has_quote(line)
    });
    !is_comment && is_declaration(statement)
}

/// Where the statement begins whose end it is; none: it is inside parentheses, or something on the way may hide it.
fn statement(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let near = text.len().saturating_sub(FARTHEST);
    for at in (near..text.len()).rev() {
        match text.get(at)? {
            b')' | b']' => depth += 1,
            b'(' | b'[' => depth = depth.checked_sub(1)?,
            b';' | b'{' | b'}' => return (depth == 0).then_some(at + 1),
            b'"' | b'\'' | b'#' | b'/' | b'\\' | b'?' => return None,
            _ => {}
        }
    }
    None
}

/// Whether a statement begins with `struct s`, which no expression does.
fn is_declaration(statement: &[u8]) -> bool {
    let mut rest = statement.trim_ascii_start();
    for word in [&b"static"[..], b"register", b"const", b"volatile"] {
        if let Some(behind) = after_word(rest, word) {
            rest = behind;
        }
    }
    let behind = after_word(rest, b"struct").or_else(|| after_word(rest, b"union"));
    behind.is_some_and(|behind| behind.first().is_some_and(is_letter))
}

/// What is behind the word and blanks.
fn after_word<'b>(text: &'b [u8], word: &[u8]) -> Option<&'b [u8]> {
    let rest = text.strip_prefix(word)?;
    rest.first()
        .is_some_and(u8::is_ascii_whitespace)
        .then(|| rest.trim_ascii_start())
}

/// Whether the name behind one star is a parameter of the function that is no pointer to the record, and nothing in between
/// declares the name anew with the record.
fn is_another_parameter(head: &[u8], name: &[u8], record: &[u8]) -> bool {
    let told = || {
        let head = head.trim_ascii_end().strip_suffix(b"*")?;
        if head.trim_ascii_end().ends_with(b"*") {
            return None;
        }
        // A function's body begins and ends in the first column.
        let open = memchr::memmem::rfind(head, b"\n{")?;
        let (before, body) = head.split_at_checked(open)?;
        let is_over = memchr::memmem::find(body, b"\n}").is_some();
        if is_over || begins_in_a_comment(body) || Spelled::with(body, record).has(name) {
            return None;
        }
        let parameter = parameter(before, name)?;
        Some(is_of_another_type(parameter, record))
    };
    told() == Some(true)
}

/// Whether a comment ends in the text that began before it.
fn begins_in_a_comment(text: &[u8]) -> bool {
    let first = |mark: &[u8]| memchr::memmem::find(text, mark);
    match (first(b"*/"), first(b"/*")) {
        (Some(end), Some(start)) => end < start,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// What declares the parameter of the name in the function head that the text ends with, without the name.
fn parameter<'b>(head: &'b [u8], name: &[u8]) -> Option<&'b [u8]> {
    let head = head.trim_ascii_end().strip_suffix(b")")?;
    // No directive is between the head and what is before it: there might be two heads.
    let start = statement_or_file(head)?;
    let head = head.get(start..)?;
    let open = head.iter().position(|byte| *byte == b'(')?;
    let mut found = None;
    for parameter in head.get(open + 1..)?.split(|byte| *byte == b',') {
        let parameter = parameter.trim_ascii();
        // A pointer to a function has parameters of its own, attributes their arguments.
        if parameter
            .iter()
            .any(|byte| matches!(byte, b'(' | b')' | b'['))
        {
            return None;
        }
        let declared = parameter.strip_suffix(name);
        let declared = declared.filter(|declared| !declared.last().is_some_and(is_letter));
        if declared.is_some() && found.replace(declared?).is_some() {
            return None;
        }
    }
    found
}

/// As [`statement`], of a head whose last parenthesis is taken off; comments are passed over, as most functions have one.
fn statement_or_file(head: &[u8]) -> Option<usize> {
    let near = head.len().saturating_sub(FARTHEST);
    let mut end = head.len();
    while end > near {
        let text = head.get(near..end)?;
        let stops = |byte: &u8| b";{}\"'#\\/".contains(byte);
        let at = near + text.iter().rposition(stops)?;
        match head.get(at)? {
            b';' | b'{' | b'}' => return Some(at + 1),
            b'/' => {
                let comment = head.get(..at)?.strip_suffix(b"*")?;
                end = memchr::memmem::rfind(comment, b"/*")?;
            }
            _ => return None,
        }
    }
    None
}

/// Whether what declares a parameter has another type than a pointer to the record: a well-known one, another record, or a
/// pointer to a pointer.
fn is_of_another_type(declared: &[u8], record: &[u8]) -> bool {
    if words(declared, record).next().is_some() {
        return declared.iter().filter(|byte| **byte == b'*').count() == 2;
    }
    let mut is_tag = false;
    let mut texts = Pieces::new(declared)
        .filter(|(kind, _)| *kind == TokenKind::Word)
        .filter_map(|(_, range)| declared.get(range))
        .peekable();
    texts.peek().is_some()
        && texts.all(|text| {
            let is_known = std::mem::take(&mut is_tag) || is_known_type(text);
            is_tag = matches!(text, b"struct" | b"union");
            is_known
        })
}

fn is_known_type(text: &[u8]) -> bool {
    let of_a_size = text.strip_prefix(b"__").unwrap_or(text);
    let is_of_a_size = matches!(
        of_a_size,
        b"u8" | b"u16" | b"u32" | b"u64" | b"s8" | b"s16" | b"s32" | b"s64"
    );
    is_of_a_size || dialect::words::is_keyword(text)
}

/// What is before the stars that the text ends with.
fn without_stars(mut text: &[u8]) -> &[u8] {
    while let Some(rest) = text.strip_suffix(b"*") {
        text = rest.trim_ascii_end();
    }
    text
}

fn has_quote(line: &[u8]) -> bool {
    memchr::memchr2(b'"', b'\'', line).is_some()
}

fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

#[cfg(test)]
mod tests {
    use query::types::Spelled;

    use super::is_assigned;

    fn asked(code: &str) -> bool {
        let names = Spelled::with(code.as_bytes(), b"dev");
        is_assigned(code.as_bytes(), b"dev", &names)
    }

    const OTHER: &str = "int g(struct dev *d);\n";

    #[test]
    fn what_is_declared_is_not_assigned() {
        for code in [
            "int f(void)\n{\n\tstruct dev *a = x, *d = y;\n}\n",
            "int f(void)\n{\n\tg(1);\n\tconst struct dev *a, *d = y(1, 2);\n}\n",
            "int f(void)\n{\n\tstruct dev **d = x;\n}\n",
            "int f(u32 *d, int y)\n{\n\t*d = y;\n}\n",
            "/* why */\nstatic int f(struct other *d)\n{\n\tif (x)\n\t\t*d = y;\n}\n",
            "int f(struct dev **d)\n{\n\t*d = y;\n}\n",
        ] {
            assert!(!asked(&format!("{OTHER}{code}")), "{code}");
        }
    }

    #[test]
    fn what_may_be_assigned_is_kept() {
        for code in [
            "int f(struct dev *d)\n{\n\t*d = y;\n}\n",
            "int f(struct dev *d)\n{\n\treturn *d = y;\n}\n",
            "int f(void)\n{\n\tx = y, *d = z;\n}\n",
            "int f(void)\n{\n\th(x, *d = z);\n}\n",
            "int f(void)\n{\n\t/* ; struct dev\n\t */ x = y, *d = z;\n}\n",
            "int f(void)\n{\n\t// ; struct dev\n\tx = y, *d = z;\n}\n",
            "int f(void)\n{\n\th(\"; struct dev\"), *d = z;\n}\n",
            "int f(void)\n{\n\tfor (struct dev *a = x, *d = y; ; )\n\t\t*d = z;\n}\n",
            // The name is the record's again.
            "int f(u32 *d)\n{\n\tstruct dev *d = z;\n\t*d = y;\n}\n",
            "int f(u32 *d)\n{\n}\nint h(struct dev *d)\n{\n\t*d = y;\n}\n",
            "int f(struct dev *d)\n{\n#ifdef A\n\t*d = y;\n#endif\n}\n",
            // The head is one of two, the body goes on, or has begun elsewhere.
            "#ifdef A\nint f(struct dev *d)\n#else\nint f(u32 *d)\n#endif\n{\n\t*d = y;\n}\n",
            "#ifdef A\nint f(struct dev *d)\n{\n#else\nint f(u32 *d)\n{\n#endif\n\t*d = y;\n}\n",
            "int f(struct dev *d)\n{\n#ifdef A\n}\n#else\n\t*d = y;\n}\n#endif\n",
            "int f(struct dev *d)\n{\n/*\nint f(u32 *d)\n{\n*/\n\t*d = y;\n}\n",
            // What the type is nobody knows.
            "int f(DEVICE *d)\n{\n\t*d = y;\n}\n",
            "int f(dev_t *d)\n{\n\t*d = y;\n}\n",
            "int f(struct dev **d)\n{\n\t**d = y;\n}\n",
            "int f(struct dev **d)\n{\n\t(*d)[0] = y;\n}\n",
            "int f(struct dev d[4])\n{\n\t*d = y;\n}\n",
            "int f(d)\nstruct dev *d;\n{\n\t*d = y;\n}\n",
            "int f(u32 *e)\n{\n\t*e->d = y;\n}\n",
            "#ifdef A\nint f(struct dev *d)\n{\n\tint x;\n#else\n/* c */\nint f(u32 *d)\n{\n#endif\n\t*d = y;\n}\n",
            "int f(struct dev *d, int *e)\n{\n\td[e[0]] = y;\n}\n",
            "int f(void)\n{\n\tstruct dev *a = x ? y, *d = z : w;\n}\n",
        ] {
            assert!(asked(&format!("{OTHER}{code}")), "{code}");
        }
    }
}
