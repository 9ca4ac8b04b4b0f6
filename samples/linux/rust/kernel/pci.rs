// SPDX-License-Identifier: MIT OR Apache-2.0

//! PCI devices, as Rust drivers see them.
//!
//! Part of a miniature that only shows the shape of the real file.

use crate::bindings;
use crate::types::Opaque;

/// A function of a PCI device.
#[repr(transparent)]
pub struct Device(Opaque<bindings::pci_dev>);

impl Device {
    /// Who made it.
    pub fn vendor_id(&self) -> u16 {
        // SAFETY: `self.as_raw()` is a valid pointer to a `struct pci_dev`.
        unsafe { (*self.as_raw()).vendor }
    }

    fn as_raw(&self) -> *mut bindings::pci_dev {
        self.0.get()
    }
}
