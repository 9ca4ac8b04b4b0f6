//! What of a macro's body can be seen to be wrong without a tree.

use dialect::token::{Token, TokenKind, tokens};

/// A comment or a literal that would take in what follows the body.
pub(super) fn swallows(body: &str) -> Option<(String, &'static str)> {
    // A line that follows tells an open comment from one that ends.
    let code = format!("{body}\nx");
    let all = tokens(code.as_bytes());
    let last = all.last()?;
    let text = code.get(last.range.clone())?;
    if last.kind == TokenKind::Comment {
        let message = format!("the comment `{}` does not end", text.lines().next()?);
        return Some((message, "close it with `*/`"));
    }
    let line_comment = all.iter().find(|token| {
        token.kind == TokenKind::Comment
            && code
                .get(token.range.clone())
                .is_some_and(|text| text.starts_with("//") && text.contains('\n'))
    });
    if line_comment.is_some() {
        let message = "a `//` comment goes on over the `\\`, and takes in the next line".to_owned();
        return Some((message, "write `/* … */`"));
    }
    let open = all.iter().find_map(|token| {
        let text = code.get(token.range.clone())?;
        let quote = match token.kind {
            TokenKind::String => '"',
            TokenKind::Char => '\'',
            _ => return None,
        };
        let inside = text.split_once(quote)?.1.strip_suffix(quote);
        let is_escaped = |inside: &str| {
            let slashes = inside.len() - inside.trim_end_matches('\\').len();
            slashes % 2 == 1
        };
        inside.is_none_or(is_escaped).then(|| text.to_owned())
    })?;
    let message = format!("the literal `{open}` does not end");
    Some((message, "close it"))
}

/// `#` before what is no parameter, `##` at an end, and `__VA_ARGS__` without `...`.
pub(super) fn misuses(body: &str, params: Option<&Vec<String>>) -> Option<(String, &'static str)> {
    // The first word of a line of a file would be a directive.
    let code = format!("x {body}");
    let all = tokens(code.as_bytes());
    let text = |token: &Token| code.get(token.range.clone()).unwrap_or_default();
    let words: Vec<&str> = all
        .iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .map(text)
        .skip(1)
        .collect();
    if words.first() == Some(&"##") || words.last() == Some(&"##") {
        let message = "`##` is at an end of the body".to_owned();
        return Some((message, "it joins what is before it with what is behind it"));
    }
    let is_variadic = params.is_some_and(|params| params.iter().any(|name| name == "..."));
    let variadic = words
        .iter()
        .find(|word| matches!(**word, "__VA_ARGS__" | "__VA_OPT__"));
    if let Some(word) = variadic.filter(|_| !is_variadic) {
        let message = format!("`{word}` is in the body of a macro without `...`");
        return Some((message, "add `...` to `params`, or name the parameter"));
    }
    let params = params?;
    let is_param = |word: &str| {
        let mut names = params.iter().map(|name| name.trim_end_matches("..."));
        word == "__VA_ARGS__" || word == "__VA_OPT__" || names.any(|name| name == word)
    };
    let wrong = words.iter().enumerate().find(|(at, word)| {
        let next = words.get(at + 1);
        **word == "#" && !next.is_some_and(|next| is_param(next))
    });
    wrong.map(|_| {
        let message = "`#` is not before a parameter".to_owned();
        (
            message,
            "it makes a string of the argument that it is before",
        )
    })
}
