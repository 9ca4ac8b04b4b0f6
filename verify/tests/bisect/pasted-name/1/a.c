#define SHOW(name) static int name##_show(void) { return 1; }
SHOW(model)
SHOW(serial)
int first(int n)
{
	return n + model_show() + serial_show();
}
