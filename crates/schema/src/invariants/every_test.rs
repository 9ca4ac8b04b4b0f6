//! `every-test`: wherever one thing is tested, another one is.

use query::pattern::{Fragment, Pattern, Template};

use super::scope::RawScope;
use super::{Claim, Scope};
use crate::compile::Compiler;
use crate::compile::words::{all, optional};
use crate::raw::{Int, Text, Texts, section};

section! {
    /// In the scope every test of one thing also tests another, but for exceptions that each carry a reason.
    EveryTestKeys {
        /// The test: a pattern, or several; each place that matches one of them counts.
        Required test: Texts,
        /// What has to accompany it in the same condition: `old || also`.
        Required also: Text,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
        /// Places that are right without.
        Optional except: Vec<RawException>,
        /// What of values that are read and may be tested elsewhere: `"follow"` them (the default), or `"ignore"`.
        Optional values: Text,
    }
}

section! {
    /// A place that an `every-test` invariant lets be.
    RawException {
        /// The function, by name or as `FILE:NAME`.
        Required function: Text,
        /// How many such tests it has; without it, any number.
        Optional count: Int,
        /// Why it is right there.
        Required reason: Text,
    }
}

/// What an `every-test` invariant says.
#[derive(Clone, Debug)]
pub struct EveryTest {
    /// The test: any of these.
    pub tests: Vec<Pattern>,
    /// What each must be accompanied by, in the same condition: `old || also`.
    pub also: Template,
    /// Where to look.
    pub scope: Scope,
    /// Where not.
    pub except: Vec<Exception>,
    /// Values that are read and not tested are not followed.
    pub ignores_values: bool,
}

/// A place that an `every-test` invariant lets be, and why.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The function.
    pub function: String,
    /// How many such tests it has; none: any number.
    pub count: Option<usize>,
    /// Why it is right there.
    pub reason: String,
}

impl Claim for EveryTest {
    type Keys = EveryTestKeys;

    const EXAMPLE: &'static str = r#"
id = "wherever-the-bit-matters"
test = "$DEV->is_virtfn"
also = "$DEV->detached_vf"
scope = { files = ["drivers/vfio/pci/vfio_pci_config.c"] }
except = [{ function = "vfio_config_init", count = 1, reason = "Firmware provides the IDs." }]
"#;

    fn compile(compiler: &mut Compiler<'_>, keys: &EveryTestKeys) -> Option<Self> {
        let tests = keys.test.as_ref();
        let tests = tests.and_then(|texts| compiler.patterns(texts, "test", Fragment::Expression));
        let also = keys.also.as_ref().and_then(|text| {
            let template = compiler.template(text, Fragment::Expression)?;
            compiler.bound(text, &template, "also", tests.as_deref()?, "test");
            Some(template)
        });
        let scope = Scope::compile(compiler, keys.scope.as_ref());
        let except = keys.except.iter().flatten();
        let except = all(except.map(|raw| Exception::compile(compiler, raw)));
        let values = optional(keys.values.as_ref(), |text| ignores_values(compiler, text));
        Some(Self {
            ignores_values: values?.unwrap_or_default(),
            tests: tests?,
            also: also?,
            scope: scope?,
            except: except?,
        })
    }
}

/// Whether values that are read and not tested are left out.
fn ignores_values(compiler: &mut Compiler<'_>, text: &Text) -> Option<bool> {
    match text.value.as_str() {
        "follow" => Some(false),
        "ignore" => Some(true),
        _ => {
            let message = format!(
                "`values` is \"follow\" or \"ignore\", not `{}`",
                text.value.escape_debug()
            );
            let help =
                "a value that is read may be tested elsewhere: \"ignore\" lets all of them be";
            compiler
                .mistakes
                .report(&text.span, message, "neither", help);
            None
        }
    }
}

impl Exception {
    fn compile(compiler: &mut Compiler<'_>, raw: &RawException) -> Option<Self> {
        let function = raw.function.as_ref();
        let function = function.and_then(|text| compiler.function_or_one_in(text));
        let count = optional(raw.count.as_ref(), |number| {
            compiler.number(number, "count")
        });
        let reason = raw.reason.as_ref().and_then(|text| {
            let reason = compiler.prose(text, "reason")?;
            if reason.trim().is_empty() {
                let help = "an exception says why the place is right as it is";
                compiler
                    .mistakes
                    .report(&text.span, "`reason` is empty", "no reason", help);
                return None;
            }
            Some(reason)
        });
        Some(Self {
            function: function?,
            count: count?,
            reason: reason?,
        })
    }
}
