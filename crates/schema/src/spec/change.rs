//! Changes: what every kind has, and their alternatives.

use dialect::TreePath;

use crate::compile::Compiler;
use crate::compile::drawn;
use crate::compile::words::{all, optional};
use crate::kinds::{ChangeKeys, Given};
use crate::model::{Change, ChangeBody, Glob, Sites};
use crate::raw::{Section as _, Text, Texts, lacks};
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
        let (files, globs) = self.places(raw).unzip();
        let already_is_fine = self.already(raw);
        let comment = optional(common.comment.as_ref(), |text| {
            self.comment_words(text, raw.own.as_ref())
        });
        let sites = self.sites(common);
        let under = self.under(common.under.as_ref(), raw.own.as_ref());
        let own = raw.own.as_ref();
        let function = own.and_then(|own| own.functions());
        let kind = own.and_then(|own| {
            let given = Given {
                comment: comment.as_ref()?.as_deref(),
                comment_as_written: common.comment.as_ref(),
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
            globs: globs?,
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
            already_is_fine: already_is_fine?,
            span: raw.span.clone(),
        })
    }

    /// The file that it is in, or alternatives; or the patterns of all that it is in.
    fn places(&mut self, raw: &RawChange) -> Option<(Vec<TreePath>, Vec<Glob>)> {
        let common = &raw.common;
        let Some(texts) = &common.files else {
            let Some(file) = &common.file else {
                let name = raw.own.as_ref().map_or("change", |own| own.name());
                let key = ChangeCommon::KEYS.iter().find(|key| key.name() == "file");
                let name = format!("the `{name}` change");
                key.into_iter()
                    .for_each(|key| self.mistakes.push(lacks(&name, &raw.span, key)));
                return None;
            };
            return Some((self.paths(file, "file")?, Vec::new()));
        };
        let fault = if common.file.is_some() {
            Some((
                "both `file` and `files` are given",
                "one of them says it all",
            ))
        } else if raw.own.as_ref().is_some_and(|own| !own.sweeps()) {
            Some((
                "`files` is for `rewrite` and `test`",
                "name one file with `file`",
            ))
        } else if common.count.is_none() && common.all.as_ref().is_none_or(|all| !all.value) {
            let help = "add `all = true` for all that there are, `count = N` for so many";
            Some(("`files` needs `all` or `count`", help))
        } else if common.instead.is_some() {
            Some((
                "`files` and `[[patch.change.instead]]`",
                "let `pattern` be a list of alternatives",
            ))
        } else {
            None
        };
        if let Some((message, help)) = fault {
            self.mistakes
                .report(&texts.span, message, "not possible here", help);
            return None;
        }
        let globs = self.some(texts, "files")?;
        let globs = all(globs.iter().map(|text| self.glob(text)));
        Some((Vec::new(), globs?))
    }

    fn glob(&mut self, text: &Text) -> Option<Glob> {
        match Glob::new(&text.value) {
            Ok(glob) => Some(glob),
            Err(error) => {
                let help = "write a folder or a pattern like `drivers/rtc/**`: relative to the top of the kernel tree";
                let label = "not a path in a tree";
                self.mistakes
                    .report(&text.span, error.to_string(), label, help);
                None
            }
        }
    }

    /// Whether a tree that has the new form everywhere is as well.
    fn already(&mut self, raw: &RawChange) -> Option<bool> {
        let Some(text) = &raw.common.already else {
            return Some(false);
        };
        let fault = if text.value != "fine" {
            Some((
                "`already` is `\"fine\"` or left out",
                "leave it out where the new form must not be there yet",
            ))
        } else if raw.own.as_ref().is_some_and(|own| !own.sweeps()) {
            Some(("`already` is for `rewrite` and `test`", "leave it out"))
        } else if raw.common.all.as_ref().is_none_or(|all| !all.value) {
            let help = "how many sites are left differs from tree to tree: say `all = true`";
            Some(("`already` needs `all`", help))
        } else {
            None
        };
        match fault {
            None => Some(true),
            Some((message, help)) => {
                self.mistakes
                    .report(&text.span, message, "not possible here", help);
                None
            }
        }
    }

    fn instead(&mut self, raw: &RawInstead, inherited: &Inherited<'_>) -> Option<ChangeBody> {
        let common = &raw.common;
        let files = match &common.file {
            Some(texts) => self.paths(texts, "file"),
            None => inherited.files.clone(),
        };
        let comment = optional(common.comment.as_ref(), |text| {
            self.comment_words(text, raw.own.as_ref())
        });
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
                comment_as_written: common.comment.as_ref(),
                files: files.as_deref().unwrap_or_default(),
                functions: own.functions().or(inherited.function),
            };
            own.compile(self, &given)
        });
        Some(ChangeBody {
            files: files?,
            globs: Vec::new(),
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

    /// Words for a C comment: they must not end it. Where the change is all about the comment, it may be drawn.
    fn comment_words(&mut self, text: &Text, own: Option<&ChangeKeys>) -> Option<String> {
        let words = self.prose(text, "comment")?;
        let may_be_drawn = matches!(own, Some(ChangeKeys::Comment(_)));
        if let Some(words) = drawn::words(&words).filter(|_| may_be_drawn) {
            return Some(words);
        }
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
        let glob = body.globs.first().map_or("", |glob| glob.root());
        let glob = glob.rsplit('/').next().unwrap_or_default();
        let file = body.files.first().map_or(glob, TreePath::file_name);
        let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
        let mut words = vec![body.kind.name(), stem];
        words.extend(body.kind.subject().name());
        self.made_id(&words)
    }
}
