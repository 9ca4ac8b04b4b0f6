//! The spec that `patchwright new` writes.

/// A commented spec to start from, for a series called `name`; it renders on the built-in tree.
///
/// A name that is not a series' name stays what it is, and [`crate::load`] says what is wrong with it:
/// quotes and control characters in it are escaped, so that it cannot become anything but a name.
#[must_use]
pub fn new_spec(name: &str) -> String {
    let mut escaped = String::new();
    for c in name.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    include_str!("new_spec.toml").replace("NAME", &escaped)
}
