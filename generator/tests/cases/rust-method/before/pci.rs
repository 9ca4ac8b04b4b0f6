pub struct Device(u32);

impl Device {
    /// The vendor.
    pub fn vendor_id(&self) -> u16 {
        1
    }

    pub fn last(&self) {}
}
