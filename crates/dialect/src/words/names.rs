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
    /// Whole names: one that only looks like them is a slip of the pen.
    const NAMES: &[&str] = &[
        "ALLOW_ERROR_INJECTION",
        "DEFINE_SEQ_ATTRIBUTE",
        "DEFINE_SHOW_ATTRIBUTE",
        "DEVICE_ATTR",
        "DEVICE_ATTR_RO",
        "DEVICE_ATTR_RW",
        "DEVICE_ATTR_WO",
        "DRIVER_ATTR_RO",
        "DRIVER_ATTR_RW",
        "DRIVER_ATTR_WO",
        "EXPORT_SYMBOL",
        "EXPORT_SYMBOL_GPL",
        "EXPORT_SYMBOL_NS",
        "EXPORT_SYMBOL_NS_GPL",
        "MODULE_ALIAS",
        "MODULE_AUTHOR",
        "MODULE_DESCRIPTION",
        "MODULE_DEVICE_TABLE",
        "MODULE_FIRMWARE",
        "MODULE_IMPORT_NS",
        "MODULE_INFO",
        "MODULE_LICENSE",
        "MODULE_PARM_DESC",
        "MODULE_SOFTDEP",
        "MODULE_VERSION",
        "NOKPROBE_SYMBOL",
        "__setup",
        "arch_initcall",
        "arch_initcall_sync",
        "core_initcall",
        "core_initcall_sync",
        "device_initcall",
        "device_initcall_sync",
        "early_initcall",
        "early_param",
        "fs_initcall",
        "fs_initcall_sync",
        "late_initcall",
        "late_initcall_sync",
        "module_exit",
        "module_init",
        "module_param",
        "module_param_named",
        "postcore_initcall",
        "postcore_initcall_sync",
        "pure_initcall",
        "rootfs_initcall",
        "subsys_initcall",
        "subsys_initcall_sync",
    ];
    NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::is_of_every_kernel;

    #[test]
    fn a_slip_of_the_pen_is_in_no_kernel() {
        for name in ["module_init", "late_initcall", "MODULE_LICENSE"] {
            assert!(is_of_every_kernel(name), "{name}");
        }
        for name in [
            "modul_init",
            "last_initcall",
            "MODULE_LICENCE",
            "DEVICE_ATTR_R0",
        ] {
            assert!(!is_of_every_kernel(name), "{name}");
        }
    }
}
