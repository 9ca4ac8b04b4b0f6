/*
 * Each `probe(…)` has in its comment the type of what it is given, as a compiler for a 64-bit kernel sees it:
 * `_Generic` was asked. `?` is for what must not be resolved.
 */
typedef unsigned int u32;
typedef unsigned short u16;
typedef unsigned long size_t;
typedef int *intp;
typedef int table_t[4];
typedef unsigned int work_t(int n);
typedef int *(*done_t)(void);

enum colour { RED, GREEN = 2 };

struct port {
	int speed;
	unsigned long flags;
	int *counts;
	unsigned char mac[6];
	unsigned int narrow:3;
	intp hidden;
	long (*handler)(int n);
	u32 *(*slots)(int n);
	char (*table[4])(int (*each)(void), int n);
	work_t *work;
	done_t done;
	u16 (*row)[4];
	struct port *next;
};

int number(void);
unsigned long *numbers(void);
static inline char *text(void) { return 0; }
#define HALF 0x80000000
#define TWICE(x) ((x) * 2)
#define SHIFTED(n) (1UL << (n))
extern long global, *global_p, global_a[3];

void probe_all(struct port *p, struct port r, int i, unsigned int u, long l, unsigned long ul, char c, short s,
	       unsigned char uc, long long ll, unsigned long long ull, int *ip, int **ipp, char name[16], u32 w, u16 h,
	       size_t z, _Bool b, intp q, float f, double d, enum colour e)
{
	int local = 1, *lp = &local, la[2];
	typeof(ul) same = ul;
	__auto_type deduced = ll;
	short (*chosen)(void) = 0, *(*picked)(int) = 0;

	probe(i); /* int */
	probe(u); /* unsigned int */
	probe(ip); /* int * */
	probe(ipp); /* int ** */
	probe(*ip); /* int */
	probe(*ipp); /* int * */
	probe(&i); /* int * */
	probe(&ip); /* int ** */
	probe(ip[2]); /* int */
	probe(2[ip]); /* int */
	probe(name[0]); /* char */
	probe(name); /* char * */
	probe(q); /* int * */
	probe(*q); /* int */
	probe(local); /* int */
	probe(lp); /* int * */
	probe(la); /* int * */
	probe(la[1]); /* int */
	probe(same); /* unsigned long */
	probe(deduced); /* long long */
	probe(global); /* long */
	probe(global_p); /* long * */
	probe(global_a); /* long * */
	probe(w); /* unsigned int */
	probe(h); /* unsigned short */
	probe(z); /* unsigned long */
	probe(b); /* _Bool */

	probe(1); /* int */
	probe(1u); /* unsigned int */
	probe(1UL); /* unsigned long */
	probe(1ll); /* long long */
	probe(0x7fffffff); /* int */
	probe(0xffffffff); /* unsigned int */
	probe(4294967296); /* long */
	probe('a'); /* int */
	probe("a"); /* char * */
	probe("a" "b"); /* char * */
	probe(1.0); /* double */
	probe(1.0f); /* float */
	probe(RED); /* int */
	probe(HALF); /* unsigned int */

	probe(i + ll); /* long long */
	probe(ll + i); /* long long */
	probe(i + u); /* unsigned int */
	probe(u - l); /* long */
	probe(ul * l); /* unsigned long */
	probe(ull / l); /* unsigned long long */
	probe(ul | ll); /* unsigned long long */
	probe(c + c); /* int */
	probe(uc & s); /* int */
	probe(h ^ h); /* int */
	probe(w + h); /* unsigned int */
	probe(b + b); /* int */
	probe(i * f); /* float */
	probe(f + d); /* double */
	probe(-c); /* int */
	probe(~u); /* unsigned int */
	probe(-1); /* int */
	probe(-1l); /* long */
	probe(+uc); /* int */
	probe(1ul << i); /* unsigned long */
	probe(i << 2ul); /* int */
	probe(i << 1 + ul); /* int */
	probe(i + 1 << ul); /* int */
	probe(c >> l); /* int */
	probe(ul + 1 << i); /* unsigned long */
	probe(i | 1ul << i); /* unsigned long */
	probe(i == ll); /* int */
	probe(ul & 1 == 1); /* unsigned long */
	probe(i < l || ul); /* int */
	probe(!ull); /* int */
	probe(i++); /* int */
	probe(--ul); /* unsigned long */
	probe(c++); /* char */

	probe(ip + 1); /* int * */
	probe(1 + ip); /* int * */
	probe(ip + 1 - 2); /* int * */
	probe(ip - ip); /* long */
	probe(p - p); /* long */
	probe(*(ip + 1)); /* int */
	probe(*ip + 1ul); /* unsigned long */
	probe(ip++); /* int * */
	probe(*ip++); /* int */

	probe((long)i); /* long */
	probe((unsigned long)i); /* unsigned long */
	probe((unsigned)i); /* unsigned int */
	probe((char *)ip); /* char * */
	probe((u16)i); /* unsigned short */
	probe((u16)i + 1); /* int */
	probe((int)ul + 1); /* int */
	probe(*(u32 *)p); /* unsigned int */
	probe((long long)i << 3); /* long long */
	probe((intp)p); /* int * */

	probe(p->speed); /* int */
	probe(r.flags); /* unsigned long */
	probe(p->counts); /* int * */
	probe(p->counts[i]); /* int */
	probe(p->mac); /* unsigned char * */
	probe(p->mac[0]); /* unsigned char */
	probe(p->hidden); /* int * */
	probe(*p->hidden); /* int */
	probe(p->next->flags); /* unsigned long */
	probe(p->narrow + 1); /* int */
	probe(~p->narrow); /* int */
	probe(&p->speed); /* int * */

	probe(i ? 1 : 2); /* int */
	probe(i ? u : 1); /* unsigned int */
	probe(i ? c : c); /* int */
	probe(i ? ip : 0); /* int * */
	probe(i ? NULL : ip); /* int * */
	probe(l ?: i); /* long */
	probe((i, ul)); /* unsigned long */
	probe((ul = i)); /* unsigned long */
	probe(((i))); /* int */
	probe(({ u; })); /* unsigned int */

	probe(number()); /* int */
	probe(numbers()); /* unsigned long * */
	probe(*numbers()); /* unsigned long */
	probe(text()); /* char * */
	probe(TWICE(u)); /* unsigned int */
	probe(TWICE(c)); /* int */
	probe(SHIFTED(i)); /* unsigned long */
	probe(sizeof(i)); /* unsigned long */
	probe(sizeof i + 1); /* unsigned long */
	probe(p->handler(1)); /* long */
	probe((*p->handler)(1)); /* long */
	probe((p->handler)(1)); /* long */
	probe(p->next->handler(1) + i); /* long */
	probe(p->slots(1)); /* unsigned int * */
	probe(*p->slots(1)); /* unsigned int */
	probe(p->slots(1)[2]); /* unsigned int */
	probe(p->table[2](number, 1)); /* char */
	probe((*p->table[2])(number, 1)); /* char */
	probe(p->work(1)); /* unsigned int */
	probe((*p->work)(1)); /* unsigned int */
	probe(p->done()); /* int * */
	probe(*p->done()); /* int */
	probe((*p->row)[1]); /* unsigned short */
	probe(chosen()); /* short */
	probe((*chosen)()); /* short */
	probe(picked(1)); /* short * */
	probe(((char (*)(int))picked)(1)); /* char */
	probe(e + 1); /* ? */
	probe(unheard_of(i)); /* ? */
}
