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
		kfree(b->dev);
	kfree(&b->inner); /* free-of-address */
}

int after(struct buf *b, struct buf *c)
{
	kfree(b);
	if (c)
		return b->len; /* use-after-free */
	b = c;
	kfree(b->data);
	b->data[0] = 1;
	return b->len + use(b->data); /* member-used-after-free */
}

void wrong(struct device *dev)
{
	char *a = NULL, *d;

	a = kmalloc(3, GFP_KERNEL);
	if (!a)
		return;
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
	if (!b)
		return -ENOMEM;
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
	n = r->end - x;
	n = (v->vm_end - v->vm_start) >> PAGE_SHIFT; /* vma-pages */
	if (x) /* same-in-both-branches */
		n = 1;
	else
		n = 1;
	if (x && y && x) /* same-test-twice */
		n = 2;
	if (step() && step())
		n = 3;
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
	irq = platform_get_irq(pdev, 0);
	if (irq < 0) {
		dev_err(&pdev->dev, "no irq\n"); /* message-after-platform-get-irq */
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
	if (!b->data)
		use(c);
	b->data = kzalloc(4, GFP_KERNEL); /* sleeping-allocation-under-spinlock */
	spin_unlock_irqrestore(&c->slock, flags);
	spin_unlock_irqrestore(&b->slock, flags);
	b->data = kzalloc(4, GFP_KERNEL);
	return 0;
}

int more_frees(struct buf *b, char *p, size_t n, size_t m)
{
	p = kmalloc(n, GFP_KERNEL);
	if (!p)
		return -ENOMEM;
	kvfree(p); /* kvfree-where-it-is-known */
	p = find(n);
	memset(p, 0, n);
	fill(p);
	kfree(p);
	p = kmalloc(n, GFP_KERNEL);
	return 0;
}

char *copies(const char *from)
{
	char *to = kmalloc(3, GFP_KERNEL);
	size_t n;

	if (!to)
		return NULL;
	to = kmalloc(strlen(from) + 1, GFP_KERNEL);
	if (to)
		strcpy(to, from); /* string-copy-after-alloc */
	n = strlen(from) + 1;
	to = kzalloc(n, GFP_KERNEL);
	if (!to)
		return NULL;
	return to;
}

int not_tested(struct buf *b, struct buf *c)
{
	b = kmalloc(sizeof(*b), GFP_KERNEL); /* allocation-not-tested */
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	return use(b, c);
}

long constants(struct buf *b, struct device *dev)
{
	struct buf *other;
	int ret;

	other = NULL;
	if (dev)
		return PTR_ERR(other); /* error-of-constant */
	ret = pm_runtime_get_sync(dev);
	if (IS_ERR_VALUE(ret)) /* error-value-of-runtime-pm */
		return ret;
	other = find(dev);
	return PTR_ERR(other);
}

struct one { /* one-element-array */
	int n;
	struct buf list[1];
};

struct two {
	int n;
	struct buf list[2];
};

void *summed(struct two *t, size_t n, size_t size)
{
	t = kmalloc(sizeof(*t) + n * sizeof(*t->list), GFP_KERNEL); /* size-of-struct-and-array */
	if (!t)
		return NULL;
	copy(t, n * size);
	copy(t, array_size(n, size)); /* size-computed-twice */
	n = 4;
	return t;
}

int zeros(int i, u64 l, struct two *t, struct two *s)
{
	unsigned int u;
	size_t w;

	u = step();
	w = step();
	if (w >= 0) /* unsigned-below-zero */
		step();
	if (u < 0) /* unsigned-below-zero */
		return 1;
	if (i < 0 || l > 0)
		return 2;
	if (!t) {
		pr_err("%d\n", t->n); /* null-and-used */
		return 3;
	}
	if (!s)
		return t->n;
	return s->n;
}

int constant(int a)
{
	int ret = 0; /* variable-for-a-constant */

	if (a)
		step();
	return ret;
}

int no_constant(int a)
{
	int ret = 0;

	if (a)
		ret = step();
	return ret;
}

int semicolons(int a)
{
	if (a) { /* semicolon-too-many */
		step();
		step();
	};
	switch (a) { /* semicolon-too-many */
	case 1:
		step();
	};
	while (step())
		;
	step();; /* semicolon-too-many */
	return 0;
}

static const struct of_device_id endless[] = { /* table-without-end */
	{ .compatible = "a" },
	{ .compatible = "b" },
};

static const struct of_device_id ended[] = {
	{ .compatible = "a" },
	{ }
};

static ssize_t slip_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	printk("shown\n"); /* message-and-warning */
	WARN_ON(1);
	return snprintf(buf, PAGE_SIZE, "%d\n", 1); /* show-by-snprintf */
}

int references(struct buf *b, int n)
{
	if (atomic_dec_and_test(&b->len))
		free_buf(b); /* freed-when-the-last-reference-goes */
	n = atomic_add_return(-1, &b->len); /* reference-count-by-hand */
	n = atomic_add_return(1, &b->len);
	if (n)
		free_buf(b);
	return n;
}

int clocks(struct device *dev)
{
	struct clk *clk;

	clk = clk_get(dev, "c");
	if (IS_ERR(clk))
		return PTR_ERR(clk);
	if (step())
		return -EIO; /* clock-not-put */
	clk_put(clk);
	return -1;
}

int mappings(struct device *dev, void __iomem *p, dma_addr_t h)
{
	void *mem;

	p = ioremap(1, 2);
	if (!p)
		return -ENOMEM;
	if (step())
		return -EIO; /* mapping-not-undone */
	iounmap(p);
	mem = dma_alloc_coherent(dev, 3, &h, GFP_KERNEL);
	if (!mem)
		return -ENOMEM;
	if (step())
		return -EIO; /* consistent-memory-not-freed */
	dma_free_coherent(dev, 3, mem, h);
	return -1;
}

int held(struct device_node *np, struct inode *inode)
{
	struct platform_device *pdev;
	struct dentry *alias;

	pdev = of_find_device_by_node(np);
	if (!pdev)
		return -ENODEV;
	if (step())
		return -EIO; /* device-of-node-not-put */
	put_device(&pdev->dev);
	alias = d_find_alias(inode);
	if (!alias)
		return -ENODEV;
	if (step())
		return -EIO; /* alias-not-put */
	dput(alias);
	return -1;
}

int nodes(struct device_node *parent)
{
	struct device_node *child;

	for_each_child_of_node(parent, child) {
		if (step(child))
			of_node_put(child); /* node-put-twice */
	}
	for_each_child_of_node(parent, child) {
		if (step(child)) {
			of_node_put(child);
			return 1;
		}
	}
	return 0;
}

int lists(struct list_head *head, struct two *other)
{
	struct two *t;

	list_for_each_entry(t, head, link) {
		if (!t) /* loop-variable-tested */
			return 1;
		if (t->n)
			t = other; /* loop-variable-written */
	}
	list_for_each_entry(t, head, link)
		step(t);
	return t->n; /* loop-variable-after-the-loop */
}

void returns(struct buf *b)
{
	mutex_lock(&b->lock);
	if (b->len)
		return; /* returns-with-mutex-held */
	mutex_unlock(&b->lock);
	read_lock(&b->slock);
	if (b->len)
		return; /* returns-with-spinlock-held */
	read_unlock(&b->slock);
}

void divides(u64 n, u64 l, u32 w)
{
	do_div(n, l); /* division-by-64-bits */
	do_div(n, w);
	do_div(n, 1000UL);
}
