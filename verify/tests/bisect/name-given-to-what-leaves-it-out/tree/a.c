#define TRACE(name)

int go(int x)
{
	return x;
}
