//! `file`: a whole file that comes, goes or moves.

use dialect::TreePath;

use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::raw::{Flag, Text, Texts, section};

section! {
    /// A whole file: a new one with its content, one that is deleted, or one that is moved.
    FileKeys at span {
        /// The text of a new file; of C, its first line is the SPDX line. A newline at its end is added where it lacks one.
        Optional content: Text,
        /// Whether the new file is executable.
        Optional executable: Flag,
        /// `true`: the file is deleted.
        Optional delete: Flag,
        /// Where the file is before it is moved to `file`, or alternatives.
        Optional from: Texts,
    }
}

/// A whole file that comes, goes or moves.
#[derive(Clone, Debug)]
pub enum WholeFile {
    /// It is new.
    Created {
        /// All of it.
        content: String,
        /// Whether it is executable.
        is_executable: bool,
    },
    /// It goes: the first of the change's files that the tree has.
    Deleted,
    /// It moves, as it is.
    Moved {
        /// From the first of these that the tree has.
        from: Vec<TreePath>,
    },
}

impl Kind for WholeFile {
    type Keys = FileKeys;

    const EXAMPLE: &'static str = r#"
file = "include/linux/vfio_pci_limits.h"
content = '''
/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_VFIO_PCI_LIMITS_H
#define _LINUX_VFIO_PCI_LIMITS_H

#define VFIO_PCI_MOST_REGIONS	16

#endif
'''
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(_: &FileKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &FileKeys, given: &Given<'_>) -> Option<Self> {
        super::no_comment(compiler, given, "write it in the file's own text");
        let deletes = keys.delete.as_ref().is_some_and(|flag| flag.value);
        if let Some(flag) = keys.executable.as_ref().filter(|_| keys.content.is_none()) {
            let help = "it goes with `content`; a file that moves keeps its mode";
            let message = "`executable` is of a new file";
            compiler
                .mistakes
                .report(&flag.span, message, "no new file", help);
        }
        match (&keys.content, deletes, &keys.from) {
            (Some(content), false, None) => {
                let path = one_path(compiler, keys, given)?;
                Some(Self::Created {
                    content: text(compiler, content, path)?,
                    is_executable: keys.executable.as_ref().is_some_and(|flag| flag.value),
                })
            }
            (None, true, None) => Some(Self::Deleted),
            (None, false, Some(from)) => {
                let path = one_path(compiler, keys, given);
                let from = compiler.paths(from, "from")?;
                if from.contains(path?) {
                    let help = "`from` is where it was, `file` where it goes";
                    let message = "the file is moved to where it is";
                    compiler
                        .mistakes
                        .report(&keys.span, message, "nothing changes", help);
                    return None;
                }
                Some(Self::Moved { from })
            }
            (None, false, None) => {
                let help = "`content = '''…'''` of a new file, `delete = true`, or `from = \"…\"` of one that moves";
                let message = "the change has no `content`, `delete` or `from`";
                compiler
                    .mistakes
                    .report(&keys.span, message, "what becomes of the file?", help);
                None
            }
            _ => {
                let help = "write a change each";
                let message = "only one of `content`, `delete` and `from` is allowed";
                compiler
                    .mistakes
                    .report(&keys.span, message, "more than one", help);
                None
            }
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject::File
    }
}

/// Where a file comes to be: one place, for there are no alternatives to choose from in a tree that lacks it.
fn one_path<'g>(
    compiler: &mut Compiler<'_>,
    keys: &FileKeys,
    given: &Given<'g>,
) -> Option<&'g TreePath> {
    match given.files {
        [path] => Some(path),
        _ => {
            let help = "`file` names one path; of a file that moves, `from` may have alternatives";
            let message = "a file comes to be at one place";
            compiler
                .mistakes
                .report(&keys.span, message, "which of them?", help);
            None
        }
    }
}

/// The text of a new file.
fn text(compiler: &mut Compiler<'_>, content: &Text, path: &TreePath) -> Option<String> {
    let mut fault = |message: &str, label: &str, help: &str| {
        compiler
            .mistakes
            .report(&content.span, message, label, help);
    };
    let text = &content.value;
    if text.trim().is_empty() {
        fault(
            "the new file is empty",
            "nothing in it",
            "write its text between ''' and '''",
        );
        return None;
    }
    let first = text.lines().next().unwrap_or_default();
    // checkpatch asks for the same two forms.
    let mark = match path.as_str() {
        name if name.ends_with(".c") => "// SPDX-License-Identifier: ",
        name if name.ends_with(".h") => "/* SPDX-License-Identifier: ",
        _ => "",
    };
    if !first.starts_with(mark) {
        let help = format!(
            "begin it with `{mark}GPL-2.0-only{}`",
            if mark.starts_with("/*") { " */" } else { "" }
        );
        fault(
            "the new file lacks its SPDX line",
            "not the first line",
            &help,
        );
        return None;
    }
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    Some(format!("{text}{newline}"))
}
