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

/// Whether a macro of that name declares a variable: `LIST_HEAD`, `DEFINE_WAIT`, `SHASH_DESC_ON_STACK`, and not
/// `INIT_LIST_HEAD`.
#[must_use]
pub fn looks_declaring(name: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 2] = [b"DEFINE_", b"DECLARE_"];
    const ENDS: [&[u8]; 4] = [b"LIST_HEAD", b"NOTIFIER_HEAD", b"_ON_STACK", b"_ONSTACK"];
    let is_loud = !name.iter().any(u8::is_ascii_lowercase);
    is_loud
        && memchr::memmem::find(name, b"INIT").is_none()
        && (BEGINNINGS.iter().any(|begin| name.starts_with(begin))
            || ENDS.iter().any(|end| name.ends_with(end)))
}
