/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef LINUX_PCI_REGS_H
#define LINUX_PCI_REGS_H

#define PCI_STD_HEADER_SIZEOF	64
#define PCI_STD_NUM_BARS	6

#define PCI_VENDOR_ID		0x00
#define PCI_DEVICE_ID		0x02
#define PCI_COMMAND		0x04
#define  PCI_COMMAND_IO		0x1	/* Answers in I/O space */
#define  PCI_COMMAND_MEMORY	0x2	/* Answers in memory space */
#define  PCI_COMMAND_MASTER	0x4	/* May master the bus */
#define  PCI_COMMAND_INTX_DISABLE 0x400	/* Raises no INTx */

#define PCI_BASE_ADDRESS_0	0x10
#define PCI_BASE_ADDRESS_5	0x24
#define PCI_ROM_ADDRESS		0x30
#define PCI_INTERRUPT_PIN	0x3d

#define PCI_EXT_CAP_ID_SRIOV	0x10
#define PCI_SRIOV_CTRL		0x08
#define  PCI_SRIOV_CTRL_MSE	0x08	/* Memory space of all VFs */

#endif /* LINUX_PCI_REGS_H */
