use dialect::TreePath;

use super::{Language, NotUnderstood, Part, Wanted, innermost, places, split};

fn parts(path: &str, text: &str) -> Result<Vec<Part>, NotUnderstood> {
    let path = TreePath::new(path).unwrap();
    Language::of(&path).unwrap().parts(text.as_bytes())
}

/// Each part as its name and its first and last line, from 1.
fn shown(path: &str, text: &str) -> Vec<String> {
    let parts = parts(path, text).unwrap().into_iter();
    parts
        .map(|part| format!("{}: {}-{}", part.name, part.lines.start + 1, part.lines.end))
        .collect()
}

#[test]
fn kconfig_help_ends_by_its_indentation() {
    let text = "\
menu \"Ports\"

config PORT
\ttristate \"Port\"
\tdepends on A && \\
\t\tB
\thelp
\t  config QUAY
\t    is no entry.

\t  endmenu

# about the next
menuconfig QUAY
\tbool

if QUAY
choice
\tprompt \"Which\"
config ONE
\tbool \"One\"
endchoice
endif

endmenu
";
    assert_eq!(
        shown("drivers/x/Kconfig", text),
        [
            "menu \"Ports\": 1-25",
            "config PORT: 3-11",
            "menuconfig QUAY: 14-15",
            "if QUAY: 17-23",
            "choice \"Which\": 18-22",
            "config ONE: 20-21",
        ]
    );
}

#[test]
fn what_kconfig_does_not_have_is_said() {
    let told = |text: &str| parts("Kconfig", text).unwrap_err();
    assert_eq!(told("config A\n\tbool\nendif\n").line, 2);
    assert_eq!(told("menu \"A\"\nif A\nendmenu\n").line, 2);
    assert_eq!(told("menu \"A\"\n").reason, "this `menu` has no end");
    assert!(told("config A\n\tbol \"A\"\n").reason.contains("`bol`"));
}

#[test]
fn makefile_variables_go_on_behind_a_backslash() {
    let text = "\
obj-$(CONFIG_PORT) += port.o \\
\tquay.o
port-y := a.o

ifdef CONFIG_PORT
port-$(CONFIG_B) += b.o
else
ccflags-y = -DX=1
endif

$(obj)/x.o: $(src)/x.c FORCE
\t$(call if_changed,cc)

\t@echo a := b

define cmd_x
endif
endef
";
    assert_eq!(
        shown("drivers/x/Makefile", text),
        [
            "obj-$(CONFIG_PORT): 1-2",
            "port-y: 3-3",
            "ifdef CONFIG_PORT: 5-9",
            "port-$(CONFIG_B): 6-6",
            "ccflags-y: 8-8",
            "$(obj)/x.o:: 11-14",
            "define cmd_x: 16-18",
        ]
    );
    assert_eq!(parts("Makefile", "a = b\nendif\n").unwrap_err().line, 1);
}

#[test]
fn a_section_of_maintainers_has_tags() {
    let text = "\
Maintainers List
----------------

.. note:: When reading

3C59X NETWORK DRIVER
M:\tA <a@example.org>
S:\tOdd Fixes

A DRIVER
L:\tlist@example.org
";
    assert_eq!(
        shown("MAINTAINERS", text),
        ["3C59X NETWORK DRIVER: 6-8", "A DRIVER: 10-11"]
    );
}

#[test]
fn headings_are_as_deep_as_their_first_use() {
    let text = "\
=====
Ports
=====

Text.

Use
===

Boot
----

::

  Not a heading
  -------------

.. _later:

Later
=====
a
";
    assert_eq!(
        shown("Documentation/x.rst", text),
        ["Ports: 1-22", "Use: 7-16", "Boot: 10-16", "Later: 20-22"]
    );
}

#[test]
fn nodes_have_paths() {
    let text = "\
// SPDX
/dts-v1/;
/include/ \"x.dtsi\"
/ {
\t#address-cells = <1>; /* { */
\tsoc: soc {
\t\ti2c1: i2c@1000 {
\t\t\tname = \"a{b\";
\t\t\tref = <&{/soc/x}>;
\t\t};
\t\tempty {};
\t};
};
#ifdef X
&i2c1 {
\tcodec: codec@1a { reg = <0x1a>;
\t};
\t/delete-node/ old;
};
#endif
";
    assert_eq!(
        shown("arch/arm/boot/dts/x.dts", text),
        [
            "/: 4-13",
            "/soc: 6-12",
            "/soc/i2c@1000: 7-10",
            "/soc/empty: 11-11",
            "&i2c1: 15-19",
            "&i2c1/codec@1a: 16-17",
        ]
    );
    let uneven = "#ifdef X\n&a {\n#else\n&b {\n#endif\n};\n";
    assert_eq!(parts("x.dtsi", uneven).unwrap_err().line, 2);
    assert_eq!(parts("x.dtsi", "&a {\n").unwrap_err().line, 0);
    assert!(
        parts("x.dtsi", "&a b {\n};\n")
            .unwrap_err()
            .reason
            .contains("`&a b`")
    );
}

#[test]
fn symbols_and_labels() {
    let text = "CONFIG_A=y\n# CONFIG_B is not set\n# CONFIG_C\n";
    assert_eq!(
        shown("arch/x/configs/x_defconfig", text),
        ["CONFIG_A: 1-1", "CONFIG_B: 2-2"]
    );
    let text = "\
.macro save reg
\tst \\reg
.endm
SYM_FUNC_START(copy)
1:\tmov a, b
inner:
\tret
SYM_FUNC_END(copy)
ENTRY(old)
\tret /* ENDPROC(old) */
ENTRY(next)
\tret
ENDPROC(next)
tail:
\tret
";
    assert_eq!(
        shown("arch/x/lib/x.S", text),
        [
            ".macro save: 1-3",
            "copy: 4-8",
            "inner: 6-7",
            "old: 9-10",
            "next: 11-13",
            "tail: 14-15",
        ]
    );
}

#[test]
fn the_own_lines_of_a_part_come_first() {
    let text = "&a {\n\tb {\n\t\tstatus = \"okay\";\n\t};\n\tstatus = \"okay\";\n};\n";
    let parts = parts("x.dts", text).unwrap();
    let lines = split(text.as_bytes());
    let run = [Wanted {
        text: b"status = \"okay\";",
        is_exact: false,
    }];
    assert_eq!(places(&lines, &run, &parts, None), [2, 4]);
    assert_eq!(places(&lines, &run, &parts, Some("&a")), [4]);
    assert_eq!(places(&lines, &run, &parts, Some("&a/b")), [2]);
    assert_eq!(innermost(&parts, 2).unwrap().name, "&a/b");
    assert_eq!(innermost(&parts, 5).unwrap().name, "&a");
}

#[test]
fn white_space_counts_where_it_is_written() {
    let is = |text: &'static str, line: &str| {
        let wanted = Wanted {
            text: text.as_bytes(),
            is_exact: false,
        };
        wanted.is(line.as_bytes())
    };
    assert!(is("a", "\ta \r"));
    assert!(is("\ta", "\ta"));
    assert!(!is("\ta", "  a"));
    assert!(!is("a ", "a"));
    assert!(is("", " \t"));
}
