//! Kernel macros that look like calls and do more to an argument, or less, than read it.

use dialect::words::{Role, Words, looks_declaring};

use crate::access::Access;

/// What a macro does with an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The argument's value is the call's value: look further out.
    Transparent,
    /// The argument is used so.
    Is(Access),
}

use Access::{Test, Unevaluated, Write};
use Effect::{Is, Transparent};

/// Every argument of the macro.
const ALL: usize = usize::MAX;
/// The last argument of the macro.
const LAST: usize = usize::MAX - 1;

/// Macro, argument, what happens to it. A name with a `*` at an end stands for all that start or
/// end so; the first row that fits decides.
const EFFECTS: &[(&str, usize, Effect)] = &[
    // The value goes through.
    ("likely", 0, Transparent),
    ("__builtin_choose_expr", 1, Transparent),
    ("__builtin_choose_expr", 2, Transparent),
    ("unlikely", 0, Transparent),
    ("__builtin_expect", 0, Transparent),
    ("READ_ONCE", 0, Transparent),
    ("__READ_ONCE", 0, Transparent),
    ("ACCESS_ONCE", 0, Transparent),
    ("data_race", 0, Transparent),
    ("rcu_dereference*", 0, Transparent),
    ("rcu_access_pointer", 0, Transparent),
    ("le16_to_cpu", 0, Transparent),
    ("le32_to_cpu", 0, Transparent),
    ("le64_to_cpu", 0, Transparent),
    ("be16_to_cpu", 0, Transparent),
    ("be32_to_cpu", 0, Transparent),
    ("be64_to_cpu", 0, Transparent),
    // The value decides.
    ("WARN", 0, Is(Test)),
    ("WARN_ONCE", 0, Is(Test)),
    ("WARN_ON*", 0, Is(Test)),
    ("VM_WARN_ON*", 0, Is(Test)),
    ("VM_BUG_ON*", 0, Is(Test)),
    ("BUG_ON", 0, Is(Test)),
    ("dev_WARN_ONCE", 1, Is(Test)),
    ("pci_WARN*", 1, Is(Test)),
    ("drm_WARN*", 1, Is(Test)),
    ("IS_ERR", 0, Is(Test)),
    ("IS_ERR_OR_NULL", 0, Is(Test)),
    ("wait_event*", 1, Is(Test)),
    ("read_poll_timeout*", 2, Is(Test)),
    ("readl_poll_timeout*", 2, Is(Test)),
    ("readx_poll_timeout*", 3, Is(Test)),
    ("regmap_read_poll_timeout*", 3, Is(Test)),
    // The argument is assigned.
    ("WRITE_ONCE", 0, Is(Write)),
    ("__WRITE_ONCE", 0, Is(Write)),
    ("smp_store_mb", 0, Is(Write)),
    ("rcu_assign_pointer", 0, Is(Write)),
    ("rcu_replace_pointer", 0, Is(Write)),
    ("RCU_INIT_POINTER", 0, Is(Write)),
    ("get_user", 0, Is(Write)),
    ("__get_user", 0, Is(Write)),
    ("unsafe_get_user", 0, Is(Write)),
    ("get_kernel_nofault", 0, Is(Write)),
    ("swap", ALL, Is(Write)),
    ("do_div", 0, Is(Write)),
    ("va_start", 0, Is(Write)),
    ("va_end", 0, Is(Write)),
    ("va_copy", 0, Is(Write)),
    ("this_cpu_write*", 0, Is(Write)),
    ("this_cpu_add*", 0, Is(Write)),
    ("this_cpu_sub*", 0, Is(Write)),
    ("this_cpu_inc*", 0, Is(Write)),
    ("this_cpu_dec*", 0, Is(Write)),
    ("this_cpu_and*", 0, Is(Write)),
    ("this_cpu_or*", 0, Is(Write)),
    ("this_cpu_xchg*", 0, Is(Write)),
    ("this_cpu_cmpxchg*", 0, Is(Write)),
    ("__this_cpu_read*", 0, Transparent),
    ("this_cpu_read*", 0, Transparent),
    ("__this_cpu_*", 0, Is(Write)),
    ("raw_cpu_read*", 0, Transparent),
    ("raw_cpu_*", 0, Is(Write)),
    ("local_irq_save", 0, Is(Write)),
    ("raw_local_irq_save", 0, Is(Write)),
    ("*_irqsave", LAST, Is(Write)),
    ("rdmsrl*", 1, Is(Write)),
    ("rdmsr", 1, Is(Write)),
    ("rdmsr", 2, Is(Write)),
    ("read_poll_timeout*", 1, Is(Write)),
    ("readl_poll_timeout*", 1, Is(Write)),
    ("readx_poll_timeout*", 2, Is(Write)),
    ("regmap_read_poll_timeout*", 2, Is(Write)),
    ("for_each_sg*", 1, Is(Write)),
    ("for_each_sg*", 3, Is(Write)),
    // Not every `for_each_`: `for_each_child_of_node(dev->of_node, child)` only reads its first.
    ("for_each_set_bit*", 0, Is(Write)),
    ("for_each_clear_bit*", 0, Is(Write)),
    ("for_each_cpu*", 0, Is(Write)),
    ("for_each_possible_cpu", 0, Is(Write)),
    ("for_each_online_cpu", 0, Is(Write)),
    ("for_each_present_cpu", 0, Is(Write)),
    ("for_each_node*", 0, Is(Write)),
    ("for_each_online_node", 0, Is(Write)),
    ("for_each_pci_dev", 0, Is(Write)),
    ("list_for_each*", 0, Is(Write)),
    ("hlist_for_each*", 0, Is(Write)),
    ("idr_for_each_entry*", 1, Is(Write)),
    ("xa_for_each*", 1, Is(Write)),
    ("xa_for_each*", 2, Is(Write)),
    // Only its type counts.
    ("typeof", ALL, Is(Unevaluated)),
    ("__typeof__", ALL, Is(Unevaluated)),
    ("__typeof", ALL, Is(Unevaluated)),
    ("typeof_unqual", ALL, Is(Unevaluated)),
    ("sizeof", ALL, Is(Unevaluated)),
    ("__alignof__", ALL, Is(Unevaluated)),
    ("__alignof", ALL, Is(Unevaluated)),
    ("_Alignof", ALL, Is(Unevaluated)),
    ("alignof", ALL, Is(Unevaluated)),
    ("ARRAY_SIZE", 0, Is(Unevaluated)),
    ("__same_type", ALL, Is(Unevaluated)),
    ("__must_be_array", ALL, Is(Unevaluated)),
    ("__builtin_types_compatible_p", ALL, Is(Unevaluated)),
    ("__builtin_constant_p", ALL, Is(Unevaluated)),
    ("typecheck", ALL, Is(Unevaluated)),
];

