int drain(int n)
{
	enum { FAST, SLOW };
	typedef int count_t;

	{
		count_t most = SLOW;

		return n + most + FAST;
	}
}
