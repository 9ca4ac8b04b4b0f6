enum speed {
	SLOW,
	FAST,
};
