int use(int x);
int start(int n)
{
	while (n) {
		if (use(n)) {
again:
			n--;
		}
	}
	return 0;
}
