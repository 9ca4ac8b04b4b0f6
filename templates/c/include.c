#include {{ header }}
