static int rw(size_t fillable, loff_t off)
{
	int ret = 0;

#if defined(ioread64) && defined(iowrite64)
	if (fillable >= 8 && !(off % 8)) {
		ret = rw64(off);
		if (ret)
			return ret;

	} else
#endif
	if (fillable >= 4 && !(off % 4)) {
		ret = rw32(off);
	} else if (fillable) {
		ret = rw8(off);
	}
	return ret;
}
