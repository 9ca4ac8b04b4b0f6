//! Files with macros expanded: one row a use, and what takes its place.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::access::{Access, member_uses};
use query::expansion::{NamedMacro, Wanted, expanded, macros_bringing};
use query::types::NoOtherFile;
use syntax::Reader;

fn read(source: &str) -> Arc<File> {
    let path = TreePath::new("a.c").expect("a path");
    Arc::new(File::from(
        Reader::standalone().read(&path, Arc::from(source.as_bytes())),
    ))
}

fn words(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

/// The last line of the file, blanks folded.
fn last_line(file: &File) -> String {
    let text = file.text(0..file.bytes().len()).into_owned();
    let line = text.lines().last().unwrap_or_default();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Macros, a use, what it becomes.
const LOCAL: &[(&str, &str, &str)] = &[
    (
        "#define CLR(x) ((x) = 0)",
        "CLR(d->m);",
        "( ( d -> m ) = 0 ) ;",
    ),
    (
        "#define CLR(x) ((x) = 0)\n#define CLR2(x) CLR(x)",
        "CLR2(d->m);",
        "( ( d -> m ) = 0 ) ;",
    ),
    (
        "#define SET(d, n) ((d)->n = 1)",
        "SET(p, m);",
        "( ( p ) -> m = 1 ) ;",
    ),
    ("#define NAME(n) n##_show", "NAME(m)(1);", "m_show (1);"),
    ("#define TEXT(n) print(#n)", "TEXT(m);", "print ( \"\" ) ;"),
    (
        "#define ALL(...) f(__VA_ARGS__)",
        "ALL(1, m);",
        "f ( 1 , m ) ;",
    ),
    (
        "#define LOG(s, ...) f(s, ## __VA_ARGS__)",
        "LOG(1);",
        "f ( 1 ) ;",
    ),
    (
        "#define LOG(s, ...) f(s, ## __VA_ARGS__)",
        "LOG(1, m);",
        "f ( 1 , m ) ;",
    ),
    (
        "#define REST(s, r...) f(s, r)",
        "REST(1, 2, m);",
        "f ( 1 , 2 , m ) ;",
    ),
    ("#define F(x) F(x + 1)", "F(m);", "F ( m + 1 ) ;"),
    ("#define f(x) g", "f(1)(m);", "g (m);"),
    ("#define start boom", "start(m);", "boom ( m ) ;"),
    ("#define start(x) boom", "y = start;", "y = start;"),
    (
        "#ifdef A\n#define go foo\n#else\n#define go bar\n#endif",
        "go(m);",
        "if ( __one_of_the_configurations ) { foo ( m ) ; } else { bar ( m ) ; } ;",
    ),
    (
        "#ifdef A\n#define go foo\n#else\n#define go bar\n#endif",
        "y = go(m);",
        "y = ( __one_of_the_configurations ? ( foo ( m ) ) : ( bar ( m ) ) ) ;",
    ),
    (
        "#ifdef A\n#define go foo\n#else\n#define go(x) bar(0, x)\n#endif",
        "go(m);",
        "if ( __one_of_the_configurations ) { foo ( m ) ; } else { bar ( 0 , m ) ; } ;",
    ),
    (
        "#ifdef A\n#define ON(x) foo(x)\n#else\n#define ON(x)\n#endif",
        "ON(m);",
        "if ( __one_of_the_configurations ) { foo ( m ) ; } else { ; } ;",
    ),
    (
        "#ifdef A\n#define ON(x) foo(x)\n#else\n#define ON(x) 0\n#endif",
        "y = ON(m);",
        "y = ( __one_of_the_configurations ? ( foo ( m ) ) : ( 0 ) ) ;",
    ),
    ("#if 0\n#define ON(x) foo(x)\n#endif", "ON(m);", "ON(m);"),
    (
        "#define CLR(x) ((x) = 0)",
        "y = \"CLR(m)\"; /* CLR(m) */",
        "y = \"CLR(m)\"; /* CLR(m) */",
    ),
];

#[test]
fn uses_become_what_they_expand_to() {
    let wanted = Wanted {
        local: true,
        ..Wanted::default()
    };
    let mut wrong = Vec::new();
    for (macros, code, expected) in LOCAL {
        let file = read(&format!(
            "{macros}\nvoid f(struct s *d, struct s *p) {{\n{code}"
        ));
        let made = expanded(&file, &wanted, &NoOtherFile);
        let got = last_line(&made.file);
        if got != *expected || !made.left.is_empty() {
            wrong.push(format!("{code}: {got} {:?}", made.left));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lines_keep_their_numbers() {
    let file = read(
        "#define CLR(x, y) ((x) = (y))\nvoid f(void)\n{\n\tCLR(d->m,\n\t    1);\n\tlast();\n}\n",
    );
    let wanted = Wanted {
        words: words(&["m"]),
        ..Wanted::default()
    };
    let made = expanded(&file, &wanted, &NoOtherFile).file;
    let text = made.text(0..made.bytes().len()).into_owned();
    assert_eq!(made.line_of(text.find("last").expect("there")), 6);
    let found = member_uses(&made, "m").found;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].access, Access::Write);
    assert_eq!(made.line_of(found[0].range.start), 4);
    assert!(
        made.original()
            .is_some_and(|original| Arc::ptr_eq(original, &file))
    );
}

#[test]
fn only_what_is_wanted_is_expanded() {
    let source =
        "#define CLR(x) ((x) = 0)\n#define FL m\nvoid f(void)\n{\n\tCLR(d->n);\n\td->FL = 1;\n}\n";
    let file = read(source);
    let handed = Wanted {
        words: words(&["m"]),
        ..Wanted::default()
    };
    assert!(Arc::ptr_eq(
        &expanded(&file, &handed, &NoOtherFile).file,
        &file
    ));
    let bringing = macros_bringing(&file, &handed.words);
    let named: Vec<NamedMacro> = bringing
        .into_iter()
        .map(|definition| NamedMacro {
            file: Arc::clone(&file),
            definition,
        })
        .collect();
    assert_eq!(named.len(), 1);
    let wanted = Wanted { named, ..handed };
    let made = expanded(&file, &wanted, &NoOtherFile).file;
    let writes = member_uses(&made, "m").found;
    assert!(writes.iter().any(|found| found.access == Access::Write));
}

#[test]
fn what_grows_without_bound_is_left() {
    let mut macros = String::from("#define A0(x) x x\n");
    for n in 1..40 {
        macros.push_str(&format!("#define A{n}(x) A{}(x) A{}(x)\n", n - 1, n - 1));
    }
    let file = read(&format!("{macros}void f(void) {{ A39(m); }}\n"));
    let wanted = Wanted {
        local: true,
        ..Wanted::default()
    };
    let made = expanded(&file, &wanted, &NoOtherFile);
    assert_eq!(made.left.len(), 1);
    assert!(Arc::ptr_eq(&made.file, &file));
}
