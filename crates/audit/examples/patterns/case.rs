//! A case: one question, asked in three languages.

use std::fmt::Write;
use std::path::Path;

use query::pattern::{Fragment, Isomorphisms, Pattern};

/// Where a match stands, so that all readers name the same line of one that has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Where it starts.
    Start,
    /// Where this metavariable starts.
    At(String),
    /// At the word after this metavariable: the member of `$D->bus`.
    After(String),
}

/// One question.
pub(crate) struct Case {
    /// The file's name without its ending.
    pub(crate) name: String,
    /// What is special about it.
    pub(crate) about: String,
    /// Ours.
    pub(crate) pattern: Pattern,
    /// ast-grep's, which knows no types.
    pub(crate) ast_grep: String,
    pub(crate) place: Anchor,
    /// Coccinelle's, without the comments.
    pub(crate) semantic_patch: String,
}

/// Every case of the folder, by name.
pub(crate) fn all(folder: &Path) -> Result<Vec<Case>, String> {
    let broken = |why: std::io::Error| format!("{}: {why}", folder.display());
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(broken)? {
        let path = entry.map_err(broken)?.path();
        let text = std::fs::read_to_string(&path).map_err(broken)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        cases.push(Case::new(&name, &text).map_err(|why| format!("{}: {why}", path.display()))?);
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

impl Case {
    fn new(name: &str, text: &str) -> Result<Self, String> {
        let comments: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("// ")).collect();
        let said = |key: &str| {
            let found = comments.iter().find_map(|line| line.strip_prefix(key));
            found
                .map(str::to_owned)
                .ok_or(format!("no line `// {key}`"))
        };
        let pattern = said("ours: ")?;
        let place = said("place: ")?;
        let code = text.lines().filter(|line| !line.starts_with("//"));
        Ok(Self {
            name: name.to_owned(),
            about: comments.first().copied().unwrap_or_default().to_owned(),
            pattern: Pattern::compile(&pattern, Fragment::Any, &Isomorphisms::default())
                .map_err(|why| why.to_string())?,
            ast_grep: said("ast-grep: ")?,
            place: match place.split_once(" $") {
                Some(("at", name)) => Anchor::At(name.to_owned()),
                Some(("after", name)) => Anchor::After(name.to_owned()),
                _ if place == "start" => Anchor::Start,
                _ => return Err(format!("there is no place `{place}`")),
            },
            semantic_patch: code.map(|line| format!("{line}\n")).collect(),
        })
    }

    /// The semantic patch with its metavariables untyped: what it finds and the typed one does not,
    /// Coccinelle has read and lost the type of.
    fn untyped(&self) -> String {
        let mut lines = Vec::new();
        for line in self.semantic_patch.lines() {
            let declared = line
                .strip_suffix(';')
                .and_then(|line| line.split_once(" *"));
            lines.push(match declared {
                Some((_, name)) if name.len() == 1 => format!("expression {name};\n"),
                _ => format!("{line}\n"),
            });
        }
        lines.concat()
    }
}

/// One semantic patch for all cases, and for the functions that Coccinelle reads: parsing the kernel is
/// what takes it time.
pub(crate) fn semantic_patch(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        for (kind, patch) in [
            ("typed", case.semantic_patch.clone()),
            ("untyped", case.untyped()),
        ] {
            let rule = format!("{}_{kind}", case.name);
            let patch = patch.replacen("@ site @", &format!("@ {rule} @"), 1);
            let _ = write!(
                text,
                "{patch}@ script:python @ p << {rule}.p; @@\n\
                 for q in p: print(\"SITE\\t{kind}\\t{}\\t%s\\t%s\" % (q.file, q.line))\n\n",
                case.name
            );
        }
    }
    text.push_str(
        "@ read @ identifier f; position p; @@\nf@p(...) { ... }\n\
         @ script:python @ p << read.p; f << read.f; @@\n\
         for q in p: print(\"SITE\\tfunction\\t%s\\t%s\\t%s\" % (f, q.file, q.line))\n",
    );
    text
}
