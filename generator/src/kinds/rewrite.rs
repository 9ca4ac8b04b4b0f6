//! `rewrite`: pattern to replacement; the metavariables keep their own bytes, and so does what no pattern names.

pub(in crate::kinds) mod delete;
mod form;

use std::ops::Range;

use dialect::token::{TokenKind, texts, tokens};
use query::File;
use query::pattern::{Bindings, Filled, Match};
use query::types::DefinitionSource;
use schema::model::Rewrite;
use sites::Unresolved;
use sites::kinds::rewrite;
use sites::unnamed;
use trees::Near;

use crate::braces;
use crate::edit::{self, Edit};
use crate::fragment::Writes;
use crate::inline::{Group, laid_out, statement_lines};
use crate::layout::{HARD_WIDTH, PREFERRED_WIDTH};
use crate::merge::{self, Old};
use crate::place::Indent;
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes =
    Writes::NoFragment("the spec has the new form, and what it takes over keeps its bytes");

pub(crate) fn plan(context: &Context<'_>, change: &Rewrite) -> Result<Plan, Unresolved> {
    let file = context.file;
    let old = rewrite::find(&context.resolver, change)?;
    let pattern = change.patterns.get(old.index);
    let work = Work {
        file,
        definitions: context.resolver.definitions,
        change,
        pattern: pattern.map_or("", |pattern| pattern.text()),
        all: &old.found,
    };
    let (mut groups, mut known) = (Vec::new(), Vec::new());
    let mut deletions = Vec::new();
    for m in sites::outermost(old.found.clone()) {
        if change.replacement.is_empty() {
            deletions.push(delete::edit(file, &m.range)?);
        } else {
            let (edits, around) = work.site(&m)?;
            let mut lines = statement_lines(file, &m.range);
            for edit in &edits {
                let touched = sites::lines::whole_lines(file, &edit.range);
                lines = lines.start.min(touched.start)..lines.end.max(touched.end);
            }
            groups.push(Group {
                lines,
                edits,
                limit: limit(file, &m.range),
            });
            // Two branches of one `if` get the braces of both only once.
            groups.extend(around.into_iter().filter(|group| {
                let is_new = group.edits.is_empty() || !known.contains(&group.edits);
                known.push(group.edits.clone());
                is_new
            }));
        }
    }
    let offsets = old.found.iter().map(|m| m.range.start);
    Ok(Plan {
        edits: laid_out(file, groups)
            .into_iter()
            .chain(deletions)
            .collect(),
        sites: Site::each(offsets, &old.alternatives),
    })
}

/// Lines that are new as a whole are broken where the author broke them, as far as checkpatch lets them be.
fn limit(file: &File, range: &Range<usize>) -> usize {
    let lines = sites::lines::whole_lines(file, range);
    let before = file.text(lines.start..range.start);
    let after = file.text(range.end..lines.end);
    match before.trim().is_empty() && matches!(after.trim(), "" | ";") {
        true => HARD_WIDTH,
        false => PREFERRED_WIDTH,
    }
}

struct Work<'a> {
    file: &'a File,
    /// Where macros are looked up.
    definitions: Near<'a>,
    change: &'a Rewrite,
    /// The old form.
    pattern: &'a str,
    /// Its matches, nested ones too.
    all: &'a [Match],
}

