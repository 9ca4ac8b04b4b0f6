struct pci_dev {
	unsigned int is_virtfn:1;
	unsigned int no_vf_scan:1;
	unsigned int detached_vf:1;
};
