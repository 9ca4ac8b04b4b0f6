// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * Configuration space as userspace sees it: a copy, with holes to the device.
 *
 * Part of a miniature that only shows the shape of the real file.
 */

#include <linux/byteorder/generic.h>
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "vfio_pci_private.h"

/* Kinds of bytes besides the capabilities */
#define PCI_CAP_ID_BASIC	0
#define PCI_CAP_ID_INVALID	0xFF

#define is_bar(offset)	\
	((offset >= PCI_BASE_ADDRESS_0 && offset < PCI_BASE_ADDRESS_5 + 4) || \
	 (offset >= PCI_ROM_ADDRESS && offset < PCI_ROM_ADDRESS + 4))

/* Which bits of a register are made up, and which may be written */
struct perm_bits {
	u8	*virt;
	u8	*write;
	int	(*readfn)(struct vfio_pci_device *vdev, int pos, int count,
			  struct perm_bits *perm, int offset, __le32 *val);
	int	(*writefn)(struct vfio_pci_device *vdev, int pos, int count,
			   struct perm_bits *perm, int offset, __le32 val);
};

static int vfio_default_config_read(struct vfio_pci_device *vdev, int pos,
				    int count, struct perm_bits *perm,
				    int offset, __le32 *val)
{
	__le32 virt = 0;

	memcpy(val, vdev->vconfig + pos, count);
	memcpy(&virt, perm->virt + offset, count);

	/* Bits that are not made up come from the device. */
	if (cpu_to_le32(~0U >> (32 - (count * 8))) != virt) {
		u32 phys_val = 0;
		int ret = pci_read_config_dword(vdev->pdev, pos, &phys_val);

		if (ret)
			return pcibios_err_to_errno(ret);
		*val = (cpu_to_le32(phys_val) & ~virt) | (*val & virt);
	}

	return count;
}

/* Whether the device answers to memory accesses; the caller holds it still. */
bool __vfio_pci_memory_enabled(struct vfio_pci_device *vdev)
{
	struct pci_dev *pdev = vdev->pdev;
	u16 cmd = le16_to_cpu(*(__le16 *)&vdev->vconfig[PCI_COMMAND]);

	/*
	 * The memory of a VF is switched by its PF, so that its own
	 * bit says nothing.
	 */
	return pdev->is_virtfn || (cmd & PCI_COMMAND_MEMORY);
}

/* Writes the BARs back after a reset that nobody told us of. */
static void vfio_bar_restore(struct vfio_pci_device *vdev)
{
	struct pci_dev *pdev = vdev->pdev;
	u32 *rbar = vdev->rbar;
	u16 cmd;
	int i;

	if (pdev->is_virtfn)
		return;

	pci_info(pdev, "%s: the device was reset, its BARs come back\n", __func__);

	for (i = PCI_BASE_ADDRESS_0; i <= PCI_BASE_ADDRESS_5; i += 4, rbar++)
		pci_user_write_config_dword(pdev, i, *rbar);

	if (vdev->nointx) {
		pci_user_read_config_word(pdev, PCI_COMMAND, &cmd);
		cmd |= PCI_COMMAND_INTX_DISABLE;
		pci_user_write_config_word(pdev, PCI_COMMAND, cmd);
	}
}

/* Userspace has written to a BAR; only now it is worked out what it reads back. */
static void vfio_bar_fixup(struct vfio_pci_device *vdev)
{
	struct pci_dev *pdev = vdev->pdev;
	__le32 *bar = (__le32 *)&vdev->vconfig[PCI_BASE_ADDRESS_0];
	u64 mask;
	int i;

	if (!vdev->bardirty)
		return;

	for (i = 0; i < PCI_STD_NUM_BARS; i++, bar++) {
		if (!resource_size(&pdev->resource[i])) {
			*bar = 0;
			continue;
		}
		mask = ~(resource_size(&pdev->resource[i]) - 1);
		*bar &= cpu_to_le32((u32)mask);
	}

	vdev->bardirty = false;
}

static int vfio_basic_config_read(struct vfio_pci_device *vdev, int pos,
				  int count, struct perm_bits *perm,
				  int offset, __le32 *val)
{
	if (is_bar(offset)) /* here both count from 0 */
		vfio_bar_fixup(vdev);

	count = vfio_default_config_read(vdev, pos, count, perm, offset, val);

	/* A VF shows the memory bit that userspace set, not its own */
	if (offset == PCI_COMMAND && vdev->pdev->is_virtfn) {
		u16 cmd = le16_to_cpu(*(__le16 *)&vdev->vconfig[PCI_COMMAND]);
		u32 tmp_val = le32_to_cpu(*val);

		tmp_val |= cmd & PCI_COMMAND_MEMORY;
		*val = cpu_to_le32(tmp_val);
	}

	return count;
}

