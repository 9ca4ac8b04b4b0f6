//! Names of annotations that mean nothing else anywhere in the kernel. Both lists are sorted.

/// Annotations without arguments.
pub(crate) const PLAIN: &[&str] = &[
    "_Noreturn",
    "____cacheline_aligned",
    "____cacheline_aligned_in_smp",
    "____cacheline_internodealigned_in_smp",
    "__always_inline",
    "__always_unused",
    "__attribute_const__",
    "__bitwise",
    "__bitwise__",
    "__bpf_kfunc",
    "__cacheline_aligned",
    "__cacheline_aligned_in_smp",
    "__cold",
    "__cpuidle",
    "__deprecated",
    "__designated_init",
    "__exit",
    "__exitdata",
    "__force",
    "__hot",
    "__init",
    "__init_or_module",
    "__initconst",
    "__initdata",
    "__iomem",
    "__kernel",
    "__kprobes",
    "__latent_entropy",
    "__malloc",
    "__maybe_unused",
    "__meminit",
    "__meminitdata",
    "__must_check",
    "__net_exit",
    "__net_init",
    "__no_kcsan",
    "__no_randomize_layout",
    "__no_sanitize_address",
    "__nocast",
    "__noreturn",
    "__packed",
    "__percpu",
    "__pure",
    "__randomize_layout",
    "__rcu",
    "__read_mostly",
    "__ref",
    "__refdata",
    "__ro_after_init",
    "__sched",
    "__used",
    "__user",
    "__visible",
    "__weak",
    "asmlinkage",
    "noinline",
    "noinline_for_stack",
    "noinstr",
    "nokprobe_inline",
    "notrace",
];

/// Annotations with arguments in parentheses.
pub(crate) const WITH_ARGUMENTS: &[&str] = &[
    "_Alignas",
    "__acquires",
    "__aligned",
    "__alloc_size",
    "__attribute",
    "__attribute__",
    "__cond_acquires",
    "__counted_by",
    "__counted_by_be",
    "__counted_by_le",
    "__declspec",
    "__free",
    "__must_hold",
    "__no_sanitize",
    "__nonnull",
    "__printf",
    "__releases",
    "__scanf",
    "__section",
];

/// Whether a name is on the lists.
pub(crate) fn is_known_annotation(name: &[u8]) -> bool {
    std::str::from_utf8(name).is_ok_and(|name| {
        PLAIN.binary_search(&name).is_ok() || WITH_ARGUMENTS.binary_search(&name).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::{PLAIN, WITH_ARGUMENTS};

    #[test]
    fn the_lists_are_sorted_and_start_with_a_byte_that_the_search_expects() {
        for list in [PLAIN, WITH_ARGUMENTS] {
            assert!(list.is_sorted());
            assert!(list.iter().all(|name| name.starts_with(['_', 'a', 'n'])));
        }
    }
}
