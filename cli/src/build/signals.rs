//! Signals that end a build: what it started is ended too, and what it made goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::Stop;
use crate::error::CommandError;

/// The last signal that asked for an end, if any.
pub(crate) struct Signals(Arc<AtomicUsize>);

impl Signals {
    /// From now on a signal is noted, and does not end the process by itself.
    ///
    /// # Errors
    /// The system refuses.
    pub(crate) fn watch() -> Result<Self, CommandError> {
        let last = Arc::new(AtomicUsize::new(0));
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            let number = usize::try_from(signal).unwrap_or_default();
            signal_hook::flag::register_usize(signal, last.clone(), number).map_err(|error| {
                CommandError::unusable(format!("cannot watch for signals: {error}"))
            })?;
        }
        Ok(Self(last))
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// The signal that came.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        match i32::try_from(self.0.load(Ordering::Relaxed)) {
            Ok(0) => Ok(()),
            Ok(signal) => Err(Stop::Signal(signal)),
            Err(_) => Err(Stop::Signal(SIGTERM)),
        }
    }
}
