//! An audit as a page with a table of the uses.

use askama::Template;
use audit::{AuditReport, AuditUse};
use serde::Serialize;
use templates::Templates;
use verify::report::{STYLE, visible};

use super::{Question, not_read, receiver, uses};
use crate::error::CommandError;
use crate::text::counted;

#[derive(Template, Serialize)]
#[template(path = "report/audit.html")]
struct Page {
    style: &'static str,
    asked: String,
    tree: String,
    tally: String,
    has_unread: bool,
    unread: Vec<Unread>,
    has_uses: bool,
    uses: Vec<Row>,
    version: &'static str,
}

templates::page!(Page, "report/audit.html");

#[derive(Serialize)]
struct Unread {
    place: String,
    why: String,
}

#[derive(Serialize)]
struct Row {
    access: &'static str,
    place: String,
    function: String,
    record: String,
    text: String,
    conditions: Vec<String>,
}

/// The audit as an HTML page.
///
/// # Errors
/// The user's template fails.
pub(crate) fn html(
    report: &AuditReport,
    question: Question<'_>,
    tree: &str,
    templates: &Templates,
) -> Result<String, CommandError> {
    let unread: Vec<Unread> = not_read(report)
        .map(|finding| {
            let file = visible(finding.file.as_deref().unwrap_or_default());
            Unread {
                place: match finding.line {
                    Some(line) => format!("{file}:{line}"),
                    None => file,
                },
                why: visible(&finding.message),
            }
        })
        .collect();
    let page = Page {
        style: STYLE,
        asked: visible(question.asked()),
        tree: visible(tree),
        tally: match report.uses.len() {
            0 => {
                let asked = visible(question.asked());
                format!("no use of {asked} in {}", counted(report.files, "file"))
            }
            count => format!("{} in {}", uses(count), counted(report.files, "file")),
        },
        has_unread: !unread.is_empty(),
        unread,
        has_uses: !report.uses.is_empty(),
        uses: report.uses.iter().map(Row::of).collect(),
        version: env!("CARGO_PKG_VERSION"),
    };
    templates.render(&page).map_err(CommandError::unusable)
}

impl Row {
    fn of(found: &AuditUse) -> Self {
        let function = found.function.as_deref().unwrap_or_default();
        let parentheses = match function.is_empty() || found.in_macro {
            true => "",
            false => "()",
        };
        let guards = found.guards.iter().flatten().cloned();
        let compiled = found
            .conditions
            .iter()
            .map(|condition| format!("#if {condition}"));
        let guarded = found.guarded_by.iter();
        let guarded = guarded.map(|by| format!("{} (line {})", by.condition, by.line));
        let conditions = guards.chain(compiled).chain(guarded);
        Self {
            access: found.access,
            place: format!("{}:{}", visible(&found.file), found.line),
            function: format!("{}{parentheses}", visible(function)),
            record: visible(receiver(found)),
            text: visible(&found.text),
            conditions: conditions.map(|condition| visible(&condition)).collect(),
        }
    }
}
