//! A spec, compiled: every path, pattern, address and date is checked and typed.
//!
//! The raw, serde-shaped form is `raw`; nothing outside this crate sees it.

use std::ops::Range;

use dialect::TreePath;
use query::pattern::{Isomorphisms, Pattern, Template};

/// A byte range in the spec's text.
pub type Span = Range<usize>;

/// One spec.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Where it was read from, as the user named it.
    pub origin: String,
    /// The text, for diagnostics.
    pub text: String,
    /// Mail facts.
    pub series: Series,
    /// In mailing order; at least one.
    pub patches: Vec<Patch>,
    /// The stated invariants.
    pub invariants: Vec<Invariant>,
    /// What holds in a tree that does not need the series any more; empty where the spec does not say.
    pub superseded: Vec<Invariant>,
    /// Which isomorphisms patterns use.
    pub isomorphisms: Isomorphisms,
}

/// A name and an address, as in a mail header.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Where the table stands in the spec.
    pub span: Span,
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
    /// The words of the comment that goes with it.
    pub comment: Option<String>,
    /// What to do.
    pub kind: ChangeKind,
    /// Where this form stands in the spec.
    pub span: Span,
}

/// What a change does.
#[derive(Clone, Debug)]
pub enum ChangeKind {
    /// `member`
    Member(Member),
    /// `assign`
    Assign(Assign),
    /// `test`
    Test(Test),
    /// `split`
    Split(Split),
    /// `function`
    Function(Function),
    /// `macro`
    Macro(Macro),
    /// `include`
    Include(Include),
    /// `comment`
    Comment(Comment),
    /// `rewrite`
    Rewrite(Rewrite),
    /// `line`
    Line(Line),
    /// `rust-method`
    RustMethod(RustMethod),
}

/// Before or after which of the named things: the first that the tree has.
#[derive(Clone, Debug)]
pub struct Beside<T> {
    /// On which side of it.
    pub side: Side,
    /// Alternatives, tried in order.
    pub anchors: Vec<T>,
}

/// On which side of an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `before = …`
    Before,
    /// `after = …`
    After,
}

/// A struct or union member.
#[derive(Clone, Debug)]
pub struct Member {
    /// `struct = "pci_dev"` or `union = "…"`.
    pub record_kind: RecordKind,
    /// Its tag.
    pub record: String,
    /// The neighbouring member, by name. None: the end of the record.
    pub beside: Option<Beside<String>>,
    /// `unsigned int detached_vf:1` (no semicolon).
    pub declare: String,
    /// The member's name, read from `declare`.
    pub name: String,
}

/// `struct` or `union`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// `struct`
    Struct,
    /// `union`
    Union,
}

/// A location set, under a condition, at a place in a function.
#[derive(Clone, Debug)]
pub struct Assign {
    /// The function: the first of these that the file defines.
    pub functions: Vec<String>,
    /// The neighbouring statement or declaration.
    pub beside: Beside<Pattern>,
    /// The condition, an expression; none: always.
    pub when: Option<Template>,
    /// `pdev->detached_vf = 1` (no semicolon).
    pub set: Template,
}

/// A condition widened, narrowed or replaced.
#[derive(Clone, Debug)]
pub struct Test {
    /// The function: the first of these that the file defines. Empty: the whole file.
    pub functions: Vec<String>,
    /// The old test: the first of these that stands there.
    pub tests: Vec<Pattern>,
    /// What becomes of it.
    pub becomes: Widening,
}

/// What becomes of a test.
#[derive(Clone, Debug)]
pub enum Widening {
    /// `or = "…"`: `old || this`
    Or(Template),
    /// `and = "…"`: `old && this`
    And(Template),
    /// `with = "…"`: this instead
    With(Template),
}

/// An `if` block ended before a statement, the rest under another condition.
#[derive(Clone, Debug)]
pub struct Split {
    /// The function: the first of these that the file defines.
    pub functions: Vec<String>,
    /// The whole condition of the `if` that is split.
    pub tests: Vec<Pattern>,
    /// The first statement of the second block: `before = "…"`; the comment that stands directly before it goes with it.
    pub before: Vec<Pattern>,
    /// The second block's condition.
    pub becomes: Widening,
}

/// A function defined before or after another.
#[derive(Clone, Debug)]
pub struct Function {
    /// The whole definition, as it shall stand.
    pub define: String,
    /// Its name, read from `define`.
    pub name: String,
    /// The neighbouring function, by name. None: the end of the file.
    pub beside: Option<Beside<String>>,
}

/// A macro defined next to another, in each `#if` arm where that one is.
#[derive(Clone, Debug)]
pub struct Macro {
    /// Its name.
    pub name: String,
    /// Parameter names; none: object-like.
    pub params: Option<Vec<String>>,
    /// The neighbouring macro, by name.
    pub beside: Beside<String>,
    /// One body an arm.
    pub arms: Vec<MacroArm>,
}

/// A macro's body in one `#if` arm.
#[derive(Clone, Debug)]
pub struct MacroArm {
    /// `CONFIG_PCI`, `!CONFIG_PCI`; none: wherever the neighbour is (then it is the only arm).
    pub when: Option<String>,
    /// The body as written; may have several lines.
    pub body: String,
}

