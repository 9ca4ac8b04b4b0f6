#define A(x) B(x)
#define B(x) (x)
int use(int x)
{
	return A(x);
}
