#include <linux/pci.h>

static bool f(struct pci_dev *pdev)
{
	return pdev->is_virtfn;
}


static bool g(struct pci_dev *pdev)
{
	return (pdev->is_virtfn;
}
