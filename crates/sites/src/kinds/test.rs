//! `test`: the condition, where its value is used, and not widened yet.

use std::cell::RefCell;
use std::ops::Range;

use query::File;
use query::access::{Access, access_of};
use query::pattern::precedence::{Connective, level_of, operand};
use query::pattern::{Fragment, Match, Pattern, Template};
use query::types::DefinitionSource;
use schema::model::{ChangeBody, Sites, Test, Widening};
use syntax::Node;

use crate::effects::{fits, repeated};
use crate::names::one_line;
use crate::resolve::{Sited, starts};
use crate::resolver::{Chosen, Resolver, outermost};
use crate::statement::whole_node;
use crate::truth::{self, Use};
use crate::unresolved::{Reason, Unresolved};
use crate::widening::addition;

impl Sited for Test {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(starts(&find(resolver, self)?.found))
    }

    fn made(&self, _: &Resolver<'_>, _: &ChangeBody) -> Result<Option<Unresolved>, Unresolved> {
        Ok(None)
    }
}

/// The tests to be widened, the outermost where one is inside another.
///
/// # Errors
/// There are not as many as declared, some are widened already, or it cannot be told.
pub fn find(resolver: &Resolver<'_>, test: &Test) -> Result<Chosen<Match>, Unresolved> {
    let scope = resolver.scope(&test.functions)?;
    let no_test = RefCell::new(None);
    let is_test = |found: &Match| match standing(resolver, test, &found.range)? {
        Standing::Test => Ok(true),
        Standing::None => Ok(false),
        Standing::Value(how) => {
            let text = one_line(&resolver.file.text(found.range.clone()));
            let message = format!("`{text}` is no test: it {how}");
            let unfit = Unresolved::unfit(message).at(resolver.file, found.range.start);
            no_test.borrow_mut().get_or_insert(unfit);
            Ok(false)
        }
    };
    let found = resolver.first_match(&scope.found, "where", &test.tests, &is_test);
    let mut chosen = match found {
        Ok(chosen) => chosen,
        Err(unresolved) if unresolved.reason == Reason::Absent => {
            let there = there_already(resolver, test, &scope.found);
            return Err(there.or(no_test.into_inner()).unwrap_or(unresolved));
        }
        Err(unresolved) => return Err(unresolved),
    };
    chosen.found = not_yet(resolver, test, outermost(chosen.found), &scope.found)?;
    for found in &chosen.found {
        let (new, adds) = new_operand(test);
        let home = (
            resolver.file,
            &resolver.definitions as &dyn DefinitionSource,
        );
        fits(home, found.range.start, &found.bindings, new, adds)?;
    }
    let offsets: Vec<usize> = chosen.found.iter().map(|m| m.range.start).collect();
    let what = test.tests.first().map_or("", Pattern::text);
    resolver.counted(&offsets, &format!("`{what}`"))?;
    let alternatives = scope.alternatives.into_iter();
    chosen.alternatives = alternatives.chain(chosen.alternatives).collect();
    Ok(chosen)
}

/// What a match of a test is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A test: its truth alone is used.
    Test,
    /// What sets the same place, or asks for its size, tests nothing.
    None,
    /// Its value is used, as this says.
    Value(String),
}

/// What the match at `range` is.
///
/// # Errors
/// It is handed to a macro that may do anything with it.
pub fn standing(
    resolver: &Resolver<'_>,
    test: &Test,
    range: &Range<usize>,
) -> Result<Standing, Unresolved> {
    let file = resolver.file;
    if !matches!(access_of(file, range), Access::Read | Access::Test) {
        return Ok(Standing::None);
    }
    if !gives_truth(test) {
        return Ok(Standing::Test);
    }
    match truth::use_of(file, range, &resolver.definitions) {
        Use::Truth => Ok(Standing::Test),
        Use::Value(how) => Ok(Standing::Value(how)),
        Use::Macro(name) => {
            let text = one_line(&file.text(range.clone()));
            let message = format!(
                "`{text}` is an argument of the macro {name}, of which it is not known that it asks for its truth alone"
            );
            Err(Unresolved::unfit(message).at(file, range.start))
        }
    }
}

/// Whether a value becomes 0 or 1: another mask for a mask is as good where it is compared.
fn gives_truth(test: &Test) -> bool {
    let is_truth = |text: &str| {
        let truths = [Connective::Or.level(), Connective::And.level()];
        level_of(text).is_some_and(|level| truths.contains(&level))
    };
    match &test.becomes {
        Widening::Or(_) | Widening::And(_) => true,
        Widening::With(new) => {
            is_truth(new.text()) && !test.tests.iter().all(|old| is_truth(old.text()))
        }
    }
}

/// What the new test has that the old one has not, and whether that stays.
fn new_operand(test: &Test) -> (&Template, bool) {
    match &test.becomes {
        Widening::Or(template) | Widening::And(template) => (template, true),
        Widening::With(template) => (template, false),
    }
}

/// What has an effect and would have it a second time in the new test.
#[must_use]
pub fn doubled(file: &File, test: &Test, found: &Match) -> Option<String> {
    let (new, adds) = new_operand(test);
    repeated(file, &found.bindings, new, adds)
}

