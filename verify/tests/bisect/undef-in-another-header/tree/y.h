#undef LIM
