/*
 * Pumps are loud, as everybody knows
 * who ever was near one. They shake,
 * and then they wear out in days,
 * which is a pity.
 */
int pump_count;
