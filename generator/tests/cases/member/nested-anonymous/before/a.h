struct pci_dev {
	int a;
	union {
		u32 x;
		u64 z;
	};
};
