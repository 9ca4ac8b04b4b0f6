int lamp_ready(struct lamp *l)
{
	set(l,
#ifdef CONFIG_A
	    1);
#else
	    2);
#endif
	return l->on;
}
