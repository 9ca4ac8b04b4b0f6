//! The key `steps`: through how many calls.

use crate::compile::Compiler;
use crate::raw::Int;

/// Where the spec does not say.
const STEPS: usize = 3;
/// More is a search of the whole call graph, which answers nothing.
const MOST_STEPS: i64 = 16;

pub(super) fn steps(compiler: &mut Compiler<'_>, number: Option<&Int>) -> Option<usize> {
    let Some(number) = number else {
        return Some(STEPS);
    };
    let steps = compiler.number(number, "steps")?;
    if number.value > MOST_STEPS {
        let message = format!("`steps` is at most {MOST_STEPS}");
        let help = "name a function that is nearer";
        compiler
            .mistakes
            .report(&number.span, message, "too many", help);
        return None;
    }
    Some(steps)
}
