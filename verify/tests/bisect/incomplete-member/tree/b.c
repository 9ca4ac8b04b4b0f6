struct fwd { int x; };
struct fwd f;
