//! What a name says of itself by the way it is written, and names that the whole kernel knows.

/// Macros by which headers include others (include/trace/define_trace.h): what has their definitions has nothing else
/// of the file that is meant. An `#include` by any other macro may mean any file, so that a name that is missing here
/// costs time and no truth.
pub const INCLUDING_MACROS: [&[u8]; 4] = [
    b"TRACE_INCLUDE",
    b"TRACE_INCLUDE_FILE",
    b"TRACE_SYSTEM",
    b"__TRACE_INCLUDE",
];

/// Whether a name looks like a type: `dma_addr_t`, `u32`, `__be16`, `U64`.
#[must_use]
pub fn looks_like_type(name: &[u8]) -> bool {
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let is_sized = matches!(digits.count(), 1 | 2)
        && (name.ends_with(b"8")
            || name.ends_with(b"16")
            || name.ends_with(b"32")
            || name.ends_with(b"64"))
        && name.len() <= 6;
    is_sized || name.ends_with(b"_t")
}

/// Whether a macro of that name declares a variable: `LIST_HEAD`, `DEFINE_WAIT`, `SHASH_DESC_ON_STACK`, `XA_STATE`, and
/// not `INIT_LIST_HEAD`.
#[must_use]
pub fn looks_declaring(name: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 2] = [b"DEFINE_", b"DECLARE_"];
    const ENDS: [&[u8]; 4] = [b"LIST_HEAD", b"NOTIFIER_HEAD", b"_ON_STACK", b"_ONSTACK"];
    // What walks over a data structure is declared by its kind (include/linux/{xarray,maple_tree,mm_types}.h).
    const WHOLE: [&[u8]; 5] = [
        b"XA_STATE",
        b"XA_STATE_ORDER",
        b"MA_STATE",
        b"VMA_ITERATOR",
        b"RADIX_TREE",
    ];
    let is_loud = !name.iter().any(u8::is_ascii_lowercase);
    is_loud
        && memchr::memmem::find(name, b"INIT").is_none()
        && (BEGINNINGS.iter().any(|begin| name.starts_with(begin))
            || ENDS.iter().any(|end| name.ends_with(end))
            || WHOLE.contains(&name))
}

/// Whether every kernel that is maintained defines a macro of that name, by which a function or a variable is made known
/// (include/linux/{export,init,module,device,sysfs,seq_file,kprobes,error-injection}.h).
#[must_use]
pub fn is_of_every_kernel(name: &str) -> bool {
    const WHOLE: [&str; 14] = [
        "EXPORT_SYMBOL",
        "EXPORT_SYMBOL_GPL",
        "EXPORT_SYMBOL_NS",
        "EXPORT_SYMBOL_NS_GPL",
        "NOKPROBE_SYMBOL",
        "ALLOW_ERROR_INJECTION",
        "DEFINE_SHOW_ATTRIBUTE",
        "DEFINE_SEQ_ATTRIBUTE",
        "early_param",
        "module_init",
        "module_exit",
        "module_param",
        "module_param_named",
        "__setup",
    ];
    const BEGINNINGS: [&str; 3] = ["MODULE_", "DEVICE_ATTR_", "DRIVER_ATTR_"];
    WHOLE.contains(&name)
        || name.ends_with("_initcall")
        || name.ends_with("_initcall_sync")
        || BEGINNINGS.iter().any(|begin| name.starts_with(begin))
}
