//! The tree that the diffs are for: on disk, so that git can be asked, and as it was, so that it can be put back.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) is_executable: bool,
}

const LINES: &str = "line 1\nline 2\nline 3\n\nint f(void)\n{\n\treturn 0;\n}\n\nint g(void)\n{\n\treturn 0;\n}\n\nx\ny\nx\ny\nx\ny\nx\n\n=3D ä\n- x\n-- a/x\n+ y\nint h(void)\n{\n\treturn 1;\n}\nlast\n";

const fn entry(name: &'static str, text: &'static str) -> Entry {
    Entry {
        name,
        text,
        is_executable: false,
    }
}

pub(crate) const FILES: [Entry; 9] = [
    entry("drivers/a.c", LINES),
    entry("include/b.h", "one\ntwo\nthree\nfour\nfive"),
    Entry {
        name: "scripts/x.sh",
        text: "#!/bin/sh\n\necho 1\necho 2\n\necho 3\n",
        is_executable: true,
    },
    entry("crlf.txt", "a\r\nb\r\nc\r\nd\r\ne\r\n"),
    entry("empty", ""),
    entry("x y.c", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"),
    entry("ä.c", "eins\nzwei\ndrei\nvier\n"),
    entry("one", "1\n"),
    entry("same.c", "a\na\na\na\na\na\na\na\na\na\na\na\n"),
];

/// Every file by its path: its bytes and whether it is executable. Links are left out.
pub(crate) type State = BTreeMap<String, (Vec<u8>, bool)>;

pub(crate) fn write(folder: &Path) {
    for entry in &FILES {
        let file = folder.join(entry.name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, entry.text).unwrap();
        let mode = if entry.is_executable { 0o755 } else { 0o644 };
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    }
    let _ = symlink("drivers", folder.join("link"));
}

/// What is in the folder.
pub(crate) fn read(folder: &Path) -> State {
    let mut state = State::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let name = entry
                    .path()
                    .strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                let mode = entry.metadata().unwrap().permissions().mode();
                state.insert(name, (fs::read(entry.path()).unwrap(), mode & 0o100 != 0));
            }
        }
    }
    state
}

/// Puts the folder back to what [`write`] makes of an empty one.
pub(crate) fn restore(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }
    write(folder);
}
