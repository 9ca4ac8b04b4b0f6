//! Where the readers put diagnostics: nothing stops at the first mistake.

use crate::diagnostics::Diagnostic;
use crate::diagnostics::Span;

/// Collects the mistakes of one spec.
#[derive(Debug, Default)]
pub(crate) struct Mistakes {
    items: Vec<Diagnostic>,
}

impl Mistakes {
    /// Notes a mistake.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Notes a mistake with a label and a help.
    pub(crate) fn report(
        &mut self,
        span: &Span,
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        self.push(
            Diagnostic::new(message, span.clone())
                .label(label)
                .help(help),
        );
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Hands all of them over.
    pub(crate) fn into_items(self) -> Vec<Diagnostic> {
        self.items
    }
}

/// The one of `candidates` that `word` is most likely a misspelling of.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(score, candidate)| {
            *score > 0.8 || strsim::osa_distance(word, candidate) <= 1 + word.len() / 5
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// `a`, `b` or `c`, each in backquotes.
pub(crate) fn any_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
