use std::sync::Arc;

use super::{BaseType, Member};
use crate::SourceFile;
use crate::reader::Reader;
use dialect::path::TreePath;

fn read(source: &str) -> SourceFile {
    let path = TreePath::new("drivers/a.c").unwrap();
    Reader::standalone().read(&path, Arc::from(source.as_bytes()))
}

fn member<'a>(file: &'a SourceFile, name: &str) -> &'a Member {
    file.records()
        .iter()
        .flat_map(|record| record.members_named(name))
        .next()
        .unwrap()
}

#[test]
fn functions_have_names_ranges_and_linkage() {
    let source = "int a(void)\n{\n\treturn 1;\n}\n\n/* c */\nstatic struct pci_dev *b(int x) { return 0; }\n\
                  int (*c(int x))(long) { return 0; }\n";
    let file = read(source);
    let seen: Vec<_> = file
        .functions()
        .iter()
        .map(|f| (f.name.as_str(), f.is_static, f.clean))
        .collect();
    assert_eq!(
        seen,
        [("a", false, true), ("b", true, true), ("c", false, true),]
    );
    let b = &file.functions()[1];
    assert!(source[b.range.clone()].starts_with("static struct"));
    assert_eq!(&source[b.body.clone()], "{ return 0; }");
    assert_eq!(b.returns, BaseType::Struct("pci_dev".to_owned()));
    assert_eq!(file.function_at(b.body.start + 1), Some(b));
    assert_eq!(file.function_at(source.find("/* c").unwrap()), None);
}

#[test]
fn a_weak_function_is_weak_and_a_strong_one_is_not() {
    let file = read(
        "__attribute__((weak)) int a(void) { return 0; }\nint b(void) { return 0; }\nint __weak c(void);\n",
    );
    let weak: Vec<_> = file.functions().iter().map(|f| f.is_weak).collect();
    assert_eq!(weak, [true, false]);
}

#[test]
fn definitions_in_two_arms_are_two_facts() {
    let source = "#ifdef CONFIG_A\nint f(void) { return 1; }\n#else\nint f(void) { return 2; }\n#endif\n\
         #if 0\nint g(void) { return 1; }\n#endif\n#if 1\n#else\nint h(void) { return 1; }\n#endif\n";
    let file = read(source);
    let both = file.functions_named("f");
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].conditions[0].expression, "CONFIG_A");
    assert!(!both[0].conditions[0].negated);
    assert!(both[1].conditions[0].negated);
    assert!(!file.is_dead(both[0].body.start));
    for dead in ["int g", "int h"] {
        assert!(file.is_dead(source.find(dead).unwrap()));
    }
}

#[test]
fn what_the_dialect_rewrote_is_read_as_written() {
    let file = read(
        "SYSCALL_DEFINE2(foo, int, a, struct x __user *, b)\n{\n\treturn a;\n}\n\
         __printf(1, 2)\nasmlinkage __weak void say(const char *f, ...)\n{\n}\nEXPORT_SYMBOL(say)\nint next(void) { return 0; }\n\
         struct s {\n\tDECLARE_BITMAP(bits, 64);\n\tDECLARE_FLEX_ARRAY(struct y, d);\n\t__le32 __aligned(8) c;\n\
         \tstruct_group(hdr,\n\t\tint a;\n\t);\n} __packed;\n",
    );
    let heads: Vec<_> = file
        .functions()
        .iter()
        .map(|f| {
            (
                f.name.as_str(),
                f.is_weak,
                file.text(f.range.start..f.body.start),
            )
        })
        .map(|(name, weak, head)| (name, weak, head.trim_end().to_owned()))
        .collect();
    let head = |text: &str| text.to_owned();
    assert_eq!(
        heads,
        [
            (
                "foo",
                false,
                head("SYSCALL_DEFINE2(foo, int, a, struct x __user *, b)")
            ),
            (
                "say",
                true,
                head("__printf(1, 2)\nasmlinkage __weak void say(const char *f, ...)")
            ),
            ("next", false, head("int next(void)")),
        ]
    );
    let members: Vec<_> = file.records()[0]
        .members
        .iter()
        .map(|m| (m.name.as_str(), m.type_text.as_str(), m.depth))
        .collect();
    assert_eq!(
        members,
        [
            ("bits", "DECLARE_BITMAP ( bits , 64 )", 0),
            ("d", "DECLARE_FLEX_ARRAY ( struct y , d )", 0),
            ("c", "__le32 __aligned ( 8 )", 0),
            ("hdr", "struct { … }", 0),
            ("a", "int", 1),
        ]
    );
    assert_eq!(member(&file, "d").base, BaseType::Struct("y".to_owned()));
}

