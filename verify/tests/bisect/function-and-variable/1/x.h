int cnt(void);
extern int cnt;
