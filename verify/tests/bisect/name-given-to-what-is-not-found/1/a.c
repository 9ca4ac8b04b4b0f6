int use(int x);

int go(int x)
{
	return hand(y);
}
