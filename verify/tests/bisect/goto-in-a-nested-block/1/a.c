int use(int x);
int start(int n)
{
	if (use(1))
		goto again;
	while (n) {
		if (use(n)) {
again:
			n--;
		}
	}
	return 0;
}
