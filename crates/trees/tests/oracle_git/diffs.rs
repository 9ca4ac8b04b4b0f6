//! Diffs of the tree's files, mostly right: hunks, headers, modes and names in all their forms, and spoilt ones.

use crate::rng::Rng;
use crate::tree::{Entry, FILES};

/// A diff of one to three files.
pub(crate) fn diff(rng: &mut Rng) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..1 + rng.below(6) / 4 {
        out.extend(file(rng));
        if rng.chance(4) {
            out.extend_from_slice(
                rng.pick(&[
                    "junk\n",
                    "\n",
                    "--- x\n",
                    "+++ y\n",
                    "@@ -1 +1 @@ z\n",
                    "@@ so\n",
                    "Index: x\n",
                ])
                .as_bytes(),
            );
        }
    }
    out
}

fn file(rng: &mut Rng) -> Vec<u8> {
    match rng.below(40) {
        0 => new_file(rng),
        1 => deleted(rng),
        2 => renamed(rng),
        3 => only_mode(rng),
        4 => binary(rng),
        _ => changed(rng),
    }
}

fn existing(rng: &mut Rng) -> &'static Entry {
    // Mostly the first, which has lines enough.
    if rng.chance(60) {
        &FILES[0]
    } else {
        &FILES[rng.below(FILES.len())]
    }
}

fn quoted(name: &str) -> String {
    let mut out = String::from("\"");
    for byte in name.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', byte as char]),
            b' '..=b'~' => out.push(byte as char),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out + "\""
}

/// A name with its prefix as a header has it.
fn side(rng: &mut Rng, prefix: &str, name: &str) -> String {
    let prefix = if rng.chance(1) {
        rng.pick(&["", "/", "old/", "x/y/", "c/"])
    } else {
        prefix
    };
    let whole = format!("{prefix}{name}");
    if rng.chance(if whole.is_ascii() { 4 } else { 60 }) {
        quoted(&whole)
    } else {
        whole
    }
}

fn git_line(rng: &mut Rng, old: &str, new: &str) -> String {
    let (old, new) = (side(rng, "a/", old), side(rng, "b/", new));
    let gap = if rng.chance(2) {
        rng.pick(&["  ", "\t"])
    } else {
        " "
    };
    let end = if rng.chance(2) {
        rng.pick(&[" ", "\t", "\r", " x"])
    } else {
        ""
    };
    format!("diff --git {old}{gap}{new}{end}\n")
}

fn sides(rng: &mut Rng, old: Option<&str>, new: Option<&str>, is_git: bool) -> String {
    let end = |rng: &mut Rng| -> String {
        match rng.below(if is_git { 30 } else { 6 }) {
            0 => "\t2020-08-12 10:00:00.000000000 +0200".to_owned(),
            1 if rng.chance(30) => rng
                .pick(&[
                    " 2020-08-12 10:00:00",
                    "\t1970-01-01 00:00:00 +0000",
                    "\tx\ty",
                    " ",
                    "\r",
                    "\t(revision 1)",
                ])
                .to_owned(),
            2 if !is_git => "\tWed Aug 12 10:00:00 2020".to_owned(),
            _ => String::new(),
        }
    };
    let mut name = |prefix: &str, name: Option<&str>| match name {
        Some(name) => side(rng, prefix, name) + &end(rng),
        None => format!("/dev/null{}", end(rng)),
    };
    let (old, new) = (name("a/", old), name("b/", new));
    format!("--- {old}\n+++ {new}\n")
}

fn index(rng: &mut Rng, mode: &str) -> String {
    match rng.below(10) {
        0 => String::new(),
        1 => format!("index 0123abc..4567def{mode}\r\n"),
        2 if rng.chance(20) => "index so\n".to_owned(),
        3 if rng.chance(20) => "index 0123abc..4567def 100755\n".to_owned(),
        _ => format!("index 0123abc..4567def{mode}\n"),
    }
}

