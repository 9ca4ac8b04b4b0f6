#define PARAMS(args...) args
#define TRACE_EVENT(name, proto, args) static inline void trace_##name(proto) { note(args); }
void note(int);
