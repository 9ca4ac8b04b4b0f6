//! Places where a view once read without an error and yet wrong, or where other tools fail.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dialect::view::{Change, Rule};
use dialect::{FileProvider, TreePath};
use syntax::{Node, Reader, SourceFile};

fn read(source: &str) -> SourceFile {
    read_in(&Reader::standalone(), source)
}

fn read_in(reader: &Reader, source: &str) -> SourceFile {
    let path = TreePath::new("drivers/a/b.c").expect("path");
    reader.read(&path, Arc::from(source.as_bytes()))
}

fn clean(source: &str) -> SourceFile {
    let file = read(source);
    assert!(
        file.unread().is_empty(),
        "{:?}\n{}",
        file.unread(),
        String::from_utf8_lossy(&file.view())
    );
    file
}

/// Every node of a kind, as its text in the file.
fn texts(file: &SourceFile, kind: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![file.root()];
    while let Some(node) = pending.pop() {
        if node.kind() == kind {
            found.push(file.text(node.byte_range()).into_owned());
        }
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
        pending.extend(children.into_iter().rev());
    }
    found
}

fn in_function(body: &str) -> String {
    format!("void f(void)\n{{\n{body}\n}}\n")
}

fn view_of(source: &str) -> String {
    String::from_utf8(read(source).view()).expect("text")
}

#[test]
fn calls_of_macros_that_may_be_empty_are_kept() {
    for source in [
        "static int a;\nsubsys_initcall(x);\nmodule_init(y);\nEXPORT_SYMBOL_GPL(z);\n",
        "MODULE_LICENSE(\"GPL\");\n",
    ] {
        assert_eq!(view_of(source), source);
    }
    let source =
        in_function("\tmb();\n\tfallthrough;\n\tlockdep_assert_held(&a);\n\t__release(b);");
    assert_eq!(view_of(&source), source);
    assert_eq!(texts(&clean(&source), "call_expression").len(), 3);
}

#[test]
fn a_product_in_parentheses_is_no_cast() {
    let source = in_function("\tx = (a * HZ) - 1;\n\ty = (a * HZ);\n\tz = (a) + b;");
    assert_eq!(view_of(&source), source);
    let file = clean(&source);
    assert!(texts(&file, "cast_expression").is_empty());
    assert_eq!(texts(&file, "binary_expression").len(), 4);
}

#[test]
fn names_that_are_annotations_elsewhere_stay_names() {
    let source = "struct s {\n\tint __unused;\n\tchar __reserved[3];\n\tu32 __packed_size;\n};\n";
    assert_eq!(view_of(source), source);
    let source = in_function("\ta->__used = 1;\n\tb.__weak = c->__init;");
    assert_eq!(view_of(&source), source);
}

#[test]
fn nothing_inside_comments_and_literals_is_touched() {
    let source = "/* static int __init f(void __user *p) */\n\
                  static const char *a = \"case 1 ... 2: __init\"; // __user\n\
                  int b = '\\'';\n";
    assert_eq!(view_of(source), source);
}

#[test]
fn a_loop_macro_keeps_its_arguments_and_its_statement() {
    let source = in_function(
        "\tlist_for_each_entry(d, &iommu->domain_list, next)\n\t\tbitmap &= d->domain->pgsize_bitmap;\n\tg();",
    );
    let file = clean(&source);
    let loops = texts(&file, "while_statement");
    assert_eq!(loops.len(), 1);
    assert!(loops[0].starts_with("list_for_each_entry"));
    assert!(loops[0].ends_with("pgsize_bitmap;"));
    assert_eq!(texts(&file, "assignment_expression").len(), 1);
}

#[test]
fn loops_without_braces_are_told_from_calls_without_semicolon_by_their_definition() {
    let head = "#define walk_x(p) for (; p; p++)\n#define note(p) do { } while (0)\n";
    let source = format!(
        "{head}{}",
        in_function("\twalk_x(p)\n\tg(p);\n\tnote(p)\n\t\tg(p);")
    );
    let file = clean(&source);
    assert_eq!(texts(&file, "while_statement").len(), 1);
    assert_eq!(texts(&file, "call_expression").len(), 3);
}

#[test]
fn a_macro_that_is_a_whole_statement_takes_nothing_after_it_for_its_body() {
    let head = "#define UNTIL(x) while (!(x)) relax();\n#define note(x) { if (x) print(x); }\n";
    let source = format!(
        "{head}{}",
        in_function("\tif (a)\n\t\tUNTIL(b)\n\tg();\n\tnote(c)\n\t{\n\t\th();\n\t}")
    );
    let file = clean(&source);
    assert!(texts(&file, "while_statement").is_empty());
    let calls = texts(&file, "call_expression");
    assert_eq!(calls, ["UNTIL(b)", "g()", "note(c)", "h()"]);
    let conditions = texts(&file, "if_statement");
    assert_eq!(conditions.len(), 1);
    assert_eq!(conditions[0].trim_end(), "if (a)\n\t\tUNTIL(b)");
}

