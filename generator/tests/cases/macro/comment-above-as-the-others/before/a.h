/* where it begins */
#define PUMP_HEAD	0x10

/* not clean */
#define PUMP_DIRTY	0x20

/* wet */
#define PUMP_WET	0x40
