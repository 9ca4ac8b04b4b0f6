//! One value of `--format`: a format, and where its report goes.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Format;
use crate::error::CommandError;

/// A format, and where its report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: Format,
    /// None: the standard output.
    pub(crate) file: Option<PathBuf>,
}

impl Output {
    pub(crate) fn stdout(format: Format) -> Self {
        Self { format, file: None }
    }

    /// As the user wrote it.
    fn written(&self) -> String {
        let format = name(self.format);
        match &self.file {
            Some(file) => format!("{format}={}", file.display()),
            None => format,
        }
    }
}

fn name(format: Format) -> String {
    let value = format.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

/// Refuses two reports for one place: the second would overwrite the first, or be mixed with it.
///
/// # Errors
/// Exit status 2, naming both.
pub(crate) fn check_distinct(outputs: &[Output]) -> Result<(), CommandError> {
    for (index, output) in outputs.iter().enumerate() {
        let rest = outputs.iter().skip(index + 1);
        let place = |output: &Output| output.file.as_deref().map(real_path);
        let Some(second) = rest.into_iter().find(|other| place(other) == place(output)) else {
            continue;
        };
        let written = format!("{} and {}", output.written(), second.written());
        return Err(match &output.file {
            None => CommandError::unusable(format!(
                "two reports for the standard output: --format {written}"
            ))
            .with_hint(format!(
                "give one of them a file: --format {}=FILE",
                name(second.format)
            )),
            Some(_) => {
                CommandError::unusable(format!("two reports for one file: --format {written}"))
                    .with_hint("give each report a file of its own")
            }
        });
    }
    Ok(())
}

/// The path by which a file is the same however it is written, as far as its folder exists.
fn real_path(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize();
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// Reads `FORMAT` and `FORMAT=FILE`; knows the formats' names, for help and completion.
#[derive(Clone, Debug)]
pub(crate) struct OutputParser;

impl TypedValueParser for OutputParser {
    type Value = Output;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Output, clap::Error> {
        let text = StringValueParser::new().parse_ref(command, argument, value)?;
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, Some(file)),
            None => (text.as_str(), None),
        };
        let known = clap::builder::EnumValueParser::<Format>::new();
        let format = known.parse_ref(command, argument, OsStr::new(format))?;
        let file = match file {
            None | Some("-") => None,
            Some("") => return Err(no_file(command, argument, &text)),
            Some(file) => Some(PathBuf::from(file)),
        };
        Ok(Output { format, file })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = Format::value_variants().iter();
        Some(Box::new(values.filter_map(ValueEnum::to_possible_value)))
    }
}

/// `--format sarif=`
fn no_file(command: &clap::Command, argument: Option<&clap::Arg>, text: &str) -> clap::Error {
    let mut error = clap::Error::new(ErrorKind::ValueValidation).with_cmd(command);
    if let Some(argument) = argument {
        let argument = ContextValue::String(argument.to_string());
        error.insert(ContextKind::InvalidArg, argument);
    }
    let value = ContextValue::String(text.to_owned());
    error.insert(ContextKind::InvalidValue, value);
    error
}
