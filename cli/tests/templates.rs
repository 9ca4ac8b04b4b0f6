//! `--templates DIR`: mails and reports worded by the user.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fs;
use std::path::Path;

/// Names and bytes.
type Files = Vec<(String, Vec<u8>)>;

/// A folder with templates of these names and texts.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn shipped(name: &str) -> String {
    fs::read_to_string(common::top().join("templates").join(name)).unwrap()
}

/// Renders a shipped spec by the templates of a folder: the exit status, what it said, and the files.
fn render(version: u32, templates: &Path) -> (Option<i32>, String, Files) {
    let out = tempfile::tempdir().unwrap();
    let output = common::run(&[
        "render",
        &common::spec(version),
        "--out",
        out.path().to_str().unwrap(),
        "--templates",
        templates.to_str().unwrap(),
    ]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let series = out.path().join(format!("detached-vf-v{version}"));
    let files = match series.exists() {
        true => common::files(&series).into_iter().collect(),
        false => Vec::new(),
    };
    (output.status.code(), said, files)
}

/// Both engines make the same of every template that a user may copy.
#[test]
fn copies_of_the_shipped_templates_give_the_same_bytes() {
    let names = ["mail/cover.mail", "mail/patch.mail", "report/report.html"];
    let texts = names.map(shipped);
    let own = folder(&[
        (names[0], &texts[0]),
        (names[1], &texts[1]),
        (names[2], &texts[2]),
    ]);
    for version in 1..=3 {
        let out = tempfile::tempdir().unwrap();
        let plain = common::run(&[
            "render",
            &common::spec(version),
            "--out",
            out.path().to_str().unwrap(),
        ]);
        assert!(plain.status.success());
        let series = out.path().join(format!("detached-vf-v{version}"));
        let expected: Vec<_> = common::files(&series).into_iter().collect();
        let (status, said, files) = render(version, own.path());
        assert_eq!(status, Some(0), "{said}");
        assert!(files == expected, "v{version}");
        for spec in [common::spec(version), common::spec(version % 3 + 1)] {
            let args = ["verify", &spec, "--landed", "--format", "html"];
            let plain = common::run(&args);
            let own = own.path().to_str().unwrap();
            let copied = common::run(&[&args[..], &["--templates", own]].concat());
            assert_eq!(plain.status.code(), copied.status.code());
            assert!(plain.stdout.starts_with(b"<!doctype html>"));
            assert!(plain.stdout == copied.stdout, "{spec}");
        }
    }
}

#[test]
fn a_template_of_one_s_own_words_a_mail_and_includes_another() {
    let mail = shipped("mail/cover.mail")
        .replace(
            "{{ subject }}\n",
            "{{ subject }}\nX-Series: {{ author | upper }}\n",
        )
        .replace("{{ signature }}", "{% include 'mail/_footer' %}");
    let own = folder(&[
        ("mail/cover.mail", &mail),
        ("mail/_footer", "from {{ author }}"),
    ]);
    let (status, said, files) = render(2, own.path());
    assert_eq!(status, Some(0), "{said}");
    let cover = String::from_utf8_lossy(&files[0].1).into_owned();
    assert!(cover.contains("\nX-Series: "), "{cover}");
    assert!(cover.contains("\n-- \nfrom "), "{cover}");
}

#[test]
fn a_wrong_template_is_said_by_file_and_line() {
    let patch = shipped("mail/patch.mail");
    for (name, text, expected) in [
        (
            "mail/patch.mail",
            patch.replace("{{ message }}", "{{ mesage }}"),
            "mail/patch.mail:19: undefined value",
        ),
        (
            "mail/patch.mail",
            patch.replace("{{ message }}", "{{ message"),
            "mail/patch.mail:",
        ),
        (
            "mail/patch.mail",
            patch.replace("{{ message }}", "{{ message | shout }}"),
            "mail/patch.mail:19: unknown filter",
        ),
        (
            "mail/patch.mail",
            patch.replace(
                "{{ message }}",
                "{% for x in range(9999) %}{% for y in range(9999) %}{% endfor %}{% endfor %}",
            ),
            "out of fuel",
        ),
        (
            "mail/patch.mail",
            patch.replace("{{ message }}", "{% include 'mail/_none' %}"),
            "mail/patch.mail:19: template not found",
        ),
        (
            "mail/patch.mail",
            patch.replace("{{ message }}", "{% include '../../etc/passwd' %}"),
            "template not found",
        ),
        (
            "mail/patch.mail",
            patch.replace("{{ message }}", ""),
            "mail/patch.mail: patch 1: `git am` would",
        ),
        (
            "mail/pacth.mail",
            patch.clone(),
            "mail/pacth.mail: no page is made by this template",
        ),
        ("mail/_part", patch.clone(), "no template in it"),
        (
            "c/macro.c",
            String::new(),
            "fragments of C cannot be replaced",
        ),
    ] {
        let own = folder(&[(name, &text)]);
        let (status, said, files) = render(2, own.path());
        assert_eq!(status, Some(2), "{expected}: {said}");
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(files.is_empty());
    }
    let (status, said, _) = render(2, Path::new("/nowhere/at/all"));
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("/nowhere/at/all"), "{said}");
}

