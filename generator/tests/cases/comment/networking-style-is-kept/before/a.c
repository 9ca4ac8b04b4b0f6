/* One
 * two
 */
int a;

/* Three
 * four
 */
int b;

/* First words of it
 * and second words
 */
int c;
