struct ops o = {
	.open = a,
#ifdef CONFIG_PM
	.pm = b,
#endif
};