/// Writing macros that read the old value too.
const READ_AND_WRITE: &[&str] = &[
    "swap",
    "do_div",
    "rcu_replace_pointer",
    "this_cpu_add*",
    "this_cpu_sub*",
    "this_cpu_inc*",
    "this_cpu_dec*",
    "this_cpu_and*",
    "this_cpu_or*",
    "this_cpu_xchg*",
    "this_cpu_cmpxchg*",
    "__this_cpu_*",
    "raw_cpu_*",
];

/// Whether a macro that writes its argument reads it too.
pub(crate) fn reads_what_it_writes(name: &str) -> bool {
    READ_AND_WRITE.iter().any(|spelling| fits(name, spelling)) && !name.contains("cpu_write")
}

/// What the macro or function `name` does with its argument `index` of `count`; `None` where it is
/// not in the table.
pub(crate) fn effect(name: &str, index: usize, count: usize) -> Option<Effect> {
    EFFECTS
        .iter()
        .find(|(spelling, argument, _)| {
            fits(name, spelling)
                && (*argument == ALL
                    || *argument == index
                    || (*argument == LAST && index + 1 == count))
        })
        .map(|(_, _, effect)| *effect)
}

/// Whether the macro has the value of its first argument.
pub(crate) fn is_first_argument(name: &str) -> bool {
    effect(name, 0, 1) == Some(Transparent)
}