#[test]
fn a_word_said_twice_and_a_break_without_semicolon_are_not_mended() {
    for source in [
        "static int set_it set_it(struct s *s)\n{\n\treturn 0;\n}\n".to_owned(),
        "int f(struct s *s s);\n".to_owned(),
        in_function("\twhile (a)\n\t\tbreak\n"),
        in_function("\twhile (a) {\n\t\tcontinue\n\t\tg();\n\t}"),
    ] {
        assert!(!read(&source).unread().is_empty(), "{source}");
    }
    for source in [
        "enum merge merge(struct req *req, struct bio *bio)\n{\n\treturn 0;\n}\n",
        "struct mode mode;\nstatic const struct ops ops = { .a = 1, };\n",
    ] {
        assert_eq!(view_of(source), source, "a tag and a name may be one word");
        clean(source);
    }
    // As an argument it needs none.
    clean(&in_function("\twhile (a)\n\t\tD1(continue);"));
}

struct OneHeader;

impl FileProvider for OneHeader {
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        match path.as_str() {
            "include/linux/walk_x.h" => Some(Arc::from(&b"#include <linux/deep.h>\n"[..])),
            "include/linux/deep.h" => {
                Some(Arc::from(&b"#define walk_x(p) \\\n\twhile (p--)\n"[..]))
            }
            _ => None,
        }
    }
}

#[test]
fn macros_are_learnt_from_headers_that_headers_include() {
    let reader = Reader::for_tree(Arc::new(OneHeader));
    let body = in_function("\twalk_x(p)\n\tg(p);");
    let with = read_in(&reader, &format!("#include <linux/walk_x.h>\n{body}"));
    assert_eq!(texts(&with, "while_statement").len(), 1);
    let without = read_in(&reader, &body);
    assert_eq!(texts(&without, "while_statement").len(), 0);
}

#[test]
fn an_else_after_a_macro_block_makes_it_a_condition() {
    let source = in_function("\tif_busy(a) {\n\t\tb();\n\t} else {\n\t\tc();\n\t}");
    let file = clean(&source);
    assert_eq!(texts(&file, "if_statement").len(), 1);
    assert_eq!(texts(&file, "else_clause").len(), 1);
}

#[test]
fn guards_read_as_calls_and_scoped_guards_as_blocks() {
    let file = clean(&in_function(
        "\tguard(mutex)(&lock);\n\tscoped_guard(spinlock, &a->lock) {\n\t\tb();\n\t}\n\
         \tstruct x *p __free(kfree) = NULL;",
    ));
    assert!(texts(&file, "call_expression").contains(&"guard(mutex)(&lock)".to_owned()));
    assert_eq!(texts(&file, "while_statement").len(), 1);
}

#[test]
fn container_of_is_a_call_whose_arguments_are_its_names() {
    let file = clean("int a = container_of(kref, struct vfio_device, kref)->x;\n");
    assert_eq!(
        texts(&file, "call_expression"),
        ["container_of(kref, struct vfio_device, kref)"]
    );
    let call = view_of("int a = container_of(kref, struct vfio_device, kref)->x;\n");
    assert!(call.contains("(kref,        vfio_device, kref)"), "{call}");
}

#[test]
fn an_else_whose_if_stands_behind_an_endif_is_kept() {
    let source = in_function(
        "#ifdef CONFIG_VFIO_PCI_VGA\n\tif (a) {\n\t\tb();\n\t} else\n#endif\n\tif (c)\n\t\td();",
    );
    let file = clean(&source);
    assert_eq!(texts(&file, "if_statement").len(), 2);
    assert_eq!(texts(&file, "else_clause").len(), 1);
    assert!(file.dropped().is_empty());
}

#[test]
fn a_stub_after_a_declaring_macro_is_seen() {
    let file = clean(
        "_PCI_NOP_ALL(read, *)\n_PCI_NOP_ALL(write,)\n\n\
         static inline struct pci_dev *pci_get_device(unsigned int v)\n{ return NULL; }\n",
    );
    assert_eq!(texts(&file, "function_definition").len(), 1);
}

#[test]
fn arms_that_exclude_each_other_are_not_merged_and_what_is_dropped_is_said() {
    let source =
        "#ifdef A\nint f(int x) {\n#else\nint f(long x, int hidden) {\n#endif\n\treturn 0;\n}\n";
    let file = clean(source);
    assert_eq!(texts(&file, "function_definition").len(), 1);
    assert_eq!(file.dropped().len(), 1);
    assert!(!file.dropped()[0].dead);
    assert!(
        file.text(file.dropped()[0].range.clone())
            .contains("hidden")
    );
    assert!(
        file.words_in_edits()
            .any(|word| word.text == b"hidden" && word.rule == Rule::DroppedArm)
    );
}

