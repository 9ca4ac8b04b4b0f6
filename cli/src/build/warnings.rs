//! What compilers say of source, compared without the lines it is on, which patches move.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

/// A warning or an error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Told {
    /// The file, below the tree's top.
    pub(crate) file: String,
    /// Its line, where it has one.
    pub(crate) line: Option<u32>,
    /// `warning: unused variable 'x' [-Wunused-variable]`
    pub(crate) text: String,
}

impl Told {
    /// What is the same, wherever the line went.
    fn key(&self) -> (&str, String) {
        (&self.file, without_offsets(&self.text))
    }

    /// As compilers print it.
    pub(crate) fn shown(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}: {}", self.file, self.text),
            None => format!("{}: {}", self.file, self.text),
        }
    }
}

/// `foo+0x1c` of objtool is `foo`: where code is moves.
fn without_offsets(text: &str) -> String {
    let mut parts = text.split("+0x");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    plain
}

/// The warnings and errors of a log, each once: a header is told of with every object that includes it.
pub(crate) fn of_log(log: &str, source: &Path) -> Vec<Told> {
    let top = format!("{}/", source.display());
    let mut all: Vec<Told> = log.lines().filter_map(|line| of_line(line, &top)).collect();
    all.sort();
    all.dedup();
    all
}

/// `FILE:LINE:COLUMN: warning: TEXT`, `FILE:LINE: …`, or objtool's `FILE.o: warning: objtool: …`.
fn of_line(line: &str, top: &str) -> Option<Told> {
    let (at, _) = ["warning: ", "error: ", "fatal error: "]
        .iter()
        .filter_map(|word| Some((line.find(&format!(": {word}"))?, word)))
        .min()?;
    let (place, text) = (&line[..at], &line[at + 2..]);
    let mut parts = place.split(':');
    let file = parts.next()?;
    let line = parts.next().and_then(|line| line.parse().ok());
    let file = file
        .strip_prefix(top)
        .or(file.strip_prefix("../"))
        .unwrap_or(file);
    let is_file = !file.is_empty() && !file.contains(char::is_whitespace) && file.contains('.');
    is_file.then(|| Told {
        file: file.to_owned(),
        line,
        text: text.replace(top, ""),
    })
}

/// Those of `after` that `before` has not, or has less often.
pub(crate) fn new(before: &[Told], after: &[Told]) -> Vec<Told> {
    let mut known: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for told in before {
        *known.entry(told.key()).or_default() += 1;
    }
    let mut found = Vec::new();
    for told in after {
        match known.get_mut(&told.key()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => found.push(told.clone()),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(log: &str) -> Vec<String> {
        let all = of_log(log, Path::new("/tmp/x/source"));
        all.iter().map(Told::shown).collect()
    }

    #[test]
    fn what_compilers_and_objtool_say_is_found() {
        let log = "/tmp/x/source/drivers/a.c: In function 'f':\n\
            /tmp/x/source/drivers/a.c:12:3: warning: unused variable 'x' [-Wunused-variable]\n\
            ../include/a.h:3:1: error: unknown type name 'y'\n\
            drivers/a.o: warning: objtool: f+0x1c: unreachable\n\
            drivers/b.c:7: warning: Function parameter 'p' not described in 'f'\n\
            drivers/c.c:1:10: fatal error: none.h: No such file or directory\n\
            make[3]: *** [scripts/Makefile.build:229: drivers/c.o] Error 1\n\
            warning: something of make\n";
        let found = [
            "drivers/a.c:12: warning: unused variable 'x' [-Wunused-variable]",
            "drivers/a.o: warning: objtool: f+0x1c: unreachable",
            "drivers/b.c:7: warning: Function parameter 'p' not described in 'f'",
            "drivers/c.c:1: fatal error: none.h: No such file or directory",
            "include/a.h:3: error: unknown type name 'y'",
        ];
        assert_eq!(told(log), found);
    }

    #[test]
    fn what_moved_is_not_new_and_once_more_is() {
        let at = |lines: &[u32]| -> Vec<Told> {
            let one = |line: &u32| {
                format!("a.c:{line}:1: warning: x\na.o: warning: objtool: f+0x{line}: y\n")
            };
            of_log(&lines.iter().map(one).collect::<String>(), Path::new("/"))
        };
        assert_eq!(new(&at(&[1]), &at(&[9])), []);
        assert_eq!(new(&at(&[1, 2]), &at(&[9])), []);
        assert_eq!(new(&at(&[1]), &at(&[8, 9])).len(), 2);
    }
}
