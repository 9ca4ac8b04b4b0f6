struct one; struct two;
int first(struct one *p);
int first(struct one *p)
{
	return p ? 1 : 0;
}
