//! Reads JUnit as Jenkins' xUnit plugin does: what its schema (junit-10.xsd) does not allow is a fault. The table restates the
//! part of the schema that a report of ours can have.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A test case.
pub(crate) struct Case {
    pub(crate) class: String,
    pub(crate) name: String,
    /// `failure`, `error`, `skipped`, or nothing where it passed.
    pub(crate) outcome: String,
}

/// An element: what it may be in, the attributes that it has to have, and those that it may have.
const ELEMENTS: &[(&str, &str, &[&str], &[&str])] = &[
    (
        "testsuites",
        "",
        &[],
        &["name", "time", "tests", "failures", "errors"],
    ),
    (
        "testsuite",
        "testsuites",
        &["name", "tests", "failures", "errors"],
        &[
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
            "version",
        ],
    ),
    (
        "testcase",
        "testsuite",
        &["name"],
        &["time", "classname", "group"],
    ),
    ("failure", "testcase", &[], &["type", "message"]),
    ("error", "testcase", &[], &["type", "message"]),
    ("skipped", "testcase", &[], &["type", "message"]),
];

/// The cases of a report.
///
/// # Errors
/// What the schema does not allow, or counts that are not so.
pub(crate) fn read(text: &str) -> Result<Vec<Case>, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<String> = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut counts = [0, 0, 0];
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => {
                let name = element(&tag, &open, &mut cases, &mut counts)?;
                open.push(name);
            }
            Event::Empty(tag) => {
                element(&tag, &open, &mut cases, &mut counts)?;
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) if !text.iter().all(u8::is_ascii_whitespace) => {
                let parent = open.last().map_or("", String::as_str);
                if !["failure", "error", "skipped"].contains(&parent) {
                    return Err(format!("text in <{parent}>"));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let has = |outcome: &str| cases.iter().filter(|case| case.outcome == outcome).count();
    match counts == [cases.len(), has("failure"), has("error")] {
        true => Ok(cases),
        false => Err(format!("the counts are {counts:?}")),
    }
}

fn element(
    tag: &BytesStart<'_>,
    open: &[String],
    cases: &mut Vec<Case>,
    counts: &mut [usize; 3],
) -> Result<String, String> {
    let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
    let known = ELEMENTS.iter().find(|(known, ..)| *known == name);
    let (_, parent, needed, allowed) = known.ok_or(format!("there is no <{name}>"))?;
    let inside = open.last().map_or("", String::as_str);
    if inside != *parent {
        return Err(format!("<{name}> in <{inside}>"));
    }
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|error| error.to_string())?;
        attributes.push((key, value.into_owned()));
    }
    let get = |key: &str| attributes.iter().find(|(known, _)| known == key);
    for (key, _) in &attributes {
        if !needed.contains(&key.as_str()) && !allowed.contains(&key.as_str()) {
            return Err(format!("<{name}> has `{key}`"));
        }
    }
    if let Some(missing) = needed.iter().find(|key| get(key).is_none()) {
        return Err(format!("<{name}> lacks `{missing}`"));
    }
    let text = |key: &str| get(key).map_or_else(String::new, |(_, value)| value.clone());
    match name.as_str() {
        "testsuites" => {
            for (count, key) in counts.iter_mut().zip(["tests", "failures", "errors"]) {
                *count = text(key)
                    .parse()
                    .map_err(|_| format!("`{key}` is no number"))?;
            }
        }
        "testcase" => {
            let (class, name) = (text("classname"), text("name"));
            if class.is_empty() {
                return Err(format!("`{name}` has no class"));
            }
            let outcome = String::new();
            cases.push(Case {
                class,
                name,
                outcome,
            });
        }
        "failure" | "error" | "skipped" => {
            if let Some(case) = cases.last_mut() {
                case.outcome.clone_from(&name);
            }
        }
        _ => {}
    }
    Ok(name)
}
