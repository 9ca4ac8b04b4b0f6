//! One module a change kind: what its anchors mean.
//!
//! `find` gives the sites with all that a kind knows of them; `present` says that the change is there already, which only
//! a tree that the change is still to be made in can be asked.

macro_rules! kinds {
    ($($module:ident: $Kind:ident => $name:literal,)+) => {
        $(#[doc = concat!("What the anchors of `", $name, "` mean.")]
        pub mod $module;)+
    };
}
schema::for_each_kind!(kinds);
