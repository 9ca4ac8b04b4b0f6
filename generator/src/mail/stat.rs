//! The diffstat, by git's own rules for a mail: libgit2's has other ones once a graph has to be scaled.

use unicode_width::UnicodeWidthStr;

use crate::diff::{FileDiff, named};

/// Columns of a mail's diffstat.
const WIDTH: usize = 72;

/// A diffstat with its totals, and what was created or deleted.
pub(super) fn stat(files: &[FileDiff]) -> String {
    let changed = |file: &FileDiff| file.insertions + file.deletions;
    let most = files.iter().map(changed).max().unwrap_or(0);
    let longest = files.iter().map(|file| name(file).width()).max();
    let columns = Columns::of(longest.unwrap_or(0), most);
    let mut text = String::new();
    for file in files {
        text.push_str(&columns.row(file, most));
    }
    text.push_str(&totals(files));
    for file in files {
        text.extend(remark(file));
    }
    text
}

fn name(file: &FileDiff) -> String {
    match &file.from {
        Some((from, _)) => moved(from.as_str(), file.path.as_str()),
        None => named("", file.path.as_str()),
    }
}

/// `include/{linux => net}/x.h`: what both paths begin and end with, once, at whole folders.
fn moved(from: &str, to: &str) -> String {
    let (old, new) = (named("", from), named("", to));
    if old.starts_with('"') || new.starts_with('"') {
        return format!("{old} => {new}");
    }
    let same = old
        .bytes()
        .zip(new.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let prefix = old
        .get(..same)
        .and_then(|same| same.rfind('/'))
        .map_or(0, |at| at + 1);
    // The slash that ends what they begin with may begin what they end with.
    let least = prefix.saturating_sub(1);
    let tail = |path: &str| path.len() - least;
    let back = old.bytes().rev().zip(new.bytes().rev());
    let same = back.take_while(|(a, b)| a == b).count();
    let same = same.min(tail(&old)).min(tail(&new));
    let suffix = old
        .get(old.len() - same..)
        .and_then(|same| same.find('/'))
        .map_or(0, |at| same - at);
    let middle = |path: &str| {
        let end = (path.len() - suffix).max(prefix);
        path.get(prefix..end).unwrap_or_default().to_owned()
    };
    let (was, is) = (middle(&old), middle(&new));
    if prefix + suffix == 0 {
        return format!("{was} => {is}");
    }
    let begin = old.get(..prefix).unwrap_or_default();
    let end = old.get(old.len() - suffix..).unwrap_or_default();
    format!("{begin}{{{was} => {is}}}{end}")
}

struct Columns {
    name: usize,
    number: usize,
    graph: usize,
}

impl Columns {
    /// The name and the graph as wide as they want to be, where both fit; else the graph has at most three
    /// eighths of the line, and the name what is left.
    fn of(longest: usize, most: usize) -> Self {
        let number = most.to_string().len();
        let (mut name, mut graph) = (longest, most);
        let left = WIDTH.saturating_sub(number + 6);
        if name + graph > left {
            let share = (WIDTH * 3 / 8).saturating_sub(number + 6).max(6);
            graph = graph.min(share);
            if name > left.saturating_sub(graph) {
                name = left.saturating_sub(graph);
            } else {
                graph = left - name;
            }
        }
        Self {
            name,
            number,
            graph,
        }
    }

    fn row(&self, file: &FileDiff, most: usize) -> String {
        let name = shortened(&name(file), self.name);
        let padding = " ".repeat(self.name.saturating_sub(name.width()));
        let changed = file.insertions + file.deletions;
        let (plus, minus) = self.scaled(file.insertions, file.deletions, most);
        let blank = if changed > 0 { " " } else { "" };
        format!(
            " {name}{padding} | {changed:width$}{blank}{}{}\n",
            "+".repeat(plus),
            "-".repeat(minus),
            width = self.number
        )
    }

    fn scaled(&self, insertions: usize, deletions: usize, most: usize) -> (usize, usize) {
        if self.graph > most {
            return (insertions, deletions);
        }
        let scale = |count: usize| match count {
            0 => 0,
            _ => 1 + count * self.graph.saturating_sub(1) / most.max(1),
        };
        let mut total = scale(insertions + deletions);
        if insertions > 0 && deletions > 0 {
            total = total.max(2);
        }
        if insertions < deletions {
            let plus = scale(insertions);
            (plus, total - plus)
        } else {
            let minus = scale(deletions);
            (total - minus, minus)
        }
    }
}

/// A path that is too long loses folders at its beginning.
fn shortened(path: &str, width: usize) -> String {
    if path.width() <= width {
        return path.to_owned();
    }
    let width = width.saturating_sub("...".len());
    let mut rest = path.chars();
    while rest.as_str().width() > width {
        rest.next();
    }
    let rest = rest.as_str();
    let rest = rest
        .find('/')
        .and_then(|slash| rest.get(slash..))
        .unwrap_or(rest);
    format!("...{rest}")
}

fn totals(files: &[FileDiff]) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let insertions: usize = files.iter().map(|file| file.insertions).sum();
    let deletions: usize = files.iter().map(|file| file.deletions).sum();
    let mut text = format!(" {} file{} changed", files.len(), plural(files.len()));
    if insertions > 0 || deletions == 0 {
        text.push_str(&format!(
            ", {insertions} insertion{}(+)",
            plural(insertions)
        ));
    }
    if deletions > 0 || insertions == 0 {
        text.push_str(&format!(", {deletions} deletion{}(-)", plural(deletions)));
    }
    text.push('\n');
    text
}

