/**
 * struct pci_dev - a device
 * @a:	first
 * @c:	third
 *
 * More words.
 */
struct pci_dev {
	int a;
	int c;
};
