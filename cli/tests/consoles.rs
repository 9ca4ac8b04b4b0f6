//! Every console block of the pages, run: what a page shows is what the commands print.
//!
//! The blocks of a page are run from its top to its end in one folder that looks like a fresh clone, with the built command
//! on the path. A line `$ COMMAND` is a command; what follows, up to the next one, is all that it prints. A line `[…]` takes
//! any number of lines. In a home of their own (`place.rs`) the blocks find `~/linux`, a repository with the built-in tree, and
//! `~/linux-6.12` and its like, the kernels of `make kernels`: a block that names one that is not there is skipped by name.
//!
//! What a reader need not see is a comment of the page, on the line before a block (`page.rs`):
//!
//! * `<!-- console: exit 1 -->`: its commands exit so (0 where nothing is said; several numbers: one a command);
//! * `<!-- console: setup COMMAND -->`: run first, and has to succeed;
//! * `<!-- console: not run: REASON -->`: the block is skipped, and the run says why;
//! * `<!-- console: write FILE -->`, before a block of any language: the block is that file;
//! * `<!-- console: edit FILE -->`, before a `diff` block without heads: the edit that a reader makes in an editor.
//!
//! `UPDATE_PAGES=1 cargo test -p cli --test consoles` writes what was printed into the pages; read what it wrote.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test says what broke by stopping"
)]

mod common;
#[path = "consoles/output.rs"]
mod output;
#[path = "consoles/page.rs"]
mod page;
#[path = "consoles/place.rs"]
mod place;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};

use page::{Block, Does, Page};
use place::Place;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for path in pages(&common::top()) {
        let page = Page::read(&path);
        let skipped = page.blocks.iter().filter_map(|block| {
            let name = format!("{}:{} ({})", page.name, block.line, why_not(block)?);
            Some(Trial::test(name, || Ok(())).with_ignored_flag(true))
        });
        trials.extend(skipped.collect::<Vec<_>>());
        if page.blocks.iter().any(|block| why_not(block).is_none()) {
            trials.push(Trial::test(page.name.clone(), move || run(&page)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The pages, whichever there are: those at the top, and all below `docs/`.
fn pages(top: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![top.join("docs")];
    pages.extend(markdown(top));
    while let Some(folder) = folders.pop() {
        pages.extend(markdown(&folder));
        let entries = fs::read_dir(&folder).unwrap();
        let entries = entries.map(|entry| entry.unwrap().path());
        folders.extend(entries.filter(|path| path.is_dir() && !path.ends_with("book")));
    }
    pages.sort();
    pages
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let names = common::names(folder).into_iter();
    let names = names.filter(|name| name.ends_with(".md"));
    names.map(|name| folder.join(name)).collect()
}

/// Why a block is not run here, if it is not.
fn why_not(block: &Block) -> Option<String> {
    if let Some(reason) = &block.not_run {
        return Some(reason.clone());
    }
    let version = block
        .kernels()
        .find(|version| place::kernel(version).is_none())?;
    Some(format!(
        "no linux-{version}: `{}`",
        place::provider(version)
    ))
}

fn run(page: &Page) -> Result<(), Failed> {
    let place = Place::new();
    let mut faults = String::new();
    let mut printed = Vec::new();
    for block in page.blocks.iter().filter(|block| why_not(block).is_none()) {
        let at = format!("{}:{}", page.name, block.line);
        for command in &block.setup {
            let (status, output) = place.run(command);
            if status != Some(0) {
                return Err(format!("{at}: setup `{command}`: {status:?}\n{output}").into());
            }
        }
        match &block.does {
            Does::Write(file) => fs::write(place.path(file), block.text())?,
            Does::Edit(file) => place.edit(file, &block.lines)?,
            Does::Run(commands) => {
                let mut outputs = Vec::new();
                for (command, wanted) in commands.iter().zip(block.statuses()) {
                    let (status, output) = place.run(&command.text);
                    if status != Some(wanted) {
                        let text = &command.text;
                        writeln!(
                            faults,
                            "{at}: `{text}` exits with {status:?}, not {wanted}\n{output}"
                        )?;
                    }
                    if let Err(difference) = output::compare(&command.output, &output) {
                        writeln!(
                            faults,
                            "{at}: `{}` prints something else\n{difference}",
                            command.text
                        )?;
                    }
                    outputs.push(output);
                }
                printed.push((block, outputs));
            }
        }
    }
    if std::env::var_os("UPDATE_PAGES").is_some() && !faults.is_empty() {
        page.write_outputs(&printed);
        eprintln!("{}: written anew", page.name);
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.into())
    }
}
