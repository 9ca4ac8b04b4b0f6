int cnt(void);
