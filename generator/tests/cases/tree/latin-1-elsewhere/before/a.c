/* Jürgen */
int f(void)
{
	a();
}
/* ü */
