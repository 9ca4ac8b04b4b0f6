#define PUMP_CTRL		0x00
#define  PUMP_CTRL_ON		0x01
#define PUMP_STATE		0x04
