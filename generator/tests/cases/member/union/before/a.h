union value {
	u64		x;
	u8		bytes[16];
};
