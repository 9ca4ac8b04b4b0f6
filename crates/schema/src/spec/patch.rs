//! Patches: commit messages, citations, trailers.

use crate::compile::Compiler;
use crate::compile::words::{all, optional};
use crate::model::{Citation, Patch, Span};
use crate::raw::Text;
use crate::tables::{RawCitation, RawPatch, RawSpec};

impl Compiler<'_> {
    pub(super) fn patches(&mut self, raw: &RawSpec) -> Option<Vec<Patch>> {
        let Some(patches) = raw.patch.as_ref() else {
            return Some(Vec::new());
        };
        if patches.is_empty() {
            let help = "a series has at least one `[[patch]]`; a spec of claims leaves the key out";
            self.empty("patch", &raw.span, help);
            return None;
        }
        all(patches.iter().map(|patch| self.patch(patch)))
    }

    fn patch(&mut self, raw: &RawPatch) -> Option<Patch> {
        let subject = raw
            .subject
            .as_ref()
            .and_then(|text| self.patch_subject(text));
        let message = raw.message.as_ref().and_then(|text| self.message(text));
        let fixes = raw.fixes.iter().flatten();
        let fixes = all(fixes.map(|citation| self.citation(citation)));
        let trailers = raw.trailers.iter().flat_map(|texts| &texts.items);
        let trailers = all(trailers.map(|text| self.trailer(text)));
        let notes = optional(raw.notes.as_ref(), |text| self.prose(text, "notes"));
        let changes = raw.change.as_ref().and_then(|changes| {
            if changes.is_empty() {
                self.empty(
                    "change",
                    &raw.span,
                    "a patch has at least one `[[patch.change]]`",
                );
                return None;
            }
            all(changes.iter().map(|change| self.change(change)))
        });
        Some(Patch {
            subject: subject?,
            message: message?,
            fixes: fixes?,
            trailers: trailers?,
            notes: notes?.unwrap_or_default(),
            changes: changes?,
            span: raw.span.clone(),
        })
    }

    fn empty(&mut self, key: &str, span: &Span, help: &str) {
        self.mistakes.report(
            span,
            format!("`{key}` is an empty list"),
            "nothing to do",
            help,
        );
    }

    fn patch_subject(&mut self, text: &Text) -> Option<String> {
        let subject = self.line(text, "subject")?;
        if subject != text.value {
            self.mistakes.report(
                &text.span,
                "a patch's subject begins or ends with a blank",
                "`git am` drops it",
                "write the subject without it",
            );
            return None;
        }
        let is_tag = |tag: &str| tag.to_ascii_uppercase().contains("PATCH") || !tag.contains(']');
        if subject.starts_with('[') && subject.split_inclusive(']').next().is_some_and(is_tag) {
            let help = "`[PATCH v2 1/3]` is added from the series; start with the subsystem: `PCI: ` or `[media] `";
            self.mistakes.report(
                &text.span,
                "a patch's subject starts with a bracket that says PATCH or has no end",
                "drop the tag",
                help,
            );
            return None;
        }
        Some(subject)
    }

    fn citation(&mut self, raw: &RawCitation) -> Option<Citation> {
        let commit = raw.commit.as_ref().and_then(|text| self.commit(text));
        let subject = raw
            .subject
            .as_ref()
            .and_then(|text| self.line(text, "subject"));
        Some(Citation {
            commit: commit?,
            subject: subject?,
        })
    }

    fn commit(&mut self, text: &Text) -> Option<String> {
        let id = &text.value;
        if (12..=40).contains(&id.len()) && id.chars().all(|c| c.is_ascii_hexdigit()) {
            return Some(id.to_ascii_lowercase());
        }
        self.mistakes.report(
            &text.span,
            "a commit id has 12 to 40 hex digits",
            "not a commit id",
            "`git log -1 --format=%h --abbrev=12 COMMIT` prints one",
        );
        None
    }

    /// `Suggested-by: A Reviewer <rev@example.org>`
    fn trailer(&mut self, text: &Text) -> Option<String> {
        let line = self.line(text, "trailers")?;
        let token = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let fits = line.split_once(": ").is_some_and(|(name, value)| {
            !name.is_empty() && name.chars().all(token) && !value.trim().is_empty()
        });
        if fits {
            return Some(line);
        }
        let help = "a trailer is a name, a colon, a blank and a value";
        self.mistakes.report(
            &text.span,
            format!("`{line}` is not a trailer"),
            "malformed trailer",
            help,
        );
        None
    }
}
