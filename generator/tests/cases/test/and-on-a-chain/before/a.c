static void f(struct a *a, bool new_mem, bool virt_mem, bool phys_mem)
{
	if (new_mem && virt_mem && !phys_mem)
		restore(a);
	if (a->ready && new_mem && virt_mem && !phys_mem)
		return;
}
