//! Laws of patterns, on every expression of real files.
//!
//! A pattern made of an expression's own text matches that expression. So it does with other white space
//! and comments, with swapped operands, with a metavariable for an operand; and not once a token differs.
//! The code of the case files always serves; the kernels of `PATCHWRIGHT_KERNELS` (see `make kernels`)
//! serve where they are.

#![expect(
    clippy::expect_used,
    reason = "a test or a tool for developers: it says what broke by stopping"
)]

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dialect::TreePath;
use libtest_mimic::{Arguments, Failed, Trial};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use query::File;
use query::pattern::{Fragment, Isomorphisms, Pattern};
use query::types::NoOtherFile;
use syntax::{Node, Reader};

/// An expression of a file.
#[derive(Clone, Debug)]
struct Site {
    file: usize,
    range: Range<usize>,
}

struct Corpus {
    files: Vec<File>,
    sites: Vec<Site>,
}

impl std::fmt::Debug for Corpus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} expressions of {} files",
            self.sites.len(),
            self.files.len()
        )
    }
}

fn is_expression(node: Node<'_>) -> bool {
    node.kind().ends_with("_expression")
        && !matches!(
            node.kind(),
            "comma_expression" | "parenthesized_expression" | "gnu_asm_expression"
        )
}

impl Corpus {
    fn read(files: Vec<(String, Vec<u8>)>) -> Self {
        let reader = Reader::standalone();
        let files: Vec<File> = files
            .into_iter()
            .filter_map(|(path, bytes)| {
                Some(File::from(
                    reader.read(&TreePath::new(&path).ok()?, Arc::from(bytes)),
                ))
            })
            .collect();
        let mut sites = Vec::new();
        for (index, file) in files.iter().enumerate() {
            let mut pending = vec![file.root()];
            while let Some(node) = pending.pop() {
                let range = node.byte_range();
                let text = file.slice(range.clone());
                let plain = !text.contains(&b'#')
                    && !text.windows(3).any(|dots| dots == b"...")
                    && std::str::from_utf8(text).is_ok();
                let readable = !node.has_error() && !in_preprocessor(node);
                // What a TRACE_EVENT takes is C only there.
                let plain = plain && !text.starts_with(b"TP_");
                if is_expression(node) && range.len() < 400 && plain && readable {
                    sites.push(Site { file: index, range });
                }
                if !node.is_error() {
                    let mut cursor = node.walk();
                    pending.extend(node.children(&mut cursor));
                }
            }
        }
        sites.sort_by_key(|site| (site.file, site.range.start, site.range.end));
        Self { files, sites }
    }

    fn text(&self, site: &Site) -> String {
        self.files[site.file].text(site.range.clone()).into_owned()
    }
}

fn in_preprocessor(node: Node<'_>) -> bool {
    let mut around = node.parent();
    while let Some(parent) = around {
        if matches!(parent.kind(), "preproc_if" | "preproc_elif")
            && parent
                .child_by_field_name("condition")
                .is_some_and(|c| c.byte_range().contains(&node.start_byte()))
        {
            return true;
        }
        around = parent.parent();
    }
    false
}

fn compile(text: &str) -> Result<Pattern, String> {
    Pattern::compile(text, Fragment::Expression, &Isomorphisms::default())
        .map_err(|error| format!("{error} at {:?} of {text:?}", error.span))
}

/// A pattern that is the expression itself matches it, for every expression.
/// Macros whose arguments are declarations or statements: their calls are no expressions of C, and a
/// pattern made of one is refused, which is said and harms nobody.
const NO_EXPRESSIONS: [&str; 4] = [
    "TP_PROTO(",
    "TP_STRUCT__entry(",
    "DEFINE_LOCK_GUARD_1(",
    "DEFINE_CLASS(",
];

fn itself(corpus: &Corpus) -> Result<(), Failed> {
    let mut bad: Vec<String> = Vec::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for site in &corpus.sites {
        let text = corpus.text(site);
        let file = &corpus.files[site.file];
        let fault = match compile(&text) {
            Err(_) if NO_EXPRESSIONS.iter().any(|name| text.starts_with(name)) => None,
            Err(error) => Some(error),
            Ok(pattern) => pattern
                .matches(file, site.range.clone(), &NoOtherFile)
                .is_ok_and(|found| found.is_none())
                .then(|| format!("no match of {text:?}")),
        };
        if let Some(fault) = fault {
            let kind: String = fault.chars().take(14).collect();
            *kinds.entry(kind).or_default() += 1;
            bad.push(format!(
                "{}:{}: {fault}",
                file.path(),
                file.line_of(site.range.start)
            ));
        }
    }
    if bad.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = bad.iter().take(60).cloned().collect();
    Err(format!(
        "{} of {} expressions ({kinds:?}):\n{}",
        bad.len(),
        corpus.sites.len(),
        shown.join("\n")
    )
    .into())
}

