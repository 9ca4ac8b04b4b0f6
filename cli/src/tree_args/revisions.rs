//! `--git REPO --rev REV…`, given once or several times: a revision is of the repository before it.
//!
//! clap keeps the values of each option by themselves; which `--rev` follows which `--git` is told by their places on the
//! command line, for which this reads its matches by hand.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};

/// The two options, as clap describes them.
#[derive(Clone, Debug, Args)]
struct Options {
    /// A git repository (bare or not), read at each --rev without a checkout; may be given again, each with the revisions that
    /// follow it.
    #[arg(long, value_name = "REPO")]
    git: Vec<PathBuf>,

    /// A revision of the --git before it, as git names revisions: v6.12, HEAD~3, a commit id; may be given again [default:
    /// HEAD].
    #[arg(long, value_name = "REV", requires = "git")]
    rev: Vec<String>,
}

/// A repository with the revisions asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repository {
    pub(super) path: PathBuf,
    /// At least one.
    pub(super) revisions: Vec<String>,
}

/// The repositories, in the order given.
#[derive(Clone, Debug)]
pub(crate) struct Revisions(pub(super) Vec<Repository>);

impl Revisions {
    /// The path of the first, and whether there are others.
    pub(super) fn first(&self) -> Option<(&Path, bool)> {
        let first = self.0.first()?;
        Some((&first.path, self.0.len() > 1))
    }
}

impl Args for Revisions {
    fn augment_args(command: Command) -> Command {
        Options::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Options::augment_args_for_update(command)
    }
}

impl FromArgMatches for Revisions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let Options { git, rev } = Options::from_arg_matches(matches)?;
        let places = |name| matches.indices_of(name).into_iter().flatten();
        let git = places("git").zip(git);
        let rev = places("rev").zip(rev);
        Ok(Self(paired(git.collect(), rev.collect())))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Each repository with the revisions between it and the next; those before the first are of the first.
fn paired(git: Vec<(usize, PathBuf)>, rev: Vec<(usize, String)>) -> Vec<Repository> {
    let starts: Vec<usize> = git.iter().map(|(place, _)| *place).collect();
    let owner = |place: usize| {
        let before = starts.iter().filter(|start| **start < place).count();
        before.saturating_sub(1)
    };
    let repositories = git.into_iter().enumerate().map(|(number, (_, path))| {
        let own = rev.iter().filter(|(place, _)| owner(*place) == number);
        let mut revisions: Vec<String> = own.map(|(_, revision)| revision.clone()).collect();
        if revisions.is_empty() {
            revisions.push("HEAD".to_owned());
        }
        Repository { path, revisions }
    });
    repositories.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        revisions: Revisions,
    }

    #[test]
    fn a_revision_is_of_the_repository_before_it() {
        let cases = [
            ("--git a", "a@HEAD"),
            ("--git a --rev 1 --rev 2", "a@1 a@2"),
            ("--rev 1 --git a", "a@1"),
            ("--git a --git b", "a@HEAD b@HEAD"),
            ("--git a --rev 1 --git b --rev 2 --rev 3", "a@1 b@2 b@3"),
            ("--git a --git b --rev 2", "a@HEAD b@2"),
            ("--rev 1 --git a --git=b --rev=2", "a@1 b@2"),
            ("--git a --rev 1 --git a --rev 2", "a@1 a@2"),
        ];
        for (line, expected) in cases {
            let line = std::iter::once("x").chain(line.split(' '));
            let Line { revisions } = clap::Parser::try_parse_from(line).unwrap_or_else(|error| {
                error.exit();
            });
            let found = revisions.0.iter().flat_map(|repository| {
                let path = repository.path.display();
                let named = repository.revisions.iter();
                named.map(move |revision| format!("{path}@{revision}"))
            });
            assert_eq!(found.collect::<Vec<_>>().join(" "), expected);
        }
    }
}
