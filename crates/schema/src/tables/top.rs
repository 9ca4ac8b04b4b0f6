//! The tables of a spec from the top: the spec, its series, its patches.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::{RawChange, RawInvariant};
use crate::mistakes::Mistakes;
use crate::raw::{Int, Moment, Span, Text, Texts, Value, section, wrong_type};

section! {
    /// One spec: a series' mail facts, its patches, their changes, the invariants that hold afterwards.
    RawSpec at span {
        /// The version of the spec language; this program reads 1.
        Required spec: Int,
        /// The series' mail facts.
        Required series: RawSeries,
        /// `"open"`: the patches may also change what no change declares; that is noted, and judged by what every series is
        /// asked all the same. Without it, nothing else may change. A spec without patches declares nothing, and is open.
        Optional frame: Text,
        /// The patches, in mailing order. Without any, the spec is a set of claims: about a tree, or about somebody's patches.
        Optional patch: Vec<RawPatch>,
        /// The stated invariants; a spec without patches has at least one.
        Optional invariant: Vec<RawInvariant>,
        /// What makes the series needless in a tree: `check` says superseded where all of them hold in the tree as it
        /// is. Written like stated invariants; the reason says what took the series' place.
        Optional superseded: Vec<RawInvariant>,
        /// Which rewritings of an expression patterns take for the same.
        Optional isomorphisms: RawIsomorphisms,
        /// Words that the tree's macros are, where neither this program nor the tree itself says so. The same keys at
        /// the top of a file are for `--words FILE`.
        Optional dialect: RawWords,
        /// How `patchwright build` compiles what the series touches.
        Optional build: RawBuild,
    }
}

section! {
    /// How the series is compiled, by `patchwright build` alone: what the kernel's own make is given.
    RawBuild {
        /// `ARCH=`: `s390`. Without it, that of the machine.
        Optional arch: Text,
        /// `CROSS_COMPILE=`: `s390x-linux-gnu-`.
        Optional cross: Text,
        /// The targets that make a configuration, in order: `defconfig` (the default), `["defconfig", "hardening.config"]`.
        Optional config: Texts,
        /// Lines of a configuration fragment, which come after those: `CONFIG_VFIO=y`, `CONFIG_DEBUG_INFO_BTF=n`.
        Optional set: Texts,
    }
}

section! {
    /// Words of the dialect: what macros are that cannot be told from the tree's own definitions.
    RawWords {
        /// Annotations, which mean nothing to who reads the code: `__my_init`.
        Optional annotations: Texts,
        /// Annotations with arguments in parentheses: `__my_section`.
        Optional attributes: Texts,
        /// Macros that head a loop: `my_each_entry`.
        Optional loops: Texts,
        /// Macros that head a condition: `my_when`.
        Optional conditions: Texts,
        /// Macros that are a whole statement, with no `;` after it.
        Optional statements: Texts,
        /// Macros that declare a variable: `MY_LIST(head)`.
        Optional declarations: Texts,
        /// Functions and macros that do not return: `my_panic`.
        Optional noreturn: Texts,
        /// How the names of lock classes end that `scoped_guard()` may fail to take: `_try`.
        Optional locks: Texts,
    }
}

section! {
    /// The series' mail facts.
    RawSeries {
        /// Folder in out/, with `-vN` after it; small letters, digits and hyphens.
        Required name: Text,
        /// 1 or more. This and the author, the subject and the cover letter's text are needed where there is a `[[patch]]`.
        Optional version: Int,
        /// Who sends it: `A Developer <dev@example.org>`.
        Optional author: Text,
        /// The date of the mails, RFC 3339 or RFC 2822; without it SOURCE_DATE_EPOCH, without that a fixed date.
        Optional date: Moment,
        /// What is in the brackets before the version: `PATCH` (the default), `PATCH RFC`, `PATCH net-next`.
        Optional prefix: Text,
        /// The cover letter's subject.
        Optional subject: Text,
        /// The cover letter's text, wrapped as written.
        Optional cover: Text,
        /// What changed, by version: `{ v2 = ["…"] }`. Printed newest first.
        Optional changelog: Changelog,
        /// The Message-IDs that earlier versions were sent with, by version: `{ v1 = "20200812.1@example.org" }`; of a version
        /// that was sent again, all of them. The changelog has a link to the last of each version but this one.
        Optional sent: Changelog,
        /// The Message-ID of the mail that the series answers. Without it the series is a thread of its own.
        Optional in_reply_to as "in-reply-to": Text,
        /// What b4 tells the versions of one series by, below `base-commit:`: `20200812-detached-vf-3f1c0d9a7b52`.
        Optional change_id as "change-id": Text,
        /// Recipients: `Name <name@example.org>` or `name@example.org`.
        Optional to: Texts,
        /// Copies.
        Optional cc: Texts,
        /// URLs for `Link:` lines.
        Optional links: Texts,
    }
}

section! {
    /// One commit's worth.
    RawPatch at span {
        /// The commit's subject, without `[PATCH …]`.
        Required subject: Text,
        /// The commit message, wrapped as written.
        Required message: Text,
        /// Commits that this one repairs: `Fixes:` tags.
        Optional fixes: Vec<RawCitation>,
        /// Further trailers, as written: `Suggested-by: A Reviewer <rev@example.org>`. The author's sign-off is added.
        Optional trailers: Texts,
        /// Text under the `---`, not committed.
        Optional notes: Text,
        /// The changes, one or more.
        Required change: Vec<RawChange>,
    }
}

section! {
    /// A commit, cited as the kernel cites.
    RawCitation {
        /// 12 to 40 hex digits.
        Required commit: Text,
        /// The commit's subject.
        Required subject: Text,
    }
}

section! {
    /// Isomorphisms: rewritings of an expression that patterns take for the same. All are on unless switched off.
    RawIsomorphisms {
        /// Names of those to switch off.
        Required off: Texts,
    }
}

/// Texts by version: `{ v2 = ["…"], v3 = ["…"] }`
#[derive(Clone, Debug)]
pub(crate) struct Changelog {
    /// Key, where it is, and the texts.
    pub(crate) entries: Vec<(String, Span, Texts)>,
}

impl Value for Changelog {
    fn what() -> String {
        "a table of versions, each a list of strings".to_owned()
    }
    fn read(value: &Spanned<DeValue<'_>>, key: &str, mistakes: &mut Mistakes) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            wrong_type::<Self>(value, key, mistakes);
            return None;
        };
        let entries = table
            .iter()
            .filter_map(|(version, texts)| {
                let texts = Texts::read(texts, version.get_ref(), mistakes)?;
                Some((
                    version.get_ref().clone().into_owned(),
                    version.span(),
                    texts,
                ))
            })
            .collect();
        Some(Self { entries })
    }
}

impl JsonSchema for Changelog {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Changelog".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let texts = generator.subschema_for::<Texts>();
        json_schema!({
            "type": "object",
            "patternProperties": { "^v[1-9][0-9]*$": texts },
            "additionalProperties": false,
        })
    }
}
