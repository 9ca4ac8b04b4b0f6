impl Device {
    fn (
}