fn changed(rng: &mut Rng) -> Vec<u8> {
    let entry = existing(rng);
    let name = if rng.chance(1) {
        rng.pick(&[
            "drivers/none.c",
            "../x",
            ".git/config",
            "link/a.c",
            "drivers/a.c/x",
            "drivers//a.c",
            "drivers/./a.c",
        ])
    } else {
        entry.name
    };
    let mut head = String::new();
    let is_git = rng.chance(80);
    if is_git {
        head += &git_line(rng, name, name);
        if rng.chance(3) {
            head += rng.pick(&[
                "old mode 100644\nnew mode 100755\n",
                "new mode 100755\n",
                "old mode 100755\nnew mode 100755\n",
                "old mode 100644\nnew mode 120000\n",
                "new mode 100644\n",
                "old mode 0100644\n",
                "old mode 100664\nnew mode 100775\n",
                "similarity index 100%\n",
                "so\n",
            ]);
        }
        let mode = if entry.is_executable {
            " 100755"
        } else {
            " 100644"
        };
        head += &index(rng, mode);
    } else if rng.chance(30) {
        head += "Index: x\n===\n";
    }
    if !rng.chance(1) {
        let other = format!("{name}.orig");
        let old = if !is_git && rng.chance(10) {
            &other
        } else {
            name
        };
        head += &sides(rng, Some(old), Some(name), is_git);
    }
    let mut out = head.into_bytes();
    out.extend(hunks(rng, entry.text));
    out
}

fn new_file(rng: &mut Rng) -> Vec<u8> {
    let name = rng.pick(&[
        "drivers/new.c",
        "new.c",
        "drivers/a.c",
        "more/x y.c",
        "link/new.c",
    ]);
    let mode = rng.pick(&["100644", "100755", "100644", "120000", "160000", "644"]);
    let mut head = String::new();
    let is_git = rng.chance(80);
    if is_git {
        head += &git_line(rng, name, name);
        if !rng.chance(10) {
            head += &format!("new file mode {mode}\n");
        }
        head += &index(rng, "");
    }
    if rng.chance(90) {
        let old = rng.chance(5).then_some(name);
        head += &sides(rng, old, Some(name), is_git);
        head += rng.pick(&[
            "@@ -0,0 +1 @@\n+x\n",
            "@@ -0,0 +1,2 @@\n+x\n+y\n\\ No newline at end of file\n",
            "@@ -1 +1 @@\n-z\n+x\n",
        ]);
    }
    head.into_bytes()
}

fn deleted(rng: &mut Rng) -> Vec<u8> {
    let entry = existing(rng);
    let mode = if entry.is_executable || rng.chance(10) {
        "100755"
    } else {
        "100644"
    };
    let mut head = String::new();
    let is_git = rng.chance(80);
    if is_git {
        head += &git_line(rng, entry.name, entry.name);
        if !rng.chance(10) {
            head += &format!("deleted file mode {mode}\n");
        }
    }
    let new = rng.chance(5).then_some(entry.name);
    head += &sides(rng, Some(entry.name), new, is_git);
    let mut lines: Vec<&str> = entry.text.split_inclusive('\n').collect();
    if rng.chance(10) {
        lines.pop();
    }
    head += &format!("@@ -1,{} +0,0 @@\n", lines.len());
    for line in lines {
        head += &format!("-{line}");
    }
    if !head.ends_with('\n') {
        head += "\n\\ No newline at end of file\n";
    }
    head.into_bytes()
}

fn renamed(rng: &mut Rng) -> Vec<u8> {
    let entry = existing(rng);
    let new = rng.pick(&["drivers/moved.c", "include/b.h", "drivers/a.c", "x y.c"]);
    let verb = rng.pick(&["rename", "copy", "rename"]);
    let mut head = git_line(rng, entry.name, new);
    head += &format!(
        "similarity index 90%\n{verb} from {}\n{verb} to {new}\n",
        entry.name
    );
    if rng.chance(5) {
        head += "rename from x\n";
    }
    let mut out = head.into_bytes();
    if rng.chance(50) {
        out.extend(sides(rng, Some(entry.name), Some(new), true).into_bytes());
        out.extend(hunks(rng, entry.text));
    }
    out
}

fn only_mode(rng: &mut Rng) -> Vec<u8> {
    let entry = existing(rng);
    let modes = rng.pick(&[
        "old mode 100644\nnew mode 100755\n",
        "old mode 100755\nnew mode 100644\n",
        "new mode 100755\n",
        "old mode 100644\n",
        "old mode 100644\nnew mode 100644\n",
    ]);
    (git_line(rng, entry.name, entry.name) + modes).into_bytes()
}

