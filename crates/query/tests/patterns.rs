//! Every `tests/patterns/*.toml` is one case: a pattern, code, and what it must find there.
//!
//! ```toml
//! about = "what the case shows"
//! pattern = "$D->is_virtfn"
//! fragment = "expression"       # expression, statement, declaration, member, initializer; default: any
//! without = ["null-test"]       # isomorphisms switched off
//! code = '''…'''                # a file's text
//! finds = ["pdev->is_virtfn"]   # the matches' texts, white space folded, in file order
//! binds = [{ D = "pdev" }]      # what the metavariables stand for in each match; optional
//! in_macro = [false]            # whether each match stands in a macro's body; optional
//! runs = ["a && b"]             # the runs of longer chains that are the pattern's; optional
//! unread = ["…"]                # a part of the text (or cause) of each unread region; default: none
//! error = "…"                   # instead of `code`: what the compiler says …
//! at = "…"                      # … and the part of the pattern that it points at
//! ```

#![expect(
    clippy::expect_used,
    reason = "a test or a tool for developers: it says what broke by stopping"
)]

use query::File;
use std::collections::BTreeMap;
use std::path::Path;

use dialect::TreePath;
use libtest_mimic::{Arguments, Failed, Trial};
use query::pattern::{Fragment, Isomorphisms, Pattern};
use query::types::NoOtherFile;
use syntax::Reader;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    pattern: String,
    #[serde(default)]
    fragment: Option<String>,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    code: String,
    #[serde(default)]
    finds: Vec<String>,
    #[serde(default)]
    binds: Option<Vec<BTreeMap<String, String>>>,
    #[serde(default)]
    in_macro: Option<Vec<bool>>,
    #[serde(default)]
    runs: Option<Vec<String>>,
    #[serde(default)]
    unread: Vec<String>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    at: Option<String>,
}

fn fragment(name: Option<&str>) -> Result<Fragment, Failed> {
    Ok(match name {
        None | Some("any") => Fragment::Any,
        Some("expression") => Fragment::Expression,
        Some("statement") => Fragment::Statement,
        Some("declaration") => Fragment::Declaration,
        Some("member") => Fragment::Member,
        Some("initializer") => Fragment::Initializer,
        Some(other) => return Err(format!("no fragment is called {other}").into()),
    })
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, wanted: &T) -> Result<(), Failed> {
    if got == wanted {
        return Ok(());
    }
    Err(format!("{what}\n     got: {got:#?}\n  wanted: {wanted:#?}").into())
}

fn run(path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let case: Case = toml::from_str(&text)?;
    same("`about` is empty", &case.about.is_empty(), &false)?;
    let isomorphisms = Isomorphisms {
        disabled: case.without.clone(),
    };
    let compiled = Pattern::compile(
        &case.pattern,
        fragment(case.fragment.as_deref())?,
        &isomorphisms,
    );
    let pattern = match (compiled, &case.error) {
        (Ok(pattern), None) => pattern,
        (Err(error), Some(wanted)) => {
            same("the message", &error.message, wanted)?;
            let at = case.pattern.get(error.span.clone()).unwrap_or("outside");
            return same("the span", &at.to_owned(), &case.at.unwrap_or_default());
        }
        (Ok(pattern), Some(error)) => {
            return Err(format!("compiles, to {pattern:?}; wanted: {error}").into());
        }
        (Err(error), None) => {
            return Err(format!("{error} at {:?} ({:?})", error.span, error.help).into());
        }
    };
    let path = TreePath::new("drivers/case.c")?;
    let file = File::from(Reader::standalone().read(&path, case.code.as_bytes().into()));
    let matches = pattern.find(&file, 0..case.code.len(), &NoOtherFile);
    let (hits, doubts) = matches.parts();
    let found: Vec<String> = hits
        .iter()
        .map(|m| folded(&file.text(m.range.clone())))
        .collect();
    same("the matches", &found, &case.finds)?;
    if let Some(binds) = &case.binds {
        let got: Vec<BTreeMap<String, String>> = hits
            .iter()
            .map(|m| {
                let pairs = m.bindings.iter();
                pairs.map(|(k, v)| (k.clone(), folded(&v.text))).collect()
            })
            .collect();
        same("the bindings", &got, binds)?;
    }
    if let Some(wanted) = &case.runs {
        let runs = pattern.find_runs(&file, 0..case.code.len(), &NoOtherFile);
        let (runs, _) = runs.parts();
        let got = runs.iter().map(|m| folded(&file.text(m.range.clone())));
        same("the runs", &got.collect(), wanted)?;
    }
    if let Some(wanted) = &case.in_macro {
        let got: Vec<bool> = hits.iter().map(|m| m.in_macro).collect();
        same("in a macro", &got, wanted)?;
    }
    for found in hits.iter().filter(|m| !m.in_macro) {
        let again = pattern.matches(&file, found.range.clone(), &NoOtherFile);
        same(
            "`matches` at a place that `find` gave",
            &again,
            &Ok(Some(found.bindings.clone())),
        )?;
    }
    let regions: Vec<String> = doubts
        .iter()
        .map(|doubt| {
            let text = file.text(doubt.range().clone());
            format!("{text} ({})", doubt.reason())
        })
        .collect();
    let fits = regions.len() == case.unread.len()
        && regions
            .iter()
            .zip(&case.unread)
            .all(|(got, part)| got.contains(part));
    same(
        &format!("the unread regions {regions:#?} are {:#?}", case.unread),
        &fits,
        &true,
    )
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/patterns");
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .expect("tests/patterns is there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let trials = paths
        .into_iter()
        .map(|path| {
            let stem = path.file_stem().unwrap_or_default();
            Trial::test(stem.to_string_lossy().into_owned(), move || run(&path))
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
