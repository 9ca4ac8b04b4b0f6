int note(const char *f, ...);
#define say(f, args...) note(f, ##args)
#define tell(f, ...) note(f, ##__VA_ARGS__)
int get(int n)
{
	return say("a", n);
}
