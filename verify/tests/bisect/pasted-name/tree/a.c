#define SHOW(name) static int name##_show(void) { return 1; }
SHOW(model)
int first(int n)
{
	return n + model_show();
}
