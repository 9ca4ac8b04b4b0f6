//! What no input may break: the view is as long as the file, every difference is logged, brackets
//! stay balanced, comments and literals stay as they are, and nothing panics or takes long.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/promises.rs"]
mod promises;

use std::sync::Arc;
use std::time::{Duration, Instant};

use dialect::TreePath;
use dialect::view::{RULES, Rule};
use promises::{check, nesting};
use proptest::prelude::*;
use syntax::{Reader, SourceFile};

fn read(source: &[u8]) -> SourceFile {
    let path = TreePath::new("drivers/a/b.c").expect("path");
    Reader::standalone().read(&path, Arc::from(source))
}

#[test]
fn every_example_of_a_rule_keeps_all_promises() {
    for entry in RULES {
        let file = check(entry.example.as_bytes());
        if entry.rule != Rule::OpenerMacro && nesting(entry.example.as_bytes()).is_some() {
            assert!(nesting(&file.view()).is_some(), "{}", entry.name);
        }
        let again = check(&file.view());
        assert!(again.unread().is_empty(), "{} a second time", entry.name);
    }
}

/// The newline ends such a literal: it is no white space to put a comma into.
#[test]
fn a_literal_without_a_closing_quote_ends_with_its_line() {
    check(b"int f(void)\n{\n\tprintk(\"aev)u\n6\"B4{ ,\" x);\n}\n");
    check(b"int f(void)\n{\n\tprintk(\"a\\\"\n6\"B4{ ,\" x);\n}\n");
}

#[test]
fn an_odd_number_does_not_become_the_end_of_a_name() {
    check(b"struct s = {\n\t.n = x,\n\t.meff1.5e3memove,\n};\n");
    check(b"int f(void)\n{\n\twhale(0doune+++x);\n}\n");
    check(b"struct s o = {\n\t.n = \"x\",\n\t.meff\xd8ff1.5e3memove,\n};\n");
}

#[test]
fn an_equals_sign_does_not_join_an_operator() {
    check(b"struct s p = {\n\t.name ==a,\n\t.b 1,\n};\n");
}

#[test]
fn a_line_comment_that_goes_on_stays_whole() {
    check(b"\tle//d\\\n\td");
    check(b"\tle//d%\xff\xff\\\n\td");
}

#[test]
fn the_dots_of_a_range_do_not_join_a_number_or_an_operator() {
    check(
        b"void f(void)\n{\n\tswitch (a) {\n\tcase 22ase...2: b();\n\tcase 2-...3: c();\n\t}\n}\n",
    );
}

#[test]
fn an_enumerator_of_a_macro_does_not_join_an_operator() {
    check(b"enum e {\n\tA,\n\tEX(=);P $(,\n};\n");
}

#[test]
fn a_line_continued_in_a_dropped_arm_is_logged() {
    let arms = "#ifdef A\nint f(int a) {\n#else\nint f( \\\n\tlong a) {\n#endif\n\treturn 1;\n}\n";
    let file = check(arms.as_bytes());
    assert!(!file.dropped().is_empty());
    let view = file.view();
    assert!(!view.contains(&b'\\'), "{}", String::from_utf8_lossy(&view));
}

#[test]
fn what_is_missing_at_the_end_of_a_file_is_in_the_file_and_touches_what_it_ends() {
    for source in [
        "int f(void)\n{\n\treturn 1;",
        "int a",
        "int f(void)\n{\n\tif (a)\n",
        "aint f(struct pci_dos->member.next, typeof(*pos), member);\t\\\n\t  ",
    ] {
        let file = check(source.as_bytes());
        let last = file.unread().last().expect("something is unread");
        assert!(last.range.end <= source.len(), "{last:?}");
        assert!(file.unread_in(&(0..source.len())).is_some());
    }
    let file = check(b"int f(void)\n{\n\treturn 1;");
    assert!(file.functions().iter().all(|function| !function.clean));
}