fn binary(rng: &mut Rng) -> Vec<u8> {
    let entry = existing(rng);
    let body = rng.pick(&[
        "Binary files a/x and b/x differ\n",
        "GIT binary patch\nliteral 3\nKcmZ\n\n",
        "Files x differ\n",
    ]);
    (git_line(rng, entry.name, entry.name) + "index 0123abc..4567def 100644\n" + body).into_bytes()
}

/// One to three hunks of a text, their headers off at times.
fn hunks(rng: &mut Rng, text: &str) -> Vec<u8> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut out = String::new();
    let mut from = 0;
    let mut delta = 0_i64;
    for _ in 0..1 + rng.below(5) / 3 {
        if from >= lines.len() {
            break;
        }
        let at = from + rng.below((lines.len() - from).min(20));
        let context = if rng.chance(85) { 3 } else { rng.below(4) };
        let before = context.min(at - from);
        let removed = rng.below(3).min(lines.len() - at);
        let after = if rng.chance(95) {
            context
        } else {
            rng.below(4)
        }
        .min(lines.len() - at - removed);
        let added = if removed == 0 {
            1 + rng.below(2)
        } else {
            rng.below(3)
        };
        let (old, new) = (before + removed + after, before + added + after);
        // What git calls the line before, where a side has no lines.
        let start = |first: usize, count: usize| first as i64 + i64::from(count > 0);
        let shift = if rng.chance(15) {
            rng.below(13) as i64 - 6
        } else {
            0
        };
        let (mut old_said, mut new_said) = (old, new);
        if rng.chance(2) {
            old_said = (old_said + rng.below(3)).saturating_sub(1);
            new_said = (new_said + rng.below(3)).saturating_sub(1);
        }
        let old_start = (start(at - before, old) + shift).max(0);
        let new_start =
            (start(at - before, new) + delta + if rng.chance(90) { shift } else { 0 }).max(0);
        out += &format!(
            "@@ -{} +{} @@{}\n",
            range(rng, old_start, old_said),
            range(rng, new_start, new_said),
            rng.pick(&["", " int f(void)", "x", " @@"])
        );
        let mut put = |rng: &mut Rng, sign: &str, line: &str| {
            if sign == " " && line == "\n" && rng.chance(20) {
                out += "\n";
                return;
            }
            out += sign;
            out += line;
            if !line.ends_with('\n') {
                out += if rng.chance(2) {
                    rng.pick(&["\n\\ No\n", "\n", "\n\\No newline at end of file\n"])
                } else {
                    "\n\\ No newline at end of file\n"
                };
            } else if rng.chance(1) && rng.chance(30) {
                out += "\\ No newline at end of file\n";
            }
        };
        for line in &lines[at - before..at] {
            put(rng, " ", line);
        }
        for line in &lines[at..at + removed] {
            put(rng, "-", line);
        }
        for number in 0..added {
            let word = rng.pick(&[
                "new\n",
                "x = y;\n",
                "\n",
                "line 3\n",
                "- x\n",
                "-- a/x\n",
                "++ b/x\n",
                "=3D ä\n",
                "\tblank \n",
                "cr\r\n",
                "From a Mon Sep 17 00:00:00 2001\n",
            ]);
            let last = number + 1 == added && at + removed == lines.len() && rng.chance(20);
            put(rng, "+", if last { "end" } else { word });
        }
        for line in &lines[at + removed..at + removed + after] {
            put(rng, " ", line);
        }
        if rng.chance(2) {
            out += rng.pick(&[
                " more\n",
                "+more\n",
                "-more\n",
                "\\ more and more\n",
                "\n",
                " \n",
            ]);
        }
        delta += added as i64 - removed as i64;
        from = at + removed + after + rng.below(3);
    }
    out.into_bytes()
}

fn range(rng: &mut Rng, start: i64, count: usize) -> String {
    if count == 1 && rng.chance(90) {
        start.to_string()
    } else {
        format!("{start},{count}")
    }
}
