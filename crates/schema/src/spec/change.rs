//! Changes: what every kind has, and their alternatives.

use dialect::TreePath;

use crate::compile::Compiler;
use crate::compile::words::{all, optional};
use crate::kinds::{ChangeKeys, Given};
use crate::model::{Change, ChangeBody, Sites};
use crate::raw::{Text, Texts};
use crate::tables::{ChangeCommon, RawChange, RawInstead};

/// What an alternative takes over from its change where it says nothing.
struct Inherited<'r> {
    files: Option<Vec<TreePath>>,
    comment: Option<String>,
    under: Option<String>,
    /// The raw list, compiled anew by each kind that has functions.
    function: Option<&'r Texts>,
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
        let under = self.under(common.under.as_ref(), raw.own.as_ref());
        let own = raw.own.as_ref();
        let function = own.and_then(|own| own.functions());
        let kind = own.and_then(|own| {
            let given = Given {
                comment: comment.as_ref()?.as_deref(),
                files: files.as_deref().unwrap_or_default(),
                functions: function,
            };
            own.compile(self, &given)
        });
        let inherited = Inherited {
            files: files.clone(),
            comment: comment.clone().flatten(),
            under: under.clone().flatten(),
            function,
        };
        let instead = common.instead.iter().flatten();
        let instead = all(instead.map(|raw| self.instead(raw, &inherited)));
        let body = ChangeBody {
            files: files?,
            comment: comment?,
            under: under?,
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
        let takes_over = own.is_some_and(|own| !own.has_own_comments());
        let inherited_comment = inherited.comment.clone().filter(|_| takes_over);
        let comment = comment.map(|comment| comment.or(inherited_comment));
        let under = self.under(common.under.as_ref(), own);
        let adds = own.is_some_and(|own| own.adds_code());
        let inherited_under = inherited.under.clone().filter(|_| adds);
        let under = under.map(|under| under.or(inherited_under));
        let kind = own.and_then(|own| {
            let given = Given {
                comment: comment.as_ref()?.as_deref(),
                files: files.as_deref().unwrap_or_default(),
                functions: own.functions().or(inherited.function),
            };
            own.compile(self, &given)
        });
        Some(ChangeBody {
            files: files?,
            comment: comment?,
            under: under?,
            kind: kind?,
            span: raw.span.clone(),
        })
    }

    /// The condition that new code is under.
    fn under(&mut self, text: Option<&Text>, own: Option<&ChangeKeys>) -> Option<Option<String>> {
        let Some(text) = text else {
            return Some(None);
        };
        if own.is_some_and(|own| !own.adds_code()) {
            let help = "`member`, `function`, `insert`, `field` and `declaration` take it";
            let message = "`under` is for changes that bring code of their own";
            self.mistakes
                .report(&text.span, message, "not of this kind", help);
            return None;
        }
        self.condition(text).map(Some)
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
        words.extend(body.kind.subject().name());
        self.made_id(&words)
    }
}
