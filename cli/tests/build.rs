//! `patchwright build`, on a miniature of kbuild: the real ones are for `make kernels`.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use common::git::git;
use serde_json::Value;

/// What kbuild does with `O=`, in short: everything is written there; but for one file, to see that it is not the user's tree
/// that a makefile writes into.
const MAKEFILE: &str = "\
$(if $(O),,$(error no O=))
MAKEFLAGS += -rR
Makefile: ;
flags := -I$(CURDIR)/include -I$(CURDIR)/tools -O1 $(if $(W),-Wall -Wextra) -Werror $(KCFLAGS)
.PHONY: defconfig olddefconfig prepare FORCE
defconfig:
\t@cp configs/defconfig $(O)/.config; touch written-by-make
olddefconfig:
\t@sed -i /CONFIG_GONE/d $(O)/.config
prepare:
\t@if [ -e slow ]; then sh -c 'echo $$$$ >$(O)/started; exec sleep 1000'; fi
\t@if [ -e broken ]; then echo 'Kconfig:1: syntax error' >&2; exit 1; fi
%.o: FORCE
\t@mkdir -p $(O)/$(dir $@)
\t@gcc $(flags) -MMD -MF $(O)/$(dir $@).$(notdir $@).cmd -c $(CURDIR)/$*.c -o $(O)/$@
";

const FILES: &[(&str, &str)] = &[
    ("Makefile", MAKEFILE),
    ("Kbuild", "obj-y += drivers/\n"),
    ("Kconfig", "config A\n\tbool \"A\"\n"),
    ("configs/defconfig", "CONFIG_A=y\n# CONFIG_OFF is not set\n"),
    ("include/a.h", "#define A 1\n"),
    ("include/b.h", "#define B 1\n"),
    ("tools/include/b.h", "#define B 2\n"),
    ("drivers/sub/up.h", "#define UP 1\n"),
    (
        "drivers/Makefile",
        "obj-$(CONFIG_A) += a.o\nobj-$(CONFIG_OFF) += off.o\nobj-y += old.o\n",
    ),
    (
        "drivers/a.c",
        "#include \"a.h\"\nint f(int x);\nint f(int x)\n{\n\treturn x + A;\n}\n",
    ),
    (
        "drivers/off.c",
        "int off(void);\nint off(void)\n{\n\treturn 1;\n}\n",
    ),
    (
        "drivers/old.c",
        "#include \"include/b.h\"\n#include \"../drivers/sub/up.h\"\nint old(int unused);\nint old(int unused)\n{\n\treturn 1;\n}\n",
    ),
];

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Self { folder };
        let tree = place.path("tree");
        for (name, text) in FILES {
            let path = Path::new(&tree).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::create_dir(place.path("scratch")).unwrap();
        git(Path::new(&tree), &["init", "-q", "-b", "main"]);
        git(Path::new(&tree), &["add", "-A"]);
        git(Path::new(&tree), &["commit", "-qm", "tree"]);
        let change = "[[patch.change]]\nkind = \"macro\"\nfile = \"include/a.h\"\nname = \"B\"\nafter = \"A\"\nbody = \"2\"\n";
        let spec = format!(
            "{}{change}\n[build]\nset = [\"CONFIG_B=y\", \"CONFIG_GONE=y\"]\n",
            common::HEAD
        );
        fs::write(place.path("spec.toml"), spec).unwrap();
        place
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// A patch that gives files these texts.
    fn patch(&self, files: &[(&str, &str)]) {
        let tree = self.path("tree");
        let tree = Path::new(&tree);
        for (name, text) in files {
            fs::write(tree.join(name), text).unwrap();
        }
        git(tree, &["add", "-A"]);
        let patch = git(tree, &["diff", "--cached"]);
        fs::write(self.path("patch"), patch).unwrap();
        git(tree, &["reset", "-q", "--hard"]);
    }

    fn arguments(&self) -> Vec<String> {
        let [spec, patch, scratch] = ["spec.toml", "patch", "scratch"].map(|name| self.path(name));
        ["build", &spec, "--patch", &patch, "--scratch", &scratch]
            .map(str::to_owned)
            .to_vec()
    }

    fn build(&self, more: &[&str]) -> Output {
        let arguments = self.arguments();
        let arguments = arguments.iter().map(String::as_str);
        let all: Vec<&str> = arguments.chain(more.iter().copied()).collect();
        let output = common::run(&all);
        assert!(common::names(Path::new(&self.path("scratch"))).is_empty());
        assert!(!Path::new(&self.path("tree/written-by-make")).exists());
        output
    }

    fn on_tree(&self, more: &[&str]) -> (Option<i32>, String) {
        let tree = self.path("tree");
        let output = self.build(&[&["--tree", &tree], more].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) || said.is_empty(), "{said}");
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap() + &said,
        )
    }
}

