//! Files whose content is elsewhere: git keeps a pointer of Git LFS in its place.

/// What to say of one.
pub(crate) const LFS_POINTER: &str =
    "a Git LFS pointer, and not its content, which `git lfs pull` gets into a checkout";

/// Longer ones are no pointers, as git-lfs has it.
const LONGEST: usize = 1024;

/// What the first line may be: the address of the format, and those that it had before.
const FORMATS: [&str; 3] = [
    "version https://git-lfs.github.com/spec/v1",
    "version https://hawser.github.com/spec/v1",
    "version http://git-media.io/v/2",
];

/// Whether the whole file is a pointer: the format, then a key and a value a line, the content's id and size among them.
pub(crate) fn is_lfs_pointer(bytes: &[u8]) -> bool {
    // Nearly every file is told by its first letters.
    if bytes.len() >= LONGEST || !bytes.starts_with(b"version http") {
        return false;
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let mut lines = text.lines();
    let is_format = lines.next().is_some_and(|first| FORMATS.contains(&first));
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    let is_pair = |line: &str| line.contains(' ') || line.is_empty();
    is_format && has("oid ") && has("size ") && lines.all(is_pair)
}

#[cfg(test)]
mod tests {
    use super::is_lfs_pointer;

    #[test]
    fn a_pointer_is_told_from_what_quotes_one() {
        let id = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
        let pointer =
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize 12345\n");
        assert!(is_lfs_pointer(pointer.as_bytes()));
        let extended = pointer.replace("oid", &format!("ext-0-case sha256:{id}\noid"));
        assert!(is_lfs_pointer(extended.as_bytes()));
        for other in [
            format!("/*\n{pointer}*/\n"),
            pointer.replace("size", "sizes"),
            pointer.replace("spec/v1", "spec/v9"),
            format!("{pointer}int;\n"),
            format!("{pointer}{}", "\n".repeat(1024)),
            String::new(),
        ] {
            assert!(!is_lfs_pointer(other.as_bytes()), "{other}");
        }
    }
}
