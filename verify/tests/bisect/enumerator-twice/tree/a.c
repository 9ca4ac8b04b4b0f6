enum speed { SLOW, FAST };
int first(int n)
{
	return n + SLOW;
}
