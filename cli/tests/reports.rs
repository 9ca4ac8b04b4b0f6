//! Every format of every command that makes reports is valid by the schema of those who read it, and agrees with the exit
//! status.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;
#[path = "reports/junit.rs"]
mod junit;
#[path = "reports/sarif.rs"]
mod sarif;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A spec of two changes, and claims about a tree.
const SPEC: &str = "[[patch.change]]\nkind = 'member'\nfile = 'include/lamp.h'\nstruct = 'lamp'\nafter = 'on'\n\
    declare = 'unsigned int dim:1'\n\
    [[patch.change]]\nkind = 'test'\nfile = 'drivers/glow_up.c'\nfunction = 'lamp_ready'\n\
    where = '$L->on'\nor = '$L->dim'\n\
    [[invariant]]\nid = 'no-writer'\nkind = 'count'\npattern = '$L->dim = 1'\ncount = 0\n\
    reason = 'Nobody sets it <yet>.'\n";

/// The folder that the runs are in: specs and trees for every verdict. The names ask for escapes.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("lamp.toml", &format!("{}{SPEC}", common::HEAD));
        folder.write("not a spec.toml", "spec = 1\n");
        let header = "struct lamp {\n\tunsigned int on:1;\n};\n";
        let dim = "struct lamp {\n\tunsigned int on:1;\n\tunsigned int dim:1;\n};\n";
        let code = |test: &str| {
            format!(
                "#include \"../include/lamp.h\"\n\nint lamp_ready(struct lamp *l)\n{{\n\treturn {test};\n}}\n"
            )
        };
        for (tree, header, code, more) in [
            ("before", header, code("l->on"), ""),
            ("half,100%", dim, code("l->on"), ""),
            ("landed", dim, code("l->on || l->dim"), ""),
            (
                "a: b",
                dim,
                code("l->on || l->dim"),
                "void f(struct lamp *l)\n{\n\tif (( l->dim = 1;\n}\n",
            ),
        ] {
            folder.write(&format!("{tree}/include/lamp.h"), header);
            folder.write(&format!("{tree}/drivers/glow_up.c"), &code);
            folder.write(&format!("{tree}/drivers/more.c"), more);
        }
        folder
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs the command; its exit status, and what it printed.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = common::command();
        let output = command.current_dir(self.path()).args(arguments).output();
        let output = output.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), text)
    }
}

/// The runs: for each command, one for every exit status that it prints a report with.
const RUNS: &[(i32, &[&str])] = &[
    (0, &["verify", "lamp.toml", "--landed", "--tree", "landed"]),
    (
        1,
        &["verify", "lamp.toml", "--landed", "--tree", "half,100%"],
    ),
    (3, &["verify", "lamp.toml", "--landed", "--tree", "a: b"]),
    (0, &["verify", "lamp.toml", "--tree", "before"]),
    (1, &["verify", "lamp.toml", "--tree", "landed"]),
    (
        0,
        &["check", "lamp.toml", "--tree", "landed", "--tree", "before"],
    ),
    (1, &["check", "lamp.toml", "--tree", "half,100%"]),
    (
        3,
        &["check", "lamp.toml", "--tree", "a: b", "--tree", "landed"],
    ),
    (
        1,
        &[
            "check",
            "lamp.toml",
            "--tree",
            "a: b",
            "--tree",
            "half,100%",
        ],
    ),
    // One pair is violated, one is unusable.
    (
        2,
        &[
            "check",
            "not a spec.toml",
            "lamp.toml",
            "--tree",
            "half,100%",
        ],
    ),
    (
        2,
        &[
            "check",
            "lamp.toml",
            "--tree",
            "no such tree",
            "--tree",
            "landed",
        ],
    ),
    (0, &["audit", "$L->on", "--tree", "landed"]),
    (
        1,
        &["audit", "$L->on", "--then", "$L->dim", "--tree", "landed"],
    ),
    (1, &["audit", "$L->dim", "--tree", "before"]),
    (3, &["audit", "$L->dim", "--tree", "a: b"]),
];

/// The verdict that goes with an exit status.
fn verdict(status: i32) -> &'static str {
    match status {
        0 => "holds",
        1 => "violated",
        2 => "unusable",
        _ => "unknown",
    }
}

/// Asks every run for a format.
fn each(format: &str, judge: impl Fn(i32, &[&str], &str)) {
    let folder = Folder::new();
    let (status, _) = folder.run(&["render", "lamp.toml", "--tree", "before"]);
    assert_eq!(status, 0);
    for (expected, arguments) in RUNS {
        let (status, text) = folder.run(&[arguments, &["--format", format][..]].concat());
        assert_eq!(status, *expected, "{arguments:?}: {text}");
        judge(status, arguments, &text);
    }
}

