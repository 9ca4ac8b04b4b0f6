int use(int x);
int drain(int n)
{
	switch (n) {
	case 1:;
		int k = use(n);
		return k;
	case 2:
		k = 2;
		return k;
	}
	return n;
}
