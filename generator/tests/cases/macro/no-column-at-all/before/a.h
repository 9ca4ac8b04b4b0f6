#define PUMP_HEAD 0x10
#define PUMP_DIRTY 0x20
#define PUMP_WET 0x40
