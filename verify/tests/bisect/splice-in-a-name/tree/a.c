int first(int total)
{
	return total;
}
