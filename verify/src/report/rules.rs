//! What each check asks, in the words of docs/checks.md, for formats that explain themselves: the page is compiled in, so
//! that there is one text.

use super::{Subject, visible};

const CHECKS: &str = include_str!("../../../docs/checks.md");

/// Where the pages are published, where whoever builds the command says so: `PATCHWRIGHT_PAGES=https://…`. The project has no
/// public host, and an address that leads nowhere helps nobody.
const PAGES: Option<&str> = option_env!("PATCHWRIGHT_PAGES");

/// Where to read of the program: what it is installed with, unless its pages are published.
pub(super) fn home() -> &'static str {
    PAGES.unwrap_or("man:patchwright(1)")
}

/// Where to read of a check: a page, if these are published, or the manual of the command that makes it. Its help is in the
/// report, whichever it is.
pub(super) fn help_uri(page: &str, command: &str) -> String {
    match PAGES {
        Some(pages) => format!("{}/docs/{page}", pages.trim_end_matches('/')),
        None => format!("man:patchwright-{command}(1)"),
    }
}

/// What is said of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// One sentence, plain.
    pub(super) short: String,
    /// Markdown.
    pub(super) help: String,
    /// The page, where it says so.
    pub(super) uri: String,
}

impl Rule {
    /// Of a section of docs/checks.md.
    fn of(short: String, help: &str, heading: &str) -> Self {
        Self {
            short,
            help: help.trim().to_owned(),
            uri: help_uri(&format!("checks.html#{}", anchor(heading)), "verify"),
        }
    }

    /// The help without its marks.
    pub(super) fn plain(&self) -> String {
        plain(&self.help)
    }
}

/// What the check of this name asks: `frame/NAME`, `CHANGE/NAME`, or a stated invariant's id.
pub(super) fn rule(id: &str, subject: &Subject) -> Rule {
    match id.split_once('/') {
        Some(("frame", name)) => {
            let heading = format!("### `{name}`");
            let help = section(CHECKS, &heading);
            Rule::of(first_sentence(help), help, &heading)
        }
        Some((change, name)) => implied(change, name, subject),
        None => stated(id, subject),
    }
}

fn implied(change: &str, name: &str, subject: &Subject) -> Rule {
    let kind = subject.kinds.get(change).map_or("", String::as_str);
    let (_, implied) = CHECKS
        .split_once("## What a change implies")
        .unwrap_or_default();
    let heading = format!("### `{kind}`");
    let help = section(implied, &heading);
    let quoted = format!("`{name}`");
    match bullets(help)
        .into_iter()
        .find(|bullet| bullet.contains(&quoted))
    {
        Some(bullet) => {
            let short = format!("Implied by a change of kind {kind}. {}", plain(&bullet));
            Rule::of(short, &bullet, &heading)
        }
        None => {
            let short = "Implied by a change: its anchors are found, and can be judged.".to_owned();
            let heading = "## What a change implies";
            Rule::of(short, section(CHECKS, heading), heading)
        }
    }
}

fn stated(id: &str, subject: &Subject) -> Rule {
    let kind = subject.kinds.get(id).map_or("", String::as_str);
    let quoted = format!("`{kind}`");
    let mut headings = CHECKS.lines().filter(|line| line.starts_with("## "));
    let heading = headings
        .find(|line| line.contains(&quoted))
        .unwrap_or("## What all stated invariants share");
    let reason = subject.reasons.get(id).map_or("", |reason| reason.trim());
    // No spec has it: whoever made the finding says what it is.
    if kind.is_empty() && !reason.is_empty() {
        return Rule {
            short: visible(reason),
            help: visible(reason),
            uri: help_uri("reports.html", "audit"),
        };
    }
    let short = match reason {
        "" => format!("An invariant of the spec, of kind {kind}."),
        reason => visible(&reason.split_whitespace().collect::<Vec<_>>().join(" ")),
    };
    Rule::of(short, section(CHECKS, heading), heading)
}

/// What is below a heading, up to the next of any level.
fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let line = format!("\n{heading}\n");
    let below = text.split_once(&line).map_or("", |(_, below)| below);
    below.split("\n#").next().unwrap_or_default().trim()
}

/// The points of a list, each as one paragraph.
fn bullets(section: &str) -> Vec<String> {
    let mut points: Vec<String> = Vec::new();
    let mut open = false;
    for line in section.lines() {
        if let Some(text) = line.strip_prefix("* ") {
            points.push(text.to_owned());
            open = true;
        } else if line.trim().is_empty() {
            open = false;
        } else if let (true, Some(point)) = (open, points.last_mut()) {
            point.push(' ');
            point.push_str(line.trim());
        }
    }
    points
}

fn first_sentence(help: &str) -> String {
    let paragraph = help.split("\n\n").next().unwrap_or_default();
    let text = plain(paragraph);
    let end = text.find(". ").map_or(text.len(), |end| end + 1);
    let text = text.get(..end).unwrap_or(&text);
    let text = text.strip_prefix("Asks that ").unwrap_or(text);
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Without the marks of Markdown, in one line.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("**", "").replace('`', "")
}

/// As mdBook and GitHub make it of a heading.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
        _ => None,
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_of_the_frame_has_its_section() {
        let rule = rule("frame/bidi", &Subject::default());
        assert!(rule.short.starts_with("No added line"), "{rule:?}");
    }

    #[test]
    fn what_a_change_implies_has_its_point() {
        let subject = Subject {
            kinds: [("set".to_owned(), "assign".to_owned())].into(),
            ..Subject::default()
        };
        let rule = rule("set/not-in-loop", &subject);
        assert!(rule.help.starts_with("`reachable`"), "{rule:?}");
        assert!(rule.short.contains("of kind assign"), "{rule:?}");
    }

    #[test]
    fn a_stated_invariant_says_why_it_is_there() {
        let subject = Subject {
            kinds: [("one-writer".to_owned(), "writes-only-in".to_owned())].into(),
            reasons: [("one-writer".to_owned(), "Nobody else\nsets it.".to_owned())].into(),
            ..Subject::default()
        };
        let rule = rule("one-writer", &subject);
        assert_eq!(rule.short, "Nobody else sets it.");
        assert!(rule.help.starts_with("**Asks** that in the whole tree"));
    }
}
