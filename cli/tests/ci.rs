//! The jobs of `contrib/ci` and `action.yml`: read as YAML, and their commands run, as the services would.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::git::git;
use serde_json::Value;

/// A folder as a service has it: a repository of specs, checked out; beside it the upstream trees, each with the branches
/// that the jobs name.
struct Service {
    folder: tempfile::TempDir,
}

impl Service {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let service = Self { folder };
        let upstream = service.path("upstream");
        common::copy(&common::top().join("samples/linux"), &upstream);
        git(&upstream, &["init", "-q", "-b", "master"]);
        git(&upstream, &["add", "-A"]);
        git(&upstream, &["commit", "-qm", "linux"]);
        git(&upstream, &["branch", "linux-6.12.y"]);
        let specs = service.path("work/specs");
        fs::create_dir_all(&specs).unwrap();
        fs::copy(common::spec(2), specs.join("v2.toml")).unwrap();
        fs::create_dir(service.path("bin")).unwrap();
        let link = service.path("bin/patchwright");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_patchwright"), link).unwrap();
        service
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn work(&self, name: &str) -> PathBuf {
        self.path("work").join(name)
    }

    /// A file that the spec names goes: it drifts from the tree.
    fn drift(&self) {
        let upstream = self.path("upstream");
        git(
            &upstream,
            &["rm", "-q", "drivers/vfio/pci/vfio_pci_config.c"],
        );
        git(&upstream, &["commit", "-qm", "drift"]);
    }

    /// Runs a step in the folder of the job, with the repositories of kernel.org and of Patchwright being ours.
    fn run(&self, script: &str, more: &BTreeMap<String, String>) -> Output {
        let upstream = format!("file://{}", self.path("upstream").display());
        let ours = format!("file://{}", common::top().canonicalize().unwrap().display());
        let path = std::env::var("PATH").unwrap();
        let kernel = "https://git.kernel.org/pub/scm/linux/kernel/git";
        let urls = [
            (&upstream, format!("{kernel}/torvalds/linux.git")),
            (&upstream, format!("{kernel}/stable/linux.git")),
            (
                &ours,
                "https://gitlab.example.org/OWNER/patchwright.git".to_owned(),
            ),
        ];
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(self.path("work"))
            .env_clear()
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_COUNT", urls.len().to_string())
            .envs(more);
        for (at, (to, from)) in urls.iter().enumerate() {
            command.env(
                format!("GIT_CONFIG_KEY_{at}"),
                format!("url.{to}.insteadOf"),
            );
            command.env(format!("GIT_CONFIG_VALUE_{at}"), from);
        }
        command.output().unwrap()
    }

