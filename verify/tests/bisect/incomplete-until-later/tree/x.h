struct fwd;