/// A header included.
#[derive(Clone, Debug)]
pub struct Include {
    /// `<linux/pci.h>` or `"pci.h"`.
    pub header: String,
    /// The neighbouring include, as written between the delimiters; none: where the order wants it.
    pub beside: Option<Beside<String>>,
}

/// The words of a comment at a site.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The function: the first of these that the file defines. Empty: the whole file.
    pub functions: Vec<String>,
    /// Replace the comment that has these words (modulo white space and `*`)…
    pub words: Vec<String>,
    /// … or put one before this statement.
    pub before: Vec<Pattern>,
}

/// Pattern to replacement.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// The functions it is confined to. Empty: the whole file.
    pub functions: Vec<String>,
    /// The old form: the first that stands there.
    pub patterns: Vec<Pattern>,
    /// The new form.
    pub replacement: Template,
}

/// A line in a file that is not C.
#[derive(Clone, Debug)]
pub struct Line {
    /// The line, without its newline.
    pub add: String,
    /// The neighbouring line, white space at both ends apart. None: the end of the file.
    pub beside: Option<Beside<String>>,
}

/// A method on a Rust abstraction.
#[derive(Clone, Debug)]
pub struct RustMethod {
    /// `impl` block's self type: `Device`.
    pub type_name: String,
    /// The whole method, as it shall stand.
    pub define: String,
    /// Its name, read from `define`.
    pub name: String,
    /// The neighbouring method. None: the end of the block.
    pub beside: Option<Beside<String>>,
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
    /// Where the table stands in the spec.
    pub span: Span,
}

/// A member, by its record's tag: `pci_dev.detached_vf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberName {
    /// `pci_dev`
    pub record: String,
    /// `detached_vf`
    pub member: String,
}

/// Where an invariant looks: files and folders, and functions in them.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Empty: the whole tree.
    pub under: Vec<TreePath>,
    /// Empty: everywhere in those files.
    pub functions: Vec<String>,
}

/// A place that an `every-test` invariant lets be, and why.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The function.
    pub function: String,
    /// How many such tests it has; none: any number.
    pub count: Option<usize>,
    /// Why it is right there.
    pub reason: String,
}

/// Something that happens on a control-flow path.
#[derive(Clone, Debug)]
pub enum Event {
    /// Code that matches.
    Pattern(Pattern),
    /// The member is written, here or by a function called from here.
    Writes(MemberName),
    /// The member is read, here or by a function called from here.
    Reads(MemberName),
}

/// What a stated invariant says.
#[derive(Clone, Debug)]
pub enum InvariantKind {
    /// The member is written nowhere else in the tree.
    WritesOnlyIn(OnlyIn),
    /// The member is read nowhere else in the tree.
    ReadsOnlyIn(OnlyIn),
    /// Every test of one thing also tests another.
    EveryTest(EveryTest),
    /// On every path of a function that reaches the second event, the first comes before.
    Order(Order),
    /// Every match of `pattern` in the scope runs only where `by` is true.
    Guarded {
        /// The code.
        pattern: Pattern,
        /// The condition.
        by: Pattern,
        /// Where to look.
        scope: Scope,
    },
    /// How often a pattern matches in a scope: `present` (`1..`), `absent` (`0..=0`), `count` (`N..=N`).
    Matches {
        /// The pattern: with alternatives, their matches are counted together, each place once.
        patterns: Vec<Pattern>,
        /// Where to look.
        scope: Scope,
        /// At least.
        least: usize,
        /// At most; none: no bound.
        most: Option<usize>,
    },
    /// `to` is reached from `from` within `steps` calls.
    Calls {
        /// The caller.
        from: String,
        /// The function reached.
        to: String,
        /// Through how many calls at most; 1 is a direct call.
        steps: usize,
    },
    /// Matches of `pattern` stand under a CONFIG condition, or under none.
    Config {
        /// The code.
        pattern: Pattern,
        /// Where to look.
        scope: Scope,
        /// `CONFIG_PCI`, `!CONFIG_PCI`; none: under no condition.
        under: Option<String>,
    },
}

/// A member that only some functions may write, or read.
#[derive(Clone, Debug)]
pub struct OnlyIn {
    /// The member.
    pub member: MemberName,
    /// The functions that may.
    pub functions: Vec<String>,
}

/// What an `every-test` invariant says.
#[derive(Clone, Debug)]
pub struct EveryTest {
    /// The test: any of these.
    pub tests: Vec<Pattern>,
    /// What each must be accompanied by, in the same condition: `old || also`.
    pub also: Template,
    /// Where to look.
    pub scope: Scope,
    /// Where not.
    pub except: Vec<Exception>,
}

/// What an `order` invariant says.
#[derive(Clone, Debug)]
pub struct Order {
    /// The files the function can be in: the first that the tree has. Empty: looked for in the tree.
    pub files: Vec<TreePath>,
    /// The function whose paths are meant.
    pub function: String,
    /// What comes first.
    pub first: Event,
    /// What comes after it.
    pub then: Event,
    /// Through how many calls an event may come about; 0: in the function itself only.
    pub steps: usize,
}
