static void vfio_bar_restore(void)
{
	g();
}
