//! What we find.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use query::pattern::{Doubt, Match};
use trees::{DirTree, ParsedTree, Scan};

use crate::Options;
use crate::case::{Anchor, Case};
use crate::plain;

/// What we say of a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// A site.
    Site,
    /// It has the form, and a type that could not be told: said, and not counted.
    Untold(String),
    /// It has the form, and this other type.
    Other(String),
}

/// Something that has the form of a pattern.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) verdict: Verdict,
    /// Where it starts; a reader without places goes by this.
    pub(crate) start: usize,
    /// What the typed metavariable stands for.
    pub(crate) receiver: String,
    pub(crate) in_macro: bool,
}

/// What a file has.
pub(crate) struct File {
    /// Case to line to what is there.
    pub(crate) found: BTreeMap<String, BTreeMap<usize, Vec<Found>>>,
    /// Case to lines where the words of a site stand, whoever reads them as what.
    pub(crate) plain: BTreeMap<String, Vec<usize>>,
    /// The parsed file: what is around a difference.
    pub(crate) source: Arc<query::File>,
}

/// Every file, by path.
pub(crate) type Ours = BTreeMap<String, File>;

/// Looks for every case in one walk.
pub(crate) fn find(options: &Options, cases: &[Case]) -> Result<Ours, String> {
    let tree = DirTree::open(&options.root).map_err(|why| why.to_string())?;
    let tree = ParsedTree::new(Arc::new(tree));
    let scan = Scan {
        under: options.under.clone(),
        ..Scan::default()
    };
    let files = Mutex::new(Ours::new());
    let visit = |source: Arc<query::File>| {
        let path = source.path().to_string();
        let file = in_file(&tree, cases, source);
        let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(path, file);
    };
    tree.scan_parsed(&scan, &visit)
        .map_err(|why| why.to_string())?;
    Ok(files.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn in_file(tree: &ParsedTree, cases: &[Case], source: Arc<query::File>) -> File {
    let near = tree.near(&source);
    let mut found = BTreeMap::new();
    let mut plain = BTreeMap::new();
    let code = plain::without_comments(source.bytes());
    for case in cases {
        let matches = case.pattern.find(&source, 0..source.bytes().len(), &near);
        let mut lines = BTreeMap::<usize, Vec<Found>>::new();
        let mut take = |one: &Match, verdict| {
            let line = source.line_of(place(&source, &case.place, one));
            let receiver = case.pattern.typed().into_keys().next();
            let receiver = receiver.and_then(|name| one.bindings.get(&name));
            lines.entry(line).or_default().push(Found {
                verdict,
                start: source.line_of(one.range.start),
                receiver: receiver.map_or_else(String::new, |binding| binding.text.clone()),
                in_macro: one.in_macro,
            });
        };
        for (one, name) in matches.of_other_types() {
            take(one, Verdict::Other(name.to_string()));
        }
        let (sites, doubts) = matches.parts();
        for one in &sites {
            take(one, Verdict::Site);
        }
        for doubt in &doubts {
            if let Doubt::Untyped(one) = doubt {
                take(&one.found, Verdict::Untold(one.reason.clone()));
            }
        }
        found.insert(case.name.clone(), lines);
        if let Some(lines) = plain::lines(case, &code) {
            plain.insert(case.name.clone(), lines);
        }
    }
    File {
        found,
        plain,
        source,
    }
}

/// The offset that the match's line is counted by.
fn place(source: &query::File, place: &Anchor, found: &Match) -> usize {
    let bound = |name: &str| -> Range<usize> {
        let binding = found.bindings.get(name);
        binding.map_or(found.range.clone(), |binding| binding.range.clone())
    };
    match place {
        Anchor::Start => found.range.start,
        Anchor::At(name) => bound(name).start,
        Anchor::After(name) => {
            let end = bound(name).end;
            let rest = source.slice(end..found.range.end.max(end));
            let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            end + rest.iter().position(word).unwrap_or(0)
        }
    }
}
