#define ANY 0
int drain(int n)
{
	static const struct chip {
		int vendor;
		int rev;
	} chips[] = {
		{ 1, ANY },
		{ 2, ANY },
	};
	return chips[n].rev;
}
