/* What specs/rules/kernel.toml finds here is said at the end of each line; a line without a word is right as it is. */
#include <linux/slab.h>

struct buf {
	struct device *dev;
	struct mutex lock;
	spinlock_t slock;
	char *data;
	char inner[4];
	int len;
};

void frees(struct buf *b, struct net_device *nd)
{
	if (b->data) /* null-test-before-free */
		kfree(b->data);
	if (nd != NULL) /* null-test-before-dev-put */
		dev_put(nd);
	if (b->len)
		kfree(b->data);
	kfree(&b->inner); /* free-of-address */
}

int after(struct buf *b, struct buf *c)
{
	kfree(b);
	if (c)
		return b->len; /* use-after-free */
	b = c;
	return b->len;
}

void wrong(struct device *dev)
{
	char *a = NULL, *d;

	a = kmalloc(3, GFP_KERNEL);
	vfree(a); /* free-by-the-wrong-function */
	a = vmalloc(3);
	vfree(a);
	d = devm_kzalloc(dev, 3, GFP_KERNEL);
	kfree(d); /* free-of-managed-memory */
}

void clears(char *key, size_t n)
{
	memset(key, 0, n); /* clear-before-free */
	kfree(key);
}

int alloc(struct buf *b, const char *from, const void __user *user)
{
	b->data = kmalloc(b->len, GFP_KERNEL); /* clear-after-alloc */
	if (!b->data)
		return -ENOMEM;
	memset(b->data, 0, b->len);
	b->data = kmalloc(b->len, GFP_KERNEL);
	memcpy(b->data, from, b->len); /* copy-after-alloc */
	b->data = kmalloc(9, GFP_KERNEL);
	if (copy_from_user(b->data, user, 9)) /* user-copy-after-alloc */
		return -EFAULT;
	b->data = kmalloc(b->len, GFP_KERNEL); /* fallback-to-vmalloc */
	if (!b->data)
		b->data = vmalloc(b->len);
	if (is_vmalloc_addr(b->data)) /* free-by-address-kind */
		vfree(b->data);
	else
		kfree(b->data);
	b = kmalloc(sizeof(b), GFP_KERNEL); /* size-of-pointer */
	b = (struct buf *)kmalloc(sizeof(*b), GFP_KERNEL); /* cast-of-allocation */
	b->data = kstrdup(from, GFP_KERNEL);
	if (IS_ERR(b->data)) /* error-test-of-allocation */
		return -ENOMEM;
	return 0;
}

long errors(struct buf *a, struct buf *b)
{
	if (IS_ERR(a)) /* error-of-another-pointer */
		return PTR_ERR(b);
	if (IS_ERR(b))
		return PTR_ERR(b);
	use(ERR_PTR(PTR_ERR(a))); /* error-pointer-twice */
	return 0;
}

int sizes(struct resource *r, struct vm_area_struct *v, int *t, int x, int y)
{
	int a[3], n;

	n = sizeof(a) / sizeof(a[0]); /* array-size */
	n = r->end - r->start + 1; /* resource-size */
	n = r->end - r->start;
	n = (v->vm_end - v->vm_start) >> PAGE_SHIFT; /* vma-pages */
	if (x) /* same-in-both-branches */
		n = 1;
	else
		n = 1;
	if (x && y && x) /* same-test-twice */
		n = 2;
	n = x & MASK & MASK; /* same-mask-twice */
	if (!x || (x && y)) /* test-settled-by-the-other */
		n = 3;
	n = x == y ? true : false; /* truth-of-comparison */
	n = x > y ? x : y; /* minimum-or-maximum */
	n = x; /* swap-by-hand */
	x = y;
	y = n;
	pr_info("%s", x ? "on" : "off"); /* word-for-a-truth */
	if (!&r->end) /* address-is-never-null */
		return 1;
	return n;
}

int itself(void)
{
	int z = z; /* initialised-by-itself */

	return z;
}

static struct ops twice = { .open = a, .read = r, .open = b }; /* member-initialised-twice */

static struct platform_driver drv = { /* driver-owner-set */
	.probe = probe,
	.driver = {
		.name = "x",
		.owner = THIS_MODULE,
	},
};

static int slip_open(struct inode *inode, struct file *file) /* open-by-hand */
{
	file->private_data = inode->i_private;
	return 0;
}

int irqs(struct platform_device *pdev, int irq)
{
	irq = platform_get_irq(pdev, 0); /* message-after-platform-get-irq */
	if (irq < 0) {
		dev_err(&pdev->dev, "no irq\n");
		return irq;
	}
	request_threaded_irq(irq, NULL, work, IRQF_TRIGGER_LOW, "x", pdev); /* threaded-irq-without-oneshot */
	request_threaded_irq(irq, NULL, work, IRQF_TRIGGER_LOW | IRQF_ONESHOT, "x", pdev);
	return request_threaded_irq(irq, first, work, 0, "x", pdev);
}

int locks(struct buf *b, struct buf *c, unsigned long flags)
{
	mutex_lock(&b->lock);
	if (b->len)
		return -EBUSY; /* returns-with-mutex-held */
	mutex_unlock(&b->lock);
	spin_lock(&b->slock);
	if (!c)
		return -EINVAL; /* returns-with-spinlock-held */
	spin_lock(&b->slock); /* locked-twice */
	spin_unlock(&b->slock);
	spin_lock_irqsave(&b->slock, flags);
	spin_lock_irqsave(&c->slock, flags); /* flags-saved-twice */
	b->data = kmalloc(4, GFP_ATOMIC);
	b->data = kzalloc(4, GFP_KERNEL); /* sleeping-allocation-under-spinlock */
	spin_unlock_irqrestore(&c->slock, flags);
	spin_unlock_irqrestore(&b->slock, flags);
	b->data = kzalloc(4, GFP_KERNEL);
	return 0;
}
