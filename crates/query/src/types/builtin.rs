//! What the resolver knows without reading it: macros whose bodies no reader without a compiler can
//! follow (`_Generic`, address-space casts, one body an architecture), and words of the language.

use dialect::words;

/// What a well-known macro's value has the type of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The expression that is its argument of this index, pointers taken off.
    Argument(usize),
    /// The type that is its argument of this index.
    TypeArgument(usize),
    /// This record.
    Struct(&'static str),
}

/// Macros and functions by name.
pub(super) const CALLS: &[(&str, Known)] = &[
    ("READ_ONCE", Known::Argument(0)),
    ("WRITE_ONCE", Known::Argument(0)),
    ("__builtin_choose_expr", Known::Argument(1)),
    ("__builtin_expect", Known::Argument(0)),
    ("__ua_va_arg", Known::TypeArgument(1)),
    ("acquire_load", Known::Argument(0)),
    ("cmpxchg", Known::Argument(0)),
    ("container_of", Known::TypeArgument(1)),
    ("container_of_const", Known::TypeArgument(1)),
    ("container_of_safe", Known::TypeArgument(1)),
    ("get_cpu_ptr", Known::Argument(0)),
    ("hlist_entry", Known::TypeArgument(1)),
    ("hlist_entry_safe", Known::TypeArgument(1)),
    ("likely", Known::Argument(0)),
    ("list_entry", Known::TypeArgument(1)),
    ("list_entry_rcu", Known::TypeArgument(1)),
    ("list_first_entry", Known::TypeArgument(1)),
    ("list_first_entry_or_null", Known::TypeArgument(1)),
    ("list_last_entry", Known::TypeArgument(1)),
    ("list_next_entry", Known::Argument(0)),
    ("list_prev_entry", Known::Argument(0)),
    ("no_free_ptr", Known::Argument(0)),
    ("per_cpu", Known::Argument(0)),
    ("per_cpu_ptr", Known::Argument(0)),
    ("raw_cpu_ptr", Known::Argument(0)),
    ("raw_cpu_read", Known::Argument(0)),
    ("rb_entry", Known::TypeArgument(1)),
    ("rb_entry_safe", Known::TypeArgument(1)),
    ("rcu_access_pointer", Known::Argument(0)),
    ("rcu_dereference", Known::Argument(0)),
    ("rcu_dereference_bh", Known::Argument(0)),
    ("rcu_dereference_check", Known::Argument(0)),
    ("rcu_dereference_protected", Known::Argument(0)),
    ("rcu_dereference_raw", Known::Argument(0)),
    ("rcu_dereference_rtnl", Known::Argument(0)),
    ("rcu_dereference_sched", Known::Argument(0)),
    ("rcu_replace_pointer", Known::Argument(0)),
    ("rtnl_dereference", Known::Argument(0)),
    ("smp_load_acquire", Known::Argument(0)),
    ("smp_store_release", Known::Argument(0)),
    ("srcu_dereference", Known::Argument(0)),
    ("this_cpu_ptr", Known::Argument(0)),
    ("this_cpu_read", Known::Argument(0)),
    ("unlikely", Known::Argument(0)),
    ("va_arg", Known::TypeArgument(1)),
    ("xchg", Known::Argument(0)),
    ("__this_cpu_read", Known::Argument(0)),
    ("get_cpu_var", Known::Argument(0)),
];

/// Names that are macros over something each architecture has its own way to reach.
pub(super) const NAMES: &[(&str, Known)] = &[("current", Known::Struct("task_struct"))];

/// Macros that declare a member or a variable, and the record (if any) that it is.
pub(super) const DECLARING: &[(&str, Option<&str>)] = &[
    ("ATOMIC_NOTIFIER_HEAD", Some("atomic_notifier_head")),
    ("BLOCKING_NOTIFIER_HEAD", Some("blocking_notifier_head")),
    ("DECLARE_BITMAP", None),
    ("DECLARE_COMPLETION", Some("completion")),
    ("DECLARE_COMPLETION_ONSTACK", Some("completion")),
    ("DECLARE_DELAYED_WORK", Some("delayed_work")),
    ("DECLARE_HASHTABLE", Some("hlist_head")),
    ("DECLARE_RWSEM", Some("rw_semaphore")),
    ("DECLARE_WAIT_QUEUE_HEAD", Some("wait_queue_head")),
    ("DECLARE_WORK", Some("work_struct")),
    ("DEFINE_HASHTABLE", Some("hlist_head")),
    ("DEFINE_IDA", Some("ida")),
    ("DEFINE_IDR", Some("idr")),
    ("DEFINE_MUTEX", Some("mutex")),
    ("DEFINE_SPINLOCK", Some("spinlock")),
    ("DEFINE_TIMER", Some("timer_list")),
    ("DEFINE_XARRAY", Some("xarray")),
    ("HLIST_HEAD", Some("hlist_head")),
    ("LIST_HEAD", Some("list_head")),
];

