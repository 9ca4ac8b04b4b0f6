//! A change without a site says what is the matter and what to do, in each command alike.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fs;
use std::path::Path;

const FILES: &[(&str, &str)] = &[
    (
        "include/lamp.h",
        "struct lamp {\n\tunsigned int on:1;\n\tunsigned int hot:1;\n};\n",
    ),
    (
        "drivers/lamp.c",
        "#include \"../include/lamp.h\"\n\n\
         int lamp_ready(struct lamp *l)\n{\n\tif (l->on)\n\t\treturn 1;\n\treturn l->on;\n}\n",
    ),
    (
        "drivers/Kconfig",
        "config LAMP\n\tbool \"Lamp\"\n\thelp\n\t  Light.\n\nconfig FAN\n\tbool \"Fan\"\n\thelp\n\t  Air.\n",
    ),
];

/// The keys of a change, what is said of it, and what is not.
const CASES: &[(&str, &[&str], &[&str])] = &[
    (
        "kind = 'rewrite'\nfile = 'drivers/lamp.c'\npattern = '$L->on'\nto = '$L->hot'",
        &["found 2 (lines 5, 7)", "`count = 2`", "`all = true`"],
        &["alternative"],
    ),
    (
        "kind = 'rewrite'\nfile = 'drivers/lamp.c'\npattern = '$L->on'\nto = '$L->hot'\ncount = 3",
        &["expected 3 sites", "`count = 2`"],
        &["alternative"],
    ),
    (
        "kind = 'line'\nfile = 'drivers/Kconfig'\nafter = 'help'\nadd = 'More.'",
        &["found 2 (lines 3, 8)", "a neighbour that the file has once"],
        &["count ="],
    ),
    (
        "kind = 'line'\nfile = 'drivers/Kconfig'\nafter = 'config LAMP'\nadd = '\t  Air.'",
        &["is elsewhere already", "near: drivers/Kconfig:9"],
        &["alternative"],
    ),
    (
        "kind = 'line'\nfile = 'drivers'\nadd = 'More.'",
        &["drivers: it is a folder", "`file` names a file"],
        &["the tree has no"],
    ),
    (
        "kind = 'rewrite'\nfile = ['sound/a.c', 'include']\npattern = '$L->on'\nto = '$L->hot'",
        &["no file sound/a.c or include: include is a folder"],
        &[],
    ),
    (
        "kind = 'rewrite'\nfile = 'drivers/Kconfig'\npattern = 'config FAN'\nto = 'config FANS'",
        &["not C", "the kind `lines`"],
        &["could not be read", "parse PATH"],
    ),
    (
        "kind = 'comment'\nfile = 'drivers/Kconfig'\nwords = 'Air.'\ncomment = 'Wind.'",
        &["not C", "the kind `lines`"],
        &["alternative"],
    ),
    (
        "kind = 'line'\nfile = 'linked/Kconfig'\nafter = 'config FAN'\nadd = 'More.'",
        &["linked is a symbolic link"],
        &["alternative"],
    ),
];

fn tree(folder: &Path) {
    for (path, text) in FILES {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    std::os::unix::fs::symlink("drivers", folder.join("linked")).unwrap();
}

#[test]
fn what_is_the_matter_is_said_with_what_to_do() {
    let temp = tempfile::tempdir().unwrap();
    let at = |name: &str| temp.path().join(name).display().to_string();
    tree(&temp.path().join("tree"));
    let (spec, tree, out) = (at("spec.toml"), at("tree"), at("out"));
    for (keys, says, says_not) in CASES {
        let text = format!("{}[[patch.change]]\n{keys}\n", common::HEAD);
        fs::write(&spec, text).unwrap();
        for command in ["locate", "render"] {
            let mut arguments = vec![command, &spec, "--tree", &tree];
            if command == "render" {
                arguments.extend(["--out", &out]);
            }
            let output = common::run(&arguments);
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8(told).unwrap();
            assert_eq!(output.status.code(), Some(1), "{command}: {keys}\n{told}");
            for piece in *says {
                assert!(told.contains(piece), "{command}: {piece}\n{told}");
            }
            for piece in *says_not {
                assert!(!told.contains(piece), "{command}: {piece}\n{told}");
            }
        }
        assert!(!Path::new(&out).exists(), "{keys}");
    }
}