/// Words and marks that the dialect has opinions on.
const VOCABULARY: &[&str] = &[
    "a",
    "b",
    "x",
    "static",
    "int",
    "struct",
    "union",
    "enum",
    "typedef",
    "const",
    "__init",
    "__x",
    "__x(1)",
    "DEFINE_X",
    "for_each_x",
    "if",
    "else",
    "while",
    "for",
    "do",
    "switch",
    "case",
    "default",
    "return",
    "goto",
    "break",
    "asm",
    "volatile",
    "sizeof",
    "typeof",
    "offsetof",
    "__alignof__",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ",",
    ":",
    "?",
    ".",
    "->",
    "...",
    "*",
    "&",
    "&&",
    "+",
    "!",
    "++",
    "=",
    "+=",
    "<",
    "#",
    "##",
    "@",
    "\\",
    "1",
    "4K",
    "1.5G",
    "\"s\"",
    "'c'",
    "\n",
    "\n#if A\n",
    "\n#if 0\n",
    "\n#else\n",
    "\n#endif\n",
    "\n#define m(x) for (;;)\n",
    "/* c */",
    "// c\n",
    "\"",
    "'",
    "/*",
    "$V",
    "\u{e9}",
    "\0",
    "\r\n",
];

/// Kernel C to mutate.
const SNIPPETS: &[&str] = &[
    "static int __init f(struct pci_dev __user *p)\n{\n\tlist_for_each_entry(a, &b, c)\n\t\tif (a->x)\n\t\t\tg(a, struct y, z);\n\treturn 0;\n}\n",
    "struct s {\n\tDECLARE_BITMAP(a, 3);\n\tunsigned int b:1, :2;\n\tstruct_group(g, int c; int d;);\n} __packed;\n",
    "#ifdef A\nint f(int a) {\n#else\nint f(long a) {\n#endif\n\tswitch (a) {\n\tcase 1 ... 2: break;\n\tdefault:\n\t}\n}\n",
    "TRACE_EVENT(a, TP_PROTO(int b), TP_STRUCT__entry(__field(int, b)), TP_fast_assign(__entry->b = b;), TP_printk(\"%d\", __entry->b));\n",
    "static DEFINE_PER_CPU(int, a) = { 1, };\nmodule_init(f)\nMODULE_LICENSE(\"GPL\" X);\n",
    "void f(void)\n{\n\tasm volatile(\"a\" : \"=r\" (x) : : \"memory\");\n\ty = ({ typeof(x) z = 1; z; });\n\tgoto *t[i];\n}\n",
    "SYSCALL_DEFINE2(a, int, b, char __user *, c)\n{\n\treturn (__force u32)b + sizeof(struct x) * 3;\n}\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn token_soup_keeps_all_promises(words in prop::collection::vec(prop::sample::select(VOCABULARY), 0..120)) {
        check(words.join(" ").as_bytes());
    }

    #[test]
    fn dense_token_soup_keeps_all_promises(words in prop::collection::vec(prop::sample::select(VOCABULARY), 0..60)) {
        check(words.concat().as_bytes());
    }

    #[test]
    fn arbitrary_bytes_keep_all_promises(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes);
    }

    #[test]
    fn mutated_kernel_code_keeps_all_promises(
        snippet in prop::sample::select(SNIPPETS),
        at in any::<prop::sample::Index>(),
        length in 0_usize..6,
        word in prop::sample::select(VOCABULARY),
    ) {
        let mut bytes = snippet.as_bytes().to_vec();
        let at = at.index(bytes.len());
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, word.bytes());
        check(&bytes);
    }
}

/// Input that is no C, by the megabyte: each of these must end, and soon, on a small stack.
#[test]
fn hostile_files_end_in_linear_time_and_on_a_small_stack() {
    let unit: &[&str] = &[
        "(",
        "[",
        "{",
        "((",
        "a(",
        "a b ",
        "if (",
        "struct {",
        "#if A\n",
        "#if A\n(\n#else\n[\n#endif\n",
        "= {",
        "a, ",
        "*",
        "? :",
        "case 1 ... ",
        "sizeof(",
        "typeof(",
        "(a)(",
        "x:",
        "\"",
        "a = b ",
        "f(a)\n",
        "asm(",
        "/*",
        "\\\n",
        "]",
        "}",
        "A\n",
        "1 ",
        ".a = ",
        ".a = ;",
        "else ",
    ];
    const SIZE: usize = 20_000;
    let worst = std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || {
            let mut worst = (Duration::ZERO, "");
            for piece in unit {
                let source = piece.repeat(SIZE / piece.len());
                let start = Instant::now();
                let file = read(source.as_bytes());
                worst = worst.max((start.elapsed(), piece));
                assert_eq!(file.view().len(), source.len());
            }
            worst
        })
        .expect("thread")
        .join()
        .expect("no panic");
    assert!(worst.0 < Duration::from_secs(20), "{worst:?}");
}