/// ` create mode 100644 include/x.h`, where the diff's header says so.
fn remark(file: &FileDiff) -> Option<String> {
    if let Some((_, percent)) = &file.from {
        return Some(format!(" rename {} ({percent}%)\n", name(file)));
    }
    let mut header = file.text.split(|&byte| byte == b'\n').skip(1).take(1);
    let line = String::from_utf8_lossy(header.next()?).into_owned();
    let (word, mode) = line
        .strip_prefix("new file mode ")
        .map(|mode| ("create", mode))
        .or_else(|| {
            line.strip_prefix("deleted file mode ")
                .map(|mode| ("delete", mode))
        })?;
    Some(format!(" {word} mode {mode} {}\n", name(file)))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use trees::{FileMode, TreePath};

    use super::{moved, stat};
    use crate::diff::{FileChange, file_diff};

    #[test]
    fn names_of_moved_files_share_whole_folders() {
        // As git prints them.
        for (from, to, shown) in [
            ("a/b/c.h", "a/c.h", "a/{b => }/c.h"),
            ("a/c.h", "a/b/c.h", "a/{ => b}/c.h"),
            ("a/one.c", "a/two.c", "a/{one.c => two.c}"),
            ("one.c", "two.c", "one.c => two.c"),
            ("x/a.c", "y/a.c", "{x => y}/a.c"),
            ("x/a.c", "y/b.c", "x/a.c => y/b.c"),
            ("i/linux/p/x.h", "i/net/p/x.h", "i/{linux => net}/p/x.h"),
        ] {
            assert_eq!(moved(from, to), shown);
        }
    }

    /// Files with these many lines before and after, none of them alike.
    fn git_and_ours(files: &[(&str, usize, usize)]) -> (String, String) {
        let folder = tempfile::tempdir().unwrap();
        let lines = |word: &str, count: usize| -> String {
            (0..count)
                .map(|number| format!("{word} {number}\n"))
                .collect()
        };
        let mut diffs = Vec::new();
        for (path, old, new) in files {
            let (before, after) = (lines("old", *old), lines("new", *new));
            for (side, text) in [("a", &before), ("b", &after)] {
                let file = folder.path().join(side).join(path);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, format!("head\n{text}")).unwrap();
            }
            let change = FileChange {
                path: TreePath::new(path).unwrap(),
                from: None,
                mode: FileMode::Regular,
                before: Some(format!("head\n{before}").into_bytes().into()),
                after: Some(format!("head\n{after}").into_bytes().into()),
            };
            diffs.push(file_diff(&change).unwrap());
        }
        let run = |side: &str, arguments: &[&str]| {
            let mut git = Command::new("git");
            git.env_clear()
                .env("PATH", std::env::var_os("PATH").unwrap());
            git.arg("--git-dir")
                .arg(folder.path().join("git"))
                .arg("--work-tree");
            let output = git
                .arg(folder.path().join(side))
                .args(arguments)
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        run("a", &["init", "-q"]);
        run("a", &["add", "-A"]);
        let theirs = run("b", &["diff", "--stat=72"]);
        (theirs, stat(&diffs))
    }

    #[test]
    fn the_diffstat_is_that_of_git() {
        let long = "drivers/net/ethernet/mellanox/mlx5/core/steering/very/deep/folder/file.c";
        for files in [
            &[("drivers/x.c", 1, 2)][..],
            &[("drivers/x.c", 0, 64), ("include/x.h", 0, 1)],
            &[("x.c", 1, 500), ("y.c", 300, 2), ("z.c", 1, 1)],
            &[(long, 3, 90), ("z.c", 1, 0)],
            &[(long, 1, 1)],
            &[(
                "a/very-long-name-without-any-folder-in-it-that-goes-on-and-on-for-ever-and-ever.c",
                40,
                41,
            )],
            &[("x.c", 12345, 1), ("y.c", 0, 7)],
        ] {
            let (theirs, ours) = git_and_ours(files);
            assert_eq!(ours, theirs, "{files:?}");
        }
    }
}
