// SPDX-License-Identifier: GPL-2.0

//! PCI.

use crate::bindings;

/// A device.
pub struct Device(bindings::pci_dev);

impl Device {
    /// The vendor.
    pub fn vendor_id(&self) -> u16 {
        // SAFETY: `self.as_raw` is a valid pointer.
        unsafe { (*self.as_raw()).vendor }
    }

    // Not for drivers.
    #[inline]
    fn as_raw(&self) -> *mut bindings::pci_dev {
        self.0.get()
    }
}

impl Drop for Device {
    fn drop(&mut self) {}
}