/// Macros that declare a variable: which argument is its type, which its name.
pub(super) const DECLARING_TYPED: &[(&str, (usize, usize))] = &[
    ("DECLARE_FLEX_ARRAY", (0, 1)),
    ("DECLARE_PER_CPU", (0, 1)),
    ("DECLARE_PER_CPU_ALIGNED", (0, 1)),
    ("DECLARE_PER_CPU_READ_MOSTLY", (0, 1)),
    ("DECLARE_PER_CPU_SHARED_ALIGNED", (0, 1)),
    ("DEFINE_PER_CPU", (0, 1)),
    ("DEFINE_PER_CPU_ALIGNED", (0, 1)),
    ("DEFINE_PER_CPU_PAGE_ALIGNED", (0, 1)),
    ("DEFINE_PER_CPU_READ_MOSTLY", (0, 1)),
    ("DEFINE_PER_CPU_SHARED_ALIGNED", (0, 1)),
];

/// Macros that take the name of a member, or a path to one: which argument has the record (a type, or a
/// pointer to it), and which is the member.
pub(super) const PATHS: &[(&str, (usize, usize))] = &[
    ("container_of", (1, 2)),
    ("container_of_const", (1, 2)),
    ("flex_array_size", (0, 1)),
    ("hash_for_each", (2, 3)),
    ("hash_for_each_possible", (1, 2)),
    ("hash_for_each_possible_rcu", (1, 2)),
    ("hash_for_each_rcu", (2, 3)),
    ("hash_for_each_safe", (3, 4)),
    ("hlist_entry", (1, 2)),
    ("hlist_entry_safe", (1, 2)),
    ("hlist_for_each_entry", (0, 2)),
    ("hlist_for_each_entry_rcu", (0, 2)),
    ("hlist_for_each_entry_safe", (0, 3)),
    ("list_entry", (1, 2)),
    ("list_entry_rcu", (1, 2)),
    ("list_first_entry", (1, 2)),
    ("list_first_entry_or_null", (1, 2)),
    ("list_for_each_entry", (0, 2)),
    ("list_for_each_entry_continue", (0, 2)),
    ("list_for_each_entry_continue_reverse", (0, 2)),
    ("list_for_each_entry_from", (0, 2)),
    ("list_for_each_entry_rcu", (0, 2)),
    ("list_for_each_entry_reverse", (0, 2)),
    ("list_for_each_entry_safe", (0, 3)),
    ("list_for_each_entry_safe_reverse", (0, 3)),
    ("list_for_each_entry_srcu", (0, 2)),
    ("list_last_entry", (1, 2)),
    ("list_next_entry", (0, 1)),
    ("list_prev_entry", (0, 1)),
    ("llist_entry", (1, 2)),
    ("llist_for_each_entry", (0, 2)),
    ("llist_for_each_entry_safe", (0, 3)),
    ("offsetof", (0, 1)),
    ("offsetofend", (0, 1)),
    ("rb_entry", (1, 2)),
    ("rb_entry_safe", (1, 2)),
    ("rbtree_postorder_for_each_entry_safe", (0, 3)),
    ("sizeof_field", (0, 1)),
    ("struct_size", (0, 1)),
    ("struct_size_t", (0, 1)),
    ("typeof_member", (0, 1)),
];

/// Macros that define a trace event, whose record the preprocessor makes up.
pub(super) const TRACE_EVENTS: &[&str] = &[
    "DECLARE_EVENT_CLASS",
    "TRACE_EVENT",
    "TRACE_EVENT_CONDITION",
    "TRACE_EVENT_FN",
    "TRACE_EVENT_FN_COND",
];

/// What the tag of a trace event's record starts with.
pub(super) const TRACE_RECORD: &str = "trace_event_raw_";

/// Typedefs of the kernel for numbers: known, so that no search of the tree is spent on them.
pub(super) const NUMBERS: &[&str] = &[
    "__be16",
    "__be32",
    "__be64",
    "__le16",
    "__le32",
    "__le64",
    "__s16",
    "__s32",
    "__s64",
    "__s8",
    "__u16",
    "__u32",
    "__u64",
    "__u8",
    "blk_status_t",
    "bool",
    "dma_addr_t",
    "gfp_t",
    "int16_t",
    "int32_t",
    "int64_t",
    "int8_t",
    "irqreturn_t",
    "loff_t",
    "off_t",
    "pgoff_t",
    "phys_addr_t",
    "pid_t",
    "resource_size_t",
    "s16",
    "s32",
    "s64",
    "s8",
    "sector_t",
    "size_t",
    "ssize_t",
    "u16",
    "u32",
    "u64",
    "u8",
    "uint16_t",
    "uint32_t",
    "uint64_t",
    "uint8_t",
    "uintptr_t",
    "ulong",
    "uint",
    "umode_t",
    "ushort",
];

/// Values that any pointer may have.
pub(super) const NULLS: &[&str] = &["NULL", "nullptr"];

/// Whether the word may stand in a type and changes nothing about its members.
pub(super) fn is_qualifier(word: &str) -> bool {
    words::is_qualifier(word.as_bytes()) || words::is_storage(word.as_bytes())
}

/// Whether the word is `typeof`, or the kernel's macro that leaves out a scalar's qualifiers.
pub(super) fn is_typeof(word: &str) -> bool {
    words::is_typeof(word.as_bytes()) || word == "__unqual_scalar_typeof"
}

/// Whether the word is a part of a built-in type's name.
pub(super) fn is_scalar(word: &str) -> bool {
    words::is_type_word(word.as_bytes())
}

/// What stands after the name in the table.
pub(super) fn of<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| *known == name)
        .map(|&(_, value)| value)
}