/// What is not widened yet. That a part is, is an error, unless all that is left is to be.
fn not_yet(
    resolver: &Resolver<'_>,
    test: &Test,
    found: Vec<Match>,
    ranges: &[Range<usize>],
) -> Result<Vec<Match>, Unresolved> {
    let file = resolver.file;
    let replaced = replacements(resolver, test, ranges);
    let (mut widened, mut left) = (Vec::new(), Vec::new());
    for m in found {
        match is_part(&replaced, &m) || is_widened(resolver, test, &m)? {
            true => widened.push(m),
            false => left.push(m),
        }
    }
    let Some(first) = widened.first() else {
        return Ok(left);
    };
    let text = one_line(&file.text(first.range.clone()));
    let unresolved = match (left.len(), resolver.sites) {
        (0, _) => Unresolved::present(format!("`{text}` is widened already")),
        (_, Sites::All) => return Ok(left),
        (count, _) => Unresolved::unfit(format!(
            "`{text}` is widened already in {} of {} places",
            widened.len(),
            widened.len() + count
        )),
    };
    Err(unresolved.at(file, first.range.start))
}

/// What took the place of tests already.
fn replacements(resolver: &Resolver<'_>, test: &Test, ranges: &[Range<usize>]) -> Vec<Match> {
    let Widening::With(new) = &test.becomes else {
        return Vec::new();
    };
    Pattern::compile(new.text(), Fragment::Expression, resolver.isomorphisms)
        .map(|form| resolver.new_forms(&form, ranges).0)
        .unwrap_or_default()
}

/// Whether an old test is what a new one itself has of it: not in what a metavariable stands for.
fn is_part(replaced: &[Match], old: &Match) -> bool {
    let within =
        |outer: &Range<usize>| outer.start <= old.range.start && old.range.end <= outer.end;
    replaced.iter().any(|new| {
        let is_bound = new.bindings.values().any(|binding| within(&binding.range));
        new.range != old.range && within(&new.range) && !is_bound
    })
}

/// Whether the match has its new operand already.
fn is_widened(resolver: &Resolver<'_>, test: &Test, found: &Match) -> Result<bool, Unresolved> {
    let file = resolver.file;
    let Ok((Some(connective), new)) = addition(&test.becomes, &found.bindings) else {
        return Ok(false);
    };
    let Some(chain) = chain_around(file, &found.range, connective) else {
        return Ok(false);
    };
    let compile =
        |text: &str| Pattern::compile(text, Fragment::Expression, resolver.isomorphisms).ok();
    // A chain of the same operator is no operand: the longer chain has taken its operands in.
    let (joined_by, level) = (connective.as_str(), connective.level());
    let among_others = (level_of(&new) == Some(level))
        .then(|| compile(&format!("{new} {joined_by} $$$_")))
        .flatten();
    let is = |new: &Pattern, range: Range<usize>| -> Result<bool, Unresolved> {
        Ok(resolver.matches(new, range)?.is_some())
    };
    if let Some(new) = compile(&new) {
        for operand in operands(file, chain, connective) {
            if is(&new, operand)? {
                return Ok(true);
            }
        }
    }
    among_others.map_or(Ok(false), |new| is(&new, chain.byte_range()))
}

/// The chain of `||` or `&&` that the expression is an operand of.
fn chain_around<'f>(
    file: &'f File,
    range: &Range<usize>,
    connective: Connective,
) -> Option<Node<'f>> {
    let mut node = whole_node(file, range)?;
    let mut top = None;
    while let Some(parent) = node.parent() {
        match parent.kind() {
            "binary_expression" if operator(file, parent) == connective.as_str() => {
                top = Some(parent)
            }
            "parenthesized_expression" => {}
            _ => break,
        }
        node = parent;
    }
    top
}

/// The operands of a chain, and the runs of operands that it starts with.
fn operands(file: &File, chain: Node<'_>, connective: Connective) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut pending = vec![chain];
    while let Some(node) = pending.pop() {
        found.push(node.byte_range());
        let inner = match node.kind() {
            "parenthesized_expression" => true,
            "binary_expression" => operator(file, node) == connective.as_str(),
            _ => false,
        };
        if inner {
            let mut cursor = node.walk();
            pending.extend(node.named_children(&mut cursor));
        }
    }
    found
}

/// Says that the new form is there, where the old one is not. Without the old form there is
/// nothing to bind from: the new form is looked for as a pattern.
fn there_already(
    resolver: &Resolver<'_>,
    test: &Test,
    ranges: &[Range<usize>],
) -> Option<Unresolved> {
    let file = resolver.file;
    let mut in_doubt = None;
    for form in new_forms(test) {
        let Ok(form) = Pattern::compile(&form, Fragment::Expression, resolver.isomorphisms) else {
            continue;
        };
        let (found, doubt) = resolver.new_forms(&form, ranges);
        if let Some(found) = found.first() {
            let text = one_line(&file.text(found.range.clone()));
            let present = Unresolved::present(format!("`{text}` is there already"));
            return Some(present.at(file, found.range.start));
        }
        in_doubt = in_doubt.or(doubt);
    }
    in_doubt
}

/// What a test that is no whole any more has become: another test, or, where it was a chain of the operator that widens
/// it, a part of a longer chain.
fn new_forms(test: &Test) -> Vec<String> {
    let (connective, template) = match &test.becomes {
        Widening::With(template) => return vec![template.text().to_owned()],
        Widening::Or(template) => (Connective::Or, template),
        Widening::And(template) => (Connective::And, template),
    };
    let (joined_by, level) = (connective.as_str(), connective.level());
    let new = operand(template.text(), level);
    let chains = test.tests.iter().map(Pattern::text);
    chains
        .filter(|old| level_of(old) == Some(level))
        .map(|old| format!("{old} {joined_by} {new} {joined_by} $$$_"))
        .collect()
}

fn operator<'f>(file: &'f File, node: Node<'_>) -> std::borrow::Cow<'f, str> {
    node.child_by_field_name("operator")
        .map_or(std::borrow::Cow::Borrowed(""), |op| {
            file.text(op.byte_range())
        })
}
