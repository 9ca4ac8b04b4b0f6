#define EXPORT_SYMBOL_GPL(name) extern int __export_##name
