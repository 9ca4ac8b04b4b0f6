//! What is inside a site and in no pattern: comments and annotations are kept, or their loss is declared.
//!
//! A pattern matches past an `__iomem`, and so does the new form that the verifier looks for: both would match without it.
//! So they are counted: as many as the spec's own text has, as many as its metavariables take along, and those of the old
//! site that nothing names.

use std::ops::Range;

use dialect::token::{Lexer, TokenKind};
use query::File;
use query::pattern::{Match, Template};
use sites::unnamed::{self, Unnamed};

use sites::brief;

/// One site, in the tree before and in the tree after.
pub(super) struct Site<'a> {
    pub(super) before: &'a File,
    pub(super) old: &'a Match,
    /// The pattern that the old form matches.
    pub(super) pattern: &'a str,
    pub(super) after: &'a File,
    pub(super) new: &'a Range<usize>,
    /// The new form as the spec has it.
    pub(super) template: &'a Template,
    /// The same with its metavariables filled.
    pub(super) filled: &'a str,
}

impl Site<'_> {
    /// What is lost or added without being declared, in words.
    pub(super) fn fault(&self) -> Option<String> {
        self.annotation().or_else(|| self.comment())
    }

    fn annotation(&self) -> Option<String> {
        let old = unnamed::within(self.before, &self.old.range);
        let new = unnamed::within(self.after, self.new);
        let unnamed = unnamed::unnamed(self.before, self.old, self.pattern);
        let is = self.after.text(self.new.clone());
        let mut all = old.iter().chain(&new).filter(|one| !one.is_comment);
        all.find_map(|one| {
            let declared = unnamed::count_of(&one.text, self.filled);
            let kept = unnamed.iter().filter(|other| {
                other.text == one.text && unnamed::count_of(&one.text, self.template.text()) == 0
            });
            let expected = declared + kept.count();
            let found = unnamed::count_of(&one.text, &is);
            let text = one.text.replace(" ( ", "(").replace(" )", ")");
            match found.cmp(&expected) {
                std::cmp::Ordering::Less => Some(format!(
                    "`{text}` was inside of what is replaced and is gone, which nothing declares"
                )),
                std::cmp::Ordering::Equal => None,
                std::cmp::Ordering::Greater => Some(format!(
                    "`{text}` is added inside of what is replaced, which nothing declares"
                )),
            }
        })
    }

    /// Their words are free.
    fn comment(&self) -> Option<String> {
        let own = unnamed::comments_of(self.template.text());
        let unnamed: Vec<Unnamed> = unnamed::unnamed(self.before, self.old, self.pattern)
            .into_iter()
            .filter(|one| one.is_comment && !own.contains(&one.text))
            .collect();
        let old = comments_at(self.before, &self.old.range);
        let beside = old.iter().filter(|one| {
            one.range.end <= self.old.range.start || self.old.range.end <= one.range.start
        });
        let declared = unnamed::comments_of(self.filled);
        let expected = beside.count() + declared.len() + unnamed.len();
        let new = comments_at(self.after, self.new);
        if new.len() >= expected {
            return None;
        }
        let wanted = unnamed.iter().map(|one| &one.text).chain(&declared);
        let lost = wanted
            .filter(|text| !new.iter().any(|one| one.text == **text))
            .map(|text| brief(text, 60))
            .next();
        Some(match lost {
            Some(text) => format!("the comment `{text}` is gone, which nothing declares"),
            None => "a comment is gone, which nothing declares".to_owned(),
        })
    }
}

/// The comments on the lines of a range and behind it, up to the next code: one may move to the end of its line, or stay
/// behind where the code after it goes.
fn comments_at(file: &File, range: &Range<usize>) -> Vec<Unnamed> {
    let lines = sites::lines::whole_lines(file, range);
    let mut lexer = Lexer::starting_at(file.bytes(), range.end);
    let mut end = lines.end;
    while let Some(next) = lexer
        .next_lexeme()
        .filter(|next| next.kind == TokenKind::Comment)
    {
        end = end.max(next.end);
    }
    let all = unnamed::within(file, &(lines.start..end)).into_iter();
    all.filter(|one| one.is_comment).collect()
}
