//! The patches apply in order, with no fuzz and no offset.

use std::sync::Arc;

use trees::Tree;
use trees::apply::apply;

use super::Named;
use crate::finding::Finding;

const NAME: &str = "frame/applies";

/// The trees after each mail with a diff.
type States = Vec<Arc<dyn Tree>>;

/// Applies the mails one on another.
///
/// # Errors
/// Why the first mail that does not apply does not.
pub(crate) fn check(
    tree: &Arc<dyn Tree>,
    mails: &[Named<'_>],
) -> Result<(States, Finding), Vec<Finding>> {
    let mut states = States::new();
    for named in mails.iter().filter(|named| named.has_diff()) {
        let last = states.last().unwrap_or(tree);
        match apply(last, &named.mail.diff) {
            Ok(overlay) => states.push(Arc::new(overlay)),
            Err(faults) => {
                return Err(faults
                    .into_iter()
                    .map(|fault| {
                        Finding::violated(NAME, fault.to_string())
                            .in_file(&named.name)
                            .at_line(fault.line)
                    })
                    .collect());
            }
        }
    }
    if states.is_empty() {
        return Err(vec![Finding::violated(NAME, "no mail has a diff")]);
    }
    let message = match states.len() {
        1 => "the patch applies with no fuzz and no offset".to_owned(),
        n => format!("{n} patches apply in order with no fuzz and no offset"),
    };
    Ok((states, Finding::holds(NAME, message)))
}
