struct empty {
	int z;
};
