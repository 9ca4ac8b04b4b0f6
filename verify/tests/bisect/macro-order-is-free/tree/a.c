#define A(x) (x)
int use(int x)
{
	return A(x);
}
