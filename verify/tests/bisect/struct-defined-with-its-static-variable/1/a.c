#define ANY 0
int drain(int n)
{
	static const struct chip {
		int vendor;
		int rev;
	} chips[] = {
		{ 1, ANY },
		{ 3, 0xa },
	};
	return chips[n].rev;
}
