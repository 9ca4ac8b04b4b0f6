static int rw(size_t fillable, loff_t off)
{
	int ret = 0;

#ifdef CONFIG_64BIT
	if (fillable >= 8) {
		ret = rw64(off);

	} else
#endif
	if (fillable >= 4)
		ret = rw32(off);
	return ret;
}
