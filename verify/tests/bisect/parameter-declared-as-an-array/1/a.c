int f(int argc, const char *argv[]);

int f(int argc, const char *argv[])
{
	const char **other = argv;

	argv += 2;
	argv = other;
	return argv[0][argc];
}
