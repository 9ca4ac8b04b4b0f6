#define PCI_A		0x1	/* First */
#define PCI_B		0x2	/* Second */
#define PCI_C_LONGER	0x3
