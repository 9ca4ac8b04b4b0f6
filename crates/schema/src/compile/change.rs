//! Changes: what every kind has, and their alternatives.

use dialect::TreePath;

use super::Compiler;
use super::words::{all, optional};
use crate::model::{Change, ChangeBody, ChangeKind, Sites};
use crate::raw::{ChangeCommon, ChangeKeys, RawChange, RawInstead, Text, Texts};

/// What an alternative takes over from its change where it says nothing.
pub(super) struct Inherited<'r> {
    files: Option<Vec<TreePath>>,
    comment: Option<String>,
    /// The raw list, compiled anew by each kind that has functions.
    pub(super) function: Option<&'r Texts>,
}

impl Compiler<'_> {
    pub(super) fn change(&mut self, raw: &RawChange) -> Option<Change> {
        let common = &raw.common;
        let files = common
            .file
            .as_ref()
            .and_then(|texts| self.paths(texts, "file"));
        let comment = optional(common.comment.as_ref(), |text| self.comment_words(text));
        let sites = self.sites(common);
        let own = raw.own.as_ref();
        let kind = own.and_then(|own| self.kind(own, comment.as_ref()?.as_deref(), None));
        let inherited = Inherited {
            files: files.clone(),
            comment: comment.clone().flatten(),
            function: own.and_then(super::kind::functions_of),
        };
        let instead = common.instead.iter().flatten();
        let instead = all(instead.map(|raw| self.instead(raw, &inherited)));
        let body = ChangeBody {
            files: files?,
            comment: comment?,
            kind: kind?,
            span: raw.span.clone(),
        };
        Some(Change {
            id: self.id(common.id.as_ref(), &body),
            body,
            instead: instead?,
            sites: sites?,
            span: raw.span.clone(),
        })
    }

    fn instead(&mut self, raw: &RawInstead, inherited: &Inherited<'_>) -> Option<ChangeBody> {
        let common = &raw.common;
        let files = match &common.file {
            Some(texts) => self.paths(texts, "file"),
            None => inherited.files.clone(),
        };
        let comment = optional(common.comment.as_ref(), |text| self.comment_words(text));
        let own = raw.own.as_ref();
        // A whole definition brings its comments along; another form's would stand above it once more.
        let whole = own
            .is_some_and(|own| matches!(own, ChangeKeys::Function(_) | ChangeKeys::RustMethod(_)));
        let comment =
            comment.map(|comment| comment.or_else(|| inherited.comment.clone().filter(|_| !whole)));
        let kind =
            own.and_then(|own| self.kind(own, comment.as_ref()?.as_deref(), inherited.function));
        Some(ChangeBody {
            files: files?,
            comment: comment?,
            kind: kind?,
            span: raw.span.clone(),
        })
    }

    /// Words for a C comment: they must not end it.
    fn comment_words(&mut self, text: &Text) -> Option<String> {
        let words = self.prose(text, "comment")?;
        if let Some(at) = text.value.find("*/").or_else(|| text.value.find("/*")) {
            let span = self.inside(text, &(at..at + 2));
            let help = "write the words alone; delimiters and the `*` of each line are added";
            self.mistakes
                .report(&span, "`comment` has a comment's delimiter", "here", help);
            return None;
        }
        if words.trim().is_empty() {
            let help = "leave the key out where no comment is wanted";
            self.mistakes
                .report(&text.span, "`comment` is empty", "empty", help);
            return None;
        }
        Some(words)
    }

    fn sites(&mut self, common: &ChangeCommon) -> Option<Sites> {
        let all = common.all.as_ref().filter(|all| all.value);
        match (&common.count, all) {
            (None, None) => Some(Sites::One),
            (None, Some(_)) => Some(Sites::All),
            (Some(count), None) => match usize::try_from(count.value) {
                Ok(1) => Some(Sites::One),
                Ok(number) if number > 1 => Some(Sites::Exactly(number)),
                _ => {
                    let help = "say how many sites there are, or `all = true` for one or more";
                    self.mistakes
                        .report(&count.span, "`count` is 1 or more", "no sites", help);
                    None
                }
            },
            (Some(_), Some(all)) => {
                let help = "`count` is an exact number, `all` any number from one up";
                self.mistakes.report(
                    &all.span,
                    "both `count` and `all` are given",
                    "contradicts `count`",
                    help,
                );
                None
            }
        }
    }

    fn id(&mut self, given: Option<&Text>, body: &ChangeBody) -> String {
        if let Some(id) = given {
            return id.value.clone();
        }
        let file = body.files.first().map_or("", TreePath::file_name);
        let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
        let mut words = vec![body.kind.name(), stem];
        words.extend(body.kind.subject());
        self.made_id(&words)
    }
}

impl ChangeKind {
    /// The kind as a spec writes it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Assign(_) => "assign",
            Self::Test(_) => "test",
            Self::Split(_) => "split",
            Self::Function(_) => "function",
            Self::Macro(_) => "macro",
            Self::Include(_) => "include",
            Self::Comment(_) => "comment",
            Self::Rewrite(_) => "rewrite",
            Self::Line(_) => "line",
            Self::RustMethod(_) => "rust-method",
        }
    }

    /// The function that a change is in, or the name of what it adds.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        let functions = match self {
            Self::Member(member) => return Some(&member.name),
            Self::Function(function) => return Some(&function.name),
            Self::Macro(defined) => return Some(&defined.name),
            Self::RustMethod(method) => return Some(&method.name),
            Self::Include(_) | Self::Line(_) => return None,
            Self::Assign(assign) => &assign.functions,
            Self::Test(test) => &test.functions,
            Self::Split(split) => &split.functions,
            Self::Comment(comment) => &comment.functions,
            Self::Rewrite(rewrite) => &rewrite.functions,
        };
        functions.first().map(String::as_str)
    }
}
