//! A change of a spec, as the table that people write.

use std::fmt::Write;

use dialect::TreePath;

use crate::toml;

/// A `[[patch.change]]` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    text: String,
    /// The code that it brings.
    brings: Option<String>,
    /// The statements that it takes away.
    takes: Option<String>,
}

impl Table {
    /// A change of that kind in a file.
    pub(crate) fn new(kind: &str, file: &TreePath) -> Self {
        let mut text = "\n[[patch.change]]\n".to_owned();
        toml::key(&mut text, "kind", kind);
        toml::key(&mut text, "file", file.as_str());
        Self {
            text,
            brings: None,
            takes: None,
        }
    }

    /// With a key whose value is a string.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        toml::key(&mut self.text, key, value);
        if matches!(key, "code" | "to") {
            self.brings = Some(value.to_owned());
        }
        self
    }

    /// The statements that it takes away, as a pattern.
    pub(crate) fn takes(&self) -> Option<&str> {
        self.takes.as_deref()
    }

    /// The code that it brings into a function; none where that is for its kind to say.
    pub(crate) fn brings(&self) -> Option<&str> {
        self.brings.as_deref()
    }

    /// With a key whose value is a list of strings; without it where there is none.
    #[must_use]
    pub(crate) fn with_list(mut self, key: &str, values: &[String]) -> Self {
        toml::list(&mut self.text, key, values);
        self
    }

    /// With a key whose value is a table of one string.
    #[must_use]
    pub(crate) fn with_one(mut self, key: &str, inner: &str, value: &str) -> Self {
        let _ = writeln!(self.text, "{key} = {{ {inner} = {} }}", toml::string(value));
        if inner == "statement" {
            self.takes = Some(value.to_owned());
        }
        self
    }

    /// With a key whose value is a table of strings.
    #[must_use]
    pub(crate) fn with_pairs(self, key: &str, pairs: &[(&str, &str)]) -> Self {
        self.with_callers(key, pairs, &[])
    }

    /// The same, with functions that pass something else for an argument, and what.
    #[must_use]
    pub(crate) fn with_callers(
        mut self,
        key: &str,
        pairs: &[(&str, &str)],
        callers: &[(String, String)],
    ) -> Self {
        let pair = |(key, value): &(&str, &str)| format!("{key} = {}", toml::string(value));
        let mut parts: Vec<String> = pairs.iter().map(pair).collect();
        let caller = |(function, argument): &(String, String)| {
            let pairs = [
                ("function", function.as_str()),
                ("argument", argument.as_str()),
            ];
            format!(
                "{{ {} }}",
                pairs.iter().map(pair).collect::<Vec<_>>().join(", ")
            )
        };
        if !callers.is_empty() {
            let callers: Vec<String> = callers.iter().map(caller).collect();
            parts.push(format!("callers = [{}]", callers.join(", ")));
        }
        let _ = writeln!(self.text, "{key} = {{ {} }}", parts.join(", "));
        self
    }

    /// With a key whose value is `true`.
    #[must_use]
    pub(crate) fn with_flag(mut self, key: &str) -> Self {
        let _ = writeln!(self.text, "{key} = true");
        self
    }

    /// Its text, a blank line first.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}
