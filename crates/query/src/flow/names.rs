//! Names that decide where control goes.

use std::ops::Range;

use memchr::memmem;
use rustc_hash::FxHashSet;

use crate::File;
use crate::access::is_first_argument;
use dialect::token::texts;
use dialect::words::{Role, Words};

/// Functions and macros that do not return (as tools/objtool/noreturns.h lists them for assembler, and
/// the macros).
const NEVER_RETURN: &[&str] = &[
    "BUG",
    "BUILD_BUG",
    "__builtin_trap",
    "__builtin_unreachable",
    "__fortify_panic",
    "__kunit_abort",
    "__module_put_and_kthread_exit",
    "__stack_chk_fail",
    "__tdx_hypercall_failed",
    "abort",
    "cpu_bringup_and_idle",
    "cpu_startup_entry",
    "do_exit",
    "do_group_exit",
    "do_task_dead",
    "ex_handler_msr_mce",
    "fortify_panic",
    "hlt_play_dead",
    "hv_ghcb_terminate",
    "kthread_complete_and_exit",
    "kthread_exit",
    "kunit_try_catch_throw",
    "machine_real_restart",
    "make_task_dead",
    "module_put_and_kthread_exit",
    "mpt_halt_firmware",
    "nmi_panic_self_stop",
    "panic",
    "panic_smp_self_stop",
    "rest_init",
    "rewind_stack_and_make_dead",
    "sev_es_terminate",
    "snp_abort",
    "start_kernel",
    "stop_this_cpu",
    "unreachable",
    "usercopy_abort",
    "x86_64_start_reservations",
];

/// Whether a call of `name` never comes back.
pub(crate) fn never_returns(name: &str) -> bool {
    NEVER_RETURN.binary_search(&name).is_ok()
}

/// How the block after a macro's head runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// Any number of times: a loop macro.
    Loop,
    /// Once. It is a `for` inside: `break` and `continue` leave it.
    Once,
    /// Once or not at all.
    AtMostOnce,
    /// Once, or its failure statement (an argument) runs: that may leave the function.
    OnceOrFails,
}

/// Macros whose block is no loop though they are one inside. A `*` at the end stands for any ending.
const BLOCKS: &[(&str, Block)] = &[
    ("scoped_cond_guard", Block::OnceOrFails),
    ("scoped_guard", Block::Once),
    ("scoped_class", Block::Once),
    ("scoped_tty", Block::Once),
    ("scoped_with_kernel_creds", Block::Once),
    ("scoped_with_creds", Block::Once),
    ("scoped_user_*", Block::OnceOrFails),
    ("with_intel_gt_pm", Block::Once),
    ("with_intel_display_power", Block::Once),
    ("with_intel_pps_lock", Block::Once),
    ("with_intel_runtime_pm", Block::Once),
    ("with_intel_*", Block::AtMostOnce),
];

/// Lock classes of `scoped_guard()` that may fail to be taken end so; the block is then skipped.
const CONDITIONAL_LOCKS: &[&str] = &["_try", "_intr", "_kill", "_cond"];

/// How the block of the macro `name` runs, given its first argument; any that is not in the table is
/// a loop.
pub(crate) fn block(name: &str, first_argument: &str, words: &Words) -> Block {
    let kind = BLOCKS
        .iter()
        .find(|(spelling, _)| match spelling.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == *spelling,
        })
        .map_or(Block::Loop, |(_, kind)| *kind);
    let may_fail = CONDITIONAL_LOCKS
        .iter()
        .copied()
        .chain(words.of(Role::Lock))
        .any(|end| first_argument.ends_with(end));
    if kind == Block::Once && may_fail {
        Block::AtMostOnce
    } else {
        kind
    }
}

/// Macros whose value is the truth of their first argument: its value itself, or what a warning hangs on.
#[must_use]
pub fn is_transparent(name: &str) -> bool {
    is_first_argument(name)
        || matches!(
            name,
            "WARN_ON" | "WARN_ON_ONCE" | "WARN" | "WARN_ONCE" | "WARN_ON_SMP" | "unlikely_notrace"
        )
}

/// Macros behind which control is only where their argument is false.
pub(crate) fn ends_where_true(name: &str) -> bool {
    name == "BUG_ON"
}

/// The functions that the file declares with the attribute `noreturn`, in one of its spellings.
pub(super) fn declared_noreturn(file: &File) -> FxHashSet<String> {
    if memmem::find(file.bytes(), b"oreturn").is_none() {
        return FxHashSet::default();
    }
    let says = |range: Range<usize>| {
        let mut words = texts(file.slice(range));
        words.any(|word| {
            matches!(
                word,
                "noreturn" | "__noreturn" | "__noreturn__" | "_Noreturn"
            )
        })
    };
    let prototypes = file.prototypes().iter();
    let prototypes = prototypes.map(|known| (&known.name, known.range.clone()));
    let functions = file.functions().iter();
    let functions = functions.map(|known| (&known.name, known.range.start..known.body.start));
    let all = prototypes.chain(functions);
    let found = all.filter(|(_, range)| says(range.clone()));
    found.map(|(name, _)| name.clone()).collect()
}
