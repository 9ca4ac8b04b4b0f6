//! A spec, compiled: every path, pattern, address and date is checked and typed.
//!
//! The raw, serde-shaped form is `raw`; nothing outside this crate sees it.

use dialect::TreePath;
use dialect::words::Words;
use query::pattern::Isomorphisms;

pub use crate::beside::{Beside, Side};
pub use crate::diagnostics::Span;
pub use crate::glob::Glob;
pub use crate::invariants::*;
pub use crate::kinds::*;

/// One spec.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Where it was read from, as the user named it.
    pub origin: String,
    /// The text, for diagnostics.
    pub text: String,
    /// Mail facts; of a spec without patches, its name.
    pub series: Series,
    /// Whether the patches may change what no change declares.
    pub frame: Frame,
    /// In mailing order. None: the spec is a set of claims.
    pub patches: Vec<Patch>,
    /// The stated invariants.
    pub invariants: Vec<Invariant>,
    /// What holds in a tree that does not need the series any more; empty where the spec does not say.
    pub superseded: Vec<Invariant>,
    /// Which isomorphisms patterns use.
    pub isomorphisms: Isomorphisms,
    /// Words for the dialect of the trees that the spec is for.
    pub words: Words,
    /// How what it touches is compiled.
    pub build: Build,
}

/// How `patchwright build` compiles: what the kernel's own make is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// `ARCH=`; none: the machine's.
    pub arch: Option<String>,
    /// `CROSS_COMPILE=`.
    pub cross: Option<String>,
    /// Targets that make a configuration, in order; none: `defconfig`.
    pub config: Vec<String>,
    /// Lines of a configuration, after those: `CONFIG_VFIO=y`, as Kconfig writes them.
    pub set: Vec<String>,
}

impl Spec {
    /// Every change of every patch.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.patches.iter().flat_map(|patch| &patch.changes)
    }

    /// Whether it is a set of claims: no series can be made of it.
    #[must_use]
    pub fn is_of_claims(&self) -> bool {
        self.patches.is_empty()
    }

    /// Every form of every change.
    pub fn forms(&self) -> impl Iterator<Item = &ChangeBody> {
        self.changes().flat_map(Change::forms)
    }
}

/// Whether the patches may change what no change declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Nothing but what is declared may change (the default).
    Closed,
    /// Other edits are noted: `frame = "open"`, and a spec without patches.
    Open,
}

/// A name and an address, as in a mail header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// `A Developer`; may be empty.
    pub name: String,
    /// `dev@example.org`
    pub email: String,
}

/// The series' mail facts.
#[derive(Clone, Debug)]
pub struct Series {
    /// Folder name in out/, with `-vN` after it: `[a-z0-9][a-z0-9-]*`.
    pub name: String,
    /// 1 or more.
    pub version: u32,
    /// Who sends it.
    pub author: Address,
    /// The date of the mails; without it SOURCE_DATE_EPOCH, without that a fixed date.
    pub date: Option<jiff::ZonedDateTime>,
    /// `PATCH`, `PATCH RFC`, `PATCH net-next`.
    pub prefix: String,
    /// The cover letter's subject.
    pub subject: String,
    /// The cover letter's text.
    pub cover: String,
    /// What changed, newest version first.
    pub changelog: Vec<(u32, Vec<String>)>,
    /// The Message-IDs that versions were sent with, without angle brackets, newest version first.
    pub sent: Vec<(u32, Vec<String>)>,
    /// The Message-ID that the series answers, without angle brackets.
    pub in_reply_to: Option<String>,
    /// b4's name of the series in all its versions.
    pub change_id: Option<String>,
    /// Recipients.
    pub to: Vec<Address>,
    /// Copies.
    pub cc: Vec<Address>,
    /// URLs for `Link:` lines.
    pub links: Vec<String>,
}

/// One commit's worth.
#[derive(Clone, Debug)]
pub struct Patch {
    /// Without `[PATCH …]`.
    pub subject: String,
    /// The commit message, as written; wrapped lines are the author's.
    pub message: String,
    /// `Fixes:` tags.
    pub fixes: Vec<Citation>,
    /// Further trailers (`Suggested-by: …`), as written. `Signed-off-by` of the author is added.
    pub trailers: Vec<String>,
    /// Text under the `---`, not committed.
    pub notes: String,
    /// At least one.
    pub changes: Vec<Change>,
    /// Where the table stands in the spec.
    pub span: Span,
}

/// A commit, cited as the kernel cites: `abafbc551fdd ("subject")`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// 12 to 40 hex digits.
    pub commit: String,
    /// The commit's subject.
    pub subject: String,
}

/// One declared modification.
#[derive(Clone, Debug)]
pub struct Change {
    /// Unique in the spec; made from kind, file and position where the spec gives none.
    pub id: String,
    /// What to do.
    pub body: ChangeBody,
    /// Further forms of the whole change, tried in order where this tree lacks the site of `body`
    /// (`[[patch.change.instead]]`).
    pub instead: Vec<ChangeBody>,
    /// How many sites there are.
    pub sites: Sites,
    /// Whether sites that have the new form already are passed over: `already = "fine"`.
    pub already_is_fine: bool,
    /// Where the table stands in the spec.
    pub span: Span,
}

impl Change {
    /// Its forms, in the order in which they are tried.
    pub fn forms(&self) -> impl Iterator<Item = &ChangeBody> {
        std::iter::once(&self.body).chain(&self.instead)
    }
}

/// How many sites a change has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sites {
    /// Just one (the default).
    One,
    /// This many: `count = N`.
    Exactly(usize),
    /// One or more: `all = true`.
    All,
}

/// A change, or one form of it.
#[derive(Clone, Debug)]
pub struct ChangeBody {
    /// The files it can be in: the first that the tree has (`file = "…"` or a list).
    pub files: Vec<TreePath>,
    /// All the files that it is in (`files = "…"`), in the place of `files`; mostly empty.
    pub globs: Vec<Glob>,
    /// The words of the comment that goes with it.
    pub comment: Option<String>,
    /// `CONFIG_X`, `!CONFIG_X`: what it brings is under this condition.
    pub under: Option<String>,
    /// What to do.
    pub kind: ChangeKind,
    /// Where this form stands in the spec.
    pub span: Span,
}

/// A stated invariant.
#[derive(Clone, Debug)]
pub struct Invariant {
    /// Unique in the spec.
    pub id: String,
    /// What must hold.
    pub kind: InvariantKind,
    /// Why, for the report.
    pub reason: String,
    /// Whether the tree may lack the files, folders, functions and members that it names.
    pub may_be_missing: bool,
    /// Where the table stands in the spec.
    pub span: Span,
}
