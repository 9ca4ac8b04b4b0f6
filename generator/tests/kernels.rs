//! The shipped specs on real kernels: the figures, and every tool that takes a series.
//!
//! A kernel that is not unpacked (`make kernels`) makes its tests ignored, which the run says.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use generator::{FailureKind, Rendered};
use libtest_mimic::{Arguments, Failed, Trial};

/// What a spec comes to on a kernel: insertions and deletions of each file, as `git diff --numstat` has it.
struct Expected {
    spec: &'static str,
    kernel: &'static str,
    numstat: &'static str,
}

const EXPECTED: &[Expected] = &[
    Expected {
        spec: "specs/detached-vf/v1.toml",
        kernel: "5.8.1",
        numstat: "8 0 arch/s390/pci/pci.c\n2 1 drivers/vfio/pci/vfio_pci_config.c\n1 0 include/linux/pci.h\n",
    },
    Expected {
        spec: "specs/detached-vf/v2.toml",
        kernel: "5.8.1",
        numstat: "8 0 arch/s390/pci/pci.c\n7 4 drivers/vfio/pci/vfio_pci_config.c\n1 0 include/linux/pci.h\n",
    },
    Expected {
        spec: "specs/detached-vf/v3.toml",
        kernel: "5.8.1",
        numstat: "13 0 arch/s390/pci/pci_bus.c\n4 4 drivers/vfio/pci/vfio_pci_config.c\n4 0 include/linux/pci.h\n",
    },
    Expected {
        spec: "specs/detached-vf/v2.toml",
        kernel: "6.1",
        numstat: "8 0 arch/s390/pci/pci.c\n6 4 drivers/vfio/pci/vfio_pci_config.c\n1 0 include/linux/pci.h\n",
    },
    Expected {
        spec: "specs/detached-vf/v2.toml",
        kernel: "6.12",
        numstat: "8 0 arch/s390/pci/pci.c\n6 4 drivers/vfio/pci/vfio_pci_config.c\n1 0 include/linux/pci.h\n",
    },
];

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for expected in EXPECTED {
        let version = Path::new(expected.spec)
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let name = format!(
            "{version} lands on {} as declared, and every tool takes it",
            expected.kernel
        );
        trials.push(trial(name, expected.kernel, move |kernel| {
            takes(expected, kernel)
        }));
    }
    trials.push(trial(
        "without alternatives 6.12 is refused and no_command_memory is named".to_owned(),
        "6.12",
        unported,
    ));
    libtest_mimic::run(&arguments, trials).exit();
}

fn trial(
    name: String,
    version: &'static str,
    test: impl FnOnce(&Path) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    match support::kernel(version) {
        Some(kernel) => Trial::test(name, move || test(&kernel)),
        None => Trial::test(
            format!("{name} (no linux-{version}: `make kernels`)"),
            || Ok(()),
        )
        .with_ignored_flag(true),
    }
}

fn takes(expected: &Expected, kernel: &Path) -> Result<(), Failed> {
    let path = support::top().join(expected.spec);
    let text = fs::read_to_string(&path).map_err(|e| e.to_string())?;
    let spec = support::spec(expected.spec, &text);
    let rendered = support::render(&spec, kernel).map_err(|failure| failure.to_string())?;
    let scratch = tempfile::tempdir().map_err(|e| e.to_string())?;
    let out = scratch.path().join("out");
    let folder = generator::write(&rendered, &out).map_err(|e| e.to_string())?;
    let mails = mails(&folder)?;

    let by_am = repository(&rendered, kernel, &scratch.path().join("am"))?;
    let base = support::must(&by_am, "git", &["rev-parse", "HEAD"], None);
    let mut am = vec!["am", "-q"];
    am.extend(mails.iter().skip(1).map(String::as_str));
    support::must(&by_am, "git", &am, None);
    let numstat = support::must(
        &by_am,
        "git",
        &["diff", "--numstat", base.trim(), "HEAD"],
        None,
    )
    .replace('\t', " ");
    if numstat != expected.numstat {
        return Err(format!(
            "expected\n{}and got\n{numstat}\n{}",
            expected.numstat,
            support::diffs(&rendered)
        )
        .into());
    }
    kept(&by_am, &spec, &rendered, base.trim())?;
    diff_is_gits(&by_am, &rendered)?;
    others_agree(&rendered, kernel, scratch.path(), &by_am, &mails)?;
    second_run_is_refused(&spec, &by_am)?;
    checkpatch(kernel, &mails)?;
    send(&folder, &mails)
}

/// The files of a series, the cover letter first.
fn mails(folder: &Path) -> Result<Vec<String>, String> {
    let mut mails: Vec<String> = fs::read_dir(folder)
        .map_err(|e| e.to_string())?
        .filter_map(|entry| entry.ok().map(|e| e.path().display().to_string()))
        .filter(|path| path.ends_with(".patch"))
        .collect();
    mails.sort();
    Ok(mails)
}