impl Work<'_> {
    /// What makes the new form of a site, and the braces that it takes.
    fn site(&self, m: &Match) -> Result<(Vec<Edit>, Vec<Group>), Unresolved> {
        let filled = sites::widening::filled(&self.change.replacement, &self.bindings(m)?)?;
        if let Some(block) = braces::block(self.file, &m.range, &filled)? {
            let text = self.made(m, self.edits(m, &block.indent)?)?;
            let behind = if block.goes_on { " " } else { "" };
            let edit = Edit::replace(block.place, format!(" {text}{behind}"));
            return Ok((Vec::from([edit]), block.around));
        }
        let (indentation, around) = braces::body(self.file, &m.range, &filled)?;
        if around.is_empty()
            && let Some(gap) = braces::behind_else(self.file, &m.range, &filled)
        {
            let deeper = indentation.deeper();
            let text = self.made(m, self.edits(m, &deeper)?)?;
            let text = format!("\n{}{text}", deeper.own);
            let edit = Edit::replace(gap.start..m.range.end, text);
            return Ok((Vec::from([edit]), around));
        }
        let edits = self.edits(m, &indentation)?;
        if around.is_empty() {
            return Ok((self.behind_its_comment(m, edits), around));
        }
        let text = self.made(m, edits)?;
        Ok((Vec::from([Edit::replace(m.range.clone(), text)]), around))
    }

    /// A line that comes behind a last one which stays comes behind the comment of that one, too.
    fn behind_its_comment(&self, m: &Match, mut edits: Vec<Edit>) -> Vec<Edit> {
        let end = m.range.end;
        let is_behind = |edit: &&mut Edit| edit.range == (end..end) && edit.text.starts_with('\n');
        if let Some(edit) = edits.iter_mut().find(is_behind)
            && !sites::lines::shares_its_end(self.file, end)
        {
            let behind = sites::lines::end_of_comments(self.file, end);
            edit.range = behind..behind;
        }
        edits
    }

    /// What makes the new form of a match; the matches inside what its metavariables take are rewritten with it.
    fn edits(&self, m: &Match, indentation: &Indent) -> Result<Vec<Edit>, Unresolved> {
        no_directive(self.file, m)?;
        let context = (self.file, &self.definitions as &dyn DefinitionSource);
        let new = form::new(context, self.change, m, &self.bindings(m)?, indentation)?;
        let own = &self.change.replacement;
        let mut kept = unnamed::unnamed(self.file, m, self.pattern);
        let comments = unnamed::comments_of(own.text());
        kept.retain(|one| match one.is_comment {
            true => !comments.contains(&one.text),
            false => unnamed::count_of(&one.text, own.text()) == 0,
        });
        let old = Old {
            file: self.file,
            range: m.range.clone(),
            kept,
            commas: self.last_commas(m),
            bound: self.bound_once(m),
        };
        let edits = merge::merged(&old, &new)?;
        self.keeps_what_is_behind(m, &edits)?;
        let in_lines = match self.in_its_lines(m, &new, &edits)? {
            None => self.head_in_its_lines(m, &edits)?,
            edit => edit,
        };
        Ok(match in_lines {
            Some(edit) => Vec::from([edit]),
            None => edits,
        })
    }

    /// A `//` comment that stays from the old form does not take in what is behind the site on its line.
    fn keeps_what_is_behind(&self, m: &Match, edits: &[Edit]) -> Result<(), Unresolved> {
        let made = self.made(m, edits.to_vec())?;
        let rest = m.range.end..sites::lines::line_end(self.file, m.range.end);
        let last = tokens(made.as_bytes()).pop();
        let is_open = last.is_some_and(|last| {
            let text = made.get(last.range.clone()).unwrap_or_default();
            text.starts_with("//") && last.range.end == made.len()
        });
        if is_open && !self.file.text(rest).trim().is_empty() {
            let message = "a `//` comment of the old form would take in the code behind the site";
            return Err(Unresolved::unfit(message).at(self.file, m.range.start));
        }
        Ok(())
    }

    /// The head of a definition that `to` has on lines of its own, its body kept: the same.
    fn head_in_its_lines(&self, m: &Match, edits: &[Edit]) -> Result<Option<Edit>, Unresolved> {
        let own = self.change.replacement.text().trim();
        let old = self.file.text(m.range.clone());
        let Some(((head, body), (was, _))) = own.split_once('{').zip(old.split_once('{')) else {
            return Ok(None);
        };
        let head = head.trim();
        let kept = body.trim().strip_suffix('}').map_or("", str::trim);
        let is_kept = kept.starts_with("$$$") && !kept.contains(char::is_whitespace);
        let end = m.range.start + was.len();
        let is_apart = edits.iter().all(|edit| edit.range.end <= end);
        let is_at_file_level = sites::lines::line_start(self.file, m.range.start) == m.range.start;
        let is_plain = !head.contains('$') && head.contains('\n');
        if !is_kept || !is_apart || !is_at_file_level || !is_plain {
            return Ok(None);
        }
        let made = self.made(m, edits.to_vec())?;
        let is_same = made
            .split_once('{')
            .is_some_and(|(made, _)| words(made) == words(head));
        Ok(is_same.then(|| Edit::replace(m.range.start..end, format!("{head}\n"))))
    }

    /// A statement that `to` has on lines of its own is broken as it is there, and not as the old one was: where nothing but
    /// the layout differs from what keeps the old one's.
    fn in_its_lines(
        &self,
        m: &Match,
        new: &Filled,
        edits: &[Edit],
    ) -> Result<Option<Edit>, Unresolved> {
        let text = new.text.trim_end();
        let has_lines = self.change.replacement.text().trim_start().contains('\n');
        let is_one = text.matches(';').count() == 1 && text.ends_with(';') && !text.contains('{');
        let takes_lines = m.bindings.values().any(|bound| bound.text.contains('\n'));
        if !has_lines || !is_one || takes_lines || limit(self.file, &m.range) != HARD_WIDTH {
            return Ok(None);
        }
        let is_same = words(&self.made(m, edits.to_vec())?) == words(text);
        Ok(is_same.then(|| Edit::replace(m.range.clone(), text)))
    }

    fn bindings(&self, m: &Match) -> Result<Bindings, Unresolved> {
        let mut bindings = m.bindings.clone();
        for binding in bindings.values_mut() {
            let inside = |other: &&Match| {
                other.range != m.range
                    && binding.range.start <= other.range.start
                    && other.range.end <= binding.range.end
            };
            let inner: Vec<Match> = self.all.iter().filter(inside).cloned().collect();
            for inner in sites::outermost(inner).iter().rev() {
                let text = self.rewritten(inner)?;
                let at =
                    inner.range.start - binding.range.start..inner.range.end - binding.range.start;
                if binding.text.get(at.clone()).is_some() {
                    binding.text.replace_range(at, &text);
                }
            }
        }
        Ok(bindings)
    }

    /// The text of a match inside another one, rewritten.
    fn rewritten(&self, m: &Match) -> Result<String, Unresolved> {
        let indentation = Indent::of(self.file, m.range.start);
        let edits = self.edits(m, &indentation)?;
        self.made(m, edits)
    }

    /// What the edits make of a match.
    fn made(&self, m: &Match, mut edits: Vec<Edit>) -> Result<String, Unresolved> {
        for edit in &mut edits {
            edit.range = edit.range.start - m.range.start..edit.range.end - m.range.start;
        }
        let overlap = || Unresolved::unfit("two of its edits overlap").at(self.file, m.range.start);
        let edits = edit::sorted(edits).ok_or_else(overlap)?;
        let text = edit::apply(self.file.slice(m.range.clone()), &edits).ok_or_else(overlap)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// What the metavariables stand for that the pattern has once.
    fn bound_once(&self, m: &Match) -> Vec<(String, Range<usize>)> {
        let words: Vec<&str> = texts(self.pattern.as_bytes()).collect();
        let count = |name: &str| {
            let is_it = |word: &&&str| word.trim_start_matches('$') == name;
            words.iter().filter(is_it).count()
        };
        let once = m.bindings.iter().filter(|(name, _)| count(name) == 1);
        once.map(|(name, binding)| (name.clone(), binding.range.clone()))
            .collect()
    }

    /// The last commas of lists, which no pattern needs to have.
    fn last_commas(&self, m: &Match) -> Vec<Range<usize>> {
        let has_one = |text: &str| {
            let words: Vec<&str> = texts(text.as_bytes()).collect();
            words.windows(2).any(|pair| pair == [",", "}"])
        };
        if has_one(self.pattern) || has_one(self.change.replacement.text()) {
            return Vec::new();
        }
        let code: Vec<_> = tokens(self.file.slice(m.range.clone()))
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment)
            .map(|token| m.range.start + token.range.start..m.range.start + token.range.end)
            .collect();
        let text = |range: &Range<usize>| self.file.slice(range.clone());
        let is_bound = |comma: &Range<usize>| {
            let mut bound = m.bindings.values();
            bound.any(|b| b.range.start <= comma.start && comma.end <= b.range.end)
        };
        let pairs = code.windows(2).filter_map(|pair| match pair {
            [comma, brace] if text(comma) == b"," && text(brace) == b"}" => Some(comma.clone()),
            _ => None,
        });
        pairs.filter(|comma| !is_bound(comma)).collect()
    }
}

/// Code with a directive inside is other code in each configuration: no pattern can say what became of it.
fn no_directive(file: &File, m: &Match) -> Result<(), Unresolved> {
    let mut tokens = tokens(file.slice(m.range.clone())).into_iter();
    match tokens.find(|token| token.kind == TokenKind::Directive) {
        None => Ok(()),
        Some(directive) => Err(Unresolved::unfit(
            "a preprocessor directive is inside the site: in each configuration it is other code; \
             let the pattern end before it",
        )
        .at(file, m.range.start + directive.range.start)),
    }
}

/// The words of some code. Comments are words here: where they are the same, none is lost.
fn words(text: &str) -> Vec<String> {
    let words = tokens(text.as_bytes()).into_iter();
    words
        .filter_map(|word| text.get(word.range).map(str::to_owned))
        .collect()
}
