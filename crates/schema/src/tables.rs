//! The tables of a spec: which keys each has. Those of the kinds are in [`kinds`](crate::kinds) and
//! [`invariants`](crate::invariants).

mod change;
mod invariant;
mod top;

pub(crate) use change::*;
pub(crate) use invariant::*;
pub(crate) use top::*;
