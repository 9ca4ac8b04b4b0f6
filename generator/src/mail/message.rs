//! A commit message with its trailers, put together as `git commit -s` and `git interpret-trailers` do.

/// The message, a blank line and the trailers; without the blank line where the message ends with trailers
/// already: a second block would hide the first from every tool.
pub(super) fn with_trailers(message: &str, trailers: &[String]) -> String {
    let message = message.trim_matches('\n').trim_end();
    if trailers.is_empty() {
        return message.to_owned();
    }
    let gap = if ends_with_trailers(message) {
        "\n"
    } else {
        "\n\n"
    };
    format!("{message}{gap}{}", trailers.join("\n"))
}

/// The lines of the trailers that a message ends with; none, where it ends with prose.
pub(super) fn trailer_block(message: &str) -> Vec<&str> {
    let message = message.trim_end();
    match ends_with_trailers(message) {
        true => message
            .lines()
            .rev()
            .take_while(|line| !line.trim().is_empty())
            .collect(),
        false => Vec::new(),
    }
}

/// Whether the last paragraph is a block of trailers to git: all of its lines are, or a quarter, and one of
/// them is git's own.
fn ends_with_trailers(message: &str) -> bool {
    let (mut trailers, mut others, mut has_gits) = (0, 0, false);
    let mut continues = 0;
    for line in message
        .lines()
        .rev()
        .take_while(|line| !line.trim().is_empty())
    {
        if line.starts_with([' ', '\t']) {
            continues += 1;
            continue;
        }
        if is_gits(line) {
            has_gits = true;
            trailers += 1;
        } else if is_trailer(line) {
            trailers += 1;
        } else {
            others += 1 + continues;
        }
        continues = 0;
    }
    others += continues;
    trailers > 0 && (others == 0 || (has_gits && trailers * 3 >= others))
}

fn is_gits(line: &str) -> bool {
    line.starts_with("Signed-off-by: ") || line.starts_with("(cherry picked from commit ")
}

/// A word of letters, digits and hyphens, and a colon.
fn is_trailer(line: &str) -> bool {
    let Some((word, _)) = line.split_once(':') else {
        return false;
    };
    let word = word.trim_end_matches([' ', '\t']);
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::with_trailers;

    /// What git makes of the message and one trailer.
    fn by_git(message: &str, trailer: &str) -> String {
        let mut git = Command::new("git")
            .args(["interpret-trailers", "--trailer", trailer])
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let text = format!("subject\n\n{message}\n");
        git.stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        let output = git.wait_with_output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn trailers_are_one_block_as_git_makes_them() {
        let trailer = "Signed-off-by: A <a@example.org>";
        for message in [
            "Say it.",
            "Say it.\n\nReported-by: R <r@example.org>",
            "Say it.\n\nReported-by: R <r@example.org>\nLink: https://example.org/\n  and more",
            "Reported-by: R <r@example.org>",
            "Say it.\n\nNote: this is one.\nAnd this is none.",
            "Say it.\n\nA line.\nB line.\nSigned-off-by: B <b@example.org>",
            "Say it.\n\nA.\nB.\nC.\nD.\nSigned-off-by: B <b@example.org>",
            "Say it: so.\nAnd so.",
            "Say it.\n\n  indented: yes",
        ] {
            let ours = with_trailers(message, &[trailer.to_owned()]);
            assert_eq!(
                format!("subject\n\n{ours}\n"),
                by_git(message, trailer),
                "{message}"
            );
        }
    }
}
