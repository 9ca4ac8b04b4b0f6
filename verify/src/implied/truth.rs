//! A comparison around a new form that uses its truth as the form itself is used: `f(p) != 0` for `f(p)`.

use std::ops::Range;

use query::File;
use query::pattern::precedence::{Around, condition_of};
use sites::truth::{Use, use_of};

use super::Ctx;

/// The new form with the comparisons with 0 around it that the old one did not have, where the truth alone is used.
pub(super) fn compared(
    ctx: &Ctx<'_>,
    before: &File,
    old: &Range<usize>,
    after: &File,
    new: &Range<usize>,
) -> Range<usize> {
    let disabled = &ctx.comparison.spec.isomorphisms.disabled;
    if disabled.iter().any(|name| name == "truth-test") {
        return new.clone();
    }
    let had = comparisons(before, old).len();
    let has = comparisons(after, new);
    let definitions = ctx.resolver(after).definitions;
    let extra = has.len().saturating_sub(had);
    let around = extra.checked_sub(1).and_then(|at| has.get(at));
    let is_truth = |around: &&Range<usize>| use_of(after, around, &definitions) == Use::Truth;
    around.filter(is_truth).unwrap_or(new).clone()
}

/// The comparisons directly around an expression, the innermost first.
fn comparisons(file: &File, range: &Range<usize>) -> Vec<Range<usize>> {
    let Some(condition) = condition_of(file, range) else {
        return Vec::new();
    };
    let steps = condition.steps.into_iter();
    let steps = steps.filter(|step| step.around != Around::Parentheses);
    let compared = steps.take_while(|step| step.around == Around::NullTest { negates: false });
    compared.map(|step| step.range).collect()
}