    fn must(&self, script: &str) -> String {
        let output = self.run(script, &BTreeMap::new());
        assert!(output.status.success(), "{script}\n{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

fn yaml(name: &str) -> Value {
    let text = fs::read_to_string(common::top().join(name)).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap()).collect()
}

/// The results of a log: rule, level, and whether they are as they were.
fn alerts(sarif: &Path) -> Vec<String> {
    let log: Value = serde_json::from_slice(&fs::read(sarif).unwrap()).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    let told = results.map(|result| {
        let state = result["baselineState"].as_str().unwrap_or("news");
        format!("{} {} {state}", result["ruleId"], result["level"]).replace('"', "")
    });
    told.collect()
}

/// Night after night: what is the same is no news, and an alert stays open until it is mended.
#[test]
fn the_shell_job_prints_what_changed() {
    let service = Service::new();
    let script = common::top().join("contrib/ci/nightly.sh");
    let line = format!(
        "{} states/s.json reports specs/*.toml --git ../upstream --rev linux-6.12.y --git ../upstream --rev master",
        script.canonicalize().unwrap().display()
    );
    let night = || {
        let output = service.run(&line, &BTreeMap::new());
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.stderr.is_empty(),
            "{:?}",
            String::from_utf8_lossy(&output.stderr)
        );
        (
            output.status.code(),
            told.lines().map(str::to_owned).collect::<Vec<_>>(),
        )
    };
    let sarif = service.work("reports/check.sarif");
    let (status, told) = night();
    assert_eq!((status, told.len()), (Some(0), 2), "{told:?}");
    assert_eq!(night(), (Some(0), Vec::new()));
    assert_eq!(alerts(&sarif), ["check/renders none unchanged"; 2]);
    service.drift();
    let (status, told) = night();
    assert_eq!((status, told.len()), (Some(1), 1), "{told:?}");
    assert!(told[0].starts_with("drifted"), "{told:?}");
    assert!(told[0].contains("it was renders"), "{told:?}");
    let drifted = ["check/drifted error news", "check/renders none unchanged"];
    assert_eq!(alerts(&sarif), drifted);
    assert_eq!(night(), (Some(0), Vec::new()));
    let drifted = [
        "check/renders none unchanged",
        "check/drifted error unchanged",
    ];
    assert_eq!(alerts(&sarif), drifted);
    let reports = common::names(&service.work("reports"));
    assert_eq!(
        reports,
        [
            "check.json",
            "check.md",
            "check.sarif",
            "check.txt",
            "check.xml"
        ]
    );
    let summary = fs::read_to_string(service.work("reports/check.md")).unwrap();
    assert!(
        summary.contains("Nothing changed since the last run."),
        "{summary}"
    );
}

#[test]
fn the_shell_job_says_what_it_cannot_use() {
    let service = Service::new();
    let script = common::top().join("contrib/ci/nightly.sh");
    let script = script.canonicalize().unwrap().display().to_string();
    let output = service.run(&format!("{script} states"), &BTreeMap::new());
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("usage: "));
    let output = service.run(
        &format!("{script} s.json r specs/*.toml --git none"),
        &BTreeMap::new(),
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("none"));
}

/// What stands for `${{ … }}` of a step, or the text itself.
fn expanded(text: &str, known: &BTreeMap<String, String>) -> String {
    let mut parts = text.split("${{");
    let mut whole = parts.next().unwrap().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap();
        let name = name.trim();
        whole += known
            .get(name)
            .unwrap_or_else(|| panic!("`{name}` is nothing that is known"));
        whole += rest;
    }
    whole
}

/// Runs the steps of the action that are scripts, with these inputs: the exit status of the last one.
fn act(service: &Service, with: &Value) -> Option<i32> {
    let action = yaml("action.yml");
    let mut known = BTreeMap::new();
    for (name, input) in action["inputs"].as_object().unwrap() {
        let given = with.get(name).or(input.get("default"));
        let given = given.unwrap_or_else(|| panic!("no input `{name}`"));
        known.insert(format!("inputs.{name}"), given.as_str().unwrap().to_owned());
    }
    let output = service.path("output");
    let mut status = None;
    for step in action["runs"]["steps"].as_array().unwrap() {
        let Some(script) = step["run"].as_str() else {
            continue;
        };
        assert_eq!(
            step["shell"], "bash",
            "a step of a composite action names its shell"
        );
        // What a caller gives is data: it is never pasted into a script.
        assert!(!script.contains("${{"), "{script}");
        let mut environment: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            environment.insert(name.clone(), expanded(value.as_str().unwrap(), &known));
        }
        let top = common::top().canonicalize().unwrap();
        environment.insert("GITHUB_ACTION_PATH".to_owned(), top.display().to_string());
        environment.insert("GITHUB_OUTPUT".to_owned(), output.display().to_string());
        let summary = service.path("summary.md");
        environment.insert(
            "GITHUB_STEP_SUMMARY".to_owned(),
            summary.display().to_string(),
        );
        let done = service.run(script, &environment);
        status = done.status.code();
        for line in fs::read_to_string(&output).unwrap_or_default().lines() {
            let (name, value) = line.split_once('=').unwrap();
            known.insert(format!("steps.check.outputs.{name}"), value.to_owned());
        }
    }
    for value in action["outputs"].as_object().unwrap().values() {
        expanded(value["value"].as_str().unwrap(), &known);
    }
    status
}

