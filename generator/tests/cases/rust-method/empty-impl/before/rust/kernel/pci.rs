struct Device;

impl Device {}