const A: &str =
    "#include \"a.h\"\nint f(int x);\nint g(int x);\nint f(int x)\n{\n\treturn g(x + A);\n}\n";

/// What files become, more options, the exit status, and what is said.
type Case = (
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
    i32,
    &'static [&'static str],
);

const CASES: &[Case] = &[
    (
        &[("drivers/a.c", A)],
        &[],
        0,
        &[
            "compiled  drivers/a.c: 0 warnings before, 0 after\n  now uses g\n",
            "\nholds  case v1",
            "1 object compiled",
        ],
    ),
    // The warning was there, on another line.
    (
        &[(
            "drivers/old.c",
            "\n\nint old(int unused);\nint old(int unused)\n{\n\treturn 2;\n}\n",
        )],
        &[],
        0,
        &["compiled  drivers/old.c: 1 warning before, 1 after"],
    ),
    (
        &[(
            "drivers/a.c",
            "int f(int x, int y);\nint f(int x, int y)\n{\n\treturn x;\n}\n",
        )],
        &[],
        1,
        &[
            "violated  drivers/a.c:2: warning: unused parameter",
            "violated  case v1",
            "1 new warning",
        ],
    ),
    (
        &[("drivers/a.c", "int f(int x)\n{\n\treturn y;\n}\n")],
        &[],
        1,
        &[
            "violated  drivers/a.c: it no longer compiles",
            "error: 'y' undeclared",
        ],
    ),
    (
        &[(
            "drivers/off.c",
            "int off(void);\nint off(void)\n{\n\treturn 2;\n}\n",
        )],
        &[],
        3,
        &[
            "unknown   drivers/off.c: not compiled: CONFIG_OFF is not set (drivers/Makefile:2)",
            "unknown  case v1",
        ],
    ),
    (
        &[(
            "drivers/off.c",
            "int off(void);\nint off(void)\n{\n\treturn 2;\n}\n",
        )],
        &["--set", "CONFIG_OFF=y"],
        0,
        &["compiled  drivers/off.c"],
    ),
    (
        &[
            ("include/a.h", "#define A 2\n"),
            ("Kconfig", "config A\n\tbool \"B\"\n"),
        ],
        &[],
        3,
        &[
            "unknown   include/a.h: not compiled: no object that was compiled includes it",
            "not code  Kconfig: no object is made of it",
        ],
    ),
    (
        &[("include/a.h", "#define A 2\n")],
        &["--object", "drivers/a.o"],
        0,
        &[
            "compiled  include/a.h: in drivers/a.o",
            "compiled  drivers/a.o: 0 warnings before, 0 after",
        ],
    ),
    // Another header of that name is included, and one by a way around.
    (
        &[
            ("include/b.h", "#define B 3\n"),
            ("drivers/sub/up.h", "#define UP 2\n"),
        ],
        &["--object", "drivers/old.o"],
        3,
        &[
            "unknown   include/b.h: not compiled: no object that was compiled includes it",
            "compiled  drivers/sub/up.h: in drivers/old.o",
        ],
    ),
    (
        &[
            (
                "drivers/new.c",
                "int n(void);\nint n(void)\n{\n\treturn 1;\n}\n",
            ),
            ("drivers/Makefile", "obj-$(CONFIG_A) += a.o new.o\n"),
        ],
        &[],
        0,
        &["compiled  drivers/new.c"],
    ),
    (
        &[("drivers/stray.c", "int n;\n")],
        &[],
        3,
        &[
            "unknown   drivers/stray.c: not compiled: no line of the makefile in drivers/ makes drivers/stray.o",
        ],
    ),
    (
        &[("drivers/a.c", A), ("broken", "yes\n")],
        &[],
        1,
        &[
            "violated  make fails with the series:",
            "Kconfig:1: syntax error",
        ],
    ),
    (
        &[("drivers/a.c", A)],
        &[],
        0,
        &["note: `CONFIG_GONE=y` did not get into the configuration"],
    ),
];

