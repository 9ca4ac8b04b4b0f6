//! The symbols of an object, as the cross compiler's nm has them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Serialize;

/// The names that an object gives to others, and takes from them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Symbols {
    defined: BTreeSet<String>,
    undefined: BTreeSet<String>,
}

/// What became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    /// Defined after, and not before.
    pub(crate) defined: Vec<String>,
    /// No longer defined.
    pub(crate) no_longer_defined: Vec<String>,
    /// Taken from other objects after, and not before.
    pub(crate) used: Vec<String>,
    /// No longer taken from them.
    pub(crate) no_longer_used: Vec<String>,
}

/// The global symbols of an object; none where there is no nm that can tell.
pub(crate) fn of_object(cross: &str, object: &Path) -> Option<Symbols> {
    let output = Command::new(format!("{cross}nm"))
        .args(["-P", "-g"])
        .arg(object)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(of_text(&String::from_utf8_lossy(&output.stdout)))
}

/// `NAME TYPE [VALUE SIZE]`, a line each.
fn of_text(text: &str) -> Symbols {
    let mut symbols = Symbols::default();
    for line in text.lines() {
        let mut words = line.split(' ');
        if let (Some(name), Some(kind)) = (words.next(), words.next()) {
            let is_undefined = matches!(kind, "U" | "w" | "v");
            let set = if is_undefined {
                &mut symbols.undefined
            } else {
                &mut symbols.defined
            };
            set.insert(name.to_owned());
        }
    }
    symbols
}

impl Symbols {
    /// What differs in `after`.
    pub(crate) fn difference(&self, after: &Self) -> Difference {
        let less = |all: &BTreeSet<String>, known: &BTreeSet<String>| {
            all.difference(known).cloned().collect()
        };
        Difference {
            defined: less(&after.defined, &self.defined),
            no_longer_defined: less(&self.defined, &after.defined),
            used: less(&after.undefined, &self.undefined),
            no_longer_used: less(&self.undefined, &after.undefined),
        }
    }
}

impl Difference {
    /// Lines for people: what, and the names.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        let lists = [
            ("now defines", &self.defined),
            ("no longer defines", &self.no_longer_defined),
            ("now uses", &self.used),
            ("no longer uses", &self.no_longer_used),
        ];
        let some = lists.into_iter().filter(|(_, names)| !names.is_empty());
        some.map(|(what, names)| format!("{what} {}", names.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_come_and_go_are_told() {
        let before = of_text("f T 0 10\nkfree U         \nw w\n");
        let after = of_text("f T 0 20\ng T 20 8\nkzalloc U         \nw w\n");
        let lines: Vec<String> = before.difference(&after).lines().collect();
        assert_eq!(
            lines,
            ["now defines g", "now uses kzalloc", "no longer uses kfree"]
        );
        assert_eq!(after.difference(&after), Difference::default());
    }
}
