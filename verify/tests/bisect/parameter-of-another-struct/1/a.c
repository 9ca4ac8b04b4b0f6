struct one; struct two;
int first(struct one *p);
int first(struct two *p)
{
	return p ? 1 : 0;
}
