//! C as text: tokens, lines of code, and where universal-ctags finds functions.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};

use dialect::token::{TokenKind, tokens};

/// The functions of a file that are defined once in it: their bytes.
pub(crate) type Functions = BTreeMap<String, Range<usize>>;

/// The tokens of a text; a comment is none.
pub(crate) fn words(text: &[u8]) -> Vec<&[u8]> {
    let code = tokens(text).into_iter();
    let code = code.filter(|token| token.kind != TokenKind::Comment);
    code.filter_map(|token| text.get(token.range)).collect()
}

/// The lines of a text, with their ends.
pub(crate) fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Of each line the tokens that begin in it, with a blank between them: nothing where it has no code.
pub(crate) fn code_of_lines(text: &[u8]) -> Vec<String> {
    let mut found = vec![String::new(); lines(text).len()];
    let (mut line, mut at) = (0, 0);
    for token in tokens(text) {
        let between = text.get(at..token.range.start).unwrap_or_default();
        line += between.iter().filter(|byte| **byte == b'\n').count();
        at = token.range.start;
        if token.kind == TokenKind::Comment {
            continue;
        }
        if let (Some(code), Some(word)) = (found.get_mut(line), text.get(token.range)) {
            if !code.is_empty() {
                code.push(' ');
            }
            code.push_str(&String::from_utf8_lossy(word));
        }
    }
    found
}

/// Whether a text reads as one function: a body in braces that pair, and nothing after it. One that an `#if` cuts does not.
pub(crate) fn is_whole(text: &[u8]) -> bool {
    let (mut depth, mut bodies) = (0_usize, 0);
    let words = words(text);
    for word in &words {
        match *word {
            b"{" => {
                bodies += usize::from(depth == 0);
                depth += 1;
            }
            b"}" if depth == 0 => return false,
            b"}" => depth -= 1,
            _ => {}
        }
    }
    depth == 0 && bodies == 1 && words.last() == Some(&&b"}"[..])
}

/// The functions of some files of a tree, by path. Names in capitals are macros that ctags takes for functions; one that
/// is there twice is in two arms of an `#if`.
pub(crate) fn functions(
    root: &Path,
    paths: &[String],
) -> Result<BTreeMap<String, Functions>, String> {
    let mut places: BTreeMap<String, BTreeMap<String, Vec<Range<usize>>>> = BTreeMap::new();
    for line in ctags(root, paths)?.lines() {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let (name, first, last, path) = (next(), next(), next(), next());
        if name.chars().any(|c| c.is_ascii_lowercase()) {
            let of_file = places.entry(path.to_owned()).or_default();
            let lines = first.parse().unwrap_or(0)..last.parse().unwrap_or(0);
            of_file.entry(name.to_owned()).or_default().push(lines);
        }
    }
    let mut found = BTreeMap::new();
    for (path, names) in places {
        let text = std::fs::read(root.join(&path)).map_err(|why| format!("{path}: {why}"))?;
        let mut starts = vec![0];
        starts.extend(lines(&text).iter().scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        }));
        let bytes = |name: (String, Vec<Range<usize>>)| {
            let [lines] = &name.1[..] else { return None };
            let first = *starts.get(lines.start.checked_sub(1)?)?;
            let last = *starts.get(lines.end)?;
            (first < last).then_some((name.0, first..last))
        };
        found.insert(path, names.into_iter().filter_map(bytes).collect());
    }
    Ok(found)
}

/// What ctags prints: name, first line, last line and path, a function a line.
fn ctags(root: &Path, paths: &[String]) -> Result<String, String> {
    let mut child = Command::new("ctags")
        .args(["--languages=C", "--langmap=C:.c.h", "--kinds-C=f"])
        .args(["--fields=+ne", "--sort=no", "-x"])
        .args(["--_xformat=%N\t%n\t%e\t%F", "-f", "-", "-L", "-"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|why| format!("ctags: {why}"))?;
    let list = paths.join("\n");
    let input = child.stdin.take();
    let writer = std::thread::spawn(move || {
        if let Some(mut input) = input {
            let _ = input.write_all(list.as_bytes());
        }
    });
    let output = child.wait_with_output();
    let output = output.map_err(|why| format!("ctags: {why}"))?;
    let _ = writer.join();
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("ctags: {}", output.status)),
    }
}
