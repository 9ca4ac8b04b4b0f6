//! What a page shows beside what was printed.

/// The line that takes any number of lines.
const ANY: &str = "[…]";

/// Whether a page shows what was printed; blank lines at the end do not count.
///
/// # Errors
/// Both, the first line that differs named.
pub(crate) fn compare(shown: &[String], printed: &str) -> Result<(), String> {
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    let printed: Vec<&str> = printed.lines().collect();
    let (shown, printed) = (without_end(&shown), without_end(&printed));
    if matches(shown, printed) {
        return Ok(());
    }
    let same = shown
        .iter()
        .zip(printed)
        .take_while(|(a, b)| a == b)
        .count();
    Err(format!(
        "line {} is the first that differs; the page has\n{}\nprinted is\n{}",
        same + 1,
        quoted(shown),
        quoted(printed)
    ))
}

fn matches(shown: &[&str], printed: &[&str]) -> bool {
    match shown {
        [] => printed.is_empty(),
        [ANY, rest @ ..] => (0..=printed.len()).any(|left_out| matches(rest, &printed[left_out..])),
        [first, rest @ ..] => printed.first() == Some(first) && matches(rest, &printed[1..]),
    }
}

fn without_end<'l>(lines: &'l [&'l str]) -> &'l [&'l str] {
    let length = lines
        .iter()
        .rposition(|line| !line.is_empty())
        .map_or(0, |last| last + 1);
    &lines[..length]
}

fn quoted(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| format!("    {line}\n"));
    lines.collect::<String>()
}
