//! The engine that reads templates at run time, set up to agree with the one that compiles them in.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior};
use serde::Serialize;

use crate::TemplateError;

/// Steps that a template may take: a page of a thousand findings takes a fiftieth of them.
const FUEL: u64 = 20_000_000;

/// Templates that can be rendered.
pub(crate) struct Engine {
    environment: Environment<'static>,
    /// What a template's name is put after for the user.
    folder: PathBuf,
}

impl Engine {
    fn new(folder: &Path) -> Self {
        let mut environment = Environment::new();
        // askama takes the last newline off a template, as Jinja does; so does this engine, unless told otherwise.
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
            true => AutoEscape::Html,
            false => AutoEscape::None,
        });
        environment.set_formatter(write);
        environment.set_fuel(Some(FUEL));
        Self {
            environment,
            folder: folder.to_owned(),
        }
    }

    /// With one template, which is compiled in.
    pub(crate) fn of_source(
        name: &'static str,
        source: &'static str,
    ) -> Result<Self, TemplateError> {
        let mut engine = Self::new(Path::new("templates"));
        engine.add(name, source.to_owned())?;
        Ok(engine)
    }

    /// With no template yet; those are in `folder`.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self::new(folder)
    }

    /// Reads a template.
    pub(crate) fn add(&mut self, name: &str, source: String) -> Result<(), TemplateError> {
        let added = self.environment.add_template_owned(name.to_owned(), source);
        added.map_err(|error| self.explained(name, &error))
    }

    /// Whether there is such a template.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.environment.get_template(name).is_ok()
    }

    /// Fills a template.
    pub(crate) fn render(
        &self,
        name: &str,
        page: &impl Serialize,
    ) -> Result<String, TemplateError> {
        self.fill(name, Value::from(Serde(page)))
    }

    /// Fills a template with values none of which has a newline.
    pub(crate) fn render_flat(
        &self,
        name: &str,
        page: &impl Serialize,
    ) -> Result<String, TemplateError> {
        self.fill(name, flat(&Value::from(Serde(page))))
    }

    fn fill(&self, name: &str, values: Value) -> Result<String, TemplateError> {
        let template = self.environment.get_template(name);
        template
            .and_then(|template| template.render(values))
            .map_err(|error| self.explained(name, &error))
    }

    /// An included template's fault is at its place, not at that of who includes it.
    fn explained(&self, name: &str, error: &Error) -> TemplateError {
        let mut innermost = error;
        while let Some(source) =
            std::error::Error::source(innermost).and_then(|source| source.downcast_ref::<Error>())
        {
            innermost = source;
        }
        let detail = innermost.detail().map(|detail| format!(": {detail}"));
        TemplateError {
            path: self
                .folder
                .join(innermost.name().unwrap_or(name))
                .display()
                .to_string(),
            line: innermost.line(),
            message: format!("{}{}", innermost.kind(), detail.unwrap_or_default()),
        }
    }
}

/// Writes a value as askama does.
fn write(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = value.to_string();
    if *state.auto_escape() != AutoEscape::Html || value.is_safe() {
        return Ok(out.write_str(&text)?);
    }
    for c in text.chars() {
        match c {
            '<' => out.write_str("&#60;")?,
            '>' => out.write_str("&#62;")?,
            '&' => out.write_str("&#38;")?,
            '"' => out.write_str("&#34;")?,
            '\'' => out.write_str("&#39;")?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}

/// The value with a blank for each newline in its strings.
fn flat(value: &Value) -> Value {
    if let Some(text) = value.as_str() {
        return Value::from(text.replace('\n', " "));
    }
    match value.kind() {
        ValueKind::Seq => {
            let items = value.try_iter().into_iter().flatten();
            items.map(|item| flat(&item)).collect()
        }
        ValueKind::Map => {
            let keys = value.try_iter().into_iter().flatten();
            Value::from_pairs(keys.filter_map(|key| {
                let item = value.get_item(&key).ok()?;
                Some((key, flat(&item)))
            }))
        }
        _ => value.clone(),
    }
}
