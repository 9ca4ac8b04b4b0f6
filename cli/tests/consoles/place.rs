//! Where the blocks of a page are run: a home with a clone of this repository, and trees to try it on.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::common;

/// What blocks may write into, and so is copied into the clone; the rest of it is links.
const COPIED: &str = "specs";
/// What is no part of a clone.
const ABSENT: [&str; 3] = [".git", "out", "target"];

/// A home, and the folder in it where the commands run.
pub(crate) struct Place {
    home: tempfile::TempDir,
}

/// A kernel of `make kernels`; none where it is not unpacked.
pub(crate) fn kernel(version: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PATCHWRIGHT_KERNELS").map_or_else(
        || {
            PathBuf::from(std::env::var_os("HOME").unwrap_or_default())
                .join(".cache/patchwright/kernels")
        },
        PathBuf::from,
    );
    let folder = root.join(format!("linux-{version}"));
    folder.join("MAINTAINERS").exists().then_some(folder)
}

/// The command that brings a kernel.
pub(crate) fn provider(version: &str) -> String {
    match version {
        "6.1" | "6.12" => "make kernels".to_owned(),
        _ => format!("git worktree add ~/.cache/patchwright/kernels/linux-{version} v{version}"),
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self {
            home: tempfile::tempdir().unwrap(),
        };
        let home = place.home.path();
        let clone = home.join("patchwright");
        fs::create_dir_all(home.join("bin")).unwrap();
        fs::create_dir_all(&clone).unwrap();
        symlink(
            env!("CARGO_BIN_EXE_patchwright"),
            home.join("bin/patchwright"),
        )
        .unwrap();
        let top = fs::canonicalize(common::top()).unwrap();
        for name in common::names(&top) {
            if name == COPIED {
                common::copy(&top.join(&name), &clone.join(&name));
            } else if !ABSENT.contains(&name.as_str()) {
                symlink(top.join(&name), clone.join(&name)).unwrap();
            }
        }
        fs::write(home.join("folder"), clone.display().to_string()).unwrap();
        for version in ["5.8.1", "6.1", "6.12"] {
            if let Some(folder) = kernel(version) {
                symlink(folder, home.join(format!("linux-{version}"))).unwrap();
            }
        }
        place.repository(&home.join("linux"));
        place
    }

    /// A repository with the built-in tree as v6.10; v6.11 has another line in it, and v6.12 the shipped series
    /// `no-command-memory`. Its commits have the same ids in every run.
    fn repository(&self, folder: &Path) {
        common::copy(&common::top().join("samples/linux"), folder);
        let must = |command: &str| {
            let (status, output) = self.run(command);
            assert_eq!(status, Some(0), "{command}: {output}");
        };
        let commit = |version: &str| {
            must(&format!(
                "git -C ~/linux add -A && git -C ~/linux commit -qm 'Linux {version}' && git -C ~/linux tag v{version}"
            ));
        };
        must("git init -q -b master ~/linux");
        commit("6.10");
        must(
            "sed -i '1i # Drivers for devices that userspace drives itself' ~/linux/drivers/vfio/pci/Kconfig",
        );
        commit("6.11");
        must(
            "patchwright render specs/no-command-memory/v5.toml --git ~/linux --rev v6.11 --commit taken --out ~/taken",
        );
        must("git -C ~/linux reset -q --hard taken && git -C ~/linux branch -qD taken");
        must("echo 'Linux kernel' > ~/linux/README");
        commit("6.12");
        must("git -C ~/linux update-ref refs/remotes/origin/master HEAD");
    }

    /// A file of the folder that the commands run in.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let home = self.home.path();
        match name.strip_prefix("~/") {
            Some(name) => home.join(name),
            None => PathBuf::from(fs::read_to_string(home.join("folder")).unwrap().trim_end())
                .join(name),
        }
    }

    /// Runs a command of a page: its exit status, and all that it prints.
    pub(crate) fn run(&self, command: &str) -> (Option<i32>, String) {
        let home = self.home.path();
        // `cd` holds for the next command too, as in a shell.
        let script =
            format!("exec 2>&1\n{command}\nstatus=$?\npwd >\"$HOME/folder\"\nexit $status");
        let done = Command::new("bash")
            .args(["-c", &script])
            .current_dir(self.path(""))
            .env_clear()
            .env("HOME", home)
            .env(
                "PATH",
                format!(
                    "{}:{}",
                    home.join("bin").display(),
                    std::env::var("PATH").unwrap()
                ),
            )
            .envs([
                ("LC_ALL", "C.UTF-8"),
                ("SOURCE_DATE_EPOCH", "1600000000"),
                ("PATCHWRIGHT", env!("CARGO_BIN_EXE_patchwright")),
                ("GIT_CONFIG_NOSYSTEM", "1"),
                ("GIT_AUTHOR_NAME", "A Developer"),
                ("GIT_AUTHOR_EMAIL", "dev@example.org"),
                ("GIT_AUTHOR_DATE", "1600000000 +0000"),
                ("GIT_COMMITTER_NAME", "A Developer"),
                ("GIT_COMMITTER_EMAIL", "dev@example.org"),
                ("GIT_COMMITTER_DATE", "1600000000 +0000"),
            ])
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&done.stdout).into_owned();
        (
            done.status.code(),
            output.replace(&home.display().to_string(), "~"),
        )
    }

    /// Makes the edit that a block shows: its lines as in a hunk, which the file has once.
    pub(crate) fn edit(&self, file: &str, lines: &[String]) -> Result<(), Failed> {
        let side = |gone: char| -> String {
            let kept = lines.iter().filter(|line| !line.starts_with(gone));
            kept.map(|line| format!("{}\n", line.get(1..).unwrap_or_default()))
                .collect()
        };
        let (before, after) = (side('+'), side('-'));
        let text = fs::read_to_string(self.path(file))?;
        if text.matches(&before).count() != 1 {
            return Err(format!("{file} has not, once, the lines\n{before}\nin\n{text}").into());
        }
        fs::write(self.path(file), text.replacen(&before, &after, 1))?;
        Ok(())
    }
}