/// Whether the tables say what the macro does: its body need not be looked into.
pub(crate) fn is_known_macro(name: &str) -> bool {
    let mut spellings = EFFECTS.iter().map(|(spelling, ..)| spelling).chain(
        MEMBER_PLACES
            .iter()
            .chain(MEMBER_READS)
            .map(|(spelling, _)| spelling),
    );
    spellings.any(|spelling| fits(name, spelling))
}

/// Whether the macro evaluates none of its arguments: `typeof()`.
pub(crate) fn is_unevaluating(name: &str) -> bool {
    effect(name, 0, 1) == Some(Is(Unevaluated))
}

/// Macros that take a member's bare name, and where: only its place or type counts.
const MEMBER_PLACES: &[(&str, usize)] = &[
    ("offsetof", 1),
    ("offsetofend", 1),
    ("__builtin_offsetof", 1),
    ("sizeof_field", 1),
    ("FIELD_SIZEOF", 1),
    ("typeof_member", 1),
    ("container_of*", 2),
    ("list_entry*", 2),
    ("list_first_entry*", 2),
    ("list_last_entry*", 2),
    ("hlist_entry*", 2),
    ("rb_entry*", 2),
    ("llist_entry", 2),
    ("struct_size*", 1),
    ("flex_array_size", 1),
    ("__counted_by*", 0),
    ("__counted_by_le", 0),
    ("__counted_by_be", 0),
    ("__guarded_by", ALL),
    ("__must_hold", ALL),
];

/// Macros that take a member's bare name and read the member: `list_for_each_entry(pos, head, m)`.
const MEMBER_READS: &[(&str, usize)] = &[
    ("list_next_entry*", 1),
    ("list_prev_entry*", 1),
    ("list_for_each_entry*", LAST),
    ("list_for_each_entry_safe*", LAST),
    ("hlist_for_each_entry*", LAST),
    ("llist_for_each_entry*", LAST),
    ("list_prepare_entry", 2),
    ("rbtree_postorder_for_each_entry_safe", LAST),
];

/// How a macro uses the member that it is given the bare name of.
pub(crate) fn named_member(name: &str, index: usize, count: usize) -> Option<Access> {
    let stands = |rows: &[(&str, usize)]| {
        rows.iter().any(|(spelling, argument)| {
            fits(name, spelling)
                && (*argument == ALL
                    || *argument == index
                    || (*argument == LAST && index + 1 == count))
        })
    };
    if stands(MEMBER_PLACES) {
        Some(Unevaluated)
    } else if stands(MEMBER_READS) {
        Some(Access::Read)
    } else {
        None
    }
}

/// Whether a macro of this name declares a variable that its arguments name.
pub(crate) fn declares(name: &str, words: &Words) -> bool {
    const OTHERS: [&str; 5] = [
        "static_branch",
        "LIST_HEAD",
        "module_param",
        "CLASS",
        "guard",
    ];
    let name = name.trim_start_matches('_');
    looks_declaring(name.as_bytes())
        || OTHERS.iter().any(|start| name.starts_with(start))
        || words.has(Role::Declaration, name.as_bytes())
}

fn fits(name: &str, spelling: &str) -> bool {
    if let Some(start) = spelling.strip_suffix('*') {
        name.starts_with(start)
    } else if let Some(end) = spelling.strip_prefix('*') {
        name.ends_with(end)
    } else {
        name == spelling
    }
}