/// Says every place where a value is not as its schema has it.
fn valid(schema: &Value, value: &Value) -> Result<(), String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    let faults = validator.iter_errors(value);
    let faults: Vec<String> = faults
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n")),
    }
}

#[test]
fn json_is_valid_by_the_schema_that_is_published() {
    let schema = common::run(&["schema", "--of", "report"]);
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    each("json", |status, arguments, text| {
        let report: Value = serde_json::from_str(text).unwrap();
        valid(&schema, &report).unwrap_or_else(|fault| panic!("{arguments:?}: {fault}"));
        assert_eq!(report["verdict"], verdict(status), "{arguments:?}");
        assert_eq!(report["tool"]["name"], "patchwright");
        // The schema is of use: a report without one of its keys, or with a wrong word, is not valid.
        for key in report.as_object().unwrap().keys() {
            let mut broken = report.clone();
            broken.as_object_mut().unwrap().remove(key);
            let may_be_left_out = key == "then" || key == "spec";
            assert!(may_be_left_out || valid(&schema, &broken).is_err(), "{key}");
        }
    });
}

#[test]
fn a_stored_report_says_what_was_judged() {
    each("json", |_, arguments, text| {
        let report: Value = serde_json::from_str(text).unwrap();
        let names: Vec<&str> = match arguments[0] {
            "verify" => {
                assert_eq!(report["spec"], "lamp.toml");
                let is_series = !arguments.contains(&"--landed");
                assert_eq!(
                    report["patches"].as_array().unwrap().len(),
                    if is_series { 2 } else { 0 }
                );
                vec![report["tree"].as_str().unwrap()]
            }
            "check" => {
                let checks = report["checks"].as_array().unwrap().iter();
                checks
                    .map(|check| check["tree"].as_str().unwrap())
                    .collect()
            }
            _ => {
                assert_eq!(report["pattern"], arguments[1]);
                vec![report["tree"].as_str().unwrap()]
            }
        };
        for tree in arguments.windows(2).filter(|pair| pair[0] == "--tree") {
            assert!(names.contains(&tree[1]), "{arguments:?}: {names:?}");
        }
    });
}

#[test]
fn sarif_is_valid_and_every_result_has_what_code_scanning_asks_for() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/sarif-2.1.0.json");
    let schema = fs::read_to_string(schema).unwrap();
    // The pattern of a run's language has a bracket too many, which a strict reader of schemas refuses; we have none.
    let schema = schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    each("sarif", |status, arguments, text| {
        let log: Value = serde_json::from_str(text).unwrap();
        valid(&schema, &log).unwrap_or_else(|fault| panic!("{arguments:?}: {fault}"));
        sarif::check(&log);
        let run = &log["runs"][0];
        assert_eq!(
            run["properties"]["verdict"],
            verdict(status),
            "{arguments:?}"
        );
        assert_eq!(run["invocations"][0]["exitCode"], status);
    });
}

/// Lines move, the finding is the same.
#[test]
fn the_fingerprint_of_a_finding_does_not_depend_on_its_line() {
    let prints = |before: &str| {
        let folder = Folder::new();
        let path = folder.path().join("half,100%/drivers/glow_up.c");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{before}{text}")).unwrap();
        let (_, text) = folder.run(&[RUNS[1].1, &["--format", "sarif"][..]].concat());
        let log: Value = serde_json::from_str(&text).unwrap();
        sarif::fingerprints(&log)
    };
    assert_eq!(prints(""), prints("/* One line more. */\n"));
}

#[test]
fn junit_is_as_jenkins_reads_it_and_fails_where_the_run_does() {
    each("junit", |status, arguments, text| {
        let suites = junit::read(text).unwrap_or_else(|fault| panic!("{arguments:?}: {fault}"));
        let has = |tag: &str| suites.iter().any(|case| case.outcome == tag);
        assert_eq!(has("failure") || has("error"), status != 0, "{arguments:?}");
        if arguments[0] == "check" {
            let trees = arguments.iter().filter(|word| **word == "--tree").count();
            let specs = arguments
                .iter()
                .filter(|word| word.ends_with(".toml"))
                .count();
            assert_eq!(suites.len(), specs * trees, "{text}");
        }
        let mut names: Vec<_> = suites
            .iter()
            .map(|case| (&case.class, &case.name))
            .collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), suites.len(), "{text}");
    });
}