#[test]
fn no_template_makes_a_header_of_a_value() {
    let patch = shipped("mail/patch.mail");
    let head = |line: &str| {
        let subject = "{{ subject }}\n";
        patch.replace(subject, &format!("{subject}{line}\n"))
    };
    for text in [
        head("X-Note: {{ message }}"),
        head("X-Note: {{ message | replace(' ', ': ') }}"),
        head("{% for line in message | lines %}X-{{ loop.index }}: {{ line }}\n{% endfor %}"),
        head("Bcc: someone@example.org\nSubject: Another"),
        head("To: nobody-asked@example.org"),
        patch.replace("{{ from }}\n", "From: Somebody Else <else@example.org>\n"),
        patch.replace("{{ from }}\n", ""),
        head("Content-Type: text/html; charset=UTF-8"),
        patch.replace("From {{ commit }}", "{{ commit }}"),
    ] {
        let own = folder(&[("mail/patch.mail", &text)]);
        let (status, said, files) = render(2, own.path());
        assert_eq!(status, Some(2), "{said}\n{text}");
        assert!(
            said.contains("header") || said.contains("does not begin"),
            "{said}"
        );
        assert!(files.is_empty());
    }
}

#[test]
fn a_report_without_a_template_takes_none() {
    let text = shipped("report/report.html");
    let own = folder(&[("report/report.html", &text)]);
    let own = own.path().to_str().unwrap();
    for command in ["verify", "check", "audit"] {
        let spec = common::spec(2);
        let subject = if command == "audit" {
            "$D->is_virtfn"
        } else {
            &spec
        };
        let output = common::run(&[command, subject, "--format", "json", "--templates", own]);
        assert_eq!(output.status.code(), Some(2), "{command}");
    }
}

/// docs/guide.md names every value that the shipped templates are filled with.
#[test]
fn the_guide_names_every_value() {
    const ITEMS: [&str; 6] = ["line", "point", "link", "trailer", "tree", "condition"];
    let guide = fs::read_to_string(common::top().join("docs/guide.md")).unwrap();
    for name in [
        "mail/cover.mail",
        "mail/patch.mail",
        "report/audit.html",
        "report/check.html",
        "report/report.html",
    ] {
        let text = shipped(name);
        for after in text.split("{{ ").skip(1) {
            let value = after.split(" }}").next().unwrap();
            let value = value.split('|').next().unwrap();
            let value = value.rsplit('.').next().unwrap();
            let is_named = guide.contains(&format!("`{value}`"));
            assert!(is_named || ITEMS.contains(&value), "{name}: `{value}`");
        }
    }
}
