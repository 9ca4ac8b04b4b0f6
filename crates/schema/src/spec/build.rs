//! `[build]`, and the options of `patchwright build`: what the kernel's make is given. Each is a word that make takes for what it
//! is meant to be, never for an option or a variable of another name.

use crate::mistakes::Mistakes;
use crate::model::Build;
use crate::raw::{Text, Texts};
use crate::tables::RawBuild;

/// What one of the words has to be.
type Form = fn(&str) -> Result<String, &'static str>;

/// Compiles the table. A word that make would take for something else is a mistake.
pub(crate) fn compile(raw: &RawBuild, mistakes: &mut Mistakes) -> Build {
    let mut one = |text: &Text, form: Form| match form(&text.value) {
        Ok(value) => Some(value),
        Err(help) => {
            let message = format!("`{}` cannot be given to make", text.value);
            mistakes.report(&text.span, message, "not as make takes it", help);
            None
        }
    };
    let arch = raw.arch.as_ref().and_then(|text| one(text, build_arch));
    let cross = raw.cross.as_ref().and_then(|text| one(text, build_cross));
    let mut all = |texts: &Option<Texts>, form: Form| {
        let texts = texts.iter().flat_map(|texts| &texts.items);
        texts.filter_map(|text| one(text, form)).collect()
    };
    Build {
        arch,
        cross,
        config: all(&raw.config, build_config),
        set: all(&raw.set, build_set),
    }
}

fn is_made_of(text: &str, others: &str) -> bool {
    let is_ours = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    !text.is_empty() && text.chars().all(is_ours)
}

/// An architecture as `ARCH=` takes it.
///
/// # Errors
/// What to write instead.
pub fn build_arch(text: &str) -> Result<String, &'static str> {
    match is_made_of(text, "_") {
        true => Ok(text.to_owned()),
        false => Err("write the name of a folder of arch/, such as `s390`"),
    }
}

/// A prefix as `CROSS_COMPILE=` takes it.
///
/// # Errors
/// What to write instead.
pub fn build_cross(text: &str) -> Result<String, &'static str> {
    match is_made_of(text, "_-./+") && !text.starts_with('-') {
        true => Ok(text.to_owned()),
        false => Err(
            "write what the names of the compiler's commands begin with, such as `s390x-linux-gnu-`",
        ),
    }
}

/// A target of make that makes a configuration.
///
/// # Errors
/// What to write instead.
pub fn build_config(text: &str) -> Result<String, &'static str> {
    let is_target = is_made_of(text, "_-.") && !text.starts_with(['-', '.']);
    match is_target && text.ends_with("config") {
        true => Ok(text.to_owned()),
        false => Err(
            "write a target that makes a configuration, such as `defconfig` or `hardening.config`",
        ),
    }
}

/// A line of a configuration, as Kconfig writes it: `n` is the comment `is not set`.
///
/// # Errors
/// What to write instead.
pub fn build_set(text: &str) -> Result<String, &'static str> {
    let help =
        "write a line such as `CONFIG_VFIO=y`, `CONFIG_VFIO=n` or `CONFIG_CMDLINE=\"quiet\"`";
    let (name, value) = text.split_once('=').ok_or(help)?;
    let symbol = name.strip_prefix("CONFIG_").ok_or(help)?;
    let is_string = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
    if !is_made_of(symbol, "_") || value.contains(char::is_control) {
        return Err(help);
    }
    match value {
        "n" => Ok(format!("# {name} is not set")),
        _ if is_string || is_made_of(value, "-") => Ok(text.to_owned()),
        _ => Err(help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_make_would_take_for_something_else_is_refused() {
        let forms: [(Form, &[&str], &[&str]); 4] = [
            (
                build_arch,
                &["s390", "x86_64", "um"],
                &["", "../x", "a b", "--eval=x"],
            ),
            (
                build_cross,
                &["s390x-linux-gnu-", "/opt/cross/bin/arm-"],
                &["", "-j", "a;b", "a b", "$(x)"],
            ),
            (
                build_config,
                &["defconfig", "hardening.config", "pseries_le_defconfig"],
                &["", "all", "-fconfig", "a/b.config", "CC=config", "--config"],
            ),
            (
                build_set,
                &[
                    "CONFIG_VFIO=y",
                    "CONFIG_HZ=100",
                    "CONFIG_X=0x10",
                    "CONFIG_CMDLINE=\"a b\"",
                ],
                &[
                    "VFIO=y",
                    "CONFIG_VFIO",
                    "CONFIG_A B=y",
                    "CONFIG_A=y\nX=1",
                    "CONFIG_A=$(x)",
                    "CONFIG_A=\"",
                ],
            ),
        ];
        for (form, good, bad) in forms {
            for text in good {
                assert_eq!(form(text).as_deref(), Ok(*text));
            }
            for text in bad {
                assert!(form(text).is_err(), "{text}");
            }
        }
        let off = build_set("CONFIG_VFIO=n");
        assert_eq!(off.as_deref(), Ok("# CONFIG_VFIO is not set"));
    }
}
