int drain(int n)
{
	enum { FAST, SLOW };
	typedef int count_t;

	return n;
}
