//! The Markdown table.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::Options;
use crate::case::Case;
use crate::cause::Cause;
use crate::compare::{Difference, Row};

/// How many examples of a cause are shown.
const EXAMPLES: usize = 3;

/// A place where another reader is wrong, and why.
struct Finding {
    who: String,
    case: String,
    path: String,
    line: usize,
    why: String,
}

/// The places that the table shows at length.
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    /// Reads `WHO CASE PATH:LINE WHY`, tabs between.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|why| format!("{path:?}: {why}"))?;
        let parsed = text.lines().map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [who, case, place, why] = fields[..] else {
                return Err(format!("{path:?}: {line}"));
            };
            let (file, number) = place.split_once(':').ok_or(line)?;
            Ok(Finding {
                who: who.to_owned(),
                case: case.to_owned(),
                path: file.to_owned(),
                line: number.parse().map_err(|_| line.to_owned())?,
                why: why.to_owned(),
            })
        });
        Ok(Self(parsed.collect::<Result<_, String>>()?))
    }
}

impl Row {
    fn line(&self) -> String {
        let figure = |value: Option<usize>| value.map_or("–".to_owned(), |v| v.to_string());
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            self.case,
            self.folder,
            self.both + self.ours_alone,
            self.both + self.theirs_alone,
            self.both,
            self.ours_alone,
            self.theirs_alone,
            self.untold,
            figure(self.plain.map(|plain| plain.0)),
            figure(self.plain.map(|plain| plain.1)),
        )
    }

    fn to_mend(&self) -> usize {
        let ours = self.differences.iter().filter(|d| d.cause.is_ours);
        ours.count()
    }
}

/// Writes the table, or checks it; whether it is as it should be and nothing is ours to mend.
pub(crate) fn finish(
    options: &Options,
    cases: &[Case],
    rows: &[Row],
    findings: &Findings,
) -> Result<bool, String> {
    if options.list {
        list(rows);
    }
    let to_mend: usize = rows.iter().map(Row::to_mend).sum();
    let total = |of: fn(&Row) -> usize| rows.iter().map(of).sum::<usize>();
    eprintln!(
        "{} sites, {} of them by Coccinelle too, {} by Coccinelle alone; to mend: {to_mend}",
        total(|row| row.both + row.ours_alone),
        total(|row| row.both),
        total(|row| row.theirs_alone),
    );
    let Some(path) = &options.out else {
        return Ok(to_mend == 0);
    };
    let broken = |why| format!("{}: {why}", path.display());
    if options.check {
        let there = std::fs::read_to_string(path).map_err(broken)?;
        let lines = rows.iter().map(Row::line);
        let stale: Vec<String> = lines.filter(|line| !there.contains(line)).collect();
        for line in &stale {
            // `| pattern | folder |` is what the row is about.
            let about: String = line.split_inclusive('|').take(3).collect();
            let said = there.lines().find(|line| line.starts_with(&about));
            let said = said.unwrap_or("(no such row)");
            eprintln!("{}\n- {said}\n+ {line}", path.display());
        }
        return Ok(stale.is_empty() && to_mend == 0);
    }
    let text = markdown(cases, rows, findings)?;
    std::fs::write(path, text).map_err(broken)?;
    Ok(to_mend == 0)
}

fn list(rows: &[Row]) {
    for row in rows {
        for d in &row.differences {
            let side = if d.is_ours { "ours" } else { "theirs" };
            let (path, line) = &d.site;
            println!(
                "{side}\t{}\t{}\t{path}:{line}\t{}\t{:?}",
                row.case, d.cause.text, d.text, d.found
            );
        }
        for ((path, line), text) in &row.lacked {
            println!("ast-grep lacks\t{}\t\t{path}:{line}\t{text}", row.case);
        }
        for ((path, line), text) in &row.unclaimed {
            println!("nobody\t{}\t\t{path}:{line}\t{text}", row.case);
        }
    }
}

fn markdown(cases: &[Case], rows: &[Row], findings: &Findings) -> Result<String, String> {
    let mut text = include_str!("preamble.md").to_owned();
    text.push_str("\n## The patterns\n\n| | ours | about |\n|---|---|---|\n");
    for case in cases {
        let _ = writeln!(
            text,
            "| [{}](../../crates/audit/examples/patterns/cases/{}.cocci) | `{}` | {} |",
            case.name,
            case.name,
            case.pattern.text().replace('|', "\\|"),
            case.about
        );
    }
    text.push_str(include_str!("columns.md"));
    text.push_str(
        "\n| pattern | folder | ours | Coccinelle's | both | ours alone | Coccinelle alone | \
         type not told | by text | claimed by nobody |\n|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let _ = writeln!(text, "{}", row.line());
    }
    total(&mut text, rows);
    causes(&mut text, rows);
    by_text(&mut text, rows);
    against_ast_grep(&mut text, cases, rows);
    show(&mut text, rows, findings)?;
    Ok(text)
}