/// The tokens of a text, as the public lexer of the crate sees them.
fn tokens(text: &str) -> Vec<String> {
    dialect::token::tokens(text.as_bytes())
        .into_iter()
        .filter(|token| token.kind != dialect::token::TokenKind::Comment)
        .map(|token| text[token.range].to_owned())
        .collect()
}

/// Runs `law` on random expressions.
fn law(
    corpus: &Arc<Corpus>,
    holds: fn(&Corpus, &Site, u64) -> Result<(), TestCaseError>,
) -> Result<(), Failed> {
    let mut runner = TestRunner::new(Config {
        cases: 600,
        failure_persistence: None,
        ..Config::default()
    });
    let inputs = (any::<Index>(), any::<u64>());
    let outcome = runner.run(&inputs, |(index, seed)| {
        if corpus.sites.is_empty() {
            return Ok(());
        }
        holds(corpus, index.get(&corpus.sites), seed)
    });
    outcome.map_err(|error| error.to_string().into())
}

fn matches(corpus: &Corpus, site: &Site, text: &str) -> Result<bool, TestCaseError> {
    let pattern = compile(text).map_err(TestCaseError::reject)?;
    Ok(pattern
        .matches(&corpus.files[site.file], site.range.clone(), &NoOtherFile)
        .is_ok_and(|found| found.is_some()))
}

/// Other white space and comments change nothing.
fn spacing(corpus: &Corpus, site: &Site, seed: u64) -> Result<(), TestCaseError> {
    let gaps = [" ", "\n\t", " /* x */ ", "  ", "\t// y\n", " \\\n "];
    let mut text = String::new();
    for (index, token) in tokens(&corpus.text(site)).iter().enumerate() {
        if index > 0 {
            text += gaps[(seed.rotate_left(u32::try_from(index * 3).unwrap_or(0)) % 6) as usize];
        }
        text += token;
    }
    prop_assert!(matches(corpus, site, &text)?, "{text:?}");
    Ok(())
}

fn binary<'t>(corpus: &'t Corpus, site: &Site, operators: &[&str]) -> Option<[Node<'t>; 3]> {
    let file = &corpus.files[site.file];
    let node = file.node_at(site.range.clone())?;
    let [left, operator, right] =
        ["left", "operator", "right"].map(|name| node.child_by_field_name(name));
    let (left, operator, right) = (left?, operator?, right?);
    operators
        .contains(&operator.kind())
        .then_some([left, operator, right])
}

/// The operands of an operator that commutes may change places.
fn swapping(corpus: &Corpus, site: &Site, _: u64) -> Result<(), TestCaseError> {
    let Some([left, operator, right]) = binary(corpus, site, &["||", "&&", "|", "&", "==", "!="])
    else {
        return Ok(());
    };
    let text = |node: Node<'_>| corpus.files[site.file].text(node.byte_range()).into_owned();
    let swapped = format!("({}) {} ({})", text(right), operator.kind(), text(left));
    prop_assert!(matches(corpus, site, &swapped)?, "{swapped:?}");
    Ok(())
}

/// The operands of another operator may not, unless they are the same.
fn order(corpus: &Corpus, site: &Site, _: u64) -> Result<(), TestCaseError> {
    let Some([left, operator, right]) = binary(corpus, site, &["-", "<", "<<", "/"]) else {
        return Ok(());
    };
    let text = |node: Node<'_>| corpus.files[site.file].text(node.byte_range()).into_owned();
    if tokens(&text(left)) != tokens(&text(right)) {
        let swapped = format!("({}) {} ({})", text(right), operator.kind(), text(left));
        prop_assert!(!matches(corpus, site, &swapped)?, "{swapped:?}");
    }
    Ok(())
}

fn operator(node: Node<'_>) -> Option<&str> {
    node.child_by_field_name("operator")
        .map(|token| token.kind())
}

