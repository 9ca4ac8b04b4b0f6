static bool f(struct a *a, u16 cmd)
{
	return cmd && (a->one || a->two == 2);
}