#[test]
fn markdown_of_check_is_a_matrix() {
    let folder = Folder::new();
    let (_, text) = folder.run(&[
        "check",
        "lamp.toml",
        "not a spec.toml",
        "--tree",
        "landed",
        "--tree",
        "half,100%",
        "--format",
        "markdown",
    ]);
    let table: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(
        table,
        [
            "| spec | `landed` | `half,100%` |",
            "|---|---|---|",
            "| `case-v1` | landed | **partly landed** |",
            "| `not a spec.toml` | **unusable** | **unusable** |",
        ]
    );
    // A name is a code span, as it is.
    assert!(
        text.contains("`glow_up`") || text.contains("`lamp_ready()`"),
        "{text}"
    );
}

/// What GitHub's runner makes of a line: the command, its properties and the message, unescaped.
fn annotation(line: &str) -> (String, Vec<(String, String)>, String) {
    let rest = line.strip_prefix("::").unwrap();
    let (head, message) = rest.split_once("::").unwrap();
    let (command, properties) = head.split_once(' ').unwrap_or((head, ""));
    let unescape = |text: &str, also: &[(&str, &str)]| {
        let mut text = text.replace("%0D", "\r").replace("%0A", "\n");
        for (code, sign) in also {
            text = text.replace(code, sign);
        }
        text.replace("%25", "%")
    };
    let properties = properties.split(',').map(|property| {
        let (name, value) = property.split_once('=').unwrap();
        (
            name.to_owned(),
            unescape(value, &[("%3A", ":"), ("%2C", ",")]),
        )
    });
    let message = unescape(message, &[]);
    (command.to_owned(), properties.collect(), message)
}

#[test]
fn annotations_come_out_of_the_runner_as_they_were() {
    let trees = ["half,100%", "a: b", "landed"];
    let folder = Folder::new();
    let arguments = ["check", "lamp.toml", "--format", "github"];
    let with_trees = trees.iter().flat_map(|tree| ["--tree", tree]);
    let (_, text) = folder.run(&arguments.into_iter().chain(with_trees).collect::<Vec<_>>());
    let read: Vec<_> = text.lines().map(annotation).collect();
    assert_eq!(read.len(), trees.len() + 1);
    for ((command, properties, _), (tree, expected)) in read
        .iter()
        .zip(trees.iter().zip(["error", "warning", "notice"]))
    {
        assert_eq!(command, expected);
        let title = properties.iter().find(|(name, _)| name == "title").unwrap();
        assert_eq!(title.1, format!("case-v1 on {tree}"));
        let names: Vec<&str> = properties.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["file", "line", "title"]);
    }
    let (_, _, last) = read.last().unwrap();
    assert_eq!(last, "violated: 1 violated, 1 unknown, 1 holds");
}

/// The page needs nothing else: no script, no request; what it links to is in it.
#[test]
fn html_is_one_page_with_landmarks() {
    each("html", |_, arguments, text| {
        for missing in [
            "<script", "http:", "https:", "src=", "<link", "@import", "url(",
        ] {
            assert!(!text.contains(missing), "{arguments:?}: {missing}");
        }
        assert_eq!(text.matches("<main>").count(), 1);
        assert_eq!(text.matches("<h1>").count(), 1);
        for link in text.split("href=\"").skip(1) {
            let target = link.split('"').next().unwrap();
            let id = target.strip_prefix('#').unwrap();
            assert_eq!(text.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
        for block in text.split("<pre").skip(1) {
            assert!(block.contains("tabindex=\"0\""), "{block}");
        }
        let table = matches!(arguments[0], "check") || text.contains("id=\"uses\"");
        assert_eq!(text.contains("<table>"), table, "{arguments:?}");
    });
}

/// A diff is shown with what was found at its lines.
#[test]
fn html_has_the_patches_with_their_findings() {
    let folder = Folder::new();
    folder.run(&["render", "lamp.toml", "--tree", "before"]);
    let out = folder.path().join("out/case-v1");
    let patch: PathBuf = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "patch"))
        .unwrap();
    let mail = fs::read_to_string(&patch).unwrap();
    // A hand that forgot the new operand.
    fs::write(
        &patch,
        mail.replace("+\treturn l->on || l->dim;", "+\treturn l->on && l->dim;"),
    )
    .unwrap();
    let (status, text) = folder.run(&[
        "verify",
        "lamp.toml",
        "--tree",
        "before",
        "--format",
        "html",
    ]);
    assert_eq!(status, 1);
    let line = text
        .lines()
        .find(|line| line.contains("<ins>&#38;&#38;") || line.contains("<ins>&amp;&amp;"));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains("class=\"note violated\""), "{line}");
    assert!(line.contains("href=\"#finding-1\""), "{line}");
}
