static inline void flush(void)
{
}