#[test]
fn members_have_types_arrays_and_widths() {
    let file = read(
        "struct pci_dev {\n\tstruct list_head bus_list;\n\tunsigned int is_virtfn:1, no_vf_scan : 1;\n\
         \tchar *name, label[16], grid[2][N + 1];\n\tvoid (*fn)(struct pci_dev *dev, int);\n\
         \tstruct pci_dev **many;\n\tconst volatile u8 flag; /* c */\n};\n",
    );
    let record = &file.records()[0];
    assert_eq!(record.tag.as_deref(), Some("pci_dev"));
    assert!(record.clean);
    let seen: Vec<_> = record
        .members
        .iter()
        .map(|m| {
            (
                m.name.as_str(),
                m.type_text.as_str(),
                m.array.as_str(),
                m.bit_width.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("bus_list", "struct list_head", "", None),
            ("is_virtfn", "unsigned int", "", Some("1")),
            ("no_vf_scan", "unsigned int", "", Some("1")),
            ("name", "char *", "", None),
            ("label", "char", "[16]", None),
            ("grid", "char", "[2][N + 1]", None),
            ("fn", "void ( * ) ( struct pci_dev * dev , int )", "", None),
            ("many", "struct pci_dev * *", "", None),
            ("flag", "const volatile u8", "", None),
        ]
    );
    assert_eq!(record.members[1].declaration, record.members[2].declaration);
    assert_eq!(
        file.text(record.members[1].declaration.clone()),
        "unsigned int is_virtfn:1, no_vf_scan : 1;"
    );
}

#[test]
fn members_of_anonymous_records_are_members_and_those_of_named_ones_are_not() {
    let file = read(
        "struct a {\n\tunion {\n\t\tint x;\n\t\tstruct { int y; };\n\t};\n\tstruct { int z; } named;\n\
         \tstruct b { int w; } tagged;\n};\n",
    );
    let records = file.records();
    let names = |index: usize| {
        let members = records[index].members.iter();
        members
            .map(|m| (m.name.as_str(), m.depth))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(0), [("x", 1), ("y", 2), ("named", 0), ("tagged", 0)]);
    assert_eq!(records.len(), 5);
    let named = member(&file, "named");
    assert_eq!(named.type_text, "struct { … }");
    assert_eq!(named.base, BaseType::Untagged(records[3].range.clone()));
    assert_eq!(
        member(&file, "tagged").base,
        BaseType::Struct("b".to_owned())
    );
    assert_eq!(records[4].tag.as_deref(), Some("b"));
}

#[test]
fn a_member_knows_the_conditions_inside_its_record() {
    let file = read(
        "#ifdef A\nstruct s {\n\tint a;\n#ifdef B\n\tint b;\n#else\n\tlong b;\n#endif\n};\n#endif\n",
    );
    let record = &file.records()[0];
    assert_eq!(record.conditions.len(), 1);
    assert!(record.members[0].conditions.is_empty());
    let both: Vec<_> = record.members_named("b").collect();
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].conditions[0].expression, "B");
    assert!(both[1].conditions[0].negated);
}

#[test]
fn a_typedef_names_its_untagged_record() {
    let file = read("typedef struct { int a; } foo_t, *foo_p;\ntypedef struct bar bar_t;\n");
    assert_eq!(file.records()[0].typedef_name.as_deref(), Some("foo_t"));
    let seen: Vec<_> = file.typedefs().iter().map(|t| t.name.as_str()).collect();
    assert_eq!(seen, ["foo_t", "foo_p", "bar_t"]);
    assert_eq!(file.typedefs()[2].base, BaseType::Struct("bar".to_owned()));
}

#[test]
fn prototypes_and_variables_are_told_apart() {
    let file = read(
        "extern struct pci_dev *get(int a, int b);\nint (*hook)(void);\nstatic struct pci_dev *first, table[4];\n\
         int f(void) { int local; extern int other(void); return 0; }\nstruct ops o = { .a = 1 };\n\
         int weak_one(void) __attribute__((weak));\n",
    );
    let protos: Vec<_> = file
        .prototypes()
        .iter()
        .map(|p| {
            (
                p.name.as_str(),
                p.type_text.as_str(),
                p.is_extern,
                p.is_weak,
            )
        })
        .collect();
    assert_eq!(
        protos,
        [
            ("get", "struct pci_dev *", true, false),
            ("weak_one", "int", false, true)
        ]
    );
    let variables: Vec<_> = file
        .variables()
        .iter()
        .map(|v| (v.name.as_str(), v.type_text.as_str(), v.array.as_str()))
        .collect();
    assert_eq!(
        variables,
        [
            ("hook", "int ( * ) ( void )", ""),
            ("first", "struct pci_dev *", ""),
            ("table", "struct pci_dev", "[4]"),
            ("o", "struct ops", ""),
        ]
    );
    assert_eq!(
        file.variables()[3].value.clone().map(|r| file.text(r)),
        Some("{ .a = 1 }".into())
    );
}

#[test]
fn enumerators_and_records_in_functions_are_found() {
    let file = read(
        "enum e {\n\tA,\n#ifdef X\n\tB = 1,\n#endif\n};\nint f(struct t *x)\n{\n\tstruct in { int q; } v;\n\
         \tenum { C };\n\treturn 0;\n}\n",
    );
    let seen: Vec<_> = file
        .enumerators()
        .iter()
        .map(|e| (e.name.as_str(), e.tag.as_deref(), e.conditions.len()))
        .collect();
    assert_eq!(
        seen,
        [("A", Some("e"), 0), ("B", Some("e"), 1), ("C", None, 0)]
    );
    assert_eq!(file.records()[0].tag.as_deref(), Some("in"));
}

#[test]
fn what_an_unread_region_touches_is_not_clean() {
    let file = read("int f(void) { return 1; }\nint g(void) { return ) 1; }\n");
    assert!(file.functions_named("f")[0].clean);
    assert!(file.functions_named("g").iter().all(|g| !g.clean));
}

#[test]
fn deeply_nested_records_use_up_no_stack() {
    let source = format!(
        "struct a {}int x;{}",
        "{ struct ".repeat(20_000),
        "};".repeat(20_000)
    );
    let file = read(&source);
    assert!(!file.unread().is_empty() || !file.records().iter().all(|record| record.clean));
}

#[test]
fn who_is_declared_static_is_static() {
    let file = read(
        "static int f(void);\n#ifdef X\nstatic int g(void);\n#endif\nint f(void) { return 1; }\n\
         int g(void) { return 1; }\nint h(void) { return 1; }\nstatic int h(void);\n",
    );
    let is_static = |name: &str| file.functions_named(name)[0].is_static;
    assert!(is_static("f"));
    assert!(!is_static("g") && !is_static("h"));
}
