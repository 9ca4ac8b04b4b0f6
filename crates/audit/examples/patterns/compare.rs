//! What differs, place by place.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::Case;
use crate::cause::{self, Cause};
use crate::ours::{File, Found, Ours, Verdict};
use crate::theirs::{Coccinelle, Site};

/// One case in one folder.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) case: String,
    pub(crate) folder: String,
    pub(crate) both: usize,
    pub(crate) ours_alone: usize,
    pub(crate) theirs_alone: usize,
    /// Of the form, and of a type that we cannot tell: we say so, Coccinelle says nothing.
    pub(crate) untold: usize,
    /// Places by text, where the case has a word to go by, and those that nobody claims.
    pub(crate) plain: Option<(usize, usize)>,
    /// Of our sites, those that ast-grep has not got.
    pub(crate) ast_grep_lacks: Option<usize>,
    pub(crate) differences: Vec<Difference>,
    /// Our sites, and what ast-grep lacks of them.
    pub(crate) sites: BTreeSet<Site>,
    pub(crate) lacked: BTreeMap<Site, String>,
    /// Text that nobody claims.
    pub(crate) unclaimed: Vec<(Site, String)>,
}

/// A place that one of the two has.
pub(crate) struct Difference {
    pub(crate) is_ours: bool,
    pub(crate) site: Site,
    pub(crate) cause: Cause,
    pub(crate) text: String,
    /// What we say there.
    pub(crate) found: Vec<Found>,
}

/// Every case in every folder.
pub(crate) fn rows(
    cases: &[Case],
    folders: &[String],
    ours: &Ours,
    spatch: &Coccinelle,
    ast_grep: Option<&BTreeMap<String, BTreeSet<Site>>>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for case in cases {
        for folder in folders {
            let mut row = Row {
                case: case.name.clone(),
                folder: folder.clone(),
                ..Row::default()
            };
            let under = format!("{folder}/");
            let files = ours
                .iter()
                .filter(|(path, _)| path.starts_with(&under) || *path == folder);
            for (path, file) in files {
                row.add(case, path, file, spatch);
                if let Some(found) = ast_grep.and_then(|found| found.get(&case.name)) {
                    row.weigh(case, path, file, found);
                }
            }
            rows.push(row);
        }
    }
    rows
}

impl File {
    /// Every site, by its line.
    fn sites(&self, case: &Case) -> BTreeMap<usize, &Found> {
        let lines = self.found.get(&case.name).into_iter().flatten();
        lines
            .filter_map(|(line, found)| {
                let site = found.iter().find(|f| f.verdict == Verdict::Site)?;
                Some((*line, site))
            })
            .collect()
    }

    /// What we say of a line.
    fn at(&self, case: &Case, line: usize) -> &[Found] {
        let lines = self.found.get(&case.name);
        lines
            .and_then(|lines| lines.get(&line))
            .map_or(&[], Vec::as_slice)
    }

    fn text(&self, line: usize) -> String {
        let line = self.source.lines().range_of(line);
        self.source.text(line).trim().to_owned()
    }
}

impl Row {
    fn add(&mut self, case: &Case, path: &str, file: &File, spatch: &Coccinelle) {
        let none = BTreeSet::new();
        let theirs = spatch.typed.get(&case.name).unwrap_or(&none);
        let theirs: BTreeSet<usize> = theirs
            .range((path.to_owned(), 0)..=(path.to_owned(), usize::MAX))
            .map(|site| site.1)
            .collect();
        let sites = file.sites(case);
        for (&line, &found) in &sites {
            self.sites.insert((path.to_owned(), line));
            if theirs.contains(&line) {
                self.both += 1;
                continue;
            }
            self.ours_alone += 1;
            let cause = cause::ours_alone(&file.source, &case.name, line, found, spatch);
            self.differ(true, case, (path, line), file, cause);
        }
        for &line in theirs.iter().filter(|line| !sites.contains_key(*line)) {
            self.theirs_alone += 1;
            let cause = cause::theirs_alone(&file.source, line, file.at(case, line));
            self.differ(false, case, (path, line), file, cause);
        }
        let lines = file.found.get(&case.name).into_iter().flatten();
        self.untold += lines
            .filter(|(line, _)| !sites.contains_key(line) && !theirs.contains(line))
            .filter(|(_, found)| {
                found
                    .iter()
                    .any(|f| matches!(f.verdict, Verdict::Untold(_)))
            })
            .count();
        self.by_text(case, path, file, &theirs);
    }

    fn differ(
        &mut self,
        is_ours: bool,
        case: &Case,
        (path, line): (&str, usize),
        file: &File,
        cause: Cause,
    ) {
        self.differences.push(Difference {
            is_ours,
            site: (path.to_owned(), line),
            cause,
            text: file.text(line),
            found: file.at(case, line).to_vec(),
        });
    }

    fn by_text(&mut self, case: &Case, path: &str, file: &File, theirs: &BTreeSet<usize>) {
        let Some(lines) = file.plain.get(&case.name) else {
            return;
        };
        let (total, unclaimed) = self.plain.get_or_insert_default();
        for &line in lines {
            *total += 1;
            if file.at(case, line).is_empty() && !theirs.contains(&line) {
                *unclaimed += 1;
                let place = (path.to_owned(), line);
                self.unclaimed.push((place, file.text(line)));
            }
        }
    }

    fn weigh(&mut self, case: &Case, path: &str, file: &File, ast_grep: &BTreeSet<Site>) {
        let lacks = self.ast_grep_lacks.get_or_insert_default();
        for (line, found) in file.sites(case) {
            if !found.in_macro && !ast_grep.contains(&(path.to_owned(), found.start)) {
                *lacks += 1;
                self.lacked.insert((path.to_owned(), line), file.text(line));
            }
        }
    }
}
