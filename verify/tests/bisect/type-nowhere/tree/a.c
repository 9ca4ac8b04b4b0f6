typedef int known_t;
int use(known_t x)
{
	return x;
}
