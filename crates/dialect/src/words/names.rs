//! What a name says of itself by the way it is written.

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
