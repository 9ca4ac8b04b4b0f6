int first(int n);
int first(const int n)
{
	return n;
}
