int f(struct pci_dev *pdev, int mask)
{
	list_for_each_entry(domain, &iommu->domain_list, next)
		iommu->pgsize_bitmap &= domain->domain->pgsize_bitmap;
}
