static int a;

/**
 * f - do it
 *
 * Long.
 */
static __always_inline
int f(void)
{
	return 0;
}
