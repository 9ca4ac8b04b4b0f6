int first(int total)
{
	return to\
tal;
}
