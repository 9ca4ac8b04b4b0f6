//! A page, read: its blocks, what they do, what is said about them in comments.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{common, output};

/// What a comment of the page that is about the next block begins with.
const MARK: &str = "<!-- console: ";

/// A page with the blocks that do something.
pub(crate) struct Page {
    /// Its path below the top of the repository.
    pub(crate) name: String,
    path: PathBuf,
    pub(crate) blocks: Vec<Block>,
}

/// A block that runs commands, or is a file or an edit.
pub(crate) struct Block {
    /// The 1-based line of its fence.
    pub(crate) line: usize,
    pub(crate) lines: Vec<String>,
    pub(crate) does: Does,
    pub(crate) setup: Vec<String>,
    pub(crate) not_run: Option<String>,
    exits: Vec<i32>,
}

/// What a block does.
pub(crate) enum Does {
    Run(Vec<Command>),
    Write(String),
    Edit(String),
}

/// A command with what the page says that it prints.
pub(crate) struct Command {
    pub(crate) text: String,
    pub(crate) output: Vec<String>,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let name = path.strip_prefix(common::top()).unwrap();
        let name = name.display().to_string();
        let blocks = blocks(&name, &text.lines().collect::<Vec<_>>());
        Self {
            name,
            path: path.to_owned(),
            blocks,
        }
    }

    /// Writes what was printed into the page, where it says something else.
    pub(crate) fn write_outputs(&self, printed: &[(&Block, Vec<String>)]) {
        let text = fs::read_to_string(&self.path).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (block, outputs) in printed.iter().rev() {
            let Does::Run(commands) = &block.does else {
                continue;
            };
            let anew = commands.iter().zip(outputs).flat_map(|(command, printed)| {
                let same = output::compare(&command.output, printed).is_ok();
                let shown = match same {
                    true => command.output.clone(),
                    false => printed
                        .trim_end_matches('\n')
                        .lines()
                        .map(str::to_owned)
                        .collect(),
                };
                let typed = command.text.replace('\n', "\n> ");
                let typed = format!("$ {typed}").lines().map(str::to_owned).collect();
                [typed, shown].concat()
            });
            let anew: Vec<String> = anew.collect();
            lines.splice(block.line..block.line + block.lines.len(), anew);
        }
        fs::write(&self.path, lines.join("\n") + "\n").unwrap();
    }
}

impl Block {
    /// The block as the text of a file.
    pub(crate) fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// The exit status that each command has to have.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = i32> {
        let last = self.exits.last().copied().unwrap_or(0);
        self.exits.iter().copied().chain(std::iter::repeat(last))
    }

    /// The versions of the kernels that the block needs.
    pub(crate) fn kernels(&self) -> impl Iterator<Item = &str> {
        let lines = self.lines.iter().filter(|line| line.starts_with("$ "));
        lines.chain(&self.setup).flat_map(|line| {
            line.split("~/linux-").skip(1).map(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
                rest[..end.unwrap_or(rest.len())].trim_end_matches('.')
            })
        })
    }
}

fn blocks(page: &str, lines: &[&str]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut marks: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        at += 1;
        if let Some(mark) = line.strip_prefix(MARK) {
            marks.push(
                mark.strip_suffix(" -->")
                    .unwrap_or_else(|| panic!("{page}:{at}: no ` -->` at the end")),
            );
            continue;
        }
        let Some(language) = line.strip_prefix("```") else {
            assert!(
                marks.is_empty(),
                "{page}:{at}: a block was to follow `{MARK}`"
            );
            continue;
        };
        let length = lines[at..]
            .iter()
            .take_while(|line| **line != "```")
            .count();
        let inside: Vec<String> = lines[at..at + length]
            .iter()
            .map(|&line| line.to_owned())
            .collect();
        let place = format!("{page}:{at}");
        blocks.extend(block(
            &place,
            at,
            language,
            inside,
            &std::mem::take(&mut marks),
        ));
        at += length + 1;
    }
    blocks
}

/// A block with its marks; none where it is only to be read.
fn block(
    place: &str,
    line: usize,
    language: &str,
    lines: Vec<String>,
    marks: &[&str],
) -> Option<Block> {
    assert!(
        !["sh", "bash", "shell"].contains(&language),
        "{place}: commands are a `console` block, which is run"
    );
    let mut block = Block {
        line,
        does: Does::Run(Vec::new()),
        lines,
        setup: Vec::new(),
        not_run: None,
        exits: Vec::new(),
    };
    for mark in marks {
        match mark.split_once(' ') {
            Some(("exit", numbers)) => {
                block.exits = numbers
                    .split(' ')
                    .map(|number| number.parse().unwrap())
                    .collect();
            }
            Some(("setup", command)) => block.setup.push(command.to_owned()),
            Some(("not", reason)) => {
                block.not_run = reason.strip_prefix("run: ").map(str::to_owned)
            }
            Some(("write", file)) => block.does = Does::Write(file.to_owned()),
            Some(("edit", file)) => block.does = Does::Edit(file.to_owned()),
            _ => panic!("{place}: no such mark: {mark}"),
        }
    }
    if let Does::Run(commands) = &mut block.does {
        if language != "console" {
            assert!(marks.is_empty(), "{place}: not a `console` block");
            return None;
        }
        *commands = self::commands(place, &block.lines);
    }
    Some(block)
}

fn commands(place: &str, lines: &[String]) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    for line in lines {
        if let Some(text) = line.strip_prefix("$ ") {
            commands.push(Command {
                text: text.to_owned(),
                output: Vec::new(),
            });
            continue;
        }
        let command = commands.last_mut();
        let command =
            command.unwrap_or_else(|| panic!("{place}: the first line is no `$ COMMAND`"));
        match line.strip_prefix("> ") {
            Some(more) if command.output.is_empty() => {
                command.text.push('\n');
                command.text.push_str(more);
            }
            _ => command.output.push(line.clone()),
        }
    }
    commands
}