#[test]
fn what_is_touched_is_compiled_before_and_after() {
    let place = Place::new();
    for (files, more, status, words) in CASES {
        place.patch(files);
        let (code, told) = place.on_tree(more);
        for word in *words {
            assert!(told.contains(word), "{word:?} is missing in\n{told}");
        }
        assert_eq!(code, Some(*status), "{told}");
    }
}

#[test]
fn a_revision_is_compiled_as_json_tells_it() {
    let place = Place::new();
    place.patch(&[(
        "drivers/a.c",
        "int f(int x, int y);\nint f(int x, int y)\n{\n\treturn x;\n}\n",
    )]);
    let tree = place.path("tree");
    // A work tree is no part of it.
    fs::write(place.path("tree/drivers/Makefile"), "").unwrap();
    let output = place.build(&["--git", &tree, "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told:#}");
    assert_eq!(told["verdict"], "violated");
    assert_eq!(told["new"][0]["file"], "drivers/a.c");
    assert_eq!(told["parts"][0]["name"], "drivers/a.c");
    assert_eq!(told["parts"][0]["state"], "compiled");
    assert_eq!(told["parts"][0]["warnings"]["after"], 1);
}

#[test]
fn quiet_is_quiet_where_all_compiles() {
    let place = Place::new();
    place.patch(&[("drivers/a.c", A)]);
    assert_eq!(place.on_tree(&["--quiet"]), (Some(0), String::new()));
}

/// Arguments, and what is said: exit status 2.
#[test]
fn what_make_cannot_be_given_is_refused() {
    let place = Place::new();
    place.patch(&[("drivers/a.c", A)]);
    let refused: [(&[&str], &str); 6] = [
        (&["--sample"], "the built-in tree is no whole kernel"),
        (&["--tree", "t", "--arch=--eval=x"], "--arch"),
        (&["--tree", "t", "--set", "CONFIG_A=$(shell x)"], "--set"),
        (
            &["--tree", "t", "--config", "all"],
            "a target that makes a configuration",
        ),
        (
            &["--tree", "t", "--object", "../x.o"],
            "its path from the tree's top",
        ),
        (
            &["--tree", "t", "--object", "CC=x.o"],
            "its path from the tree's top",
        ),
    ];
    for (more, words) in refused {
        let output = place.build(more);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(words), "{said}");
        assert_eq!(output.status.code(), Some(2));
    }
    let (code, told) = place.on_tree(&["--config", "nonesuch_defconfig"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("`make nonesuch_defconfig` fails in the tree as it is"),
        "{told}"
    );
}

/// Whoever interrupts a build has no compiler left running, and no folder.
#[test]
fn a_signal_ends_what_was_started() {
    let place = Place::new();
    place.patch(&[("drivers/a.c", A)]);
    fs::write(place.path("tree/slow"), "").unwrap();
    for signal in [2, 15] {
        let tree = place.path("tree");
        let mut child = common::command()
            .args(place.arguments())
            .args(["--tree", &tree])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let scratch = place.path("scratch");
        let started = wait_for(|| {
            let name = common::names(Path::new(&scratch)).pop()?;
            let pid =
                fs::read_to_string(Path::new(&scratch).join(name).join("output/started")).ok()?;
            pid.trim().parse::<u32>().ok()
        });
        let sent = Command::new("kill")
            .arg(format!("-{signal}"))
            .arg(child.id().to_string())
            .status();
        assert!(sent.unwrap().success());
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(signal), "{status:?}");
        wait_for(|| (!Path::new(&format!("/proc/{started}")).exists()).then_some(()));
        assert!(common::names(Path::new(&scratch)).is_empty());
    }
    let left: BTreeMap<String, Vec<u8>> = common::files(Path::new(&place.path("scratch")));
    assert!(left.is_empty());
}

fn wait_for<T>(mut ready: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = ready() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "it never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}
