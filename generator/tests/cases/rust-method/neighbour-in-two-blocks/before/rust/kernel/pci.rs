struct Device<T>(T);

impl Device<u8> {
    fn x(&self) {}
}

impl Device<u16> {
    fn x(&self) {}
}