/// A repository that has just the files that the series changes, and what decides how git shows them.
fn repository(rendered: &Rendered, kernel: &Path, folder: &Path) -> Result<PathBuf, String> {
    for file in rendered
        .manifest
        .files
        .iter()
        .map(|file| file.path.as_str())
        .chain([".gitattributes"])
    {
        let to = folder.join(file);
        fs::create_dir_all(to.parent().unwrap_or(folder)).map_err(|e| e.to_string())?;
        let bytes = fs::read(kernel.join(file)).or_else(|error| match file {
            ".gitattributes" => Ok(b"*.c   diff=cpp\n*.h   diff=cpp\n".to_vec()),
            _ => Err(format!("{file}: {error}")),
        })?;
        fs::write(to, bytes).map_err(|e| e.to_string())?;
    }
    support::must(folder, "git", &["init", "-q"], None);
    support::must(folder, "git", &["add", "-A"], None);
    support::must(
        folder,
        "git",
        &[
            "-c",
            "user.name=B",
            "-c",
            "user.email=b@example.org",
            "commit",
            "-qm",
            "base",
        ],
        None,
    );
    Ok(folder.to_owned())
}

/// `git am` keeps author, date, subject and message.
fn kept(
    repository: &Path,
    spec: &schema::model::Spec,
    rendered: &Rendered,
    base: &str,
) -> Result<(), String> {
    let range = format!("{base}..HEAD");
    let log = support::must(
        repository,
        "git",
        &[
            "log",
            "--reverse",
            "--format=%an <%ae>%n%aD%n%s%n%b%x00",
            &range,
        ],
        None,
    );
    let commits: Vec<&str> = log
        .split('\0')
        .filter(|commit| !commit.trim().is_empty())
        .collect();
    if commits.len() != spec.patches.len() {
        return Err(format!(
            "{} commits of {} patches",
            commits.len(),
            spec.patches.len()
        ));
    }
    for ((commit, patch), (_, mail)) in commits
        .iter()
        .zip(&spec.patches)
        .zip(support::patches(rendered))
    {
        let mail = String::from_utf8_lossy(mail);
        let date = mail
            .lines()
            .find_map(|line| line.strip_prefix("Date: "))
            .unwrap_or_default();
        let author = format!("{} <{}>", spec.series.author.name, spec.series.author.email);
        let head = format!(
            "{author}\n{date}\n{}\n{}\n",
            patch.subject,
            patch.message.trim()
        );
        let commit = commit.trim_start();
        if !commit.starts_with(&head) {
            return Err(format!("the commit\n{commit}\ndoes not start with\n{head}"));
        }
        if !commit.contains(&format!("Signed-off-by: {author}")) {
            return Err(format!("no sign-off in\n{commit}"));
        }
    }
    Ok(())
}

/// The diff and the diffstat in the mails are byte for byte what git makes of the commits.
fn diff_is_gits(repository: &Path, rendered: &Rendered) -> Result<(), String> {
    let count = support::patches(rendered).len();
    for (index, (name, mail)) in support::patches(rendered).into_iter().enumerate() {
        let commit = format!("HEAD~{}", count - 1 - index);
        let shown = support::must(
            repository,
            "git",
            &[
                "show",
                "--format=",
                "--abbrev=12",
                "--stat=72",
                "--summary",
                "-p",
                &commit,
            ],
            None,
        );
        if !String::from_utf8_lossy(mail).contains(&shown) {
            return Err(format!(
                "{name} is not what git shows:\n{shown}\n{}",
                String::from_utf8_lossy(mail)
            ));
        }
    }
    Ok(())
}

fn others_agree(
    rendered: &Rendered,
    kernel: &Path,
    scratch: &Path,
    by_am: &Path,
    mails: &[String],
) -> Result<(), String> {
    let by_patch = repository(rendered, kernel, &scratch.join("patch"))?;
    let by_apply = repository(rendered, kernel, &scratch.join("apply"))?;
    for mail in mails.iter().skip(1) {
        let bytes = fs::read(mail).map_err(|e| e.to_string())?;
        let said = support::must(
            &by_patch,
            "patch",
            &["-p1", "--fuzz=0", "--no-backup-if-mismatch"],
            Some(&bytes),
        );
        if said.contains("offset") || said.contains("fuzz") {
            return Err(said);
        }
        support::must(&by_apply, "git", &["apply", "--check", mail], None);
        support::must(
            &by_apply,
            "git",
            &["apply", "--index", "--whitespace=error-all", mail],
            None,
        );
    }
    for other in [&by_patch, &by_apply] {
        let args = [
            "-r",
            "--exclude=.git",
            &by_am.display().to_string(),
            &other.display().to_string(),
        ];
        support::must(scratch, "diff", &args, None);
    }
    Ok(())
}

