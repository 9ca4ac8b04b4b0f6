#include "point.h"
TRACE_EVENT(pad_read)
