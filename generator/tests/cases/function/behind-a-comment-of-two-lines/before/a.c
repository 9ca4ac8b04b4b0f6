int x(void)
{
	return 0;
} /* Here
   it ends. */

int z;
