//! The keys of changes, by kind.

use super::kinds::{Kinded, kinds};
use super::{Flag, Int, Text, Texts, section};

/// A `[[patch.change]]`.
pub(crate) type RawChange = Kinded<ChangeCommon, ChangeKeys>;

/// A `[[patch.change.instead]]`.
pub(crate) type RawInstead = Kinded<InsteadCommon, ChangeKeys>;

kinds! {
    /// What a change does, with the keys of its kind.
    ChangeKeys {
        "member" => Member(MemberKeys),
        "assign" => Assign(AssignKeys),
        "test" => Test(TestKeys),
        "split" => Split(SplitKeys),
        "function" => Function(FunctionKeys),
        "macro" => Macro(MacroKeys),
        "include" => Include(IncludeKeys),
        "comment" => Comment(CommentKeys),
        "rewrite" => Rewrite(RewriteKeys),
        "line" => Line(LineKeys),
        "rust-method" => RustMethod(RustMethodKeys),
    }
}

section! {
    /// One declared modification. The kind says which further keys it has.
    ChangeCommon {
        /// A name for reports, unique in the spec; made from kind, file and function where there is none.
        Optional id: Text,
        /// The file, or alternatives: the first that the tree has.
        Required file: Texts,
        /// The words of the comment that goes with the code; wrapped to the file's style.
        Optional comment: Text,
        /// There are this many sites, and every one changes; without it, exactly one.
        Optional count: Int,
        /// There are one or more sites, and every one changes.
        Optional all: Flag,
        /// Further forms of the whole change, tried in order where the tree lacks the site of those before.
        Optional instead: Vec<RawInstead>,
    }
}

section! {
    /// Another form of a change. Keys that it leaves out (file, comment, function) are the change's.
    InsteadCommon {
        /// The file, or alternatives; the change's where left out.
        Optional file: Texts,
        /// The words of the comment; the change's where left out.
        Optional comment: Text,
    }
}

section! {
    /// A struct or union member, bit-field or not.
    MemberKeys at span {
        /// The struct's tag (or `union`).
        Optional r#struct: Text,
        /// The union's tag (or `struct`).
        Optional union: Text,
        /// The member to stand after, or alternatives.
        Optional after: Texts,
        /// The member to stand before, or alternatives. Without either: the end of the struct.
        Optional before: Texts,
        /// The declaration without its semicolon: `unsigned int detached_vf:1`.
        Required declare: Text,
    }
}

section! {
    /// A location set, under a condition or always, at a place in a function.
    AssignKeys at span {
        /// The function, or alternatives: the first that the file defines.
        Optional function: Texts,
        /// The statement or declaration to stand after: a pattern, or alternatives.
        Optional after: Texts,
        /// The statement to stand before: a pattern, or alternatives.
        Optional before: Texts,
        /// The condition; without it, always.
        Optional when: Text,
        /// The assignment without its semicolon: `pdev->detached_vf = 1`.
        Required set: Text,
    }
}

section! {
    /// A condition widened (`or`), narrowed (`and`) or replaced (`with`).
    TestKeys at span {
        /// The function, or alternatives; without it, anywhere in the file.
        Optional function: Texts,
        /// The old test: a pattern, or alternatives.
        Required r#where: Texts,
        /// The test becomes `old || this`.
        Optional or: Text,
        /// The test becomes `old && this`.
        Optional and: Text,
        /// The test becomes this.
        Optional with: Text,
    }
}

section! {
    /// An `if` block ended before a statement, the rest of it put under another condition.
    SplitKeys at span {
        /// The function, or alternatives: the first that the file defines.
        Optional function: Texts,
        /// The whole condition of the `if`: a pattern, or alternatives.
        Required r#where: Texts,
        /// The first statement of the second block: a pattern, or alternatives. The comment directly before it goes along.
        Required before: Texts,
        /// The second block's condition is `old || this`.
        Optional or: Text,
        /// The second block's condition is `old && this`.
        Optional and: Text,
        /// The second block's condition is this.
        Optional with: Text,
    }
}

section! {
    /// A function defined before or after another.
    FunctionKeys at span {
        /// The whole definition, as it shall stand.
        Required define: Text,
        /// The function to stand after, or alternatives.
        Optional after: Texts,
        /// The function to stand before, or alternatives. Without either: the end of the file.
        Optional before: Texts,
    }
}

section! {
    /// A macro defined next to another, in each `#if` arm where that one is.
    MacroKeys at span {
        /// The macro's name.
        Required name: Text,
        /// Its parameters; without this key it is object-like.
        Optional params: Texts,
        /// The macro to stand after, or alternatives.
        Optional after: Texts,
        /// The macro to stand before, or alternatives.
        Optional before: Texts,
        /// The body, where it is the same wherever the neighbour is (or `arms`).
        Optional body: Text,
        /// The bodies, one an `#if` arm (or `body`).
        Optional arms: Vec<ArmKeys>,
    }
}

section! {
    /// A macro's body in one `#if` arm.
    ArmKeys {
        /// The arm: `CONFIG_PCI`, `!CONFIG_PCI`.
        Required when: Text,
        /// The body; may have several lines.
        Required body: Text,
    }
}

section! {
    /// A header included.
    IncludeKeys at span {
        /// `<linux/pci.h>` or `"pci.h"`, delimiters included.
        Required header: Text,
        /// The include to stand after, as written between its delimiters, or alternatives.
        Optional after: Texts,
        /// The include to stand before, or alternatives. Without either: where the order wants it.
        Optional before: Texts,
    }
}

section! {
    /// The words of a comment at a site. The new words are `comment`.
    CommentKeys at span {
        /// The function, or alternatives; without it, anywhere in the file.
        Optional function: Texts,
        /// Replace the comment that has these words (white space and `*` apart), or alternatives.
        Optional words: Texts,
        /// Put a comment before this statement: a pattern, or alternatives.
        Optional before: Texts,
    }
}

section! {
    /// A pattern replaced; what its metavariables stand for keeps its own bytes.
    RewriteKeys {
        /// The functions it is confined to; without it, the whole file.
        Optional function: Texts,
        /// The old form: a pattern, or alternatives.
        Required pattern: Texts,
        /// The new form.
        Required to: Text,
    }
}

section! {
    /// A line in a file that is not C: Kconfig, Makefile, rst, MAINTAINERS.
    LineKeys at span {
        /// The line, without a newline.
        Required add: Text,
        /// The line to stand after, or alternatives.
        Optional after: Texts,
        /// The line to stand before, or alternatives. Without either: the end of the file.
        Optional before: Texts,
    }
}

section! {
    /// A method on a Rust abstraction of a struct.
    RustMethodKeys at span {
        /// The self type of the `impl` block: `Device`.
        Required r#type: Text,
        /// The whole method, as it shall stand.
        Required define: Text,
        /// The method to stand after, or alternatives.
        Optional after: Texts,
        /// The method to stand before, or alternatives. Without either: the end of the block.
        Optional before: Texts,
    }
}
