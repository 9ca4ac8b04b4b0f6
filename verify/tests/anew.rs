//! What one change takes away and another one brings under the same name: another type, another value, another place.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/series.rs"]
#[expect(dead_code, clippy::panic, reason = "others use the rest of it")]
mod series;
#[path = "support/states.rs"]
mod states;

use states::wrong;

const HEAD: &str = r#"
spec = 1
[series]
name = "anew"
version = 1
author = "A Developer <dev@example.org>"
subject = "port: Change it"
cover = "A text."

[[patch]]
subject = "port: Change it"
message = "A message."
"#;

/// The two changes, the file, what they make of it, and what does not do as they say.
struct Case {
    gone: &'static str,
    comes: &'static str,
    before: &'static str,
    after: &'static str,
    bad: &'static [&'static str],
}

const CASES: &[Case] = &[
    // Another record has a member of that name.
    Case {
        gone: "what = { member = 'port.count' }",
        comes: "kind = 'member'\nstruct = 'port'\nbefore = 'name'\ndeclare = 'u16 count'",
        before: "struct port {\n\tu32 count;\n\tchar *name;\n};\n\nstruct hub {\n\tu32 count;\n};\n",
        after: "struct port {\n\tu16 count;\n\tchar *name;\n};\n\nstruct hub {\n\tu32 count;\n};\n",
        bad: &[
            "struct port {\n\tu32 count;\n\tu16 count;\n\tchar *name;\n};\n\nstruct hub {\n\tu32 count;\n};\n",
            "struct port {\n\tu64 count;\n\tchar *name;\n};\n\nstruct hub {\n\tu32 count;\n};\n",
            "struct port {\n\tu16 count;\n\tchar *name;\n};\n\nstruct hub {\n\tu16 count;\n};\n",
            "struct port {\n\tchar *name;\n};\n\nstruct hub {\n\tu32 count;\n};\n",
            "struct port {\n\tchar *name;\n\tu16 count;\n};\n\nstruct hub {\n\tu32 count;\n};\n",
        ],
    },
    Case {
        gone: "what = { declaration = 'port_up' }",
        comes: "kind = 'declaration'\nafter = 'port_down'\ndeclare = 'long port_up(int how);'",
        before: "int port_up(int how);\nint port_down(void);\nint port_end(void);\n",
        after: "int port_down(void);\nlong port_up(int how);\nint port_end(void);\n",
        bad: &[
            "int port_up(int how);\nint port_down(void);\nlong port_up(int how);\nint port_end(void);\n",
            "int port_down(void);\nint port_up(int how);\nint port_end(void);\n",
            "int port_down(void);\nint port_end(void);\n",
            "int port_down(void);\nint port_end(void);\nlong port_up(int how);\n",
            "long port_up(int how);\nint port_down(void);\nint port_end(void);\n",
        ],
    },
    Case {
        gone: "what = { macro = 'PORT_MAX' }",
        comes: "kind = 'macro'\nname = 'PORT_MAX'\nafter = 'PORT_MIN'\nbody = '8'",
        before: "#define PORT_MAX 4\n#define PORT_MIN 1\n#define PORT_ALL 9\n",
        after: "#define PORT_MIN 1\n#define PORT_MAX 8\n#define PORT_ALL 9\n",
        bad: &[
            "#define PORT_MAX 4\n#define PORT_MIN 1\n#define PORT_MAX 8\n#define PORT_ALL 9\n",
            "#define PORT_MIN 1\n#define PORT_MAX 4\n#define PORT_ALL 9\n",
            "#define PORT_MIN 1\n#define PORT_ALL 9\n",
            "#define PORT_MIN 1\n#define PORT_ALL 9\n#define PORT_MAX 8\n",
        ],
    },
    Case {
        gone: "what = { include = '\"b.h\"' }",
        comes: "kind = 'include'\nheader = '\"b.h\"'\nafter = '\"c.h\"'",
        before: "#include \"b.h\"\n#include \"c.h\"\n#include \"d.h\"\n\nint port_up(void);\n",
        after: "#include \"c.h\"\n#include \"b.h\"\n#include \"d.h\"\n\nint port_up(void);\n",
        bad: &[
            "#include \"b.h\"\n#include \"c.h\"\n#include \"b.h\"\n#include \"d.h\"\n\nint port_up(void);\n",
            "#include \"c.h\"\n#include \"d.h\"\n\nint port_up(void);\n",
        ],
    },
];

impl Case {
    fn wrong(&self, after: &str) -> Vec<String> {
        let change = |keys: &str| format!("\n[[patch.change]]\nfile = 'port.h'\n{keys}\n");
        let gone = change(&format!("kind = 'delete'\n{}", self.gone));
        let spec = format!("{HEAD}{gone}{}", change(self.comes));
        let said = wrong(&spec, "port.h", &[self.before, after]);
        // The tree has no more than this file.
        said.into_iter()
            .filter(|said| !said.starts_with("frame/bisect"))
            .collect()
    }
}

#[test]
fn what_goes_and_comes_anew_holds() {
    for case in CASES {
        assert_eq!(
            case.wrong(case.after),
            Vec::<String>::new(),
            "{}",
            case.gone
        );
    }
}

#[test]
fn what_stays_or_comes_otherwise_or_elsewhere_does_not() {
    for case in CASES {
        for bad in case.bad {
            assert_ne!(
                case.wrong(bad),
                Vec::<String>::new(),
                "{}:\n{bad}",
                case.gone
            );
        }
    }
}
