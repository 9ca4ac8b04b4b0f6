#define _NOP(o, s, t) \
	static inline int bus_##o##_config_##s(struct dev *dev, t val) \
	{ return NOT_SUPPORTED; }

#define _NOP_ALL(o, x)	_NOP(o, byte, u8 x) \
			_NOP(o, word, u16 x)
_NOP_ALL(read, *)
_NOP_ALL(write,)

static inline struct dev *bus_get_device(unsigned int vendor,
					 struct dev *from)
{ return NULL; }

static inline int bus_enable(struct dev *dev)
{ return -EIO; }
