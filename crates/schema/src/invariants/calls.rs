//! `calls`: a function reached from another.

use super::Claim;
use super::steps::steps;
use crate::compile::Compiler;
use crate::raw::{Int, Text, section};

section! {
    /// A function is reached from another through the call graph.
    CallsKeys {
        /// The caller.
        Required from: Text,
        /// The function reached.
        Required to: Text,
        /// Through how many calls at most (3); 1 is a direct call.
        Optional steps: Int,
    }
}

/// A function is reached from another within a number of calls.
#[derive(Clone, Debug)]
pub struct Calls {
    /// The caller.
    pub from: String,
    /// The function reached.
    pub to: String,
    /// Through how many calls at most; 1 is a direct call.
    pub steps: usize,
}

impl Claim for Calls {
    type Keys = CallsKeys;

    const EXAMPLE: &'static str = r#"
id = "hook-is-called"
from = "pci_bus_add_device"
to = "pcibios_bus_add_device"
steps = 1
"#;

    fn compile(compiler: &mut Compiler<'_>, keys: &CallsKeys) -> Option<Self> {
        let from = keys.from.as_ref();
        let from = from.and_then(|text| compiler.identifier(text, "function"));
        let to = keys.to.as_ref();
        let to = to.and_then(|text| compiler.identifier(text, "function"));
        let steps = steps(compiler, keys.steps.as_ref());
        Some(Self {
            from: from?,
            to: to?,
            steps: steps?,
        })
    }
}
