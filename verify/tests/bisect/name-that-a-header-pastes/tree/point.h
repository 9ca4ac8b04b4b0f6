#define TRACE_EVENT(name) static inline void trace_##name(int x) { (void)x; }
