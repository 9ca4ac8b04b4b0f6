//! A member declaration in line with its neighbours: type column, name column, comment column.

use sites::Unresolved;

use super::PREFERRED_WIDTH;
use super::beside::Comments;
use super::columns::{advance, pad};
use super::comment::{self, BlockStyle};
use crate::fragment::{Commented, fragment};

/// A member, without its comment.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/member.c", escape = "none")]
pub(crate) struct MemberTemplate<'a> {
    indentation: &'a str,
    type_text: &'a str,
    gap: &'a str,
    declarator: &'a str,
}

templates::page!(MemberTemplate<'_>, "c/member.c");

/// A neighbouring member's line, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Neighbour {
    /// Column where the type ends.
    pub(crate) type_end: usize,
    /// Column where the declarator starts, its stars included.
    pub(crate) name: usize,
    /// A tab stands between the two.
    pub(crate) tabbed: bool,
}

/// The layout of a new member.
#[derive(Debug)]
pub(crate) struct Layout<'n> {
    /// White space that the member's line starts with.
    pub(crate) indentation: &'n str,
    /// The anchor first, then the others, the nearest first.
    pub(crate) neighbours: &'n [Neighbour],
    /// Where these have their comments.
    pub(crate) comments: &'n Comments,
}

impl Layout<'_> {
    /// The lines of the member, each with its newline.
    pub(crate) fn lines(
        &self,
        type_text: &str,
        declarator: &str,
        words: Option<&str>,
    ) -> Result<String, Unresolved> {
        let start = advance(self.indentation, 0);
        let type_end = advance(type_text, start);
        let gap = match type_text {
            "" => String::new(),
            // Behind the brace of a record there is no column.
            several if several.contains('\n') => " ".to_owned(),
            _ => self.separator(type_end),
        };
        let code = fragment(&MemberTemplate {
            indentation: self.indentation,
            type_text,
            gap: &gap,
            declarator,
        })?;
        let mut commented = Commented {
            above: String::new(),
            code: &code,
            gap: String::new(),
            behind: String::new(),
        };
        if let Some(words) = words {
            match self.gap_before(&code, words)? {
                Some((gap, behind)) => (commented.gap, commented.behind) = (gap, behind),
                None => {
                    commented.above = comment::above(words, self.indentation, BlockStyle::Kernel)?;
                }
            }
        }
        Ok(fragment(&commented)? + "\n")
    }

    /// A comment behind the code, and the white space that leads there; none where it has to go above.
    fn gap_before(&self, code: &str, words: &str) -> Result<Option<(String, String)>, Unresolved> {
        if words.trim().contains('\n') || self.comments.are_above() {
            return Ok(None);
        }
        let behind = comment::trailing(words)?;
        let end = advance(code, 0);
        let gap = pad(end, self.comments.column().unwrap_or(end + 1));
        let width = |gap: &str| advance(&behind, advance(gap, end));
        let gap = if width(&gap) <= self.comments.width_limit() {
            gap
        } else if width(" ") <= PREFERRED_WIDTH {
            " ".to_owned()
        } else {
            return Ok(None);
        };
        Ok(Some((gap, behind)))
    }

    fn separator(&self, type_end: usize) -> String {
        match self.neighbours.iter().find(|n| n.tabbed) {
            Some(n) if self.anchor_is_tabbed() && n.name > type_end => pad(type_end, n.name),
            _ => " ".to_owned(),
        }
    }

    fn anchor_is_tabbed(&self) -> bool {
        self.neighbours.first().is_some_and(|n| n.tabbed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::beside::Comments;
    use super::{Layout, Neighbour};

    const BIT_FIELD: Neighbour = Neighbour {
        type_end: 20,
        name: 24,
        tabbed: true,
    };

    #[test]
    fn name_and_comment_stand_in_the_neighbours_columns() {
        let layout = Layout {
            indentation: "\t",
            neighbours: &[BIT_FIELD, BIT_FIELD],
            comments: &Comments::behind(&[48, 48], 93),
        };
        assert_eq!(
            layout
                .lines("unsigned int", "detached_vf:1", Some("VF without its PF"))
                .unwrap(),
            "\tunsigned int\tdetached_vf:1;\t\t/* VF without its PF */\n"
        );
    }

    #[test]
    fn without_neighbours_a_blank_is_enough() {
        let layout = Layout {
            indentation: "\t",
            neighbours: &[],
            comments: &Comments::default(),
        };
        assert_eq!(
            layout.lines("int", "x", Some("y")).unwrap(),
            "\tint x; /* y */\n"
        );
        assert_eq!(layout.lines("int", "*x", None).unwrap(), "\tint *x;\n");
    }

    #[test]
    fn a_comment_that_sticks_out_goes_above_unless_the_neighbours_do_too() {
        let words = "Forty characters of comment, and a few more";
        let layout = Layout {
            indentation: "\t",
            neighbours: &[BIT_FIELD],
            comments: &Comments::behind(&[48], 79),
        };
        assert_eq!(
            layout
                .lines("unsigned int", "detached_vf:1", Some(words))
                .unwrap(),
            format!("\t/* {words} */\n\tunsigned int\tdetached_vf:1;\n")
        );
        let layout = Layout {
            indentation: "\t",
            neighbours: &[BIT_FIELD],
            comments: &Comments::behind(&[48], 97),
        };
        assert_eq!(
            layout
                .lines("unsigned int", "detached_vf:1", Some(words))
                .unwrap(),
            format!("\tunsigned int\tdetached_vf:1;\t\t/* {words} */\n")
        );
    }
}
