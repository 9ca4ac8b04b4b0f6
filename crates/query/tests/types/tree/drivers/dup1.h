struct clash {
	struct device *a;
};