/// The workflow as it is written, the action with what the workflow gives it.
#[test]
fn the_workflow_and_its_action_run() {
    let service = Service::new();
    let workflow = yaml("contrib/ci/github.yml");
    assert!(workflow["on"]["schedule"][0]["cron"].is_string());
    let steps = workflow["jobs"]["check"]["steps"].as_array().unwrap();
    let ours = |step: &&Value| step["uses"] == "OWNER/patchwright@REF";
    let with = &steps.iter().find(ours).unwrap()["with"];
    let action = yaml("action.yml");
    let inputs = action["inputs"].as_object().unwrap();
    let given: BTreeSet<&String> = with.as_object().unwrap().keys().collect();
    for name in &given {
        assert!(
            inputs.contains_key(*name),
            "action.yml has no input `{name}`"
        );
    }
    for (name, input) in inputs {
        let is_given = given.contains(name) || input["default"].is_string();
        assert!(is_given, "github.yml has no `{name}`");
    }
    let fetch: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["run"].as_str())
        .collect();
    let night = || {
        let _ = fs::remove_dir_all(service.work("linux.git"));
        let _ = fs::remove_file(service.path("summary.md"));
        fetch.iter().for_each(|script| drop(service.must(script)));
        let status = act(&service, with);
        (
            status,
            fs::read_to_string(service.path("summary.md")).unwrap(),
        )
    };
    let (status, summary) = night();
    assert_eq!(status, Some(0), "{summary}");
    assert!(
        summary.contains("linux.git@mainline") && summary.contains("linux.git@linux-6.12.y"),
        "{summary}"
    );
    service.drift();
    let (status, summary) = night();
    assert_eq!(status, Some(1), "{summary}");
    assert!(summary.contains("drifted"), "{summary}");
    assert_eq!(night().0, Some(0));
}

#[test]
fn every_expression_of_the_action_is_something_that_it_has() {
    let text = fs::read_to_string(common::top().join("action.yml")).unwrap();
    let action = yaml("action.yml");
    let inputs: BTreeSet<&str> = action["inputs"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let used: BTreeSet<&str> = text
        .split("inputs.")
        .skip(1)
        .map(|rest| rest.split([' ', '}', '\n', '\'']).next().unwrap())
        .collect();
    assert_eq!(used, inputs);
    assert_eq!(action["runs"]["using"], "composite");
}

#[test]
fn the_job_for_gitlab_runs() {
    let service = Service::new();
    let job = &yaml("contrib/ci/gitlab-ci.yml")["patchwright"];
    let variables: BTreeMap<String, String> = job["variables"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    // What is committed is what is cloned; what is being worked on is what is tried.
    let mut script = texts(&job["before_script"]);
    let clone = script.remove(0);
    assert_eq!(
        clone,
        "git clone -q --depth=1 \"$PATCHWRIGHT_URL\" patchwright"
    );
    let top = common::top().canonicalize().unwrap();
    let link = format!("ln -s {} patchwright", top.display());
    script.insert(0, &link);
    script.extend(texts(&job["script"]));
    let output = service.run(&script.join("\n"), &variables);
    assert!(output.status.success(), "{output:?}");
    let kept = texts(&job["cache"]["paths"]);
    let kept = kept.into_iter().chain(texts(&job["artifacts"]["paths"]));
    let junit = job["artifacts"]["reports"]["junit"].as_str().unwrap();
    for path in kept.chain([junit]) {
        assert!(service.work(path).exists(), "{path}");
    }
    assert_eq!(job["artifacts"]["when"], "always");
    assert_eq!(job["cache"]["when"], "always");
}
