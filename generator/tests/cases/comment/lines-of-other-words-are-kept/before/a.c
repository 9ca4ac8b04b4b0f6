/*
 * Pumps are loud.
 * They shake,
 * and then they wear out in days.
 */
int pump_count;
