//! The tools, each on a task in a folder of its own, and whether what it made is what the maintainers made.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::code;
use crate::hunks;
use crate::tasks::Task;

/// What became of a task. What ends well and is not right is wrong: nobody reads a port that claims to have worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    Wrong,
    Refused,
}

/// One of those that are compared.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    program: PathBuf,
    /// Its arguments; what is in braces is the name of a file.
    arguments: &'static [&'static str],
    /// Whether it prints the result.
    prints: bool,
}

/// All of them, ours last.
pub(crate) fn all(patchwright: &Path) -> Vec<Tool> {
    let tool = |name, title, arguments, prints| Tool {
        name,
        title,
        program: PathBuf::from(name),
        arguments,
        prints,
    };
    let merge: &[&str] = &["merge-file", "-p", "{target}", "{before}", "{after}"];
    let ours: &[&str] = &[
        "port", "{patch}", "--from", "from", "--to", "to", "--file", "{path}", "--result", "{out}",
    ];
    vec![
        tool(
            "patch",
            "GNU patch, fuzz 3",
            &[
                "-s", "-f", "-N", "-F3", "-r", "-", "-o", "{out}", "{target}", "{patch}",
            ],
            false,
        ),
        tool("git", "git merge-file", merge, true),
        tool(
            "wiggle",
            "wiggle",
            &["--merge", "{target}", "{before}", "{after}"],
            true,
        ),
        tool(
            "mergiraf",
            "mergiraf",
            &["merge", "{before}", "{target}", "{after}", "-p", "{path}"],
            true,
        ),
        Tool {
            program: patchwright.to_owned(),
            ..tool("patchwright", "patchwright port", ours, false)
        },
    ]
}

impl Tool {
    pub(crate) fn is_ours(&self) -> bool {
        self.name == "patchwright"
    }

    pub(crate) fn is_there(&self) -> bool {
        let mut command = Command::new(&self.program);
        command.arg("--version").stdin(Stdio::null());
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok()
    }

    /// Runs it in a folder; whether it says that it is done, and what it printed of errors.
    fn run(&self, folder: &Path, path: &str) -> io::Result<(bool, String)> {
        let file = |argument: &&str| match *argument {
            "{before}" => format!("from/{path}"),
            "{after}" => format!("after/{path}"),
            "{target}" => format!("to/{path}"),
            "{patch}" => "change.patch".to_owned(),
            "{path}" => path.to_owned(),
            "{out}" => "out.c".to_owned(),
            other => other.to_owned(),
        };
        // A minute is what a person would wait: of the processor, so that what else the machine does is no matter.
        let mut command = Command::new("sh");
        let limited = "ulimit -t 60; exec timeout 900 \"$@\"";
        command.args(["-c", limited, "sh"]).arg(&self.program);
        command
            .args(self.arguments.iter().map(file))
            .current_dir(folder);
        let output = command.stdin(Stdio::null()).output()?;
        if self.prints {
            fs::write(folder.join("out.c"), &output.stdout)?;
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok((output.status.success(), said))
    }
}

/// Tries a tool on a task.
///
/// # Errors
/// A file cannot be read or written, or the tool does not start.
pub(crate) fn try_on(
    tool: &Tool,
    task: &Task,
    trees: &[PathBuf; 4],
) -> io::Result<(Verdict, String)> {
    let folder = tempfile::tempdir()?;
    let mut texts = Vec::new();
    for root in trees {
        texts.push(fs::read(root.join(&task.path))?);
    }
    let body = |side: usize| &texts[side][task.places[side].clone()];
    let made = hunks::with(body(0), body(1), &task.donor);
    let wanted = hunks::with(body(2), body(3), &task.target);
    let Range { above, below } = Range::around(&texts[0], &task.places[0]);
    let after = [above, &made, below].concat();
    for (side, text) in [("from", &texts[0]), ("after", &after), ("to", &texts[2])] {
        let file = folder.path().join(side).join(&task.path);
        fs::create_dir_all(file.parent().unwrap_or(folder.path()))?;
        fs::write(file, text)?;
    }
    diff(folder.path(), &task.path)?;
    let (is_done, said) = tool.run(folder.path(), &task.path)?;
    if !is_done {
        return Ok((Verdict::Refused, said));
    }
    let result = fs::read(folder.path().join("out.c")).unwrap_or_default();
    let Range { above, below } = Range::around(&texts[2], &task.places[2]);
    let inside = result
        .strip_prefix(above)
        .and_then(|rest| rest.strip_suffix(below));
    let is_right = inside.is_some_and(|inside| code::words(inside) == code::words(&wanted));
    let verdict = if is_right {
        Verdict::Right
    } else {
        Verdict::Wrong
    };
    Ok((verdict, said))
}

/// What is around a function: nothing of it may change.
struct Range<'t> {
    above: &'t [u8],
    below: &'t [u8],
}

impl<'t> Range<'t> {
    fn around(text: &'t [u8], function: &std::ops::Range<usize>) -> Self {
        Self {
            above: &text[..function.start],
            below: &text[function.end..],
        }
    }
}

/// Writes the donor's change as a patch.
fn diff(folder: &Path, path: &str) -> io::Result<()> {
    let label = |side: &str| format!("--label={side}/{path}");
    let mut command = Command::new("diff");
    command.args(["-u", "-p", &label("a"), &label("b")]);
    command.args([format!("from/{path}"), format!("after/{path}")]);
    let output = command.current_dir(folder).output()?;
    fs::write(folder.join("change.patch"), output.stdout)
}
