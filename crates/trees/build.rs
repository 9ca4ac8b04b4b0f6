//! Puts `samples/linux` into the crate: a table of paths and bytes, sorted, for `SampleTree`.
//!
//! `include_dir` would do the same, but notices a new file only when something else changes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let top = fs::canonicalize("../../samples/linux")?;
    let mut files = Vec::new();
    list(&top, &mut files)?;
    files.sort();

    let mut table = String::from("&[\n");
    for file in files {
        let path = file.strip_prefix(&top).map_err(io::Error::other)?;
        let path = path
            .to_str()
            .ok_or_else(|| io::Error::other("a sample's name is not UTF-8"))?;
        let file = file
            .to_str()
            .ok_or_else(|| io::Error::other("the folder's name is not UTF-8"))?;
        writeln!(table, "    ({path:?}, include_bytes!({file:?})),").map_err(io::Error::other)?;
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("sample.rs"), table)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