fn total(text: &mut String, rows: &[Row]) {
    let sum = |of: fn(&Row) -> usize| rows.iter().map(of).sum::<usize>();
    let _ = writeln!(
        text,
        "| all | | {} | {} | {} | {} | {} | {} | {} | {} |",
        sum(|row| row.both + row.ours_alone),
        sum(|row| row.both + row.theirs_alone),
        sum(|row| row.both),
        sum(|row| row.ours_alone),
        sum(|row| row.theirs_alone),
        sum(|row| row.untold),
        sum(|row| row.plain.map_or(0, |plain| plain.0)),
        sum(|row| row.plain.map_or(0, |plain| plain.1)),
    );
}

/// What stands there by text and no reader claims: each for the eye.
fn by_text(text: &mut String, rows: &[Row]) {
    text.push_str(include_str!("by_text.md"));
    for row in rows {
        for ((path, line), code) in &row.unclaimed {
            let _ = writeln!(text, "- {}: {path}:{line} `{code}`", row.case);
        }
    }
}

fn causes(text: &mut String, rows: &[Row]) {
    let mut by_cause = BTreeMap::<Cause, Vec<(&str, &Difference)>>::new();
    for row in rows {
        for difference in &row.differences {
            let found = by_cause.entry(difference.cause).or_default();
            found.push((&row.case, difference));
        }
    }
    text.push_str(
        "\n## Why they differ\n\n| cause | ours alone | Coccinelle alone | ours to mend |\n|---|---|---|---|\n",
    );
    for (cause, found) in &by_cause {
        let ours = found.iter().filter(|(_, d)| d.is_ours).count();
        let mend = if cause.is_ours { "yes" } else { "" };
        let theirs = found.len() - ours;
        let _ = writeln!(text, "| {} | {ours} | {theirs} | {mend} |", cause.text);
    }
    for (cause, found) in &by_cause {
        let _ = write!(text, "\n### {}\n\n", cause.text);
        let shown = if cause.is_ours { found.len() } else { EXAMPLES };
        // Spread over the tree: neighbours are often the same macro.
        let step = (found.len() / shown.max(1)).max(1);
        for (case, difference) in found.iter().step_by(step).take(shown) {
            let (path, line) = &difference.site;
            let _ = writeln!(text, "- {case}: {path}:{line} `{}`", difference.text);
        }
    }
}

fn against_ast_grep(text: &mut String, cases: &[Case], rows: &[Row]) {
    if rows.iter().all(|row| row.ast_grep_lacks.is_none()) {
        return;
    }
    text.push_str(
        "\n## ast-grep\n\nIt knows no types, so what counts is which of our sites (bodies of macros apart) it has not got.\n\n\
         | pattern | our sites | ast-grep lacks |\n|---|---|---|\n",
    );
    for case in cases {
        let of_case = || rows.iter().filter(|row| row.case == case.name);
        let sites: usize = of_case().map(|row| row.sites.len()).sum();
        let lacks: usize = of_case().filter_map(|row| row.ast_grep_lacks).sum();
        let _ = writeln!(text, "| {} | {sites} | {lacks} |", case.name);
    }
}

/// The findings, each with its line of the kernel; an error where one is no longer so.
fn show(text: &mut String, rows: &[Row], findings: &Findings) -> Result<(), String> {
    text.push_str("\n## Where they are wrong and we are right\n\n");
    for finding in &findings.0 {
        let site = (finding.path.clone(), finding.line);
        let mut of_case = rows.iter().filter(|row| row.case == finding.case);
        let found = of_case.find_map(|row| {
            let differs = row.differences.iter().find(|d| d.site == site);
            match finding.who.as_str() {
                "Coccinelle" => differs.map(|d| d.text.clone()),
                _ => row.lacked.get(&site).cloned(),
            }
        });
        let place = format!("{}:{}", finding.path, finding.line);
        let Some(found) = found else {
            return Err(format!("{place} is no difference of {}", finding.case));
        };
        let _ = writeln!(
            text,
            "- **{}**, {}, {place}: {}",
            finding.who, finding.case, finding.why
        );
        let _ = writeln!(text, "\n  ```c\n  {found}\n  ```\n");
    }
    Ok(())
}