/// The series over its own result says that all of it is there.
fn second_run_is_refused(spec: &schema::model::Spec, patched: &Path) -> Result<(), String> {
    match support::render(spec, patched) {
        Err(failure) if failure.kind == FailureKind::Present && !failure.is_partly_present() => {
            Ok(())
        }
        Err(failure) => Err(format!("a second run: {failure}")),
        Ok(second) => Err(format!("a second copy: {}", support::diffs(&second))),
    }
}

/// 0 errors, 0 warnings, 0 checks, by the checkpatch of this kernel, or of another where it has none. An
/// unpacked kernel has no history in which the commits that a message cites could be looked up.
fn checkpatch(kernel: &Path, mails: &[String]) -> Result<(), String> {
    let script = [kernel.to_owned()]
        .into_iter()
        .chain(["6.12", "6.1"].into_iter().filter_map(support::kernel))
        .map(|kernel| kernel.join("scripts/checkpatch.pl"))
        .find(|script| script.exists());
    let Some(script) = script else {
        return Err("no kernel here has scripts/checkpatch.pl".to_owned());
    };
    let script = script.display().to_string();
    for mail in mails.iter().skip(1) {
        let args = [
            script.as_str(),
            "--no-tree",
            "--strict",
            "--ignore=UNKNOWN_COMMIT_ID",
            mail.as_str(),
        ];
        let output = support::run(kernel, "perl", &args, None);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !said.contains("total: 0 errors, 0 warnings, 0 checks") {
            return Err(said);
        }
    }
    Ok(())
}

/// git send-email shows the thread: every patch answers the cover letter.
fn send(folder: &Path, mails: &[String]) -> Result<(), Failed> {
    let mut args = vec![
        "send-email",
        "--dry-run",
        "--quiet",
        "--confirm=never",
        "--from=S <s@example.org>",
        "--smtp-server=/bin/true",
    ];
    args.extend(mails.iter().map(String::as_str));
    let shown = support::run(folder, "git", &args, None);
    if !shown.status.success() {
        return Err(String::from_utf8_lossy(&shown.stderr).into_owned().into());
    }
    let cover =
        fs::read_to_string(mails.first().map_or("", String::as_str)).map_err(|e| e.to_string())?;
    let id = cover
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: "))
        .unwrap_or_default();
    for mail in mails.iter().skip(1) {
        let text = fs::read_to_string(mail).map_err(|e| e.to_string())?;
        if !text.contains(&format!("\nIn-Reply-To: {id}\nReferences: {id}\n")) {
            return Err(format!("{mail} does not answer the cover letter").into());
        }
    }
    Ok(())
}

/// v2 as it was written for 5.8, without a word about later kernels.
fn unported(kernel: &Path) -> Result<(), Failed> {
    let path = support::top().join("specs/detached-vf/v2.toml");
    let mut text = fs::read_to_string(path).map_err(|e| e.to_string())?;
    text = text.replace(
        "[\"$DEV->is_virtfn\", \"$DEV->no_command_memory\"]\t#",
        "\"$DEV->is_virtfn\" #",
    );
    text = text.replace(
        "where = [\"$DEV->is_virtfn\", \"$DEV->no_command_memory\"]",
        "where = \"$DEV->is_virtfn\"",
    );
    let from = text.find("id = \"preset-bit\"").ok_or("no preset-bit")?;
    let to = text[from..]
        .find("[[patch.change.instead]]")
        .ok_or("no instead")?
        + from;
    let (head, tail) = (
        text[..from].to_owned(),
        text[to..].replacen("[[patch.change.instead]]", "", 1),
    );
    let text = format!(
        "{head}id = \"preset-bit\"\nfile = \"drivers/vfio/pci/vfio_pci_config.c\"\nfunction = \"vfio_config_init\"\n{tail}"
    );
    let spec = support::spec("v2-for-5.8", &text);
    let Err(failure) = support::render(&spec, kernel) else {
        return Err("it renders".into());
    };
    if failure.kind != FailureKind::Drift {
        return Err(format!("{:?}: {failure}", failure.kind).into());
    }
    let missed: Vec<&str> = failure
        .problems
        .iter()
        .map(|problem| problem.change.as_str())
        .collect();
    if missed != ["allow-mmio", "show-bit", "preset-bit"] {
        return Err(format!("{missed:?}\n{failure}").into());
    }
    for problem in &failure.problems {
        if !problem
            .near
            .iter()
            .any(|near| near.text.contains("no_command_memory"))
        {
            return Err(
                format!("no_command_memory is not among the candidates:\n{problem}").into(),
            );
        }
    }
    Ok(())
}
