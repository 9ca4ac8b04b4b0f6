#define ATTR(x) int attr_##x = 1
ATTR(name);
int first(void)
{
	return attr_name + surname;
}
