//! What the resolver knows without reading it: macros whose bodies no reader without a compiler can
//! follow (`_Generic`, address-space casts, one body an architecture), and words of the language.

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
    ("DECLARE_BITMAP", None),
    ("DECLARE_HASHTABLE", Some("hlist_head")),
    ("DEFINE_HASHTABLE", Some("hlist_head")),
    ("LIST_HEAD", Some("list_head")),
    ("DEFINE_MUTEX", Some("mutex")),
    ("DEFINE_SPINLOCK", Some("spinlock")),
    ("DECLARE_WAIT_QUEUE_HEAD", Some("wait_queue_head")),
];

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

/// Words that alone or together name a built-in type.
pub(super) const SCALARS: &[&str] = &[
    "_Bool",
    "char",
    "double",
    "float",
    "int",
    "long",
    "short",
    "signed",
    "unsigned",
    "void",
    "__int128",
    "__signed__",
];

/// Words that may stand in a type and change nothing about its members.
pub(super) const QUALIFIERS: &[&str] = &[
    "const",
    "volatile",
    "restrict",
    "__restrict",
    "__const",
    "__volatile__",
    "_Atomic",
    "static",
    "register",
    "extern",
    "__extension__",
    "inline",
    "__inline",
    "__always_inline",
];

/// Spellings of `typeof`.
pub(super) const TYPEOF: &[&str] = &[
    "typeof",
    "__typeof__",
    "__typeof",
    "typeof_unqual",
    "__unqual_scalar_typeof",
];

/// What stands after the name in the table.
pub(super) fn of<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| *known == name)
        .map(|&(_, value)| value)
}
