//! Where an invariant looks.

use dialect::TreePath;

use crate::compile::Compiler;
use crate::compile::words::{all, optional};
use crate::raw::{Texts, section};

section! {
    /// Where an invariant looks.
    RawScope {
        /// Files and folders; without it, the whole tree.
        Optional files: Texts,
        /// Functions in them, by name or as `FILE:NAME`; without it, everywhere.
        Optional functions: Texts,
    }
}

/// Where an invariant looks: files and folders, and functions in them.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Empty: the whole tree.
    pub under: Vec<TreePath>,
    /// Empty: everywhere in those files.
    pub functions: Vec<String>,
}

impl Scope {
    pub(super) fn compile(compiler: &mut Compiler<'_>, raw: Option<&RawScope>) -> Option<Self> {
        let Some(raw) = raw else {
            return Some(Self::default());
        };
        let under = optional(raw.files.as_ref(), |texts| compiler.paths(texts, "files"));
        let functions = optional(raw.functions.as_ref(), |texts| {
            let items = compiler.some(texts, "functions")?;
            all(items.iter().map(|text| compiler.function_or_one_in(text)))
        });
        Some(Self {
            under: under?.unwrap_or_default(),
            functions: functions?.unwrap_or_default(),
        })
    }
}
