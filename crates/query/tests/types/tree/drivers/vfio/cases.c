/*
 * A comment that starts with `=` holds an expression of its line, and what type it has, pointers and
 * arrays taken off. `?` is for what must not be resolved.
 */
#include <linux/pci.h>
#include "vfio.h"

static struct pci_dev *global, *table[4];

int identifiers(struct pci_dev *pdev, struct vfio_device vdevs[])
{
	struct pci_bus *bus = pdev->bus; //= pdev : struct pci_dev
	const struct device __iomem *d1, *d2[3];
	use(bus->self); //= bus : struct pci_bus
	use(global->bus, table[1]->bus); //= table[1] : struct pci_dev
	use(global->bus); //= global : struct pci_dev
	use(root_bus->self); //= root_bus : struct pci_bus
	use(d2[1]->parent); //= d2[1] : struct device
	use(vdevs[0].pdev); //= vdevs[0] : struct vfio_device
	use(nowhere->x); //= nowhere : ?
	return 0;
}

int shadowing(struct pci_dev *x)
{
	use(x->bus); //= x : struct pci_dev
	{
		struct pci_bus *x = 0;
		use(x->self); //= x : struct pci_bus
		for (struct device *x = 0; x; x = x->parent) //= x->parent : struct device
			use(x->parent); //= x : struct device
	}
	use(x->bus); //= x : struct pci_dev
	struct vfio_device *x2 = 0;
	use(x2); //= x2 : struct vfio_device
	return 0;
}

int chains(struct vfio_device *vdev, struct device *dev)
{
	use(vdev->pdev->is_virtfn); //= vdev->pdev : struct pci_dev
	use(vdev->pdev->bus->self->bus); //= vdev->pdev->bus->self : struct pci_dev
	use(vdev->pdev->physfn->bus); //= vdev->pdev->physfn : struct pci_dev
	use(vdev->pdev->named.inner->self); //= vdev->pdev->named.inner : struct pci_bus
	use(vdev->pdev->dev.parent); //= vdev->pdev->dev : struct device
	use(vdev->priv->bus.self); //= vdev->priv->bus : struct pci_bus
	use(vdev->pdev->ops->pdev->bus); //= vdev->pdev->ops->pdev : struct pci_dev
	use(vdev->pdev->ops->pdev); //= vdev->pdev->ops : pci_ops_t
	use(vdev->pdev->find(dev)->bus); //= vdev->pdev->find(dev) : struct pci_dev
	use(vdev->nothing->bus); //= vdev->nothing : ?
	use(vdev->pdev->named.inner); //= vdev->pdev->named : include/linux/pci.h:22
	return 0;
}

int operators(struct pci_dev *p, struct pci_dev **q, void *v, unsigned long n, pci_alias_t *alias)
{
	use((&p->dev)->parent); //= (&p->dev) : struct device
	use((*q)->bus); //= (*q) : struct pci_dev
	use(((struct pci_bus *)v)->self); //= ((struct pci_bus *)v) : struct pci_bus
	use(((pci_ops_t *)v)->pdev); //= ((pci_ops_t *)v) : pci_ops_t
	use(((pci_ops_t)*v).pdev); //= ((pci_ops_t)*v) : pci_ops_t
	use((p + 1)->bus); //= (p + 1) : struct pci_dev
	use((1 + p)->bus); //= (1 + p) : struct pci_dev
	use((n & 1)); //= (n & 1) : unsigned long
	use((p ? p->bus : NULL)->self); //= (p ? p->bus : NULL) : struct pci_bus
	use((p ?: global)->bus); //= (p ?: global) : struct pci_dev
	use((p ? p->bus : &p->dev)->self); //= (p ? p->bus : &p->dev) : ?
	use((n, p)->bus); //= (n, p) : struct pci_dev
	use((p = v)->bus); //= (p = v) : struct pci_dev
	use((p == v)); //= (p == v) : int
	use(!p); //= !p : int
	use(alias->bus); //= alias : struct pci_dev
	use((struct pci_ops){ 0 }); //= (struct pci_ops){ 0 } : struct pci_ops
	use(sizeof(*p)); //= sizeof(*p) : size_t
	use(p++->bus, --p->bus); //= p++ : struct pci_dev
	use(({ struct pci_bus *b = p->bus; b; })->self); //= ({ struct pci_bus *b = p->bus; b; }) : struct pci_bus
	return 0;
}

