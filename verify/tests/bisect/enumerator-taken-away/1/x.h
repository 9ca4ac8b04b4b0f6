enum speed {
	FAST,
};
