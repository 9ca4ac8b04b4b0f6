#define MOST 4
#define LIMIT 3
