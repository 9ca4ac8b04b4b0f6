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

	/*
	 * VFs do no implement the memory enable bit of the COMMAND
	 * register therefore we will not have it set.
	 */
	return 0;
}
