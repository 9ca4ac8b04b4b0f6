//! The links of the pages: each leads to a file of the repository, and to a heading that it has. Every page is in the book.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The pages below a folder, but those of tests and of what was built.
fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for name in common::names(folder) {
        let path = folder.join(&name);
        let is_apart = ["target", "tests", "fuzz", "out"].contains(&name.as_str());
        if path.is_dir() && !is_apart && !name.starts_with('.') {
            pages(&path, found);
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

/// The lines of a page that are not in a block of code.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// A line without its spans of code.
fn without_code(line: &str) -> String {
    let parts = line.split('`').enumerate();
    parts
        .filter(|(at, _)| at % 2 == 0)
        .map(|(_, part)| part)
        .collect()
}

/// The targets of the links and pictures of a line.
fn targets(line: &str) -> Vec<String> {
    let line = without_code(line);
    let ends = line.split("](").skip(1);
    ends.filter_map(|rest| Some(rest[..rest.find(')')?].to_owned()))
        .collect()
}

/// What GitHub and mdBook name the headings of a page.
fn headings(text: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let lines = prose(text).filter(|(_, line)| line.starts_with('#'));
    let names = lines.map(|(_, line)| {
        let title = line.trim_start_matches('#').trim();
        // Of a link its text alone counts.
        let mut parts = title.split("](");
        let first = parts.next().unwrap_or_default();
        let rest = parts.filter_map(|part| Some(part.split_once(')')?.1));
        let title: String = std::iter::once(first).chain(rest).collect();
        let name: String = title
            .to_lowercase()
            .chars()
            .filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            })
            .collect();
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        if *times == 1 {
            name
        } else {
            format!("{name}-{}", *times - 1)
        }
    });
    names.collect()
}

/// Why a link is dead, if it is.
fn dead(page: &Path, target: &str) -> Option<String> {
    if ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| target.starts_with(scheme))
    {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = match file {
        "" => page.to_owned(),
        file => page.parent().unwrap().join(file),
    };
    if !path.is_file() {
        return Some("there is no such file".to_owned());
    }
    let known = || headings(&fs::read_to_string(&path).unwrap());
    (!anchor.is_empty() && !known().contains(anchor)).then(|| format!("{file} has no such heading"))
}

#[test]
fn every_link_leads_somewhere() {
    let mut all = Vec::new();
    pages(&common::top(), &mut all);
    assert!(all.len() > 30);
    let mut dead_links = Vec::new();
    let mut links = 0;
    for page in all {
        let text = fs::read_to_string(&page).unwrap();
        for (at, line) in prose(&text) {
            for target in targets(line) {
                links += 1;
                if let Some(why) = dead(&page, &target) {
                    dead_links.push(format!("{}:{}: {target}: {why}", page.display(), at + 1));
                }
            }
        }
    }
    assert!(links > 100);
    assert!(dead_links.is_empty(), "{}", dead_links.join("\n"));
}

#[test]
fn every_page_is_in_the_book() {
    let docs = common::top().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    let listed: BTreeSet<String> = summary.lines().flat_map(targets).collect();
    let mut all = Vec::new();
    pages(&docs, &mut all);
    for page in all {
        let page = page.strip_prefix(&docs).unwrap();
        let name: PathBuf = page
            .components()
            .filter(|part| matches!(part, Component::Normal(_)))
            .collect();
        let name = name.display().to_string();
        assert!(
            name == "SUMMARY.md" || listed.contains(&name),
            "docs/SUMMARY.md lacks {name}"
        );
    }
}
