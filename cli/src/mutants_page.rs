//! What became of a spec's mutants, for people.

use anstyle::{AnsiColor, Style};
use mutate::{Outcome, Survivor, Tally};

use crate::text::{counted, escape};

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const PLACE: Style = AnsiColor::Cyan.on_default();

/// What survived, the table of the classes, the score; if quiet, only what survived.
pub(crate) fn human(outcome: &Outcome, is_quiet: bool) -> String {
    let mut page = String::new();
    for survivor in &outcome.survivors {
        page.push_str(&shown("survived", survivor));
    }
    for alarm in &outcome.false_alarms {
        page.push_str(&shown("false alarm", alarm));
    }
    undecided(outcome, &mut page);
    if !is_quiet {
        classes(outcome, &mut page);
        page.push_str(&summary(outcome));
    }
    page
}

fn shown(word: &str, survivor: &Survivor) -> String {
    let mut text = format!(
        "{BAD}{word}{BAD:#} {} ({}): {PLACE}{}:{}{PLACE:#} {}\n",
        survivor.class,
        survivor.judged.words(),
        escape(&survivor.file),
        survivor.line,
        escape(&survivor.what)
    );
    for line in survivor.diff.lines() {
        text.push_str(&format!("    {}\n", escape(line)));
    }
    text.push_str(&format!("  {}\n", escape(&survivor.why)));
    for line in survivor.invariant.iter().flat_map(|table| table.lines()) {
        text.push_str(&format!("    {}\n", escape(line)));
    }
    text.push('\n');
    text
}

/// Unknown is no pass, but an author wants to know what could not be said.
fn undecided(outcome: &Outcome, page: &mut String) {
    for one in &outcome.undecided {
        page.push_str(&format!(
            "unknown {} ({}): {PLACE}{}:{}{PLACE:#} {}\n  {}\n",
            one.class,
            one.judged.words(),
            escape(&one.file),
            one.line,
            escape(&one.what),
            escape(&one.why)
        ));
    }
    if !outcome.undecided.is_empty() {
        page.push('\n');
    }
}

fn classes(outcome: &Outcome, page: &mut String) {
    page.push_str(&format!(
        "{:<12} {:>18} {:>18} {:>11} {:>7}\n",
        "class", "as mails", "landed", "equivalent", "no C"
    ));
    let of = |tally: &Tally| format!("{} of {}", tally.killed, tally.mutants);
    for count in &outcome.classes {
        page.push_str(&format!(
            "{:<12} {:>18} {:>18} {:>11} {:>7}\n",
            count.class,
            of(&count.mails),
            of(&count.landed),
            count.equivalent,
            count.unread
        ));
    }
    page.push('\n');
}

fn summary(outcome: &Outcome) -> String {
    let style = if outcome.is_clean() { GOOD } else { BAD };
    let of = |tally: &Tally| {
        let mut text = format!(
            "{} of {} killed ({:.1} %)",
            tally.killed,
            tally.mutants,
            tally.score()
        );
        for (count, word) in [(tally.unknown, "unknown"), (tally.refused, "refused")] {
            if count > 0 {
                text.push_str(&format!(", {count} of them {word}"));
            }
        }
        text
    };
    let mut text = format!(
        "{style}{} on {}{style:#}, seed {}\n",
        escape(&outcome.series),
        escape(&outcome.tree),
        outcome.seed
    );
    if outcome.landed_before {
        text.push_str("  as mails: not judged, the tree has the series already\n");
    } else if outcome.mails.mutants > 0 {
        text.push_str(&format!("  as mails: {}\n", of(&outcome.mails)));
    }
    if outcome.landed.mutants > 0 {
        text.push_str(&format!("  as landed trees: {}\n", of(&outcome.landed)));
    }
    let preserving = outcome
        .classes
        .iter()
        .find(|count| count.class == "preserving");
    if let Some(count) = preserving {
        text.push_str(&format!(
            "  {} rewrites that mean the same, {}\n",
            count.mails.mutants + count.landed.mutants,
            counted(outcome.false_alarms.len(), "false alarm")
        ));
    }
    text
}
