//! Loading: bytes to a compiled spec, or to all that is wrong with them.

use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use dialect::words::Words;
use toml::de::DeTable;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::mistakes::Mistakes;
use crate::model::Spec;
use crate::nesting::too_deep;
use crate::raw::{Section as _, Table};
use crate::spec::{compile, dialect_words, report_unmailable};
use crate::tables::{RawSpec, RawWords};

/// The largest spec that is read, in bytes.
pub const MOST_BYTES: usize = 4 << 20;

/// Why a spec's file could not be made a spec.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no such file.
    #[error("{origin}: there is no such spec")]
    NoSuchFile {
        /// The path as the user gave it.
        origin: String,
    },
    /// It is a directory.
    #[error("{origin}: is a directory; name the spec's TOML file in it")]
    Directory {
        /// The path as the user gave it.
        origin: String,
    },
    /// It is there and cannot be read.
    #[error("{origin}: cannot be read: {reason}")]
    Unreadable {
        /// The path as the user gave it.
        origin: String,
        /// The operating system's reason.
        reason: String,
    },
    /// It was read and is wrong.
    #[error(transparent)]
    Invalid(#[from] Diagnostics),
}

/// Loads a spec from a file.
///
/// # Errors
/// [`LoadError`]: the file cannot be had, or [`load`]'s diagnostics.
pub fn load_file(path: impl AsRef<Path>) -> Result<Spec, LoadError> {
    let path = path.as_ref();
    let origin: String = path.display().to_string().escape_debug_controls();
    let bytes = read(path, &origin)?;
    Ok(load(&origin, &bytes)?)
}

fn read(path: &Path, origin: &str) -> Result<Vec<u8>, LoadError> {
    let fault = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => LoadError::NoSuchFile {
            origin: origin.to_owned(),
        },
        ErrorKind::IsADirectory => LoadError::Directory {
            origin: origin.to_owned(),
        },
        _ => LoadError::Unreadable {
            origin: origin.to_owned(),
            reason: error.to_string(),
        },
    };
    let file = fs::File::open(path).map_err(fault)?;
    let mut bytes = Vec::new();
    // One byte more than is allowed tells a large file from a huge one without reading it.
    let most = MOST_BYTES as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(fault)?;
    Ok(bytes)
}

/// Escapes control characters of a path, which may come from anywhere.
trait EscapeControls {
    fn escape_debug_controls(&self) -> String;
}

impl EscapeControls for str {
    fn escape_debug_controls(&self) -> String {
        let escaped = self.chars().map(|c| {
            if c.is_control() {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        });
        escaped.collect()
    }
}

/// Loads the words of a `--words` file: the keys of a spec's `[dialect]` table, at the top.
///
/// # Errors
/// [`LoadError`], as [`load_file`].
pub fn load_words_file(path: impl AsRef<Path>) -> Result<Words, LoadError> {
    let path = path.as_ref();
    let origin: String = path.display().to_string().escape_debug_controls();
    let bytes = read(path, &origin)?;
    let words = in_table(&origin, &bytes, "the file of words", |top, mistakes| {
        top.report_unknown(&[RawWords::KEYS], &|_| None, mistakes);
        let raw = RawWords::read_keys(top, mistakes);
        dialect_words::compile(&raw, mistakes)
    });
    let (text, words, mistakes) = words?;
    if mistakes.is_empty() {
        Ok(words)
    } else {
        Err(Diagnostics::new(&origin, text, mistakes.into_items()).into())
    }
}

/// Loads a spec from its bytes; `origin` is what diagnostics call it.
///
/// # Errors
/// Every mistake of the spec.
pub fn load(origin: &str, bytes: &[u8]) -> Result<Spec, Diagnostics> {
    let (text, raw, mistakes) = in_table(origin, bytes, "the spec", |top, mistakes| {
        top.report_unknown(&[RawSpec::KEYS], &|_| None, mistakes);
        report_unmailable(top, mistakes);
        RawSpec::read_keys(top, mistakes)
    })?;
    compile(origin, text, &raw, mistakes).map_err(|items| Diagnostics::new(origin, text, items))
}

/// Reads the table that a file of TOML is; hands back its text and the mistakes so far.
fn in_table<'b, T>(
    origin: &str,
    bytes: &'b [u8],
    name: &str,
    read: impl FnOnce(&Table<'_>, &mut Mistakes) -> T,
) -> Result<(&'b str, T, Mistakes), Diagnostics> {
    let text = text_of(bytes).map_err(|fault| Diagnostics::of_file(origin, fault))?;
    if let Some(at) = too_deep(text) {
        let deep = Diagnostic::new("brackets nest deeper than in any spec", at..at + 1);
        let deep = deep.label("one too many");
        return Err(Diagnostics::new(origin, text, vec![deep]));
    }
    let (tree, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let items = errors.iter().map(|error| not_toml(error, text)).collect();
        return Err(Diagnostics::new(origin, text, items));
    }
    let mut mistakes = Mistakes::default();
    let top = Table {
        entries: tree.get_ref(),
        span: 0..0,
        name: name.to_owned(),
    };
    let read = read(&top, &mut mistakes);
    Ok((text, read, mistakes))
}

fn text_of(bytes: &[u8]) -> Result<&str, Diagnostic> {
    if bytes.len() > MOST_BYTES {
        let message = format!("the file is larger than {} MiB", MOST_BYTES >> 20);
        return Err(Diagnostic::new(message, 0..0).help("a spec is a few kilobytes; is this one?"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let message = format!(
            "the file is not UTF-8: byte {} in line {line}",
            error.valid_up_to()
        );
        Diagnostic::new(message, 0..0).help("a spec is a TOML file, which is UTF-8 text")
    })?;
    if text.trim().is_empty() {
        let help = "`patchwright new` writes a spec to start from";
        return Err(Diagnostic::new("the file is empty", 0..0).help(help));
    }
    Ok(text)
}

fn not_toml(error: &toml::de::Error, text: &str) -> Diagnostic {
    let span = error.span().unwrap_or(0..text.len().min(1));
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    Diagnostic::new(format!("this is not TOML: {message}"), span).label("here")
}
