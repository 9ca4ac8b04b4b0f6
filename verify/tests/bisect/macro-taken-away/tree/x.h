#define LIMIT 3
#define MOST 4