int calls(struct device *dev, struct pci_bus *bus, struct list_head *l)
{
	use(to_pci_dev(dev)->bus); //= to_pci_dev(dev) : struct pci_dev
	use(dev_to_bus(dev)->self); //= dev_to_bus(dev) : struct pci_bus
	use(dev_to_bus(dev->parent)->self->bus); //= dev_to_bus(dev->parent)->self : struct pci_dev
	use(first_of(bus)->bus); //= first_of(bus) : struct pci_dev
	use(pick_dev(bus)->bus); //= pick_dev(bus) : struct pci_dev
	use(auto_dev(bus->self)->bus); //= auto_dev(bus->self) : struct pci_dev
	use(the_dev->bus); //= the_dev : struct pci_dev
	use(pci_get_device(1, 0)->bus); //= pci_get_device(1, 0) : struct pci_dev
	use(dev_of(bus->self)->parent); //= dev_of(bus->self) : struct device
	use(pci_physfn(bus->self)->bus); //= pci_physfn(bus->self) : struct pci_dev
	use(list_entry(l, struct pci_dev, bus_list)->bus); //= list_entry(l, struct pci_dev, bus_list) : struct pci_dev
	use(container_of(l, typeof(*bus), devices)->self); //= container_of(l, typeof(*bus), devices) : struct pci_bus
	use(READ_ONCE(bus->self)->bus); //= READ_ONCE(bus->self) : struct pci_dev
	use(current->mm); //= current : struct task_struct
	use(undeclared(dev)->bus); //= undeclared(dev) : ?
	return 0;
}

int typeof_locals(struct pci_dev *pdev)
{
	typeof(pdev->bus) bus = pdev->bus;
	typeof(struct device *) dev;
	__auto_type other = to_pci_dev(dev);
	use(bus->self); //= bus : struct pci_bus
	use(dev->parent); //= dev : struct device
	use(other->bus); //= other : struct pci_dev
	return 0;
}

int conflicts(struct clash *clash, struct dup *dup)
{
	use(clash->a->b); //= clash->a : ?
	use(dup->a->parent); //= dup->a : struct device
	return 0;
}

int old_style(pdev, n)
	struct pci_dev *pdev;
	int n;
{
	return pdev->is_virtfn; //= pdev : struct pci_dev
}

#define macro_body(d) ((d)->bus->self) //= (d) : ?
#define macro_cast(d) (((struct pci_dev *)(d))->bus) //= ((struct pci_dev *)(d)) : struct pci_dev

#define DECLARE_DEVS(name) struct pci_dev *name
#define for_each_dev_scoped(bus, child) \
	for (struct pci_dev *child = (bus)->self; child; child = 0)

static LIST_HEAD(all);
static DEFINE_PER_CPU(struct pci_bus, cpu_bus);

int macros_declare(struct vfio_device *vdev, struct list_head *l, struct pci_bus *bus)
{
	DECLARE_DEVS(devs);
	use(all.next); //= all : struct list_head
	use(devs->bus); //= devs : struct pci_dev
	use(per_cpu(cpu_bus, 1).self); //= per_cpu(cpu_bus, 1) : struct pci_bus
	for_each_dev_scoped(bus, child) {
		use(child->bus); //= child : struct pci_dev
	}
	return 0;
}

#define Dev_Type struct pci_dev
#define DEVICE_ATTR_RO(_name) \
	struct device dev_attr_##_name = __ATTR_RO(_name)
#define alloc_wrapper(type, member) container_of(0, struct type, member)

static DEVICE_ATTR_RO(vendor);

int macros_name(Dev_Type *typed)
{
	use(typed->bus); //= typed : struct pci_dev
	use(dev_attr_vendor.parent); //= dev_attr_vendor : struct device
	return 0;
}
