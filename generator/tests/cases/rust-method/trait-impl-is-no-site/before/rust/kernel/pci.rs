struct Device;

impl Drop for Device {
    fn drop(&mut self) {}
}