#[test]
fn two_groups_on_one_condition_choose_the_same_arm() {
    let source = "#ifdef A\nint f(int x) {\n#else\nint f(long x) {\n#endif\n\
                  #ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t\tg();\n\t}\n\treturn 0;\n}\n";
    let file = clean(source);
    let view = String::from_utf8(file.view()).expect("text");
    assert!(view.contains("int x") && view.contains("(a)"), "{view}");
    assert!(!view.contains("long x") && !view.contains("(b)"), "{view}");
}

#[test]
fn arms_of_whole_items_are_all_kept() {
    let file = clean(
        "#ifdef A\nint f(void) { return 1; }\n#elif defined(B)\nint f(void) { return 2; }\n#else\n\
         int f(void) { return 3; }\n#endif\nenum e {\n#ifdef A\n\tX,\n#endif\n\tY,\n};\n",
    );
    assert_eq!(texts(&file, "function_definition").len(), 3);
    assert_eq!(texts(&file, "enumerator").len(), 2);
    assert!(file.dropped().is_empty());
}

#[test]
fn assembler_and_cpp_arms_are_dead_and_if_0_is_shown_where_it_reads() {
    let file = clean(
        "#ifdef __ASSEMBLY__\n.macro X\n.endm\n#else\nint a;\n#endif\n\
         #if 0\nint dead(void) { return 0; }\n#endif\n#if 0\nthis is prose\n#endif\nint b;\n",
    );
    assert_eq!(texts(&file, "function_definition").len(), 1);
    assert_eq!(texts(&file, "declaration").len(), 2);
    assert!(file.dropped().iter().all(|dropped| dropped.dead));
    assert_eq!(file.dropped().len(), 2);
}

#[test]
fn asm_reads_with_its_colons_run_together() {
    let file = clean(&in_function(
        "\tasm volatile(\"nop\" :: \"d\" (*status) : \"cc\");\n\t*status = 1;\n\
         \tasm goto(\"1:\" : : \"i\" (key) : : l_yes);\n\
         \tasm_inline volatile(ALTERNATIVE(\"a\", \"b\", 1) \"c\\n\" : \"=d\" (x) : \"Q\" (y));",
    ));
    assert_eq!(texts(&file, "gnu_asm_expression").len(), 3);
    assert_eq!(texts(&file, "assignment_expression"), ["*status = 1"]);
}

#[test]
fn the_head_of_a_macro_function_names_it_and_its_parameters() {
    let file = clean(
        "SYSCALL_DEFINE2(pciconfig, unsigned long, bus, void __user *, buf)\n{\n\treturn bus;\n}\n",
    );
    let declarator = texts(&file, "function_declarator");
    assert_eq!(declarator.len(), 1);
    assert!(declarator[0].starts_with("pciconfig"));
    assert_eq!(texts(&file, "parameter_declaration").len(), 2);
}

#[test]
fn a_keyword_is_only_put_over_a_word() {
    let source = in_function("\tfor_each_x(a) {\n\t\tb();\n\t}\n\tXX(a) {\n\t\tb();\n\t}");
    let file = clean(&source);
    for edit in file.edits() {
        if let Change::Put("while" | "if" | "do" | "struct" | "asm") = edit.change {
            let text = file.text(edit.range.clone()).into_owned();
            assert!(
                text.chars().all(|c| c.is_alphanumeric() || c == '_'),
                "{text}"
            );
        }
    }
}

#[test]
fn broken_code_is_not_mended() {
    for body in [
        "\ta = (b;",
        "\ta = b);",
        "\tif (a b)\n\t\tc();",
        "\ta = { = x->m ] @ y->m };",
        "\tx = y z;",
        "\treturn 1 +;",
        "\tf(a, b;\n\tg();",
    ] {
        let file = read(&in_function(body));
        assert!(
            !file.unread().is_empty(),
            "{body}\n{}",
            String::from_utf8_lossy(&file.view())
        );
    }
}

#[test]
fn a_macro_that_declares_a_list_hides_nothing_behind_it() {
    for head in [
        "CHIP_TESTS = {",
        "CHIP_TESTS[] = {",
        "static CHIP_TESTS =\n{",
        "LST = {",
    ] {
        let source =
            format!("{head}\n\t{{ \"one\", f }},\n}};\n\nint g(void)\n{{\n\treturn 1;\n}}\n");
        let file = clean(&source);
        let known: Vec<&str> = file.functions().iter().map(|f| f.name.as_str()).collect();
        assert_eq!(known, ["g"], "{head}");
    }
}
