//! Devicetree sources: nodes by their paths, from the root (`/soc/i2c@1000`) or from the label that they extend
//! (`&i2c1/codec@1a`).

use super::{NotUnderstood, Part};

const DIRECTIVES: &[&str] = &[
    "include", "define", "undef", "if", "ifdef", "ifndef", "elif", "else", "endif", "error",
    "pragma", "line", "warning",
];

pub(super) fn parts(lines: &[&str]) -> Result<Vec<Part>, NotUnderstood> {
    let mut reader = Devicetree {
        parts: Vec::new(),
        open: Vec::new(),
        arms: Vec::new(),
        head: String::new(),
        in_comment: false,
    };
    let mut joined = false;
    for (at, line) in lines.iter().enumerate() {
        let directive = line.trim_start().strip_prefix('#').map(str::trim_start);
        let word = directive.and_then(|rest| rest.split(|c: char| !c.is_ascii_alphabetic()).next());
        let is_directive =
            word.is_some_and(|word| DIRECTIVES.contains(&word)) && !reader.in_comment;
        let is_joined = joined;
        joined = (is_directive || is_joined) && super::is_continued(line);
        if is_directive && !is_joined {
            reader.directive(at, word.unwrap_or_default())?;
        } else if !is_joined {
            reader.line(at, line)?;
        }
    }
    match reader.open.last() {
        None => Ok(super::sorted(reader.parts)),
        Some((start, _)) => Err(NotUnderstood::at(*start, "this node has no end")),
    }
}

struct Devicetree {
    parts: Vec<Part>,
    /// The line and the path of each open node.
    open: Vec<(usize, String)>,
    /// How many nodes are open where each `#if` begins.
    arms: Vec<usize>,
    /// What comes before a brace: since the last `;` or brace.
    head: String,
    in_comment: bool,
}

impl Devicetree {
    /// The arms of an `#if` each close what they open: else the nodes are others in each configuration.
    fn directive(&mut self, at: usize, word: &str) -> Result<(), NotUnderstood> {
        let uneven = || NotUnderstood::at(at, "an `#if` begins in one node and ends in another");
        match word {
            "if" | "ifdef" | "ifndef" => self.arms.push(self.open.len()),
            "elif" | "else" if self.arms.last() != Some(&self.open.len()) => return Err(uneven()),
            "endif" if self.arms.pop() != Some(self.open.len()) => return Err(uneven()),
            _ => {}
        }
        Ok(())
    }

    fn line(&mut self, at: usize, line: &str) -> Result<(), NotUnderstood> {
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            if self.in_comment {
                if c == '*' && next == Some('/') {
                    chars.next();
                    self.in_comment = false;
                }
                continue;
            }
            match (c, next) {
                ('/', Some('*')) => {
                    chars.next();
                    self.in_comment = true;
                }
                ('/', Some('/')) => break,
                ('"', _) => {
                    while let Some(c) = chars.next().filter(|c| *c != '"') {
                        if c == '\\' {
                            chars.next();
                        }
                    }
                    self.head.push('"');
                }
                // A reference by path, not a node.
                ('&', Some('{')) => {
                    let path: String = chars.by_ref().take_while(|c| *c != '}').collect();
                    self.head.push_str(&format!("&{path}}}"));
                }
                ('{', _) => self.begin(at)?,
                ('}', _) => self.end(at)?,
                (';', _) => self.head.clear(),
                (c, _) => self.head.push(c),
            }
        }
        self.head.push(' ');
        Ok(())
    }

    fn begin(&mut self, at: usize) -> Result<(), NotUnderstood> {
        let head = std::mem::take(&mut self.head);
        // `/omit-if-no-ref/`, and `/include/ "x"` before it, are no part of the name; labels are others.
        let words = head.split_whitespace().filter(|word| *word != "\"");
        let is_flag = |word: &&str| word.len() > 2 && word.starts_with('/') && word.ends_with('/');
        let words: Vec<&str> = words.filter(|word| !is_flag(word)).collect();
        let mut names = words.iter().flat_map(|word| word.split_inclusive(':'));
        let name = names.find(|word| !word.ends_with(':')).unwrap_or_default();
        let rest = names.next();
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ",._+-?#@&/{}()".contains(c));
        if rest.is_some() || !is_name {
            let head = super::one_line(&head);
            let reason = format!("`{head}` before a brace is not the name of a node");
            return Err(NotUnderstood::at(at, reason));
        }
        let path = match self.open.last() {
            None => name.to_owned(),
            Some((_, outer)) => format!("{}/{name}", outer.trim_end_matches('/')),
        };
        self.open.push((at, path));
        Ok(())
    }

    fn end(&mut self, at: usize) -> Result<(), NotUnderstood> {
        self.head.clear();
        let (start, name) = self
            .open
            .pop()
            .ok_or_else(|| NotUnderstood::at(at, "this brace closes no node"))?;
        self.parts.push(Part {
            name,
            lines: start..at + 1,
            is_closed: start < at,
        });
        Ok(())
    }
}
