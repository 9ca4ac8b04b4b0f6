//! A declared member is written where the spec does not say so: plainly, through a pointer, by a macro that writes its
//! argument, by a macro that is another name for it, in an initialiser.

use query::File;
use syntax::items::Function;

use crate::edit::{Edit, Mutation};
use crate::material::{DeclaredMember, Material};
use crate::nodes::{Pointer, first_statement, pointers, whole_lines};

/// How many files that the series leaves alone are written to.
const OTHER_FILES: usize = 12;

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for member in material.members() {
        let others = material.others_naming(&member.record, OTHER_FILES);
        let own = material.c_files().map(|patched| &patched.file);
        for file in own.chain(&others) {
            for function in file.functions().iter().filter(|function| function.clean) {
                let pointers = pointers(file, function);
                let pointer = pointers.iter().find(|pointer| pointer.tag == member.record);
                if let (Some(pointer), Some(at)) = (pointer, first_statement(file, function)) {
                    in_function(file, function, at, pointer, &member, &mut found);
                }
            }
        }
    }
    found
}

/// Statements that write: `P` is the pointer, `M` the member, `T` the record's tag.
const PLAIN: &[(&str, &str)] = &[
    ("set it", "P->M = 1;"),
    ("clear it", "P->M = 0;"),
    ("set it by `|=`", "P->M |= 1;"),
    ("clear it by `&=`", "P->M &= 0;"),
    ("flip it", "P->M ^= 1;"),
    ("increment it", "P->M++;"),
    ("set it through `*`", "(*P).M = 1;"),
    ("set it through an index", "P[0].M = 1;"),
    (
        "set it through another pointer",
        "{ struct T *mutant = P; mutant->M = 1; }",
    ),
    ("set it as a part of a condition", "if ((P->M = 1)) { }"),
    ("set it behind a comma", "(void)0, P->M = 1;"),
    (
        "copy a compound literal over the record",
        "*P = (struct T){ .M = 1 };",
    ),
    (
        "initialise a record with it",
        "{ struct T mutant = { .M = 1 }; *P = mutant; }",
    ),
];

/// A macro before the function, and the statement that uses it.
const BY_MACRO: &[(&str, &str, &str)] = &[
    (
        "set it by a macro that names it",
        "#define MUTANT_SET(d) ((d)->M = 1)",
        "MUTANT_SET(P);",
    ),
    (
        "set it by a macro that writes its argument",
        "#define MUTANT_PUT(x, v) ((x) = (v))",
        "MUTANT_PUT(P->M, 1);",
    ),
    (
        "set it by a macro that takes the member",
        "#define MUTANT_FLAG(d, m) ((d)->m = 1)",
        "MUTANT_FLAG(P, M);",
    ),
    (
        "set it by another name",
        "#define mutant_name M",
        "P->mutant_name = 1;",
    ),
    (
        "set it by a macro with a block",
        "#define MUTANT_DO(d) do { (d)->M = 1; } while (0)",
        "MUTANT_DO(P);",
    ),
];

fn in_function(
    file: &File,
    function: &Function,
    at: usize,
    pointer: &Pointer,
    member: &DeclaredMember,
    found: &mut Vec<Mutation>,
) {
    let fill = |text: &str| fill(text, pointer, member);
    for (what, statement) in PLAIN {
        let edit = Edit::insert(at, format!("\t{}\n", fill(statement)));
        found.push(Mutation::of(
            file,
            at,
            told(function, what, member),
            vec![edit],
        ));
    }
    let head = whole_lines(file, &(function.range.start..function.range.start)).start;
    for (what, define, statement) in BY_MACRO {
        let edits = vec![
            Edit::insert(head, format!("{}\n\n", fill(define))),
            Edit::insert(at, format!("\t{}\n", fill(statement))),
        ];
        found.push(Mutation::of(file, at, told(function, what, member), edits));
    }
}

fn told(function: &Function, what: &str, member: &DeclaredMember) -> String {
    format!(
        "{}(), member {}.{}: {what}",
        function.name, member.record, member.name
    )
}

/// The text with the pointer, the member and the tag in it, where it has `P`, `M` and `T` as whole words.
pub(super) fn fill(text: &str, pointer: &Pointer, member: &DeclaredMember) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut filled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, word) = rest.split_at(start);
        let (word, behind) =
            word.split_at(word.find(|letter| !is_part(letter)).unwrap_or(word.len()));
        filled.push_str(before);
        filled.push_str(match word {
            "P" => &pointer.name,
            "M" => &member.name,
            "T" => &member.record,
            other => other,
        });
        rest = behind;
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::{DeclaredMember, Pointer, fill};

    #[test]
    fn the_names_of_the_place_are_put_into_a_statement() {
        let pointer = Pointer {
            name: "pdev".to_owned(),
            tag: "pci_dev".to_owned(),
        };
        let member = DeclaredMember {
            record: "pci_dev".to_owned(),
            name: "flag".to_owned(),
        };
        for (text, filled) in [
            ("P->M = 1;", "pdev->flag = 1;"),
            (
                "{ struct T *mutant = P; mutant->M = 1; }",
                "{ struct pci_dev *mutant = pdev; mutant->flag = 1; }",
            ),
            (
                "#define MUTANT_SET(d) ((d)->M = 1)",
                "#define MUTANT_SET(d) ((d)->flag = 1)",
            ),
            ("#define mutant_name M", "#define mutant_name flag"),
        ] {
            assert_eq!(fill(text, &pointer, &member), filled);
        }
    }
}
