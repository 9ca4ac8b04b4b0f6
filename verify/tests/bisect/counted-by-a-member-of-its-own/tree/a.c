#define __counted_by(m)