/// A metavariable for an operand (not for a part of a chain, which has no parts) matches, and stands for that operand.
fn generalising(corpus: &Corpus, site: &Site, seed: u64) -> Result<(), TestCaseError> {
    let file = &corpus.files[site.file];
    let Some(node) = file.node_at(site.range.clone()) else {
        return Ok(());
    };
    let mut cursor = node.walk();
    let operands: Vec<Node<'_>> = node
        .named_children(&mut cursor)
        .filter(|child| is_expression(*child) || child.kind() == "identifier")
        .filter(|child| operator(*child).is_none() || operator(*child) != operator(node))
        .collect();
    let Some(operand) = operands.get((seed % 7) as usize % operands.len().max(1)) else {
        return Ok(());
    };
    let (inside, start) = (operand.byte_range(), site.range.start);
    let mut text = corpus.text(site);
    text.replace_range(inside.start - start..inside.end - start, "$SOME");
    let pattern = compile(&text).map_err(TestCaseError::reject)?;
    let bindings = pattern.matches(file, site.range.clone(), &NoOtherFile);
    let bindings = bindings.unwrap_or_default();
    prop_assert!(bindings.is_some(), "{text:?}");
    let bound = bindings.and_then(|b| b.get("SOME").cloned());
    prop_assert!(bound.is_some(), "{text:?}");
    Ok(())
}

/// With one word changed there is no match.
fn changing(corpus: &Corpus, site: &Site, seed: u64) -> Result<(), TestCaseError> {
    let mut words = tokens(&corpus.text(site));
    let length = words.len();
    let Some(word) = words.get_mut((seed % length.max(1) as u64) as usize) else {
        return Ok(());
    };
    if !word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') || word == "NULL" {
        return Ok(());
    }
    word.push_str("_x");
    let text = words.join(" ");
    prop_assert!(!matches(corpus, site, &text)?, "{text:?}");
    Ok(())
}

fn cases() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/patterns");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("tests/patterns is there")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a case");
            let case: toml::Table = text.parse().expect("TOML");
            let code = case
                .get("code")
                .and_then(|code| code.as_str())
                .unwrap_or_default();
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            (format!("cases/{name}.c"), code.as_bytes().to_vec())
        })
        .collect();
    files.sort();
    files
}

fn kernels() -> PathBuf {
    std::env::var_os("PATCHWRIGHT_KERNELS").map_or_else(
        || {
            let home = std::env::var_os("HOME").unwrap_or_default();
            Path::new(&home).join(".cache/patchwright/kernels")
        },
        PathBuf::from,
    )
}

/// The files directly in some folders of a kernel.
fn kernel_files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let folders = [
        "drivers/vfio/pci",
        "drivers/pci",
        "arch/s390/pci",
        "kernel/sched",
    ];
    let mut files = Vec::new();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
            continue;
        };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if name.ends_with(".c") || name.ends_with(".h") {
                let bytes = std::fs::read(&path).expect("a readable file");
                files.push((format!("{folder}/{name}"), bytes));
            }
        }
    }
    files.sort();
    files
}

fn trials(prefix: &str, corpus: Option<&Arc<Corpus>>) -> Vec<Trial> {
    type Law = (
        &'static str,
        fn(&Corpus, &Site, u64) -> Result<(), TestCaseError>,
    );
    const LAWS: [Law; 5] = [
        ("spacing does not matter", spacing),
        ("operands that commute may change places", swapping),
        ("operands that do not may not", order),
        ("a metavariable stands for an operand", generalising),
        ("another word does not match", changing),
    ];
    let mut trials = Vec::new();
    let given = corpus.cloned();
    let run = move || given.as_ref().map_or(Ok(()), |corpus| itself(corpus));
    trials.push(
        Trial::test(format!("{prefix}: an expression matches itself"), run)
            .with_ignored_flag(corpus.is_none()),
    );
    for (name, holds) in LAWS {
        let given = corpus.cloned();
        let run = move || given.as_ref().map_or(Ok(()), |corpus| law(corpus, holds));
        trials.push(
            Trial::test(format!("{prefix}: {name}"), run).with_ignored_flag(corpus.is_none()),
        );
    }
    trials
}

fn main() {
    let arguments = Arguments::from_args();
    let own = Arc::new(Corpus::read(cases()));
    let mut all = trials("cases", Some(&own));
    let root = kernels().join("linux-6.12");
    let real = root
        .is_dir()
        .then(|| Arc::new(Corpus::read(kernel_files(&root))));
    let name = if real.is_some() {
        "linux-6.12"
    } else {
        "linux-6.12 (see `make kernels`)"
    };
    all.extend(trials(name, real.as_ref()));
    libtest_mimic::run(&arguments, all).exit();
}
