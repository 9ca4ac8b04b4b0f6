enum e {
	A,	/* first */
	B,
};
