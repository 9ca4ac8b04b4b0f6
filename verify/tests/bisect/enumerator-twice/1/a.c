enum speed { SLOW, FAST };
enum colour { RED, FAST };
int first(int n)
{
	return n + SLOW;
}
