//! The white space before a place.

use query::File;
use sites::lines;

use crate::layout::columns;

/// The white space that the line of `offset` starts with.
pub(crate) fn indentation(file: &File, offset: usize) -> String {
    columns::indentation(&lines::line_text(file, file.line_of(offset))).to_owned()
}
