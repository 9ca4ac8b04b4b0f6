/* File words */

/*
 * Words about f that
 * go on.
 */
int f(void)
{
	int a;	/* trailing words */

	/* Mask in virtual memory enable for SR-IOV devices */
	if (a)
		return 1;

	return 0;
}
