/* NAME: one or two */
struct NAME {
	int a;
};
