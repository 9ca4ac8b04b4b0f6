//! The cookbook: each recipe is a spec that loads, and the page shows it as it is. `make kernels` renders, verifies and
//! compiles them on Linux 6.12 (`tests/kernels/cookbook.sh`).
//!
//! `UPDATE_PAGES=1 cargo test -p cli --test cookbook` writes the recipes into the page anew.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fs;
use std::path::PathBuf;

/// The recipes, each by its name.
fn recipes() -> Vec<(String, PathBuf)> {
    let folder = common::top().join("docs/cookbook");
    let names = common::names(&folder).into_iter();
    let recipes = names.map(|file| {
        let name = file.strip_suffix(".toml").unwrap().to_owned();
        (name, folder.join(file))
    });
    recipes.collect()
}

#[test]
fn every_recipe_is_a_spec_of_its_name() {
    let recipes = recipes();
    assert!(recipes.len() >= 30);
    for (name, path) in recipes {
        let loaded = common::run(&["locate", path.to_str().unwrap(), "--name"]);
        let told = String::from_utf8_lossy(&loaded.stderr);
        assert_eq!(loaded.status.code(), Some(0), "{name}: {told}");
        assert_eq!(
            String::from_utf8_lossy(&loaded.stdout).trim(),
            format!("{name}-v1")
        );
    }
}

#[test]
fn the_page_shows_every_recipe_as_it_is() {
    let page = common::top().join("docs/cookbook.md");
    let before = fs::read_to_string(&page).unwrap();
    let mut text = before.clone();
    for (name, path) in recipes() {
        let link = format!("[{name}.toml](cookbook/{name}.toml)\n\n```toml\n");
        let at = text.find(&link).map(|at| at + link.len());
        let at =
            at.unwrap_or_else(|| panic!("docs/cookbook.md has no section that ends in {link}"));
        let length = text[at..].find("```\n").unwrap();
        let spec = fs::read_to_string(path).unwrap();
        let changes = &spec[spec.find("[[patch.change]]").unwrap()..];
        text.replace_range(at..at + length, changes);
    }
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&page, &text).unwrap();
    }
    assert!(
        text == before,
        "docs/cookbook.md: UPDATE_PAGES=1 writes it anew"
    );
}
