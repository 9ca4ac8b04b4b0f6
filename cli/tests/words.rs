//! Every text that the program may say, listed from the sources: a change of wording is a change of the listing, and whoever
//! reviews it reads the message as its users do.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// The sources of a folder, sorted.
fn sources(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path, ending));
        } else if path.extension().is_some_and(|found| found == ending) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Whether a literal is for people: two words at least.
fn is_prose(text: &str) -> bool {
    let words = text.split_whitespace();
    let words = words.filter(|word| {
        let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
        letters.len() > 1
            && letters
                .chars()
                .all(|c| c.is_lowercase() || c == '\'' || c == '-')
    });
    words.count() > 1
}

/// The literals for people, in their order. Code for tests is left out, and so are attributes but for those of errors and of
/// the command line; with `help`, doc comments are texts: clap makes them the help.
fn literals(tokens: TokenStream, help: bool, found: &mut Vec<String>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut is_for_tests = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                if matches!(tokens.peek(), Some(TokenTree::Punct(sign)) if sign.as_char() == '!') {
                    tokens.next();
                }
                let Some(TokenTree::Group(attribute)) = tokens.peek().cloned() else {
                    continue;
                };
                tokens.next();
                let text = attribute.stream().to_string();
                let is_shown = ["error", "arg", "command"]
                    .iter()
                    .any(|name| text.starts_with(name));
                if is_shown || (help && text.starts_with("doc")) {
                    literals(attribute.stream(), help, found);
                }
                is_for_tests |= text.replace(' ', "").starts_with("cfg(test)");
            }
            TokenTree::Group(group) => {
                if !is_for_tests {
                    literals(group.stream(), help, found);
                } else if group.delimiter() == proc_macro2::Delimiter::Brace {
                    is_for_tests = false;
                }
            }
            TokenTree::Punct(sign) if sign.as_char() == ';' => is_for_tests = false,
            TokenTree::Literal(literal) => {
                let parsed: Result<syn::LitStr, _> = syn::parse_str(&literal.to_string());
                if let Ok(text) = parsed
                    && !is_for_tests
                    && is_prose(&text.value())
                {
                    found.push(text.value().trim().replace('\n', "⏎"));
                }
            }
            _ => {}
        }
    }
}

fn listing() -> String {
    let top = common::top();
    let mut crates: Vec<PathBuf> = ["cli", "generator", "verify"]
        .map(|name| top.join(name))
        .into();
    let mut others: Vec<PathBuf> = fs::read_dir(top.join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    others.sort();
    crates.extend(others);
    let mut page = String::new();
    for folder in crates {
        for file in sources(&folder.join("src"), "rs") {
            let name = file.strip_prefix(&top).unwrap().display().to_string();
            let help = name.starts_with("cli/src/commands/") || name.ends_with("args.rs");
            let tokens: TokenStream = fs::read_to_string(&file).unwrap().parse().unwrap();
            let mut found = Vec::new();
            literals(tokens, help, &mut found);
            if !found.is_empty() {
                let _ = writeln!(page, "\n{name}");
            }
            for text in found {
                let _ = writeln!(page, "    {text}");
            }
        }
    }
    page
}

#[test]
fn every_message_is_in_the_listing() {
    insta::assert_snapshot!("messages", listing());
}

/// Words that no kernel developer says so, and what is said instead.
const OLD_WORDS: &[(&str, &str)] = &[
    ("stand", "is, matches, is found"),
    ("stands", "is, matches, is found"),
    ("stood", "was, was found"),
    ("standing", "status"),
];

#[test]
fn the_old_words_are_gone_from_messages_and_docs() {
    let top = common::top();
    let mut pages = vec![("messages".to_owned(), listing())];
    let mut files = sources(&top.join("docs"), "md");
    files.extend([top.join("README.md")]);
    for file in files {
        let name = file.strip_prefix(&top).unwrap().display().to_string();
        pages.push((name, fs::read_to_string(&file).unwrap()));
    }
    let mut faults = String::new();
    for (name, text) in &pages {
        for line in text.lines() {
            let spaced: String = line
                .chars()
                .map(|c| {
                    if c.is_alphanumeric() || c == '-' || c == '_' {
                        c
                    } else {
                        ' '
                    }
                })
                .collect();
            let words: Vec<&str> = spaced.split_whitespace().collect();
            let plain = format!(" {} ", words.join(" "));
            for (old, better) in OLD_WORDS {
                if plain.contains(&format!(" {old} ")) {
                    let _ = writeln!(faults, "{name}: `{old}` ({better}): {}", line.trim());
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
