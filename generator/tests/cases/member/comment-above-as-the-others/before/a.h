struct pump {
	/* where it begins */
	int low;

	/* where it ends */
	int high;
};
