//! The kernel's own make, in the scratch folder.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use schema::model::Build;

use super::Stop;
use super::scratch::Scratch;
use super::signals::Signals;
use crate::error::CommandError;

/// How long what was started may take to end when asked to.
const PATIENCE: Duration = Duration::from_secs(2);

/// What make is started with.
pub(crate) struct Kbuild<'a> {
    pub(crate) scratch: &'a Scratch,
    pub(crate) build: &'a Build,
    pub(crate) jobs: usize,
    pub(crate) signals: &'a Signals,
}

/// A run of make.
pub(crate) struct Made {
    pub(crate) is_good: bool,
    /// All that it printed.
    pub(crate) log: String,
}

impl Made {
    /// The last lines, as an error shows them.
    pub(crate) fn tail(&self) -> String {
        let lines: Vec<&str> = self.log.trim_end().lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }
}

impl Kbuild<'_> {
    /// Runs make with targets and variables, as far as it gets.
    ///
    /// # Errors
    /// Exit status 2: there is no make. A signal, once all that was started has ended.
    pub(crate) fn make(&self, arguments: &[&str]) -> Result<Made, Stop> {
        let log = self.scratch.log();
        let output = File::create(&log).map_err(CommandError::from)?;
        let errors = output.try_clone().map_err(CommandError::from)?;
        let mut command = Command::new("make");
        command.args(["-s", "-k"]).arg(format!("-j{}", self.jobs));
        command.arg("-C").arg(self.scratch.source());
        let mut folder = std::ffi::OsString::from("O=");
        folder.push(self.scratch.output());
        command.arg(folder);
        let variables = [
            ("ARCH", &self.build.arch),
            ("CROSS_COMPILE", &self.build.cross),
        ];
        for (name, value) in variables {
            command.args(value.iter().map(|value| format!("{name}={value}")));
        }
        // CONFIG_WERROR would make an object with any warning of W=1 one that does not compile.
        command.arg("KCFLAGS=-Wno-error");
        command.args(arguments);
        // What is in the caller's environment for another build would make this one another, too.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let is_make = [
                "ARCH",
                "CROSS_COMPILE",
                "O",
                "W",
                "C",
                "V",
                "M",
                "MAKEFLAGS",
                "MFLAGS",
                "MAKELEVEL",
            ];
            if is_make.contains(&text.as_ref())
                || text.starts_with("KBUILD_")
                || text.starts_with("KCONFIG_")
            {
                command.env_remove(&name);
            }
        }
        command
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors);
        // A group of its own, so that all of it can be ended.
        let child = command
            .process_group(0)
            .spawn()
            .map_err(|error| no_make(&error))?;
        let is_good = self.wait(child)?;
        let log = fs::read(&log).map_err(CommandError::from)?;
        Ok(Made {
            is_good,
            log: String::from_utf8_lossy(&log).into_owned(),
        })
    }

    /// Whether it ended well; where a signal comes first, ends it.
    fn wait(&self, mut child: Child) -> Result<bool, Stop> {
        loop {
            if let Some(status) = child.try_wait().map_err(CommandError::from)? {
                if let Some(signal) = status.signal() {
                    return Err(CommandError::unusable(format!(
                        "make was ended by signal {signal}"
                    ))
                    .into());
                }
                return Ok(status.success());
            }
            if let Err(stop) = self.signals.check() {
                end(&mut child);
                return Err(stop);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where an object is made.
    pub(crate) fn object(&self, object: &str) -> PathBuf {
        self.scratch.output().join(object)
    }
}

/// Ends a child with all that it started, the obstinate too.
fn end(child: &mut Child) {
    let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else {
        return;
    };
    // What is gone already cannot be ended, and needs not.
    let _ = kill_process_group(group, Signal::TERM);
    let asked = Instant::now();
    while asked.elapsed() < PATIENCE {
        if matches!(child.try_wait(), Ok(Some(_))) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait();
}

fn no_make(error: &std::io::Error) -> CommandError {
    let told = CommandError::unusable(format!("cannot run make: {error}"));
    match error.kind() {
        ErrorKind::NotFound => told.with_hint("install make, and what the kernel's build needs: gcc, flex, bison, bc, libelf-dev, libssl-dev"),
        _ => told,
    }
}
