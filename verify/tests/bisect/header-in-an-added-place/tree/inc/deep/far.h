int far(void);
