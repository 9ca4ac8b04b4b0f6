extern int cnt;
