//! Sites, change kinds, layout, diff and mail.
