typedef int known_t;
int use(unknown_t x)
{
	return x;
}