static int vfio_basic_config_write(struct vfio_pci_device *vdev, int pos,
				   int count, struct perm_bits *perm,
				   int offset, __le32 val)
{
	struct pci_dev *pdev = vdev->pdev;
	__le16 *virt_cmd = (__le16 *)&vdev->vconfig[PCI_COMMAND];
	u32 new_cmd = le32_to_cpu(val);
	u16 phys_cmd;
	bool phys_mem, virt_mem, new_mem;
	int ret;

	if (offset == PCI_COMMAND) {
		ret = pci_user_read_config_word(pdev, PCI_COMMAND, &phys_cmd);
		if (ret)
			return ret;

		phys_mem = !!(phys_cmd & PCI_COMMAND_MEMORY);
		virt_mem = !!(le16_to_cpu(*virt_cmd) & PCI_COMMAND_MEMORY);
		new_mem = !!(new_cmd & PCI_COMMAND_MEMORY);

		/* On for userspace and off in the device: it was reset. */
		if (new_mem && virt_mem && !phys_mem)
			vfio_bar_restore(vdev);

		*virt_cmd &= cpu_to_le16(~PCI_COMMAND_MEMORY);
		*virt_cmd |= cpu_to_le16(new_cmd & PCI_COMMAND_MEMORY);
	}

	if (is_bar(offset))
		vdev->bardirty = true;

	return count;
}

static struct perm_bits basic_perm = {
	.readfn		= vfio_basic_config_read,
	.writefn	= vfio_basic_config_write,
};

static int vfio_fill_vconfig_bytes(struct vfio_pci_device *vdev, int offset,
				   int size)
{
	__le32 *dword;
	u32 val;
	int ret;

	for (; size > 0; offset += 4, size -= 4) {
		dword = (__le32 *)&vdev->vconfig[offset];
		ret = pci_read_config_dword(vdev->pdev, offset, &val);
		if (ret)
			return ret;
		*dword = cpu_to_le32(val);
	}

	return 0;
}

/* VFs that claim an INTx pin against the rules, and are known for it */
static const struct pci_device_id known_bogus_vf_intx_pin[] = {
	{ PCI_DEVICE(0x8086, 0x270c) },
	{}
};

int vfio_config_init(struct vfio_pci_device *vdev)
{
	struct pci_dev *pdev = vdev->pdev;
	u8 *map, *vconfig;
	int ret;

	map = kmalloc(pdev->cfg_size, GFP_KERNEL);
	if (!map)
		return -ENOMEM;

	vconfig = kmalloc(pdev->cfg_size, GFP_KERNEL);
	if (!vconfig) {
		kfree(map);
		return -ENOMEM;
	}

	vdev->pci_config_map = map;
	vdev->vconfig = vconfig;

	memset(map, PCI_CAP_ID_BASIC, PCI_STD_HEADER_SIZEOF);
	memset(map + PCI_STD_HEADER_SIZEOF, PCI_CAP_ID_INVALID,
	       pdev->cfg_size - PCI_STD_HEADER_SIZEOF);

	ret = vfio_fill_vconfig_bytes(vdev, 0, PCI_STD_HEADER_SIZEOF);
	if (ret)
		goto out;

	vdev->bardirty = true;
	vdev->msi_perm = &basic_perm;

	/* What a reset would lose */
	vdev->rbar[0] = le32_to_cpu(*(__le32 *)&vconfig[PCI_BASE_ADDRESS_0]);
	vdev->rbar[6] = le32_to_cpu(*(__le32 *)&vconfig[PCI_ROM_ADDRESS]);

	if (pdev->is_virtfn) {
		*(__le16 *)&vconfig[PCI_VENDOR_ID] = cpu_to_le16(pdev->vendor);
		*(__le16 *)&vconfig[PCI_DEVICE_ID] = cpu_to_le16(pdev->device);

		/* A VF has no interrupt pin; one that claims otherwise errs. */
		if (vconfig[PCI_INTERRUPT_PIN] &&
		    !pci_match_id(known_bogus_vf_intx_pin, pdev))
			pci_warn(pdev,
				 "a VF claims INTx pin %d, which is a bug\n",
				 vconfig[PCI_INTERRUPT_PIN]);

		vconfig[PCI_INTERRUPT_PIN] = 0; /* as a good VF has it */

		/*
		 * The device has not set the memory bit when it was
		 * enabled, since a VF has none. Userspace expects it.
		 */
		*(__le16 *)&vconfig[PCI_COMMAND] |=
					cpu_to_le16(PCI_COMMAND_MEMORY);
	}

	if (!IS_ENABLED(CONFIG_VFIO_PCI_INTX) || vdev->nointx)
		vconfig[PCI_INTERRUPT_PIN] = 0;

	ret = vfio_cap_init(vdev);
	if (ret)
		goto out;

	return 0;

out:
	vfio_config_free(vdev);
	return pcibios_err_to_errno(ret);
}

void vfio_config_free(struct vfio_pci_device *vdev)
{
	kfree(vdev->vconfig);
	vdev->vconfig = NULL;
	kfree(vdev->pci_config_map);
	vdev->pci_config_map = NULL;
}
