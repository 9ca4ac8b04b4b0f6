#ifndef _A_H
#define _A_H

int f(void);

#endif /* _A_H */
