struct fwd { int x; };
