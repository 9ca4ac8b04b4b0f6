//! What Coccinelle and ast-grep find.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::process::{Command, Stdio};

use crate::Options;
use crate::case::{Case, semantic_patch};

/// A file and a line.
pub(crate) type Site = (String, usize);

/// What Coccinelle finds.
#[derive(Default)]
pub(crate) struct Coccinelle {
    /// By case.
    pub(crate) typed: BTreeMap<String, BTreeSet<Site>>,
    /// By case, with the types taken off its metavariables.
    pub(crate) untyped: BTreeMap<String, BTreeSet<Site>>,
    /// The functions that it reads: file and name.
    pub(crate) functions: BTreeSet<(String, String)>,
}

/// Runs Coccinelle on each folder, or reads what it printed the last time.
pub(crate) fn coccinelle(options: &Options, cases: &[Case]) -> Result<Coccinelle, String> {
    let patch = semantic_patch(cases);
    let mut found = Coccinelle::default();
    for folder in &options.under {
        let kept = options.cache.as_ref().map(|cache| {
            let name = folder.replace('/', "_");
            cache.join(format!("{name}.{:016x}.out", checksum(&patch)))
        });
        let text = match &kept {
            Some(kept) if kept.is_file() => {
                std::fs::read_to_string(kept).map_err(|why| why.to_string())?
            }
            _ => spatch(options, &patch, folder)?,
        };
        if let Some(kept) = kept.filter(|kept| !kept.is_file()) {
            std::fs::write(kept, &text).map_err(|why| why.to_string())?;
        }
        found.take(&text);
    }
    if found.functions.is_empty() {
        return Err("spatch found nothing: is it built with Python?".to_owned());
    }
    Ok(found)
}

impl Coccinelle {
    fn take(&mut self, text: &str) {
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let ["SITE", kind, name, path, line] = fields[..] else {
                continue;
            };
            let Ok(line) = line.parse() else { continue };
            let sites = match kind {
                "typed" => &mut self.typed,
                "untyped" => &mut self.untyped,
                _ => {
                    self.functions.insert((path.to_owned(), name.to_owned()));
                    continue;
                }
            };
            let sites = sites.entry(name.to_owned()).or_default();
            sites.insert((path.to_owned(), line));
        }
    }
}

/// Every line that Coccinelle prints of a folder, once. Headers are asked about by themselves too, and a
/// file may take its time.
fn spatch(options: &Options, patch: &str, folder: &str) -> Result<String, String> {
    let scratch = tempfile::tempdir().map_err(|why| why.to_string())?;
    let file = scratch.path().join("patterns.cocci");
    std::fs::write(&file, patch).map_err(|why| why.to_string())?;
    let output = Command::new("spatch")
        .args(["--very-quiet", "--all-includes", "--include-headers"])
        .args(["--timeout", "300", "-I", "include", "-I", "include/uapi"])
        .args(["-I", "arch/s390/include", "--sp-file"])
        .arg(&file)
        .args(["--dir", folder])
        .current_dir(&options.root)
        .stderr(Stdio::null())
        .output()
        .map_err(|why| format!("spatch: {why}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: BTreeSet<&str> = text.lines().collect();
    Ok(lines.into_iter().map(|line| format!("{line}\n")).collect())
}

/// FNV-1a, so that another patch is another file.
fn checksum(text: &str) -> u64 {
    let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

/// By case, the sites that ast-grep finds, by where they start; none where it is not installed.
pub(crate) fn ast_grep(
    options: &Options,
    cases: &[Case],
) -> Result<Option<BTreeMap<String, BTreeSet<Site>>>, String> {
    let mut found = BTreeMap::new();
    for case in cases {
        let output = Command::new("ast-grep")
            .args(["run", "--lang", "c", "--json=stream"])
            .args(["--pattern", &case.ast_grep])
            .args(&options.under)
            .current_dir(&options.root)
            .stderr(Stdio::null())
            .output();
        let output = match output {
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            output => output.map_err(|why| format!("ast-grep: {why}"))?,
        };
        let text = String::from_utf8_lossy(&output.stdout);
        let sites = text.lines().filter_map(|line| {
            let found: serde_json::Value = serde_json::from_str(line).ok()?;
            let line = found.pointer("/range/start/line")?.as_u64()?;
            let path = found.get("file")?.as_str()?;
            Some((path.to_owned(), usize::try_from(line).ok()? + 1))
        });
        found.insert(case.name.clone(), sites.collect());
    }
    Ok(Some(found))
}
