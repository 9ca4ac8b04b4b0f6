int first(int n)
{
	return __builtin_expect(n, __LINE__) + (__func__[0] == 'f') + (int)sizeof(__FILE__);
}
